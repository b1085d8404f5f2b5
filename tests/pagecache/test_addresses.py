"""Which addresses are answered from what was kept, and under which key."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from newsroom.importing.addresses import old_path
from newsroom.importing.records import Site
from pagecache.addresses import (
    FORMER,
    LONGEST_PATH,
    LONGEST_QUERY,
    NEVER,
    READ,
    TRACKING,
    TRACKING_PREFIXES,
    page_of,
)

# Views that readers reach, whoever they are; those of the desk and of one person read what they like.
PUBLIC = [
    "articles/views",
    "articles/search_suggest.py",
    "articles/search_view.py",
    "articles/feeds.py",
    "articles/sitemaps.py",
    "articles/ninjs.py",
    "articles/popolo.py",
    "articles/keyset.py",
    "comments/views",
    "newsletter/views",
    "ads/views/sellers.py",
]
NAMES = st.sampled_from([*READ, *sorted(TRACKING)[:5], "utm_source", "p", "id", "q "]) | st.text(
    max_size=6
)
QUERIES = st.lists(st.tuples(NAMES, st.text(max_size=8)), max_size=8)


def page(path: str = "/terkini/", query: str = "", method: str = "GET"):
    return page_of({"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query})


def _sources():
    for name in PUBLIC:
        path = Path(settings.BASE_DIR) / name
        yield from path.rglob("*.py") if path.is_dir() else [path]


def test_every_parameter_that_a_public_view_reads_tells_pages_apart():
    found = set()
    for file in _sources():
        text = file.read_text()
        found |= set(re.findall(r"GET(?:\.get\(|\[|\.getlist\()\s*\"(\w+)\"", text))
        found |= set(re.findall(r"\"(\w+)\"(?: not)? in request\.GET", text))
        # However else somebody reads it, this test has to learn it.
        assert not re.search(
            r"request\.GET(?!\.get\(|\[|\.getlist\(|$|\b *\n)", re.sub(r"in request\.GET", "", text)
        ), file
    assert found
    assert found <= READ


@given(QUERIES, st.randoms(use_true_random=False))
def test_neither_order_nor_tracking_makes_another_page(items, random):
    known = {name: value for name, value in items if name in READ}
    once = list(known.items())
    shuffled = [*once, ("utm_source", "wa"), ("fbclid", "x")]
    random.shuffle(shuffled)
    plain, tracked = page(query=urlencode(once)), page(query=urlencode(shuffled))
    if plain and tracked:
        assert plain[0] == tracked[0]
        assert tracked[2], "nothing but tracking was left out"


@given(QUERIES)
def test_two_queries_with_one_key_are_the_same_to_views(items):
    query = urlencode(items)
    found = page(query=query)
    if found is None:
        assert len(query) > LONGEST_QUERY
        return
    key, told, is_whole = found
    assert key == (f"/terkini/?{told}" if told else "/terkini/")
    # What a view reads of the query that it gets is what it would have read of the whole one.
    views, whole = parse_qs(told, keep_blank_values=True), parse_qs(query, keep_blank_values=True)
    assert set(views) == READ & set(whole)
    assert all(views[name] == whole[name][-1:] for name in views)
    assert is_whole == all(
        name in READ or name in TRACKING or name.startswith(("utm_", "pk_", "mtm_", "hsa_"))
        for name in whole
    )


@given(st.text(alphabet="abq=&?%;+#/ \x00é", max_size=30))
def test_no_query_makes_the_key_of_another_address(query):
    found = page(query=query)
    if found is not None:
        path, _mark, told = found[0].partition("?")
        assert path == "/terkini/"
        assert set(parse_qs(told, keep_blank_values=True)) <= READ


def test_only_reading_is_answered_from_what_was_kept():
    assert page() is not None
    assert page(method="HEAD") == page()
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "get"):
        assert page(method=method) is None


@pytest.mark.parametrize("path", NEVER)
def test_what_is_of_one_person_goes_through(path):
    assert page(path) is None
    assert page(f"{path}x/") is None


@pytest.mark.parametrize(
    "path",
    [
        "/komentar/7/formulir/",
        "/komentar/7/tulis/",
        "/komentar/7/saya/",
        *(f"/komentar/k/7/{name}/" for name in ("diterima", "sunting", "hapus", "lapor")),
    ],
)
def test_forms_and_a_readers_own_go_through(path):
    assert page(path) is None


def test_addresses_without_end_go_through():
    assert page("/" + "a" * LONGEST_PATH) is None
    assert page(query="q=" + "a" * LONGEST_QUERY) is None


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/?p=12",
            "/?page_id=2",
            "/?attachment_id=7",
            "/?cat=4",
            "/?m=202403",
            "/?m=1",
            "/?author=3",
        ),
        *("/?s=banjir", "/?feed=rss2", "/?tag=sinjai", "/?name=banjir", "/?pagename=redaksi"),
        *("/?post_type=berita&p=12", "/?post_type=product&#038;p=12", "/?year=2024&monthnum=3"),
        *("/?q=node/12", "/?option=com_content&view=article&id=12", "/?berita=12", "/?id=12"),
    ],
)
def test_what_an_import_keeps_as_an_old_address_of_the_front_page_goes_through(address):
    kept = old_path(f"https://lama.example{address}", Site(base_url="https://lama.example"))
    path, _mark, query = kept.partition("?")
    assert path == "/"
    assert page(path, query) is None


@pytest.mark.parametrize("query", ["foo=1", "P=12", "foo=1&fbclid=x", "=", "foo", "p_=1", "%70x=1"])
def test_any_other_parameter_of_the_front_page_is_left_out_like_tracking(query):
    assert page("/", query) == ("/", "", False)


def test_no_former_parameter_is_tracking():
    assert not FORMER & TRACKING
    assert not [name for name in FORMER if name.startswith(TRACKING_PREFIXES)]


def test_the_address_of_another_system_goes_through():
    assert page("/", "p=12") is None
    assert page("/", "p=12&utm_source=wa") is None
    assert page("/", "foo=1&p=12") is None
    assert page("/", "utm_source=wa") == ("/", "", True)
    # Elsewhere the page is asked first: most unknown parameters are only another way to follow readers around.
    assert page("/index.php", "id=4") == ("/index.php", "", False)
