"""Every public address and every door, asked in ways that nobody thought of: no fault of ours, and nothing hidden is said.

A new address is asked too, without a line here: the addresses are those that Django resolves.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.conf import settings as project
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ads.doorway import Doorway as Candidates
from ads.models import Advertiser, Campaign
from articles.choices import Kind
from comments.choices import State
from newsroom.pages import PageHandler
from newsroom.watch.doorway import Watched
from pagecache.doorway import Doorway as Pages
from tests import factories as make
from tests.comments.people import member, written
from tests.comments.test_writing import form_of
from tests.pages import connections_stay, small_page_cache

from .site import Site, whole

pytestmark = pytest.mark.django_db

# How often each address is asked, and each door.
OFTEN, DOOR_OFTEN = 8, 12
FUZZ = {"suppress_health_check": list(HealthCheck), "database": None, "deadline": None}

# Stands beside each hidden word, so that a search may be about what is hidden without being about the word.
ABOUT = "Rahasiadapur"
HIDDEN = (
    *("zqdraft", "zqplanned", "zqscheduled", "zqwithdrawn", "zqover", "zqcopy"),
    *("zqchild", "zqtag", "zqcaption", "zqpending", "zqremoved", "zqremark"),
    *("zqdiscount", "zqmail", "zqledger"),
)
NEVER = (
    "Traceback (most recent call last)",
    "psycopg",
    "DJANGO_SETTINGS_MODULE",
    "OperationalError",
)

NASTY = [
    *(
        b"",
        b"\x00",
        b"a\x00b",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xc0\xaf",
        b"%",
        b"%zz",
    ),
    *(
        b"\r\nX: y",
        b"\n",
        b"\t",
        b" ",
        b"\x7f",
        b"\x1b[0m",
        b"../../etc/passwd",
        b"..\\..",
        b"//x.example",
    ),
    *(
        "\u202eterbalik".encode(),
        "مرحبا".encode(),
        "\u0301".encode() * 50,
        "\U0001f600".encode(),
        "İ".encode(),
    ),
    *(
        "\u0663".encode(),
        "１".encode(),
        b"-1",
        b"0",
        b"00",
        b"2147483648",
        b"9223372036854775808",
        b"9" * 30,
    ),
    *(
        b"9" * 5000,
        b"1e9",
        b"NaN",
        b"-0",
        b"1.5",
        b"0x1",
        b"true",
        b"null",
        b"[]",
        b"{}",
        b"[[[[[",
        b'"',
    ),
    *(
        b"'\"><script>",
        b"{{7*7}}",
        b"{% now 'Y' %}",
        b"' OR 1=1--",
        b"$$",
        b"a" * 5000,
        b"a" * 300,
        b"%s%n%d",
    ),
    *(
        b"9999",
        b"0000",
        b"13",
        b"31",
        b"99",
        b"2026-02-30",
        b"first",
        b"0.0-0",
        b"1.0-0",
        b"Zz-",
        b"_",
        b"-",
    ),
]
GARBAGE = (
    st.sampled_from(NASTY)
    | st.binary(max_size=24)
    | st.text(max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass"))
)


def routes() -> dict[str, dict[str, str]]:
    """Each public address as it is written, with what kind of value stands where."""

    def walk(
        patterns: list[Any], before: str, known: dict[str, str]
    ) -> Iterator[tuple[str, dict[str, str]]]:
        for one in patterns:
            if isinstance(one, URLResolver) and one.namespace == "admin":
                continue
            found = known | {
                name: type(converter).__name__.removesuffix("Converter")
                for name, converter in one.pattern.converters.items()
            }
            route = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield route, found
            else:
                yield from walk(one.url_patterns, route, found)

    return dict(walk(get_resolver().url_patterns, "/", {}))


class Asking:
    """The site as a server has it in front of it: the page cache, the candidates, and Django."""

    def __init__(self, site: Site) -> None:
        self.site = site
        rest = Watched(Candidates(WSGIHandler()))
        self.doorway = Pages(
            rest, small_page_cache(), renderer=Watched(PageHandler(), is_for_all=True)
        )
        self.faults: list[BaseException] = []
        self.numbers = itertools.count()

    def address(self) -> str:
        """Another one each time: what counts too many from one place is tested elsewhere."""
        number = next(self.numbers)
        return f"198.51.{number // 250 % 250}.{number % 250 + 1}"

    def ask(self, method: str, path: bytes, query: bytes, **headers: str) -> tuple[int, str]:
        told: list[Any] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "REMOTE_ADDR": self.address(),
            "HTTP_HOST": "testserver",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            **headers,
        }
        with connections_stay():
            body = self.doorway(environ, lambda *answer: told.append(answer))
            whole = b"".join(body)
            if hasattr(body, "close"):
                body.close()
        status, sent = told[-1][:2]
        lines = [f"{name}: {value}" for name, value in sent]
        return int(status[:3]), "\n".join([*lines, "", whole.decode("latin-1")])

    def judge(self, status: int, text: str, asked: Any) -> None:
        assert self.faults == [], (asked, self.faults)
        # 503 would be a fault of the database that was taken for its absence.
        assert status < 500, (status, asked)
        low = text.lower()
        said = [word for word in HIDDEN if word in low] + [word for word in NEVER if word in text]
        assert said == [], (said, asked)
        assert project.SECRET_KEY not in text


@pytest.fixture
def asking(db: None) -> Iterator[Asking]:
    site = whole()
    hide(site)
    one = Asking(site)

    def note(sender: Any, **more: Any) -> None:
        import sys

        one.faults.append(sys.exception() or RuntimeError("unknown"))

    got_request_exception.connect(note, dispatch_uid="fuzz")
    yield one
    got_request_exception.disconnect(dispatch_uid="fuzz")


def hide(site: Site) -> None:
    """Rows that no reader may learn of, each with a word of its own."""
    rows = site.rows
    place = {"section": rows.section, "place": rows.place}
    for word, state in (
        ("zqdraft", {}),
        ("zqscheduled", {"is_scheduled": True}),
        ("zqover", {"is_over": True, "kind": Kind.PAID, "sponsor": "zqover"}),
        ("zqwithdrawn", {"is_withdrawn": True}),
    ):
        hidden = make.ArticleFactory(
            headline=f"{ABOUT} {word}", slug=f"berita-{word[2:]}x", standfirst=f"{ABOUT} {word}",
            body=f"<p>{ABOUT} {word}</p>", desk_note="zqremark", **place, **state,
        )  # fmt: skip
        make.BylineFactory(article=hidden, author=rows.author)
        make.AttendanceFactory(article=hidden, person=make.PersonFactory(name=f"Andi {word}"))
        hidden.tags.set([make.TagFactory(name=f"laut {word}", slug=f"tanda-{word[2:]}x")])
    # A correction that is being written at a public story.
    child = make.PersonFactory(name=f"{ABOUT} Zqchild")
    protected = make.ArticleFactory(
        is_public=True, is_identity_protected=True, headline="Panti dibuka",
        body="<p>Isi.</p><figure><img src='/media/a.jpg' alt='zqcaption'><figcaption>zqcaption</figcaption></figure>",
        **place,
    )  # fmt: skip
    protected.tags.set([make.TagFactory(name="zqtag", slug="tanda-anak")])
    make.AttendanceFactory(article=protected, person=child)
    make.ArticlePhotoFactory(article=protected, caption="zqcaption", alt_text="zqcaption")
    written(rows.story, body=f"{ABOUT} zqpending", state=State.PENDING)
    written(rows.story, body=f"{ABOUT} zqremoved", state=State.REMOVED)
    written(rows.story, author=member(email="zqmail@example.org"))
    Advertiser.objects.update(notes="zqdiscount", contact_name="zqdiscount", address="zqdiscount")
    Campaign.objects.update(notes="zqdiscount", contract="zqledger")


def known_values(site: Site) -> dict[str, list[str]]:
    """Values that lead somewhere, by kind of place in an address."""
    rows = site.rows
    day = rows.story.published_on
    tokens = [
        part
        for address in site.behind_keys.values()
        for part in re.findall(r"/([^/]{20,})/", address)
    ]
    slugs = [
        getattr(rows, name).slug
        for name in ("story", "sibling", "protected", "withdrawn", "over", "draft", "scheduled", "section", "tag",
                     "author", "person", "merged", "private", "office", "thread", "page")
    ]  # fmt: skip
    slugs += [
        "berita-draftx",
        "berita-scheduledx",
        "berita-withdrawnx",
        "berita-overx",
        "tanda-draftx",
        "tanda-anak",
    ]
    slugs += ["pages", "people", f"{day:%Y-%m}", "front", "list", "article", "192"]
    pks = {
        getattr(rows, name).pk
        for name in ("story", "draft", "comment", "reply", "pending", "removed", "fallback")
    }
    return {
        "Year": [f"{day:%Y}"],
        "TwoDigit": [f"{day:%m}", f"{day:%d}"],
        "Slug": slugs,
        "Int": [str(pk) for pk in sorted(pks)] + ["1", "2"],
        "String": tokens,
        "Path": ["photos/a.jpg", "../../etc/passwd"],
    }


def near(known: list[str]) -> st.SearchStrategy[bytes]:
    """One of these, one of these with a letter changed or gone, or anything."""
    sure = st.sampled_from(known).map(str.encode)
    changed = st.tuples(
        sure, st.integers(0, 200), st.sampled_from([b"", b"A", b"\x00", b"\xff", b"/"])
    ).map(lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + 1 :])
    return sure | sure | changed | GARBAGE


# What views read, what others hang on, and names of nobody.
NAMES = (
    "q balas entri huruf orang rubrik sebagai sebelum sesudah setelah tahun tempat urut v next slot dari sampai only t"
    " lagi p page s feed m paged year monthnum day cat tag author_name utm_source fbclid x[] __proto__"
).split()


def queries(about: list[str]) -> st.SearchStrategy[bytes]:
    value = GARBAGE | st.sampled_from(about).map(str.encode)
    pair = st.tuples(st.sampled_from(NAMES) | st.text(max_size=3), value).map(
        lambda both: both[0].encode("utf-8", "replace") + b"=" + quote_from_bytes(both[1]).encode()
    )
    raw = st.binary(max_size=20).map(lambda text: text.replace(b"\n", b"").replace(b"\r", b""))
    return (
        st.lists(pair, max_size=3).map(b"&".join) | st.lists(pair, max_size=3).map(b"&".join) | raw
    )


HEADERS = st.dictionaries(
    st.sampled_from(
        ["HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT", "HTTP_COOKIE", "HTTP_REFERER", "HTTP_RANGE",
         "HTTP_USER_AGENT", "HTTP_X_FRAGMENT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_AUTHORIZATION",
         "HTTP_X_FORWARDED_FOR", "HTTP_X_REQUEST_ID", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_SEC_FETCH_SITE"]
    ),
    GARBAGE.map(lambda text: text.decode("latin-1").replace("\n", "").replace("\r", "")),
    max_size=2,
)  # fmt: skip
METHODS = st.sampled_from(
    ["GET"] * 12 + ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"]
)


def test_no_public_address_fails_or_says_what_is_hidden(asking: Asking) -> None:
    known = known_values(asking.site)
    about = [ABOUT, ABOUT.lower(), "laut", "terbaru", "dikutip", "2026-11-01", *known["Int"]]
    all_routes = routes()
    assert len(all_routes) > 90
    statuses = {
        status
        for route, kinds in all_routes.items()
        for status in ask_often(
            asking, route, {name: near(known[kinds[name]]) for name in kinds}, about
        )
    }
    assert {200, 301, 302, 404, 405, 410} <= statuses


def ask_often(
    asking: Asking, route: str, values: dict[str, st.SearchStrategy[bytes]], about: list[str]
) -> set[int]:
    """Ask one address with many values; the statuses that came."""
    pieces = re.split(r"<(?:\w+:)?(\w+)>", route)
    statuses: set[int] = set()

    @settings(max_examples=OFTEN, **FUZZ)
    @given(METHODS, st.fixed_dictionaries(values), queries(about), HEADERS)
    def ask(method: str, parts: dict[str, bytes], query: bytes, headers: dict[str, str]) -> None:
        path = b"".join(parts[one] if turn % 2 else one.encode() for turn, one in enumerate(pieces))
        status, text = asking.ask(method, path, query, **headers)
        asking.judge(status, text, (method, path, query, headers))
        statuses.add(status)

    ask()
    return statuses


@settings(max_examples=60, **FUZZ)
@given(st.lists(GARBAGE, max_size=5), GARBAGE)
def test_no_address_of_nobody_fails(asking: Asking, parts: list[bytes], query: bytes) -> None:
    path = b"/" + b"/".join(parts)
    raw = query.replace(b"\n", b"").replace(b"\r", b"")
    asking.judge(*asking.ask("GET", path, raw), (path, raw))


def test_a_search_for_a_hidden_word_answers_as_for_a_word_that_there_is_not(
    asking: Asking,
) -> None:
    """What was typed stands in the field again; nothing else of the page knows the word."""

    def answer(address: bytes, word: str) -> tuple[int, str]:
        status, text = asking.ask("GET", address, f"q={word}".encode())
        return status, re.sub(f"(?i){word}", "…", text.partition("\n\n")[2])

    for address in (b"/cari/", b"/cari/saran.json"):
        nothing = answer(address, "zqxwvutsrq")
        for word in HIDDEN:
            assert answer(address, word) == nothing, (address, word)


# Doors: what takes a form


def bodies(fields: list[str], about: list[str]) -> st.SearchStrategy[tuple[str, bytes]]:
    """A content type and a body: mostly a form with these fields, sometimes anything."""
    value = GARBAGE | st.sampled_from(about).map(str.encode)
    pair = st.tuples(st.sampled_from(fields), value).map(
        lambda both: both[0].encode() + b"=" + quote_from_bytes(both[1]).encode()
    )
    form = st.lists(pair, max_size=len(fields) + 1).map(b"&".join)
    usual = form.map(lambda body: ("application/x-www-form-urlencoded", body))
    parted = st.tuples(st.sampled_from(fields), value).map(
        lambda both: (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="'
            + both[0].encode()
            + b'"\r\n\r\n'
            + both[1]
            + b"\r\n--x--\r\n",
        )
    )
    odd = st.tuples(
        st.sampled_from(
            [
                "multipart/form-data; boundary=x",
                "multipart/form-data",
                "application/json",
                "text/plain",
                "",
            ]
        ),
        GARBAGE,
    )
    return usual | usual | usual | parted | odd


def doors(site: Site) -> dict[str, list[str]]:
    """By address the fields that its form has."""
    rows, keys = site.rows, site.behind_keys
    return {
        f"/komentar/{rows.story.pk}/tulis/": [
            "body",
            "token",
            "balas",
            "parent",
            "website",
            "csrfmiddlewaretoken",
        ],
        f"/komentar/{rows.draft.pk}/tulis/": ["body", "token"],
        f"/komentar/k/{rows.comment.pk}/lapor/": ["reason", "note"],
        f"/komentar/k/{rows.comment.pk}/sunting/": ["body"],
        f"/komentar/k/{rows.comment.pk}/hapus/": ["next"],
        "/akun/masuk/": ["login", "email", "next"],
        "/akun/daftar/": ["email", "name", "terms", "next", "website"],
        "/akun/kode/": ["code", "action", "next"],
        "/akun/daftar/kode/": ["code", "action", "next", "email"],
        "/akun/keluar/": ["next"],
        "/akun/": ["do", "name", "terms", "mail_replies", "next"],
        "/akun/hapus/": ["code", "confirm", "what"],
        "/akun/hapus/kode/": ["code"],
        "/admin/login/": ["username", "password", "next"],
        "/buletin/": ["email", "surel", "rubrik", "website"],
        keys["confirm"]: ["rubrik", "List-Unsubscribe"],
        keys["choose"]: ["rubrik", "semua"],
        keys["leave"]: ["List-Unsubscribe"],
        keys["sign-off"]: ["name", "answer", "note"],
    }


def test_no_door_fails_whatever_is_sent(asking: Asking) -> None:
    unknown, reader = (Client(raise_request_exception=False) for _one in range(2))
    own = member("Baso Lapantun", email="pembaca@example.org")
    reader.force_login(own)
    token = form_of(reader, asking.site.rows.story)["token"]
    about = [
        "x",
        "Setuju sekali dengan ini.",
        token,
        "own@example.org",
        "spam",
        "other",
        "yes",
        "no",
        "name",
        "join",
        "1",
    ]
    for address, fields in doors(asking.site).items():
        send_often(asking, (unknown, reader), own, address, bodies(fields, about))


def send_often(
    asking: Asking,
    clients: tuple[Client, Client],
    own: Any,
    address: str,
    strategy: st.SearchStrategy[tuple[str, bytes]],
) -> None:
    unknown, reader = clients

    @settings(max_examples=DOOR_OFTEN, **FUZZ)
    @given(st.booleans(), strategy)
    def send(is_known: bool, sent: tuple[str, bytes]) -> None:
        kind, body = sent
        client = reader if is_known else unknown
        more = {"REMOTE_ADDR": asking.address()}
        response = client.generic("POST", address, body, kind, **more)
        lines = [f"{name}: {value}" for name, value in response.headers.items()]
        text = "\n".join([*lines, response.content.decode("utf-8", "replace")])
        asking.judge(response.status_code, text, (address, kind, body))
        if is_known and not client.session.get("_auth_user_id"):
            # It signed out, or erased itself.
            client.force_login(own)

    send()


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)
NUMBERS = st.integers(-1, 3) | st.sampled_from([2**31, 2**63 - 1, 2**63, 10**30]) | JSONS
WORDS = (
    st.sampled_from(["article", "phone", "front:0:x", "a.b.c", "m", "v", "\x00", "é" * 200]) | JSONS
)
TOLD = st.fixed_dictionaries(
    {
        "visit": st.uuids().map(str) | WORDS,
        "page": WORDS,
        "t": NUMBERS,
        "m": WORDS,
        "device": WORDS,
        "drawn": st.lists(st.tuples(NUMBERS, NUMBERS, WORDS), max_size=3) | JSONS,
        "told": st.lists(st.tuples(WORDS, WORDS), max_size=3) | JSONS,
    }
)


@pytest.mark.parametrize("address", ["/s/tiba", "/s/lihat"])
def test_nothing_that_a_browser_tells_of_advertisements_fails(asking: Asking, address: str) -> None:
    @settings(max_examples=60, **FUZZ)
    @given((TOLD | JSONS).map(lambda one: json.dumps(one).encode()) | GARBAGE)
    def send(body: bytes) -> None:
        client = Client(raise_request_exception=False)
        more = {"REMOTE_ADDR": asking.address()}
        response = client.generic("POST", address, body, "application/json", **more)
        asking.judge(response.status_code, response.content.decode(), (address, body))

    send()
