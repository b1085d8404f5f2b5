"""The promise of the page cache, held against every order of events that somebody may meet.

A publication of three stories, two machines with two workers each, several writers at once. Writers commit in any
order, workers hear of it early or late, a page takes its time to be rendered while all of that goes on, processes are
killed and start again, with and without the database, and pages are read from a replica that is late, lost and back.
The log, the database and the times are those of the test; the clock, the keepers, what the disk remembers, the way a
listener begins and the choice of the database are those of the site.
"""

from __future__ import annotations

import copy
import datetime
from contextvars import Context
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from pagecache import clock as clock_module
from pagecache import keeper as keeper_module
from pagecache import listener as listener_module
from pagecache import recording
from pagecache.clock import EVERYTHING, Clock
from pagecache.keeper import Keeper
from pagecache.listener import Listener
from pagecache.notices import BEGINNING, LAST, SINCE
from pagecache.replica import ALIAS, reading

STORIES = "abc"
DAY = 24 * 3600.0
# What each page shows: what it is about, what stands beside, and of which stories it takes a part made by itself.
PAGES = {
    "/a/": ("a", "bc", ""),
    "/b/": ("b", "a", "c"),
    "/": ("abc", "", ""),
    "/list/": ("", "ac", "b"),
    "/parts/": ("", "", "abc"),
}
STORY = st.sampled_from(STORIES)
WORKER = st.integers(0, 3)
PAGE = st.sampled_from(sorted(PAGES))
DEEDS = ("correct", "correct", "withdraw", "publish", "schedule", "end")
DEED = st.sampled_from(DEEDS)


class Down(Exception):
    """The database cannot be reached."""


class Lost(Exception):
    """The replica was, in the middle of a page."""


@dataclass(frozen=True)
class Version:
    """A story at one time: counted up with each change; shown only while it is public and its time has come."""

    number: int = 0
    is_public: bool = True
    begins: float = 0.0
    ends: float = float("inf")

    def seen(self, now: float) -> str:
        is_seen = self.is_public and self.begins <= now < self.ends
        return f"{self.number}" if is_seen else f"{self.number} is not public"


@dataclass
class FakeTime:
    now: float = 1_000_000.0

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


class FakeDisk:
    """What a machine keeps beside its processes; what is written arrives at once, or never."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.known: dict[str, int] = {}

    def get(self, key: str) -> Any:
        found = copy.copy(self.kept.get(key))
        if found is not None:
            found.looked = -1, True
        return found

    def put(self, key: str, kept: Any) -> None:
        self.kept[key] = copy.copy(kept)

    def hear(self, notices: Any) -> bool:
        for position, tags in notices:
            for tag in tags:
                self.known[tag] = max(position, self.known.get(tag, 0))
                if tag == EVERYTHING:
                    self.kept = {}
        return True

    def noticed(self) -> dict[str, int]:
        return dict(self.known)

    def clear(self) -> None:
        self.kept, self.known = {}, {}


@dataclass
class Wire:
    """A connection to the fake database, on which a listener asks."""

    world: World

    def ask(self, sql: str, params: list[str], _seconds: float) -> list[Any]:
        if self.world.is_down:
            raise Down
        if sql == LAST:
            return [(self.world.position,)]
        after = int(params[0]) if params else 0
        rows = [(position, tags) for position, tags, _at in self.world.log if position > after]
        if sql == SINCE:
            return rows
        if sql == BEGINNING:
            last = {tag: position for position, tags in rows for tag in tags}
            places = sorted(set(last.values()))
            return [(place, [tag for tag in last if last[tag] == place]) for place in places]
        return []


@dataclass
class World:
    """The database and its log."""

    time: FakeTime = field(default_factory=FakeTime)
    is_down: bool = False
    position: int = 100
    # How far the replica has come.
    replica_at: int = 100
    is_replica_there: bool = True
    log: list[tuple[int, list[str], float]] = field(default_factory=list)
    # The log as if nothing of it were ever forgotten.
    ever: list[tuple[int, list[str]]] = field(default_factory=list)
    stories: dict[str, Version] = field(default_factory=lambda: dict.fromkeys(STORIES, Version()))
    # What was true of a story from each position on.
    history: dict[str, list[tuple[int, Version]]] = field(
        default_factory=lambda: {story: [(0, Version())] for story in STORIES}
    )

    def commit(self, story: str, version: Version, tags: list[str]) -> None:
        self.position += 7
        numbered = replace(version, number=self.stories[story].number + 1)
        self.stories[story] = numbered
        self.history[story].append((self.position, numbered))
        self.log.append((self.position, tags, self.time.now))
        self.ever.append((self.position, tags))

    def number_at(self, story: str, position: int) -> int:
        return max(version.number for at, version in self.history[story] if at <= position)

    def version_at(self, story: str, position: int) -> Version:
        return [version for at, version in self.history[story] if at <= position][-1]

    def has_arrived(self, position: int) -> bool:
        """As the replica answers that: its log is the same, as far as it goes."""
        log = (at for at, _tags, _when in self.log if at <= self.replica_at)
        return self.is_replica_there and position in log


@dataclass
class Watching:
    """A watcher that lets everybody ask."""

    read: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("replica", "primary", "again"), 0)
    )

    def ensure_running(self) -> None:
        pass

    def is_usable(self) -> bool:
        return True


class Connection:
    """To the replica: `has_reached` and `close` of pagecache.replica.base."""

    is_following = True

    def __init__(self, world: World) -> None:
        self.has_reached = world.has_arrived

    def close(self) -> None:
        pass


class Worker:
    """A process of a machine."""

    def __init__(self, world: World, disk: FakeDisk) -> None:
        self.world, self.disk = world, disk
        self.clock = Clock()
        self.pages = Keeper(self.clock, 40_000, disk, world.time.time, confirm=self.confirm)
        self.parts = Keeper(
            self.clock, 16_000, disk, world.time.time, confirm=self.confirm, is_exact=True
        )
        self.listener = Listener(self.clock, disk, self.forget)  # type: ignore[arg-type]
        self.is_connected = False
        # Where the log ended when it was last read to its end.
        self.heard_to = 0
        # What its machine was told before it began.
        self.told = disk.noticed()
        self.listener._remember()

    def forget(self) -> None:
        self.pages.memory.clear()
        self.parts.memory.clear()

    def confirm(self) -> bool:
        if not self.is_connected or self.world.is_down:
            return False
        self.hear()
        return True

    def hear(self, most: int | None = None) -> None:
        wire = Wire(self.world)
        try:
            if not self.is_connected:
                self.listener._begin(wire)  # type: ignore[arg-type]
                self.is_connected = True
            rows = wire.ask(SINCE, [str(self.clock.position)], 0)
            if most is None:
                self.listener._hear(rows)
                self.heard_to = self.world.position
            elif rows[:most]:
                # On its way: the rest has not arrived yet. Nobody has said that there is no more.
                heard_at = self.clock.heard_at
                self.listener._hear(rows[:most])
                self.clock.heard_at = heard_at
        except Down:
            self.is_connected = False

    def known(self, tag: str) -> int:
        """The position of the last notice of a tag that this process was told of, or its machine before it."""
        heard = max(self.clock._noticed.get(tag, 0), self.clock._floor)
        read = (at for at, told in self.world.ever if at <= self.heard_to and tag in told)
        return max(heard, self.told.get(tag, 0), self.told.get(EVERYTHING, 0), *read)


class Promise(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.patch = pytest.MonkeyPatch()
        for module in (clock_module, listener_module):
            self.patch.setattr(module, "time", self.world.time)
        # Who waits for somebody in the same thread would wait for ever.
        self.patch.setattr(keeper_module, "PATIENCE", 0.0)
        self.watching = Watching()
        self.patch.setattr(reading, "watcher", lambda: self.watching)
        self.patch.setattr(reading, "connections", {ALIAS: Connection(self.world)})
        self.disks = [FakeDisk(), FakeDisk()]
        self.workers = [Worker(self.world, self.disks[number // 2]) for number in range(4)]
        self.writing: list[tuple[str, Version, list[str]]] = []
        self.depth = 0

    def teardown(self) -> None:
        self.patch.undo()

    @initialize()
    def everybody_hears(self) -> None:
        for worker in self.workers:
            worker.hear()

    # What writers do.

    @rule(story=STORY, deed=st.sampled_from(DEEDS))
    def write(self, story, deed):
        """Begin a change, which others may be committed before."""
        now, old = self.world.time.now, self.world.stories[story]
        new = {
            "correct": replace(old, number=0),
            "withdraw": Version(is_public=False),
            "publish": Version(),
            "schedule": Version(begins=now + 1.0),
            "end": Version(ends=now + 2.0),
        }[deed]
        tags = [f"story:{story}"]
        if deed in {"withdraw", "end", "schedule"}:
            tags.append(f"gone:{story}")
        self.writing.append((story, new, tags))

    @rule(which=st.integers(0, 1))
    def commit(self, which):
        if not self.world.is_down and which < len(self.writing):
            self.world.commit(*self.writing.pop(which))

    @rule(story=STORY, deed=st.sampled_from(DEEDS))
    def write_and_commit(self, story, deed):
        if not self.world.is_down:
            self.write(story, deed)
            self.world.commit(*self.writing.pop())

    @rule()
    def take_back(self):
        if self.writing:
            self.writing.pop()

    @rule(story=STORY)
    def change_very_much(self, story):
        if not self.world.is_down:
            self.world.commit(story, Version(), [EVERYTHING])

    # What happens to processes.

    @rule(worker=WORKER, most=st.sampled_from([None, None, 1]))
    def hear(self, worker, most):
        self.workers[worker].hear(most)

    @rule()
    def everybody_hears_again(self):
        self.everybody_hears()

    @rule(seconds=st.sampled_from([0.2, 0.5, 1.0, 3.0]))
    def time_passes(self, seconds):
        self.world.time.now += seconds

    @rule(
        what=st.sampled_from(["goes", "comes", "comes", "kill", "kill", "days", "stop and kill"]),
        worker=WORKER,
    )
    def trouble(self, what, worker):
        if what == "goes" or what == "stop and kill":
            self.world.is_down = True
        if what == "comes":
            self.world.is_down = False
        if self.depth == 0:
            if "kill" in what:
                self.workers[worker] = Worker(self.world, self.workers[worker].disk)
            if what == "days":
                self._days_pass()

    def _days_pass(self) -> None:
        """A week, of which the log keeps a day more; it is read all the while, unless the database is down."""
        for _day in range(8):
            self.world.time.now += DAY
            oldest = self.world.time.now - 8 * DAY
            self.world.log = [notice for notice in self.world.log if notice[2] > oldest]

    @rule(what=st.sampled_from(["follows", "follows", "a notice", "goes", "comes"]))
    def replica(self, what):
        world = self.world
        if what in {"goes", "comes"}:
            world.is_replica_there = what == "comes"
        elif later := [at for at, _tags in world.ever if at > world.replica_at]:
            world.replica_at = later[-1] if what == "follows" else later[0]

    # What readers do.

    @rule(worker=WORKER, hears=st.booleans())
    def ask_for_everything(self, worker, hears):
        """Nothing happens meanwhile."""
        if hears:
            self.workers[worker].hear()
        for page in PAGES:
            self._ask(self.workers[worker], page, None)

    @rule(worker=WORKER, is_killed=st.booleans(), seconds=st.sampled_from([0.0, 1.0]))
    def outage(self, worker, is_killed, seconds):
        self.world.is_down = True
        self.world.time.now += 2.5 + seconds
        if is_killed:
            self.workers[worker] = Worker(self.world, self.workers[worker].disk)
        self.ask_for_everything(worker, hears=True)
        self.world.is_down = False

    @rule(machine=st.integers(0, 1), story=STORY, deed=st.sampled_from(DEEDS))
    def a_machine_is_off(self, machine, story, deed):
        """For longer than the log goes back, and meanwhile something changes."""
        self.write_and_commit(story, deed)
        self._days_pass()
        self._days_pass()
        for worker in (2 * machine, 2 * machine + 1):
            self.workers[worker] = Worker(self.world, self.disks[machine])
            self.ask_for_everything(worker, hears=True)

    @rule(worker=WORKER, story=STORY, deed=st.sampled_from(DEEDS))
    def a_process_begins_and_hears_nothing(self, worker, story, deed):
        """What it remembers has arrived in the replica, and what was changed since has not."""
        self.replica("follows")
        self.workers[worker].hear()
        self.workers[worker] = Worker(self.world, self.workers[worker].disk)
        self.write_and_commit(story, deed)
        self.world.time.now += 3.0
        self.ask_for_everything(worker, hears=False)

    @rule(worker=WORKER, page=PAGE, data=st.data())
    def ask(self, worker, page, data):
        if self.depth > 1:
            return
        self.depth += 1
        try:
            # Somebody else, so in nothing of whoever asks already.
            Context().run(self._ask, self.workers[worker], page, data)
        finally:
            self.depth -= 1
        if self.depth == 0:
            # Whoever comes next.
            self._ask(self.workers[worker], page, None)

    def _ask(self, worker: Worker, page: str, data: Any) -> None:
        known = {
            f"{kind}:{story}": worker.known(f"{kind}:{story}")
            for kind in ("story", "gone")
            for story in STORIES
        }
        true, asked_at = dict(self.world.stories), self.world.time.now
        value, how = worker.pages.good(page), "hit"
        if value is None:
            value, how = self._fetch(worker, page, data)
        if value is not None:
            self._check(page, value, how, known, true, asked_at)

    def _fetch(self, worker: Worker, page: str, data: Any) -> tuple[Any, str]:
        is_known_down = self.world.is_down and not worker.clock.is_heard(2.0)
        if is_known_down and (kept := worker.pages.unconfirmed(page)) is not None:
            return kept, "kept"
        databases: list[str] = []

        def make() -> tuple[Any, int]:
            recording.current().is_for_replica |= is_known_down
            value, database = reading.read(lambda: self._render(worker, page, data))
            databases.append(database)
            return value, 3_000

        try:
            found = worker.pages.fetch(page, make)
        except Down:
            return worker.pages.unconfirmed(page), "kept"
        if databases == [ALIAS]:
            return found.kept.value, "replica in outage" if is_known_down else "replica"
        return found.kept.value, found.how

    def _render(
        self, worker: Worker, page: str, data: Any
    ) -> tuple[dict[str, tuple[str, float]], str]:
        """What it shows, and the database that was read."""
        about, beside, in_parts = PAGES[page]
        shown = {}
        for story in about:
            shown[story] = self._read(story, data)
        with recording.beside():
            for story in beside:
                shown[story] = self._read(story, data)
        for story in in_parts:
            shown[story] = self._part(worker, story, data)
        recording.keep()
        now = reading.current()
        return shown, "" if now is None else now.alias

    def _part(self, worker: Worker, story: str, data: Any) -> tuple[str, float]:
        around = recording.current()

        def make() -> tuple[Any, int]:
            recording.keep()
            return self._read(story, data), 1_000

        kept = worker.parts.fetch(f"part:{story}", make).kept
        around.take(kept.hard, kept.soft, kept.until, kept.ends)
        return kept.value

    def _read(self, story: str, data: Any) -> tuple[str, float]:
        """Read a row as it is when its turn comes; anything may happen before."""
        if data is not None:
            for event in data.draw(st.lists(EVENT, max_size=1), label="meanwhile"):
                EVENTS[event](self, data)
        version = self._version(story)
        now = self.world.time.now
        recording.shows(f"story:{story}")
        recording.current().hard.add(f"gone:{story}")
        for moment in (version.begins, version.ends):
            if moment not in {0.0, float("inf")}:
                recording.until(_moment(moment))
        if version.ends != float("inf"):
            recording.ends(_moment(version.ends))
        return version.seen(now), now

    def _version(self, story: str) -> Version:
        page = reading.current()
        if page is not None and page.choose() == ALIAS:
            if not self.world.is_replica_there:
                page.is_lost = True
                raise Lost
            return self.world.version_at(story, self.world.replica_at)
        if self.world.is_down:
            raise Down
        return self.world.stories[story]

    # What is promised.

    def _check(
        self,
        page: str,
        value: dict[str, tuple[str, float]],
        how: str,
        known: dict[str, int],
        true: dict[str, Version],
        asked_at: float,
    ) -> None:
        about, beside, _in_parts = PAGES[page]
        for story, (seen, read_at) in value.items():
            number = int(seen.split()[0])
            version = {one.number: one for _at, one in self.world.history[story]}[number]
            where = f"{story} on {page} ({how})"
            # Nothing but what was committed, and as it was to be seen when it was read: not before its time.
            assert seen == version.seen(read_at), where
            # What was taken from the public is not shown, wherever it stands and whatever else is down.
            assert number >= self.world.number_at(story, known[f"gone:{story}"]), where
            if "not public" not in seen:
                assert asked_at < version.ends, where
            # What changed is not shown as it was. What stands beside may be, while somebody else renders it anew and
            # while the database is down; so may what the clock alone has changed.
            if story not in beside or how not in {"old", "kept"}:
                assert number >= self.world.number_at(story, known[f"story:{story}"]), where
            if how in {"hit", "disk"}:
                assert not read_at < version.begins <= asked_at, where
            if how == "made" and story in about + beside:
                assert number >= true[story].number, where
            # Who has not heard for two seconds reads there no more, however much of the log has arrived.
            if how == "replica" and story in about + beside:
                settled = [at for at, _tags, when in self.world.log if when <= asked_at - 2.0]
                assert number >= self.world.number_at(story, max(settled, default=0)), where


def _moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


# What may happen between two rows that a page reads.
EVENTS = {
    "change": lambda machine, data: machine.write_and_commit(data.draw(STORY), data.draw(DEED)),
    "change that is heard": lambda machine, data: (
        machine.write_and_commit(data.draw(STORY), data.draw(DEED)),
        machine.everybody_hears(),
    ),
    "commit": lambda machine, data: machine.commit(0),
    "hear": lambda machine, data: machine.hear(data.draw(WORKER), None),
    "replica goes": lambda machine, data: machine.replica("goes"),
    "replica follows": lambda machine, data: machine.replica("follows"),
    "time": lambda machine, data: machine.time_passes(data.draw(st.sampled_from([0.5, 1.0]))),
    "ask": lambda machine, data: machine.ask(data.draw(WORKER), data.draw(PAGE), data),
}
EVENT = st.sampled_from(sorted(EVENTS))

Promise.TestCase.settings = settings(max_examples=150, stateful_step_count=30)
TestPromise = Promise.TestCase
