"""Whether this version may begin to serve, and whether a web server of it answers; for deploy/systemd."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.upgrades.squashed import refuse_in_between

# The parts of /readyz that make a web server one that may be asked (docs/monitoring.md).
ASKED = "/readyz?only=database,migrations"
PAUSE = 0.1


class Command(BaseCommand):
    help = (
        "Says whether this version may begin to serve: all its migrations are applied. With --port, waits until the "
        "web server there answers."
    )
    # Before each start: as quick as can be, and the database may be away.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="wait for the web server on this port")
        parser.add_argument(
            "--seconds", type=float, default=90, help="how long it is waited for (90)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["port"] is not None:
            wait_for(options["port"], options["seconds"])
            return
        try:
            refuse_in_between(connection)
            executor = MigrationExecutor(connection)
        except Error as error:
            # Readers get pages that were kept while the database is away, so that is no reason to stay away too.
            self.stderr.write(
                _("The database cannot be asked, so nobody knows what is applied: %(error)s")
                % {"error": " ".join(str(error).split())}
            )
            return
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if waiting:
            raise CommandError(
                ngettext(
                    "This version does not serve yet: %(count)d migration of it is not applied. Run manage.py migrate.",
                    "This version does not serve yet: %(count)d migrations of it are not applied. Run manage.py migrate.",
                    waiting,
                )
                % {"count": waiting}
            )


def wait_for(port: int, seconds: float) -> None:
    """Return when the web server on that port of this machine is ready, or says that its database is away.

    Raises CommandError when it does not answer in time, or is not ready for another reason.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            status, parts = _ask(port)
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = str(error) or type(error).__name__
        else:
            # Who may begin without a database may go on without it.
            if status == 200 or not parts.get("database", {}).get("ok", True):
                return
            why = json.dumps(parts)
        if time.monotonic() > until:
            raise CommandError(
                _("The web server on port %(port)d is not ready: %(why)s")
                % {"port": port, "why": why}
            )
        time.sleep(PAUSE)


def _ask(port: int) -> tuple[int, dict[str, Any]]:
    """The status of /readyz there, and its parts. Raises OSError, HTTPException, or ValueError for no JSON."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", ASKED)
        answer = asked.getresponse()
        return answer.status, json.loads(answer.read()).get("parts", {})
    finally:
        asked.close()
