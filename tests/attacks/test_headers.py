"""What each kind of answer tells a browser to insist on: one table, and what differs from it with its reason."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import OperationalError
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

import newsroom.urls
from ads.doorway import Doorway as Candidates
from newsroom.media import FILE_POLICY
from newsroom.urls import handler400, handler403, handler404, handler500  # noqa: F401 - Django looks here
from tests.ads.factories import FlightFactory
from tests.factories import ArticleFactory

from . import markup
from .site import Site, whole

pytestmark = pytest.mark.django_db


def fails(request: Any) -> None:
    raise RuntimeError("A fault of ours")


def is_cut_off(request: Any) -> None:
    raise OperationalError("the connection is lost")


urlpatterns = [
    path("gagal/", fails),
    path("putus/", is_cut_off),
    *newsroom.urls.urlpatterns,
]

# In the order in which nobody cares: a policy's directives.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
FORBIDDEN = ", ".join(f"{name}=()" for name in project.FORBIDDEN_FEATURES)
HSTS = "max-age=31536000; includeSubDomains; preload"
# Every answer says this, but for what its kind says otherwise below.
EVERY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": HSTS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": FORBIDDEN,
    "Content-Security-Policy": POLICY,
}


@dataclass(frozen=True)
class Kind:
    """Args: what is asked for; the answer's status; what it says otherwise; None: it says nothing of it."""

    ask: str
    status: int = 200
    but: Mapping[str, Any] = field(default_factory=dict)


# The address is the key: nobody is told it.
UNTOLD = {"Referrer-Policy": "no-referrer"}
# The same, with a form, which a browser would send without an origin.
UNTOLD_FORM = {"Referrer-Policy": "strict-origin"}
# Nothing runs in what is not out yet.
NO_SCRIPT = {"Content-Security-Policy": POLICY | {"script-src": "'none'"}}
# A picture is seen before it is sent, and one that was pasted before it is refused.
DESK = {"Content-Security-Policy": POLICY | {"img-src": "'self' blob: data:"}}
# The player of the film that stands in the story, after a tap.
FILM = {
    "Content-Security-Policy": POLICY | {"frame-src": "https://www.youtube-nocookie.com"},
}
# Files of ours, of which none is a page.
STATIC = {"Content-Security-Policy": None, "Permissions-Policy": None}
UPLOAD = {"Content-Security-Policy": FILE_POLICY}

KINDS = {
    "front": Kind("/"),
    "list": Kind("/terkini/"),
    "search": Kind("/cari/?q=laut"),
    "story with a film": Kind("{film}", but=FILM),
    "moved": Kind("/2020/", 301),
    "not found": Kind("/tidak-ada/", 404),
    "refused host": Kind("host:salah_nama.example/", 400),
    "refused method": Kind("post:/terkini/", 405),
    "fault of ours": Kind("/gagal/", 500),
    "database away": Kind("/putus/", 503),
    "form below a story": Kind("/komentar/{story}/formulir/"),
    "sign in": Kind("/akun/masuk/"),
    "own page, unknown": Kind("/akun/", 302),
    "newsletter": Kind("/buletin/"),
    "preview": Kind("{preview}", but=UNTOLD | NO_SCRIPT),
    "preview, ended": Kind("/pratinjau/berita/x/", 404, but=UNTOLD | NO_SCRIPT),
    "sign-off": Kind("{sign-off}", but=UNTOLD_FORM),
    "advertisement on a page": Kind("{ad-preview}", but=UNTOLD_FORM),
    "report": Kind("{report-campaign}", but=UNTOLD),
    "report, CSV": Kind("{report-csv}", but=UNTOLD),
    "report, PDF": Kind("{report-pdf}", but=UNTOLD),
    "confirm": Kind("{confirm}", but=UNTOLD_FORM),
    "choose": Kind("{choose}", but=UNTOLD_FORM),
    "leave": Kind("{leave}", but=UNTOLD_FORM),
    "click": Kind("/s/ke/{creative}", 302, but={"Referrer-Policy": "origin"}),
    "counting": Kind("post:/s/tiba", 400),
    "health": Kind("/healthz"),
    "readiness": Kind("/readyz?only=database"),
    "figures": Kind("/metrics"),
    "icon": Kind("/favicon.ico", 302),
    "static": Kind("/static/site/site.css", but=STATIC),
    "static, an icon that could be a page": Kind("/static/site/icon.svg", but=STATIC),
    "static, none": Kind("/static/none.css", 404),
    "upload": Kind("/media/a.webp", but=UPLOAD),
    "upload, none": Kind("/media/b.webp", 404),
    "desk, sign in": Kind("/admin/login/"),
    "desk, unknown": Kind("/admin/", 302, but=DESK),
    "desk": Kind("desk:/admin/", but=DESK),
    "desk, a story": Kind("desk:/admin/articles/article/{story}/change/", but=DESK),
    "desk, a list": Kind("desk:/admin/articles/article/", but=DESK),
    "desk, its words for scripts": Kind("desk:/admin/jsi18n/", but=DESK),
    "desk, not found": Kind("desk:/admin/articles/none/", 404),
    "desk, nothing to see": Kind("desk:/admin/articles/article/0/change/", 302, but=DESK),
}


def told(headers: Mapping[str, str]) -> dict[str, Any]:
    """Of what the table is about; a policy taken apart."""
    found: dict[str, Any] = {name: headers.get(name) for name in EVERY}
    policy = found["Content-Security-Policy"]
    if policy and policy != FILE_POLICY:
        parts = [one.partition(" ") for one in policy.split("; ")]
        found["Content-Security-Policy"] = {name: value for name, _blank, value in parts}
    return found


@pytest.fixture
def secure(settings: Any) -> None:
    """As in production, over https."""
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.ROOT_URLCONF = __name__
    settings.DEBUG = False


@pytest.fixture
def site(secure: None) -> Site:
    return whole()


def places(site: Site) -> dict[str, Any]:
    # Not the newest, on which an advertisement is tried.
    before = timezone.now() - datetime.timedelta(days=3)
    film = ArticleFactory(
        is_public=True, publish_at=before, body="<p>https://youtu.be/aqz-KE-bpKQ</p>"
    )
    Path(project.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    (Path(project.MEDIA_ROOT) / "a.webp").write_bytes(b"picture")
    return {
        **site.behind_keys,
        "film": film.get_absolute_url(),
        "story": site.rows.story.pk,
        "creative": site.rows.sold.creatives.get().pk,
    }


def test_every_kind_of_answer_says_what_the_table_says(site: Site) -> None:
    reader, staff = Client(raise_request_exception=False), Client(raise_request_exception=False)
    staff.force_login(site.chief)
    where = places(site)
    wrong = {}
    for name, kind in KINDS.items():
        how, _colon, address = kind.ask.rpartition(":")
        address = address.format(**where)
        more: dict[str, Any] = {"secure": True}
        if how == "host":
            host, slash, rest = address.partition("/")
            address, more["headers"] = slash + rest, {"host": host}
        client = staff if how == "desk" else reader
        response = client.post(address, **more) if how == "post" else client.get(address, **more)
        found = {"status": response.status_code} | told(response.headers)
        wanted = {"status": kind.status} | EVERY | kind.but
        if found != wanted:
            wrong[name] = {key: found[key] for key in wanted if found[key] != wanted[key]}
    assert not wrong, json.dumps(wrong, indent=1)


def test_a_page_that_is_kept_says_the_same_each_time_and_when_nothing_changed(
    site: Site, reader: Any
) -> None:
    frames = {"frame-src"}
    for address in site.rows.addresses:
        first = reader.get(address, **{"wsgi.url_scheme": "https"})
        again = reader.get(address, **{"wsgi.url_scheme": "https"})
        for page in (first, again):
            found = told(page.headers)
            policy = found["Content-Security-Policy"]
            assert {key: value for key, value in policy.items() if key not in frames} == POLICY
            assert found | {"Content-Security-Policy": POLICY} == EVERY, address
        if first.status == 200 and "ETag" in first.headers:
            known = {"HTTP_IF_NONE_MATCH": first.headers["ETag"]}
            unchanged = reader.get(address, **known, **{"wsgi.url_scheme": "https"})
            assert unchanged.status == 304, address
            # What a browser has of the page comes with the policy that it had.
            assert unchanged.headers.get("Content-Security-Policy", "'none'").count("'none'") > 0


def test_candidates_that_are_answered_before_django_wakes_are_data_and_nothing_else() -> None:
    FlightFactory()
    answered: list[Any] = []
    ask = {"REQUEST_METHOD": "GET", "PATH_INFO": "/s/front"}
    Candidates(lambda *asked: pytest.fail("went through"))(ask, lambda *a: answered.append(a))
    ((status, headers),) = answered
    assert (status, dict(headers)["Content-Type"]) == ("200 OK", "application/json")
    assert dict(headers)["X-Content-Type-Options"] == "nosniff"


def test_what_no_page_may_use_can_be_left_to_the_web_server_in_front(settings: Any) -> None:
    settings.SEND_PERMISSIONS_POLICY = False
    answer = Client().get("/robots.txt")
    assert answer.status_code == 200
    assert "Permissions-Policy" not in answer.headers
    settings.SEND_PERMISSIONS_POLICY = True
    assert Client().get("/robots.txt").headers["Permissions-Policy"] == FORBIDDEN


def test_no_policy_of_the_settings_lets_anything_unsafe_in() -> None:
    for sources in project.CONTENT_SECURITY_POLICY["DIRECTIVES"].values():
        assert not [one for one in sources if "unsafe" in one or one.endswith(":") or "*" in one]


def test_no_page_has_a_script_a_style_or_a_handler_in_it(site: Site) -> None:
    """So that the policy needs neither `unsafe-inline` nor a hash: every public page, every page of the desk."""
    reader, staff = Client(), Client()
    staff.force_login(site.chief)
    asked = [(reader, one) for one in (*site.rows.addresses, *site.behind_keys.values())]
    asked += [(staff, one) for one in desk_addresses(site)]
    judged = 0
    for client, address in asked:
        response = client.get(address)
        if response.status_code not in {200, 404, 410}:
            continue
        if response.get("Content-Type", "").startswith("text/html"):
            faults = markup.faults(response.content.decode())
            assert faults == [], (address, faults)
            judged += 1
    assert judged > 140


def desk_addresses(site: Site) -> list[str]:
    """All of the desk that needs no row, and the form of a row of each table."""
    from django.contrib import admin
    from django.urls import NoReverseMatch, get_resolver

    names = {
        name
        for name in get_resolver().namespace_dict["admin"][1].reverse_dict
        if isinstance(name, str)
    }
    found = []
    for name in sorted(names - {"logout"}):
        try:
            found.append(reverse(f"admin:{name}"))
        except NoReverseMatch:
            continue
    for model in admin.site._registry:
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            of = f"{model._meta.app_label}_{model._meta.model_name}"
            for view in ("change", "history", "delete"):
                address = _reversed(f"admin:{of}_{view}", row.pk)
                found += [address] if address else []
    story = site.rows.story.pk
    for view in ("preview_story", "copydesk_story", "live", "thread", "then", "compare"):
        address = _reversed(f"admin:articles_article_{view}", story)
        found += [address] if address else []
    return found


def _reversed(name: str, pk: Any) -> str | None:
    from django.urls import NoReverseMatch

    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return None
