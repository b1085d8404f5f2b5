"""Makes the figures of whole days anew from their events."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from ads import roll_up


class Command(BaseCommand):
    help = (
        "Makes the hours of these days (of the publication's zone) anew from their events. The figures are the "
        "same as before, unless something was amiss. Days whose events are no longer kept are refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="first", required=True, help="The first day, 2026-11-01."
        )
        parser.add_argument("--to", dest="last", help="The last day; without it, today.")

    def handle(self, *args: Any, **options: Any) -> None:
        first = _day(options["first"])
        last = _day(options["last"]) if options["last"] else timezone.localdate()
        if last < first:
            raise CommandError("The last day is before the first.")
        total = (last - first).days + 1
        done = 0

        def progress(day: datetime.date) -> None:
            nonlocal done
            done += 1
            self.stdout.write(f"{day} ({done} of {total})")
            self.stdout.flush()

        try:
            roll_up.rebuild(first, last, progress)
        except roll_up.EventsGone as error:
            raise CommandError(str(error)) from None


def _day(text: str) -> datetime.date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"“{text}” is not a day such as 2026-11-01.")
    return day
