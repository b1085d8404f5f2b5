"""The words of advertising, as the database keeps them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FlightKind(models.TextChoices):
    SPONSORSHIP = "sponsorship", _("sponsorship (a share of all views)")
    STANDARD = "standard", _("standard (a number of views)")
    HOUSE = "house", _("house (our own, fills what is free)")


class FlightState(models.TextChoices):
    """Where the sale stands. Whether a booked flight runs today is said by its days."""

    DRAFT = "draft", pgettext_lazy("flight", "offer")
    BOOKED = "booked", pgettext_lazy("flight", "booked")
    PAUSED = "paused", pgettext_lazy("flight", "paused")
    STOPPED = "stopped", pgettext_lazy("flight", "stopped")


class CreativeKind(models.TextChoices):
    IMAGE = "image", pgettext_lazy("creative", "picture")
    TEXT = "text", pgettext_lazy("creative", "text")


class CreativeState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("creative", "being made")
    SENT = "sent", pgettext_lazy("creative", "with the advertiser")
    APPROVED = "approved", pgettext_lazy("creative", "approved")
    REFUSED = "refused", pgettext_lazy("creative", "changes wanted")
    RETIRED = "retired", pgettext_lazy("creative", "taken out")


class Device(models.TextChoices):
    """By the width of the window: below 768 px a phone. The same line that the style sheet draws."""

    PHONE = "phone", pgettext_lazy("device", "phone")
    DESKTOP = "desktop", pgettext_lazy("device", "wide screen")


class PageClass(models.TextChoices):
    ARTICLE = "article", _("story")
    FRONT = "front", _("front page")
    LIST = "list", _("section and other lists")


class EventKind(models.TextChoices):
    """What a browser tells. All events of one showing carry its number and its time."""

    PAGE = "p", _("page view")
    SERVED = "s", pgettext_lazy("counted", "served")
    MEASURED = "m", pgettext_lazy("counted", "measured")
    VIEWABLE = "v", pgettext_lazy("counted", "viewable")
    CLICK = "c", pgettext_lazy("counted", "click")


class DiscardReason(models.TextChoices):
    """Why something was not counted."""

    BOT = "bot", _("a known bot")
    STAFF = "staff", _("somebody of the newsroom")
    PREFETCH = "prefetch", _("loaded ahead, not looked at")
    METHOD = "method", _("not the way a browser asks (HEAD)")
    REPLAY = "replay", _("counted already")
    LATE = "late", _("more than two hours late")
    FORGED = "forged", _("token not ours, or for something else")
    EARLY = "early", _("sooner than it can have happened")
    FLOOD = "flood", _("too many from one connection")
    FOREIGN = "foreign", _("sent from another site's page")
    # These two are found when hours are rolled up, since events may arrive in any order.
    UNSEEN_CLICK = "unseen_click", _("clicked before it was seen")
    UNSERVED = "unserved", _("seen or clicked without having been served")


FOUND_BY_ROLL_UP = (DiscardReason.UNSEEN_CLICK, DiscardReason.UNSERVED)


class Deed(models.TextChoices):
    """What is written down of a sale; rows are only ever added."""

    CREATED = "created", _("entered")
    CHANGED = "changed", _("changed")
    BOOKED = "booked", _("booked")
    EXTENDED = "extended", _("days changed")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("resumed")
    STOPPED = "stopped", _("stopped")
    SENT = "sent", _("sent for approval")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("changes wanted")
    RETIRED = "retired", _("taken out")
    REMINDED = "reminded", _("reminded of the end")
    LINK_MADE = "link_made", _("report link made")
    LINK_REVOKED = "link_revoked", _("report link revoked")
