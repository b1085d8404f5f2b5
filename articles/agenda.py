"""What the clock alone will change of what readers see, so that no page is kept past it.

A scheduled story, the end of one, breaking news and arrangements of the front page come and go without anybody doing
anything then. Every page may show one of them somewhere; each is true until the next such moment.
"""

from __future__ import annotations

import datetime

from django.utils import timezone

from pagecache import instant, recording
from pagecache.parts import part
from pagecache.replica import reading

_NEXT = """
SELECT least(
    (SELECT min(publish_at) FROM articles_article WHERE status = 'published' AND publish_at > %(since)s),
    (SELECT min(unpublish_at) FROM articles_article WHERE status = 'published' AND unpublish_at > %(since)s),
    (SELECT min(CASE WHEN starts_at > %(since)s THEN starts_at ELSE ends_at END) FROM articles_breakingnews
        WHERE ended_at IS NULL AND ends_at > %(since)s),
    (SELECT min(starts_at) FROM articles_frontlayout WHERE NOT is_cancelled AND starts_at > %(since)s),
    (SELECT min(until) FROM articles_frontplacement WHERE until > %(since)s AND layout_id IN (
        SELECT id FROM articles_frontlayout WHERE NOT is_cancelled AND starts_at > %(since)s
        UNION ALL (
            SELECT id FROM articles_frontlayout WHERE NOT is_cancelled AND starts_at <= %(since)s
            ORDER BY starts_at DESC, id DESC LIMIT 1)))
)
"""

Asked = tuple[datetime.datetime, datetime.datetime | None]


def next_change(since: datetime.datetime | None = None) -> datetime.datetime | None:
    """The first moment after `since` (now) at which another page is true, though nobody changed anything; one query.

    None while nothing of the kind is planned.
    """
    with reading.connection().cursor() as cursor:
        cursor.execute(_NEXT, {"since": since or instant.now()})
        found: datetime.datetime | None = cursor.fetchone()[0]
    return found


def heed() -> None:
    """Have the page that is being rendered end with the next such moment; nothing where none is noted.

    The answer is kept for all pages. It has to be about the time from which on this one was rendered: something
    may have come out since, which only half of the page has seen.
    """
    page = recording.current()
    if page is None:
        return
    began = page.began

    def ask() -> Asked:
        recording.shows("agenda")
        moment = next_change(began)
        recording.until(moment)
        return began, moment

    with recording.beside():
        since, moment = part("agenda", ask)
        if since > began:
            moment = next_change(began)
        recording.until(moment)


def until_tomorrow() -> None:
    """Have the page end with the day, on the publication's clock: for what says what holds today."""
    if (page := recording.current()) is not None:
        today = timezone.localdate(page.began)
        midnight = datetime.datetime.combine(
            today + datetime.timedelta(days=1), datetime.time(), timezone.get_default_timezone()
        )
        recording.until(midnight)


def until_next_hour() -> None:
    """The same with the hour, which begins everywhere in Indonesia at once."""
    if (page := recording.current()) is not None:
        hour = page.began.replace(minute=0, second=0, microsecond=0)
        recording.until(hour + datetime.timedelta(hours=1))


def until_in(span: datetime.timedelta) -> None:
    """Have the page end after that time: for counts that need not be those of this very moment."""
    if (page := recording.current()) is not None:
        recording.until(page.began + span)
