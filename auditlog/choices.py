"""What can stand in the log."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    SIGNED_IN = "account.signed_in", _("signed in")
    SIGNED_OUT = "account.signed_out", _("signed out")
    REFUSED = "account.refused", _("sign-in refused")
    ACCESS = "account.access", _("roles or access changed")

    ADDED = "row.added", _("added")
    CHANGED = "row.changed", _("changed")
    DELETED = "row.deleted", _("deleted")
    SETTINGS = "row.settings", _("settings changed")

    STORY_SUBMIT = "story.submit", _("story handed in")
    STORY_RECALL = "story.recall", _("story taken back")
    STORY_SEND_BACK = "story.send_back", _("story returned")
    STORY_APPROVE = "story.approve", _("story approved")
    STORY_PUBLISH = "story.publish", _("story published")
    STORY_SCHEDULE = "story.schedule", _("story scheduled")
    STORY_UNSCHEDULE = "story.unschedule", _("story taken off the schedule")
    STORY_EMBARGO = "story.embargo", _("embargo of a story set")
    STORY_END = "story.end", _("end of a story set")
    STORY_REQUEST_WITHDRAWAL = "story.request_withdrawal", _("withdrawal asked for")
    STORY_DROP_WITHDRAWAL = "story.drop_withdrawal_request", _("withdrawal dropped")
    STORY_WITHDRAW = "story.withdraw", _("story withdrawn")
    STORY_CHANGED = "story.publish_changes", _("changes of a public story published")
    STORY_CORRECTED = "story.corrected", _("story corrected")

    DECIDED = "comment.decided", _("comment decided")
    UNDECIDED = "comment.undone", _("decision about a comment taken back")
    BANNED = "reader.banned", _("reader banned")
    UNBANNED = "reader.unbanned", _("ban lifted")

    SOLD = "ads.sale", _("sale of advertising")
    EXPORTED = "data.exported", _("personal data taken out")
    REPLY = "reply.moved", _("request for a right of reply moved")
    FORGOTTEN = "log.forgotten", _("old rows of this log removed")
