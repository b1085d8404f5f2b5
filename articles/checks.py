"""What is looked at before a story is published. Each check is one small function.

A blocking finding must be mended first; an advising one is only shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import proofing
from .models import Article, Publication
from .people.assessing import doubts_of
from .people.names import name_key

# A headline longer than this is cut in search results and on a phone's share card.
LONG_HEADLINE = 110


@dataclass(frozen=True)
class Finding:
    """One thing found: a sentence for the editor, and whether it stops publication.

    A blocking one also says of what kind it is and how often it was found, so that a story
    can be compared with itself before a change.
    """

    message: str
    is_blocking: bool
    kind: str = ""
    count: int = 1


def before_publishing(article: Article) -> list[Finding]:
    """All findings on a saved story, blocking ones first."""
    findings = [finding for check in (*CHECKS, *ADDED) for finding in check(article)]
    return sorted(findings, key=lambda finding: not finding.is_blocking)


def made_worse(before: list[Finding], after: list[Finding]) -> list[Finding]:
    """The blocking findings of `after` that `before` had not, or had fewer of."""
    had = {finding.kind: finding.count for finding in before if finding.is_blocking}
    return [f for f in after if f.is_blocking and f.count > had.get(f.kind, 0)]


def _text(article: Article) -> Iterator[Finding]:
    if not article.body:
        yield Finding(_("The story has no text yet."), True, "text")
    if not article.standfirst:
        yield Finding(
            _("The story has no standfirst; lists and cards show its first paragraph."), False
        )
    if len(article.headline) > LONG_HEADLINE:
        yield Finding(
            _("The headline has %(length)d characters; more than %(limit)d are cut on phones.")
            % {"length": len(article.headline), "limit": LONG_HEADLINE},
            False,
        )


def _origin(article: Article) -> Iterator[Finding]:
    if article.place is None:
        yield Finding(
            _("The story has no dateline: its times are those of the publication."), False
        )
    if not article.bylines.exists():
        yield Finding(_("Nobody signs the story."), False)


def _photos(article: Article) -> Iterator[Finding]:
    photos = list(article.article_photos.select_related("photo"))
    # Press Council guidelines, point 7: copyright.
    uncredited = sum(not row.photo.credit for row in photos)
    if uncredited:
        yield Finding(
            ngettext(
                "%(count)d photo has no credit.", "%(count)d photos have no credit.", uncredited
            )
            % {"count": uncredited},
            True,
            "credit",
            uncredited,
        )
    silent = sum(not (row.alt_text or row.photo.alt_text) for row in photos)
    if silent:
        yield Finding(
            ngettext(
                "%(count)d photo has no alternative text: readers who cannot see it miss it.",
                "%(count)d photos have no alternative text: readers who cannot see them miss them.",
                silent,
            )
            % {"count": silent},
            True,
            "alternative text",
            silent,
        )


def _label(article: Article) -> Iterator[Finding]:
    # Press Council guidelines, point 6.
    if article.is_paid and not article.sponsor:
        yield Finding(_("A paid story names who paid for it."), True, "sponsor")
    if article.sponsor and not article.is_paid:
        yield Finding(
            _("Somebody paid for this story, but its kind is not “Advertorial”."), True, "kind"
        )


def _identities(article: Article) -> Iterator[Finding]:
    # Press Council regulation 1/2019: no name of a child or a victim. The register is hidden by
    # itself; what is written in the text is not.
    if not article.is_identity_protected:
        return
    public_text = " ".join((article.headline, article.standfirst, article.body_text, article.slug))
    folded = f" {name_key(public_text)} "
    for line in article.attendances.filter(person__isnull=False).select_related("person"):
        if line.person and f" {line.person.name_key} " in folded:
            yield Finding(
                _("Identities are protected, but the text names %(name)s.")
                % {"name": line.person.name},
                True,
                f"identity {line.person_id}",
            )


def _offices(article: Article) -> Iterator[Finding]:
    # Told and never blocking: the register may be right and the noted dates wrong.
    for doubt in doubts_of(article, timezone.localdate()):
        yield Finding(doubt.sentence, False)


def _masthead(article: Article) -> Iterator[Finding]:
    # Press Law 40/1999, article 12.
    if not Publication.current().is_legally_complete:
        yield Finding(
            _("The masthead lacks the company, its address or the person responsible."), False
        )


def copy_desk(article: Article) -> list[Finding]:
    """One line when the copy desk finds something in a saved story. It never stops publication.

    Not among CHECKS: it reads the whole text, and only the desk's pages show what it says; the
    checks themselves run on a locked row.
    """
    count = len(proofing.look(proofing.reading_of(article)).found)
    if not count:
        return []
    found = ngettext("Copy desk: %(count)d finding.", "Copy desk: %(count)d findings.", count)
    return [Finding(found % {"count": count}, False)]


Check = Callable[[Article], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    _text,
    _origin,
    _photos,
    _label,
    _identities,
    _offices,
    _masthead,
)

# Those of apps above this one, which it may not import: they add theirs when they are loaded.
ADDED: list[Check] = []


def add(check: Check) -> None:
    """Look at this too before a story is published. For `AppConfig.ready`; twice is once."""
    if check not in ADDED:
        ADDED.append(check)
