"""manage.py why_not /2026/11/20/panen/ article-top-1: each flight, and the rule that keeps it out."""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ads import why
from ads.choices import Device


class Command(BaseCommand):
    help = "Tells for a page, a placement, a time and a screen which rule keeps each flight out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", help="a path or whole address of this site")
        parser.add_argument("slot", help="the key of the placement, such as article-top-1")
        parser.add_argument("--at", default="", help="2026-11-26T18:00 in the publication's zone")
        parser.add_argument("--device", choices=Device.values, default=Device.PHONE.value)

    def handle(
        self, *args: Any, path: str, slot: str, at: str, device: str, **options: Any
    ) -> None:
        try:
            moment = datetime.datetime.fromisoformat(at) if at else timezone.now()
        except ValueError:
            raise CommandError(f"“{at}” is no time; write it as 2026-11-26T18:00.") from None
        if not 2000 <= moment.year <= 2200:
            raise CommandError("This time is too far away.")
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        try:
            page = why.page_at(path)
            found = why.answers(page, why.slot_of(slot, page), moment, device)
        except why.Refused as refusal:
            raise CommandError(str(refusal)) from None
        for one in found:
            part = "" if one.percent is None else f"{one.percent:.1f}%"
            self.stdout.write(
                f"{one.flight}\t{one.advertiser}\t{one.name}\t{one.rule or ''}\t{part}\t{one.sentence}"
            )
        if not found:
            self.stdout.write("No flight is sold for about that time.")
