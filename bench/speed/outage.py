"""Readers while PostgreSQL is away: stopped, and frozen so that its connections stay open."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .polling import Reader
from .rows import Row
from .stack import Stack, get, postgres_processes
from .wrk import TELLING

MEASURE = "failed reader requests while PostgreSQL is {} for {} s under load"
# Public pages beside stories; which of them exist in this corpus is asked before.
PLACES = (
    *("/", "/terkini/", "/terpopuler/", "/tokoh/", "/ralat/", "/redaksi/", "/privasi/"),
    *("/rss.xml", "/atom.xml", "/feed.json", "/sitemap.xml", "/sitemap-news.xml", "/robots.txt"),
)
STORIES = 100
PATIENCE = 30.0


def measure(stack: Stack, seconds: int, how: str) -> Row:
    """Pages that were read before, asked as fast as possible all the while.

    Args:
        seconds: how long it is away.
        how: "stopped" or "frozen".
    """
    row = Row(MEASURE.format(how, seconds), "0 of pages seen before; fresh again < 2 s")
    from articles.models import Article

    with stack.serving(PAGE_CACHE_TELL="1") as server, stack.serving(PAGE_CACHE_TELL="1") as other:
        candidates = (*PLACES, *stack.stories[:STORIES])
        paths = [path for path in candidates if get(server.port, path).status == 200]
        for path in paths:
            get(server.port, path)
        away, back = ways(how)
        reader = Reader("front page", server.port, paths[0], b"</html>")
        marked = Article.objects.published().order_by("pk").first()
        assert marked is not None
        mark = f"Sesudah {time.time_ns()}"
        fresh = [
            Reader(f"process {n}", s.port, marked.get_absolute_url(), mark.encode())
            for n, s in enumerate((server, other), 1)
        ]
        get(server.port, marked.get_absolute_url())
        box: dict[str, Any] = {}

        def load() -> None:
            box["asked"] = stack.ask(
                server, paths=paths, script=TELLING, seconds=seconds + 16, connections=8
            )

        loading = threading.Thread(target=load)
        loading.start()
        reader.start()
        time.sleep(3)
        gone_at = time.time()
        away()
        time.sleep(seconds)
        for one in fresh:
            one.start()
        back()
        back_at, back_clock = time.monotonic(), time.time()
        _retitle(marked.pk, mark)
        committed = time.monotonic()
        deadline = committed + PATIENCE
        while time.monotonic() < deadline and not all(any(s[3] for s in r.seen) for r in fresh):
            time.sleep(0.02)
        loading.join()
        for one in (reader, *fresh):
            one.stop()
    said = box["asked"].said
    recovery = [
        next((s[1] for s in one.seen if s[3]), committed + PATIENCE) - back_at for one in fresh
    ]
    failed = said.bad + said.broken
    own = [s for s in reader.seen if s[2] != 200]
    row.parts = {
        "pages": len(paths),
        "answers": said.number,
        "failed": failed,
        "p99_ms": said.p99,
        "front_page_looks": len(reader.seen),
        "front_page_failed": len(own),
        "front_page_slowest_s": round(max(s[1] - s[0] for s in reader.seen), 3),
        "fresh_again_after_s": [round(value, 3) for value in recovery],
        "answers_meanwhile": _sum(said.told, gone_at, back_clock),
        "answers_afterwards": _sum(said.told, back_clock, back_clock + 12),
        "renderings_afterwards_by_second": [
            sum(n for kind, n in kinds.items() if kind.endswith("made"))
            for second, kinds in sorted(said.told.items())
            if int(second) >= int(back_clock)
        ],
    }
    renderings = sum(row.parts["renderings_afterwards_by_second"])
    row.value = (
        f"{failed + len(own)} failed of {said.number + len(reader.seen)}; fresh after "
        f"{max(recovery):.2f} s; {renderings} renderings afterwards for {len(paths)} pages"
    )
    row.is_met = failed + len(own) == 0 and max(recovery) < 2
    return row


def ways(how: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """How PostgreSQL goes away, and how it comes back."""
    if how == "frozen":
        return lambda: _signal(signal.SIGSTOP), lambda: _signal(signal.SIGCONT)
    return _stop, _start


def _signal(signum: int) -> None:
    for number in postgres_processes():
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signum)


def _server() -> Any:
    from django.conf import settings

    from newsroom.house.postgres import server_at

    return server_at(Path(settings.VAR_DIR) / "postgres")


def _stop() -> None:
    from django.db import connections

    connections.close_all()
    first = postgres_processes()[0]
    os.kill(first, signal.SIGINT)  # a fast shutdown
    while Path(f"/proc/{first}").exists() and not _is_dead(first):
        time.sleep(0.01)


def _is_dead(number: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def _start() -> None:
    _server().ensure_running()


def _retitle(pk: int, mark: str) -> None:
    from articles.models import Article

    Article.objects.filter(pk=pk).update(headline=mark)


def _sum(told: dict[str, dict[str, int]], begin: float, end: float) -> dict[str, int]:
    found: dict[str, int] = {}
    for second, kinds in told.items():
        if begin <= int(second) < end:
            for kind, number in kinds.items():
                found[kind.strip()] = found.get(kind.strip(), 0) + number
    return found
