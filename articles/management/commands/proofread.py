"""Proofreads a text from a file or another program."""

import json
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.copydesk.knowledge import Knowledge
from articles.copydesk.known import Known
from articles.copydesk.proofreading import proofread

# Bytes of one text, or of one line: a hundred long stories. They take some four seconds and 60 MB;
# what is longer was piped in by mistake.
LONGEST = 1_000_000
# What a shell says of a program that ^C ended.
STOPPED = 130


class Command(BaseCommand):
    help = (
        "Proofread the text on standard input; prints a list of {start, end, text, kind, "
        'suggestion}. With --jsonl, reads lines of {"text": "…"} and prints one list a line, '
        "which is empty for a line that cannot be read; the error stream says why, and the exit "
        "code is 1 at the end. One text has at most 1 MB."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--jsonl", action="store_true", help='one {"text"} a line')

    def handle(self, *args: Any, **options: Any) -> None:
        self._is_without_database = False
        try:
            if options["jsonl"]:
                self._each_line(sys.stdin.buffer)
            else:
                self._whole(sys.stdin.buffer)
        except KeyboardInterrupt:
            sys.exit(STOPPED)
        except BrokenPipeError:
            # Whoever read the answers has enough; nothing may be flushed to it at the end.
            sys.stdout = None  # type: ignore[assignment]
            raise CommandError(_("The reader of the answers has gone.")) from None

    def _whole(self, stream: BinaryIO) -> None:
        source = stream.read(LONGEST + 1)
        if len(source) > LONGEST:
            raise CommandError(_("The text is longer than %(most)d bytes.") % {"most": LONGEST})
        try:
            text = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise CommandError(
                _("The text is not UTF-8: byte %(place)d cannot be read.") % {"place": error.start}
            ) from None
        if not text.strip():
            self.stderr.write(_("There is no text on standard input."))
        self.stdout.write(self._answer(text))

    def _each_line(self, stream: BinaryIO) -> None:
        bad = 0
        for number, line in _lines(stream):
            try:
                answer = self._answer(_text_of(line))
            except ValueError as error:
                bad += 1
                self.stderr.write(
                    _("Line %(number)d: %(error)s") % {"number": number, "error": error}
                )
                # Whoever counts on one list a line gets one.
                answer = "[]"
            self.stdout.write(answer)
            self.stdout.flush()
        if bad:
            raise CommandError(
                ngettext(
                    "%(count)d line could not be read; an empty list stands in its place.",
                    "%(count)d lines could not be read; an empty list stands in their place.",
                    bad,
                )
                % {"count": bad}
            )

    def _answer(self, text: str) -> str:
        findings = proofread(text, knowledge=self._knowledge(text))
        return json.dumps([finding.as_row() for finding in findings], ensure_ascii=False)

    def _knowledge(self, text: str) -> Known:
        """What the database knows; what ships, said once, where it cannot be asked."""
        if not self._is_without_database:
            try:
                return Knowledge.load(text)
            except Exception as error:
                # Whatever stands in between (a server that is not there, tables that are not, a
                # missing package of the embedded one) has its own kind of error: the check of a
                # text goes on without the database, and says so.
                said = " ".join((str(error).splitlines() or [""])[0].split())
            self._is_without_database = True
            self.stderr.write(
                _("The database cannot be asked (%(said)s); only what ships is known.")
                % {"said": said}
            )
        return Knowledge.bare()


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank, with its number from 1; at most one byte over the limit."""
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            while rest := stream.readline(LONGEST):
                if rest.endswith(b"\n"):
                    break
        if line.strip():
            yield number, line


def _text_of(line: bytes) -> str:
    if len(line) > LONGEST:
        raise ValueError(_("The line is longer than %(most)d bytes.") % {"most": LONGEST})
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(_("The line is not UTF-8.")) from None
    except (ValueError, RecursionError):
        raise ValueError(_("The line is not JSON.")) from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError(_("The line is no object with a text."))
    text: str = row["text"]
    return text
