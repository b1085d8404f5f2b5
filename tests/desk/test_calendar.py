"""The calendar as a page: months, days, who sees it, and what an address may ask."""

import datetime

import pytest
from django.urls import reverse

from articles.choices import Status
from articles.models import FrontLayout, FrontPlacement
from tests.factories import ArticleFactory, PlaceFactory, province

CALENDAR = reverse("admin:articles_article_calendar")
NOW = datetime.datetime(2026, 11, 24, 2, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_ten(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_the_month_names_what_happens_and_on_which_clock(editor, at_desk):
    ambon = PlaceFactory(name="Ambon", parent=province("81"))
    ArticleFactory(headline="Pasar <b>", is_scheduled=True, publish_at=NOW + HOUR, place=ambon)
    page = at_desk(editor).get(CALENDAR).content.decode()
    assert "November 2026" in page
    assert "Pasar &lt;b&gt;" in page
    assert "11.00 WITA" in page and "(12.00 WIT)" in page
    assert 'aria-current="date"' in page
    assert "comes out" in page


def test_warnings_stand_above_the_month(editor, at_desk):
    layout = FrontLayout.objects.create(starts_at=NOW + HOUR, created_by=editor)
    draft = ArticleFactory(headline="Belum siap", status=Status.DRAFT)
    FrontPlacement.objects.create(layout=layout, slot="lead", article=draft)
    page = at_desk(editor).get(CALENDAR).content.decode()
    assert "Look at these" in page
    assert page.count("The story is not public by then (draft).") == 2


def test_a_full_cell_leads_to_its_day(editor, at_desk):
    for number in range(8):
        ArticleFactory(headline=f"Berita {number}", is_scheduled=True, publish_at=NOW + HOUR)
    client = at_desk(editor)
    month = client.get(CALENDAR).content.decode()
    assert (month.count("Berita "), "The whole day" in month) == (6, True)
    day = client.get(CALENDAR, {"day": "2026-11-24"}).content.decode()
    assert day.count("Berita ") == 8


def test_months_and_days_lead_on(editor, at_desk):
    client = at_desk(editor)
    assert client.get(CALENDAR, {"month": "2026-12"}).context["after"] == datetime.date(2027, 1, 1)
    assert client.get(CALENDAR, {"month": "2027-01"}).context["before"] == datetime.date(
        2026, 12, 1
    )
    day = client.get(CALENDAR, {"day": "2026-12-31"})
    assert day.context["after"] == datetime.date(2027, 1, 1)
    assert "Nothing is planned for this day." in day.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        *(
            {"month": bad}
            for bad in ("2026-13", "2026-00", "0000-01", "9999-12", "x", "2026-1\x00")
        ),
        *({"day": bad} for bad in ("2026-02-30", "1-1-1", "9999-12-31", "' OR 1=1", "२०२६-११-२४")),
    ],
)
def test_a_month_that_cannot_be_is_a_sentence_above_the_present_one(asked, editor, at_desk):
    response = at_desk(editor).get(CALENDAR, asked)
    page = response.content.decode()
    assert response.status_code == 200
    assert "The calendar has no such day; this is the present month." in page
    assert "November 2026" in page


@pytest.mark.parametrize("role", ["reporter", "editor", "chief_editor"])
def test_whoever_writes_finds_the_calendar_on_the_desk(role, member, at_desk):
    client = at_desk(member(role))
    assert CALENDAR in client.get(reverse("admin:index")).content.decode()
    assert client.get(CALENDAR).status_code == 200


def test_the_calendar_is_not_for_who_may_not_see_the_stories(member, at_desk, client):
    user = member("moderator")
    user.groups.clear()
    assert at_desk(user).get(CALENDAR).status_code == 403
    assert client.get(CALENDAR).status_code == 302


def test_what_is_planned_stands_on_the_desk_next_first(editor, at_desk):
    ArticleFactory(headline="Terbit", is_scheduled=True, publish_at=NOW + 2 * HOUR)
    ArticleFactory(headline="Ditahan", not_before=NOW + HOUR)
    ArticleFactory(headline="Berakhir", is_public=True, unpublish_at=NOW + 3 * HOUR)
    panels = {p.key: p for p in at_desk(editor).get(reverse("admin:index")).context["panels"]}
    rows = panels["scheduled"].rows
    assert [row.title for row in rows] == ["Ditahan", "Terbit", "Berakhir"]
    assert rows[0].facts == ["embargo ends: 11.00 WITA"]
    assert [button.label for button in rows[1].buttons] == ["Take off the schedule"]
    assert "embargo-over" not in panels


def test_a_story_whose_embargo_is_over_is_late(editor, at_desk):
    ArticleFactory(headline="Terlambat", status=Status.APPROVED, not_before=NOW - HOUR)
    ArticleFactory(headline="Sudah", is_public=True, not_before=NOW - HOUR, publish_at=NOW - HOUR)
    panels = {p.key: p for p in at_desk(editor).get(reverse("admin:index")).context["panels"]}
    late = panels["embargo-over"]
    assert ([row.title for row in late.rows], late.is_urgent) == (["Terlambat"], True)
    assert [str(button.label) for button in late.rows[0].buttons] == ["Publish", "Schedule…"]
