"""“Why not?”: every rule has its sentence, and who takes part has its part."""

from __future__ import annotations

import datetime
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from ads import why
from ads.choices import Deed, Device, FlightKind, FlightState, PageClass
from ads.models import Placement, Record, SilencePeriod
from ads.selection import RULES, PageFacts
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    SectionFactory,
    TagFactory,
    TenureFactory,
    province,
)

from .counting import count
from .factories import AdvertiserFactory, CampaignFactory, CategoryFactory, FlightFactory, days

pytestmark = pytest.mark.django_db


def ask(story, *, at=None, device=Device.PHONE, slot="article-top-1"):
    page = why.page_at(story.get_absolute_url())
    return why.answers(page, why.slot_of(slot, page), at or timezone.now(), device)


@pytest.fixture
def story():
    return ArticleFactory(is_public=True)


def test_every_rule_has_a_sentence():
    assert list(why.SENTENCES) == list(RULES)


def test_who_takes_part_is_told_with_its_part_of_the_views(story):
    sponsor = FlightFactory(share=30)
    house = FlightFactory(kind=FlightKind.HOUSE, campaign__advertiser__is_house=True)
    found = ask(story)
    assert [(one.flight, one.rule, round(one.percent, 6)) for one in found] == [
        (house.pk, None, 70.0),
        (sponsor.pk, None, 30.0),
    ]


def in_state(state):
    flight = FlightFactory()
    flight.state = state
    flight.save(update_fields=["state"])
    return flight


def _flights(story):
    """For each rule a flight that it is the first to keep out, and a word of its sentence."""
    section, tag = SectionFactory(name="Olahraga"), TagFactory(name="laut")
    person = PersonFactory()
    AttendanceFactory(article=story, person=person)
    category = CategoryFactory(is_political=True)
    linked = CampaignFactory(advertiser=AdvertiserFactory(people=[person]))
    other_day = timezone.localdate().isoweekday() % 7 + 1
    now = timezone.localtime().hour
    reached = FlightFactory(kind=FlightKind.STANDARD, goal=5000, days=days(-6, 6))
    count(reached.creatives.get(), 5000)
    return {
        "not_booked": (FlightFactory(booked=False), ""),
        "stopped": (in_state(FlightState.STOPPED), ""),
        "paused": (in_state(FlightState.PAUSED), ""),
        "not_yet": (FlightFactory(days=days(2, 5)), ""),
        "over": (FlightFactory(days=days(-5, -2)), ""),
        "reached": (reached, "5.000"),
        "elsewhere": (FlightFactory(placements=["article-top-2"]), "Atas 2"),
        "weekday": (FlightFactory(weekdays=[other_day]), ""),
        "hour": (
            FlightFactory(from_hour=(now + 2) % 24, until_hour=(now + 4) % 24),
            f"{(now + 2) % 24:02}.00–{(now + 4) % 24:02}.00",
        ),
        "silence": (FlightFactory(campaign=CampaignFactory(category=category)), ""),
        "not_approved": (FlightFactory(creatives=0), ""),
        "section": (FlightFactory(sections=[section]), "Olahraga"),
        "device": (FlightFactory(device=Device.DESKTOP), str(Device.DESKTOP.label)),
        "tag": (FlightFactory(tags=[tag]), "laut"),
        "place": (FlightFactory(places=[province("31")]), province("31").name),
        "linked": (FlightFactory(campaign=linked), str(person)),
    }


def test_each_flight_is_told_the_first_rule_that_kept_it_out(story):
    today = timezone.localdate()
    SilencePeriod.objects.create(name="Masa tenang", days=(today, today + datetime.timedelta(3)))
    flights = _flights(story)
    found = {one.flight: one for one in ask(story)}
    for rule, (flight, word) in flights.items():
        assert found[flight.pk].rule == rule
        assert word in found[flight.pk].sentence
        assert found[flight.pk].percent is None


def test_flight_held_at_tragedies_is_told_so():
    flight = FlightFactory(
        campaign=CampaignFactory(category=CategoryFactory(is_held_at_tragedy=True))
    )
    (answer,) = ask(ArticleFactory(is_public=True, is_tragedy=True))
    assert (answer.flight, answer.rule) == (flight.pk, "tragedy")


def test_protected_story_names_nobody(story):
    story = ArticleFactory(is_public=True, is_identity_protected=True)
    who = OrganisationFactory(name="Dinas Rahasia")
    AttendanceFactory(article=story, person=None, organisation=who)
    FlightFactory(campaign=CampaignFactory(advertiser=AdvertiserFactory(organisations=[who])))
    (answer,) = ask(story)
    assert answer.rule == "linked" and "Rahasia" not in answer.sentence


def test_past_time_is_answered_with_the_state_and_the_delivery_of_then(story):
    flight = FlightFactory(kind=FlightKind.STANDARD, goal=100)
    count(flight.creatives.get(), 100, days_ago=1)
    with time_machine.travel(timezone.now() - datetime.timedelta(days=5), tick=False):
        booked_at = timezone.now()
    write = {"advertiser": flight.campaign.advertiser, "flight": flight}
    Record.objects.create(deed=Deed.BOOKED, created_at=booked_at, **write)
    Record.objects.create(deed=Deed.STOPPED, created_at=timezone.now(), **write)
    flight.state = FlightState.STOPPED
    flight.save(update_fields=["state"])
    now = timezone.now()
    rules = [ask(story, at=now - datetime.timedelta(days=ago))[0].rule for ago in (6, 4)] + [
        ask(story, at=now)[0].rule
    ]
    assert rules == ["not_booked", None, "stopped"]


def test_flight_of_long_ago_is_not_told_of(story):
    FlightFactory(days=days(-60, -30))
    assert ask(story) == []


@pytest.mark.parametrize("number", [1, 3])
def test_answer_costs_as_many_queries_for_three_flights_as_for_one(
    story, number, django_assert_num_queries
):
    for _step in range(number):
        FlightFactory(share=10)
        FlightFactory(kind=FlightKind.STANDARD, placements=["article-top-2"])
    page = why.page_at(story.get_absolute_url())
    slot = why.slot_of("article-top-1", page)
    with django_assert_num_queries(15):
        why.answers(page, slot, timezone.now(), Device.PHONE)


@pytest.mark.parametrize(
    "address",
    ["/", "/terkini/", "https://kabar.example/terpopuler/?x=1", "/arsip/2026/11/", " / "],
)
def test_pages_with_placements_are_found_by_path_or_whole_address(address):
    assert why.page_at(address).page_class in {"front", "list"}


@pytest.mark.parametrize(
    "address", ["/tokoh/", "/tag/laut/", "/penulis/rahma/", "/terpopuler/", "/arsip/2026/"]
)
def test_every_kind_of_list_is_a_list(address):
    assert why.page_at(address) == PageFacts(page_class=PageClass.LIST)


@pytest.mark.parametrize("whose", ["person", "organisation"])
def test_linked_advertiser_is_kept_out_of_the_page_of_its_own_name(whose):
    tenure = TenureFactory(post=PostFactory(organisation=OrganisationFactory(is_public=True)))
    owner = tenure.person if whose == "person" else tenure.post.organisation
    links = {"people": [owner]} if whose == "person" else {"organisations": [owner]}
    flight = FlightFactory(
        placements=["list-top"],
        campaign=CampaignFactory(advertiser=AdvertiserFactory(**links)),
    )
    (answer,) = ask(owner, slot="list-top")
    assert (answer.flight, answer.rule) == (flight.pk, "linked")
    assert str(owner) in answer.sentence
    stranger = TenureFactory(post=PostFactory(organisation=OrganisationFactory(is_public=True)))
    other = stranger.person if whose == "person" else stranger.post.organisation
    assert ask(other, slot="list-top")[0].rule is None


def test_section_is_a_list_of_its_own():
    section = SectionFactory()
    assert why.page_at(section.get_absolute_url()).section == section.pk


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/kontak/",
        "/2026/02/30/nothing/",
        "/2026/02/20/nothing/",
        "/rubrik/tidak-ada/",
        "/tokoh/tidak-ada/",
        "/lembaga/tidak-ada/",
        "'; DROP TABLE ads_flight; --",
        "http://[",
        "\x00",
        "x" * 9000,
    ],
)
def test_other_addresses_are_refused_with_a_sentence(address):
    with pytest.raises(why.Refused) as refusal:
        why.page_at(address)
    assert str(refusal.value)


def test_paid_story_has_no_advertisement():
    with pytest.raises(why.Refused):
        why.page_at(ArticleFactory(is_public=True, kind="paid", sponsor="X").get_absolute_url())


@pytest.mark.parametrize("key", ["front-top", "nothing", "' OR 1=1 --", "\x00"])
def test_slot_that_does_not_stand_there_is_refused(story, key):
    with pytest.raises(why.Refused):
        why.slot_of(key, why.page_at(story.get_absolute_url()))


def test_slot_that_is_off_is_refused(story):
    Placement.objects.filter(key="article-top-1").update(is_on=False)
    with pytest.raises(why.Refused):
        why.slot_of("article-top-1", why.page_at(story.get_absolute_url()))


def test_command_prints_a_line_for_each_flight(story):
    FlightFactory(share=40, name="Utama")
    out = io.StringIO()
    call_command("why_not", story.get_absolute_url(), "article-top-1", stdout=out)
    assert "Utama\t\t40.0%\t" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("why_not", "/kontak/", "article-top-1")
    with pytest.raises(CommandError):
        call_command("why_not", "/", "front-top", at="kemarin")
