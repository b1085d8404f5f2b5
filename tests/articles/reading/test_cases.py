"""The table of cases.py, row by row."""

import pytest

from articles.reading import read, read_list
from tests.articles.reading import cases


def rows(mentions) -> list[str]:
    return [cases.row(m) for m in mentions]


@pytest.mark.parametrize(("text", "expected"), cases.table(cases.LISTS))
def test_a_list_of_those_present_becomes_rows(text, expected):
    assert rows(read(text)) == expected


@pytest.mark.parametrize(("text", "expected"), cases.table(cases.SENTENCES))
def test_a_sentence_tells_who_was_there_and_for_whom(text, expected):
    assert rows(read(text)) == expected


@pytest.mark.parametrize(("text", "expected"), cases.table(cases.QUOTES))
def test_a_statement_is_given_to_who_made_it(text, expected):
    assert rows(read(text)) == expected


@pytest.mark.parametrize(("text", "expected"), cases.table(cases.PASTED))
def test_a_pasted_list_becomes_rows(text, expected):
    # A slash stands for the end of a line; "1424/Sinjai" has none of that.
    assert rows(read_list(text.replace("/", "\n"))) == expected


@pytest.mark.parametrize(("text", "expected"), cases.table(cases.UNKNOWN_PLACES))
def test_a_place_that_no_list_has_is_no_part_of_a_name(text, expected):
    assert rows(read(text)) == expected


@pytest.mark.parametrize(("text", "expected"), cases.table(cases.KNOWN_PLACES))
def test_what_the_newsroom_knows_is_no_part_of_a_name(text, expected):
    assert rows(read(text, known=cases.KNOWN)) == expected
