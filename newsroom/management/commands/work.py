"""The job worker: procrastinate's own, with less of everything that it holds while nothing is to be done."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

# One asks for jobs; others come when several things are asked at once, and go after ten minutes. Procrastinate opens four
# at the start, each of which is 5 MB of PostgreSQL.
LEAST_CONNECTIONS, MOST_CONNECTIONS = 1, 4
LONGEST_PATIENCE = 86_400


class Command(BaseCommand):
    help = "Does the jobs, until it is told to stop."
    # They would load the desk and all pages, which the process keeps for good: 20 MB.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--patience", type=float, help="seconds for the jobs in hand on a stop (no limit)"
        )
        parser.add_argument("--once", action="store_true", help="do what waits, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        patience = options["patience"]
        # "nan" is a float too, and no time to wait.
        if patience is not None and not 0 <= patience <= LONGEST_PATIENCE:
            raise CommandError(
                f"--patience is seconds, 0 to {LONGEST_PATIENCE}; it is {patience:g}."
            )
        connector = PsycopgConnector(
            kwargs=connector_params(), min_size=LEAST_CONNECTIONS, max_size=MOST_CONNECTIONS
        )
        with app.replace_connector(connector):
            app.run_worker(wait=not options["once"], shutdown_graceful_timeout=patience)
