"""Manifest, service worker, and what they are told."""

from __future__ import annotations

import datetime
import io
import json
import re

import pytest
import time_machine
from django.utils import timezone
from PIL import Image

from articles.models import Redirect
from articles.views.installable import MOST_DAYS
from tests.factories import (
    ArticleFactory,
    BreakingNewsFactory,
    CorrectionFactory,
    PublicationFactory,
)

pytestmark = pytest.mark.django_db


def told(client) -> dict:
    program = client.get("/sw.js").content.decode()
    return json.loads(re.match(r"const KEPT = (.*);\n", program)[1])


def test_manifest_can_be_installed_from(client):
    PublicationFactory(name="Kabar Tompolangi", tagline="Dari pelabuhan")
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json; charset=utf-8"
    found = answer.json()
    assert (found["id"], found["start_url"], found["scope"]) == ("/", "/", "/")
    assert (found["name"], found["short_name"]) == ("Kabar Tompolangi", "Kabar")
    assert (found["display"], found["lang"]) == ("standalone", "id")
    assert found["background_color"] == found["theme_color"] == "#fffefb"
    assert [(one["sizes"], one["purpose"]) for one in found["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for one in found["icons"]:
        icon = client.get(one["src"])
        side = int(one["sizes"].partition("x")[0])
        assert Image.open(io.BytesIO(icon.content)).size == (side, side)
    for shortcut in found["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "short"),
    [("Tribun", "Tribun"), ("Palopo Pos", "Palopo Pos"), ("Tompolangimedianews Raya", "TR")],
)
def test_short_name_fits_below_an_icon(client, name, short):
    PublicationFactory(name=name)
    assert client.get("/manifest.webmanifest").json()["short_name"] == short


def test_worker_stands_at_the_root_and_is_asked_for_again_each_time(client):
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert client.get("/sw.js", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_worker_keeps_only_what_is_there(client):
    found = told(client)
    for address in (found["page"], found["gone"], found["colours"]):
        assert client.get(address).status_code == 200
    assert all(address.startswith("/") for address in found["files"])


def test_worker_leaves_the_desk_accounts_and_forms_alone(client):
    found = told(client)
    assert {"/admin/", "/akun/", "/s/", "/laporan/", "/pratinjau/"} <= set(found["never"])
    assert "/tulis/" in found["neverEnding"]
    assert not {"/static/", "/media/"} & set(found["never"])


def test_worker_that_is_switched_off_takes_itself_away(client, settings):
    settings.SERVICE_WORKER = False
    assert b"registration.unregister()" in client.get("/sw.js").content
    assert b"data-worker" not in client.get("/redaksi/").content
    settings.SERVICE_WORKER = True
    assert b'data-worker="/sw.js"' in client.get("/redaksi/").content


def test_page_without_a_line_has_no_news_that_breaks_today(client):
    PublicationFactory()
    BreakingNewsFactory(text="Gempa di laut")
    assert "Gempa di laut" in client.get("/redaksi/").content.decode()
    assert "Gempa di laut" not in client.get("/luring/").content.decode()


def test_page_without_a_line_is_no_page_for_search_engines(client):
    html = client.get("/luring/").content.decode()
    assert 'name="robots" content="noindex"' in html
    assert "<!--state-->" in html and "<!--kept-->" in html and "<!--end-->" in html


def test_what_was_taken_from_the_public_is_told_as_long_as_copies_are_shown(
    client, django_assert_num_queries
):
    ArticleFactory(is_public=True)
    withdrawn, over = ArticleFactory(is_withdrawn=True), ArticleFactory(is_over=True)
    CorrectionFactory(article=withdrawn, kind="withdrawal")
    for path in ("/2026/11/20/nama-lama/", "/?p=12"):
        Redirect.objects.create(path=path, article=withdrawn)
    with django_assert_num_queries(4):
        found = client.get("/luring/ditarik.json").json()
    paths = [withdrawn.get_absolute_url(), over.get_absolute_url()]
    assert found == [*paths, "/2026/11/20/nama-lama/"]
    with time_machine.travel(timezone.now() + datetime.timedelta(days=MOST_DAYS + 2)):
        assert client.get("/luring/ditarik.json").json() == []
