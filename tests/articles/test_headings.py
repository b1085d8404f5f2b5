"""Headings have addresses in the page, made of their words; long texts have a table of contents."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.headings import Heading, contents, with_ids
from articles.sanitise import clean_body


def test_heading_gets_an_id_of_its_words():
    body, found = with_ids("<p>A</p><h2>Empat <em>jam</em> hujan &amp; air</h2><h3>Yang lain</h3>")
    assert body == (
        '<p>A</p><h2 id="bagian-empat-jam-hujan-air">Empat <em>jam</em> hujan &amp; air</h2>'
        '<h3 id="bagian-yang-lain">Yang lain</h3>'
    )
    assert found == [
        Heading(2, "bagian-empat-jam-hujan-air", "Empat jam hujan & air"),
        Heading(3, "bagian-yang-lain", "Yang lain"),
    ]


def test_same_words_are_told_apart():
    _body, found = with_ids("<h2>Air</h2><h2>Air</h2><h2>Air 2</h2>")
    assert [one.id for one in found] == ["bagian-air", "bagian-air-2", "bagian-air-2-2"]


def test_heading_without_latin_letters_has_an_id_too():
    _body, found = with_ids("<h2>水</h2><h2>…</h2>")
    assert [one.id for one in found] == ["bagian", "bagian-2"]


@pytest.mark.parametrize("body", ["<h2></h2>", "<h2> <br></h2>", "<p>A</p>", ""])
def test_what_says_nothing_is_no_heading(body):
    assert with_ids(body) == (body, [])


def test_heading_in_something_else_is_no_part_of_the_text():
    body = "<blockquote><h3>Dalam</h3></blockquote><table><tr><td><h2>Sel</h2></td></tr></table>"
    assert with_ids(body) == (body, [])


def test_id_is_as_long_as_an_address_may_be():
    _body, (one,) = with_ids(f"<h2>{'panjang ' * 40}</h2>")
    assert len(one.id) <= len("bagian-") + 60 and not one.id.endswith("-")


@pytest.mark.parametrize(("headings", "words", "shown"), [(2, 900, 0), (3, 499, 0), (3, 500, 3)])
def test_only_a_long_text_with_parts_has_contents(headings, words, shown):
    rows = [Heading(2, f"bagian-{n}", str(n)) for n in range(headings)]
    assert len(contents(rows, words)) == shown


def test_contents_of_very_many_headings_are_its_parts():
    rows = [Heading(3 if n % 3 else 2, f"bagian-{n}", str(n)) for n in range(40)]
    assert [one.level for one in contents(rows, 900)] == [2] * 14
    alike = [Heading(3, f"bagian-{n}", str(n)) for n in range(40)]
    assert contents(alike, 900) == alike


PIECES = st.sampled_from(
    [
        "<h2>",
        "</h2>",
        "<h3>",
        "</h3>",
        "<p>",
        "</p>",
        "<li>",
        "Air",
        "a>b",
        "&lt;",
        "<br>",
        '<a href="x>y">',
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_nothing_but_ids_is_added_and_each_once(source):
    clean = clean_body(source)
    body, found = with_ids(clean)
    ids = re.findall(r' id="([^"]*)"', body)
    assert ids == [one.id for one in found]
    assert len(set(ids)) == len(ids)
    assert re.sub(r' id="[^"]*"', "", body) == clean
