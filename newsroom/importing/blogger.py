"""A Blogger export (the Atom of 2008 to 2024 and that of Google Takeout since) as records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from django.utils.translation import gettext as _

from .addresses import media_key, old_path, path_of
from .dates import iso_moment
from .elements import Break, Element, read_elements
from .records import (
    AuthorRecord,
    Ignored,
    MediaRecord,
    PageRecord,
    Record,
    Site,
    StoryRecord,
    StrayCommentRecord,
    TagRecord,
)
from .source import ExportFile, ExportRefused
from .text import plain_line, plain_lines, term_key

_KIND = "http://schemas.google.com/blogger/2008/kind#"
_LABELS = "http://www.blogger.com/atom/ns#"
_IMAGE = re.compile(r"""<img\b[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_REMOVED = "blogger.contentRemoved"
_COMMENT_ADDRESS = re.compile(r"/comments/default/(\d+)")
_STATUSES = {"LIVE": "publish", "SCHEDULED": "future", "DRAFT": "draft", "SOFT_TRASHED": "trash"}
_COMMENT_STATES = {
    "LIVE": "approved", "PENDING": "pending", "SPAMMED": "spam", "EMPTIED": "removed",
    "GHOSTED": "spam", "DELETED": "removed",
}  # fmt: skip


def read_blogger(file: ExportFile, notes: list[str]) -> Iterator[Site | Record | Break]:
    """Yield the site, then for each entry its authors, labels and pictures, and the entry itself.

    Raises ExportRefused when the file is no Blogger export.
    """
    site = Site(system="blogger")
    is_known = False
    for element in read_elements(file, notes):
        if isinstance(element, Break):
            yield element
        elif element.name == "feed":
            if element.family not in {"atom", ""}:
                raise _refused(file)
        elif element.name in {"rss", "html", "RDF"} and not element.children:
            raise _refused(file)
        elif element.name == "entry":
            kind = _kind(element)
            if kind and not is_known:
                is_known = True
                yield site
            yield from _entry(element, kind, site)
        else:
            _learn(site, element)
    if not is_known:
        raise _refused(file)


def _refused(file: ExportFile) -> ExportRefused:
    return ExportRefused(
        _("%(file)s is not a Blogger export; for a WordPress export use import_wordpress.")
        % {"file": file.path}
    )


def _learn(site: Site, element: Element) -> None:
    if element.name == "title":
        site.title = plain_line(element.text)
    elif element.name == "link" and element.attributes.get("rel") == "alternate":
        site.link = element.attributes.get("href", "")
    elif element.name == "id" and not site.base_url and not site.link:
        # Takeout gives no address, only "tag:blogger.com,1999:blog-123".
        site.title = site.title or element.text.strip()


def _kind(entry: Element) -> str:
    """post, page, comment, settings, template …; "" for an entry that is none of Blogger's."""
    if kind := entry.value("blogger", "type"):
        return kind.lower()
    for category in entry.all("atom", "category"):
        term = category.attributes.get("term", "")
        if term.startswith(_KIND):
            return term.removeprefix(_KIND)
    return ""


def _entry(entry: Element, kind: str, site: Site) -> Iterator[Record]:
    key = entry.value("atom", "id")
    title = plain_line(entry.raw("atom", "title"))
    label = " ".join(filter(None, [kind, key.rpartition("-")[2], f"“{title}”" if title else ""]))
    if kind == "post":
        yield from _authors(entry)
        yield from _labels(entry)
        yield from _media(entry, key)
        yield _story(entry, site, label, key, title)
    elif kind == "page":
        yield from _media(entry, key)
        yield PageRecord(label, key, title, **_text_fields(entry, site))
    elif kind == "comment":
        yield _comment(entry, label, key)
    elif kind not in {"settings", "template"}:
        yield Ignored(
            label, key, _("Items of the type “%(type)s” have no place here.") % {"type": kind}
        )


def _authors(entry: Element) -> Iterator[Record]:
    for name in _author_names(entry):
        yield AuthorRecord(f"author {name}", name.lower(), name)


def _author_names(entry: Element) -> list[str]:
    names = [plain_line(author.value("atom", "name")) for author in entry.all("atom", "author")]
    return list(dict.fromkeys(filter(None, names)))


def _labels(entry: Element) -> Iterator[Record]:
    for key, name in _label_names(entry):
        yield TagRecord(f"label “{name}”", key, name, "")


def _label_names(entry: Element) -> list[tuple[str, str]]:
    names = [
        plain_line(category.attributes.get("term", ""))
        for category in entry.all("atom", "category")
        if category.attributes.get("scheme", "") == _LABELS
    ]
    return [(term_key("", name), name) for name in dict.fromkeys(names) if name]


def _media(entry: Element, key: str) -> Iterator[Record]:
    """Blogger lists no files: what the texts show is what there is."""
    for address in dict.fromkeys(map(unescape, _IMAGE.findall(entry.raw("atom", "content")))):
        if address.startswith("//"):
            address = f"https:{address}"
        if address.startswith(("http://", "https://")):
            name = path_of(address).rpartition("/")[2]
            yield MediaRecord(f"picture {name or address}", media_key(address)[:200], address)


def _text_fields(entry: Element, site: Site) -> dict:
    links = [
        link.attributes.get("href", "")
        for link in entry.all("atom", "link")
        if link.attributes.get("rel", "alternate") == "alternate"
    ]
    addresses = [*links, entry.value("blogger", "filename")]
    paths = [old_path(address, site) for address in addresses]
    status = _STATUSES.get(entry.value("blogger", "status"), "publish")
    control = entry.find("app", "control")
    if control and control.value("app", "draft") == "yes":
        status = "draft"
    published = entry.value("blogger", "created") if status == "draft" else ""
    return {
        "slug": (next(filter(None, paths), "")).rpartition("/")[2].partition("?")[0],
        "body": entry.raw("atom", "content"),
        "status": status,
        "moment": iso_moment(entry.value("atom", "published") or published),
        "old_paths": list(dict.fromkeys(filter(None, paths))),
        "line": entry.line,
    }


def _story(entry: Element, site: Site, label: str, key: str, title: str) -> StoryRecord:
    # "updated" moves with every change of the template, so it says nothing to a reader.
    return StoryRecord(
        label,
        key,
        title,
        **_text_fields(entry, site),
        excerpt=plain_lines(entry.value("blogger", "metaDescription")),
        authors=[(name.lower(), name) for name in _author_names(entry)],
        tags=_label_names(entry),
    )


def _comment(entry: Element, label: str, key: str) -> StrayCommentRecord:
    names = _author_names(entry)
    story = entry.value("blogger", "parent")
    reply = entry.find("thr", "in-reply-to")
    if reply is not None:
        story = reply.attributes.get("ref", "") or story
    body = plain_lines(entry.raw("atom", "content"))
    is_removed = any(
        extra.attributes.get("name") == _REMOVED and extra.attributes.get("value") == "true"
        for extra in entry.all("gd", "extendedProperty")
    )
    state = _COMMENT_STATES.get(entry.value("blogger", "status") or "LIVE", "pending")
    unwanted = ""
    if is_removed or state == "removed":
        unwanted = _("The comment was removed on the old site.")
    elif not body:
        unwanted = _("The comment has no text.")
    return StrayCommentRecord(
        label.split(" “")[0],
        key,
        _answered_comment(entry, key),
        names[0] if names else "",
        body,
        state,
        iso_moment(entry.value("atom", "published")),
        unwanted,
        story=story,
    )


def _answered_comment(entry: Element, key: str) -> str:
    """The id of the comment that this one answers; "" for an answer to the story itself."""
    if answered := entry.value("blogger", "inReplyTo"):
        return answered
    for link in entry.all("atom", "link"):
        if link.attributes.get("rel") == "related":
            match = _COMMENT_ADDRESS.search(link.attributes.get("href", ""))
            if match:
                return re.sub(r"\d+$", match[1], key)
    return ""
