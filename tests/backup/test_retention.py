"""Which backups stay."""

from __future__ import annotations

import datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from newsroom.backup import catalogue
from newsroom.backup.progress import Progress, size
from newsroom.backup.retention import Kept, kept

from .conftest import Newsroom

ZONE = ZoneInfo("Asia/Makassar")
BEGIN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
HOURS = st.integers(0, 24 * 800)
MOMENTS = st.lists(st.tuples(HOURS, st.booleans()), unique_by=lambda one: one[0], min_size=1)
FEW = st.integers(0, 9)


@given(MOMENTS, FEW, FEW, FEW)
def test_the_newest_good_one_stays_and_no_more_than_was_asked_for(
    moments: list[tuple[int, bool]], daily: int, weekly: int, monthly: int
) -> None:
    backups = [
        Kept(f"{hours:06d}", BEGIN + datetime.timedelta(hours=hours), is_good)
        for hours, is_good in moments
    ]
    stay = kept(backups, ZONE, daily=daily, weekly=weekly, monthly=monthly)
    assert max(one.name for one in backups) in stay
    if good := [one.name for one in backups if one.is_good]:
        assert max(good) in stay
    assert len(stay) <= daily + weekly + monthly + 2
    # Of each of the last days one stays, a good one if there is one.
    days: dict[datetime.date, list[Kept]] = {}
    for one in backups:
        days.setdefault(one.at.astimezone(ZONE).date(), []).append(one)
    for day in sorted(days, reverse=True)[:daily]:
        of_day = [one for one in days[day] if one.name in stay]
        assert of_day
        assert any(one.is_good for one in of_day) == any(one.is_good for one in days[day])
    # Asking again, with nothing new, takes nothing away.
    left = [one for one in backups if one.name in stay]
    assert kept(left, ZONE, daily=daily, weekly=weekly, monthly=monthly) == stay


def test_a_backup_a_day_for_a_year_leaves_days_weeks_and_months() -> None:
    backups = [Kept(f"{day:03d}", BEGIN + datetime.timedelta(days=day), True) for day in range(365)]
    stay = sorted(kept(backups, ZONE, daily=7, weekly=5, monthly=12))
    assert stay[-7:] == [f"{day}" for day in range(358, 365)]
    # Two of the five weeks end among the seven days, and so does December.
    assert len(stay) == 7 + 3 + 11


def test_what_only_a_removed_backup_had_leaves_the_store(newsroom: Newsroom, settings: Any) -> None:
    settings.BACKUPS_KEPT_DAILY, settings.BACKUPS_KEPT_WEEKLY, settings.BACKUPS_KEPT_MONTHLY = (
        1,
        0,
        0,
    )
    extra = newsroom.media_root / "photos" / "extra.jpg"
    with time_machine.travel(BEGIN, tick=False):
        extra.write_bytes(b"only for a day")
        first = newsroom.backup()
    both = newsroom.objects()
    extra.unlink()
    with time_machine.travel(BEGIN + datetime.timedelta(days=1), tick=False):
        second = newsroom.backup()
    assert [one.name for one in catalogue.backups(newsroom.backups)] == [second.name]
    assert not first.folder.exists()
    assert len(both - newsroom.objects()) == 1
    assert newsroom.restore(check=True)


def test_a_backup_that_failed_to_be_good_does_not_push_out_the_good_one(
    newsroom: Newsroom, settings: Any
) -> None:
    settings.BACKUPS_KEPT_DAILY = settings.BACKUPS_KEPT_WEEKLY = settings.BACKUPS_KEPT_MONTHLY = 0
    good = newsroom.backup()
    with time_machine.travel(BEGIN + datetime.timedelta(days=999), tick=False):
        other = newsroom.backup(no_verify=True)
    assert {one.name for one in catalogue.backups(newsroom.backups)} == {good.name, other.name}


class Out(StringIO):
    def write(self, text: str, ending: str = "\n") -> int:  # type: ignore[override]
        return super().write(text + ending)


@pytest.mark.parametrize(
    ("is_terminal", "said"),
    [
        (True, "\r\x1b[KCopying [████████████············]  50%\r\x1b[K"),
        (False, "Copying: 50%\n"),
    ],
)
def test_progress_is_a_bar_on_a_terminal_and_a_line_elsewhere(is_terminal: bool, said: str) -> None:
    out = Out()
    progress = Progress(out, is_terminal=is_terminal)
    progress.step("Copying", 5, 10)
    progress.step("Copying", 6, 10)
    progress.clear()
    assert out.getvalue() == said


def test_sizes_are_said_as_a_person_does() -> None:
    assert [size(number) for number in (0, 999, 1500, 25_000_000)] == [
        *("0 B", "999 B", "1.5 KB", "25 MB"),
    ]
