"""Scores comments from a file or another program, without a database."""

import json
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.spam import SpamModelError, score

# The longest comment, each character of it written as an escaped pair of surrogates, and some more.
LONGEST_LINE = 1_000_000


class Command(BaseCommand):
    help = (
        'Score comments: reads lines of JSON {"text": "…"} and writes for each, in the same order, '
        '{"spam": 0 to 1, "reasons": […]}, or {"error": "…"} for a line that cannot be read.'
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        try:
            for answer in answers(sys.stdin.buffer):
                bad += "error" in answer
                self.stdout.write(json.dumps(answer))
                self.stdout.flush()
        except SpamModelError as error:
            raise CommandError(str(error)) from None
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


def answers(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """One answer for each line of `stream`, as soon as it is read. Raises only SpamModelError."""
    while line := stream.readline(LONGEST_LINE):
        is_whole = line.endswith(b"\n") or len(line) < LONGEST_LINE
        while not is_whole and (rest := stream.readline(LONGEST_LINE)):
            is_whole = rest.endswith(b"\n")
            line = b""
        if not line:
            yield {"error": _("The line is longer than %(most)d bytes.") % {"most": LONGEST_LINE}}
            continue
        try:
            text = _text_of(line)
        except ValueError as error:
            yield {"error": str(error)}
            continue
        found = score(text)
        yield {"spam": round(found.probability, 4), "reasons": found.reasons}


def _text_of(line: bytes) -> str:
    try:
        row = json.loads(line.decode())
    except UnicodeDecodeError:
        raise ValueError(_("The line is not UTF-8.")) from None
    except (ValueError, RecursionError):
        raise ValueError(_("The line is not JSON.")) from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError(_("The line is no object with a text."))
    return row["text"]
