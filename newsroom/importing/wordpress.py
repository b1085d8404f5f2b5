"""A WordPress export (WXR 1.0 to 1.2, Squarespace's and our own dialect) as records."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .addresses import old_path
from .elements import Break, Element, read_elements
from .records import (
    AuthorRecord,
    ExtensionRecord,
    Ignored,
    Record,
    SectionRecord,
    Site,
    TagRecord,
)
from .source import ExportFile, ExportRefused
from .text import plain_line, term_key
from .wordpress_items import INTERNAL_DOMAINS, TAG_DOMAINS, meta_of, own_data, read_item

_SITE_FIELDS = {("", "title"), ("", "link"), ("wp", "base_blog_url"), ("wp", "base_site_url"),
                ("newsroom", "export")}  # fmt: skip


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
        is_wordpress = is_wordpress or "wp" in {
            element.family,
            *(c.family for c in element.children),
        }
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
        raise ExportRefused(_("%(file)s is a feed, not a WordPress export.") % {"file": file.path})
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


def _author(element: Element, site: Site) -> Iterator[Record]:
    login = element.value("wp", "author_login")
    parts = (element.value("wp", "author_first_name"), element.value("wp", "author_last_name"))
    shown = element.value("wp", "author_display_name") or " ".join(filter(None, parts))
    # The address of a login that is an e-mail is nobody's business here.
    name = plain_line(shown) or login.partition("@")[0]
    if login or name:
        data = own_data(site, element.raw("newsroom", "data"))
        key = data["slug"] if data else (login or name).lower()
        path = _list_path("author", element.value("wp", "author_id"), site)
        yield AuthorRecord(f"author {login or name}", key, name, path, data=data)


def _list_path(what: str, number: str, site: Site) -> str:
    """Where the list of an author or a category stands by its number, on a site of that system."""
    if site.system != "wordpress" or not number.isdecimal() or not int(number):
        return ""
    return old_path(f"{(site.base_url or site.link).rstrip('/')}/?{what}={int(number)}", site)


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
    data = own_data(site, meta_of(element, "termmeta").get("_newsroom_section", ""))
    number = element.value("wp", "term_id")
    yield SectionRecord(
        f"category “{name}”",
        data["slug"] if data else term_key(slug, name),
        name,
        slug,
        term_key(parent, "") if parent else "",
        plain_line(description),
        number,
        _list_path("cat", number, site),
        data=data,
    )


def _tag(element: Element, site: Site) -> Iterator[Record]:
    slug, name = element.value("wp", "tag_slug"), element.value("wp", "tag_name")
    yield from _tag_record(element, site, slug, name)


def _tag_record(element: Element, site: Site, slug: str, name: str) -> Iterator[Record]:
    name = plain_line(name) or slug
    if name:
        data = own_data(site, meta_of(element, "termmeta").get("_newsroom_tag", ""))
        key = data["slug"] if data else term_key(slug, name)
        yield TagRecord(f"tag “{name}”", key, name, slug, data=data)


def _term(element: Element, site: Site) -> Iterator[Record]:
    taxonomy = element.value("wp", "term_taxonomy")
    slug, name = element.value("wp", "term_slug"), element.value("wp", "term_name")
    if taxonomy == "category":
        parent = element.value("wp", "term_parent")
        description = element.value("wp", "term_description")
        yield from _section_record(element, site, slug, name, parent, description)
    elif taxonomy in TAG_DOMAINS:
        yield from _tag_record(element, site, slug, name)
    elif taxonomy not in INTERNAL_DOMAINS:
        yield Ignored(
            f"{taxonomy} “{plain_line(name) or slug}”",
            slug,
            _("Only categories and tags have a place here."),
        )


def _extension(element: Element, site: Site) -> Iterator[Record]:
    kind, key = element.attributes.get("kind", ""), element.attributes.get("key", "")
    if (data := own_data(site, element.text)) is not None:
        yield ExtensionRecord(f"{kind} {key}", key, kind, data=data)


_READERS = {
    ("wp", "author"): _author,
    ("wp", "wp_author"): _author,
    ("wp", "category"): _section,
    ("wp", "tag"): _tag,
    ("wp", "term"): _term,
    ("newsroom", "record"): _extension,
    ("", "item"): read_item,
}
