"""The newsroom's words, as choices. Stored values are short English; labels are translated."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a story stands. `articles.workflow` is the only door from one to another.

    A scheduled story is `published` with a time that has not come yet: what the public sees
    is a query over the clock, so no job can miss it.
    """

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Kind(models.TextChoices):
    NEWS = "news", _("news")
    FEATURE = "feature", _("feature")
    OPINION = "opinion", _("opinion")
    # The label that the press guidelines (point 6) ask for wherever the story shows.
    PAID = "paid", _("Advertorial")


class BylineRole(models.TextChoices):
    REPORTER = "reporter", _("reporter")
    CONTRIBUTOR = "contributor", _("contributor")
    PHOTOGRAPHER = "photographer", _("photographer")
    EDITOR = "editor", _("editor")


class PlaceKind(models.TextChoices):
    PROVINCE = "province", _("province")
    REGENCY = "regency", _("regency")
    CITY = "city", _("city")
    DISTRICT = "district", _("district")
    VILLAGE = "village", _("village")


class TimeZoneName(models.TextChoices):
    """The four zones of Indonesia in the IANA database; two of them are labelled WIB."""

    JAKARTA = "Asia/Jakarta", "WIB (Asia/Jakarta)"
    PONTIANAK = "Asia/Pontianak", "WIB (Asia/Pontianak)"
    MAKASSAR = "Asia/Makassar", "WITA (Asia/Makassar)"
    JAYAPURA = "Asia/Jayapura", "WIT (Asia/Jayapura)"


class CorrectionKind(models.TextChoices):
    """Press Council guidelines, points 4 and 5: each is linked to its story and shows its time."""

    CORRECTION = "correction", _("Erratum")
    CLARIFICATION = "clarification", _("Clarification")
    RIGHT_OF_REPLY = "right_of_reply", _("Right of reply")
    WITHDRAWAL = "withdrawal", _("Withdrawal")


class WithdrawalGround(models.TextChoices):
    """The only reasons for which a story may be withdrawn (Press Council guidelines, point 5a)."""

    HATRED = "hatred", _("ethnic, religious or racial hatred")
    DECENCY = "decency", _("decency")
    CHILD_PROTECTION = "child_protection", _("the future of a child")
    VICTIM_TRAUMA = "victim_trauma", _("the traumatic experience of a victim")
    PRESS_COUNCIL = "press_council", _("another ground named by the Press Council")


class TenureKind(models.TextChoices):
    """In which capacity an office is held; the short forms are printed as they are."""

    DEFINITIVE = "definitive", _("definitive")
    PJ = "pj", _("Pj. (acting, appointed)")
    PLT = "plt", _("Plt. (acting, vacancy)")
    PLH = "plh", _("Plh. (acting, absence)")
    PJS = "pjs", _("Pjs. (acting, campaign leave)")


class DatePrecision(models.TextChoices):
    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")
    UNKNOWN = "unknown", _("unknown")


class Capacity(models.TextChoices):
    """Why somebody stands in the register of a story."""

    ATTENDED = "attended", _("attended")
    QUOTED = "quoted", _("quoted")
    MENTIONED = "mentioned", _("mentioned")
    ORGANISER = "organiser", _("organiser")


class AppearsAs(models.TextChoices):
    """As what somebody or an institution stands in a story: the strongest of several, from the top.

    The first four are those of `Capacity`; the others are a line about somebody else.
    """

    QUOTED = "quoted", _("quoted")
    ORGANISER = "organiser", _("organiser")
    ATTENDED = "attended", _("attended")
    # An institution that sent people without a name.
    SENT = "sent", _("sent a delegation")
    REPRESENTED = "represented", _("represented by others")
    MENTIONED = "mentioned", _("mentioned")
    # An institution one of whose offices somebody held that day.
    OFFICE = "office", _("by an office held there")


class Verdict(models.TextChoices):
    """What an editor says of two entries that look alike."""

    SAME = "same", _("the same person")
    DIFFERENT = "different", _("different people")


class FrontSlot(models.TextChoices):
    """Where a story can be put on the front page, from the top."""

    LEAD = "lead", _("lead story")
    SECONDARY = "secondary", _("beside the lead")
    PINNED = "pinned", _("pinned below")


class Severity(models.TextChoices):
    """What a check before publication does when it finds something."""

    BLOCK = "block", _("stops publication")
    ADVISE = "advise", _("advises")
    OFF = "off", _("is not made")


class PublicPlace(models.TextChoices):
    """Where readers may meet the name of somebody whom a story protects."""

    STORY = "story", _("the story itself")
    LIVE = "live", _("its live coverage")
    THREAD = "thread", _("its story thread")
    CORRECTION = "correction", _("a correction")
    ADDRESS = "address", _("an old address")
    BREAKING = "breaking", _("breaking news")
    COMMENT = "comment", _("a comment")


class Live(models.TextChoices):
    """Whether a story has live coverage."""

    NONE = "", _("no live coverage")
    RUNNING = "running", _("live coverage runs")
    ENDED = "ended", _("live coverage has ended")


class LiveAct(models.TextChoices):
    """What can be done to live coverage and to its entries."""

    BEGUN = "begun", _("coverage begun")
    ENDED = "ended", _("coverage ended")
    REOPENED = "reopened", _("coverage taken up again")
    ADDED = "added", _("entry added")
    CHANGED = "changed", _("entry changed")
    PINNED = "pinned", _("entry pinned")
    UNPINNED = "unpinned", _("entry unpinned")
    WITHDRAWN = "withdrawn", _("entry withdrawn")
