"""Reads the audit log's chain, and says at which row it is broken."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from auditlog import chain

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def head(text: str) -> chain.Head:
    match = _HEAD.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is no head; it is a number, a colon and a SHA-256")
    return chain.Head(int(match[1]), match[2])


class Command(BaseCommand):
    help = (
        "Print the head of the audit log's chain, to be kept elsewhere; with --check, read the whole chain and name "
        "the first row that is not what was written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="read the whole chain")
        parser.add_argument(
            "--head",
            type=head,
            action="append",
            default=[],
            metavar="NUMBER:HASH",
            help="a head that was kept elsewhere, as a backup's manifest has it: it must be in the chain",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if not (options["check"] or options["head"]):
                self.stdout.write(str(chain.head()))
                return
            found = chain.check(options["head"])
        except chain.Broken as broken:
            raise CommandError(str(broken)) from None
        self.stdout.write(
            _(
                "The audit log is whole: %(rows)d rows from number %(first)d on, %(unsealed)d not sealed yet."
            )
            % {"rows": found.rows, "first": found.begins_at, "unsealed": found.unsealed}
        )
        self.stdout.write(str(found.head))
