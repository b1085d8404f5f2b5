"""What a feed holds, whatever its format: which stories, and what of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pagecache import recording

from . import disclosure
from .absolute import absolute, tag_uri, with_absolute_links
from .models import Article, ArticlePhoto, Correction, Publication, Section
from .models.photos import Rendition

ENTRIES = 30
# Feed readers and messengers take an address, not a choice: as wide as a phone shows.
PICTURE_WIDTH = 1080


@dataclass(frozen=True)
class Picture:
    url: str
    mime_type: str
    width: int
    height: int
    caption: str
    alt_text: str
    credit: str


@dataclass(frozen=True)
class Entry:
    """One story, as far as it may leave the house. Times are in the clock of its place."""

    uri: str
    url: str
    title: str
    summary: str
    body: str
    published_at: datetime.datetime
    changed_at: datetime.datetime
    authors: Sequence[tuple[str, str]]
    categories: Sequence[str]
    picture: Picture | None


@dataclass(frozen=True)
class Channel:
    title: str
    description: str
    publication_name: str
    home_url: str
    feed_url: str
    language: str
    entries: Sequence[Entry]

    @property
    def changed_at(self) -> datetime.datetime | None:
        """The last change of any entry; None when there are none."""
        return max((entry.changed_at for entry in self.entries), default=None)


def channel(publication: Publication, section: Section | None, *, feed_url: str) -> Channel:
    """The feed of the publication or of one section, fetched in four queries."""
    return Channel(
        title=f"{publication.name} – {section.name}" if section else publication.name,
        description=(section.description if section else publication.tagline) or publication.name,
        publication_name=publication.name,
        home_url=absolute(section.get_absolute_url() if section else "/"),
        feed_url=feed_url,
        language=settings.LANGUAGE_CODE,
        entries=[entry(article) for article in stories(section)],
    )


def stories(section: Section | None = None) -> list[Article]:
    """The 30 stories of which readers were told something last, newest first.

    An old story that is corrected or withdrawn today comes back for its notice: whoever
    copied it must learn of it. A mere change of the text does not bring a story back.
    """
    recording.shows("corrections", f"section:{section.pk}" if section else "latest")
    return _told_last(Article.objects.published_or_withdrawn().for_feed(_keys(section)))


def changes(section: Section | None = None) -> list[tuple[int, str]]:
    """The keys of the same stories in the same order, each with when it last changed. Two queries, no texts."""
    found = Article.objects.published_or_withdrawn().filter(pk__in=_keys(section))
    lean = (
        found.select_related("place")
        .only("publish_at", "updated_at", "withdrawn_at", "place")
        .prefetch_related("corrections")
    )
    return [(one.pk, instant(disclosure.changed_at(one))) for one in _told_last(lean)]


def _keys(section: Section | None) -> QuerySet[Any, Any]:
    newest = Article.objects.published().newest_first()
    corrections = Correction.objects.filter(article__in=Article.objects.published_or_withdrawn())
    if section is not None:
        newest = newest.filter(section=section)
        corrections = corrections.filter(article__section=section)
    corrected = corrections.order_by("-created_at", "-id").values_list("article_id", flat=True)
    return newest.values_list("pk", flat=True)[:ENTRIES].union(corrected[:ENTRIES])


def _told_last(found: Iterable[Article]) -> list[Article]:
    in_order = sorted(found, key=lambda a: (disclosure.announced_at(a), a.pk), reverse=True)
    return in_order[:ENTRIES]


def entry(article: Article) -> Entry:
    """What a feed shows of a story that `for_feed` has fetched."""
    url = absolute(article.get_absolute_url())
    return Entry(
        uri=tag_uri(article),
        url=url,
        title=disclosure.title(article),
        summary=disclosure.summary(article),
        body=with_absolute_links(disclosure.body(article), url),
        published_at=article.local_publish_at,
        changed_at=disclosure.changed_at(article),
        authors=authors(article),
        categories=categories(article),
        picture=picture(disclosure.lead_photo(article)),
    )


def authors(article: Article) -> list[tuple[str, str]]:
    """Name and address of everybody who signs, in order, each once."""
    signed = [line.author for line in disclosure.bylines(article)]
    return list(dict.fromkeys((a.name, absolute(a.get_absolute_url())) for a in signed))


def categories(article: Article) -> list[str]:
    """The label of a paid or withdrawn story, its section, its tags."""
    names = [disclosure.label(article), article.section.name]
    return list(filter(None, names + [tag.name for tag in disclosure.tags(article)]))


def picture(row: ArticlePhoto | None, shape: str = "") -> Picture | None:
    """A photo with the caption it has in the story, in a size for a phone's screen.

    With `shape` it is cut to that, once the file for it is made.
    """
    if row is None:
        return None
    return picture_of(row, row.photo.fitting(shape, PICTURE_WIDTH))


def picture_of(row: ArticlePhoto, file: Rendition) -> Picture:
    """One file of a photo with the words that it has in the story."""
    photo = row.photo
    return Picture(
        url=absolute(photo.image.storage.url(file.name)),
        mime_type=file.mime_type,
        width=file.width,
        height=file.height,
        caption=row.caption or photo.caption,
        alt_text=row.alt_text or photo.alt_text,
        credit=printed_credit(row),
    )


def instant(moment: datetime.datetime | None) -> str:
    """RFC 3339, to the second and with the offset it carries, as the pages print it too."""
    return moment.isoformat(timespec="seconds") if moment else ""


def printed_credit(row: ArticlePhoto) -> str:
    """The credit, and the label that an image made by artificial intelligence must carry."""
    made_by_ai = _("Image made by artificial intelligence") if row.photo.is_ai_generated else ""
    return ". ".join(filter(None, (row.photo.credit, made_by_ai)))
