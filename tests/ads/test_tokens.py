"""What we sign cannot be made, changed or used for anything else."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads import tokens
from ads.tokens import Forged, Page, Showing

SHOWING = Showing(uuid.UUID(int=77), 1_795_000_000, 3, 12, 4711, 5, "desktop")


@given(
    st.builds(
        Showing,
        number=st.uuids(),
        at=st.integers(0, 2**32 - 1),
        placement=st.integers(1, 2**32 - 1),
        creative=st.none() | st.integers(1, 2**63),
        article=st.none() | st.integers(1, 2**63),
        section=st.none() | st.integers(1, 2**31),
        device=st.sampled_from(["phone", "desktop"]),
    )
)
def test_a_showing_comes_back_as_it_went(showing):
    assert tokens.read_showing_token(tokens.showing_token(showing)) == showing


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_showing_with_one_changed_byte_is_forged(place, change):
    token = bytearray(tokens.showing_token(SHOWING), "ascii")
    place %= len(token)
    token[place] = (token[place] + change) % 256
    text = token.decode("latin-1")
    # The last letter of a base64 text holds bits that mean nothing; the same bytes are the same token.
    try:
        assert tokens.read_showing_token(text) == SHOWING
    except Forged:
        return
    assert place == len(token) - 1


@given(st.text(max_size=120))
def test_any_other_text_is_forged(text):
    with pytest.raises(Forged):
        tokens.read_showing_token(text)
    with pytest.raises(Forged):
        tokens.read_page_token(text)


def test_a_token_of_another_secret_is_forged(settings):
    showing, page = tokens.showing_token(SHOWING), tokens.page_token(Page("article", 5, 4711))
    settings.SECRET_KEY = "another secret"
    with pytest.raises(Forged):
        tokens.read_showing_token(showing)
    with pytest.raises(Forged):
        tokens.read_page_token(page)


def test_what_an_earlier_secret_signed_counts_while_it_is_remembered(settings):
    showing, page = tokens.showing_token(SHOWING), tokens.page_token(Page("article", 5, 4711))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret"
    assert tokens.read_showing_token(showing) == SHOWING
    assert tokens.read_page_token(page) == Page("article", 5, 4711)
    assert tokens.showing_token(SHOWING) != showing


@pytest.mark.parametrize(
    "page",
    [Page("article", 5, 4711), Page("article", 5), Page("front"), Page("list", 3), Page("list")],
)
def test_a_page_comes_back_as_it_went(page):
    assert tokens.read_page_token(tokens.page_token(page)) == page
    assert tokens.page_of_key(page.key) == Page(page.page_class, page.section)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "article-",
        "article-0",
        "article-07",
        "article-x",
        "article--1",
        "article-1-2",
        "front/",
        "ARTICLE",
        "article-９",
        "article-1234567890",
        "list-\x00",
        "front-",
    ],
)
def test_what_is_no_page_class_has_no_candidates(key):
    assert tokens.page_of_key(key) is None


def test_a_mark_holds_for_one_time_page_class_placement_and_creative_only():
    signature = tokens.mark(1000, "article-5", 3, 12)
    assert tokens.is_marked(signature, 1000, "article-5", 3, 12)
    assert not tokens.is_marked(signature, 1001, "article-5", 3, 12)
    assert not tokens.is_marked(signature, 1000, "article-6", 3, 12)
    assert not tokens.is_marked(signature, 1000, "article-5", 4, 12)
    assert not tokens.is_marked(signature, 1000, "article-5", 3, 13)
    assert not tokens.is_marked(signature, 1000, "article-5", 3, None)
    assert not tokens.is_marked("é", 1000, "article-5", 3, 12)


def test_a_page_token_is_no_mark_and_the_other_way_round():
    text = "article-5.4711"
    signature = tokens.page_token(Page("article", 5, 4711)).rpartition(".")[2]
    assert signature != tokens._sign("mark", text)


def test_the_number_of_a_showing_is_the_same_when_told_again_and_another_for_everything_else():
    visit, other = uuid.UUID(int=1), uuid.UUID(int=2)
    numbers = [
        tokens.showing_number(visit, 1000, "article-5.4711", 3, 12),
        tokens.showing_number(other, 1000, "article-5.4711", 3, 12),
        tokens.showing_number(visit, 1001, "article-5.4711", 3, 12),
        tokens.showing_number(visit, 1000, "article-5.4712", 3, 12),
        tokens.showing_number(visit, 1000, "article-5.4711", 4, 12),
        tokens.showing_number(visit, 1000, "article-5.4711", 3, None),
    ]
    assert len(set(numbers)) == len(numbers)
    assert tokens.showing_number(visit, 1000, "article-5.4711", 3, 12) == numbers[0]


@pytest.mark.parametrize(
    ("after", "late"), [(0, False), (7200, False), (7200.5, True), (7201, True)]
)
def test_two_hours_later_is_too_late(after, late):
    assert tokens.is_late(1000, 1000 + after) is late


@pytest.mark.parametrize(("before", "ahead"), [(0, False), (5, False), (6, True)])
def test_a_clock_may_be_five_seconds_ahead(before, ahead):
    assert tokens.is_ahead(1000 + before, 1000) is ahead
