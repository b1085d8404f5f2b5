"""What is handed out of what was kept: each rule by itself, several readers at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from pagecache import recording
from pagecache.clock import CONFIRMED_SECONDS, Clock
from pagecache.keeper import CLOCK_SECONDS, KEPT_SECONDS, Keeper, Kept, State
from pagecache.listener import Listener

NOW = 1_800_000_000.0
KEY = "/2026/11/22/banjir/"


class Desk:
    """A keeper of pages that show one story, on a clock that is told by hand."""

    def __init__(self) -> None:
        self.time = NOW
        self.clock = Clock()
        self.clock.start(10, {})
        self.disk: dict[str, Kept[Any]] = {}
        self.keeper = Keeper(self.clock, 1 << 20, now=lambda: self.time)
        self.rendered = 0

    def page(self, words: str = "page", while_rendering: Callable[[], None] = lambda: None) -> str:
        """What a reader gets."""

        def render() -> tuple[str, int]:
            recording.keep()
            recording.shows("story:1")
            with recording.beside():
                recording.shows("latest")
            while_rendering()
            self.rendered += 1
            return words, 1000

        return self.keeper.fetch(KEY, render).kept.value

    def notice(self, *tags: str) -> None:
        self.clock.hear([(self.clock.position + 1, tags)])

    def fall_silent(self) -> None:
        self.clock.heard_at -= CONFIRMED_SECONDS


@pytest.fixture
def desk() -> Desk:
    return Desk()


class TestTheFastWay:
    def test_what_is_as_good_as_new_is_handed_out(self, desk):
        desk.page("first")
        assert desk.keeper.good(KEY) == "first"

    def test_not_when_nothing_was_heard_for_a_while(self, desk):
        desk.page()
        desk.fall_silent()
        assert desk.keeper.good(KEY) is None

    @pytest.mark.parametrize("tag", ["story:1", "latest", "*"])
    def test_not_after_a_notice_of_what_it_shows_or_has_beside_it(self, desk, tag):
        desk.page()
        desk.notice(tag)
        assert desk.keeper.good(KEY) is None
        assert desk.keeper.good(KEY) is None

    def test_after_a_notice_of_something_else(self, desk):
        desk.page()
        desk.notice("story:2")
        assert desk.keeper.good(KEY) == "page"

    @pytest.mark.parametrize("seconds", [KEPT_SECONDS, -CLOCK_SECONDS - 1])
    def test_what_is_too_old_or_from_the_time_to_come_is_gone(self, desk, seconds):
        desk.page()
        desk.time = NOW + seconds
        assert desk.keeper.state_of(desk.keeper.memory.get(KEY)) is State.GONE


class TestWhileOneRenders:
    def others_while(self, desk: Desk, tag: str) -> tuple[list[str], int]:
        """What those get who come while somebody renders the page anew after a notice."""
        desk.page("old")
        desk.notice(tag)
        before = desk.rendered
        answers: list[str] = []
        begun, may_end = threading.Event(), threading.Event()

        def hold() -> None:
            begun.set()
            may_end.wait(20)

        first = threading.Thread(target=lambda: desk.page("new", hold))
        first.start()
        begun.wait(20)
        others = [threading.Thread(target=lambda: answers.append(desk.page("again"))) for _ in "12"]
        for other in others:
            other.start()
        if tag == "latest":
            # They do not wait for who renders.
            for other in others:
                other.join(20)
        may_end.set()
        for thread in (first, *others):
            thread.join(20)
        return answers, desk.rendered - before

    def test_what_stood_beside_the_page_may_be_old_for_the_others(self, desk):
        assert self.others_while(desk, "latest") == (["old", "old"], 1)

    def test_what_was_withdrawn_or_corrected_is_shown_to_nobody_and_rendered_once(self, desk):
        assert self.others_while(desk, "story:1") == (["new", "new"], 1)


class TestWithoutTheDatabase:
    def test_what_nothing_was_heard_of_is_shown(self, desk):
        desk.page()
        desk.notice("latest")
        desk.fall_silent()
        assert desk.keeper.unconfirmed(KEY) == "page"

    def test_what_was_heard_of_is_not(self, desk):
        desk.page()
        desk.notice("story:1")
        desk.fall_silent()
        assert desk.keeper.unconfirmed(KEY) is None

    def test_nor_out_of_the_file_that_machines_share(self, desk):
        desk.page()
        kept = desk.keeper.memory.get(KEY)
        desk.keeper.memory.clear()
        desk.keeper.disk = Shelf({KEY: kept})
        assert desk.keeper.unconfirmed(KEY) == "page"
        desk.keeper.memory.clear()
        desk.notice("story:1")
        assert desk.keeper.unconfirmed(KEY) is None
        assert desk.keeper._find(KEY, desk.keeper.disk) == (None, "")


class Shelf(dict[str, Kept[Any]]):
    """In the place of the disk."""

    def put(self, key: str, kept: Kept[Any]) -> None:
        self[key] = kept


class TestParts:
    def test_a_part_is_as_old_as_the_page_that_read_what_it_shows(self, desk):
        parts = Keeper(desk.clock, 1 << 20, is_exact=True, now=lambda: desk.time)

        def part() -> str:
            def make() -> tuple[str, int]:
                recording.keep()
                recording.shows("story:1")
                return "part", 10

            return parts.fetch("part", make).kept.value

        def render() -> tuple[str, int]:
            # The page has read the story, then it is changed, and only then the part is made of what was read.
            desk.notice("story:1")
            return part(), 10

        desk.keeper.fetch(KEY, render)
        assert parts.memory.get("part") is None

    def test_of_another_log_nothing_is_kept(self, desk):
        desk.page("other database", lambda: desk.clock.start(3, {}))
        assert desk.keeper.memory.get(KEY) is None


def test_what_the_machine_remembers_is_told_before_what_this_process_knows():
    order: list[str] = []

    class Told(Clock):
        def hear(self, notices: Any, asked_at: float | None = None) -> list[str]:
            order.append("clock")
            return super().hear(notices, asked_at)

    class Disk:
        def hear(self, notices: Any) -> bool:
            order.append("disk")
            return True

    listener = Listener(Told(), Disk())  # type: ignore[arg-type]
    listener._hear([(1, ["story:1"])])
    assert order == ["disk", "clock"]
