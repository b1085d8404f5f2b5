"""The words of comments, as choices. Stored values are short English; labels are translated."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a comment stands. `comments.moderation` is the only door from one to another.

    A comment that is shown before anybody looked at it is never mistaken for an approved one:
    it has a state of its own, and stays in the queue. Spam is kept apart from rejected, because
    a filter learns from it. A comment that its author removed, or that was erased for the law
    on personal data, leaves its place in the thread behind.
    """

    PENDING = "pending", _("waiting")
    UNREVIEWED = "unreviewed", _("shown, not reviewed yet")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    SPAM = "spam", _("spam")
    REMOVED = "removed", _("removed by its author")
    ERASED = "erased", _("erased")


# What readers see, where nothing above it hides it.
SHOWN = (State.UNREVIEWED, State.APPROVED)
# A moderator has still to look at these.
WAITING = (State.PENDING, State.UNREVIEWED)
# Nothing under such a comment is shown or counted. Removed and erased ones are not among them:
# their place stays, without their text, and the answers below it too.
HIDING = (State.PENDING, State.REJECTED, State.SPAM)


class Action(models.TextChoices):
    """What an event of a comment's history was."""

    RECEIVED = "received", _("received")
    DECIDED = "decided", _("decided")
    UNDONE = "undone", _("decision taken back")
    EDITED = "edited", _("changed by its author")
    CORRECTED = "corrected", _("edited by the newsroom")
    REMOVED = "removed", _("removed by its author")
    ERASED = "erased", _("erased")
    PINNED = "pinned", _("pinned")
    UNPINNED = "unpinned", _("no longer pinned")
    REPORTED = "reported", _("reported by a reader")
    EXPORTED = "exported", _("exported as evidence")


class Reason(models.TextChoices):
    """Why a comment is not shown; its author hears it (Press Council guidelines, point 3)."""

    FALSEHOOD = "falsehood", _("lies or slander")
    OBSCENITY = "obscenity", _("obscenity")
    HATRED = "hatred", _("hatred on grounds of ethnicity, religion, race or group")
    DISCRIMINATION = "discrimination", _("discrimination of sex, language, illness or disability")
    INSULT = "insult", _("insults or threats")
    PRIVACY = "privacy", _("personal data of others")
    ADVERTISING = "advertising", _("advertising or gambling")
    OFF_TOPIC = "off_topic", _("not about the story")
    REPETITION = "repetition", _("sent more than once")
    OTHER = "other", _("another reason")


class ReportReason(models.TextChoices):
    """What a reader holds against a comment."""

    FALSEHOOD = "falsehood", _("It lies or slanders")
    HATRED = "hatred", _("It stirs up hatred")
    OBSCENITY = "obscenity", _("It is obscene")
    THREAT = "threat", _("It threatens or incites to violence")
    PRIVACY = "privacy", _("It gives away personal data")
    SPAM = "spam", _("It is advertising, gambling or a fraud")
    OTHER = "other", _("Something else")


class ReportOutcome(models.TextChoices):
    UPHELD = "upheld", _("the comment was taken down")
    KEPT = "kept", _("the comment stays")
    GONE = "gone", _("the comment was no longer there")


class ReviewFirst(models.TextChoices):
    """Whether an account's comments are looked at before readers see them."""

    SECTION = "section", _("as the section says")
    FIRST = "first", _("always before they are shown")
    AFTER = "after", _("after they are shown")


class WordList(models.TextChoices):
    BLOCK = "block", _("rejects the comment")
    HOLD = "hold", _("holds the comment for a moderator")


class Openness(models.TextChoices):
    """Whether a story takes comments."""

    DEFAULT = "default", _("as the rules say")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class PinnedAs(models.TextChoices):
    RIGHT_OF_REPLY = "right_of_reply", _("Right of reply")
    NEWSROOM = "newsroom", _("From the newsroom")


class Order(models.TextChoices):
    """In which order threads are read; the values stand in public addresses."""

    NEWEST = "terbaru", _("Newest")
    OLDEST = "terlama", _("Oldest")
    MOST_REPLIED = "teramai", _("Most replied")
