"""The candidates of a page class, as bytes: the same for everybody, for a few seconds.

An answer is made from a `Snapshot` in memory, so a request costs no SQL. It may be kept CACHE_SECONDS, and the
snapshot behind it is at most SNAPSHOT_SECONDS old: together 30 s, after which a stopped flight is on no page any
more. An end, a beginning, an hour or a silent day that lies ahead is known before: the answer's life stops there,
so those are exact.

What a browser gets (static/site/sela.js reads it):

    {"t": 1764150000, "r": when the database was read, "m": mark of the page view,
     "places": {"article-top-1": {"id": 1, "free": mark, "flights": [
         {"f": 12, "k": "sponsorship", "p": 0.3, "r": 5, "c": [[33, mark], …]}, …]}},
     "flights": {"12": {"d": device, "tags": […], "at": [places], "held": true, "people": […], "orgs": […], "cap": 3,
                        "until": seconds}},
     "creatives": {"33": {"i": {"320x100": [address, width, height]}, "a": alt} or {"h": headline, "x": words}}}

Keys that say nothing are left out.
"""

from __future__ import annotations

import datetime
import gzip
import json
import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import Error, OperationalError, close_old_connections, connection

from pagecache import instant
from pagecache.outage import link

from . import snapshot, spool, tokens
from .choices import Device, FlightKind
from .selection import (
    SERVER_RULES,
    Candidate,
    FlightFacts,
    Moment,
    PageFacts,
    PlacementFacts,
    Situation,
    excluded_by,
    part_of,
    standard_parts,
)
from .snapshot import Snapshot

logger = logging.getLogger(__name__)

CACHE_SECONDS = 25
SNAPSHOT_SECONDS = 4
# A stopped flight is on no page after that many seconds.
GONE_SECONDS = 30
# Nobody asked for that long: the snapshot is read again at the next question only.
IDLE_SECONDS = 60
# More flights of a kind than this at one placement are drawn among before, so that an answer stays small: it
# comes with every page, on a phone with bad coverage too.
MOST_OF_A_KIND = 8
# Page classes with an answer in memory; a newsroom has two for each section and three more.
MOST_ANSWERS = 256


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out, plain and compressed.

    In seconds since 1970: when the database was read for it, when it was made, and until when the
    clock alone leaves it true.
    """

    plain: bytes
    compressed: bytes
    etag: str
    taken_at: float
    made_at: float
    good_until: float

    def max_age(self, now: float) -> int:
        """Whole seconds for which it may be kept from now.

        What was read late may be kept the shorter; but for a moment always, as while the database is
        down, when nobody can stop a flight either.
        """
        left = max(self.taken_at + GONE_SECONDS - now, SNAPSHOT_SECONDS)
        return max(0, int(min(CACHE_SECONDS, left, self.good_until - now)))


def compose(
    taken: Snapshot, page: tokens.Page, now: datetime.datetime, chance: random.Random
) -> Answer:
    """The answer for a page class at an instant. Pure but for `chance`, which thins out long lists."""
    at = int(now.timestamp())
    moment = taken.moment(now)
    places: dict[str, Any] = {}
    flights: dict[str, Any] = {}
    creatives: dict[str, Any] = {}
    for placement in taken.placements:
        if placement.page_class != page.page_class:
            continue
        listed = []
        for flight, part in thinned(_running(taken, placement, page, moment), placement, chance):
            shown = [c for c in flight.creatives if c.is_approved]
            marks = [[c.id, tokens.mark(at, page.key, placement.id, c.id)] for c in shown]
            listed.append(
                {"f": flight.id, "k": flight.kind, "p": part, "r": flight.priority, "c": marks}
            )
            flights[str(flight.id)] = _for_browser(flight)
            for creative in shown:
                creatives[str(creative.id)] = (
                    {"i": creative.images, "a": creative.alt_text}
                    if creative.images
                    else {"h": creative.headline, "x": creative.words}
                )
        free = tokens.mark(at, page.key, placement.id, None)
        places[placement.key] = {"id": placement.id, "free": free, "flights": listed}
    told = {
        "t": at,
        "r": int(taken.taken_at.timestamp()),
        "m": tokens.mark(at, page.key, 0, None),
        "places": places,
        "flights": flights,
        "creatives": creatives,
    }
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(
        plain=plain,
        compressed=gzip.compress(plain, 6, mtime=0),
        etag=f'"{sha256(plain).hexdigest()[:20]}"',
        taken_at=taken.taken_at.timestamp(),
        made_at=now.timestamp(),
        good_until=min(at + CACHE_SECONDS + SNAPSHOT_SECONDS, _next_change(taken, moment)),
    )


def _running(
    taken: Snapshot, placement: PlacementFacts, page: tokens.Page, moment: Moment
) -> Iterator[FlightFacts]:
    """The flights that no rule of the server keeps out of this placement."""
    situation = Situation(
        placement, PageFacts(page.page_class, section=page.section), moment, Device.PHONE
    )
    for flight in taken.flights_at.get(placement.key, ()):
        if excluded_by(flight, situation, SERVER_RULES) is None:
            yield flight


def thinned(
    flights: Iterable[FlightFacts], placement: PlacementFacts, chance: random.Random
) -> list[tuple[FlightFacts, float]]:
    """Flights with their parts; of a kind with too many a sample that is right on average.

    Systematic sampling with probability proportional to size (Madow 1949): each is taken with
    probability π = min(1, K·part/Σ), and one that is taken stands for part/π. So over many answers
    every flight is drawn as often as its part says, and each answer stays small. Standard flights are
    thinned by what the policy gives each of them among all, the important ones first. Flights with a
    target of tags or places are thinned apart, since most pages have no use for them.
    """
    groups: dict[tuple[str, bool], list[tuple[FlightFacts, float]]] = {}
    for flight in flights:
        part = part_of(flight, placement.key)
        if part > 0:
            is_narrow = bool(flight.tags or flight.places)
            groups.setdefault((flight.kind, is_narrow), []).append((flight, part))
    kept: list[tuple[FlightFacts, float]] = []
    for (kind, _is_narrow), members in groups.items():
        if kind == FlightKind.SPONSORSHIP or len(members) <= MOST_OF_A_KIND:
            kept += members
        else:
            kept += _sample(_given(members) if kind == FlightKind.STANDARD else members, chance)
    return sorted(kept, key=lambda pair: pair[0].id)


def _given(members: Sequence[tuple[FlightFacts, float]]) -> list[tuple[FlightFacts, float]]:
    """Standard flights with what they get of all views, without those that get nothing."""
    everybody = [Candidate(f.id, f.kind, part, f.priority) for f, part in members]
    parts = standard_parts(everybody, 1.0, is_stretched=False)
    return [(flight, parts[flight.id]) for flight, _part in members if parts[flight.id] > 0]


def _sample(
    members: Sequence[tuple[FlightFacts, float]], chance: random.Random
) -> list[tuple[FlightFacts, float]]:
    if len(members) <= MOST_OF_A_KIND:
        return list(members)
    certain: list[tuple[FlightFacts, float]] = []
    rest = list(members)
    # Whoever would be taken more than once is taken for certain, and the others share what is left.
    while True:
        places_left = MOST_OF_A_KIND - len(certain)
        total = sum(part for _flight, part in rest)
        large = [one for one in rest if one[1] * places_left >= total]
        if not large or places_left <= len(large):
            break
        certain += large
        rest = [one for one in rest if one[1] * places_left < total]
    step = total / places_left
    ahead = chance.random() * step
    taken: list[tuple[FlightFacts, float]] = []
    reached = 0.0
    for flight, part in rest:
        reached += part
        if ahead < reached and len(taken) < places_left:
            # π = part / step, so what it stands for is the step itself.
            taken.append((flight, step))
            ahead += step
    return certain + taken


def _for_browser(flight: FlightFacts) -> dict[str, Any]:
    told: dict[str, Any] = {
        "d": flight.device,
        "tags": sorted(flight.tags),
        "at": sorted(flight.places),
        "held": flight.is_held_at_tragedy,
        "people": sorted(flight.people),
        "orgs": sorted(flight.organisations),
        "cap": flight.cap_per_day,
        "until": int(flight.ends_at.timestamp()) if flight.ends_at else 0,
    }
    return {key: value for key, value in told.items() if value}


def _next_change(taken: Snapshot, moment: Moment) -> float:
    """When the clock alone will change the list: a beginning, an end, an hour, a midnight."""
    now = moment.at
    hour = now.replace(minute=0, second=0, microsecond=0) + datetime.timedelta(hours=1)
    edges = [hour, *(flight.starts_at for flight in taken.flights)]
    edges += [flight.ends_at for flight in taken.flights if flight.ends_at]
    return min(edge.timestamp() for edge in edges if edge > now)


class Rotation:
    """Answers by page class, renewed from fresh snapshots while somebody asks.

    One thread per process reads the database. When the database cannot be reached the last snapshot
    goes on: nobody can stop a flight meanwhile, and ends are kept by the clock.

    Args:
        take: reads a snapshot.
        seconds: how old a snapshot may be. With 0 each question reads the database itself, for tests
            and commands.
    """

    def __init__(
        self, take: Callable[[], Snapshot] = snapshot.take, *, seconds: float = SNAPSHOT_SECONDS
    ) -> None:
        self._take = take
        self._seconds = seconds
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._thread: threading.Thread | None = None
        self._snapshot: Snapshot | None = None
        self._links: dict[int, str] = {}
        self._read_at = self._failed_at = self._asked_at = 0.0
        self._answers: dict[str, Answer] = {}
        # Web workers are forked: another generator would give all of them the same chances.
        self._chance = random.SystemRandom()

    def answer(self, key: str) -> Answer | None:
        """The candidates of a page class by its key; None when there is no such class.

        Raises django.db.Error when no snapshot could be read yet.
        """
        self._asked_at = now = instant.seconds()
        known = self._answers.get(key)
        if known is not None and now < known.made_at + self._seconds and now < known.good_until:
            return known
        page = tokens.page_of_key(key)
        if page is None:
            return None
        taken = self.current()
        made = compose(taken, page, instant.now(), self._chance)
        if page.section is not None and page.section not in taken.sections:
            # A made-up section: answered, and kept out of the place of those that are asked for.
            return made
        with self._lock:
            if taken is self._snapshot:
                if len(self._answers) >= MOST_ANSWERS:
                    self._answers.clear()
                self._answers[key] = made
        return made

    def current(self) -> Snapshot:
        """A snapshot that is fresh enough; only the first question after a pause waits for it."""
        if self._seconds:
            self._keep_renewing()
        taken = self._snapshot
        if taken is not None and (link.is_down or self._is_fresh()):
            return taken
        if link.is_down:
            raise OperationalError(
                "The database cannot be reached, and what is sold was not read before."
            )
        # One reads, and who comes meanwhile waits for what it reads.
        with self._reading:
            taken = self._snapshot
            has_just_failed = instant.seconds() - self._failed_at < self._seconds
            if taken is not None and (self._is_fresh() or has_just_failed):
                return taken
            try:
                return self.renew()
            except Error as error:
                self._failed_at = instant.seconds()
                if taken is None:
                    raise
                logger.warning("What is sold could not be read anew: %s", error)
                return taken

    def _is_fresh(self) -> bool:
        # The thread is a little late now and then; a question waits only when it has not kept up.
        return instant.seconds() - self._read_at < 2 * self._seconds

    def renew(self) -> Snapshot:
        """Read the database now, and forget all answers made of what was read before."""
        began = instant.seconds()
        taken = self._take()
        with self._lock:
            self._snapshot, self._read_at = taken, began
            self._answers = {}
        if self._seconds:
            self._remember_links(taken)
        return taken

    def _remember_links(self, taken: Snapshot) -> None:
        """A click leads where the creative leads, also while the database is away."""
        links = {
            creative.id: creative.link
            for flight in taken.flights
            for creative in flight.creatives
            if creative.is_approved and creative.link
        }
        if links != self._links:
            spool.waiting().remember_links(links)
            self._links = links

    def _keep_renewing(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="rotation", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while instant.seconds() - self._asked_at < IDLE_SECONDS:
            time.sleep(self._seconds)
            if link.is_down:
                continue
            try:
                close_old_connections()
                self.renew()
            except Exception:
                # Whatever it was: the last snapshot goes on, and the next round tries again.
                logger.warning("What is sold could not be read anew.", exc_info=True)
        connection.close()


def candidates(listed: Sequence[dict[str, Any]]) -> list[Candidate]:
    """The candidates of one placement of an answer, as `selection.intervals` takes them."""
    return [Candidate(one["f"], one["k"], one["p"], one["r"]) for one in listed]


rotation = Rotation(seconds=settings.ROTATION_SECONDS)
