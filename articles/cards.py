"""What stands in a page's head for machines: canonical address, cards, feeds, structured data.

A view makes a `PageMeta` and its template prints it:
`{% include "components/meta.html" with meta=meta only %}`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe

from . import disclosure, share_pictures, structured
from .absolute import absolute
from .addresses import path_of
from .syndication import Picture, instant

if TYPE_CHECKING:
    from .models import Article, Publication, Section

# Facebook and WhatsApp read a territory after the language.
_LOCALES = {"id": "id_ID", "en": "en_GB"}
# Longer ones are cut by every search engine and messenger.
DESCRIPTION_LENGTH = 300
# A script element ends at the first "</script"; these keep any text from writing one.
_SCRIPT_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Feed:
    url: str
    mime_type: str
    title: str


@dataclass(frozen=True)
class PageMeta:
    """The head of one page. `properties` are OpenGraph's beyond those of every page."""

    title: str
    description: str
    url: str
    site_name: str
    kind: str = "website"
    picture: Picture | None = None
    properties: Sequence[tuple[str, str]] = ()
    data: Sequence[structured.Data] = ()
    feeds: Sequence[Feed] = ()
    ninjs_url: str = ""
    popolo_url: str = ""
    is_indexed: bool = True
    locale: str = field(default_factory=lambda: _LOCALES[settings.LANGUAGE_CODE])

    @cached_property
    def json_ld(self) -> list[SafeString]:
        """Each dictionary as the safe contents of a script element."""
        # Escaped below as Django's json_script does: nothing in it can close the element.
        return [
            mark_safe(json.dumps(item, ensure_ascii=False).translate(_SCRIPT_ESCAPES))
            for item in self.data
        ]


def open_graph(article: Article) -> list[tuple[str, str]]:
    """The article:* properties of a story that `for_page` has fetched."""
    times = [("published_time", article.local_publish_at)]
    if article.local_updated_at:
        times.append(("modified_time", article.local_updated_at))
    if article.local_unpublish_at:
        times.append(("expiration_time", article.local_unpublish_at))
    return [
        *((f"article:{name}", instant(moment)) for name, moment in times),
        ("article:section", article.section.name),
        *(("article:tag", tag.name) for tag in disclosure.tags(article)),
    ]


def article_meta(article: Article, publication: Publication) -> PageMeta:
    """The head of a story's page; a withdrawn one is not to be indexed."""
    path = article.get_absolute_url()
    trail = [
        (publication.name, "/"),
        (article.section.name, article.section.get_absolute_url()),
        (disclosure.title(article), path),
    ]
    return PageMeta(
        title=disclosure.title(article),
        description=_shortened(disclosure.summary(article)),
        url=absolute(path),
        site_name=publication.name,
        kind="article",
        picture=share_pictures.of_story(article, publication),
        properties=open_graph(article),
        data=[
            structured.article_json_ld(article, publication),
            structured.breadcrumb_json_ld(trail),
        ],
        feeds=feeds(publication, article.section),
        ninjs_url=absolute(f"{path}ninjs.json"),
        is_indexed=not article.is_withdrawn,
    )


def page_meta(
    publication: Publication,
    *,
    title: str,
    path: str,
    description: str = "",
    kind: str = "website",
    data: Sequence[structured.Data] = (),
    section: Section | None = None,
    is_indexed: bool = True,
    popolo_path: str = "",
    picture: Picture | None = None,
) -> PageMeta:
    """The head of any other page. `path` is the one address the page is known by.

    With `section` its feeds are offered before those of the whole publication; `popolo_path` is
    where the same people and offices are as data. `picture` is that of what the page is about, by default the card
    of the section or of the publication; a page that is not indexed has none.
    """
    if not is_indexed:
        picture = None
    elif picture is None:
        picture = (
            share_pictures.of_section(section, publication)
            if section is not None
            else share_pictures.of_publication(publication)
        )
    return PageMeta(
        title=title,
        description=_shortened(description or publication.tagline or publication.name),
        url=absolute(path),
        site_name=publication.name,
        kind=kind,
        picture=picture,
        data=data,
        feeds=feeds(publication, section),
        is_indexed=is_indexed,
        popolo_url=absolute(popolo_path) if popolo_path else "",
    )


def feeds(publication: Publication, section: Section | None = None) -> list[Feed]:
    """The feeds a page offers, the nearest first."""
    found: list[Feed] = []
    if section is not None:
        title = f"{publication.name} – {section.name}"
        found += _formats(settings.SITE_URL, title, "section_", section.slug)
    return [*found, *_formats(settings.SITE_URL, publication.name, "")]


@lru_cache(maxsize=128)
def _formats(_site: str, title: str, prefix: str, *slug: str) -> Sequence[Feed]:
    formats = (
        ("rss", "application/rss+xml", "RSS"),
        ("atom", "application/atom+xml", "Atom"),
        ("json_feed", "application/feed+json", "JSON Feed"),
    )
    return [
        Feed(absolute(path_of(prefix + name, *slug)), mime_type, f"{title} ({label})")
        for name, mime_type, label in formats
    ]


def _shortened(text: str) -> str:
    """At most DESCRIPTION_LENGTH characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= DESCRIPTION_LENGTH:
        return line
    whole_words = line[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0][: DESCRIPTION_LENGTH - 1]
    return whole_words.rstrip(" ,.;:–-") + "…"
