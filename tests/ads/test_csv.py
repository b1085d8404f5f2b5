"""The daily figures as a file for a spreadsheet."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ads.choices import Device
from ads.reports import Period, report_on, sheet
from tests.factories import SectionFactory

from .counting import count
from .factories import AdvertiserFactory, CampaignFactory, CreativeFactory, FlightFactory


def read(campaign):
    report = report_on(campaign)
    text = "".join(sheet.lines(campaign, report.period))
    assert text.startswith(sheet.MARK) and text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text.removeprefix(sheet.MARK)), delimiter=";")), report


@pytest.mark.django_db
def test_rows_are_days_placements_creatives_sections_and_screens_and_add_up():
    flight = FlightFactory(name="Minggu pertama", placements=("article-top-1", "article-top-2"))
    creative = flight.creatives.get()
    section = SectionFactory(name="Ekonomi; Bisnis")
    count(creative, 10, 9, 8, 1, at=9, section=section)
    count(creative, 5, 5, 5, 0, at=10, section=section)
    count(creative, 3, device=Device.DESKTOP)
    count(creative, 2, days_ago=2, placement="article-top-2")
    rows, report = read(flight.campaign)
    assert len(rows) == 3
    sums = [sum(int(row[name]) for row in rows) for name in list(rows[0])[-4:]]
    assert sums == report.total.numbers == [20, 19, 18, 1]
    columns = list(rows[0])
    merged = next(row for row in rows if row[columns[4]] == "Ekonomi; Bisnis")
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert [merged[name] for name in columns] == [
        yesterday.isoformat(),
        str(flight.placements.get(key="article-top-1")),
        "Minggu pertama",
        creative.name,
        "Ekonomi; Bisnis",
        Device.PHONE.label,
        "15",
        "14",
        "13",
        "1",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_sheet_costs_three_queries(number, django_assert_num_queries):
    campaign = CampaignFactory()
    for _step in range(number):
        count(FlightFactory(campaign=campaign).creatives.get(), 10)
    days = report_on(campaign).period
    with django_assert_num_queries(3):
        assert len(list(sheet.lines(campaign, days))) == number + 1


@pytest.mark.django_db
def test_sheet_of_a_campaign_without_figures_has_its_header_alone():
    rows, _report = read(CampaignFactory())
    assert rows == []


@pytest.mark.django_db
def test_sheet_has_no_row_of_another_campaign():
    flight = FlightFactory()
    count(FlightFactory().creatives.get(), 10)
    count(None, 10)
    assert read(flight.campaign)[0] == []


@pytest.mark.django_db
def test_name_that_begins_like_a_formula_is_no_formula_in_the_sheet():
    flight = FlightFactory(creatives=0, name="=HYPERLINK(A1)")
    count(CreativeFactory(flight=flight, name="@SUM(1+1)", approved=True), 1)
    rows, _report = read(flight.campaign)
    assert list(rows[0].values())[2:4] == ["'=HYPERLINK(A1)", "'@SUM(1+1)"]


@pytest.mark.parametrize("sign", list("=+-@\t\r\n＝＋－＠"))
def test_cell_that_begins_with_a_sign_of_formulas_gets_an_apostrophe(sign):
    assert sheet.harmless(f"{sign}cmd|' /C calc'!A0").startswith("'")
    assert sheet.harmless(f" {sign}1").startswith("'")


@given(st.text())
def test_no_cell_is_ever_a_formula(text):
    assert not sheet.harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(max_size=60))
def test_other_texts_come_out_as_they_went_in(text):
    clean = text.replace("\x00", "")
    assert sheet.harmless(text) in (clean, f"'{clean}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('../../etc/passwd"\r\nX: y', "etcpasswd-x-y-promo"),
        ("Toko Makmur", "toko-makmur-promo"),
        ("店", "promo"),
    ],
)
def test_file_name_is_safe_in_a_header(name, expected):
    campaign = CampaignFactory(advertiser=AdvertiserFactory(name=name), name="Promo")
    days = Period(datetime.date(2026, 11, 1), datetime.date(2026, 11, 30))
    assert sheet.file_name(campaign, days, "csv") == f"{expected}-20261101-20261130.csv"
