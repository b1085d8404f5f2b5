"""RSS 2.0, Atom 1.0 and JSON Feed 1.1 of the whole publication and of each section.

All three show the same entries (`articles.syndication`) with the whole text. A story keeps its
identifier for ever, so readers of feeds see corrections and withdrawals on the entry they have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .absolute import absolute
from .conditional import respond
from .syndication import Channel, Entry, Picture, channel, instant
from .views.frame import Frame
from .xmltext import xml_text

RSS_NAMESPACES = {
    "version": "2.0",
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}


@require_safe
def rss(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """RSS 2.0; 404 for a section that does not exist."""
    found = _channel(request, slug)
    return _answer(request, as_rss(found), "application/rss+xml", found)


@require_safe
def atom(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Atom 1.0 (RFC 4287); 404 for a section that does not exist."""
    found = _channel(request, slug)
    return _answer(request, as_atom(found), "application/atom+xml", found)


@require_safe
def json_feed(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """JSON Feed 1.1; 404 for a section that does not exist."""
    found = _channel(request, slug)
    return _answer(request, as_json(found), "application/feed+json", found)


def _answer(request: HttpRequest, body: bytes, mime_type: str, feed: Channel) -> HttpResponse:
    response = respond(request, body, f"{mime_type}; charset=utf-8", feed.changed_at)
    if settings.WEBSUB_HUB:
        # Subscribers look here first (WebSub, section 4).
        response["Link"] = f'<{settings.WEBSUB_HUB}>; rel="hub", <{feed.feed_url}>; rel="self"'
    return response


def _channel(request: HttpRequest, slug: str | None) -> Channel:
    frame = Frame.load()
    section = frame.section(slug) if slug is not None else None
    return channel(frame.publication, section, feed_url=absolute(request.path))


def _add(
    parent: ElementTree.Element, tag: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    clean = {name: xml_text(value) for name, value in attributes.items()}
    element = ElementTree.SubElement(parent, tag, clean)
    element.text = xml_text(text) or None
    return element


def _serialise(root: ElementTree.Element) -> bytes:
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def as_rss(feed: Channel) -> bytes:
    root = ElementTree.Element("rss", RSS_NAMESPACES)
    top = _add(root, "channel")
    _add(top, "title", feed.title)
    _add(top, "link", feed.home_url)
    _add(top, "description", feed.description)
    _add(top, "language", feed.language)
    if feed.changed_at:
        _add(top, "lastBuildDate", format_datetime(feed.changed_at))
    _add(top, "atom:link", rel="self", type="application/rss+xml", href=feed.feed_url)
    if settings.WEBSUB_HUB:
        _add(top, "atom:link", rel="hub", href=settings.WEBSUB_HUB)
    for entry in feed.entries:
        _rss_item(_add(top, "item"), entry)
    return _serialise(root)


def _rss_item(item: ElementTree.Element, entry: Entry) -> None:
    _add(item, "title", entry.title)
    _add(item, "link", entry.url)
    _add(item, "guid", entry.uri, isPermaLink="false")
    _add(item, "pubDate", format_datetime(entry.published_at))
    _add(item, "atom:updated", instant(entry.changed_at))
    for name, _url in entry.authors:
        _add(item, "dc:creator", name)
    for category in entry.categories:
        _add(item, "category", category)
    # RSS takes a description for HTML; ours are words, in which "<" is a sign like any other.
    _add(item, "description", escape(entry.summary, quote=False))
    _add(item, "content:encoded", entry.body)
    _media(item, entry.picture)


def _media(item: ElementTree.Element, picture: Picture | None) -> None:
    if picture is None:
        return
    media = _add(
        item, "media:content", url=picture.url, medium="image", type=picture.mime_type,
        width=str(picture.width), height=str(picture.height),
    )  # fmt: skip
    if picture.caption:
        _add(media, "media:title", picture.caption, type="plain")
    if picture.alt_text:
        _add(media, "media:description", picture.alt_text, type="plain")
    if picture.credit:
        _add(media, "media:credit", picture.credit, role="photographer")


def as_atom(feed: Channel) -> bytes:
    root = ElementTree.Element(
        "feed",
        {
            "xmlns": "http://www.w3.org/2005/Atom",
            "xmlns:media": RSS_NAMESPACES["xmlns:media"],
            "xml:lang": feed.language,
        },
    )
    _add(root, "id", feed.feed_url)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.description)
    _add(root, "updated", instant(feed.changed_at) if feed.changed_at else "1970-01-01T00:00:00Z")
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.feed_url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.home_url)
    if settings.WEBSUB_HUB:
        _add(root, "link", rel="hub", href=settings.WEBSUB_HUB)
    # Stands in for entries that nobody signs: Atom asks for an author on one of the two.
    _add(_add(root, "author"), "name", feed.publication_name)
    for entry in feed.entries:
        _atom_entry(_add(root, "entry"), entry)
    return _serialise(root)


def _atom_entry(element: ElementTree.Element, entry: Entry) -> None:
    _add(element, "id", entry.uri)
    _add(element, "title", entry.title)
    _add(element, "link", rel="alternate", type="text/html", href=entry.url)
    _add(element, "published", instant(entry.published_at))
    _add(element, "updated", instant(entry.changed_at))
    for name, url in entry.authors:
        author = _add(element, "author")
        _add(author, "name", name)
        _add(author, "uri", url)
    for category in entry.categories:
        _add(element, "category", term=category)
    _add(element, "summary", entry.summary)
    _add(element, "content", entry.body, type="html")
    _media(element, entry.picture)


def as_json(feed: Channel) -> bytes:
    document: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.feed_url,
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.publication_name, "url": absolute("/")}],
        "items": [_json_item(entry) for entry in feed.entries],
    }
    if settings.WEBSUB_HUB:
        document["hubs"] = [{"type": "WebSub", "url": settings.WEBSUB_HUB}]
    return json.dumps(document, ensure_ascii=False).encode()


def _json_item(entry: Entry) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.uri,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.body,
        "date_published": instant(entry.published_at),
        "date_modified": instant(entry.changed_at),
        "authors": _json_authors(entry.authors),
        "tags": list(entry.categories),
    }
    if entry.picture:
        item["image"] = entry.picture.url
    return {name: value for name, value in item.items() if value != []}


def _json_authors(authors: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "url": url} for name, url in authors]
