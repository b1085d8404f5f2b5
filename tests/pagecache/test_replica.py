"""Which database a page is read from, and what happens when one of its questions is not answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connection, connections, router
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Section
from newsroom.pages import PageHandler
from pagecache import recording
from pagecache.outage import Link
from pagecache.replica import ALIAS, base, reading, watching
from pagecache.replica.router import Router
from tests.factories import ArticleFactory, PublicationFactory

from .house import Answered, House
from .publication import found

# Of these, something is remembered for all processes.
LEAVING = {"/moderasi/"}
pytestmark = pytest.mark.django_db


class Replica(base.DatabaseWrapper):
    """The test's own connection under the replica's name, so that it has the rows of the test.

    `fails_at`: the number of the question that is not answered, counted from 1; and how.
    """

    link = Link("replica")
    is_following = True

    def __init__(self) -> None:
        super().__init__(connection.settings_dict, ALIAS)
        connection.ensure_connection()
        for name in ("connection", "autocommit", "in_atomic_block", "savepoint_ids"):
            setattr(self, name, getattr(connection, name))
        self.position = 0
        self.fails_at, self.error = 0, psycopg.OperationalError("server closed the connection")
        self.closed = 0

    def has_reached(self, position: int) -> bool:
        return position <= self.position

    def create_cursor(self, name: str | None = None) -> Any:
        self.fails_at -= 1
        if not self.fails_at:
            # As the driver says it when the question is sent.
            self.errors_occurred = True
            return Broken(self.error)
        return super().create_cursor(name)

    def close(self) -> None:
        self.closed += 1


class Broken:
    def __init__(self, error: psycopg.Error) -> None:
        self.error = error

    def execute(self, *_question: Any) -> None:
        raise self.error

    def close(self) -> None:
        pass


@pytest.fixture
def replica(monkeypatch) -> Iterator[Replica]:
    """It has come as far as the log of the test's database."""
    one, watcher = Replica(), watching.Watcher()
    monkeypatch.setattr(watching, "link", Link("replica"))
    monkeypatch.setattr(watcher, "ensure_running", lambda: None)
    monkeypatch.setattr(reading, "watcher", lambda: watcher)
    monkeypatch.setattr(router, "routers", [Router()], raising=False)
    one.watcher = watcher
    connections[ALIAS] = one
    yield one
    del connections[ALIAS]


@pytest.fixture
def house(monkeypatch, replica) -> House:
    PublicationFactory()
    house = House(monkeypatch)
    house.doorway.renderer = PageHandler()
    replica.position = house.clock.position
    return house


def read(house: House, address: str, **headers: str) -> tuple[Answered, int, int]:
    """The answer, and how many questions the database and the replica were asked."""
    with (
        CaptureQueriesContext(connection) as first,
        CaptureQueriesContext(connections[ALIAS]) as second,
    ):
        answer = house.read(address, **headers)
    return answer, len(first), len(second)


def test_no_public_page_asks_the_database_past_the_replica(house):
    addresses = found().addresses
    house.hear()
    connections[ALIAS].position = house.clock.position
    asked = {}
    for address in addresses:
        answer, first, second = read(house, address)
        # What there is nothing under is said by the whole application.
        if answer.status.startswith("200"):
            asked[address] = first, second
    assert {address for address, (first, _second) in asked.items() if first} == LEAVING
    assert sum(second for _first, second in asked.values()) > 2 * len(asked)


def test_a_page_is_read_from_a_replica_that_has_what_was_heard(house, replica):
    story = ArticleFactory(is_public=True).get_absolute_url()
    replica.position = house.clock.position - 1
    answer, first, second = read(house, story)
    assert (answer.how, second) == ("made", 0) and first
    house.pages.memory.clear()
    house.parts.memory.clear()
    replica.position = house.clock.position
    again, first, second = read(house, story)
    assert (again.how, first, again.body) == ("made", 0, answer.body) and second
    assert read(house, story)[0].how == "hit"
    assert replica.watcher.read == {"replica": 1, "primary": 1, "again": 0}


def test_who_has_a_session_is_shown_the_database(house):
    story = ArticleFactory(is_public=True).get_absolute_url()
    answer, _first, second = read(house, story, HTTP_COOKIE="a=b; sessionid=abc")
    assert (answer.status, second) == ("200 OK", 0)


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("server closed the connection unexpectedly"),
        psycopg.errors.SerializationFailure("canceling statement due to conflict with recovery"),
        psycopg.errors.UndefinedColumn("a migration that has not arrived"),
    ],
)
def test_whatever_is_not_answered_the_page_is_the_same(house, replica, caplog, error):
    story = ArticleFactory(is_public=True, tags=["banjir"])
    Article.objects.filter(pk=story.pk).update(section=Section.objects.first())
    address = story.get_absolute_url()
    whole, _first, number = read(house, address)
    assert number > 5
    kept = house.pages.memory.get(address)
    for place in range(1, number + 1):
        house.pages.memory.clear()
        house.parts.memory.clear()
        replica.watcher._rests_until = float("-inf")
        replica.fails_at, replica.error = place, error
        answer, first, second = read(house, address)
        assert (answer.status, answer.body) == (whole.status, whole.body), place
        # Parts that were done with are not made again.
        assert first and second < number
        again = house.pages.memory.get(address)
        assert (again.hard, again.soft) == (kept.hard, kept.soft)
        assert replica.closed == place
    assert replica.watcher.read == {"replica": number + 1, "primary": 0, "again": number}
    # No reader saw anything, so nothing is a fault.
    assert [line for line in caplog.records if line.name == "django.request"] == []


def test_a_page_that_was_read_while_the_replica_was_promoted_is_read_again(house, replica):
    story = ArticleFactory(is_public=True).get_absolute_url()
    replica.is_following = False
    answer, first, second = read(house, story)
    assert answer.status == "200 OK" and first and second
    assert replica.watcher.read == {"replica": 1, "primary": 0, "again": 1}


def test_a_replica_that_refuses_has_its_rest_and_one_that_is_away_needs_none(house, replica):
    watcher = replica.watcher
    replica.fails_at = 1
    read(house, ArticleFactory(is_public=True).get_absolute_url())
    assert watcher.is_usable()
    replica.fails_at, replica.error = 1, psycopg.errors.InsufficientPrivilege("no")
    read(house, ArticleFactory(is_public=True).get_absolute_url())
    assert not watcher.is_usable()
    assert read(house, ArticleFactory(is_public=True).get_absolute_url())[2] == 0


def test_an_error_of_the_page_itself_is_one(replica):
    with recording.recording() as page:
        page.is_for_replica = True
        with pytest.raises(ZeroDivisionError):
            reading.read(lambda: Section.objects.count() / 0)
    assert replica.watcher.read["again"] == 0


def test_after_a_write_the_rest_is_read_where_it_was_written(replica):
    def write_and_read() -> list[str]:
        before = Section.objects.all().db
        cache.set("name", "value")
        return [before, Section.objects.all().db]

    with recording.recording() as page:
        page.is_for_replica = True
        assert reading.read(write_and_read) == [ALIAS, DEFAULT_DB_ALIAS]


def test_rows_of_the_replica_are_saved_in_the_database(replica):
    key = ArticleFactory().pk
    with recording.recording() as page:
        page.is_for_replica = True
        story = reading.read(lambda: Article.objects.get(pk=key))
    assert story._state.db == ALIAS
    assert story.section._state.db == DEFAULT_DB_ALIAS
    section = Section(name="Kelautan", slug="kelautan")
    section.save()
    story.section = section
    story.save()
    assert Article.objects.get(pk=key).section == section


def test_nothing_is_migrated_there():
    assert Router().allow_migrate(DEFAULT_DB_ALIAS, "articles")
    assert not Router().allow_migrate(ALIAS, "articles")


def test_whoever_reads_no_page_is_shown_the_database(replica):
    assert reading.connection().alias == DEFAULT_DB_ALIAS
    with recording.recording():
        assert reading.read(lambda: Section.objects.all().db) == DEFAULT_DB_ALIAS


def test_the_link_says_once_that_it_is_down_and_nothing_when_it_is_first_up(caplog):
    link = Link("replica", is_down=True)
    link.judge(is_down=False)
    link.judge(is_down=True, why="gone")
    link.judge(is_down=True, why="gone")
    link.judge(is_down=False)
    assert [line.getMessage() for line in caplog.records] == [
        "The replica cannot be reached: gone",
        "The replica can be reached again.",
    ]
    assert link.cuts == 1
