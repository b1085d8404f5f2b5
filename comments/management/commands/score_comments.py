"""Scores comments from a file or another program, without a database."""

import json
import sys
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.spam import SpamModelError, score

# The longest comment, each character of it written as an escaped pair of surrogates, and some more.
LONGEST_LINE = 1_000_000

# What a shell says of a program that ^C ended.
STOPPED = 130


class Command(BaseCommand):
    help = (
        'Score comments: reads lines of JSON {"text": "…"} and writes for each, in the same order, '
        '{"spam": 0 to 1, "reasons": […]}, or {"error": "…"} for a line that cannot be read.'
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        try:
            for lines in batches(sys.stdin.buffer):
                found = [answer(line) for line in lines]
                bad += sum("error" in one for one in found)
                self.stdout.write("\n".join(map(json.dumps, found)))
                self.stdout.flush()
        except SpamModelError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            # Stopped by hand: what was answered is out already, and there is nothing to explain.
            sys.exit(STOPPED)
        except BrokenPipeError:
            # Whoever read the answers has enough; nothing may be flushed to it at the end.
            sys.stdout = None
            raise CommandError(_("The reader of the answers has gone.")) from None
        if bad:
            raise CommandError(
                ngettext(
                    "%(count)d line could not be read; its answer says why.",
                    "%(count)d lines could not be read; their answers say why.",
                    bad,
                )
                % {"count": bad}
            )


def batches(stream: BufferedReader) -> Iterator[list[bytes]]:
    """The lines of `stream`: as many at a time as have come, so that each is answered at once.

    Of a line longer than LONGEST_LINE there is one byte more than that, and nothing is kept.
    """
    begun = b""
    while chunk := stream.read1(1 << 16):
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = begun + lines[0]
            begun = b""
            yield lines
        begun = (begun + rest)[: LONGEST_LINE + 1]
    if begun:
        yield [begun]


def answer(line: bytes) -> dict[str, Any]:
    """What is written for one line. Raises only SpamModelError."""
    try:
        found = score(_text_of(line))
    except ValueError as error:
        return {"error": str(error)}
    return {"spam": round(found.probability, 4), "reasons": found.reasons}


def _text_of(line: bytes) -> str:
    if len(line) > LONGEST_LINE:
        raise ValueError(_("The line is longer than %(most)d bytes.") % {"most": LONGEST_LINE})
    try:
        row = json.loads(line.decode())
    except UnicodeDecodeError:
        raise ValueError(_("The line is not UTF-8.")) from None
    except (ValueError, RecursionError):
        raise ValueError(_("The line is not JSON.")) from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError(_("The line is no object with a text."))
    return row["text"]
