"""Suggests the people of a text: standard input in, a list in JSON out. Needs no database."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.reading import read


class Command(BaseCommand):
    help = (
        "Reads a text from standard input (UTF-8) and prints a JSON list of the people in it: name, "
        "role, organisation, capacity (attended, quoted, mentioned, organiser), represents, start "
        'and end, in characters of the text. With --jsonl, one {"text": …} a line gives one list a '
        "line; a line that cannot be read gives an empty list, and exit code 1 at the end."
    )
    # It looks at nothing but its input.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--jsonl", action="store_true", help='one {"text": …} a line, one list a line'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = sys.stdin.buffer
        try:
            if options["jsonl"]:
                self.lines(source)
            else:
                self.whole(source)
        except BrokenPipeError:
            # Whoever read has enough. Python would complain once more when it closes its output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def whole(self, source: BinaryIO) -> None:
        raw = source.read()
        try:
            # Editors on Windows open a file with a mark of the encoding, which is no character of it.
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise CommandError(
                _("Standard input, line %(line)d: this is not UTF-8.") % {"line": line}
            ) from None
        self.answer(text)

    def lines(self, source: BinaryIO) -> None:
        """One answer for each line that is not blank; raises CommandError at the end if any was bad."""
        bad = 0
        watched = sys.stderr.isatty()
        for number, raw in enumerate(source, 1):
            if not raw.strip():
                continue
            try:
                text = text_of(raw)
            except ValueError as error:
                bad += 1
                text = ""
                self.stderr.write(
                    _("Standard input, line %(line)d: %(reason)s")
                    % {"line": number, "reason": error}
                )
            self.answer(text)
            if watched:
                sys.stderr.write("\r" + _("%(count)d lines read") % {"count": number})
        if watched:
            sys.stderr.write("\n")
        if bad:
            raise CommandError(
                ngettext(
                    "%(count)d line could not be read; an empty list stands in its place.",
                    "%(count)d lines could not be read; an empty list stands in their place.",
                    bad,
                )
                % {"count": bad}
            )

    def answer(self, text: str) -> None:
        found = [m.as_json() for m in read(text)]
        self.stdout.write(json.dumps(found, ensure_ascii=False))
        self.stdout.flush()


def text_of(raw: bytes) -> str:
    """The text of one line of JSON. Raises ValueError with a sentence for the person at the keyboard."""
    try:
        line = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(_("this is not UTF-8.")) from None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError(_("this is not JSON.")) from None
    text = record.get("text") if isinstance(record, dict) else None
    if not isinstance(text, str):
        raise ValueError(_('an object with the key "text" and a text for it is expected.'))
    return text
