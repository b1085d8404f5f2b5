"""When two really held an office at the same time, as far as dates are known."""

import datetime

import pytest

from articles.choices import DatePrecision, TenureKind
from articles.models import Tenure
from articles.people import identity
from articles.people.spans import Span, certain_span, crowding, were_together
from tests.factories import PersonFactory, PostFactory, StaffFactory, TenureFactory

TODAY = datetime.date(2026, 11, 26)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def held(start: str = "", end: str = "", start_known="day", end_known="day", **more) -> Tenure:
    return Tenure(
        started_on=day(start) if start else None,
        ended_on=day(end) if end else None,
        start_precision=start_known,
        end_precision=end_known,
        **more,
    )


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        # "August 2017" and "9 August": the month says nothing about the days before the ninth.
        (
            held("2012-08-17", "2017-08-01", end_known=DatePrecision.MONTH),
            held("2017-08-09"),
            False,
        ),
        (held(end="2017-08-01", end_known=DatePrecision.MONTH), held("2017-08-09"), False),
        (
            held("2012-01-01", "2017-01-01", end_known=DatePrecision.YEAR),
            held("2017-01-01", start_known=DatePrecision.YEAR),
            False,
        ),
        (
            held("2017-08-01", "2017-08-01", "month", "month"),
            held("2017-08-01", "2017-08-01", "month", "month"),
            False,
        ),
        # The day of the handover.
        (held("2012-08-17", "2017-08-09"), held("2017-08-09"), False),
        (held("2012-08-17", "2017-08-10"), held("2017-08-09"), True),
        (held("2012-08-17", "2017-09-01", end_known="month"), held("2017-08-09"), True),
        (held("2020-01-01"), held("2022-01-01"), True),
        # Both are in office now, since whenever.
        (held(), held("2022-01-01"), True),
        (held(end="2021-01-01"), held("2019-01-01", "2022-01-01"), True),
        (held(end="2018-01-01"), held("2019-01-01", "2022-01-01"), False),
    ],
)
def test_overlap_is_what_is_certain(one, other, together):
    assert were_together([one], [other], TODAY) is together
    assert were_together([other], [one], TODAY) is together


def test_certain_days_of_a_tenure():
    assert certain_span(held("2017-08-09", "2018-01-05"), TODAY) == Span(
        day("2017-08-09"), day("2018-01-05")
    )
    month = held("2017-08-01", "2018-01-01", "month", "month")
    assert certain_span(month, TODAY) == Span(day("2017-08-31"), day("2018-01-01"))
    year = held("2017-01-01", "2017-01-01", "year", "year")
    assert certain_span(year, TODAY) is None
    future = certain_span(held("2030-01-01"), TODAY)
    assert future == Span(day("2030-01-01"), datetime.date.max)


pytestmark = pytest.mark.django_db


def test_two_on_the_one_seat_crowd_it_and_a_third_on_two_seats():
    post = PostFactory(title="Bupati", seats=1)
    first, second = TenureFactory.create_batch(2, post=post)
    assert crowding(second, TODAY) == [first]
    post.seats = 2
    post.save()
    assert crowding(second, TODAY) == []
    third = TenureFactory(post=post)
    assert crowding(third, TODAY) == [first, second]


def test_one_after_the_other_does_not_crowd_two_seats():
    post = PostFactory(seats=2)
    spans = [("2010-01-01", "2015-01-01"), ("2015-01-01", "2020-01-01")]
    for start, end in spans:
        TenureFactory(post=post, started_on=day(start), ended_on=day(end))
    long = TenureFactory(post=post, started_on=day("2010-01-01"), ended_on=day("2020-01-01"))
    assert crowding(long, TODAY) == []


def test_who_stands_in_takes_no_seat():
    """A Plt. while the definitive one is on leave: both hold the office, and both are right."""
    post = PostFactory(seats=1)
    TenureFactory(post=post)
    acting = TenureFactory(post=post, kind=TenureKind.PLT)
    assert crowding(acting, TODAY) == []
    assert crowding(post.tenures.exclude(pk=acting.pk).get(), TODAY) == []


def test_tenures_of_one_person_do_not_crowd_under_either_entry():
    post = PostFactory(seats=1)
    one = TenureFactory(post=post)
    again = TenureFactory(post=post, person=one.person)
    assert crowding(again, TODAY) == []
    other = TenureFactory(post=post, person=PersonFactory())
    assert crowding(other, TODAY) == [one, again]
    identity.merge(other.person, one.person, by=StaffFactory())
    other.person.refresh_from_db()
    assert crowding(other, TODAY) == []


def test_a_person_may_hold_several_offices_at_once():
    person = PersonFactory()
    tenures = TenureFactory.create_batch(2, person=person)
    assert [crowding(tenure, TODAY) for tenure in tenures] == [[], []]
