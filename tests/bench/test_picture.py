"""The curves of growth as a picture."""

from xml.etree import ElementTree

import pytest

from bench.speed.picture import curves_of, svg

SVG = "{http://www.w3.org/2000/svg}"
CURVES = {
    "front page": [(1_000_000, 12.0), (10_000, 10.0)],
    "search: <rare>": [(10_000, 5.0), (100_000, 7.0), (1_000_000, 15.0)],
    "measured once": [(10_000, 5.0)],
}


def test_each_page_of_two_sizes_has_its_curve_and_its_name():
    drawn = ElementTree.fromstring(svg(CURVES, {"pages: 1.5": 1.5}))
    assert len(drawn.findall(f"{SVG}polyline")) == 2
    words = [text.text for text in drawn.iter(f"{SVG}text")]
    # What grew most stands first.
    assert [word for word in words if word.endswith("×") and ":" in word] == [
        "search: <rare>: 3.00 ×",
        "front page: 1.20 ×",
    ]
    assert {"10,000", "100,000", "1,000,000", "pages: 1.5"} <= set(words)


def test_a_curve_begins_at_the_left_and_rises_when_times_grow():
    drawn = ElementTree.fromstring(svg(CURVES, {}))
    points = [
        tuple(map(float, point.split(",")))
        for point in drawn.find(f"{SVG}polyline").attrib["points"].split()
    ]
    assert points[0][0] == 60.0
    assert points[0][1] > points[1][1] > points[2][1]


def test_it_has_colours_for_dark_pages():
    assert "prefers-color-scheme: dark" in svg(CURVES, {})


def test_one_size_is_no_curve():
    with pytest.raises(ValueError, match="no curves"):
        svg({"front page": [(10_000, 10.0)]}, {})


def test_the_curves_are_found_in_the_results_of_a_run():
    results = {
        "rows": [
            {"measure": "cached", "parts": {"br": {"ratio_by_rate": 0.9}, "rounds": 3}},
            {"measure": "pages", "parts": {"front": {"curve": {"100000": 2.5, "10000": 2.0}}}},
        ]
    }
    assert curves_of(results) == {"front": [(10_000, 2.0), (100_000, 2.5)]}


def test_of_many_pages_those_that_grow_most_are_named():
    many = {f"page {n}": [(10_000, 10.0), (100_000, 10.0 + n)] for n in range(1, 31)}
    drawn = ElementTree.fromstring(svg(many, {}))
    assert len(drawn.findall(f"{SVG}polyline")) == 30
    words = [text.text for text in drawn.iter(f"{SVG}text") if ":" in (text.text or "")]
    assert (words[0], words[-2:]) == (
        "page 30: 4.00 ×",
        ["page 11: 2.10 ×", "10 others: 1.10 to 2.00 ×"],
    )
