"""Rolling up a day of a million events, and making it anew: the figures are the same."""

from __future__ import annotations

import datetime
import random
import time
from typing import Any

from . import fill
from .house import House

STORIES = 200
# One page view and three slots each: 15 of 100 not measured, 40 not viewable, one click in 200.
EVENTS = """
INSERT INTO ads_event (day, showing, kind, at, placement_id, creative_id, article_id, section_id, device)
SELECT %(day)s, md5(n || '.' || slot)::uuid, kind,
       %(midnight)s::timestamptz + (abs(hashint8(n)) %% 86400) * interval '1 second',
       CASE WHEN slot > 0 THEN placements[1 + (n + slot) %% array_length(placements, 1)] END,
       CASE WHEN slot > 0 AND n %% 5 > 0
            THEN creatives[1 + abs(hashint8(n * 4 + slot)) %% array_length(creatives, 1)] END,
       articles[1 + floor(array_length(articles, 1) * power((abs(hashint8(n + 7)) %% 1000000) / 1e6, 3))::int],
       sections[1 + n %% array_length(sections, 1)], CASE WHEN n %% 4 = 0 THEN 'desktop' ELSE 'phone' END
FROM generate_series(1::bigint, %(visits)s) AS n, generate_series(0, 3) AS slot,
     LATERAL (SELECT abs(hashint8(n * 16 + slot)) %% 1000 AS luck) l,
     LATERAL (SELECT unnest(CASE WHEN slot = 0 THEN ARRAY['p'] WHEN luck < 3 THEN ARRAY['s', 'm', 'v', 'c']
                                 WHEN luck < 5 THEN ARRAY['s', 'm', 'c'] WHEN luck < 600 THEN ARRAY['s', 'm', 'v']
                                 WHEN luck < 850 THEN ARRAY['s', 'm'] ELSE ARRAY['s'] END) AS kind) k,
     (SELECT array_agg(id ORDER BY id) AS placements FROM ads_placement) p,
     (SELECT array_agg(id ORDER BY id) AS creatives FROM ads_creative) c,
     (SELECT array_agg(id ORDER BY id) AS articles FROM articles_article) a,
     (SELECT array_agg(id ORDER BY id) AS sections FROM articles_section) s
"""
EVENTS_OF_A_VISIT = 8.35
CHECKSUM = """
SELECT md5(string_agg(line, E'\\n' ORDER BY line)), count(*) FROM (
    SELECT 'h' || (to_jsonb(h) - 'id')::text AS line FROM ads_hourcount h
    UNION ALL SELECT 'd' || (to_jsonb(d) - 'id')::text FROM ads_discard d
    UNION ALL SELECT 'f' || to_jsonb(f)::text FROM ads_delivery f
    UNION ALL SELECT 'v' || (to_jsonb(v) - 'id')::text FROM articles_articleviews v
) AS lines
"""


def measure(house: House, *, events: int) -> dict[str, Any]:
    """Roll a day up, make it anew as a whole, and then hour by hour in any order."""
    house.copy("rolling")
    with house.using("rolling"):
        from django.db import connection
        from django.utils import timezone

        from ads import partitions, roll_up
        from ads.snapshot import midnight
        from articles.models import Section
        from tests.factories import ArticleFactory

        fill.sections()
        fill.flights(100)
        section = Section.objects.first()
        for number in range(STORIES):
            ArticleFactory(is_public=True, section=section, headline=f"Berita {number}")
        day = timezone.localdate() - datetime.timedelta(days=1)
        partitions.make([day])
        visits = round(events / EVENTS_OF_A_VISIT)
        with connection.cursor() as cursor:
            values = {"day": day, "midnight": midnight(day), "visits": visits}
            cursor.execute(EVENTS, values)
            number = cursor.rowcount
            cursor.execute("VACUUM ANALYZE")
        seconds, sums = [], []
        for _time in range(2):
            started = time.perf_counter()
            roll_up.rebuild(day, day)
            seconds.append(time.perf_counter() - started)
            sums.append(_checksum())
        hours = [midnight(day) + datetime.timedelta(hours=hour) for hour in range(24)]
        random.Random(4).shuffle(hours)
        started = time.perf_counter()
        for hour in hours:
            roll_up.roll_up(hour, hour)
        one_by_one = time.perf_counter() - started
        sums.append(_checksum())
    return {
        "events": number,
        "seconds": seconds,
        "events_per_s": number / min(seconds),
        "an_hour_ms": one_by_one / 24 * 1000,
        "rows": sums[0][1],
        "checksums": [checksum for checksum, _rows in sums],
        "is_equal": len({checksum for checksum, _rows in sums}) == 1,
    }


def _checksum() -> tuple[str, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(CHECKSUM)
        checksum, rows = cursor.fetchone()
        return checksum, rows


def report(found: dict[str, Any]) -> str:
    """The figures for people."""
    equal = "the same checksum" if found["is_equal"] else "DIFFERENT CHECKSUMS"
    first, again = found["seconds"]
    return (
        f"{found['events']:,} events of one day into {found['rows']:,} rows in {first:.1f} s, anew in {again:.1f} s: "
        f"{found['events_per_s']:,.0f} events/s; one hour alone {found['an_hour_ms']:.0f} ms\n"
        f"rolled up, made anew, made anew hour by hour in any order: {equal} ({found['checksums'][0]})"
    )
