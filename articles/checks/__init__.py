"""What is looked at before a story is published, and how strict the newsroom is about it.

A blocking finding must be mended first. Through an advising one an editor waves the story with a reason, which
stands in its history. How strict each check is, is the newsroom's choice (`CheckRule`), within what the law allows.
"""

from __future__ import annotations

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import proofing
from ..choices import Severity
from ..models import Article, CheckRule
from . import looks
from .kinds import Check, Finding

__all__ = [
    *("CHECKS", "Check", "Finding", "add", "all_checks", "asked", "before_publishing"),
    *("copy_desk", "in_history", "made_worse", "more", "stopping"),
]

_B, _A = Severity.BLOCK, Severity.ADVISE
_POINT_6 = gettext_lazy("Press Council guidelines for cyber media, point 6")
_POINT_2C = gettext_lazy("Press Council guidelines for cyber media, point 2c")

# In the order in which they are shown.
CHECKS: tuple[Check, ...] = (
    Check("text", gettext_lazy("Text"), looks.text, _B),
    Check(
        "credit",
        gettext_lazy("Credit of photos"),
        looks.photo_credit,
        _B,
        least=_B,
        source=gettext_lazy("Press Council guidelines for cyber media, point 7"),
    ),
    Check(
        "sponsor",
        gettext_lazy("Who paid for a paid story"),
        looks.sponsor,
        _B,
        least=_B,
        source=_POINT_6,
    ),
    Check(
        "paid_label",
        gettext_lazy("Label of a paid story"),
        looks.paid_label,
        _B,
        least=_B,
        source=_POINT_6,
    ),
    Check(
        "identity",
        gettext_lazy("Protected identities"),
        looks.identities,
        _B,
        least=_B,
        source=gettext_lazy("Press Council regulation 1/2019"),
    ),
    Check("schedule", gettext_lazy("Times to come"), looks.schedule, _B, least=_B),
    Check(
        "alternative_text",
        gettext_lazy("Alternative text of photos"),
        looks.alternative_text,
        _B,
    ),
    Check(
        "unverified",
        gettext_lazy("Story that is not verified"),
        looks.unverified,
        _A,
        least=_A,
        source=_POINT_2C,
    ),
    Check(
        "unverified_note",
        gettext_lazy("Note on a story that is not verified"),
        looks.unverified_note,
        _A,
        least=_A,
        source=_POINT_2C,
    ),
    Check(
        "paid_mark",
        gettext_lazy("Mark of a paid story in the text"),
        looks.paid_mark,
        _A,
        least=_A,
        source=_POINT_6,
    ),
    Check("headline", gettext_lazy("Length of the headline"), looks.headline),
    Check("standfirst", gettext_lazy("Standfirst"), looks.standfirst),
    Check("dateline", gettext_lazy("Dateline"), looks.dateline),
    Check("byline", gettext_lazy("Byline"), looks.byline),
    Check(
        "text_pictures",
        gettext_lazy("Alternative text of pictures in the text"),
        looks.pictures_of_text,
    ),
    Check("offices", gettext_lazy("Offices on the day of the event"), looks.offices),
    Check(
        "masthead",
        gettext_lazy("Masthead"),
        looks.masthead,
        _A,
        least=_A,
        source=gettext_lazy("Press Law 40/1999, article 12"),
        is_about_story=False,
    ),
)

# Those of apps above this one, which it may not import: they add theirs when they are loaded.
ADDED: list[Check] = []

# What the history keeps of the names of checks beside the reason.
_NAMES_KEPT = 90


def add(check: Check) -> None:
    """Look at this too before a story is published. For `AppConfig.ready`; twice is once."""
    if check not in ADDED:
        ADDED.append(check)


def all_checks() -> tuple[Check, ...]:
    return (*CHECKS, *ADDED)


def before_publishing(article: Article) -> list[Finding]:
    """All findings on a saved story, blocking ones first."""
    chosen = dict(CheckRule.objects.values_list("key", "severity"))
    found = [
        finding
        for check in all_checks()
        for finding in check.findings(article, chosen.get(check.key))
    ]
    return sorted(found, key=lambda finding: not finding.is_blocking)


def asked(findings: list[Finding]) -> list[Finding]:
    """Those through which an editor waves the story with a reason."""
    return [finding for finding in findings if finding.is_asked]


def made_worse(before: list[Finding], after: list[Finding]) -> list[Finding]:
    """The blocking findings of `after` that `before` had not, or had fewer of."""
    return [finding for finding in more(before, after) if finding.is_blocking]


def more(before: list[Finding], after: list[Finding]) -> list[Finding]:
    """The findings of `after` that `before` had not, or had fewer of: those of a change of a public story."""
    had = {finding.kind: finding.count for finding in before}
    return [finding for finding in after if finding.count > had.get(finding.kind, 0)]


def stopping(findings: list[Finding], waved: str = "") -> str:
    """Why a story with these findings does not come out, as sentences; empty when it may.

    `waved` is the reason for letting it through; an advising finding needs one.
    """
    blocking = [finding.message for finding in findings if finding.is_blocking]
    if blocking:
        return " ".join(blocking)
    advising = [finding.message for finding in asked(findings)]
    if not advising or waved.strip():
        return ""
    said = _("Say why the story may come out all the same: %(findings)s")
    return said % {"findings": " ".join(advising)}


def in_history(findings: list[Finding], waved: str) -> str:
    """What the history keeps: the reason, and the names of the checks that it is about."""
    reason = waved.strip()
    keys = {finding.key for finding in asked(findings)}
    names = [str(check.label) for check in all_checks() if check.key in keys]
    if not reason or not names:
        return reason
    told = Truncator("; ".join(names)).chars(_NAMES_KEPT)
    return _("%(reason)s (waved through: %(checks)s)") % {"reason": reason, "checks": told}


def copy_desk(article: Article) -> list[Finding]:
    """One line when the copy desk finds something in a saved story. It never stops publication.

    Not among CHECKS: it reads the whole text, and only the desk's pages show what it says; the
    checks themselves run on a locked row.
    """
    count = len(proofing.look(proofing.reading_of(article)).found)
    if not count:
        return []
    found = ngettext("Copy desk: %(count)d finding.", "Copy desk: %(count)d findings.", count)
    return [Finding(found % {"count": count}, key="copy_desk")]
