"""The database's clock is the one that counts: on a machine whose own is wrong, nothing comes out early or late."""

from __future__ import annotations

import datetime
import time

import pytest
from django.db import connection

from articles.models import Article
from pagecache import instant, notices
from pagecache.instant import KNOWN_SECONDS, Moment
from tests.factories import ArticleFactory

DAY = 24 * 3600.0


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    one = Moment()
    monkeypatch.setattr(instant, "moment", one)
    return one


def hear(moment: Moment, *, ahead: float) -> None:
    """The database says what time it is to a machine whose clock is ahead by so much."""
    moment.hear(time.time() - ahead, time.monotonic())


@pytest.mark.parametrize("ahead", [DAY, -DAY, 7.0])
def test_a_wrong_clock_is_not_gone_by(moment, ahead):
    hear(moment, ahead=ahead)
    assert instant.seconds() == pytest.approx(time.time() - ahead, abs=0.5)
    assert instant.now().timestamp() == pytest.approx(time.time() - ahead, abs=0.5)


@pytest.mark.parametrize("ahead", [0.0, 4.0, -4.0])
def test_a_clock_that_is_nearly_right_is_believed(moment, ahead):
    hear(moment, ahead=ahead)
    assert moment.ahead == 0


def test_a_clock_that_is_set_wrong_afterwards_is_known_at_once(moment, time_machine):
    time_machine.move_to(datetime.datetime.now(datetime.UTC), tick=False)
    hear(moment, ahead=0)
    time_machine.shift(DAY)
    assert moment.ahead == pytest.approx(DAY, abs=1)
    time_machine.shift(-DAY)
    assert moment.ahead == 0


def test_what_took_long_to_answer_or_was_heard_long_ago_says_nothing(moment, monkeypatch):
    moment.hear(time.time() - DAY, time.monotonic() - 10)
    assert moment.ahead == 0
    hear(moment, ahead=DAY)
    later = time.monotonic() + KNOWN_SECONDS + 1
    monkeypatch.setattr("pagecache.instant.time.monotonic", lambda: later)
    assert moment.ahead == 0


def test_it_is_said_once_that_a_clock_is_wrong_and_that_it_is_right_again(moment, caplog):
    for ahead in (DAY, DAY, 0.0, 0.0):
        hear(moment, ahead=ahead)
    assert [(line.levelname, line.getMessage()[:26]) for line in caplog.records] == [
        ("ERROR", "This machine's clock is 86"),
        ("WARNING", "This machine's clock agree"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("ahead", [DAY, -DAY])
def test_stories_come_out_by_the_clock_of_the_database(moment, ahead):
    now = datetime.datetime.now(datetime.UTC)
    hour = datetime.timedelta(hours=1)
    # By the database's clock, which is a day from this machine's.
    there = now - datetime.timedelta(seconds=ahead)
    out = ArticleFactory(is_public=True, publish_at=there - hour)
    coming = ArticleFactory(is_public=True, publish_at=there + hour)
    hear(moment, ahead=ahead)
    assert [*Article.objects.published()] == [out]
    assert [*Article.objects.scheduled()] == [coming]
    assert (out.is_published, coming.is_published) == (True, False)


@pytest.mark.django_db
def test_the_database_says_what_time_it_is():
    with connection.cursor() as cursor:
        cursor.execute(notices.TIME)
        (told,) = cursor.fetchone()
    assert told == pytest.approx(time.time(), abs=5)
