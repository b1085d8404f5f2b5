"""Telling a cache what changed: a real log, and a small server on this machine in the place of the cache."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pagecache import teller as telling
from pagecache.edge import name
from pagecache.teller import LONGEST_LINE, MOST_NAMES, Edge, EdgeAway, Place, Teller, lines

from .servers import Server, server, wait_for

# A second telling that never comes while a test runs.
NEVER = 3600.0


class Cache:
    """Takes BAN requests, or answers as it is told to; listens on its port as long as it is there."""

    def __init__(self, port: int = 0) -> None:
        self.told: list[str] = []
        self.status = 200
        self.asked = 0
        cache = self

        class Handler(BaseHTTPRequestHandler):
            def do_BAN(self) -> None:
                cache.asked += 1
                if cache.status == 200:
                    cache.told.append(f"{self.path} {self.headers['Cache-Tag']}")
                self.send_response(cache.status)
                self.send_header("Location", "http://127.0.0.1:9/")
                self.end_headers()

            def log_message(self, *_words: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port: int = self.http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def was_told(self, *tags: str) -> int:
        """How often each of these was told, at least."""
        heard = [one for line in self.told for one in line.removeprefix("/ ").split(",")]
        return min(heard.count(name(tag)) for tag in tags)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as one:
        one.make_log()
        one.tell("before:1")
        yield one


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for another try."""
    monkeypatch.setattr(telling, "PAUSE_SECONDS", (0.01, 0.02))


@pytest.fixture
def cache() -> Iterator[Cache]:
    one = Cache()
    yield one
    one.close()


class Desk:
    """Tellers of one machine, one after the other."""

    def __init__(self, folder: Any, address: str) -> None:
        self.folder = folder
        self.address = address
        self.said: list[str] = []

    def place(self, url: str) -> Place:
        return Place(self.folder, url)

    @contextmanager
    def telling(self, url: str, again_seconds: float = 0.0) -> Iterator[Teller]:
        one = Teller(
            Edge(url),
            self.place(url),
            self.said.append,
            address=lambda: self.address,
            again_seconds=again_seconds,
        )
        thread = threading.Thread(target=one.run, daemon=True)
        thread.start()
        try:
            yield one
        finally:
            one.stop()
            thread.join(30)
            assert not thread.is_alive()


@pytest.fixture
def desk(tmp_path, postgres) -> Desk:
    return Desk(tmp_path / "edge", postgres.address)


def last(postgres: Server) -> int:
    with postgres.connect() as line:
        row = line.execute("SELECT max(position) FROM pagecache_notice").fetchone()
        assert row
        return row[0]


def is_remembered(desk: Desk, cache: Cache, postgres: Server) -> bool:
    return desk.place(cache.url).read() == last(postgres)


@pytest.fixture
def told(desk, cache, postgres) -> Cache:
    """A cache that was told everything up to now, and by nobody at the moment."""
    with desk.telling(cache.url):
        wait_for(lambda: is_remembered(desk, cache, postgres))
    cache.told.clear()
    desk.said.clear()
    return cache


class TestTelling:
    def test_an_edge_that_was_never_told_drops_everything(self, desk, cache, postgres):
        with desk.telling(cache.url):
            wait_for(lambda: is_remembered(desk, cache, postgres))
        assert cache.told == ["/ *", "/ *"]
        assert desk.said == [
            "Cache ini belum pernah diberi tahu apa pun: ia sudah diminta membuang semuanya."
        ]

    def test_a_change_is_told_at_once_and_once_again(self, desk, told, postgres):
        with desk.telling(told.url):
            postgres.tell("story:1", "latest")
            wait_for(lambda: is_remembered(desk, told, postgres))
        assert told.was_told("story:1", "latest") == 2
        assert len(told.told) == 2
        assert desk.said == []

    def test_it_is_remembered_only_when_it_was_told_twice(self, desk, told, postgres):
        before = last(postgres)
        with desk.telling(told.url, again_seconds=NEVER) as one:
            postgres.tell("story:2")
            wait_for(lambda: one.position > before)
        assert told.was_told("story:2") == 1
        assert desk.place(told.url).read() == before
        # Whoever starts again tells it again, twice.
        with desk.telling(told.url):
            wait_for(lambda: is_remembered(desk, told, postgres))
        assert told.was_told("story:2") == 3

    def test_what_changed_while_nobody_told_is_told_afterwards(self, desk, told, postgres):
        postgres.tell("story:3")
        postgres.tell("story:4", "person:4")
        with desk.telling(told.url):
            wait_for(lambda: is_remembered(desk, told, postgres))
        assert told.was_told("story:3", "story:4", "person:4") == 2
        assert len(told.told) == 2

    def test_everything_is_told_as_that(self, desk, told, postgres):
        with desk.telling(told.url):
            postgres.tell("*")
            wait_for(lambda: is_remembered(desk, told, postgres))
        assert set(told.told) == {"/ *"}

    def test_each_edge_is_told_from_where_it_was_told_last(self, desk, told, postgres):
        other = Cache()
        try:
            with desk.telling(other.url):
                wait_for(lambda: is_remembered(desk, other, postgres))
            assert set(other.told) == {"/ *"}
            assert told.told == []
        finally:
            other.close()


class TestFailing:
    @pytest.mark.parametrize("status", [301, 403, 500])
    def test_an_edge_that_refuses_is_tried_until_it_takes_it_and_that_is_said_once(
        self, desk, told, postgres, status
    ):
        told.status = status
        with desk.telling(told.url):
            postgres.tell("story:10")
            wait_for(lambda: told.asked > 6)
            postgres.tell("story:11")
            told.status = 200
            wait_for(lambda: is_remembered(desk, told, postgres))
        assert told.was_told("story:10", "story:11") >= 2
        away, back = desk.said
        assert away.startswith(f"Cache di depan belum bisa diberi tahu ({status} ")
        assert back == "Cache di depan sudah diberi tahu apa yang terlewat."

    def test_an_edge_that_is_away_is_told_when_it_comes(self, desk, told, postgres):
        told.close()
        with desk.telling(told.url):
            postgres.tell("story:12")
            wait_for(lambda: desk.said)
            back = Cache(told.port)
            try:
                wait_for(lambda: is_remembered(desk, told, postgres))
                assert back.was_told("story:12") == 2
            finally:
                back.close()
        assert len(desk.said) == 2
        # The fixture closes it once more.
        told.http = Cache().http

    def test_an_edge_that_does_not_answer_is_given_up(self):
        silent = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        try:
            # The system takes the connection, and nobody ever answers.
            edge = Edge(f"http://127.0.0.1:{silent.server_address[1]}/", seconds=0.05)
            with pytest.raises(EdgeAway, match="timed out"):
                edge.ban(["story:1"])
        finally:
            silent.server_close()

    def test_a_connection_that_is_cut_loses_nothing(self, desk, told, postgres):
        with desk.telling(told.url) as one:
            postgres.tell("story:13")
            wait_for(lambda: told.was_told("story:13"))
            with postgres.connect() as line:
                line.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND query LIKE '%pagecache_notice%'"
                )
            postgres.tell("story:14")
            wait_for(lambda: is_remembered(desk, told, postgres))
            assert one.position == last(postgres)
        assert told.was_told("story:13", "story:14") == 2
        away, back = desk.said
        assert away.startswith("Catatan perubahan belum bisa dibaca (")
        assert back == "Catatan perubahan bisa dibaca lagi."

    def test_what_is_due_again_is_told_while_the_database_is_away(self, desk, told, postgres):
        with desk.telling(told.url, again_seconds=NEVER) as one:
            postgres.tell("story:15")
            wait_for(lambda: told.was_told("story:15"))
            end = last(postgres)
            wait_for(lambda: one.position == end)
        other = Teller(Edge(told.url), desk.place(told.url), desk.said.append, lambda: "host=/none")
        other._again.extend((0.0, position, tags) for _when, position, tags in one._again)
        thread = threading.Thread(target=other.run, daemon=True)
        thread.start()
        wait_for(lambda: told.was_told("story:15") == 2)
        wait_for(lambda: desk.said)
        other.stop()
        thread.join(30)
        assert desk.place(told.url).read() == end
        assert desk.said[0].startswith("Catatan perubahan belum bisa dibaca (")

    def test_a_log_that_begins_later_is_a_gap(self, desk, told, postgres):
        postgres.tell("story:16")
        postgres.tell("story:17")
        with postgres.connect() as line:
            line.execute("DELETE FROM pagecache_notice WHERE position < %s", [last(postgres)])
        with desk.telling(told.url):
            wait_for(lambda: is_remembered(desk, told, postgres))
        assert set(told.told) == {"/ *"}
        assert desk.said == [
            "Catatan perubahan tidak sampai ke saat terakhir cache diberi tahu:"
            " ia sudah diminta membuang semuanya."
        ]

    def test_a_log_that_was_emptied_is_no_gap_when_nothing_came(self, desk, told, postgres):
        with postgres.connect() as line:
            line.execute("DELETE FROM pagecache_notice")
        with desk.telling(told.url):
            # It has begun, and follows.
            follows = "SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT position, tags FROM%'"
            with postgres.connect() as line:
                wait_for(lambda: line.execute(follows).fetchone() is not None)
            postgres.tell("story:18")
            wait_for(lambda: is_remembered(desk, told, postgres))
        assert told.was_told("story:18") == 2
        assert desk.said == []

    def test_another_database_is_a_gap(self, desk, told, postgres):
        desk.place(told.url).write(last(postgres) + 1_000_000)
        with desk.telling(told.url):
            wait_for(lambda: is_remembered(desk, told, postgres))
        assert set(told.told) == {"/ *"}

    def test_a_memory_that_cannot_be_read_is_none(self, desk, told, postgres):
        desk.place(told.url).path.write_text("")
        with desk.telling(told.url):
            wait_for(lambda: is_remembered(desk, told, postgres))
        assert set(told.told) == {"/ *"}

    def test_what_an_edge_is_told_first_is_said_only_when_it_was_told(self, desk, cache, postgres):
        cache.status = 503
        with desk.telling(cache.url):
            wait_for(lambda: cache.asked > 6)
            assert len(desk.said) == 1
            cache.status = 200
            wait_for(lambda: is_remembered(desk, cache, postgres))
        assert cache.told == ["/ *", "/ *"]
        away, *rest = desk.said
        assert away.startswith("Cache di depan belum bisa diberi tahu (503 ")
        assert rest == [
            "Cache di depan sudah diberi tahu apa yang terlewat.",
            "Cache ini belum pernah diberi tahu apa pun: ia sudah diminta membuang semuanya.",
        ]

    @pytest.mark.parametrize(
        ("who", "sentence"),
        [
            (
                "edge",
                "Cache di depan belum bisa diberi tahu (%s). Dicoba terus sampai bisa.",
            ),
            ("database", "Catatan perubahan belum bisa dibaca (%s). Dicoba terus sampai bisa."),
        ],
    )
    def test_once_a_minute_it_is_said_why_and_what_it_means(
        self, tmp_path, monkeypatch, who, sentence
    ):
        said: list[str] = []
        clock = SimpleNamespace(monotonic=lambda: now)
        monkeypatch.setattr(telling, "time", clock)
        edge = Edge("http://127.0.0.1:9/")
        one = Teller(edge, Place(tmp_path, edge.url), said.append, kept_seconds=600)
        for now in range(150):
            one._is_away(who, f"try {now}")
        means = "Sampai saat itu, pembaca di belakang cache bisa melihat halaman seperti 600 detik yang lalu."
        assert said == [f"{sentence % f'try {at}'} {means}" for at in (0, 60, 120)]
        one._is_back(who)
        one._is_away(who, "again")
        assert said[4] == f"{sentence % 'again'} {means}"

    def test_pages_that_no_edge_keeps_are_not_spoken_of(self, tmp_path):
        said: list[str] = []
        edge = Edge("http://127.0.0.1:9/")
        Teller(edge, Place(tmp_path, edge.url), said.append)._is_away("edge", "refused")
        assert said == [
            "Cache di depan belum bisa diberi tahu (refused). Dicoba terus sampai bisa."
        ]


class TestLines:
    def test_names_fill_lines_that_everybody_takes_and_none_is_lost(self):
        tags = [f"story:{number}" for number in range(MOST_NAMES - 1)]
        found = list(lines(tags))
        assert all(len(line) <= LONGEST_LINE for line in found)
        assert len(found) == 5
        assert sorted(",".join(found).split(",")) == sorted(name(tag) for tag in tags)

    def test_more_names_than_that_are_everything(self):
        assert list(lines(f"story:{number}" for number in range(MOST_NAMES + 50))) == ["*"]

    def test_everything_stands_alone(self):
        assert list(lines(["story:1", "*"])) == ["*"]
        assert list(lines([])) == []


class TestCommand:
    def test_without_an_address_nobody_is_told(self, settings):
        settings.EDGE_PURGE_URL = ""
        with pytest.raises(CommandError, match="EDGE_PURGE_URL kosong"):
            call_command("tell_edge")

    def test_whoever_tells_knows_how_long_the_edge_keeps_pages(
        self, settings, monkeypatch, tmp_path
    ):
        settings.EDGE_PURGE_URL = "http://127.0.0.1:6081/"
        settings.EDGE_SECONDS = 900
        settings.VAR_DIR = tmp_path
        tellers: list[Teller] = []
        monkeypatch.setattr(Teller, "run", lambda self: tellers.append(self))
        call_command("tell_edge", stdout=StringIO())
        assert [one.kept_seconds for one in tellers] == [900]

    def test_it_says_whom_it_tells_and_ends_when_it_is_interrupted(
        self, settings, monkeypatch, tmp_path
    ):
        settings.EDGE_PURGE_URL = "http://127.0.0.1:6081/"
        settings.EDGE_SECONDS = 0
        settings.VAR_DIR = tmp_path

        def interrupted(self: Teller) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(Teller, "run", interrupted)
        told = StringIO()
        call_command("tell_edge", stdout=told)
        assert told.getvalue().splitlines() == [
            "EDGE_SECONDS bernilai 0: cache di depan tetap diberi tahu, tetapi halaman tidak memintanya menyimpan.",
            "Cache di depan, di http://127.0.0.1:6081/, diberi tahu apa yang berubah.",
        ]
