"""An item of a WordPress export as a record: a story, a page, a picture, or nothing for us."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from .addresses import old_path
from .dates import moment
from .elements import Element
from .records import (
    CommentRecord,
    Ignored,
    MediaRecord,
    PageRecord,
    Record,
    Site,
    StoryRecord,
    digest_of,
)
from .text import plain_line, plain_lines, term_key

_COMMENT_STATES = {
    "1": "approved", "approve": "approved", "approved": "approved",
    "0": "pending", "hold": "pending", "": "pending",
    "spam": "spam",
    "trash": "rejected", "post-trashed": "rejected",
}  # fmt: skip
TAG_DOMAINS = {"post_tag", "tag"}
# WordPress's own bookkeeping, not something that an author said about a story.
INTERNAL_DOMAINS = {
    *("post_format", "nav_menu", "wp_theme", "wp_template_part_area", "wp_pattern_category"),
}
_PHP_CREDIT = re.compile(r's:\d+:"(credit|copyright)";s:\d+:"([^"]*)"')


def read_item(element: Element, site: Site) -> Iterator[Record]:
    kind = element.value("wp", "post_type") or "post"
    number = element.value("wp", "post_id")
    title = plain_line(element.raw("", "title"))
    label = " ".join(filter(None, [kind, number, f"“{title}”" if title else ""]))
    meta = meta_of(element, "postmeta")
    if kind == "attachment":
        yield _media(element, site, label, number, title, meta)
    elif kind == "post":
        yield _story(element, site, label, number, title, meta)
    elif kind == "page":
        yield _page(element, site, label, number, title, meta)
    else:
        yield Ignored(
            label,
            number,
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
            element.value("wp", "post_date"),
            element.value("wp", "post_date_gmt"),
            element.value("", "pubDate"),
        ),
        data=own_data(site, meta.get("_newsroom_photo", "")),
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
        "status": element.value("wp", "status"),
        "moment": moment(
            element.value("wp", "post_date"),
            element.value("wp", "post_date_gmt"),
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
        tags=_terms(terms, TAG_DOMAINS),
        other_terms=[
            f"{domain} “{name or slug}”"
            for domain, slug, name in terms
            if domain not in {"category", "author", ""} | TAG_DOMAINS | INTERNAL_DOMAINS
        ],
        primary_section=meta.get("_yoast_wpseo_primary_category", "")
        or meta.get("rank_math_primary_category", ""),
        featured_media=meta.get("_thumbnail_id", "").strip(),
        data=own_data(site, meta.get("_newsroom_article", "")),
    )


def _page(
    element: Element, site: Site, label: str, number: str, title: str, meta: dict[str, str]
) -> PageRecord:
    return PageRecord(
        **_text_fields(element, site, label, number, title, meta),
        data=own_data(site, meta.get("_newsroom_page", "")),
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
    data = own_data(site, meta_of(element, "commentmeta").get("_newsroom_comment", ""))
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


def meta_of(element: Element, name: str) -> dict[str, str]:
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


def own_data(site: Site, text: str) -> dict[str, Any] | None:
    """What our own export adds. From WordPress it would be out of date: the text was edited there."""
    if site.system != "newsroom" or not text.strip():
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
