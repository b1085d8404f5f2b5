"""What of a story may be shown: on its page, in feeds, cards, sitemaps and structured data.

Everything takes names, tags and photos from here, where the two reasons to hold them back are
written once: protected identities (Council regulation 1/2019) and a withdrawal.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from .choices import Kind
from .models.searched import without_figures

if TYPE_CHECKING:
    from .models import (
        Article,
        ArticlePhoto,
        Attendance,
        Byline,
        Correction,
        Instalment,
        LiveEntry,
        Photo,
        Tag,
    )

_PICTURE = re.compile(r"<img\b[^>]*>")


def _holds_back(article: Article) -> bool:
    return article.is_identity_protected or article.is_withdrawn


def tags(article: Article) -> Sequence[Tag]:
    return [] if _holds_back(article) else list(article.tags.all())


def lead_photo(article: Article) -> ArticlePhoto | None:
    return None if _holds_back(article) else article.lead_photo


def photos(article: Article) -> Sequence[ArticlePhoto]:
    return [] if _holds_back(article) else list(article.article_photos.all())


def attendances(article: Article) -> Sequence[Attendance]:
    """The lines of the register; of two entries that were found to be one person, the first."""
    if _holds_back(article):
        return []
    seen: set[int] = set()
    lines = []
    for line in article.attendances.all():
        if line.person is not None:
            identity = line.person.standing_entry.pk
            if identity in seen:
                continue
            seen.add(identity)
        lines.append(line)
    return lines


def bylines(article: Article) -> Sequence[Byline]:
    return [] if article.is_withdrawn else list(article.bylines.all())


def label(article: Article) -> str:
    """The word that must stand wherever the story shows; empty for an ordinary one."""
    if article.is_withdrawn:
        return _("Withdrawn")
    return str(Kind.PAID.label) if article.is_paid else ""


def title(article: Article) -> str:
    """The headline, after the story's label if it has one.

    Never that of a withdrawn story: it may be what had to be withdrawn.
    """
    if article.is_withdrawn:
        return _("Withdrawn: a story of %(day)s") % {"day": _day(article.published_on)}
    mark = label(article)
    return f"{mark}: {article.headline}" if mark else article.headline


def summary(article: Article) -> str:
    return article.withdrawal_notice if article.is_withdrawn else article.summary


def corrections(article: Article) -> list[Correction]:
    """Errata and replies, newest first; the notice of a withdrawal stands for itself."""
    return [] if article.is_withdrawn else list(article.corrections.all())


def what_happened(instalment: Instalment) -> str:
    """The line of a story in its thread; none of one that protects identities, where only the headline is looked at."""
    return "" if _holds_back(instalment.article) else instalment.line


def text_of(article: Article) -> str:
    """The text itself; that of a protected story without the pictures in it."""
    return _without_faces(str(article.body), article)


def entry_text(entry: LiveEntry) -> str:
    """What an entry of live coverage says; of one that was withdrawn, nothing."""
    return "" if entry.is_withdrawn else _without_faces(entry.text, entry.coverage.article)


def entry_photo(entry: LiveEntry) -> Photo | None:
    """The photo of an entry of live coverage; a face is an identity."""
    is_held_back = entry.is_withdrawn or _holds_back(entry.coverage.article)
    return None if is_held_back else entry.photo


def _without_faces(text: str, article: Article) -> str:
    return _PICTURE.sub("", without_figures(text)) if article.is_identity_protected else text


def body(article: Article) -> str:
    """The text as HTML with what belongs to it: the paid label, the unverified note, corrections.

    Of a withdrawn story only the notice; of a protected one the text without its pictures.
    """
    if article.is_withdrawn:
        return _notice(article)
    text = text_of(article)
    if article.is_paid:
        paid_by = _("paid for by %(name)s") % {"name": article.sponsor}
        text = format_html("<p><strong>{}</strong> {}</p>", label(article), paid_by) + text
    if article.is_unverified:
        text += format_html("<p><em>{}</em></p>", _unverified_note())
    for correction in corrections(article):
        kind, time = correction.get_kind_display(), _moment(correction.created_at, article)
        text += format_html("<h3>{} ({})</h3>", kind, time) + _paragraphs(correction.public_text)
    return text


def _notice(article: Article) -> str:
    ground = _("Ground: %(ground)s.") % {"ground": article.get_withdrawal_ground_display()}
    heading = format_html("<p><strong>{}</strong></p>", _("This story has been withdrawn"))
    return heading + _paragraphs(ground) + _paragraphs(article.withdrawal_notice)


def _unverified_note() -> str:
    # The sentence of the story's own page; press guidelines, point 2c.
    return _(
        "(This story has not been verified yet. Its first source is clear and credible, but the "
        "person concerned could not be reached; we keep trying, and the story that follows will "
        "be linked here.)"
    )


def _paragraphs(text: str) -> str:
    lines = filter(None, map(str.strip, text.splitlines()))
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines))


def _day(day: datetime.date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _moment(moment: datetime.datetime, article: Article) -> str:
    local = moment.astimezone(article.zone)
    return f"{_day(local)} {local:%H.%M} {local.tzname()}"


def changed_at(article: Article) -> datetime.datetime:
    """When the story last became another one for readers, in the clock of its place.

    Publication, a real change of the text, a correction, a reply or the withdrawal.
    """
    moments = [article.publish_at, article.updated_at, article.withdrawn_at]
    return max(filter(None, moments + _corrected_at(article))).astimezone(article.zone)


def announced_at(article: Article) -> datetime.datetime:
    """When readers were last told something about it: publication, correction, withdrawal."""
    moments = [article.publish_at, article.withdrawn_at]
    return max(filter(None, moments + _corrected_at(article)))


def _corrected_at(article: Article) -> list[datetime.datetime | None]:
    """When there came a correction, and when its words were held back or shown again: another text for who has a copy."""
    rows = article.corrections.all()
    return [moment for row in rows for moment in (row.created_at, row.held_at)]
