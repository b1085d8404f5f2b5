"""Screenshots as run, by hand and by the server's own browser."""

from __future__ import annotations

import datetime
import io
import os
import stat

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from ads import proofs
from ads.models import Placement, Proof
from articles.models import Place
from tests.factories import ArticleFactory, StaffFactory, TagFactory, province

from .factories import CreativeFactory, FlightFactory, days

pytestmark = pytest.mark.django_db


def picture(kind="JPEG", **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (390, 844), "navy").save(out, kind, **more)
    return out.getvalue()


@pytest.fixture
def desk(client, django_user_model):
    user = StaffFactory(is_superuser=True)
    client.force_login(user)
    return client


def fields(flight, **more):
    return {
        "image": SimpleUploadedFile("layar.jpg", picture()),
        "creative": flight.creatives.get().pk,
        "placement": flight.placements.get().pk,
        "address": "/2026/11/20/panen/",
        "device": "phone",
        "taken_at": f"{timezone.localtime() - datetime.timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "note": "Rahma, di Pasar Sentral",
        **more,
    }


def send(desk, flight, **more):
    url = reverse("admin:ads_proof_upload", args=[flight.campaign_id])
    return desk.post(url, fields(flight, **more))


def test_upload_is_written_anew_and_kept_with_who_took_it(desk):
    flight = FlightFactory()
    exif = Image.Exif()
    exif[0x010F] = "Kamera Rahasia"
    answer = send(desk, flight, image=SimpleUploadedFile("a.jpg", picture(exif=exif.tobytes())))
    assert answer.status_code == 302
    proof = Proof.objects.get()
    kept = proof.image.read()
    assert kept[8:12] == b"WEBP" and b"Rahasia" not in kept
    assert (proof.width, proof.height, proof.device) == (390, 844, "phone")
    assert proof.note == "Rahma, di Pasar Sentral" and proof.taken_by is not None
    page = desk.get(reverse("admin:ads_report", args=[flight.campaign_id]))
    assert "Rahma, di Pasar Sentral" in page.content.decode()


@pytest.mark.parametrize("content", [b"", b"no picture", b"<svg onload=alert(1)>", b"GIF89a"])
def test_upload_that_is_no_picture_is_refused_and_nothing_typed_is_lost(desk, content):
    flight = FlightFactory()
    answer = send(desk, flight, image=SimpleUploadedFile("a.jpg", content))
    assert answer.status_code == 400
    assert "Rahma, di Pasar Sentral" in answer.content.decode()
    assert not Proof.objects.exists()


def test_upload_for_a_creative_of_another_campaign_is_refused(desk):
    flight, other = FlightFactory(), FlightFactory()
    assert send(desk, flight, creative=other.creatives.get().pk).status_code == 400
    other_slot = Placement.objects.get(key="article-top-2")
    assert send(desk, flight, placement=other_slot.pk).status_code == 400
    assert not Proof.objects.exists()


def test_upload_from_the_future_is_refused(desk):
    flight = FlightFactory()
    ahead = timezone.localtime() + datetime.timedelta(hours=2)
    assert send(desk, flight, taken_at=f"{ahead:%Y-%m-%dT%H:%M}").status_code == 400


@pytest.mark.parametrize("ago", [8, 2])
def test_upload_of_a_day_on_which_the_flight_did_not_run_is_refused_with_a_sentence(desk, ago):
    flight = FlightFactory(days=days(-7, -2))
    taken_at = timezone.localtime() - datetime.timedelta(days=ago)
    answer = send(desk, flight, taken_at=f"{taken_at:%Y-%m-%dT%H:%M}")
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["taken_at"]
    assert not Proof.objects.exists()
    for kept in (7, 3):
        taken_at = timezone.localtime() - datetime.timedelta(days=kept)
        assert send(desk, flight, taken_at=f"{taken_at:%Y-%m-%dT%H:%M}").status_code == 302


def fake_browser(folder, page: str, *, writes=True, seconds=0):
    """A program that answers as a headless Chromium does: a picture, and the page it had."""
    (folder / "shot.png").write_bytes(picture("PNG"))
    (folder / "page.html").write_text(page)
    program = folder / "chromium"
    copy = f'cp "{folder}/shot.png" "${{one#--screenshot=}}"' if writes else "true"
    program.write_text(
        "#!/bin/sh\n"
        f'sleep {seconds}\nfor one in "$@"; do case "$one" in --screenshot=*) {copy};; esac; done\n'
        f'cat "{folder}/page.html"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_picture_is_kept_only_when_the_page_says_that_the_creative_was_drawn(tmp_path, settings):
    ArticleFactory(is_public=True)
    flight = FlightFactory()
    key = flight.creatives.get().pk
    slot = '<div class="sela" data-sela="article-top-1"{}></div>'
    for attribute, kept in (("", 0), (f' data-sela-shown="{key + 1}"', 0)):
        settings.CHROMIUM = fake_browser(tmp_path, slot.format(attribute))
        assert proofs.take_all() == kept
    settings.CHROMIUM = fake_browser(tmp_path, slot.format(f' data-sela-shown="{key}"'))
    assert proofs.take_all() == len(flight.placements.get().sizes)
    proof = Proof.objects.first()
    assert proof.taken_by is None and proof.address.startswith("/20")
    # Once a day is enough.
    assert proofs.take_all() == 0


def test_what_waits_longest_for_a_picture_comes_first_and_what_failed_comes_last(
    tmp_path, settings, monkeypatch
):
    settings.CHROMIUM = fake_browser(tmp_path, "")
    monkeypatch.setattr(proofs, "MOST_A_RUN", 1)
    ArticleFactory(is_public=True)
    flights = [FlightFactory(share=20, device="phone") for _step in range(3)]
    one, two, three = (flight.creatives.get() for flight in flights)
    placement = Placement.objects.get(key="article-top-1")
    for creative, ago in ((one, 2), (two, 3)):
        taken_at = timezone.now() - datetime.timedelta(days=ago)
        Proof.objects.create(
            creative=creative,
            placement=placement,
            device="phone",
            width=1,
            height=1,
            taken_at=taken_at,
        )
    assert [creative for creative, _placement, _device in proofs.due()] == [three, two, one]
    # Nothing is drawn: the next run tries another.
    for rest in ([two, one, three], [one, three, two], [three, two, one]):
        assert proofs.take_all() == 0
        assert [creative for creative, _placement, _device in proofs.due()] == rest


def test_creative_with_a_picture_of_today_is_not_due():
    flight = FlightFactory(device="phone")
    Proof.objects.create(
        creative=flight.creatives.get(),
        placement=flight.placements.get(),
        device="phone",
        width=1,
        height=1,
        taken_at=timezone.now(),
    )
    assert proofs.due() == []


def test_no_picture_is_wanted_on_a_screen_for_which_there_is_no_size():
    flight = FlightFactory(creatives=0)
    size = flight.placements.get().sizes["phone"]
    image = {"name": "sela/one.webp", "width": 64, "height": 40}
    CreativeFactory(flight=flight, kind="image", images={size: image}, approved=True)
    wanted = [device for _creative, _placement, device in proofs.due()]
    assert wanted == [key for key, one in flight.placements.get().sizes.items() if one == size]
    assert "desktop" not in wanted


@time_machine.travel("2026-11-26 10:00:00+08:00", tick=False)
def test_flight_of_the_evening_is_due_in_the_evening():
    FlightFactory(device="phone", from_hour=18, until_hour=22)
    assert proofs.due() == []
    with time_machine.travel("2026-11-26 19:00:00+08:00", tick=False):
        assert len(proofs.due()) == 1


def test_page_of_a_picture_is_a_story_that_the_flight_may_stand_beside():
    tag = TagFactory(name="laut")
    south = province("73")
    regency = Place.objects.filter(parent=south).first()
    fitting = {"is_public": True, "place": regency, "tags": ["laut"]}
    wanted = ArticleFactory(**fitting)
    for more in (
        {"is_identity_protected": True},
        {"is_tragedy": True},
        {"kind": "paid", "sponsor": "X"},
    ):
        ArticleFactory(**fitting | more)
    ArticleFactory(**fitting | {"place": None})
    ArticleFactory(**fitting | {"tags": []})
    flight = FlightFactory(tags=[tag], places=[south])
    creative = flight.creatives.get()
    assert proofs.page_of(flight.placements.get(), creative) == wanted.get_absolute_url()
    for key in ("front-top", "list-top"):
        other = Placement.objects.filter(page_class=key.partition("-")[0]).first()
        assert proofs.page_of(other, creative) is None


def test_creative_drawn_at_another_placement_is_no_proof():
    page = (
        '<div data-sela="article-top-2" data-sela-shown="7"></div><div data-sela="article-top-1">'
    )
    assert proofs.is_drawn(page, "article-top-2", 7)
    assert not proofs.is_drawn(page, "article-top-1", 7)
    assert not proofs.is_drawn(page, "article-top-2", 77)


def test_browser_that_hangs_is_ended_and_nothing_is_kept(tmp_path, settings, monkeypatch):
    ArticleFactory(is_public=True)
    FlightFactory()
    settings.CHROMIUM = fake_browser(tmp_path, "", seconds=30)
    monkeypatch.setattr(proofs, "WAIT_SECONDS", 0.2)
    assert proofs.take_all() == 0
    assert not Proof.objects.exists()


def test_browser_that_writes_no_picture_leaves_none(tmp_path, settings):
    ArticleFactory(is_public=True)
    key = FlightFactory().creatives.get().pk
    page = f'<div data-sela="article-top-1" data-sela-shown="{key}"></div>'
    settings.CHROMIUM = fake_browser(tmp_path, page, writes=False)
    assert proofs.take_all() == 0


def test_without_a_browser_nothing_is_taken(settings):
    settings.CHROMIUM = os.devnull + "/none"
    FlightFactory()
    assert proofs.take_all() == 0
