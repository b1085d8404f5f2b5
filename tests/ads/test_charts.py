"""Charts as geometry, and as the SVG that pages print."""

from __future__ import annotations

import datetime
import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from ads import charts

FIRST = datetime.date(2026, 11, 1)


def days(numbers):
    return [(FIRST + datetime.timedelta(days=step), n) for step, n in enumerate(numbers)]


def svg(chart):
    html = render_to_string("ads/report/chart.html", {"chart": chart, "name": "one"})
    return ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])


def test_bars_are_as_high_as_their_values_say():
    chart = charts.views_by_day(days([0, 50, 100]))
    assert [bar.height for bar in chart.bars] == [0.0, 55.0, 110.0]
    assert [label.text for label in chart.labels] == ["100", "1 Nov 2026", "3 Nov 2026"]


def test_bars_of_more_than_92_days_are_weeks():
    chart = charts.views_by_day(days([1] * 400))
    assert len(chart.bars) == 58
    assert chart.bars[0].title.endswith(": 7")


def test_goal_course_goes_from_nothing_to_the_goal():
    chart = charts.goal_course(
        days([100, 100]), FIRST, FIRST + datetime.timedelta(days=9), goal=1000
    )
    promised, had = chart.strokes
    assert promised.points == ((0.0, 128.0), (360.0, 18.0))
    assert had.points == ((0.0, 128.0), (36.0, 117.0), (72.0, 106.0))
    assert [label.text for label in chart.labels if label.role == "had"] == ["200"]


def test_goal_course_beyond_the_goal_stays_in_the_box():
    chart = charts.goal_course(days([3000]), FIRST, FIRST, goal=1000)
    assert chart.strokes[1].points[-1] == (360.0, 18.0)


def test_share_of_one_day_is_a_dot_with_its_day():
    chart = charts.share_by_day([(FIRST, 30.0)], sold=30)
    assert chart.strokes[1].dot == (180.0, 18.0)
    assert [label.text for label in chart.labels if label.role == "scale"] == ["1 Nov 2026"]
    assert [one.get("cx") for one in svg(chart).iter("circle")] == ["180.0"]


@given(st.floats(0, 100), st.integers(1, 100))
def test_no_line_goes_through_the_last_share(share, sold):
    chart = charts.share_by_day([(FIRST, 0.0), (FIRST + datetime.timedelta(days=1), share)], sold)
    level, end = chart.strokes[0].points[1][1], chart.strokes[1].points[1][1]
    sold_at, had_at = (label.y for label in chart.labels if label.role in ("promised", "had"))
    assert not had_at - 9 < level < had_at + 1
    assert not had_at - 9 < end < had_at + 1
    assert abs(had_at - sold_at) >= 9


def test_share_stands_against_what_was_sold():
    chart = charts.share_by_day(
        [(FIRST, 15.0), (FIRST + datetime.timedelta(days=1), 30.0)], sold=30
    )
    assert chart.strokes[0].points == ((0.0, 18.0), (360.0, 18.0))
    assert chart.strokes[1].points == ((0.0, 73.0), (360.0, 18.0))


@pytest.mark.parametrize(
    "chart",
    [
        charts.views_by_day([]),
        charts.views_by_day(days([0])),
        charts.views_by_hour([]),
        charts.views_by_hour([(hour, 0) for hour in range(24)]),
        charts.goal_course([], FIRST, FIRST, goal=1),
        charts.share_by_day([], sold=30),
        charts.share_by_day([(FIRST, 0.0)], sold=1),
    ],
)
def test_chart_without_anything_is_drawn_all_the_same(chart):
    drawn = svg(chart)
    assert drawn.find("{*}title").text and drawn.find("{*}desc").text


def test_svg_has_title_description_and_no_style_or_script(settings):
    drawn = svg(charts.views_by_hour([(hour, hour * 1000) for hour in range(24)]))
    assert drawn.get("role") == "img"
    assert drawn.get("aria-labelledby") == "one-title one-desc"
    texts = [node.text for node in drawn.findall("{*}text")]
    assert texts == ["23.000", "00", "06", "12", "18"]
    assert not drawn.findall(".//{*}style") and not drawn.findall(".//{*}script")
    assert not any(node.get("style") for node in drawn.iter())


def test_svg_numbers_have_a_point_whatever_the_language():
    drawn = svg(charts.views_by_day(days([1, 2, 3, 7, 11, 13, 17])))
    for bar in drawn.findall("{*}rect"):
        for name in ("x", "y", "width", "height"):
            assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", bar.get(name))


@given(st.lists(st.integers(0, 10**9), max_size=500))
def test_bars_stay_in_the_box_and_keep_their_order(numbers):
    chart = charts.views_by_day(days(numbers))
    for bar in chart.bars:
        assert bar.x >= 0 and bar.x + bar.width <= charts.WIDTH + 0.1
        assert 18 <= bar.y <= 128 and bar.height >= 0
    if len(numbers) <= charts.MOST_BARS and numbers:
        tallest = max(range(len(numbers)), key=numbers.__getitem__)
        assert chart.bars[tallest].y == 18.0 or not any(numbers)


@given(st.lists(st.integers(0, 10**6), max_size=60), st.integers(1, 10**7))
def test_course_stays_in_the_box(numbers, goal):
    last = FIRST + datetime.timedelta(days=max(len(numbers) - 1, 0))
    chart = charts.goal_course(days(numbers), FIRST, last, goal)
    for stroke in chart.strokes:
        assert all(0 <= x <= 360 and 18 <= y <= 128 for x, y in stroke.points)
