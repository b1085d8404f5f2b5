"""The desk's pages for advertising: who may open them, what they write down, what they refuse."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from ads import booking, offer
from ads.choices import CreativeState, Deed, FlightKind, FlightState
from ads.models import (
    Advertiser,
    Campaign,
    Category,
    Creative,
    Flight,
    PaidStory,
    Placement,
    Record,
    SilencePeriod,
)
from newsroom.roles import ROLES
from tests.factories import ArticleFactory, StaffFactory

from .factories import (
    AdvertiserFactory,
    CampaignFactory,
    CreativeFactory,
    FlightFactory,
)
from .selling import ad_desk, counted, draft, today

pytestmark = pytest.mark.django_db

DESK = {"ad_desk"}
CHIEF = {"chief_editor"}
READING = {"ad_desk", "chief_editor"}
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def of(role: str) -> Client:
    if role == "ad_desk":
        return signed_in(ad_desk())
    user = StaffFactory(language="en")
    user.groups.add(Group.objects.get(name=role))
    return signed_in(user)


@pytest.fixture
def rows():
    flight = draft()
    creative = CreativeFactory(flight=flight)
    story = PaidStory.objects.create(
        article=ArticleFactory(kind="paid", sponsor="Toko"), campaign=flight.campaign
    )
    period = SilencePeriod.objects.create(name="Masa tenang", days=(today(), today(3)))
    record = Record.objects.create(
        deed=Deed.CREATED,
        flight=flight,
        campaign=flight.campaign,
        creative=creative,
        advertiser=flight.campaign.advertiser,
    )
    return {
        "advertiser": flight.campaign.advertiser.pk,
        "campaign": flight.campaign.pk,
        "flight": flight.pk,
        "creative": creative.pk,
        "paidstory": story.pk,
        "placement": Placement.objects.first().pk,
        "category": flight.campaign.category.pk,
        "silenceperiod": period.pk,
        "record": record.pk,
    }


MODELS = [
    *("advertiser", "campaign", "flight", "creative", "paidstory", "placement", "category"),
    *("silenceperiod", "record"),
]
# Whom a form is open to, to add a row.
ADDING = {
    **dict.fromkeys(("advertiser", "campaign", "flight", "creative", "paidstory"), DESK),
    "category": CHIEF,
    "silenceperiod": CHIEF,
}


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_open_to_whom_the_table_says(role, rows):
    client = of(role)
    expected = 200 if role in READING else 403
    for model in MODELS:
        listed = client.get(reverse(f"admin:ads_{model}_changelist"))
        shown = client.get(reverse(f"admin:ads_{model}_change", args=[rows[model]]))
        assert (listed.status_code, shown.status_code) == (expected, expected), model
        adding = client.get(reverse(f"admin:ads_{model}_add"))
        may = role in ADDING.get(model, ())
        assert adding.status_code == (200 if may else 403), model
    assert client.get(reverse("admin:ads_flight_calendar")).status_code == expected


@pytest.mark.parametrize("role", [*ROLES, "administrator"])
def test_nobody_deletes_anything_about_money(role, rows):
    client = signed_in(StaffFactory(is_superuser=True)) if role == "administrator" else of(role)
    for model in MODELS:
        address = reverse(f"admin:ads_{model}_delete", args=[rows[model]])
        assert client.post(address, {"post": "yes"}).status_code == 403, model
        bulk = {"action": "delete_selected", "_selected_action": [rows[model]], "post": "yes"}
        client.post(reverse(f"admin:ads_{model}_changelist"), bulk)
    for model in (Advertiser, Campaign, Flight, Creative, PaidStory, Placement, Category, Record):
        assert model.objects.exists()


MOVES = [
    ("flight", "pause"),
    ("flight", "resume"),
    ("flight", "days"),
    ("flight", "stop"),
    ("flight", "drop"),
    ("flight", "copy"),
    ("creative", "send"),
    ("creative", "approve"),
    ("creative", "refuse"),
    ("creative", "retire"),
]


@pytest.mark.parametrize("role", ["reporter", "editor", "chief_editor", "moderator"])
def test_moves_are_refused_to_other_roles(role, rows):
    client = of(role)
    for model, name in MOVES:
        address = reverse(f"admin:ads_{model}_move", args=[rows[model], name])
        assert client.get(address).status_code == 403, name
        assert client.post(address, {"confirmed": "1"}).status_code == 403, name
    assert Record.objects.count() == 1


def test_visitors_are_sent_to_the_door(rows, client):
    door = reverse("admin:login")
    for model in MODELS:
        for name, args in (("changelist", []), ("add", []), ("change", [rows[model]])):
            response = client.get(reverse(f"admin:ads_{model}_{name}", args=args))
            assert (response.status_code, response.url.startswith(door)) == (302, True)
    for model, name in MOVES:
        response = client.post(reverse(f"admin:ads_{model}_move", args=[rows[model], name]))
        assert (response.status_code, response.url.startswith(door)) == (302, True)
    assert Record.objects.count() == 1


def test_moves_need_a_token_of_the_form(rows):
    user = ad_desk()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    for model, name in MOVES:
        address = reverse(f"admin:ads_{model}_move", args=[rows[model], name])
        assert client.post(address, {"confirmed": "1", "note": "x"}).status_code == 403
    assert Record.objects.count() == 1


def test_looking_changes_nothing(rows):
    booking.book(Flight.objects.get(pk=rows["flight"]), by=ad_desk())
    client = of("ad_desk")
    before = _everything()
    for model, name in MOVES:
        address = reverse(f"admin:ads_{model}_move", args=[rows[model], name])
        assert client.get(address, {"confirmed": "1", "note": "x"}).status_code == 200
    for model in MODELS:
        client.get(reverse(f"admin:ads_{model}_change", args=[rows[model]]), {"_save": "1"})
    assert _everything() == before


def _everything():
    return [list(model.objects.order_by("pk").values()) for model in (Flight, Creative, Record)]


def test_names_are_printed_and_never_run(rows):
    advertiser = AdvertiserFactory(name=XSS[:120])
    campaign = CampaignFactory(advertiser=advertiser, name=XSS, notes=XSS)
    flight = draft(campaign=campaign, name=XSS)
    creative = CreativeFactory(flight=flight, name=XSS, headline=XSS[:60])
    story = PaidStory.objects.create(
        article=ArticleFactory(kind="paid", headline=XSS, sponsor=XSS), campaign=campaign
    )
    booking.book(flight, by=(seller := ad_desk()))
    booking.stop(draft_of(flight, seller), by=seller, note=XSS)
    client = signed_in(seller)
    pages = [
        reverse("admin:index"),
        reverse("admin:ads_flight_calendar"),
        *(reverse(f"admin:ads_{model}_changelist") for model in MODELS),
        reverse("admin:ads_advertiser_change", args=[advertiser.pk]),
        reverse("admin:ads_campaign_change", args=[campaign.pk]),
        reverse("admin:ads_flight_change", args=[flight.pk]),
        reverse("admin:ads_creative_change", args=[creative.pk]),
        reverse("admin:ads_paidstory_change", args=[story.pk]),
        reverse("admin:ads_flight_move", args=[flight.pk, "stop"]),
        reverse("admin:ads_record_change", args=[Record.objects.first().pk]),
    ]
    for page in pages:
        body = client.get(page).content.decode()
        assert "<script>alert" not in body, page
        assert "<img src=x" not in body, page


def draft_of(flight, seller):
    copy = draft(campaign=flight.campaign, name=XSS, share=1)
    booking.book(copy, by=seller)
    return copy


# Forms


def flight_form(sold_in, **changes):
    return {
        "campaign": sold_in.pk,
        "name": "Desember",
        "kind": FlightKind.SPONSORSHIP,
        "share": "30",
        "goal": "",
        "first_day": today(1).isoformat(),
        "last_day": today(3).isoformat(),
        "placements": [Placement.objects.get(key="article-top-1").pk],
        "priority": "5",
        "cap_per_day": "",
        "device": "",
        "from_hour": "",
        "until_hour": "",
        **changes,
    }


def test_a_flight_is_entered_with_both_days_and_booked_in_one_go():
    client, campaign = of("ad_desk"), CampaignFactory()
    sent = flight_form(campaign, weekdays=["1", "2", "3", "4", "5", "6", "7"], _book="1")
    response = client.post(reverse("admin:ads_flight_add"), sent, follow=True)
    flight = Flight.objects.get()
    assert (flight.state, flight.first_day, flight.last_day) == ("booked", today(1), today(3))
    assert flight.days.upper == today(4)
    assert [str(one) for one in response.context["messages"]] == ["Booked: its days are held."]
    assert set(Record.objects.values_list("deed", flat=True)) == {Deed.CREATED, Deed.BOOKED}


def test_the_enter_key_saves_an_offer_and_never_books():
    client = of("ad_desk")
    for page in (
        reverse("admin:ads_flight_add"),
        reverse("admin:ads_flight_change", args=[draft().pk]),
    ):
        body = client.get(page).content.decode()
        form = body[body.index('id="flight_form"') :]
        buttons = re.findall(r'<button[^>]*name="(\w+)"', form[: form.index("</form>")])
        assert buttons == ["_save", "_book"], page


def test_an_offer_is_dropped_on_a_page_of_its_own_and_a_sale_is_not():
    client, offer, sale = of("ad_desk"), draft(), FlightFactory()
    address = reverse("admin:ads_flight_move", args=[offer.pk, "drop"])
    page = reverse("admin:ads_flight_change", args=[offer.pk])
    assert f'href="{address}"' in client.get(page).content.decode()
    client.post(address, {"confirmed": "1", "note": "Tidak jadi"})
    offer.refresh_from_db()
    assert (offer.state, offer.records.get().note) == ("stopped", "Tidak jadi")
    other = reverse("admin:ads_flight_move", args=[sale.pk, "drop"])
    sold = client.get(reverse("admin:ads_flight_change", args=[sale.pk])).content.decode()
    assert f'href="{other}"' not in sold


def test_required_choices_begin_with_an_empty_one():
    page = reverse("admin:ads_flight_add") + f"?campaign={CampaignFactory().pk}"
    body = of("ad_desk").get(page).content.decode()
    campaign = re.search(r'<select name="campaign".*?</select>', body, re.DOTALL)[0]
    assert re.findall(r'<option value="(\d*)"', campaign)[0] == ""
    assert campaign.count("<option") == 2


def test_saving_leads_on_to_the_next_step_of_the_sale():
    client = of("ad_desk")
    saved = client.post(reverse("admin:ads_advertiser_add"), {"name": "Toko Ina"}, follow=True)
    advertiser = Advertiser.objects.get(name="Toko Ina")
    step = reverse("admin:ads_campaign_add") + f"?advertiser={advertiser.pk}"
    assert f'href="{step}"' in saved.content.decode()
    values = {"advertiser": advertiser.pk, "name": "Natal", "category": Category.objects.first().pk}
    saved = client.post(reverse("admin:ads_campaign_add"), values, follow=True)
    step = reverse("admin:ads_flight_add") + f"?campaign={Campaign.objects.get(name='Natal').pk}"
    assert f'href="{step}"' in saved.content.decode()


def test_a_sale_is_told_in_words():
    seller, flight = ad_desk(), draft(1, 2)
    booking.book(flight, by=seller)
    page = reverse("admin:ads_flight_change", args=[flight.pk])
    body = signed_in(seller).get(page).content.decode()
    records = body[body.index('class="sale-records"') :]
    assert f"{offer.in_words(today(1))} – {offer.in_words(today(2))}" in records
    assert str(Placement.objects.get(key="article-top-1")) in records
    terms = re.findall(r'<div class="readonly">(.*?)</div>', body)
    assert terms.count("all") == 4
    assert "-" not in terms


def test_a_sale_leads_to_its_report_and_to_why_not():
    client, flight = of("ad_desk"), FlightFactory()
    report = reverse("admin:ads_report", args=[flight.campaign_id])
    for model, row in (("campaign", flight.campaign), ("flight", flight)):
        body = client.get(reverse(f"admin:ads_{model}_change", args=[row.pk])).content.decode()
        assert f'href="{report}"' in body, model
    assert f'href="{reverse("admin:ads_why_not")}"' in body


def test_what_cannot_be_booked_is_saved_and_said():
    client, campaign = of("ad_desk"), CampaignFactory()
    booking.book(draft(2, 2, share=90), by=ad_desk(name="Other"))
    response = client.post(
        reverse("admin:ads_flight_add"), flight_form(campaign, _book="1"), follow=True
    )
    (told,) = [str(one) for one in response.context["messages"]]
    assert told.startswith("Saved, but not booked. story: Atas 1 on ")
    assert "10 % free, 30 % wanted" in told
    assert Flight.objects.get(name="Desember").state == FlightState.DRAFT


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"last_day": today(0).isoformat()}, "last_day", "The last day lies before the first."),
        ({"last_day": ""}, "last_day", "Only a house flight may stay open."),
        ({"first_day": "20261-01-01"}, "first_day", "Enter a valid date."),
        ({"first_day": "0202-01-01"}, "first_day", "Please check the year."),
        ({"share": "0"}, "share", "A sponsorship sells a share of 1 to 100 %."),
        ({"share": "101"}, "share", "A sponsorship sells a share of 1 to 100 %."),
        ({"share": "99999999999"}, "share", None),
        ({"kind": "standard", "share": ""}, "goal", "A standard flight sells a number of views."),
        ({"goal": "5"}, "goal", "Only a standard flight has a goal; leave it empty."),
        ({"name": "\x00"}, "name", "Null characters are not allowed."),
        ({"weekdays": ["8"]}, "weekdays", None),
        ({"placements": ["999999"]}, "placements", None),
        ({"placements": ["x"]}, "placements", None),
        ({"campaign": "x"}, "campaign", None),
        ({"priority": "0"}, "__all__", "Priority goes from 1 to 9."),
        ({"from_hour": "5"}, "until_hour", "Hours need a beginning and an end, or neither."),
        ({"from_hour": "5", "until_hour": "25"}, "__all__", None),
    ],
)
def test_bad_input_is_answered_with_a_sentence(changes, field, told):
    response = of("ad_desk").post(
        reverse("admin:ads_flight_add"), flight_form(CampaignFactory(), **changes)
    )
    assert response.status_code == 200
    errors = response.context["adminform"].form.errors
    assert field in errors
    if told:
        assert told in errors[field]
    assert not Flight.objects.exists()


def test_terms_of_a_sold_flight_are_shown_and_not_changed():
    seller, flight = ad_desk(), draft(share=30)
    booking.book(flight, by=seller)
    client = signed_in(seller)
    page = client.get(address := reverse("admin:ads_flight_change", args=[flight.pk]))
    assert "its terms stay as they were agreed" in page.content.decode()
    sent = flight_form(flight.campaign, name="Anders", share="90", cap_per_day="4")
    assert client.post(address, sent).status_code == 302
    flight.refresh_from_db()
    assert (flight.name, flight.share, flight.cap_per_day) == ("Anders", 30, 4)
    assert Record.objects.first().changes["cap_per_day"] == ["", "4"]


def test_a_form_that_was_open_while_the_flight_was_sold_changes_nothing(monkeypatch):
    seller, flight = ad_desk(), draft(share=30)
    client = signed_in(seller)
    from ads.admin.flights import FlightAdmin

    found = FlightAdmin.get_object

    def sold_meanwhile(self, request, object_id, from_field=None):
        row = found(self, request, object_id, from_field)
        booking.book(Flight.objects.get(pk=flight.pk), by=seller)
        return row

    monkeypatch.setattr(FlightAdmin, "get_object", sold_meanwhile)
    response = client.post(
        reverse("admin:ads_flight_change", args=[flight.pk]),
        flight_form(flight.campaign, share="90"),
    )
    assert "This flight is “booked” now" in response.content.decode()
    assert Flight.objects.get(pk=flight.pk).share == 30


def test_days_are_changed_on_a_page_that_keeps_what_was_typed():
    seller, flight = ad_desk(), draft(1, 2)
    booking.book(flight, by=seller)
    booking.book(draft(4, 4, share=80), by=seller)
    client = signed_in(seller)
    address = reverse("admin:ads_flight_move", args=[flight.pk, "days"])
    sent = {
        "confirmed": "1",
        "first_day": today(1).isoformat(),
        "last_day": today(5).isoformat(),
    }
    page = client.post(address, sent).content.decode()
    assert "20 % free, 60 % wanted" in page
    assert today(5).isoformat() in page
    sent["last_day"] = today(3).isoformat()
    assert client.post(address, sent).status_code == 302
    flight.refresh_from_db()
    assert flight.last_day == today(3)


def test_a_copy_is_an_offer_with_the_same_terms_and_unapproved_creatives():
    flight = FlightFactory(share=30, device="phone")
    client = of("ad_desk")
    sent = {
        "confirmed": "1",
        "name": "Januari",
        "first_day": today(30).isoformat(),
        "last_day": today(40).isoformat(),
    }
    response = client.post(reverse("admin:ads_flight_move", args=[flight.pk, "copy"]), sent)
    copy = Flight.objects.get(name="Januari")
    assert response.url == reverse("admin:ads_flight_change", args=[copy.pk])
    assert (copy.state, copy.share, copy.device) == ("draft", 30, "phone")
    assert [one.key for one in copy.placements.all()] == ["article-top-1"]
    assert copy.creatives.get().state == CreativeState.DRAFT


def test_changes_of_price_notes_and_contact_are_written_down():
    campaign = CampaignFactory(price=1000, notes="Lama")
    sent = {
        "name": campaign.name,
        "category": campaign.category.pk,
        "contract": "",
        "price": "2500000",
        "notes": "Baru",
        "contact_name": "Haji Ambo",
        "contact_email": "ambo@toko.example",
    }
    address = reverse("admin:ads_campaign_change", args=[campaign.pk])
    assert of("ad_desk").post(address, sent).status_code == 302
    record = Record.objects.get()
    assert (record.deed, record.campaign) == (Deed.CHANGED, campaign)
    assert record.changes == {
        "price": ["1000.00", "2500000.00"],
        "notes": ["Lama", "Baru"],
        "contact_name": ["", "Haji Ambo"],
        "contact_email": ["", "ambo@toko.example"],
    }


def test_saving_without_a_change_writes_nothing_down():
    campaign = CampaignFactory()
    sent = {"name": campaign.name, "category": campaign.category.pk}
    of("ad_desk").post(reverse("admin:ads_campaign_change", args=[campaign.pk]), sent)
    assert not Record.objects.exists()


def test_a_silence_is_entered_with_both_days():
    sent = {"name": "Masa tenang", "first_day": "2027-02-11", "last_day": "2027-02-13"}
    of("chief_editor").post(reverse("admin:ads_silenceperiod_add"), sent)
    period = SilencePeriod.objects.get()
    assert (f"{period.days.lower}", f"{period.days.upper}") == ("2027-02-11", "2027-02-14")


def test_changing_the_size_of_a_placement_that_is_sold_warns():
    booking.book(draft(name="Pakan Ayam"), by=ad_desk())
    placement = Placement.objects.get(key="article-top-1")
    sent = {"name": placement.name, "phone_size": "320x50", "desktop_size": "970x90", "is_on": "on"}
    response = of("ad_desk").post(
        reverse("admin:ads_placement_change", args=[placement.pk]), sent, follow=True
    )
    told = [str(one) for one in response.context["messages"]]
    assert "Sold here, please look whether they still fit: Pakan Ayam." in told


def test_switching_off_a_sold_placement_asks_first():
    client = signed_in(StaffFactory(is_superuser=True, language="en"))
    placement = Placement.objects.get(key="article-top-1")
    booking.book(draft(name="Gerai Wakatobi"), by=ad_desk())
    address = reverse("admin:ads_placement_change", args=[placement.pk])
    sent = {"name": "Atas 1", "phone_size": "320x100", "desktop_size": "970x90"}
    asked = client.post(address, {**sent, "off_all_the_same": ""})
    placement.refresh_from_db()
    assert (asked.status_code, placement.is_on) == (200, True)
    body = asked.content.decode()
    assert "Sold here and not shown without this slot: Gerai Wakatobi." in body
    assert '<input type="checkbox" name="off_all_the_same"' in body
    client.post(address, {**sent, "off_all_the_same": "on"})
    placement.refresh_from_db()
    assert not placement.is_on


def test_only_an_approved_house_creative_is_a_placements_fallback():
    ours = CampaignFactory(advertiser=AdvertiserFactory(is_house=True))
    house = FlightFactory(campaign=ours, kind=FlightKind.HOUSE)
    foreign = FlightFactory().creatives.get()
    placement = Placement.objects.get(key="article-top-1")
    address = reverse("admin:ads_placement_change", args=[placement.pk])
    sent = {"name": "Atas 1", "phone_size": "320x100", "desktop_size": "970x90", "is_on": "on"}
    client = of("ad_desk")
    assert client.post(address, sent | {"fallback": foreign.pk}).status_code == 200
    assert client.post(address, sent | {"fallback": house.creatives.get().pk}).status_code == 302
    placement.refresh_from_db()
    assert placement.fallback == house.creatives.get()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_flight_asks_as_much_for_one_creative_as_for_three(
    number, django_assert_num_queries
):
    counted(100)
    flight = draft()
    CreativeFactory.create_batch(number, flight=flight)
    client = of("ad_desk")
    client.get(reverse("admin:ads_flight_change", args=[flight.pk]))
    with django_assert_num_queries(FLIGHT_PAGE):
        client.get(reverse("admin:ads_flight_change", args=[flight.pk]))


FLIGHT_PAGE = 18
