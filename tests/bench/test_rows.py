"""Ratios come from rounds in turn; the table says what was met, missed and not measured."""

from dataclasses import dataclass

import pytest

from bench.speed.growing import rows_of
from bench.speed.rows import BEGIN, END, Row, compare, documented, table


@dataclass
class Found:
    rate: float
    cpu: float


def test_whoever_was_first_is_second_in_the_next_round():
    order = []

    def asking(name):
        def ask(number):
            order.append(f"{name}{number}")
            return Found(rate=10, cpu=1)

        return ask

    compare(asking("ours"), asking("theirs"), rounds=3)
    assert order == ["ours0", "theirs0", "theirs1", "ours1", "ours2", "theirs2"]


def test_the_ratio_is_the_median_of_the_rounds_and_not_of_the_rates():
    ours, theirs = [80, 8, 40], [100, 10, 100]
    found = compare(lambda n: Found(ours[n], cpu=20), lambda n: Found(theirs[n], cpu=10), rounds=3)
    assert (found.rate, found.low, found.high) == (0.8, 0.4, 0.8)
    assert found.cpu == 0.5
    assert found.parts()["ours_per_s"] == 40


def test_the_table_tells_met_from_missed_and_from_not_measured():
    rows = [
        Row("one", "≥ 1", "1.2", True),
        Row("two", "≥ 1", "0.7", False),
        Row("three", "≥ 1", why="wrk is not installed"),
    ]
    assert table(rows).splitlines() == [
        "| measure | aim | measured | met |",
        "| --- | --- | --- | --- |",
        "| one | ≥ 1 | 1.2 | yes |",
        "| two | ≥ 1 | 0.7 | **no** |",
        "| three | ≥ 1 | not measured: wrk is not installed | – |",
    ]


def test_growth_is_two_rows_and_each_names_the_worst():
    page = {"queries": [4, 4]}
    pages, search = rows_of(
        {
            "sizes": [10_000, 1_000_000],
            "pages": {
                "front": {"p50": [10.0, 11.0], "ratio": 1.1, **page},
                "archive: day": {"p50": [10.0, 16.0], "ratio": 1.6, **page},
                "search: rare": {"p50": [10.0, 29.0], "ratio": 2.9, **page},
            },
        }
    )
    assert pages.measure == "any public page or changelist at 1,000,000 ÷ at 10,000 (p50)"
    assert (pages.value, pages.is_met) == ("1.60 at worst (archive: day); 1 of 2 above", False)
    assert (search.value, search.is_met) == ("2.90 at worst (search: rare); 0 of 1 above", True)
    assert pages.parts["front"]["curve"] == {"10000": 10.0, "1000000": 11.0}


def test_one_size_does_not_grow():
    pages, _search = rows_of(
        {
            "sizes": [10_000],
            "pages": {"front": {"p50": [10.0], "ratio": 1.0, "queries": [4]}},
        }
    )
    assert (pages.value, pages.is_met, pages.why) == (None, None, "it needs two sizes")


FACTS = {"date": "2026-11-26T20:00:00", "commit": "0123456789abcdef", "stories": 9800, "nginx": "1"}


def test_the_table_takes_the_place_of_the_one_before():
    document = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    said = documented(document, FACTS, [Row("one", "≥ 1", "1.2", True)])
    assert said.startswith(f"before\n{BEGIN}\n\n2026-11-26, commit 0123456789ab, 9,800 stories.")
    assert said.endswith(f"| one | ≥ 1 | 1.2 | yes |\n\n{END}\nafter\n")
    assert "old" not in said


def test_a_document_without_a_place_for_it_is_left_alone():
    with pytest.raises(ValueError, match="has no"):
        documented("text", FACTS, [])
