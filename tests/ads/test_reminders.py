"""Letters about flights that end, the desk's panels, and paid stories without a campaign."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail

from ads import reminders
from ads.choices import Deed, FlightKind, FlightState
from ads.models import Delivery, Flight, PaidStory, Record
from articles import checks, workflow
from newsroom import waiting
from tests.factories import ArticleFactory, StaffFactory

from .factories import CampaignFactory, CreativeFactory, FlightFactory
from .selling import ad_desk, draft, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def ending(last: int, **fields) -> Flight:
    """A booked flight of 30 days that ends today + last."""
    fields.setdefault("kind", FlightKind.SPONSORSHIP)
    flight = FlightFactory(days=(today(last - 29), today(last + 1)), **fields)
    return Flight.objects.get(pk=flight.pk)


@pytest.mark.parametrize(
    ("last", "is_told"), [(8, False), (7, True), (5, True), (2, True), (0, True), (-1, False)]
)
def test_the_desk_is_told_a_week_before_the_end(last, is_told):
    ad_desk(email="iklan@kabar.example")
    ending(last, name="Pakan")
    assert reminders.remind() == int(is_told)
    assert [letter.to for letter in mail.outbox] == [["iklan@kabar.example"]] * int(is_told)


def test_nobody_is_told_twice_and_two_days_before_once_more():
    ad_desk()
    flight = ending(7)
    days = range(-1, 9)
    told = [reminders.remind(today(day)) for day in days for _twice in range(2)]
    assert [day for day, count in zip(days, told[::2], strict=True) if count] == [0, 5]
    assert sum(told) == 2
    assert Record.objects.filter(flight=flight, deed=Deed.REMINDED).count() == 2


def test_an_extended_flight_is_due_again():
    ad_desk()
    flight = ending(7)
    reminders.remind()
    Flight.objects.filter(pk=flight.pk).update(days=(flight.first_day, today(21)))
    assert [day for day in range(1, 20) if reminders.remind(today(day))] == [13, 18]


def test_a_rest_is_told_on_the_first_working_day_after_the_end():
    ad_desk()
    friday = datetime.date(2026, 12, 4)
    flight = FlightFactory(
        kind=FlightKind.STANDARD, goal=100, days=(friday, friday + datetime.timedelta(days=1))
    )
    Delivery.objects.create(flight=flight, served=90, viewable=60)
    days = [friday + datetime.timedelta(days=number) for number in range(1, 12)]
    assert [str(day) for day in days if reminders.remind(day)] == ["2026-12-07"]
    assert "40 views are still owed" in mail.outbox[0].body


@pytest.mark.parametrize("kind", ["reached", "stopped", "draft", "house"])
def test_what_needs_nobody_is_not_told(kind):
    ad_desk()
    fields = {
        "reached": {"kind": FlightKind.STANDARD, "goal": 10},
        "stopped": {},
        "draft": {"booked": False},
        "house": {"kind": FlightKind.HOUSE, "share": None},
    }[kind]
    flight = ending(-1 if kind == "reached" else 3, **fields)
    if kind == "stopped":
        Flight.objects.update(state=FlightState.STOPPED)
    if kind == "reached":
        Delivery.objects.create(flight=flight, served=10, viewable=10)
    assert [reminders.remind(today(day)) for day in range(4)] == [0] * 4


def test_without_anybody_at_the_desk_nothing_is_noted():
    flight = ending(3)
    assert reminders.remind() == 0
    flight.refresh_from_db()
    assert flight.reminded_for is None


def test_a_flight_with_line_breaks_in_its_name_adds_no_header():
    ad_desk()
    ending(3, name="Pakan\nBcc: x@example.org")
    reminders.remind()
    assert mail.outbox[0].message()["Bcc"] is None


# The desk


def panels(user) -> dict[str, list[str]]:
    return {panel.key: [row.title for row in panel.rows] for panel in waiting.panels_for(user)}


def test_the_desk_sees_what_ends_what_waits_and_what_runs_bare():
    seller = ad_desk()
    ending(3, name="Ends")
    ending(20, name="Bare", creatives=0)
    ending(20, name="Fine")
    CreativeFactory(flight=draft(name="Offer"), name="Waiting")
    assert panels(seller) == {
        "flights-unapproved": ["Bare"],
        "creatives": ["Waiting"],
        "flights-ending": ["Ends"],
    }


def test_nobody_else_sees_the_panels_of_the_ad_desk():
    ending(3)
    assert panels(StaffFactory()) == {}


@pytest.mark.parametrize("number", [1, 3])
def test_the_panels_ask_four_times(number, django_assert_num_queries):
    seller = ad_desk()
    seller.has_perm("ads.book_flight")
    for _number in range(number):
        ending(3)
        ending(20, creatives=0)
        CreativeFactory(flight=draft())
    with django_assert_num_queries(4):
        waiting.panels_for(seller)


# Paid stories


def test_a_paid_story_without_a_campaign_is_not_published():
    story = ArticleFactory(kind="paid", sponsor="Toko", is_ready=True)
    editor = StaffFactory(is_superuser=True)
    with pytest.raises(workflow.Refused, match="No campaign pays for this story yet"):
        workflow.publish(story, by=editor)
    PaidStory.objects.create(article=story, campaign=CampaignFactory())
    workflow.publish(story, by=editor)
    assert story.is_published


def test_other_stories_need_no_campaign():
    assert not [one for one in checks.before_publishing(ArticleFactory()) if one.key == "campaign"]


def test_a_paid_story_that_is_out_already_is_corrected_without_a_campaign():
    story = ArticleFactory(is_public=True, kind="paid", sponsor="Toko")
    found = checks.before_publishing(story)
    assert checks.made_worse(found, found) == []
