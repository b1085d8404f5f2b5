"""Reading the log of notices; the SQL of whoever listens."""

from __future__ import annotations

from collections.abc import Sequence

# With $1, as libpq takes it: what came after a position, and its last place in the log.
SINCE = "SELECT position, tags FROM pagecache_notice WHERE position > $1::bigint ORDER BY position"
LAST = "SELECT last_value FROM pagecache_position"
# The same as SINCE, each tag once; long logs are short like this.
BEGINNING = (
    "SELECT last, array_agg(tag) FROM (SELECT max(position) AS last, tag FROM pagecache_notice, unnest(tags) AS tag"
    " WHERE position > $1::bigint GROUP BY tag) AS noticed GROUP BY last ORDER BY last"
)
# What time it is by the database's clock.
TIME = "SELECT extract(epoch FROM clock_timestamp())::float8"
CHANNEL = "pagecache"

# The log as a process hears it: positions with their tags.
Notices = Sequence[tuple[int, Sequence[str]]]
