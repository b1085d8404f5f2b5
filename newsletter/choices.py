"""The words of the newsletter, as choices. Stored values are short English; labels are translated."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Standing(models.TextChoices):
    """Where an address stands. `newsletter.subscribing` is the only door from one to another."""

    # Somebody typed it; nobody has proved that it is theirs.
    ASKED = "asked", _("not confirmed yet")
    CONFIRMED = "confirmed", _("subscribed")
    # From here on the address itself is not kept, only its fingerprint.
    GONE = "gone", _("unsubscribed")
    BLOCKED = "blocked", _("never written to again")


# The address is kept while it stands so.
WITH_ADDRESS = (Standing.ASKED, Standing.CONFIRMED)


class Form(models.TextChoices):
    """By which form somebody asked: part of the proof of consent."""

    PAGE = "page", _("the newsletter's page")
    ISSUE = "issue", _("below an issue on the site")


class LeftBy(models.TextChoices):
    """How a subscription ended."""

    LINK = "link", _("the link in a letter")
    ONE_CLICK = "one_click", _("the mail program's button")
    DESK = "desk", _("the newsroom, at the reader's request")
    REFUSED = "refused", _("the mail server, which knows no such address")


class Order(models.TextChoices):
    FRONT = "front", _("as on the front page, then the newest first")
    READ = "read", _("the most read first")


class IssueState(models.TextChoices):
    """Where an issue stands. `newsletter.issues` is the only door from one to another."""

    PLANNED = "planned", pgettext_lazy("issue", "planned")
    HELD = "held", pgettext_lazy("issue", "held back")
    SKIPPED = "skipped", pgettext_lazy("issue", "skipped")
    # Its time came, and nothing had come out since the last one.
    EMPTY = "empty", pgettext_lazy("issue", "nothing new, nothing sent")
    # From here on it is frozen, and stands on the site.
    SENDING = "sending", pgettext_lazy("issue", "going out")
    STOPPED = "stopped", pgettext_lazy("issue", "sending stopped")
    SENT = "sent", pgettext_lazy("issue", "sent")


# What is made stands on the site; what has ended without is not made any more.
MADE = (IssueState.SENDING, IssueState.STOPPED, IssueState.SENT)


class EntryKind(models.TextChoices):
    LEAD = "lead", _("lead")
    STORY = "story", _("story")
    CORRECTION = "correction", _("correction")


class DeliveryState(models.TextChoices):
    """What became of one letter. `newsletter.sending` is the only door, and the database knows the ways.

    TAKEN is written, and safe on the disk, before a word is said to the mail server; so whatever happens
    then, nobody takes it again. Who was interrupted there leaves UNKNOWN.
    """

    WAITING = "waiting", pgettext_lazy("letter", "waiting")
    TAKEN = "taken", pgettext_lazy("letter", "being handed over")
    SENT = "sent", pgettext_lazy("letter", "handed over")
    FAILED = "failed", pgettext_lazy("letter", "not delivered")
    # The subscriber left first, or nothing of what was chosen is public any more.
    DROPPED = "dropped", pgettext_lazy("letter", "not needed any more")
    UNKNOWN = "unknown", pgettext_lazy("letter", "outcome unknown")
