"""Whether the migrations since the last release may be applied while that release serves."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from newsroom.upgrades.linting import RELEASED, last_release, lint

HEADING = """\
# The last migration of each app that the last release had. Its version goes on serving while those that came later
# are applied, so they are judged (manage.py lint_migrations); with a release: manage.py lint_migrations --released.
"""
ACCEPTED = """
# Later ones that somebody has looked at, and why they are well all the same: "app.0001_name" = "the reason"
[accepted]
"""


class Command(BaseCommand):
    help = (
        "Judges the migrations since the last release: whether that one, still running, bears them. "
        "docs/decisions/0038-upgrades.md"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--released",
            action="store_true",
            help="write down that all migrations of now are released, and judge none",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["released"]:
            RELEASED.write_text(recorded())
            self.stdout.write(_("%(file)s says what is released now.") % {"file": RELEASED.name})
            return
        try:
            found = list(lint(last_release()))
        except ValueError as error:
            raise CommandError(str(error)) from error
        for (app, name), sentence in found:
            self.stderr.write(f"{app}.{name}: {sentence}")
        if found:
            raise CommandError(
                _(
                    "The release that runs would not bear this. docs/decisions/0038-upgrades.md says how it goes."
                )
            )


def recorded() -> str:
    """The text of the file for the migrations of now; nothing is accepted any more."""
    loader = MigrationLoader(None)
    lines = [f'{app} = "{name}"' for app, name in sorted(loader.graph.leaf_nodes())]
    return f"{HEADING}\n[migrations]\n" + "\n".join(lines) + f"\n{ACCEPTED}"
