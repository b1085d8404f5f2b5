"""Nothing that somebody puts into an address, a form or a row leads away from this site.

The doors of readers are held by tests/accounts/test_doors.py, with the same list.
"""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse

from articles.admin.duplicates import DuplicatesMixin
from articles.models import Redirect
from tests.ads.factories import FlightFactory
from tests.factories import ArticleFactory, PublicationFactory, StaffFactory

from . import corpus

pytestmark = pytest.mark.django_db

HOST = "testserver"


def leads_inside(location: str) -> bool:
    """As a browser reads it: white space and control characters go, a backslash is a slash."""
    read = re.sub(r"[\x00-\x20]", "", location).replace("\\", "/")
    if re.match(r"[a-z][a-z0-9+.-]*:", read, re.I):
        return read.startswith(f"http://{HOST}/")
    return not read.startswith("//")


@pytest.fixture
def payloads() -> list[str]:
    found = corpus.redirects()
    assert len(found) > 400
    return found


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(StaffFactory(is_superuser=True))
    return client


@pytest.mark.parametrize("location", ["//x.example", "/\\x.example", "/\t/x.example", "https://x.example", "javascript:x", "http://testserver.x.example/"])  # fmt: skip
def test_what_leads_away_is_told(location: str) -> None:
    assert not leads_inside(location)


def test_no_address_leads_away(client: Client, payloads: list[str]) -> None:
    """The payload as the path, after one slash and after two."""
    PublicationFactory()
    asked = [one for text in payloads[::6] for one in (f"/{text}", f"//{text}")]
    moved = 0
    for path in ["/terkini", "/2020/", *asked]:
        response = client.generic("GET", quote(path, safe="/%:@\\?&=;"))
        if response.has_header("Location"):
            moved += 1
            assert leads_inside(response["Location"]), (path, response["Location"])
    assert moved >= 2


@pytest.mark.parametrize(
    "asked",
    [
        *("/?s=", "/?p=", "/?feed=", "/?tag=", "/?author_name=", "/?category_name=", "/search?q=", "/?m=", "/?url="),
        *("/category/", "/author/", "/feeds/posts/default/-/", "/cari/?q=", "/terkini/?sebelum=", "/2020/?next="),
        *("/lama/?next=", "/favicon.ico?next="),
    ],
)  # fmt: skip
def test_no_query_of_another_system_leads_away(client: Client, payloads, asked: str) -> None:
    PublicationFactory()
    Redirect.objects.create(path="/lama/", target="/terkini/")
    for payload in payloads[::30]:
        response = client.get(asked + quote(payload, safe=""))
        if response.has_header("Location"):
            assert leads_inside(response["Location"]), (asked, payload, response["Location"])


def test_no_row_of_old_addresses_leads_away(client: Client, payloads: list[str]) -> None:
    """Either the database refuses the target, or a browser that is sent there stays here."""
    PublicationFactory()
    kept = 0
    for number, payload in enumerate(
        [*payloads, "/\t/x.example", "/\n/x.example", "/%09/x.example"]
    ):
        try:
            with transaction.atomic():
                Redirect.objects.create(path=f"/lama-{number}/", target=payload)
        except (IntegrityError, ValueError):
            continue
        kept += 1
        response = client.get(f"/lama-{number}/")
        assert response.status_code == 301
        assert leads_inside(response["Location"]), (payload, response["Location"])
    assert kept > 0


def test_the_desk_leads_only_inside(staff: Client, payloads: list[str]) -> None:
    for payload in payloads:
        response = staff.post("/admin/language/", {"language": "id", "next": payload})
        assert leads_inside(response["Location"]), payload
        request = RequestFactory().post("/admin/")
        request._post = QueryDict(mutable=True)  # type: ignore[attr-defined]
        request._post["next"] = payload  # type: ignore[attr-defined]
        assert leads_inside(DuplicatesMixin._back(request)), payload


def test_signing_in_and_out_of_the_desk_leads_only_inside(payloads: list[str]) -> None:
    StaffFactory(email="rani@example.org", password="kata-sandi-panjang", is_superuser=True)
    for number, payload in enumerate(payloads[::40]):
        client = Client(REMOTE_ADDR=f"198.51.100.{number + 1}")
        address = f"{reverse('admin:login')}?next={quote(payload, safe='')}"
        form = {"username": "rani@example.org", "password": "kata-sandi-panjang", "next": payload}
        response = client.post(address, form)
        assert response.status_code == 302, payload
        assert leads_inside(response["Location"]), payload
        # Who is in already is sent on at once.
        again = client.get(address)
        assert not again.has_header("Location") or leads_inside(again["Location"]), payload
        out = client.post(reverse("admin:logout"), {"next": payload})
        assert not out.has_header("Location") or leads_inside(out["Location"]), payload


def test_a_click_leads_to_the_address_that_was_sold_whatever_is_asked(
    client: Client, payloads: list[str]
) -> None:
    """The one way out, and it is an https address that somebody of the house has approved."""
    ArticleFactory(is_public=True)
    creative = FlightFactory().creatives.get()
    for payload in payloads[::40]:
        for name in ("t", "next", "url", "link", "to"):
            response = client.get(f"/s/ke/{creative.pk}", {name: payload})
            assert response["Location"] == "https://toko.example/pakan"
