"""The editorial brakes: not in the seller's hand, and whoever changes them is written down."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.urls import reverse

from ads import booking, records
from ads.choices import Deed
from ads.models import Placement, Record, SilencePeriod
from newsroom.roles import permissions_of

from .factories import CategoryFactory
from .selling import ad_desk, draft
from .test_admin_sales import of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def test_brakes_are_the_chief_editors():
    for model in ("category", "silenceperiod"):
        for deed in ("add", "change"):
            assert f"ads.{deed}_{model}" not in permissions_of("ad_desk")
            assert f"ads.{deed}_{model}" in permissions_of("chief_editor")
        assert f"ads.view_{model}" in permissions_of("ad_desk")


def test_the_desk_does_not_loosen_a_brake():
    category = CategoryFactory(is_held_at_tragedy=True)
    address = reverse("admin:ads_category_change", args=[category.pk])
    assert of("ad_desk").post(address, {"name": category.name}).status_code == 403
    category.refresh_from_db()
    assert category.is_held_at_tragedy


def test_a_changed_category_is_written_down_with_its_name():
    category = CategoryFactory(name="Rokok", is_held_at_tragedy=True)
    chief = of("chief_editor")
    chief.post(reverse("admin:ads_category_change", args=[category.pk]), {"name": "Rokok"})
    record = Record.objects.get()
    assert (record.deed, record.advertiser) == (Deed.CHANGED, None)
    assert record.by.groups.get().name == "chief_editor"
    assert record.note == "category of advertising: Rokok"
    assert record.changes == {"is_held_at_tragedy": ["True", "False"]}


def test_days_of_silence_and_placements_are_written_down():
    chief, desk = of("chief_editor"), of("ad_desk")
    sent = {"name": "Masa tenang", "first_day": "2027-02-11", "last_day": "2027-02-13"}
    chief.post(reverse("admin:ads_silenceperiod_add"), sent)
    period = SilencePeriod.objects.get()
    sent["last_day"] = "2027-02-11"
    chief.post(reverse("admin:ads_silenceperiod_change", args=[period.pk]), sent)
    placement = Placement.objects.get(key="article-top-1")
    sent = {"name": placement.name, "phone_size": "320x100", "desktop_size": "970x90"}
    desk.post(reverse("admin:ads_placement_change", args=[placement.pk]), sent)
    rows = list(Record.objects.order_by("pk"))
    assert [(row.deed, list(row.changes)) for row in rows] == [
        (Deed.CREATED, []),
        (Deed.CHANGED, ["days"]),
        (Deed.CHANGED, ["is_on"]),
    ]
    assert rows[0].note.endswith(": Masa tenang")
    assert rows[2].note.endswith(f": {placement}")


def test_a_record_about_nobody_is_shown_and_found():
    record = records.write(Deed.CHANGED, note="Kategori: Rokok", changes={"name": ["A", "B"]})
    desk = of("ad_desk")
    listed = desk.get(reverse("admin:ads_record_changelist"), {"q": "Rokok"})
    assert "Kategori: Rokok" in listed.content.decode()
    shown = desk.get(reverse("admin:ads_record_change", args=[record.pk]))
    assert "name: A → B" in shown.content.decode()
    page = Template("{% include 'admin/ads/records.html' %}").render(Context({"records": [record]}))
    assert "Kategori: Rokok" in page


def test_a_record_is_about_something():
    with pytest.raises(ValueError, match="note names"):
        records.write(Deed.CHANGED, note=" ")


def posted(campaign, category) -> tuple[str, dict]:
    sent = {"name": "Baru", "category": category.pk, "notes": "Diskon"}
    return reverse("admin:ads_campaign_change", args=[campaign.pk]), sent


def test_the_desk_changes_the_category_of_an_offer_and_not_of_a_sale():
    seller, flight, other = ad_desk(), draft(), CategoryFactory()
    campaign = flight.campaign
    address, sent = posted(campaign, other)
    signed_in(seller).post(address, sent)
    campaign.refresh_from_db()
    assert (campaign.category, campaign.name) == (other, "Baru")
    booking.book(flight, by=seller)
    address, sent = posted(campaign, CategoryFactory())
    signed_in(seller).post(address, sent | {"name": "Lain"})
    campaign.refresh_from_db()
    assert (campaign.category, campaign.name) == (other, "Lain")


def test_the_chief_editor_changes_the_category_of_a_sale_and_nothing_else():
    seller, flight, other = ad_desk(), draft(), CategoryFactory()
    booking.book(flight, by=seller)
    campaign = flight.campaign
    was = campaign.name
    address, sent = posted(campaign, other)
    of("chief_editor").post(address, sent)
    campaign.refresh_from_db()
    assert (campaign.category, campaign.name, campaign.notes) == (other, was, "")
    assert list(Record.objects.first().changes) == ["category"]
