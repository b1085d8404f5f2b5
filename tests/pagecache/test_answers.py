"""A page as it goes out."""

from __future__ import annotations

import gzip
import pickle

import brotli
import pytest

from pagecache.answers import BROTLI, GZIP, LEAST, PLAIN, Answer, encoding_for, known_by

BODY = b"Pelabuhan ramai lagi. " * 50


def answer(body: bytes = BODY, *headers: tuple[str, str]) -> Answer:
    return Answer(
        "200 OK", [("Content-Type", "text/html"), ("Content-Length", "7"), *headers], body
    )


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", PLAIN),
        ("gzip", GZIP),
        ("gzip, deflate, br", BROTLI),
        ("BR;q=1.0, gzip;q=0.5", BROTLI),
        ("br;q=0, gzip", GZIP),
        ("br; q=0.000, gzip;q=0", PLAIN),
        ("*", BROTLI),
        ("*;q=0", PLAIN),
        ("br;q=0, *", GZIP),
        ("identity", PLAIN),
        (";;;,,q=0", PLAIN),
    ],
)
def test_the_best_encoding_that_is_allowed(accepted, encoding):
    assert encoding_for(accepted) == encoding


def test_every_encoding_holds_the_same_text_under_a_mark_of_its_own():
    page = answer()
    ready = [page.ready(encoding) for encoding in (PLAIN, GZIP, BROTLI)]
    assert (
        ready[0].body == gzip.decompress(ready[1].body) == brotli.decompress(ready[2].body) == BODY
    )
    assert len({one.etag for one in ready}) == 3
    for one in ready:
        headers = dict(one.headers)
        assert headers["Content-Length"] == str(len(one.body))
        assert headers["Vary"] == "Accept-Encoding"
        assert headers["ETag"] == one.etag


def test_equal_pages_have_equal_marks_on_every_machine():
    assert answer().ready(GZIP).body == answer().ready(GZIP).body
    assert answer().ready(BROTLI).etag == answer().ready(BROTLI).etag
    assert answer(b"x" * 300).ready(PLAIN).etag != answer(b"y" * 300).ready(PLAIN).etag


def test_what_is_short_is_not_compressed():
    ready = answer(b"x" * (LEAST - 1)).ready(BROTLI)
    assert ready.body == b"x" * (LEAST - 1)
    assert "Content-Encoding" not in dict(ready.headers)


def test_a_304_tells_nothing_of_a_body():
    told = dict(answer(BODY, ("Cache-Control", "public")).ready(GZIP).unchanged)
    assert set(told) == {"Cache-Control", "Vary"}


def test_marks_are_known_whatever_a_proxy_made_of_them():
    ready = answer(BODY).ready(PLAIN)
    etag = ready.etag
    for asked in (etag, f"W/{etag}", f'"b", W/{etag} ,"c"', "*"):
        assert known_by(ready, asked) == etag
    for asked in ('"b"', "", etag.replace('"', ""), f'{etag[:-1]}-br"'):
        assert known_by(ready, asked) is None


def test_mark_of_what_another_process_compressed_well_is_known_to_who_did_it_quickly():
    page = answer(BODY)
    quick, best = page.ready(BROTLI), page.ready(BROTLI)
    assert known_by(quick, best.etag) == best.etag
    # The other way round it is sent: it is smaller.
    assert known_by(best, quick.etag) is None


def test_it_survives_the_disk_without_what_is_made_again():
    page = answer()
    page.ready(BROTLI)
    again = pickle.loads(pickle.dumps(page))
    assert again._ready == {}
    assert brotli.decompress(again.ready(BROTLI).body) == page.body
