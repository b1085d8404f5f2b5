"""How the replica stands: whether it can be read, and how far behind the database it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from pagecache.replica import ALIAS
from pagecache.replica.watching import NAME
from pagecache.wire import Lost, Refused, Wire, conninfo

from .scrub import scrub

# Within so many seconds it takes a connection, and answers, or counts as lost.
PATIENCE = 1.0

_WHERE = (
    "SELECT pg_is_in_recovery(), (SELECT coalesce(max(position), 0) FROM pagecache_notice),"
    " pg_last_wal_replay_lsn()::text"
)
_BEHIND = """
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::float,
    greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), %s::pg_lsn), 0)::bigint
FROM pagecache_notice WHERE position > %s
"""


@dataclass(frozen=True)
class Behind:
    """Changes of public pages that have not arrived, since when the oldest of them waits, and bytes of PostgreSQL's log."""

    notices: int
    seconds: float
    bytes: int


@dataclass(frozen=True)
class Standing:
    """`why` it is lost; empty when it is not. `behind` is None where that is not known."""

    why: str = ""
    behind: Behind | None = None

    @property
    def is_lost(self) -> bool:
        return bool(self.why)


def standing(*, is_database_there: bool = True) -> Standing | None:
    """Asks both. None where there is no replica; raises Error when the database cannot be asked."""
    if ALIAS not in settings.DATABASES:
        return None
    try:
        with Wire(conninfo(NAME, ALIAS), PATIENCE) as wire:
            ((is_following, position, replayed),) = wire.ask(_WHERE, [], PATIENCE)
    except (Lost, Refused) as error:
        return Standing(why=scrub(str(error).strip().split("\n", 1)[0]))
    if not is_following:
        return Standing(why="it follows no other server")
    if not is_database_there:
        return Standing()
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [replayed, position])
        return Standing(behind=Behind(*cursor.fetchone()))
