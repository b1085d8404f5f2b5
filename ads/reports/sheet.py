"""A campaign's figures as CSV, one row for each day, placement, creative, section and screen.

For Excel with Indonesian settings: fields are parted by semicolons, since there the comma stands in
numbers and Excel takes the semicolon for its list separator; a byte order mark tells it that the file is
UTF-8, without which it would read Windows-1252. Days are written 2026-11-26 and numbers bare, which
every program reads. Lines end as RFC 4180 says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Sum
from django.db.models.functions import TruncDate
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles.models import Section

from ..choices import Device
from ..models import Campaign, HourCount, Placement
from .campaigns import sold
from .period import Period

MARK = "\ufeff"
# A spreadsheet takes a cell that begins like this for a formula; the last four are the same signs in the
# width of an East Asian letter, which some programs fold.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_AT_ONCE = 2000


class _Echo:
    """What csv writes is handed on instead of kept."""

    def write(self, line: str) -> str:
        return line


def lines(campaign: Campaign, days: Period) -> Iterator[str]:
    """The file, line by line; three queries, and never more than a part of the rows in memory.

    All words are looked up now, in the language of the caller; rows are read while they are sent.
    """
    placements = {row.pk: str(row) for row in Placement.objects.all()}
    sections = dict(Section.objects.values_list("pk", "name"))
    devices = {key: str(label) for key, label in Device.choices}
    return _written(_header(), _rows(campaign, days), placements, sections, devices)


def _written(
    header: list[str],
    rows: Iterable[dict[str, Any]],
    placements: Mapping[int, str],
    sections: Mapping[int, str],
    devices: Mapping[str, str],
) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield MARK + writer.writerow(header)
    for row in rows:
        texts = [
            placements[row["placement"]],
            row["flight"],
            row["name"],
            sections.get(row["section"], ""),
            devices[row["device"]],
        ]
        numbers = [row["served_"], row["measured_"], row["viewable_"], row["clicks_"]]
        yield writer.writerow([row["day"].isoformat(), *map(harmless, texts), *numbers])


def file_name(campaign: Campaign, days: Period, ending: str) -> str:
    """A name that is safe in a header and on every system."""
    name = slugify(f"{campaign.advertiser.name} {campaign.name}")[:80].strip("-") or "kampanye"
    return f"{name}-{days.first:%Y%m%d}-{days.last:%Y%m%d}.{ending}"


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before such a one."""
    text = text.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _header() -> list[str]:
    return [
        _("day"),
        _("placement"),
        _("flight"),
        _("creative"),
        _("section"),
        _("screen"),
        _("served"),
        _("measured"),
        _("viewable"),
        _("clicks"),
    ]


def _rows(campaign: Campaign, days: Period) -> Iterable[dict[str, Any]]:
    zone = ZoneInfo(settings.TIME_ZONE)
    rows = HourCount.objects.filter(
        creative__flight__in=sold(campaign.flights.all()),
        hour__gte=days.start,
        hour__lt=days.end,
    )
    return (
        rows.annotate(
            day=TruncDate("hour", tzinfo=zone),
            flight=F("creative__flight__name"),
            name=F("creative__name"),
        )
        .values("day", "placement", "creative", "flight", "name", "section", "device")
        .annotate(
            served_=Sum("served"),
            measured_=Sum("measured"),
            viewable_=Sum("viewable"),
            clicks_=Sum("clicks"),
        )
        .order_by("day", "placement", "creative", "section", "device")
        .iterator(chunk_size=_ROWS_AT_ONCE)
    )
