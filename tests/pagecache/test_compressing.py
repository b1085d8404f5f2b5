"""Answers in the encodings that browsers ask for: quickly at first, smaller when asked again."""

from __future__ import annotations

import gzip
import random

import brotli
import pytest

from pagecache.answers import BROTLI, GZIP, PLAIN, Answer

# As uneven as a text: in one that only repeats itself there is nothing to look for.
_WORDS = [
    f"{one}{other}{end}"
    for one in "pa ma su la ke".split()
    for other in "rang lut ngin".split()
    for end in "i kan an".split()
]
_chosen = random.Random(7)
BODY = "".join(
    f"<p>{' '.join(_chosen.choices(_WORDS, k=_chosen.randint(5, 40)))}.</p>" for _ in range(100)
).encode()
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "public")]
READ = {BROTLI: brotli.decompress, GZIP: gzip.decompress, PLAIN: bytes}


def answer() -> Answer:
    return Answer("200 OK", HEADERS, BODY)


@pytest.mark.parametrize("encoding", [BROTLI, GZIP, PLAIN])
def test_every_answer_is_the_page(encoding):
    found = answer()
    for _ in range(3):
        ready = found.ready(encoding)
        assert READ[encoding](ready.body) == BODY
        assert dict(ready.headers)["Content-Length"] == str(len(ready.body))
        assert dict(ready.headers).get("Content-Encoding", "") == encoding


@pytest.mark.parametrize("encoding", [BROTLI, GZIP])
def test_page_that_is_asked_for_again_is_made_smaller_once(encoding):
    found = answer()
    first, second, third = (found.ready(encoding) for _ in range(3))
    assert len(second.body) < len(first.body)
    assert third is second


@pytest.mark.parametrize("encoding", [BROTLI, GZIP])
def test_what_is_made_smaller_has_a_tag_of_its_own_so_that_a_cache_in_front_gets_it(encoding):
    found = answer()
    tags = [found.ready(encoding).etag for _ in range(3)]
    assert tags[0] != tags[1] == tags[2]


@pytest.mark.parametrize("encoding", [BROTLI, GZIP, PLAIN])
def test_the_same_page_has_the_same_tag_in_every_process(encoding):
    found, other = answer(), answer()
    assert [found.ready(encoding).etag for _ in range(2)] == [
        other.ready(encoding).etag for _ in range(2)
    ]


def test_tags_differ_between_encodings_and_pages():
    other = Answer("200 OK", HEADERS, BODY + b" ")
    tags = {one.ready(encoding).etag for one in (answer(), other) for encoding in READ}
    assert len(tags) == 6


def test_what_is_short_is_not_compressed():
    assert Answer("200 OK", HEADERS, b"ok").ready(BROTLI).body == b"ok"
