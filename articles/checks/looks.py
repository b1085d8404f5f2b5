"""The checks themselves: each a small function that yields what it finds in a saved story."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..choices import PublicPlace
from ..models import Article, Publication
from ..people import protecting, told
from ..people.assessing import doubts_of
from .kinds import Finding

# A headline longer than this is cut in search results and on a phone's share card.
LONG_HEADLINE = 110
# A picture of the text without words for who cannot see it. The sanitiser writes attributes in double quotes.
_SILENT_PICTURE = re.compile(r'<img\b(?![^>]*\salt="[^"]*[^"\s])[^>]*>')
# How the local press marks what was paid for, at the end of a text: "(Adv)", "(ADV/Humas)".
_PAID_MARK = re.compile(r"\(\s*(?:adv|advertorial|iklan|sponsored)\b[^()]{0,60}\)", re.IGNORECASE)
# What a writer says of a story that is not verified: press guidelines, point 2c.
_NOT_VERIFIED = re.compile(
    r"\b(?:belum|tidak)\s+(?:ter|di)verifikasi\b"
    r"|\b(?:belum|tidak)\s+(?:dapat|bisa|berhasil)\s+(?:dihubungi|dikonfirmasi|dimintai)\b"
    r"|\bnot\s+(?:yet\s+)?(?:been\s+)?verified\b|\bcould\s+not\s+be\s+reached\b",
    re.IGNORECASE,
)

# By these names findings that somebody has answered are known again.
_KINDS = {
    PublicPlace.STORY: "identity",
    PublicPlace.LIVE: "identity in live coverage",
    PublicPlace.THREAD: "identity in a thread",
}


def text(article: Article) -> Iterator[Finding]:
    if not article.body:
        yield Finding(_("The story has no text yet."))


def standfirst(article: Article) -> Iterator[Finding]:
    if not article.standfirst:
        yield Finding(_("The story has no standfirst; lists and cards show its first paragraph."))


def headline(article: Article) -> Iterator[Finding]:
    if len(article.headline) > LONG_HEADLINE:
        yield Finding(
            _("The headline has %(length)d characters; more than %(limit)d are cut on phones.")
            % {"length": len(article.headline), "limit": LONG_HEADLINE}
        )


def dateline(article: Article) -> Iterator[Finding]:
    if article.place_id is None:
        yield Finding(_("The story has no dateline: its times are those of the publication."))


def byline(article: Article) -> Iterator[Finding]:
    if not article.bylines.exists():
        yield Finding(_("Nobody signs the story."))


def photo_credit(article: Article) -> Iterator[Finding]:
    # Press Council guidelines, point 7: copyright.
    uncredited = article.article_photos.filter(photo__credit="").count()
    if uncredited:
        said = ngettext(
            "%(count)d photo has no credit.", "%(count)d photos have no credit.", uncredited
        )
        yield Finding(said % {"count": uncredited}, count=uncredited)


def alternative_text(article: Article) -> Iterator[Finding]:
    silent = article.article_photos.filter(alt_text="", photo__alt_text="").count()
    if silent:
        said = ngettext(
            "%(count)d photo has no alternative text: readers who cannot see it miss it.",
            "%(count)d photos have no alternative text: readers who cannot see them miss them.",
            silent,
        )
        yield Finding(said % {"count": silent}, count=silent)


def pictures_of_text(article: Article) -> Iterator[Finding]:
    silent = len(_SILENT_PICTURE.findall(article.body))
    if silent:
        said = ngettext(
            "%(count)d picture in the text has no alternative text.",
            "%(count)d pictures in the text have no alternative text.",
            silent,
        )
        yield Finding(said % {"count": silent}, count=silent)


def sponsor(article: Article) -> Iterator[Finding]:
    # Press Council guidelines, point 6.
    if article.is_paid and not article.sponsor:
        yield Finding(_("A paid story names who paid for it."))


def paid_label(article: Article) -> Iterator[Finding]:
    # The same point: what was paid for is told apart.
    if article.sponsor and not article.is_paid:
        yield Finding(_("Somebody paid for this story, but its kind is not “Advertorial”."))


def paid_mark(article: Article) -> Iterator[Finding]:
    if article.is_paid:
        return
    if mark := _PAID_MARK.search(article.body_text):
        yield Finding(
            _("The text is marked “%(mark)s” as paid for, but its kind is not “Advertorial”.")
            % {"mark": mark.group()}
        )


def unverified(article: Article) -> Iterator[Finding]:
    # Press Council guidelines, point 2c: the template prints the note; the conditions are an editor's to judge.
    if article.is_unverified:
        yield Finding(
            _(
                "The story is not verified. It may come out only when the public needs it at once, its first "
                "source is clear and credible, and the person concerned cannot be reached."
            )
        )


def unverified_note(article: Article) -> Iterator[Finding]:
    if article.is_unverified:
        return
    if said := _NOT_VERIFIED.search(article.body_text):
        yield Finding(
            _(
                "The text says “%(words)s”, but the story is not marked as not verified, so the note "
                "for its readers is not printed."
            )
            % {"words": " ".join(said.group().split())}
        )


def identities(article: Article) -> Iterator[Finding]:
    # Press Council regulation 1/2019: no name of a child or a victim. The register is hidden by
    # itself; what is written in the text is not.
    if not article.is_identity_protected:
        return
    sentences = {
        PublicPlace.STORY: _("Identities are protected, but the text names %(name)s."),
        PublicPlace.LIVE: _("Identities are protected, but the live coverage names %(name)s."),
        PublicPlace.THREAD: _("Identities are protected, but the story thread names %(name)s."),
    }
    for place, _row, public_text in told.written(article):
        for person, name in protecting.named_in(article, public_text):
            yield Finding(sentences[place] % {"name": name}, f"{_KINDS[place]} {person}")


def offices(article: Article) -> Iterator[Finding]:
    # Told and not blocking at first: the register may be right and the noted dates wrong.
    day = article.story.published_on or timezone.localdate()
    for doubt in doubts_of(article, day):
        yield Finding(doubt.sentence, doubt.sentence)


def schedule(article: Article) -> Iterator[Finding]:
    end = article.story.unpublish_at
    if end and end <= timezone.now():
        yield Finding(_("The time until which the story is public has passed."))


def masthead(article: Article) -> Iterator[Finding]:
    # Press Law 40/1999, article 12.
    if not Publication.current().is_legally_complete:
        yield Finding(_("The masthead lacks the company, its address or the person responsible."))
