"""Hearing the log of a real server that is stopped, killed, frozen and replaced under the listener."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db.utils import InterfaceError, OperationalError
from psycopg.conninfo import make_conninfo

from pagecache import listener as listening
from pagecache.clock import CONFIRMED_SECONDS, Clock
from pagecache.disk import SharedDisk
from pagecache.keeper import KEPT_SECONDS
from pagecache.listener import Listener
from pagecache.outage import Link, is_lost_connection
from pagecache.wire import Lost, Refused, Silent, Wire

from .servers import Server, server, wait_for


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as one:
        one.make_log()
        yield one


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Link:
    """A link of this test's own."""
    one = Link()
    monkeypatch.setattr(listening, "link", one)
    return one


class Process:
    """What a process of the site has: a clock, a listener, a file that it shares with others."""

    def __init__(self, disk: SharedDisk) -> None:
        self.clock = Clock()
        self.disk = disk
        self.forgot = 0
        self.listener = Listener(self.clock, disk, self.forget)

    def forget(self) -> None:
        self.forgot += 1

    def start(self) -> Process:
        self.listener.ensure_running()
        return self

    def has_heard(self, tag: str) -> bool:
        return not self.clock.is_true([tag], self.clock.position - 1)


@pytest.fixture
def address(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Which database is listened to; may be changed."""
    told = {"conninfo": postgres.address}
    monkeypatch.setattr(
        listening,
        "_conninfo",
        lambda: make_conninfo(told["conninfo"], application_name=listening.NAME),
    )
    return told


@pytest.fixture
def new_process(tmp_path, link, address) -> Iterator[Any]:
    made: list[Process] = []

    def make() -> Process:
        made.append(Process(SharedDisk(tmp_path / "kept.sqlite3", 1_000_000)))
        return made[-1]

    yield make
    for one in made:
        one.listener.stop()


@pytest.fixture
def process(new_process, postgres) -> Process:
    one = new_process().start()
    wait_for(lambda: one.clock.is_heard(CONFIRMED_SECONDS))
    return one


def is_heard(process: Process) -> bool:
    return process.clock.is_heard(CONFIRMED_SECONDS)


class TestHearing:
    def test_a_notice_is_heard_and_remembered_by_the_machine(self, process, postgres):
        before = process.clock.position
        postgres.tell("story:1", "latest")
        wait_for(lambda: process.clock.position > before)
        assert not process.clock.is_true(["story:1"], before)
        assert process.clock.is_true(["story:2"], before)
        remembered = process.disk.noticed()
        assert remembered["story:1"] == remembered["latest"] == process.clock.position

    def test_what_was_noticed_before_it_began_is_known_to_clock_and_disk(
        self, new_process, postgres
    ):
        postgres.tell("story:3")
        postgres.tell("story:4")
        postgres.tell("story:3")
        one = new_process().start()
        wait_for(lambda: is_heard(one))
        remembered = one.disk.noticed()
        assert remembered["story:3"] == one.clock.position > remembered["story:4"]
        assert not one.clock.is_true(["story:4"], remembered["story:4"] - 1)

    def test_all_tags_of_one_notice_are_known_to_who_begins_and_to_who_comes_back(
        self, process, new_process, postgres
    ):
        process.listener.stop()
        before = process.clock.position
        postgres.tell("story:6", "person:6", "latest")
        for one in (process.start(), new_process().start()):
            wait_for(lambda one=one: one.clock.position > before and is_heard(one))
            for tag in ("story:6", "person:6", "latest"):
                assert not one.clock.is_true([tag], before), tag
                assert one.disk.noticed()[tag] == one.clock.position

    def test_what_the_file_could_not_take_is_told_again(self, process, postgres, monkeypatch):
        monkeypatch.setattr(process.disk, "hear", lambda notices: False)
        before = process.clock.position
        postgres.tell("story:5")
        wait_for(lambda: process.clock.position > before)
        assert "story:5" not in process.disk.noticed()
        monkeypatch.undo()
        # With the next word, which may be the next beat.
        wait_for(lambda: "story:5" in process.disk.noticed())

    def test_an_unreadable_log_is_no_outage_and_is_read_when_it_can_be(
        self, new_process, postgres, link, address
    ):
        with postgres.connect() as connection:
            connection.execute("CREATE DATABASE unmigrated")
        address["conninfo"] = postgres.address_of("unmigrated")
        one = new_process().start()
        assert one.listener.confirm() is False
        assert (link.is_down, is_heard(one)) == (False, False)
        postgres.make_log("unmigrated")
        wait_for(lambda: is_heard(one))

    def test_a_log_that_somebody_holds_is_no_outage(self, process, postgres, link):
        with postgres.connect() as line, line.transaction():
            line.execute("LOCK pagecache_notice")
            wait_for(lambda: process.listener._is_deaf)
            assert not link.is_down
            # Nobody waits for the lock.
            process.clock.heard_at = float("-inf")
            assert process.listener.confirm() is False
        wait_for(lambda: is_heard(process))

    def test_a_new_process_waits_for_the_first_word_instead_of_rendering_without_keeping(
        self, new_process, postgres
    ):
        assert new_process().start().listener.confirm() is True


class TestClosed:
    def test_one_closed_connection_is_no_outage(self, process, postgres, link, monkeypatch):
        judged = []
        monkeypatch.setattr(
            link, "judge", lambda is_down, why="": judged.append(is_down), raising=True
        )
        with postgres.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
                [listening.NAME],
            )
        wait_for(lambda: judged)
        assert judged[0] is False
        postgres.tell("story:10")
        wait_for(lambda: process.has_heard("story:10"))
        assert judged == [False]

    def test_all_tags_of_a_notice_are_heard_by_who_was_not_connected(self, process, postgres):
        before = process.clock.position
        process.listener.stop()
        postgres.tell("story:11", "stories")
        process.listener.ensure_running()
        wait_for(lambda: process.clock.position > before)
        heard = [not process.clock.is_true([tag], before) for tag in ("story:11", "stories")]
        assert heard == [True, True]

    @pytest.mark.parametrize("how", ["stop", "kill"])
    def test_a_server_that_ends_is_noticed_and_heard_again_with_what_it_knows(
        self, process, postgres, link, how
    ):
        position = process.clock.position
        getattr(postgres, how)()
        wait_for(lambda: link.is_down)
        assert process.clock.position == position
        postgres.start()
        wait_for(lambda: not link.is_down and is_heard(process))
        # Read on from where it was: what was kept is confirmed, and forgotten is nothing.
        assert (process.clock.position, process.forgot) == (position, 0)
        assert process.clock.is_true(["story:11"], position)
        postgres.tell("story:11")
        wait_for(lambda: not process.clock.is_true(["story:11"], position))


class TestFrozen:
    def test_it_is_judged_before_what_is_kept_ceases_to_be_confirmed(self):
        assert listening.BEAT_SECONDS + listening.ANSWER_SECONDS < CONFIRMED_SECONDS

    def test_a_server_that_says_nothing_is_down_and_is_heard_when_it_speaks_again(
        self, process, postgres, link
    ):
        position = process.clock.position
        with postgres.frozen():
            wait_for(lambda: link.is_down)
            # Nothing can be confirmed on another connection either, and nobody waits for that.
            process.clock.heard_at = float("-inf")
            assert process.listener.confirm() is False
        wait_for(lambda: not link.is_down and is_heard(process))
        assert process.clock.position == position

    def test_a_connection_that_waits_is_set_free_and_no_other_is_harmed(
        self, process, postgres, link
    ):
        ours, theirs = socket.socketpair()
        waiting = postgres.connect()
        link.watch(waiting)
        closed = postgres.connect()
        link.watch(closed)
        number = closed.fileno()
        closed.close()
        # Somebody else's socket now has the number that the closed one had.
        os.dup2(ours.fileno(), number)
        with postgres.frozen():
            with pytest.raises(psycopg.OperationalError):
                waiting.execute("SELECT 1")
            assert link.is_down
        theirs.send(b"still there")
        assert ours.recv(100) == b"still there"
        os.close(number)

    def test_slowness_of_this_process_is_not_the_servers(self, postgres, monkeypatch):
        """Each look comes back late, as on a machine without a free core; the answer lies there all the while."""
        real = time.monotonic
        turns = iter(range(0, 10**6, 5))
        with Wire(postgres.address, 5) as wire:
            monkeypatch.setattr("pagecache.wire.time.monotonic", lambda: real() + next(turns))
            assert wire.ask("SELECT 1", [], 0.3) == [(1,)]

    def test_an_answer_that_came_while_nobody_looked_is_taken(self, postgres):
        with Wire(postgres.address, 5) as wire:
            assert wire.ask("SELECT 7", [], 5) == [(7,)]
            with pytest.raises(Silent):
                wire.ask("SELECT pg_sleep(30)", [], 0.1)


class TestBeginning:
    def test_a_process_that_starts_in_an_outage_knows_what_the_machine_knew(
        self, process, new_process, postgres, link
    ):
        postgres.tell("gone:20")
        wait_for(lambda: process.has_heard("gone:20"))
        postgres.stop()
        wait_for(lambda: link.is_down)
        second = new_process().start()
        # Known before anybody is answered, and confirmed by nobody.
        assert second.clock.position == process.clock.position
        assert not second.clock.is_true(["gone:20"], second.clock.position - 1)
        assert not is_heard(second)
        postgres.start()
        wait_for(lambda: is_heard(second))
        assert second.forgot == 0

    def test_a_log_that_went_back_is_another_database(
        self, process, postgres, link, address, caplog
    ):
        with postgres.connect() as connection:
            connection.execute("CREATE DATABASE older")
        postgres.make_log("older")
        with postgres.connect("older") as connection:
            connection.execute("SELECT setval('pagecache_position', 1000)")
        postgres.tell("story:31", database="older")
        postgres.tell("story:30")
        wait_for(lambda: process.has_heard("story:30"))
        postgres.stop()
        wait_for(lambda: link.is_down)
        address["conninfo"] = postgres.address_of("older")
        postgres.start()
        wait_for(lambda: process.forgot and is_heard(process))
        assert process.clock.position == 1001
        assert process.disk.noticed() == {"story:31": 1001}

    def test_after_more_than_the_log_goes_back_everything_is_forgotten(
        self, process, postgres, link
    ):
        postgres.stop()
        wait_for(lambda: link.is_down)
        process.listener._heard_at -= KEPT_SECONDS
        postgres.start()
        wait_for(lambda: is_heard(process))
        assert process.forgot == 1

    def test_everything_was_noticed_while_nobody_listened(self, process, postgres, link):
        before = process.clock.position
        process.listener.stop()
        postgres.tell("story:40")
        postgres.tell("*")
        postgres.tell("story:41")
        process.start()
        wait_for(lambda: process.clock.position >= before + 3)
        assert not process.clock.is_true(["story:99"], before)
        assert process.clock.is_true(["story:40"], before + 2)
        assert not process.clock.is_true(["story:41"], before + 2)


class TestWire:
    def test_nobody_there_is_lost_and_a_refusal_is_not(self, postgres, tmp_path):
        with pytest.raises(Lost):
            Wire(f"host={tmp_path} dbname=newsroom", 5)
        with pytest.raises(Lost, match="nowhere"):
            Wire(postgres.address_of("nowhere"), 5)
        with Wire(postgres.address, 5) as wire:
            with pytest.raises(Refused, match="nothing"):
                wire.ask("SELECT * FROM nothing", [], 5)
            assert wire.ask("SELECT $1::text[]", ['{"a,b",c}'], 5) == [(["a,b", "c"],)]


def error(kind: type[Exception], state: str | None) -> Exception:
    made = kind("words")
    made.__cause__ = psycopg.OperationalError("words")
    made.__cause__.sqlstate = state  # type: ignore[misc]
    return made


@pytest.mark.parametrize(
    ("one", "is_lost"),
    [
        (OperationalError("the connection is lost"), True),
        (InterfaceError("connection already closed"), True),
        (error(OperationalError, None), True),
        (error(OperationalError, "57P01"), True),
        (error(OperationalError, "08006"), True),
        (error(OperationalError, "53300"), True),
        (error(OperationalError, "40P01"), False),
        (error(OperationalError, "57014"), False),
        (ValueError("connection"), False),
        (None, False),
    ],
)
def test_what_says_that_the_database_is_away(one, is_lost):
    assert is_lost_connection(one) is is_lost
