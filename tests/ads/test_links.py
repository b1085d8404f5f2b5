"""The advertiser's private address: every view under it, opened by its owner, by another, and when revoked."""

from __future__ import annotations

import base64
import io

import pytest
import time_machine
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ads import links
from ads.choices import CreativeKind, Deed
from ads.models import Placement, Proof, Record, ReportLink
from ads.views.reports import OPENED_PER_MINUTE
from tests.factories import PublicationFactory, StaffFactory

from .counting import count, discard
from .factories import AdvertiserFactory, CampaignFactory, CreativeFactory, FlightFactory

pytestmark = pytest.mark.django_db

SECRETS = ("Rahasia dapur", "17.500.000", "17500000", "0812-3456", "Bu Ani", "ani@toko.example")


def webp() -> ContentFile:
    out = io.BytesIO()
    Image.new("RGB", (64, 40), "teal").save(out, "WEBP")
    return ContentFile(out.getvalue())


def advertiser_with_campaign(name: str):
    advertiser = AdvertiserFactory(
        name=name,
        notes="Rahasia dapur",
        contact_name="Bu Ani",
        contact_phone="0812-3456",
        contact_email="ani@toko.example",
    )
    campaign = CampaignFactory(
        advertiser=advertiser, price=17_500_000, notes="Rahasia dapur", contract="K-12/2026"
    )
    flight = FlightFactory(campaign=campaign, name=f"Tayang {name}", creatives=0)
    image = default_storage.save("sela/one.webp", webp())
    creative = CreativeFactory(
        flight=flight,
        name=f"Materi {name}",
        kind=CreativeKind.IMAGE,
        images={"320x100": {"name": image, "width": 64, "height": 40}},
        approved=True,
    )
    proof = Proof.objects.create(
        creative=creative,
        placement=Placement.objects.get(key="article-top-1"),
        address="/2026/11/20/panen/",
        image=default_storage.save("bukti/one.webp", webp()),
        width=64,
        height=40,
        taken_at=timezone.now(),
    )
    count(creative, 40, 30, 20, 1)
    discard(creative, "bot", 7)
    return advertiser, campaign, creative, proof


@pytest.fixture
def owner():
    PublicationFactory()
    return advertiser_with_campaign("Toko Makmur")


@pytest.fixture
def other():
    return advertiser_with_campaign("Pesaing Jaya")


def link_to(advertiser, campaign=None) -> ReportLink:
    return links.make(advertiser, campaign, by=StaffFactory())


def addresses(token, campaign, creative, proof):
    """Every address under a token, by its name."""
    return {
        "report_campaign": reverse("ads:report_campaign", args=[token, campaign.pk]),
        "report_csv": reverse("ads:report_csv", args=[token, campaign.pk]),
        "report_pdf": reverse("ads:report_pdf", args=[token, campaign.pk]),
        "report_picture": reverse("ads:report_picture", args=[token, creative.pk]),
        "report_proof": reverse("ads:report_proof", args=[token, proof.pk]),
    }


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_all_addresses_under_a_token_are_tested_here(owner):
    from ads.urls import urlpatterns

    _advertiser, *rows = owner
    named = {one.name for one in urlpatterns if "laporan/<slug:token>" in str(one.pattern)}
    assert named == {"report", *addresses("1-x", *rows)}


def test_owner_reads_list_campaign_files_and_pictures(client, owner):
    advertiser, *rows = owner
    token = links.token_of(link_to(advertiser))
    listed = client.get(reverse("ads:report", args=[token]))
    assert listed.status_code == 200
    assert rows[0].name in listed.content.decode()
    for name, address in addresses(token, *rows).items():
        answer = client.get(address)
        assert answer.status_code == 200, name
        assert len(body_of(answer)) > 20, name


def test_owner_finds_nothing_of_an_offer(client, owner):
    advertiser, campaign, creative, _proof = owner
    token = links.token_of(link_to(advertiser))
    offer = FlightFactory(campaign=campaign, name="Tawaran", booked=False, creatives=0)
    drawn = CreativeFactory(flight=offer, name="Gambar", kind="image", images=creative.images)
    FlightFactory(
        campaign=CampaignFactory(advertiser=advertiser, name="Rencana"),
        name="Tawaran",
        booked=False,
    )
    shown = addresses(token, *owner[1:])
    listed = reverse("ads:report", args=[token])
    for address in (listed, shown["report_campaign"], shown["report_csv"]):
        body = body_of(client.get(address)).decode()
        assert "Tawaran" not in body and "Rencana" not in body, address
    picture = reverse("ads:report_picture", args=[token, drawn.pk])
    assert client.get(picture).status_code == 404


@pytest.mark.parametrize("name", ["report", "report_campaign", "report_csv", "report_pdf"])
@time_machine.travel("2026-11-26 12:00:00+08:00", tick=False)
def test_link_that_is_opened_very_often_makes_no_more_work_for_a_minute(
    client, owner, name, django_assert_max_num_queries
):
    link = link_to(owner[0])
    token = links.token_of(link)
    shown = {"report": reverse("ads:report", args=[token]), **addresses(token, *owner[1:])}
    for step in range(OPENED_PER_MINUTE):
        # Other days each time, so that nothing kept would have helped.
        address = f"{shown['report_csv']}?dari=2026-10-{step + 1:02}&sampai=2026-11-01"
        assert client.get(address).status_code == 200
    with django_assert_max_num_queries(3):
        answer = client.get(shown[name])
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert answer["Cache-Control"] == "no-store, private"
    # Pictures belong to a page that was made already, and other links are none of its business.
    assert client.get(shown["report_picture"]).status_code == 200
    other = links.token_of(link_to(owner[0]))
    assert client.get(reverse("ads:report", args=[other])).status_code == 200
    with time_machine.travel("2026-11-26 12:01:00+08:00", tick=False):
        assert client.get(shown[name]).status_code == 200


def test_link_of_one_campaign_opens_it_at_once(client, owner):
    advertiser, campaign, *_rows = owner
    CampaignFactory(advertiser=advertiser, name="Lain lagi")
    page = client.get(reverse("ads:report", args=[links.token_of(link_to(advertiser, campaign))]))
    html = page.content.decode()
    assert "K-12/2026" in html and "Materi Toko Makmur" in html
    assert "Lain lagi" not in html


def test_link_of_one_campaign_does_not_open_another_of_the_same_advertiser(client, owner):
    advertiser, *rows = owner
    second = CampaignFactory(advertiser=advertiser)
    token = links.token_of(link_to(advertiser, second))
    for name, address in addresses(token, *rows).items():
        assert client.get(address).status_code == 404, name


def test_no_view_shows_anything_of_another_advertiser(client, owner, other):
    token = links.token_of(link_to(owner[0]))
    for name, address in addresses(token, *other[1:]).items():
        answer = client.get(address)
        assert answer.status_code == 404, name
        assert b"Pesaing" not in answer.content, name
    own = [reverse("ads:report", args=[token]), *addresses(token, *owner[1:]).values()]
    for address in own:
        assert b"Pesaing" not in body_of(client.get(address)), address


def test_no_view_tells_price_notes_or_contacts(client, owner):
    token = links.token_of(link_to(owner[0]))
    for address in [reverse("ads:report", args=[token]), *addresses(token, *owner[1:]).values()]:
        body = body_of(client.get(address)).decode("utf-8", "replace")
        for secret in SECRETS:
            assert secret not in body, (address, secret)


def test_no_view_is_kept_indexed_referred_or_sets_a_cookie(client, owner):
    token = links.token_of(link_to(owner[0]))
    for address in [reverse("ads:report", args=[token]), *addresses(token, *owner[1:]).values()]:
        answer = client.get(address)
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"].startswith("noindex")
        assert not answer.cookies
        body_of(answer)
    assert not client.cookies


def test_revoked_link_is_gone_with_a_sentence_under_every_address(client, owner):
    link = link_to(owner[0])
    token = links.token_of(link)
    assert links.revoke(link, by=StaffFactory())
    for address in [reverse("ads:report", args=[token]), *addresses(token, *owner[1:]).values()]:
        answer = client.get(address)
        assert answer.status_code == 410
        assert b"Toko Makmur" not in answer.content
        assert answer["Cache-Control"] == "no-store, private"


def test_only_reading_is_allowed(client, owner):
    token = links.token_of(link_to(owner[0]))
    for address in [reverse("ads:report", args=[token]), *addresses(token, *owner[1:]).values()]:
        for method in ("post", "put", "delete", "patch"):
            assert getattr(client, method)(address).status_code == 405


def test_table_alone_does_not_open_the_address(client, owner):
    link = link_to(owner[0])
    for guess in (link.key, f"{link.pk}-{link.key}"):
        assert client.get(f"/laporan/{guess}/").status_code == 404


def test_address_holds_256_bits_that_change_with_the_servers_secret(owner, settings):
    link = link_to(owner[0])
    token = links.token_of(link)
    assert len(base64.urlsafe_b64decode(token.split("-", 1)[1] + "=")) == 32
    settings.SECRET_KEY = "another" * 10
    assert links.find(token) is None
    assert links.token_of(link) != token


def test_address_opens_while_the_earlier_secret_is_remembered(owner, settings):
    link = link_to(owner[0])
    token = links.token_of(link)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert links.find(token) == link
    assert links.find(links.token_of(link)) == link


def test_token_of_one_link_with_the_number_of_another_opens_nothing(owner, other):
    one, two = link_to(owner[0]), link_to(other[0])
    signature = links.token_of(one).split("-", 1)[1]
    assert links.find(f"{two.pk}-{signature}") is None
    assert links.find(f"{two.pk + 1}-{signature}") is None


@given(st.text(max_size=80))
def test_made_up_tokens_are_none_without_an_error(text):
    from unittest.mock import patch

    with patch.object(links.ReportLink.objects, "select_related") as asked:
        asked.return_value.filter.return_value.first.return_value = None
        assert links.find(text) is None


@pytest.mark.parametrize(
    "token",
    ["1", "-", "0-" + "a" * 43, "9" * 30 + "-" + "a" * 43, "1-" + "a" * 43, "1-" + "a" * 5000],
)
def test_malformed_tokens_are_not_found(client, token):
    assert client.get(f"/laporan/{token}/").status_code == 404


def test_numbers_beyond_every_row_are_not_found(client, owner):
    token = links.token_of(link_to(owner[0]))
    for tail in ("kampanye/{}/", "kampanye/{}/harian.csv", "materi/{}/", "bukti/{}/"):
        for number in ("0", "999999999", "9" * 40):
            address = f"/laporan/{token}/" + tail.format(number)
            assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "bad", ["' OR 1=1 --", "2026-13-01", "1;SELECT pg_sleep(9)", "\x00", "%27"]
)
def test_bad_days_are_answered_with_one_sentence_and_the_page(client, owner, bad):
    token = links.token_of(link_to(owner[0]))
    pages = addresses(token, *owner[1:])
    for name in ("report_campaign", "report_csv", "report_pdf"):
        answer = client.get(pages[name], {"dari": bad, "sampai": bad})
        assert answer.status_code == 400, name
        assert 'role="alert"' in answer.content.decode(), name


def test_names_of_an_advertiser_are_text_on_the_page(client):
    advertiser = AdvertiserFactory(name="<script>alert(1)</script>")
    campaign = CampaignFactory(advertiser=advertiser, name="<img src=x onerror=alert(2)>")
    flight = FlightFactory(campaign=campaign, name='"><svg onload=alert(3)>')
    count(flight.creatives.get(), 10)
    for link in (link_to(advertiser), link_to(advertiser, campaign)):
        html = client.get(links.address_of(link).removeprefix(project.SITE_URL)).content.decode()
        for evil in ("<script>alert", "<img src=x", "<svg onload"):
            assert evil not in html


def test_opening_is_written_down_once_a_minute(client, owner):
    link = link_to(owner[0])
    address = reverse("ads:report", args=[links.token_of(link)])
    times = []
    for at in ("2026-11-26 10:00:00Z", "2026-11-26 10:00:59Z", "2026-11-26 10:01:01Z"):
        with time_machine.travel(at, tick=False):
            client.get(address)
        link.refresh_from_db()
        times.append(f"{link.opened_at:%H:%M:%S}")
    assert times == ["10:00:00", "10:00:00", "10:01:01"]


def test_making_and_revoking_are_written_down(owner):
    advertiser, campaign, *_rows = owner
    editor = StaffFactory()
    link = links.make(advertiser, campaign, by=editor)
    assert links.revoke(link, by=editor) is True
    assert links.revoke(link, by=editor) is False
    rows = Record.objects.filter(campaign=campaign, by=editor).order_by("pk")
    assert [row.deed for row in rows] == [Deed.LINK_MADE, Deed.LINK_REVOKED]


def test_link_to_a_campaign_of_somebody_else_is_refused(owner, other):
    with pytest.raises(links.Refused):
        links.make(owner[0], other[1], by=StaffFactory())
    assert not ReportLink.objects.exists()


def test_missing_picture_is_not_found_and_the_page_goes_on(client, owner):
    advertiser, campaign, creative, proof = owner
    default_storage.delete(creative.images["320x100"]["name"])
    default_storage.delete(proof.image.name)
    token = links.token_of(link_to(advertiser))
    pages = addresses(token, campaign, creative, proof)
    assert client.get(pages["report_picture"]).status_code == 404
    assert client.get(pages["report_proof"]).status_code == 404
    for name in ("report_campaign", "report_pdf"):
        assert client.get(pages[name]).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_for_three_flights_as_for_one(
    client, owner, number, django_assert_num_queries
):
    advertiser, campaign, *_rows = owner
    for _step in range(number):
        flight = FlightFactory(campaign=campaign, kind="standard")
        count(flight.creatives.get(), 5)
    link = link_to(advertiser)
    token = links.token_of(link)
    links.note_opening(link)
    with django_assert_num_queries(17):
        client.get(reverse("ads:report", args=[token]))
    with django_assert_num_queries(26):
        client.get(reverse("ads:report_campaign", args=[token, campaign.pk]))
