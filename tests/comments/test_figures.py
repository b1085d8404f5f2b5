"""The public figures of a month: exact, in the publication's own months, without a name in them."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments import figures, moderation, reports
from comments.choices import Action, State
from comments.figures import Month
from comments.models import Comment, ModerationEvent
from comments.views.figures import in_words
from tests.factories import ArticleFactory, PublicationFactory

from .people import decide, moderator, reader, written

pytestmark = pytest.mark.django_db

WITA = ZoneInfo("Asia/Makassar")
MARCH = Month(2026, 3)
QUERIES = 6


def at(day: int, hour: int = 12, minute: int = 0, month: int = 3) -> datetime.datetime:
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=WITA)


def received(moment: datetime.datetime, state: State = State.PENDING, rule: str = "") -> object:
    """A comment and the event of its coming, as `submission.receive` leaves them."""
    with time_machine.travel(moment, tick=False):
        comment = written(STORY[0], state=state, author=reader(), created_at=moment)
        moderation.record(comment, Action.RECEIVED, from_state="", by=comment.author, rule=rule)
    return comment


STORY: list[object] = []


@pytest.fixture(autouse=True)
def story() -> None:
    PublicationFactory()
    with time_machine.travel(at(1, 0, month=1)):
        STORY[:] = [ArticleFactory(is_public=True)]


def decided(comment, to, moment, **options):
    with time_machine.travel(moment, tick=False):
        return decide(comment, to, by=options.pop("by", None) or moderator(), **options)


def test_a_small_month_is_exact() -> None:
    shown_first = received(at(1, 0, 0), State.UNREVIEWED)  # the first moment of the month
    decided(shown_first, State.APPROVED, at(2))
    pending = received(at(3))
    decided(pending, State.APPROVED, at(3, 13))
    insult = received(at(4))
    decided(insult, State.REJECTED, at(4, 13), reason="insult")
    taken_back = received(at(5))
    by = moderator()
    event = decided(taken_back, State.SPAM, at(5, 13), by=by)
    with time_machine.travel(at(5, 13) + datetime.timedelta(seconds=5), tick=False):
        moderation.undo(event, by=by)
    received(at(6), State.SPAM, rule="learned_score")
    received(at(7), State.REJECTED, rule="words")
    removed = received(at(8), State.UNREVIEWED)
    with time_machine.travel(at(9)):
        moderation.remove(removed, by=removed.author)
    received(at(31, 23, 59))
    received(at(1, 0, 0, month=4))  # already April there, still March in UTC
    received(at(28, 23, 59, month=2))

    found = figures.of_month(MARCH)
    assert found.received == 8
    assert found.shown == 3
    assert found.rejected == {"insult": 1}
    assert (found.spam, found.rejected_by_rule, found.hidden) == (1, 1, 3)
    assert found.removed == 1
    assert (found.by_rule, found.by_person) == (2, 3)
    assert (found.reports, found.within, found.median) == (0, None, None)
    assert figures.of_month(Month(2026, 4)).received == 1
    assert figures.of_month(Month(2026, 2)).received == 1
    assert figures.of_month(Month(2026, 1)).is_empty


def test_a_decision_taken_back_over_midnight_counts_in_no_month() -> None:
    comment = received(at(31, 23))
    by = moderator()
    event = decided(comment, State.REJECTED, at(31, 23, 59), by=by)
    with time_machine.travel(event.created_at + datetime.timedelta(seconds=9), tick=False):
        moderation.undo(event, by=by)
    assert figures.of_month(MARCH).hidden == 0
    assert figures.of_month(Month(2026, 4)).hidden == 0


def test_reports_say_how_long_they_took() -> None:
    spans = [datetime.timedelta(hours=1), datetime.timedelta(hours=3), datetime.timedelta(hours=50)]
    for number, span in enumerate([*spans, None, None]):
        moment = at(10 + number)
        comment = received(moment, State.UNREVIEWED)
        with time_machine.travel(moment, tick=False):
            reports.report(comment, by=reader(), reason="threat")
        if span:
            decided(comment, State.REJECTED, moment + span)
    with time_machine.travel(at(15, 13), tick=False):
        found = figures.of_month(MARCH)
    # Of five, three are handled (one too late), one is overdue, and one has still time.
    assert (found.reports, found.handled, found.overdue) == (5, 3, 1)
    assert found.median == datetime.timedelta(hours=3)
    assert found.longest == datetime.timedelta(hours=50)
    assert found.within == 50


def test_twelve_months_are_drawn_the_empty_ones_too() -> None:
    received(at(1, 0, 0))
    received(at(1, 0, 0, month=4))
    counted = figures.received_by_month(Month(2026, 4))
    assert len(counted) == 12
    assert counted[0][0] == Month(2025, 5)
    assert [number for _month, number in counted[-3:]] == [0, 1, 1]


@time_machine.travel(at(20, month=4), tick=False)
def test_pages_answer_from_the_first_month_to_the_present_one(client) -> None:
    received(at(3), State.SPAM, rule="learned_score")
    assert ModerationEvent.objects.count() == 1
    page = client.get(reverse("comments:figures_month", args=[2026, 3]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Moderasi Maret 2026" in text and "Spam" in text
    assert page["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Cookie" not in page.get("Vary", "")
    assert not page.cookies
    now = client.get(reverse("comments:figures")).content.decode()
    assert "Pada April 2026 tidak ada komentar yang masuk" in now
    assert 'href="/moderasi/2026/03/"' in now
    for year, month in ((2026, 2), (2026, 5), (2026, 13), (2026, 0), (9999, 1)):
        assert client.get(f"/moderasi/{year}/{month:02}/").status_code == 404
    assert client.post("/moderasi/").status_code == 405


def test_the_page_has_no_inline_style_or_script(client) -> None:
    received(timezone.now(), State.UNREVIEWED)
    text = client.get(reverse("comments:figures")).content.decode()
    assert "<svg" in text and "style=" not in text and "<style" not in text


def test_figures_take_the_same_queries_for_one_and_three(client) -> None:
    counts = []
    for number in (1, 2):
        for _row in range(number):
            received(timezone.now(), State.UNREVIEWED)
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("comments:figures"))
        of_the_cache = ("newsroom_cache", "SAVEPOINT")
        counts.append(sum(not any(w in query["sql"] for w in of_the_cache) for query in asked))
    assert counts == [QUERIES, QUERIES]
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("comments:figures"))
    assert not any("moderationevent" in query["sql"] for query in asked)


def test_a_month_that_is_over_is_kept_and_the_present_one_for_a_minute() -> None:
    comment = received(at(3))
    with time_machine.travel(at(20, month=4), tick=False) as clock:
        assert figures.of_month(MARCH).shown == 0
        # A late decision belongs to the month in which it is made.
        assert figures.of_month(Month(2026, 4)).shown == 0
        decide(comment, State.APPROVED, by=moderator())
        clock.shift(61)
        assert figures.of_month(Month(2026, 4)).shown == 1
        assert figures.of_month(MARCH).shown == figures.counted(MARCH).shown == 0


def test_a_month_with_an_open_report_is_not_settled() -> None:
    comment = received(at(3), State.UNREVIEWED)
    with time_machine.travel(at(30), tick=False):
        reports.report(comment, by=reader(), reason="threat")
    with time_machine.travel(at(2, month=4), tick=False) as clock:
        assert figures.of_month(MARCH).handled == 0
        decide(Comment.objects.get(), State.REJECTED, by=moderator(), reason="insult")
        clock.shift(61)
        assert figures.of_month(MARCH).handled == 1


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (datetime.timedelta(seconds=20), "kurang dari semenit"),
        (datetime.timedelta(hours=3, minutes=20), "3 jam 20 menit"),
        (datetime.timedelta(hours=50), "50 jam"),
        (None, ""),
    ],
)
def test_spans_are_words(span, words) -> None:
    assert in_words(span) == words
