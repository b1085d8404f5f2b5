"""Writes what was told, in one statement: durable when it returns, and each thing once, whoever else writes."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, connection

from . import partitions
from .choices import DiscardReason, EventKind

# Why, and at which placement and of which creative as far as a token proves them.
Discarded = tuple[DiscardReason, int | None, int | None]

# An arrival counts only at placements that stand, on that kind of screen. What came before is told by what the
# insert does not return. Both inserts go in the order of their keys, so that no two of them wait for each other
# in a circle. Placements and creatives are looked up once more, since a token may be older than a restored database.
_RECORD = """
WITH told AS (
    SELECT * FROM unnest(
        %(numbers)s::int[], %(days)s::date[], %(showings)s::uuid[], %(kinds)s::varchar[], %(ats)s::timestamptz[],
        %(placements)s::bigint[], %(creatives)s::bigint[], %(articles)s::bigint[], %(sections)s::bigint[],
        %(devices)s::varchar[]
    ) AS t (n, day, showing, kind, at, placement_id, creative_id, article_id, section_id, device)
), possible AS (
    SELECT * FROM told t WHERE kind <> 's' OR EXISTS (
        SELECT 1 FROM ads_placement p WHERE p.id = t.placement_id AND p.is_on
            AND CASE t.device WHEN 'phone' THEN p.phone_size ELSE p.desktop_size END <> '')
), kept AS (
    INSERT INTO ads_event
        (day, showing, kind, at, placement_id, creative_id, article_id, section_id, device)
    SELECT day, showing, kind, at, placement_id, creative_id, article_id, section_id, device
    FROM possible ORDER BY day, showing, kind
    ON CONFLICT DO NOTHING RETURNING showing, kind
), refused AS (
    SELECT t.n, t.placement_id, t.creative_id,
        CASE WHEN p.n IS NULL THEN 'forged' ELSE 'replay' END AS reason
    FROM told t LEFT JOIN possible p USING (n) LEFT JOIN kept k ON k.showing = t.showing AND k.kind = t.kind
    WHERE k.showing IS NULL
), wrong AS (
    SELECT * FROM refused WHERE NOT (reason = 'replay' AND %(is_retold)s)
), discarded AS (
    INSERT INTO ads_discard (hour, reason, placement_id, creative_id, count)
    SELECT %(hour)s, reason, p.id, c.id, sum(count) FROM (
        SELECT reason, placement_id, creative_id, 1 AS count FROM wrong
        UNION ALL SELECT * FROM unnest(
            %(reasons)s::varchar[], %(their_placements)s::bigint[], %(their_creatives)s::bigint[], %(counts)s::int[])
    ) AS d (reason, placement_id, creative_id, count)
    LEFT JOIN ads_placement p ON p.id = d.placement_id LEFT JOIN ads_creative c ON c.id = d.creative_id
    GROUP BY reason, p.id, c.id ORDER BY reason, p.id, c.id
    ON CONFLICT (hour, reason, placement_id, creative_id)
        DO UPDATE SET count = ads_discard.count + excluded.count
)
SELECT n, reason FROM refused
"""


@dataclass(frozen=True, slots=True)
class Row:
    """An event as it is written; `at` in seconds since 1970, UTC."""

    kind: EventKind
    showing: uuid.UUID
    at: int
    placement: int | None
    creative: int | None
    article: int | None
    section: int | None
    device: str


def day_of(at: int) -> datetime.date:
    """The day of the publication's zone."""
    return datetime.datetime.fromtimestamp(at, ZoneInfo(settings.TIME_ZONE)).date()


def hour_of(moment: datetime.datetime) -> datetime.datetime:
    """The full hour of the publication's clock; with half-hour zones its days begin at one too."""
    local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return local.replace(minute=0, second=0, microsecond=0)


def record(
    rows: Sequence[Row], discarded: Counter[Discarded], now: float, *, is_retold: bool = False
) -> dict[int, DiscardReason]:
    """Write events, and count what was discarded under the hour of `now`, both or neither.

    Returns what was not written, by its place in `rows`, and why: `replay` when it was known, `forged`
    when the placement does not stand there. With `is_retold` what was known is not discarded as a
    replay: a browser tells again what it saw no answer to. Committed when it returns, so it is not called inside a
    transaction, or in one only when the days have their tables. Raises django.db.Error when the database cannot be reached.
    """
    if not rows and not discarded:
        return {}
    once = {(row.showing, row.kind): number for number, row in reversed(list(enumerate(rows)))}
    numbers = sorted(once.values())
    doubled = set(range(len(rows))) - set(numbers)
    for number in doubled:
        row = rows[number]
        discarded[DiscardReason.REPLAY, row.placement, row.creative] += 1
    written = [rows[number] for number in numbers]
    days = [day_of(row.at) for row in written]
    values: dict[str, Any] = {
        "numbers": numbers,
        "days": days,
        "showings": [row.showing for row in written],
        "kinds": [str(row.kind) for row in written],
        "ats": [datetime.datetime.fromtimestamp(row.at, datetime.UTC) for row in written],
        "placements": [row.placement for row in written],
        "creatives": [row.creative for row in written],
        "articles": [row.article for row in written],
        "sections": [row.section for row in written],
        "devices": [str(row.device) for row in written],
        "is_retold": is_retold,
        "hour": hour_of(datetime.datetime.fromtimestamp(now, datetime.UTC)),
        "reasons": [str(reason) for reason, _placement, _creative in discarded],
        "their_placements": [placement for _reason, placement, _creative in discarded],
        "their_creatives": [creative for _reason, _placement, creative in discarded],
        "counts": list(discarded.values()),
    }
    try:
        refused = _run(values)
    except IntegrityError as error:
        # The job that makes tables ahead has slept; whoever comes first makes the day's.
        if "no partition of relation" not in str(error):
            raise
        partitions.make(days)
        refused = _run(values)
    return refused | dict.fromkeys(doubled, DiscardReason.REPLAY)


def _run(values: dict[str, Any]) -> dict[int, DiscardReason]:
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        return {number: DiscardReason(reason) for number, reason in cursor.fetchall()}
