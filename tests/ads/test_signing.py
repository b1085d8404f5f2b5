"""The pages behind the signed address: an advertiser's decision, and nobody else's business."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from ads import approval
from ads.choices import CreativeState
from ads.models import Creative
from tests.factories import ArticleFactory

from .factories import CampaignFactory, CreativeFactory
from .selling import ad_desk, draft
from .test_admin_sales import XSS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def sent() -> Creative:
    campaign = CampaignFactory(name="Rahasia dagang", price=123_456_789, notes="Diskon 40")
    creative = CreativeFactory(flight=draft(campaign=campaign), headline="Pakan ayam murah")
    creative = Creative.objects.get(pk=creative.pk)
    approval.send(creative, by=ad_desk())
    return creative


def page_of(creative: Creative) -> str:
    return reverse("ads:sign_off", args=[approval.token_of(creative)])


def test_the_page_shows_the_creative_its_days_and_its_places(sent, client):
    response = client.get(page_of(sent))
    body = response.content.decode()
    assert response.status_code == 200
    for shown in ("Pakan ayam murah", "https://toko.example/pakan", "60 % of all views", "Atas 1"):
        assert shown in body
    assert "pratinjau" in body


def test_the_page_tells_no_price_note_or_other_campaign(sent, client):
    other = CreativeFactory(
        flight=draft(campaign=CampaignFactory(advertiser=sent.flight.campaign.advertiser)),
        headline="Kampanye lain",
    )
    body = client.get(page_of(sent)).content.decode()
    for hidden in ("123", "Diskon", other.headline, "Rahasia dagang"):
        assert hidden not in body


def test_the_page_is_kept_by_nobody_and_found_by_nobody(sent, client):
    response = client.get(page_of(sent))
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "strict-origin"
    assert set(response.cookies) <= {"csrftoken"}


def test_the_advertiser_agrees(sent, client):
    response = client.post(page_of(sent), {"name": "Haji Ambo", "answer": "yes"})
    assert (response.status_code, response.url) == (302, page_of(sent))
    sent.refresh_from_db()
    assert sent.state == CreativeState.APPROVED
    body = client.get(page_of(sent)).content.decode()
    assert "by Haji Ambo" in body
    assert "<form method" not in body


def test_the_advertiser_asks_for_changes(sent, client):
    client.post(page_of(sent), {"name": "Ambo", "answer": "changes", "note": "Merah saja"})
    sent.refresh_from_db()
    assert sent.state == CreativeState.REFUSED
    assert "Merah saja" in client.get(page_of(sent)).content.decode()


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ({"answer": "yes"}, ["approved (Ambo, for the advertiser)"]),
        (
            {"answer": "changes", "note": "Merah saja"},
            ["changes wanted (Ambo, for the advertiser)", "Merah saja"],
        ),
    ],
)
def test_the_desk_gets_one_letter_for_each_decision(sent, client, data, lines):
    ad_desk(email="dua@kabar.example")
    mail.outbox.clear()
    page = page_of(sent)
    for _twice in range(2):
        client.post(page, {"name": "Ambo", **data})
    desk = sorted(User.objects.filter(groups__name="ad_desk").values_list("email", flat=True))
    assert sorted(letter.to[0] for letter in mail.outbox) == desk
    assert len(desk) == 2
    for letter in mail.outbox:
        assert letter.subject == f"{sent.name}: {lines[0].split(' (')[0]}"
        for line in lines:
            assert line in letter.body
        assert reverse("admin:ads_creative_change", args=[sent.pk]) in letter.body


def test_what_the_desk_decides_itself_is_told_to_nobody(sent):
    mail.outbox.clear()
    approval.approve(sent, by=ad_desk(), note="Lewat telepon")
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"answer": "yes"}, "Write your name."),
        ({"name": "Ambo", "answer": "changes"}, "Write what should be different."),
        ({"name": "Ambo"}, "Choose one of the two buttons."),
        ({"name": "Ambo", "answer": "retire"}, "Choose one of the two buttons."),
        ({"name": "a" * 200, "answer": "yes"}, "at most 120 characters"),
        ({"name": "\x00", "answer": "yes"}, "Null characters are not allowed."),
        ({"name": "A", "answer": "changes", "note": "x" * 501}, "at most 500 characters"),
    ],
)
def test_bad_answers_come_back_with_a_sentence_and_all_that_was_typed(sent, client, data, told):
    response = client.post(page_of(sent), data)
    body = response.content.decode()
    assert (response.status_code, told in body) == (422, True)
    if data.get("note"):
        assert data["note"] in body
    sent.refresh_from_db()
    assert sent.state == CreativeState.SENT


def test_an_answer_needs_the_token_of_the_form(sent):
    answer = {"name": "Haji Ambo", "answer": "yes"}
    response = Client(enforce_csrf_checks=True).post(page_of(sent), answer)
    body = response.content.decode()
    assert response.status_code == 403
    assert "Please press the button once more." in body
    assert "Haji Ambo" in body
    sent.refresh_from_db()
    assert sent.state == CreativeState.SENT


def test_looking_decides_nothing(sent, client):
    client.get(page_of(sent), {"name": "Ambo", "answer": "yes"})
    client.head(page_of(sent))
    sent.refresh_from_db()
    assert sent.state == CreativeState.SENT


def test_a_changed_creative_is_not_decided_under_the_old_address(sent, client):
    old = page_of(sent)
    sent.headline = "Lain"
    approval.edit(sent, by=ad_desk(name="Other"))
    approval.send(sent, by=ad_desk(name="Third"))
    assert "was changed after the link was sent" in client.get(old).content.decode()
    client.post(old, {"name": "Ambo", "answer": "yes"})
    sent.refresh_from_db()
    assert sent.state == CreativeState.SENT


def test_deciding_twice_says_what_was_decided(sent, client):
    client.post(page_of(sent), {"name": "Ambo", "answer": "yes"})
    again = client.post(page_of(sent), {"name": "Lain", "answer": "changes", "note": "x"})
    assert again.status_code == 422
    assert "by Ambo" in again.content.decode()


@pytest.mark.parametrize("name", ["sign_off", "preview"])
def test_a_bad_address_is_404_and_an_old_one_410(sent, client, name):
    token = approval.token_of(sent)
    assert client.get(reverse(f"ads:{name}", args=[token[:-2]])).status_code == 404
    assert client.get(reverse(f"ads:{name}", args=["%00x"])).status_code == 404
    later = timezone.now() + approval.VALID + datetime.timedelta(seconds=1)
    with time_machine.travel(later, tick=False):
        response = client.get(reverse(f"ads:{name}", args=[token]))
    assert response.status_code == 410
    assert "expired" in response.content.decode()


def test_the_preview_is_a_real_story_that_protects_nobody(sent, client):
    ArticleFactory(is_public=True, headline="Banjir surut")
    ArticleFactory(is_public=True, headline="Anak dilindungi", is_identity_protected=True)
    ArticleFactory(is_public=True, headline="Kapal tenggelam", is_tragedy=True)
    ArticleFactory(is_public=True, headline="Titipan", kind="paid", sponsor="X")
    response = client.get(reverse("ads:preview", args=[approval.token_of(sent)]))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert not response.cookies
    assert "<title>Banjir surut" in response.content.decode()


@pytest.mark.parametrize("key", ["list-top", "front-top", "article-top-1"])
def test_the_preview_is_a_page_on_which_the_placement_stands(client, key):
    ArticleFactory(is_public=True)
    creative = CreativeFactory(flight=draft(placements=[key]), headline="Pakan dari Toko")
    creative = Creative.objects.get(pk=creative.pk)
    approval.send(creative, by=ad_desk())
    address = reverse("ads:preview", args=[approval.token_of(creative)])
    body = client.get(address, {"slot": key}).content.decode()
    assert f'data-sela="{key}"' in body
    assert "Pakan dari Toko" in body


def test_without_a_story_the_preview_is_the_front_page(sent, client):
    response = client.get(
        reverse("ads:preview", args=[approval.token_of(sent)]), {"slot": "nothing\x00"}
    )
    assert response.status_code == 200


def test_names_are_printed_and_never_run(client):
    campaign = CampaignFactory(name=XSS)
    creative = CreativeFactory(
        flight=draft(campaign=campaign, name=XSS), name=XSS, headline=XSS[:60]
    )
    creative = Creative.objects.get(pk=creative.pk)
    approval.send(creative, by=ad_desk())
    client.post(page_of(creative), {"name": XSS, "answer": "changes", "note": XSS})
    body = client.get(page_of(creative)).content.decode()
    assert "<script>alert" not in body
    assert "<img src=x" not in body
