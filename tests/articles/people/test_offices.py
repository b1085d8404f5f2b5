"""Offices over time: what is printed of them, and the picture."""

import datetime
import itertools

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles.choices import DatePrecision, TenureKind
from articles.models import Organisation, Person, Post, Tenure
from articles.templatetags.site import period
from articles.views.people.offices import (
    NARROWEST,
    holders_of,
    offices_of,
    timeline_of,
    without_repeats,
)
from tests.factories import OrganisationFactory, PersonFactory, PostFactory, TenureFactory

DAY, MONTH, YEAR, UNKNOWN = DatePrecision.values
TODAY = datetime.date(2026, 11, 20)


def date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def tenure(start: str | None = None, end: str | None = None, **more) -> Tenure:
    post = Post(pk=more.pop("post", 1), title="Camat", organisation=Organisation(name="Kecamatan"))
    return Tenure(
        person=Person(pk=1, name="Andi"), post=post, started_on=date(start), ended_on=date(end), **more
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(datetime.datetime(2026, 11, 20, 4, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("start", "start_precision", "end", "end_precision", "printed"),
    [
        ("2021-03-02", DAY, None, DAY, "sejak 2 Maret 2021"),
        ("2017-08-01", MONTH, None, DAY, "sejak Agustus 2017"),
        ("2018-01-01", YEAR, "2023-01-01", YEAR, "2018–2023"),
        ("2015-05-01", MONTH, "2018-01-01", YEAR, "Mei 2015 – 2018"),
        ("2015-05-01", DAY, "2018-09-03", DAY, "1 Mei 2015 – 3 September 2018"),
        ("2018-02-01", YEAR, "2018-09-01", YEAR, "2018"),
        (None, DAY, "2018-09-01", YEAR, "sampai 2018"),
        (None, DAY, None, DAY, ""),
        ("2018-02-01", UNKNOWN, None, DAY, ""),
    ],
)
def test_period_is_as_exact_as_it_is_known(start, start_precision, end, end_precision, printed):
    held = tenure(start, end, start_precision=start_precision, end_precision=end_precision)
    with translation.override("id"):
        assert period(held) == printed


@pytest.mark.parametrize(
    ("start", "printed"),
    [("2018-02-01", "from 2018 to a day not known"), (None, "ended; the dates are not known")],
)
def test_period_that_ended_on_a_day_not_known_does_not_read_as_one_that_goes_on(start, printed):
    held = tenure(start, "2020-01-01", start_precision=YEAR, end_precision=UNKNOWN)
    with translation.override("en"):
        assert period(held) == printed


def test_office_of_the_future_is_neither_held_nor_over():
    (office,) = offices_of([tenure("2027-02-20")])
    assert (office.is_current, office.is_coming) == (False, True)
    assert timeline_of([office]) is None


@pytest.mark.parametrize(
    ("end", "is_held"), [("2026-11-20", True), ("2026-11-19", False), (None, True)]
)
def test_office_is_held_to_the_end_of_its_last_day(end, is_held):
    (office,) = offices_of([tenure("2020-01-01", end)])
    assert office.is_current is is_held


def lanes(*tenures: Tenure) -> list[list[int]]:
    found = timeline_of(offices_of(tenures))
    assert found is not None
    return [[bar.office.number for bar in lane] for lane in found.lanes]


def test_offices_one_after_the_other_share_a_lane():
    assert lanes(tenure("2022-01-01", post=1), tenure("2012-01-01", "2021-12-31", post=2)) == [
        [2, 1]
    ]


def test_offices_at_once_stand_in_lanes_of_their_own():
    assert lanes(
        tenure("2020-01-01", post=1),
        tenure("2015-01-01", "2024-01-01", post=2),
        tenure("2015-01-01", "2018-01-01", post=3),
    ) == [[2], [3, 1]]


def test_acting_while_the_definitive_holder_is_on_leave_is_a_second_lane():
    assert lanes(
        tenure("2024-09-25", "2024-11-23", kind=TenureKind.PLT, post=1),
        tenure("2020-01-01", "2025-01-01", post=1),
    ) == [[2], [1]]


def test_short_offices_in_a_row_leave_room_for_their_numbers():
    months = [
        tenure(f"2024-{month:02}-01", f"2024-{month:02}-28", post=month) for month in (3, 4, 5)
    ]
    assert len(lanes(tenure("2010-01-01", "2010-02-01", post=9), *months)) == 3


def test_office_whose_beginning_is_not_known_leads_up_to_its_end():
    found = timeline_of(
        offices_of([tenure("2016-01-01", post=1), tenure(None, "2020-01-01", post=2)])
    )
    assert found is not None and found.has_vague
    (vague,) = [bar for lane in found.lanes for bar in lane if bar.is_vague]
    assert vague.office.number == 2
    assert vague.start + vague.width == pytest.approx(100 * 1461 / 3976, abs=0.1)


@pytest.mark.parametrize(
    "tenures", [[], [tenure()], [tenure("2018-01-01", start_precision=UNKNOWN)]]
)
def test_there_is_no_picture_of_what_has_no_date(tenures):
    assert timeline_of(offices_of(tenures)) is None


@pytest.mark.parametrize(
    ("start", "years"),
    [
        ("2026-03-01", [2026]),
        ("2023-03-01", [2023, 2024, 2025, 2026]),
        ("2017-01-01", [2018, 2020, 2022, 2024]),
        ("1996-01-01", [2000, 2010, 2020]),
        ("1826-01-01", [1850, 1900, 1950]),
    ],
)
def test_scale_names_few_round_years_and_leaves_room_for_now(start, years):
    found = timeline_of(offices_of([tenure(start)]))
    assert found is not None
    assert [year.year for year in found.years] == years


days = st.none() | st.dates(datetime.date(1900, 1, 1), datetime.date(2060, 1, 1))


@given(st.lists(st.tuples(days, days, st.sampled_from(DatePrecision.values)), max_size=30))
def test_picture_holds_every_office_that_has_a_date_once_and_inside(rows):
    tenures = [
        Tenure(
            person=Person(pk=1), post=Post(pk=number, organisation=Organisation()),
            started_on=start, ended_on=end if not (start and end) or end >= start else None,
            start_precision=precision,
        )
        for number, (start, end, precision) in enumerate(rows)
    ]  # fmt: skip
    offices = offices_of(tenures)
    found = timeline_of(offices)
    bars = [bar for lane in found.lanes for bar in lane] if found else []
    assert len({bar.office.number for bar in bars}) == len(bars)
    for bar in bars:
        assert not bar.office.is_coming
        assert bar.start >= -0.01 and bar.start + bar.width <= 100.01
        assert bar.width >= NARROWEST - 0.01
    for lane in found.lanes if found else []:
        for left, right in itertools.pairwise(lane):
            assert left.start + left.width <= right.start + 0.02


@pytest.mark.django_db
class TestHolders:
    def test_post_with_several_seats_shows_all_holders_and_how_many_are_known(self):
        post = PostFactory(seats=3)
        now = [TenureFactory(post=post) for _ in range(2)]
        over = TenureFactory(post=post, ended_on=datetime.date(2025, 1, 1))
        coming = TenureFactory(post=post, started_on=datetime.date(2027, 1, 1))
        found = holders_of(post)
        assert set(found.now) == set(now)
        assert (found.former, found.coming) == ([over], [coming])

    def test_one_person_entered_twice_holds_an_office_once(self):
        standing = PersonFactory()
        merged = PersonFactory(merged_into=standing)
        post = PostFactory(organisation=OrganisationFactory())
        first, second = (TenureFactory(post=post, person=person) for person in (standing, merged))
        assert without_repeats([first, second]) == [first]
        assert without_repeats([first, TenureFactory(post=post)]) != [first]
