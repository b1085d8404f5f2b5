"""Candidates: how many a second, beside constant bytes of the same size; at 10, 500 and 1,000 live flights."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from typing import Any

from . import fill, load
from .house import House, Server

SIZES = (10, 500, 1000)
SERVER_CORE, LOAD_CORE = 0, 1
ASKED_WITH = {"Accept-Encoding": "gzip, deflate, br"}


def measure(house: House, *, rounds: int, seconds: int) -> dict[str, Any]:
    """One database and one pair of servers for each size; interleaved rounds, medians.

    Only the server that is asked runs meanwhile: the others are halted.
    """
    load_core = min(LOAD_CORE, (os.cpu_count() or 1) - 1)
    found: dict[int, dict[str, Any]] = {}
    pairs: dict[int, tuple[str, Server, Server]] = {}
    for live in SIZES:
        name = f"flights_{live}"
        house.copy(name)
        with house.using(name):
            section = fill.sections()[0]
            fill.flights(live)
            rows = fill.hours(3)
            found[live] = {"hour_counts": rows, **_times(section)}
        path = f"/s/article-{section}"
        server = house.serve("newsroom.wsgi:application", core=SERVER_CORE, database=name)
        constant = house.serve(
            "bench.advertising.constant:application",
            core=SERVER_CORE,
            CONSTANT_ANSWER=_keep(house, server, path, live, found[live]),
        )
        pairs[live] = (path, server, constant)
        for one in (server, constant):
            one.signal(signal.SIGSTOP)
    runs: dict[int, list[tuple[load.Load, load.Load]]] = {live: [] for live in SIZES}
    for _round in range(rounds):
        for live, (path, server, constant) in pairs.items():
            results = []
            for one in (constant, server):
                one.signal(signal.SIGCONT)
                options: dict[str, Any] = {"core": load_core, "headers": ASKED_WITH}
                load.ask(one, path, seconds=1, connections=16, **options)
                results.append(load.ask(one, path, seconds=seconds, connections=16, **options))
                one.signal(signal.SIGSTOP)
            runs[live].append((results[0], results[1]))
    for live, (path, server, _constant) in pairs.items():
        server.signal(signal.SIGCONT)
        # One question after the other: what a reader waits, the renewing of the snapshot in it.
        alone = load.ask(
            server,
            path,
            seconds=round(2.5 * seconds),
            connections=1,
            core=load_core,
            headers=ASKED_WITH,
        )
        server.signal(signal.SIGSTOP)
        found[live] |= _summary(runs[live]) | {"p50_ms": alone.p50, "p99_ms": alone.p99}
    smallest, largest = found[SIZES[0]], found[SIZES[-1]]
    return {
        "by": "wrk" if load.is_by_wrk() else "own client, ratio by the server's processor time",
        "rounds": rounds,
        "at": found,
        "few_to_many": smallest["candidates_per_s"] / largest["candidates_per_s"],
    }


def _summary(pairs: list[tuple[load.Load, load.Load]]) -> dict[str, float]:
    constant = statistics.median(one.rate for one, _other in pairs)
    rate = statistics.median(other.rate for _one, other in pairs)
    if load.is_by_wrk():
        ratios = [other.rate / one.rate for one, other in pairs]
    else:
        ratios = [one.cpu / other.cpu for one, other in pairs]
    return {
        "constant_per_s": constant,
        "candidates_per_s": rate,
        "ratio": statistics.median(ratios),
        "lowest_ratio": min(ratios),
        "loaded_p50_ms": statistics.median(other.p50 for _one, other in pairs),
        "loaded_p99_ms": statistics.median(other.p99 for _one, other in pairs),
        "server_us": statistics.median(other.cpu for _one, other in pairs),
    }


def _keep(house: House, server: Server, path: str, live: int, found: dict[str, Any]) -> str:
    """Keep an answer with its headers for the constant server; note its size."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path, headers=ASKED_WITH)
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, response.status
    own = {"date", "server", "connection"}
    headers = [(name, value) for name, value in response.getheaders() if name.lower() not in own]
    kept = house.folder / f"answer-{live}.bin"
    kept.write_bytes(body)
    kept.with_suffix(".json").write_text(json.dumps(headers))
    plain = gzip.decompress(body)
    listed = [f for slot in json.loads(plain)["places"].values() for f in slot["flights"]]
    found |= {"gzip_bytes": len(body), "plain_bytes": len(plain), "listed": len(listed)}
    return str(kept)


def _times(section: int) -> dict[str, float]:
    """Milliseconds that a snapshot and an answer made of it take, here in this process."""
    from django.utils import timezone

    from ads import rotation, snapshot
    from ads.tokens import Page

    taken = snapshot.take()
    page = Page("article", section)
    chance = random.Random(1)
    return {
        "flights": len(taken.flights),
        "snapshot_ms": milliseconds(snapshot.take, 7),
        "compose_ms": milliseconds(
            lambda: rotation.compose(taken, page, timezone.now(), chance), 15
        ),
    }


def milliseconds(ask: Callable[[], Any], runs: int) -> float:
    """The median of so many runs."""
    ask()
    times = []
    for _run in range(runs):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def report(found: dict[str, Any]) -> str:
    """The figures as a table for people."""
    sizes = list(found["at"])
    rows = [
        ("constant bytes, answers/s", "constant_per_s", ",.0f"),
        ("candidates, answers/s", "candidates_per_s", ",.0f"),
        ("ratio, median of the rounds", "ratio", ".1%"),
        ("ratio, lowest", "lowest_ratio", ".1%"),
        ("server's processor time, µs each", "server_us", ".0f"),
        ("16 at once: p50, ms", "loaded_p50_ms", ".2f"),
        ("16 at once: p99, ms", "loaded_p99_ms", ".2f"),
        ("one at a time: p50, ms", "p50_ms", ".2f"),
        ("one at a time: p99, ms", "p99_ms", ".2f"),
        ("an answer, bytes", "plain_bytes", ",.0f"),
        ("an answer, gzip, bytes", "gzip_bytes", ",.0f"),
        ("lines in it", "listed", ",.0f"),
        ("reading a snapshot, ms", "snapshot_ms", ".1f"),
        ("making an answer of it, ms", "compose_ms", ".1f"),
        ("hours counted in 28 days", "hour_counts", ",.0f"),
    ]
    lines = [f"{'live flights':<36}" + "".join(f"{size:>12,}" for size in sizes)]
    for label, key, form in rows:
        lines.append(
            f"{label:<36}" + "".join(f"{found['at'][size][key]:>12{form}}" for size in sizes)
        )
    lines.append(
        f"{sizes[0]} to {sizes[-1]:,} live flights: {found['few_to_many']:.2f} times as many answers "
        f"({found['by']}, {found['rounds']} rounds)"
    )
    return "\n".join(lines)
