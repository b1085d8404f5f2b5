"""Creatives on the desk: several pictures at once, the link to sign, and an edit that undoes an approval."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ads import approval
from ads.choices import CreativeState, Deed
from ads.models import Creative, Record

from .factories import CampaignFactory, CreativeFactory
from .selling import ad_desk, draft
from .test_artwork import file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def desk(client):
    client.force_login(ad_desk())
    return client


def form(**changes):
    return {
        "name": "Ayam",
        "kind": "image",
        "alt_text": "Pakan ayam",
        "headline": "",
        "words": "",
        "link": "https://toko.example/",
        **changes,
    }


def errors(response) -> str:
    assert response.status_code == 200
    return " ".join(
        str(error)
        for listed in response.context["adminform"].form.errors.values()
        for error in listed
    )


def test_several_pictures_are_taken_at_once(desk):
    flight = draft()
    files = [file((640, 200)), file((970, 90))]
    sent = form(flight=flight.pk, pictures=files)
    assert desk.post(reverse("admin:ads_creative_add"), sent).status_code == 302
    creative = Creative.objects.get()
    assert sorted(creative.images) == ["320x100", "970x90"]
    assert (creative.state, creative.flight) == (CreativeState.DRAFT, flight)
    assert Record.objects.get().deed == Deed.CREATED
    body = desk.get(reverse("admin:ads_creative_change", args=[creative.pk])).content.decode()
    assert creative.images["320x100"]["name"] in body


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"link": "http://toko.example/"}, "begins with https://"),
        ({"link": "javascript:alert(1)"}, "begins with https://"),
        ({"link": "https://user@toko.example/"}, "begins with https://"),
        ({"link": "https://[toko/"}, "begins with https://"),
        ({"alt_text": ""}, "A picture needs an alternative text"),
        ({"kind": "text"}, "A text creative needs a headline."),
        ({"kind": "film"}, "film is not one of the available choices"),
        ({"flight": "x"}, "not one of the available choices"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(desk, changes, told):
    sent = {"flight": draft().pk} | form(**changes)
    assert told in errors(desk.post(reverse("admin:ads_creative_add"), sent))
    assert not Creative.objects.exists()


def test_a_picture_that_does_not_fit_says_what_is_wanted(desk):
    sent = form(flight=draft().pk, pictures=[file((500, 500), name="kotak.png")])
    told = errors(desk.post(reverse("admin:ads_creative_add"), sent))
    assert "kotak.png has 500 × 500 pixels." in told
    assert "320 × 100, 970 × 90" in told


def test_a_host_in_capitals_is_written_small(desk):
    sent = form(flight=draft().pk, link="https://Toko.Example/Pakan")
    desk.post(reverse("admin:ads_creative_add"), sent)
    assert Creative.objects.get().link == "https://toko.example/Pakan"


def test_an_edit_through_the_desk_undoes_the_approval(desk):
    creative = CreativeFactory(flight=draft(), approved=True)
    sent = form(kind="text", headline="Lain", alt_text="", name=creative.name)
    response = desk.post(
        reverse("admin:ads_creative_change", args=[creative.pk]), sent, follow=True
    )
    told = [str(one) for one in response.context["messages"]]
    assert "It has changed, so it needs approval again; until then it is not shown." in told
    creative.refresh_from_db()
    assert creative.state == CreativeState.DRAFT
    assert "headline" in Record.objects.get().changes


def test_sending_shows_the_link_to_copy(desk):
    creative = CreativeFactory(flight=draft())
    move = reverse("admin:ads_creative_move", args=[creative.pk, "send"])
    response = desk.post(move, follow=True)
    creative = Creative.objects.get()
    assert approval.read(response.context["sign_off"].rstrip("/").rsplit("/", 1)[1])[0] == creative
    assert response.context["sign_off"] in response.content.decode()
    (told,) = [str(one) for one in response.context["messages"]]
    assert told.startswith("The campaign has no e-mail")


def test_approving_for_the_advertiser_asks_how_it_was_agreed(desk):
    creative = CreativeFactory(flight=draft(campaign=CampaignFactory()))
    move = reverse("admin:ads_creative_move", args=[creative.pk, "approve"])
    page = desk.post(move, {"confirmed": "1", "note": " "})
    assert "Write how the advertiser agreed" in page.content.decode()
    desk.post(move, {"confirmed": "1", "note": "Telepon, Haji Ambo"})
    creative.refresh_from_db()
    assert creative.state == CreativeState.APPROVED


def test_one_that_was_taken_out_is_only_looked_at(desk):
    creative = CreativeFactory(flight=draft())
    Creative.objects.update(state=CreativeState.RETIRED)
    address = reverse("admin:ads_creative_change", args=[creative.pk])
    assert desk.get(address).status_code == 200
    assert desk.post(address, form(kind="text", headline="x")).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(desk, number, django_assert_num_queries):
    CreativeFactory.create_batch(number, flight=draft())
    desk.get(reverse("admin:ads_creative_changelist"))
    with django_assert_num_queries(6):
        desk.get(reverse("admin:ads_creative_changelist"))


def test_what_was_sent_is_sent_again_quietly(desk):
    creative = CreativeFactory(flight=draft())
    page = reverse("admin:ads_creative_change", args=[creative.pk])
    body = desk.get(page).content.decode()
    assert "Send to the advertiser" in body
    assert "Send again" not in body
    desk.post(reverse("admin:ads_creative_move", args=[creative.pk, "send"]))
    body = desk.get(page).content.decode()
    assert "Send to the advertiser" not in body
    assert 'class="button-quiet">Send again<' in body
    desk.post(reverse("admin:ads_creative_move", args=[creative.pk, "send-again"]))
    assert Record.objects.filter(deed=Deed.SENT).count() == 2
