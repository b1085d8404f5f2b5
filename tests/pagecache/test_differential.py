"""What readers get is what a fresh rendering would be, whatever is changed, and however.

A page is a function of the rows that it asks for. So after each change only those queries of all pages are asked
again that read a table which changed; where one answers otherwise, the page that asked it must have been told.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from articles import holding, workflow
from articles.models import Article
from tests import covering
from tests.pagecache import changing
from tests.pagecache.house import House
from tests.pagecache.publication import Publication, found

pytestmark = pytest.mark.django_db

_TABLE = re.compile(r"\b(?:articles|comments|ads|newsletter|accounts|taggit)_\w+")
# What triggers write after a change of these.
WRITTEN_AFTER = {
    "articles_attendance": {"articles_appearance"},
    "articles_article": {"articles_appearance", "articles_instalment"},
    "articles_person": {"articles_appearance"},
    "articles_tenure": {"articles_appearance"},
    "articles_post": {"articles_appearance"},
    "comments_comment": {"comments_discussion"},
    "articles_coverage": {"articles_article"},
}
# What is counted of readers all the time is told to nobody: pages show it a few minutes late.
BY_THE_CLOCK = {"articles_articleviews"}
# Parts that show rows which the page has read.
HANDED_IN = ("part:card",)
# The columns that tables tell about, where these are not all.
_NOTICES = import_module("articles.migrations.0013_notices")
TOLD = {
    "articles_article": {*_NOTICES.MEMBERSHIP, *_NOTICES.CONTENTS, "live"},
    "articles_coverage": set(_NOTICES.COVERAGE),
    "articles_liveentry": set(_NOTICES.ENTRY),
    "articles_author": set(_NOTICES.AUTHOR),
    "comments_comment": set(import_module("comments.migrations.0003_notices").COMMENT),
    "newsletter_issue": set(import_module("newsletter.migrations.0001_tables_and_rules").ISSUE),
}
Query = tuple[str, Any]


class Pages:
    """All pages of a publication as readers have them, with the queries that each of them asked."""

    def __init__(self, house: House, publication: Publication) -> None:
        self.house = house
        self.publication = publication
        self.asked: dict[str, set[Query]] = {}
        self.asked_by_part: dict[str, set[Query]] = {}
        self.parts_of: dict[str, set[str]] = defaultdict(set)
        self._open: list[set[Query]] = []
        self._address = ""
        self._keep_parts = house.parts.fetch
        house.parts.fetch = self._fetch_part  # type: ignore[method-assign]
        house.hear()
        with connection.execute_wrapper(self._note):
            for address in publication.addresses:
                self._address = address
                self._open = [set()]
                answered = house.read(address)
                assert answered.status[:3] in {"200", "410"}, (address, answered.status)
                self.asked[address] = self._open[0]
        house.parts.fetch = self._keep_parts  # type: ignore[method-assign]
        every = set().union(*self.asked.values())
        self.tables = {query: set(_TABLE.findall(query[0])) for query in every}
        self.answers = {query: self._answer(query) for query in every}

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, *more: Any) -> Any:
        if "SELECT" in sql:
            self._open[-1].add((sql, _frozen(params)))
        return execute(sql, params, *more)

    def _fetch_part(self, key: str, make: Callable[[], Any], **options: Any) -> Any:
        def made() -> Any:
            # What the page has read before is handed in to some parts.
            before = {query for query in set().union(*self._open) if _may_be_handed_in(query)}
            self._open.append(set())
            try:
                return make()
            finally:
                asked = self._open.pop()
                self.asked_by_part[key] = asked | before if key.startswith(HANDED_IN) else asked

        found = self._keep_parts(key, made, **options)
        self._open[-1] |= self.asked_by_part[key]
        self.parts_of[self._address].add(key)
        return found

    def _answer(self, query: Query) -> str:
        with connection.cursor() as cursor:
            cursor.execute(query[0], _thawed(query[1]))
            return repr(cursor.fetchall())

    def read(self, table: str) -> bool:
        """Whether any page reads it."""
        return any(table in tables for tables in self.tables.values())

    def faults(self, tables: Iterable[str]) -> Iterator[str]:
        """Addresses where readers get something else than what is true now, after changes of these tables."""
        wanted = set(tables)
        relied_on = {address: self._relied_on(address) for address in self.asked}
        changed = {
            query
            for query in set().union(*relied_on.values())
            if self.tables[query] & wanted and self._answer(query) != self.answers[query]
        }
        for address, queries in relied_on.items():
            if queries & changed:
                got, true = self.house.read(address), self.house.render(address)
                if (got.status, got.body) != (true.status, true.body):
                    yield f"{address} ({got.how})"

    def _relied_on(self, address: str) -> set[Query]:
        """The queries that would not be asked again for this address: of the kept page, or of kept parts."""
        self.house.clock.hear([])
        if self.house.pages.good(address) is not None:
            return self.asked[address]
        kept = (key for key in self.parts_of[address] if self.house.parts.good(key) is not None)
        return set().union(*(self.asked_by_part[key] for key in kept))


def _may_be_handed_in(query: Query) -> bool:
    """Whether it reads stories as lists show them, and nothing else."""
    return "articles_article" in query[0] and not re.search(
        r"articles_(?:attendance|person|organisation)|comments_|ads_", query[0]
    )


def _frozen(params: Any) -> Any:
    if isinstance(params, dict):
        return ("dict", *((name, _frozen(value)) for name, value in params.items()))
    if isinstance(params, (list, tuple)):
        return (type(params).__name__, *(_frozen(value) for value in params))
    return params


def _thawed(params: Any) -> Any:
    if isinstance(params, tuple) and params and params[0] in {"dict", "list", "tuple"}:
        kind, *values = params
        if kind == "dict":
            return {name: _thawed(value) for name, value in values}
        return (tuple if kind == "tuple" else list)(_thawed(value) for value in values)
    return params


@pytest.fixture
def pages(monkeypatch: Any) -> Iterator[Pages]:
    # Near the present, by which the database goes; never near midnight.
    noon = timezone.localtime().replace(hour=12, minute=7) + datetime.timedelta(days=2)
    with time_machine.travel(noon, tick=False):
        yield Pages(House(monkeypatch), found())


def _after(pages: Pages, ways: changing.Ways, table: str) -> list[str]:
    """What readers would get wrong after these changes, each taken back."""
    wrong: list[str] = []
    tables = {table} | WRITTEN_AFTER.get(table, set())
    changes, most = ways
    seen = 0
    for change in changes:

        def look(change: changing.Change = change) -> None:
            pages.house.hear()
            wrong.extend(f"{change.words}: {address}" for address in pages.faults(tables))

        with pages.house.as_it_was():
            seen += changing.taken_back(change, look)
        if seen == most:
            break
    return wrong


def _ways(pages: Pages, row: models.Model) -> Iterator[changing.Ways]:
    table = row._meta.db_table
    if not isinstance(row, Article) or row == pages.publication.story:
        return changing.changes_of(row, TOLD.get(table, ()))
    # What is in a story is told alike of all of them; where each stands depends on its state.
    fields = (row._meta.get_field(name) for name in ("status", "publish_at", "section", "slug"))
    return ((changing.updates(row, field), 1) for field in fields)


def _rows_of(pages: Pages, model: type[models.Model]) -> list[models.Model]:
    """Those with a name in the publication, the first and the last."""
    named = [row for row in pages.publication.rows.values() if type(row) is model]
    every = model._base_manager.order_by("pk")
    keys = {row.pk for row in (*named, every.first(), every.last()) if row is not None}
    return list(every.filter(pk__in=keys))


def _models() -> list[type[models.Model]]:
    labels = {"articles", "comments", "ads", "newsletter", "accounts", "taggit"}
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in labels
    ]


def _withdraw(pages: Pages) -> None:
    """As the desk does it, by two people."""
    story = Article.objects.get(pk=pages.publication.story.pk)
    one, other = covering.member("chief_editor"), covering.member("chief_editor")
    workflow.request_withdrawal(story, by=one, ground="decency", notice="Keliru.")
    workflow.withdraw(story, by=other)


def _come_out(pages: Pages) -> None:
    """What nothing showed yet: in an issue that was sent, a thread, a register."""
    scheduled = Article.objects.filter(pk=pages.publication.scheduled.pk)
    scheduled.update(publish_at=timezone.now() - datetime.timedelta(minutes=1))


def _hold_back(pages: Pages) -> None:
    """The words of a correction, which takes three columns at once."""
    holding.hold(pages.publication.story.corrections.get(), why="Identitas", by=None)


@pytest.mark.parametrize("do", [_withdraw, _come_out, _hold_back])
def test_what_leaves_the_public_and_what_comes_to_it_is_told_to_every_page(pages, do):
    assert pages.house.read("/luring/ditarik.json").how == "hit"
    assert pages.house.read(pages.publication.issue.get_absolute_url()).how == "hit"
    do(pages)
    pages.house.hear()
    assert list(pages.faults(model._meta.db_table for model in _models())) == []


def test_whatever_changes_in_any_table_readers_get_what_is_true(pages):

    wrong = []
    for model in _models():
        table = model._meta.db_table
        if not pages.read(table) or table in BY_THE_CLOCK:
            continue
        for row in _rows_of(pages, model):
            for ways in _ways(pages, row):
                wrong += _after(pages, ways, table)
    assert not wrong, "\n".join(wrong)
