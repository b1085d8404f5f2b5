"""What this process counts: requests, errors of the database, what the page cache gave; `shared` adds up the others'."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from django.core.signals import got_request_exception
from django.db import Error
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from pagecache.installed import page_cache
from pagecache.replica.watching import watcher

# Seconds. A page that has to be made takes some milliseconds; who waits for a second looks elsewhere.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

registry = CollectorRegistry()
_requests = Counter(
    "newsroom_requests",
    "Requests that Django answered, by view and status; kept pages stand under newsroom_pages.",
    ["view", "status"],
    registry=registry,
)
_seconds = Histogram(
    "newsroom_request_seconds",
    "How long Django took, by view.",
    ["view"],
    buckets=BUCKETS,
    registry=registry,
)
_database_errors = Counter(
    "newsroom_database_errors",
    "Requests that ended with an error of the database, by its kind.",
    ["kind"],
    registry=registry,
)


def note_request(view: str, status: str, seconds: float) -> None:
    """Count a request.

    Args:
        view: the name of its view; "" when no view was asked, as for an address that nobody knows.
    """
    _requests.labels(view or "none", status).inc()
    _seconds.labels(view or "none").observe(seconds)


class _Process:
    """What is true of this process now: read when somebody asks, so that nothing has to keep it up to date."""

    def collect(self) -> Iterator[Metric]:
        process = [str(os.getpid())]
        memory = GaugeMetricFamily(
            "newsroom_process_memory_bytes", "Memory in use.", labels=["process"]
        )
        memory.add_metric(process, _resident_bytes())
        yield memory
        if (replica := watcher()) is not None:
            read = CounterMetricFamily(
                "newsroom_pages_read",
                "Pages that were made, by where they were read; again: those of the replica that it did not answer.",
                labels=["database"],
            )
            for database, count in replica.read.items():
                read.add_metric([database], count)
            yield read
        if (cache := page_cache()) is None:
            return
        given = CounterMetricFamily(
            "newsroom_pages",
            "Pages that left the page cache: hit (memory), old (while made anew), disk, made, kept (no database).",
            labels=["how"],
        )
        for how, count in cache.given.items():
            given.add_metric([how], count)
        yield given
        labels = ["process", "what"]
        entries = GaugeMetricFamily("newsroom_kept_entries", "Kept in memory.", labels=labels)
        sizes = GaugeMetricFamily("newsroom_kept_bytes", "Memory for what is kept.", labels=labels)
        for what, keeper in (("pages", cache.pages), ("parts", cache.parts)):
            entries.add_metric([*process, what], len(keeper.memory))
            sizes.add_metric([*process, what], keeper.memory.used)
        yield entries
        yield sizes


registry.register(_Process())


def _resident_bytes() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        # Not Linux: the most that it ever used, in kilobytes there.
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _note_error(sender: Any, **kwargs: Any) -> None:
    import sys

    if isinstance(error := sys.exception(), Error):
        _database_errors.labels(type(error).__name__).inc()


got_request_exception.connect(_note_error, dispatch_uid="newsroom.watch.meters")
