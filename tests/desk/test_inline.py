"""No page of the desk brings a script, a style or a handler of its own: the policy forbids them, and a browser
would drop them without a word. Every address of the desk is asked, with rows behind it."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from articles import workflow
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    BreakingNewsFactory,
    BylineFactory,
    CorrectionFactory,
    FrontLayoutFactory,
    OrganisationFactory,
    PersonFactory,
    PhotoFactory,
    PlaceFactory,
    PostFactory,
    PublicationFactory,
    TagFactory,
)

# What a GET may answer without being a page: another way on, a refusal of GET, or nothing under that number.
NO_PAGE = frozenset({204, 301, 302, 400, 403, 404, 405, 410})
# Scripts that are data: no browser runs them.
DATA = frozenset({"application/json", "application/ld+json", "text/template"})


class Inline(HTMLParser):
    """What of a page is script or style without a file of its own, and what has no name for a reader."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, str]] = []
        self.depth_of_labels = 0
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        said = self.get_starttag_text() or tag
        kind = given.get("type") or ""
        if tag == "script" and "src" not in given and kind not in DATA and "nonce" not in given:
            self.found.append(said)
        if tag == "style" and "nonce" not in given:
            self.found.append(said)
        if "style" in given or any(name.startswith("on") for name in given):
            self.found.append(said)
        if any((value or "").strip().lower().startswith("javascript:") for value in given.values()):
            self.found.append(said)
        self._read_name(tag, given, said)

    def _read_name(self, tag: str, given: dict[str, str | None], said: str) -> None:
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "label":
            self.depth_of_labels += 1
            self.labelled.add(given.get("for") or "")
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))
        is_field = tag in {"input", "select", "textarea"} and given.get("type") not in {
            *("hidden", "submit", "button"),
        }
        is_named = {"aria-label", "aria-labelledby", "title", "hidden"} & given.keys()
        if is_field and not is_named and not self.depth_of_labels:
            self.fields.append((given.get("id") or "", said))

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.depth_of_labels -= 1

    @property
    def unnamed(self) -> list[str]:
        return [said for name, said in self.fields if name not in self.labelled]


@pytest.fixture
def rows(db: None) -> None:
    """Something in most tables of the desk."""
    PublicationFactory()
    story = ArticleFactory(is_public=True, place=PlaceFactory(), body="<p>Isi</p>")
    BylineFactory(article=story)
    AttendanceFactory(article=story, person=PersonFactory())
    ArticleFactory(status="in_review")
    ArticleFactory()
    ArticleFactory(is_scheduled=True)
    PhotoFactory()
    OrganisationFactory()
    TagFactory()
    CorrectionFactory(article=story)
    FrontLayoutFactory()
    BreakingNewsFactory()
    PostFactory()


def patterns(found: Any, app: str = "") -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from patterns(one.url_patterns)


def addresses() -> list[str]:
    """One address for each page of the desk, and for each move of a story."""
    desk = next(
        one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "admin"
    )
    found = []
    for pattern in patterns(desk.url_patterns):
        if pattern.name is None or pattern.name in {"logout", "view_on_site"}:
            continue
        for arguments in _arguments(pattern):
            try:
                found.append(reverse(f"admin:{pattern.name}", kwargs=arguments))
            except NoReverseMatch:
                # A pattern with arguments of another kind is told by name, so that it is looked at.
                raise AssertionError(f"No address for {pattern.name}") from None
    return sorted(set(found))


def _arguments(pattern: URLPattern) -> list[dict[str, Any]]:
    names = set(pattern.pattern.regex.groupindex)
    if pattern.name == "app_list":
        return [{"app_label": label} for label in ("articles", "comments", "ads", "newsroom")]
    parts = (pattern.name or "").split("_")
    model = next(
        (
            model
            for model in admin.site._registry
            if [model._meta.app_label, model._meta.model_name] == parts[:2]
        ),
        apps.get_model("accounts", "user"),
    )
    row = model._default_manager.order_by("pk").first()
    known = {
        "name": "publish",
        "tab": "0b5cbb5c-6a0f-4f0e-9a53-0f6a4b9f9f53",
        "digest": "0" * 64,
        "number": 1,
    }
    given = {name: known.get(name, row.pk if row is not None else 1) for name in names}
    if pattern.name == "articles_article_move":
        return [
            {"name": name, "object_id": pk}
            for name in workflow.MOVES
            for pk in model._default_manager.values_list("pk", flat=True)
        ]
    return [given]


def test_no_page_of_the_desk_has_inline_script_or_style_and_fields_have_names(
    rows, member, at_desk
):
    client = at_desk(member("administrator"))
    inline: dict[str, Any] = {}
    unclear: dict[str, Any] = {}
    pages = 0
    for address in addresses():
        response = client.get(address)
        if "text/html" not in response.headers.get("Content-Type", ""):
            continue
        assert response.status_code == 200 or response.status_code in NO_PAGE, address
        policy = response.headers["Content-Security-Policy"]
        if address.endswith("/letter/"):
            # A letter as mail programs want it, with styles in its elements; nothing may run in it.
            assert "script-src 'none'" in policy, address
            continue
        assert "unsafe" not in policy, address
        text = response.content.decode()
        page = Inline(text)
        if page.found:
            inline[address] = page.found
        if response.status_code != 200:
            continue
        pages += 1
        # Pieces of a page, and the paper's own pages as readers see them.
        if "<html" not in text or "/preview/" in address or "/history/then/" in address:
            continue
        twice = {name for name in page.ids if page.ids.count(name) > 1}
        if page.headings.count(1) != 1 or page.unnamed or twice:
            unclear[address] = (page.headings.count(1), page.unnamed, sorted(twice))
    assert inline == {}
    assert unclear == {}
    # So that a mistake in the addresses does not leave nothing to look at.
    assert pages > 120
