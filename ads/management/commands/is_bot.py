"""Says of user agents which are bots: one a line on standard input, one line of JSON each on standard output."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from ads.bots import is_bot


class Command(BaseCommand):
    help = (
        "Reads one user agent a line from standard input, and writes one line of JSON for each: "
        '{"bot": true or false, "name": the name of the bot or null}.'
    )
    # It looks at nothing but its input.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in sys.stdin.buffer:
                name = is_bot(line.rstrip(b"\r\n").decode("utf-8", "replace"))
                self.stdout.write(json.dumps({"bot": name is not None, "name": name}))
                self.stdout.flush()
        except BrokenPipeError:
            # Whoever read has enough. Python would complain once more when it closes its output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
