"""The proof of showing as a PDF: whole for every campaign, the same for the same figures."""

from __future__ import annotations

import datetime
import io
import re
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.platypus import Paragraph

from ads.choices import CreativeKind, Device, FlightKind
from ads.models import HourCount, Placement, Proof
from ads.reports import paper, report_on, typesetting
from articles.models import Publication
from tests.factories import PublicationFactory

from .counting import count, discard
from .factories import AdvertiserFactory, CampaignFactory, CreativeFactory, FlightFactory, days

NOW = datetime.datetime(2026, 11, 26, 2, 0, tzinfo=datetime.UTC)


def written(campaign, **more) -> bytes:
    made = paper.written(report_on(campaign, **more), Publication.current())
    assert made.startswith(b"%PDF-") and made.rstrip().endswith(b"%%EOF")
    return made


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def pictures(pdf: bytes) -> int:
    return len(re.findall(rb"/Subtype /Image", pdf))


def texts(monkeypatch) -> list[str]:
    """What is set in the document, as it is written: the file itself holds numbers of glyphs."""
    seen: list[str] = []
    plain = typesetting.plain

    def kept(text, face="Vera"):
        seen.append(plain(text, face))
        return seen[-1]

    monkeypatch.setattr(typesetting, "plain", kept)
    return seen


def webp(name: str, size=(640, 200)) -> str:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "WEBP")
    return default_storage.save(name, ContentFile(out.getvalue()))


@pytest.mark.django_db
def test_pdf_has_letterhead_contract_figures_and_fingerprint(monkeypatch):
    PublicationFactory(phone="0411-1234")
    campaign = CampaignFactory(
        advertiser=AdvertiserFactory(name="Toko Makmur"), name="Lebaran", contract="K-12/2026"
    )
    flight = FlightFactory(campaign=campaign, kind=FlightKind.STANDARD, goal=5000)
    count(flight.creatives.get(), 1500, 1400, 1200, 12)
    discard(flight.creatives.get(), "bot", 1234)
    seen = texts(monkeypatch)
    report = report_on(campaign)
    paper.written(report, Publication.current())
    for wanted in (
        "Kabar Tompolangi",
        "PT Kabar Tompolangi Media",
        "Toko Makmur",
        "Lebaran",
        "K-12/2026",
        "1.500",
        "1.200",
        "85,7%",
        "1,00%",
        "1.234",
        report.fingerprint,
    ):
        assert wanted in seen


@pytest.mark.django_db
def test_pdf_of_the_same_figures_at_the_same_time_is_the_same_bytes():
    PublicationFactory()
    flight = FlightFactory()
    count(flight.creatives.get(), 100, 90, 80, 1)
    assert written(flight.campaign, now=NOW) == written(flight.campaign, now=NOW)
    later = NOW + datetime.timedelta(hours=1)
    assert written(flight.campaign, now=NOW) != written(flight.campaign, now=later)


@pytest.mark.django_db
def test_pdf_of_nothing_is_one_page():
    assert pages(written(CampaignFactory())) == 1


@pytest.mark.django_db
def test_pdf_of_four_hundred_days_is_written():
    flight = FlightFactory(days=days(-400, 0), share=50)
    creative, placement = flight.creatives.get(), Placement.objects.get(key="article-top-1")
    start = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    HourCount.objects.bulk_create(
        HourCount(
            hour=start - datetime.timedelta(days=step),
            placement=placement,
            creative=creative,
            device=Device.PHONE,
            served=1_234_567,
            measured=1_234_567,
            viewable=1_000_000,
            clicks=10,
        )
        for step in range(1, 401)
    )
    assert 8 <= pages(written(flight.campaign)) <= 15


@pytest.mark.django_db
def test_pdf_of_three_hundred_creatives_is_written_with_forty_pictures():
    flight = FlightFactory(creatives=0)
    images = {"320x100": {"name": webp("sela/a.webp"), "width": 640, "height": 200}}
    CreativeFactory.create_batch(300, flight=flight, kind=CreativeKind.IMAGE, images=images)
    made = written(flight.campaign)
    assert pages(made) > 8
    # The same picture is kept once in the file.
    assert pictures(made) == 1
    assert len(made) < 400_000


@pytest.mark.django_db
def test_pdf_of_long_and_strange_names_is_written(monkeypatch):
    long = "Pt" + "x" * 110
    campaign = CampaignFactory(
        advertiser=AdvertiserFactory(name="<b>Toko</b> & <font color=red>店"), name=long
    )
    flight = FlightFactory(campaign=campaign, creatives=0, name="<para>&nbsp;</para><img src='x'/>")
    CreativeFactory(flight=flight, name="<a href='javascript:x'>" + "y" * 90, headline="</para>")
    count(flight.creatives.get(), 1)
    seen = texts(monkeypatch)
    written(campaign)
    assert "<b>Toko</b> & <font color=red>" + typesetting.plain("店") in seen


@pytest.mark.django_db
@pytest.mark.parametrize("content", [None, b"", b"RIFF????WEBPVP8 broken", b"<svg/>"])
def test_pdf_with_a_picture_that_is_gone_or_broken_says_so(content, monkeypatch):
    flight = FlightFactory(creatives=0)
    name = "sela/gone.webp"
    if content is not None:
        name = default_storage.save(name, ContentFile(content))
    creative = CreativeFactory(
        flight=flight,
        kind=CreativeKind.IMAGE,
        images={"320x100": {"name": name, "width": 320, "height": 100}},
    )
    Proof.objects.create(
        creative=creative,
        placement=Placement.objects.get(key="article-top-1"),
        address="/",
        image=name,
        width=1,
        height=1,
        taken_at=NOW,
    )
    made = written(flight.campaign)
    assert pictures(made) == 0


@pytest.mark.django_db
def test_pdf_shows_screenshots_with_time_page_and_device(monkeypatch):
    flight = FlightFactory()
    Proof.objects.create(
        creative=flight.creatives.get(),
        placement=Placement.objects.get(key="article-top-1"),
        address="/2026/11/20/panen/",
        image=webp("bukti/a.webp", (390, 844)),
        width=390,
        height=844,
        device=Device.PHONE,
        note="Difoto oleh Rahma",
        taken_at=NOW,
    )
    seen = texts(monkeypatch)
    assert pictures(written(flight.campaign)) == 1
    assert any("10.00 WITA" in text and "/2026/11/20/panen/" in text for text in seen)
    assert "Difoto oleh Rahma" in seen


@pytest.mark.django_db
def test_every_page_says_which_of_how_many_it_is(monkeypatch):
    flight = FlightFactory(creatives=0)
    CreativeFactory.create_batch(80, flight=flight)
    seen = texts(monkeypatch)
    number = pages(written(flight.campaign))
    assert number >= 3
    last = paper._("page %(page)s of %(pages)s") % {"page": number, "pages": number}
    assert last in seen


def test_what_the_letters_lack_is_marked_and_never_left_out():
    assert typesetting.plain("Toko 店 é – “a”") == f"Toko {typesetting.plain('店')} é – “a”"
    assert typesetting.plain("店") in {typesetting.MISSING, "?"}


@given(st.text(max_size=200))
def test_any_text_can_be_set(text):
    width, _height = Paragraph(typesetting.marked(text), typesetting.styles()["body"]).wrap(
        200, 1000
    )
    assert width <= 200


def test_fonts_are_embedded_and_readable_without_any_on_the_readers_computer():
    assert zlib.crc32(repr(sorted(typesetting.letters()["Vera"])).encode())
    for face in typesetting.letters().values():
        assert set(map(ord, "Bukti tayang 1.250,5 % – “” · ×")) <= face
