"""The text that Prometheus reads: what the processes counted, and what the database and the disk say now."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import Error, connection
from django.utils import timezone
from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from . import figures, jobs, replica, shared


class _All:
    def __init__(self, is_database_there: bool) -> None:
        self.is_database_there = is_database_there

    def collect(self) -> Iterator[Metric]:
        yield from shared.added_up()
        yield from _of_machine()
        found: list[Metric] = []
        if self.is_database_there:
            try:
                found = list(_of_database())
            except Error:
                # It went away in between: what is half told is not told.
                self.is_database_there = False
        yield from _of_replica(self.is_database_there)
        yield _gauge("newsroom_database_up", "Whether it answers.", int(self.is_database_there))
        yield from found


def text(*, is_database_there: bool) -> bytes:
    """All of it; without the figures of the database when that is away."""
    return bytes(generate_latest(_All(is_database_there)))


def _of_machine() -> Iterator[Metric]:
    free = GaugeMetricFamily("newsroom_disk_free_bytes", "Free room.", labels=["folder"])
    for room in figures.rooms():
        if room.free >= 0:
            free.add_metric([room.name], room.free)
    yield free
    for name, server in (
        ("newsroom_media_store_up", figures.media_store()),
        ("newsroom_cache_server_up", figures.cache_server()),
    ):
        if server is not None:
            yield _gauge(name, "Whether it answers.", int(server.is_well))
    yield _gauge(
        "newsroom_told_waiting", "Messages of browsers that wait here.", figures.told_waiting()
    )
    if (at := figures.last_backup()) is not None:
        age = (timezone.now() - at).total_seconds()
        yield _gauge("newsroom_backup_age_seconds", "Since the last backup ended well.", age)


def _of_database() -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "newsroom_database_connections", "Of this database, by state.", labels=["state"]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() GROUP BY 1 ORDER BY 1"
        )
        for state, count in cursor.fetchall():
            states.add_metric([state], count)
        cursor.execute(
            "SELECT xact_rollback, deadlocks, pg_database_size(datname) FROM pg_stat_database"
            " WHERE datname = current_database()"
        )
        rollbacks, deadlocks, size = cursor.fetchone()
    yield states
    yield CounterMetricFamily("newsroom_database_rollbacks", "Since its start.", value=rollbacks)
    yield CounterMetricFamily("newsroom_database_deadlocks", "Since its start.", value=deadlocks)
    yield _gauge("newsroom_database_bytes", "Size of the database.", size)
    counted = jobs.counts()
    found = GaugeMetricFamily(
        "newsroom_jobs",
        "waiting, of them late; in hand; failed and not given up.",
        labels=["state"],
    )
    for state in ("waiting", "late", "doing", "failed"):
        found.add_metric([state], getattr(counted, state))
    yield found
    yield _gauge(
        "newsroom_jobs_late_seconds", "Of the one that is due longest.", jobs.seconds_late()
    )
    mail = figures.mail()
    letters = GaugeMetricFamily(
        "newsroom_letters", "Letters: waiting, given up, of the newsletter.", labels=["state"]
    )
    letters.add_metric(["waiting"], mail.waiting)
    letters.add_metric(["failed"], mail.failed)
    letters.add_metric(["newsletter_waiting"], mail.newsletter_waiting)
    yield letters


def _of_replica(is_database_there: bool) -> Iterator[Metric]:
    try:
        found = replica.standing(is_database_there=is_database_there)
    except Error:
        found = replica.standing(is_database_there=False)
    if found is None:
        return
    yield _gauge("newsroom_replica_up", "Whether it can be read.", int(not found.is_lost))
    if (behind := found.behind) is not None:
        waits = "Changes of public pages that have not arrived there."
        yield _gauge("newsroom_replica_behind_notices", waits, behind.notices)
        since = "How long the oldest of them waits."
        yield _gauge("newsroom_replica_behind_seconds", since, behind.seconds)
        yield _gauge("newsroom_replica_behind_bytes", "Of PostgreSQL's log.", behind.bytes)


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=value)
