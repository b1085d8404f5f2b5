"""A WordPress export (WXR 1.0 to 1.2, Squarespace's and our own dialect) as records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from .addresses import old_path
from .dates import moment
from .elements import Break, Element, read_elements
from .records import (
    AuthorRecord,
    CommentRecord,
    ExtensionRecord,
    Ignored,
    MediaRecord,
    PageRecord,
    Record,
    SectionRecord,
    Site,
    StoryRecord,
    TagRecord,
    digest_of,
)
from .source import ExportFile, ExportRefused
from .text import plain_line, plain_lines, slug_of, term_key

_COMMENT_STATES = {
    "1": "approved", "approve": "approved", "approved": "approved",
    "0": "pending", "hold": "pending", "": "pending",
    "spam": "spam",
    "trash": "rejected", "post-trashed": "rejected",
}  # fmt: skip
_TAG_DOMAINS = {"post_tag", "tag"}
# WordPress's own bookkeeping, not something that an author said about a story.
_INTERNAL_DOMAINS = {"post_format", "nav_menu", "wp_theme", "wp_template_part_area", "wp_pattern_category"}
_SITE_FIELDS = {("", "title"), ("", "link"), ("wp", "base_blog_url"), ("wp", "base_site_url"),
                ("newsroom", "export")}  # fmt: skip
_PHP_CREDIT = re.compile(r's:\d+:"(credit|copyright)";s:\d+:"([^"]*)"')


def read_wordpress(file: ExportFile, notes: list[str]) -> Iterator[Site | Record | Break]:
    """Yield the site, then everything in the file in its order, one record at a time.

    Raises ExportRefused when the file is no WordPress export.
    """
    head: dict[str, str] = {}
    site: Site | None = None
    is_wordpress = False
    for element in read_elements(file, notes):
        if isinstance(element, Break):
            yield element
            continue
        if element.name in {"rss", "feed", "html", "RDF"} and not element.children:
            _check_root(element, file)
        key = (element.family, element.name)
        is_wordpress = is_wordpress or "wp" in {element.family, *(c.family for c in element.children)}
        if site is None and key in _SITE_FIELDS:
            head.setdefault(element.name, element.text.strip())
        reader = _READERS.get(key)
        if reader is None or not is_wordpress:
            continue
        if site is None:
            site = _site(head)
            yield site
        yield from reader(element, site)
    if not is_wordpress:
        raise ExportRefused(
            _("%(file)s is a feed, not a WordPress export.") % {"file": file.path}
        )
    if site is None:
        yield _site(head)


def _check_root(root: Element, file: ExportFile) -> None:
    if root.name == "feed":
        raise ExportRefused(
            _("%(file)s is not a WordPress export; for a Blogger export use import_blogger.")
            % {"file": file.path}
        )
    if root.name != "rss":
        raise ExportRefused(_("%(file)s is not a WordPress export.") % {"file": file.path})


def _site(head: dict[str, str]) -> Site:
    base = head.get("base_blog_url") or head.get("base_site_url") or ""
    system = "newsroom" if "export" in head else "wordpress"
    return Site(head.get("title", ""), head.get("link", ""), base, system)


def _own(site: Site, text: str) -> dict[str, Any] | None:
    """What our own export adds. From WordPress it would be out of date: the text was edited there."""
    if site.system != "newsroom" or not text.strip():
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _author(element: Element, site: Site) -> Iterator[Record]:
    login = element.value("wp", "author_login")
    parts = (element.value("wp", "author_first_name"), element.value("wp", "author_last_name"))
    shown = element.value("wp", "author_display_name") or " ".join(filter(None, parts))
    # The address of a login that is an e-mail is nobody's business here.
    name = plain_line(shown) or login.partition("@")[0]
    if login or name:
        data = _own(site, element.raw("newsroom", "data"))
        key = data["slug"] if data else (login or name).lower()
        yield AuthorRecord(f"author {login or name}", key, name, data=data)


def _section(element: Element, site: Site) -> Iterator[Record]:
    slug = element.value("wp", "category_nicename")
    name = element.value("wp", "cat_name")
    parent = element.value("wp", "category_parent")
    description = element.value("wp", "category_description")
    yield from _section_record(element, site, slug, name, parent, description)


def _section_record(
    element: Element, site: Site, slug: str, name: str, parent: str, description: str
) -> Iterator[Record]:
    name = plain_line(name) or slug
    if not name:
        return
    data = _own(site, _meta(element, "termmeta").get("_newsroom_section", ""))
    yield SectionRecord(
        f"category “{name}”",
        data["slug"] if data else term_key(slug, name),
        name,
        slug,
        term_key(parent, "") if parent else "",
        plain_line(description),
        element.value("wp", "term_id"),
        data=data,
    )


def _tag(element: Element, site: Site) -> Iterator[Record]:
    slug, name = element.value("wp", "tag_slug"), element.value("wp", "tag_name")
    yield from _tag_record(element, site, slug, name)


def _tag_record(element: Element, site: Site, slug: str, name: str) -> Iterator[Record]:
    name = plain_line(name) or slug
    if name:
        data = _own(site, _meta(element, "termmeta").get("_newsroom_tag", ""))
        key = data["slug"] if data else term_key(slug, name)
        yield TagRecord(f"tag “{name}”", key, name, slug, data=data)


def _term(element: Element, site: Site) -> Iterator[Record]:
    taxonomy = element.value("wp", "term_taxonomy")
    slug, name = element.value("wp", "term_slug"), element.value("wp", "term_name")
    if taxonomy == "category":
        parent = element.value("wp", "term_parent")
        description = element.value("wp", "term_description")
        yield from _section_record(element, site, slug, name, parent, description)
    elif taxonomy in _TAG_DOMAINS:
        yield from _tag_record(element, site, slug, name)
    elif taxonomy not in _INTERNAL_DOMAINS:
        yield Ignored(f"{taxonomy} “{plain_line(name) or slug}”", slug,
                      _("Only categories and tags have a place here."))


def _extension(element: Element, site: Site) -> Iterator[Record]:
    kind, key = element.attributes.get("kind", ""), element.attributes.get("key", "")
    if (data := _own(site, element.text)) is not None:
        yield ExtensionRecord(f"{kind} {key}", key, kind, data=data)


def _item(element: Element, site: Site) -> Iterator[Record]:
    kind = element.value("wp", "post_type") or "post"
    number = element.value("wp", "post_id")
    title = plain_line(element.raw("", "title"))
    label = " ".join(filter(None, [kind, number, f"“{title}”" if title else ""]))
    meta = _meta(element, "postmeta")
    if kind == "attachment":
        yield _media(element, site, label, number, title, meta)
    elif kind == "post":
        yield _story(element, site, label, number, title, meta)
    elif kind == "page":
        yield _page(element, site, label, number, title, meta)
    else:
        yield Ignored(
            label, number,
            _("Items of the type “%(type)s” have no place here.") % {"type": kind},
        )


def _media(
    element: Element, site: Site, label: str, number: str, title: str, meta: dict[str, str]
) -> MediaRecord:
    address = element.value("wp", "attachment_url") or element.value("", "guid")
    description = plain_lines(element.raw("content", "encoded"))
    if description.startswith(("http://", "https://")):
        description = ""
    file = meta.get("_wp_attached_file", "")
    parent = element.value("wp", "post_parent")
    return MediaRecord(
        label,
        number or address,
        address,
        file.rpartition("/uploads/")[2],
        "" if parent == "0" else parent,
        _integer(element.value("wp", "menu_order")),
        title,
        plain_lines(element.raw("excerpt", "encoded")) or description,
        plain_line(meta.get("_wp_attachment_image_alt", "")),
        _credit(meta),
        moment(
            element.value("wp", "post_date"), element.value("wp", "post_date_gmt"),
            element.value("", "pubDate"),
        ),
        data=_own(site, meta.get("_newsroom_photo", "")),
    )


def _credit(meta: dict[str, str]) -> str:
    """Who made the picture: from a credit plugin, else from the camera's own words."""
    if named := meta.get("_media_credit") or meta.get("_wp_attachment_source_name"):
        return plain_line(named)
    found = dict(_PHP_CREDIT.findall(meta.get("_wp_attachment_metadata", "")))
    return plain_line(found.get("credit") or found.get("copyright") or "")


def _text_fields(
    element: Element, site: Site, label: str, number: str, title: str, meta: dict[str, str]
) -> dict[str, Any]:
    guid, slug = element.value("", "guid"), element.value("wp", "post_name")
    link = element.value("", "link")
    # The number alone is not enough: exports of other systems repeat numbers in other files.
    key = f"{number} {guid or slug or title}".strip()
    paths = [old_path(link, site), old_path(guid, site)]
    if slug and slug in link:
        paths += [
            old_path(link.replace(slug, former), site)
            for former in _all_meta(element, "_wp_old_slug")
        ]
    return {
        "label": label,
        "key": key,
        "title": title,
        "slug": slug,
        "body": element.raw("content", "encoded"),
        "status": element.value("wp", "status") or "publish",
        "moment": moment(
            element.value("wp", "post_date"), element.value("wp", "post_date_gmt"),
            element.value("", "pubDate"),
        ),
        "number": number,
        "old_paths": list(dict.fromkeys(filter(None, paths))),
        "has_password": bool(element.value("wp", "post_password")),
        "comments": [_comment(child, site, number) for child in element.all("wp", "comment")],
        "line": element.line,
    }


def _story(
    element: Element, site: Site, label: str, number: str, title: str, meta: dict[str, str]
) -> StoryRecord:
    creator = element.value("dc", "creator") or element.value("wp", "author")
    terms = [
        (c.attributes.get("domain", ""), c.attributes.get("nicename", ""), plain_line(c.text))
        for c in element.all("", "category")
    ]
    if any(domain for domain, *_rest in terms):
        # Version 1.0 writes each term twice, once without its domain.
        terms = [term for term in terms if term[0]]
    authors = [(slug or name, name) for domain, slug, name in terms if domain == "author"]
    if not authors and creator:
        authors = [(creator, "")]
    return StoryRecord(
        **_text_fields(element, site, label, number, title, meta),
        excerpt=plain_lines(element.raw("excerpt", "encoded")),
        modified=moment(
            element.value("wp", "post_modified"), element.value("wp", "post_modified_gmt")
        ),
        authors=list(dict.fromkeys((login.lower(), name) for login, name in authors)),
        sections=_terms(terms, {"category", ""}),
        tags=_terms(terms, _TAG_DOMAINS),
        other_terms=[
            f"{domain} “{name or slug}”" for domain, slug, name in terms
            if domain not in {"category", "author", ""} | _TAG_DOMAINS | _INTERNAL_DOMAINS
        ],
        primary_section=meta.get("_yoast_wpseo_primary_category", "")
        or meta.get("rank_math_primary_category", ""),
        featured_media=meta.get("_thumbnail_id", "").strip(),
        data=_own(site, meta.get("_newsroom_article", "")),
    )


def _page(
    element: Element, site: Site, label: str, number: str, title: str, meta: dict[str, str]
) -> PageRecord:
    return PageRecord(
        **_text_fields(element, site, label, number, title, meta),
        data=_own(site, meta.get("_newsroom_page", "")),
    )


def _terms(terms: list[tuple[str, str, str]], domains: set[str]) -> list[tuple[str, str]]:
    found = [
        (term_key(slug, name), name or slug) for domain, slug, name in terms if domain in domains
    ]
    return [(key, name) for key, name in dict.fromkeys(found) if key]


def _comment(element: Element, site: Site, story: str) -> CommentRecord:
    number = element.value("wp", "comment_id")
    author = plain_line(element.raw("wp", "comment_author"))
    kind = element.value("wp", "comment_type")
    parent = element.value("wp", "comment_parent")
    body = plain_lines(element.raw("wp", "comment_content"))
    unwanted = ""
    if kind in {"pingback", "trackback"}:
        unwanted = _("A link from another site, not a reader's comment.")
    elif kind not in {"", "comment", "review"}:
        unwanted = _("Comments of the type “%(type)s” have no place here.") % {"type": kind}
    data = _own(site, _meta(element, "commentmeta").get("_newsroom_comment", ""))
    if not unwanted and not body and data is None:
        unwanted = _("The comment has no text.")
    label = f"comment {number} (post {story})" if story else f"comment {number}"
    # Other systems count comments anew under each story.
    return CommentRecord(
        label,
        f"{story} {number or digest_of(author, body)}",
        "" if parent in {"0", ""} else f"{story} {parent}",
        author,
        body,
        _COMMENT_STATES.get(element.value("wp", "comment_approved").lower(), "pending"),
        moment(element.value("wp", "comment_date"), element.value("wp", "comment_date_gmt")),
        unwanted,
        data=data,
    )


def _meta(element: Element, name: str) -> dict[str, str]:
    """The custom fields; of a key that stands there several times, the last."""
    return {
        child.value("wp", "meta_key"): child.raw("wp", "meta_value")
        for child in element.all("wp", name)
    }


def _all_meta(element: Element, key: str) -> list[str]:
    return [
        child.value("wp", "meta_value")
        for child in element.all("wp", "postmeta")
        if child.value("wp", "meta_key") == key and child.value("wp", "meta_value")
    ]


def _integer(text: str) -> int:
    return int(text) if text.lstrip("-").isdecimal() else 0


_READERS = {
    ("wp", "author"): _author,
    ("wp", "wp_author"): _author,
    ("wp", "category"): _section,
    ("wp", "tag"): _tag,
    ("wp", "term"): _term,
    ("newsroom", "record"): _extension,
    ("", "item"): _item,
}
