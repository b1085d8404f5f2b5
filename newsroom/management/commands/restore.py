from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from newsroom.backup import restoring, sealing
from newsroom.backup.catalogue import Backup
from newsroom.backup.problem import Problem
from newsroom.backup.progress import Progress, size
from newsroom.management.commands.backup import ended_properly


class Command(BaseCommand):
    help = (
        "Restore database and media from a backup. Everything is checked first; a database in use is replaced only "
        "with --replace, and kept under another name. docs/backup.md"
    )
    # They would read the database, which may be empty.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="the folder of backups, or one of them"
        )
        parser.add_argument(
            "--backup", metavar="NAME", help="which, as in 20261127T031700Z; the newest good one"
        )
        parser.add_argument(
            "--key", type=Path, metavar="FILE", help="the private key, for a backup that is sealed"
        )
        parser.add_argument(
            "--check", action="store_true", help="only read the backup and compare its fingerprints"
        )
        parser.add_argument(
            "--replace", action="store_true", help="take the place of a database that is not empty"
        )
        parser.add_argument("--no-input", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(
            self.stderr if options["verbosity"] else None, is_terminal=sys.stderr.isatty()
        )
        try:
            key = sealing.private_key(options["key"]) if options["key"] else None
            backup = restoring.chosen(options["folder"].absolute(), options["backup"])
            if options["check"]:
                restoring.check(backup, key, progress)
                progress.clear()
                self.stdout.write(self._about(backup, _("%(about)s Every file is what it was.")))
                return
            restore = restoring.Restore(
                backup, key=key, is_replacing=options["replace"], progress=progress
            )
            self._ask(restore, options["no_input"])
            with ended_properly():
                former = restore.run()
        except Problem as problem:
            progress.clear()
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            self._about(backup, _("%(about)s It is restored. Restart the processes of the site."))
        )
        if former:
            self.stdout.write(
                _("The database that was there is kept as %(name)s: dropdb %(name)s removes it.")
                % {"name": former}
            )

    @staticmethod
    def _about(backup: Backup, sentence: str) -> str:
        about = _("The backup of %(when)s, %(rows)d rows, %(files)d files, %(size)s.") % {
            "when": date_format(timezone.localtime(backup.at), "DATETIME_FORMAT"),
            "rows": backup.about["rows"],
            "files": backup.about["files"],
            "size": size(backup.about["bytes"]),
        }
        return sentence % {"about": about}

    def _ask(self, restore: restoring.Restore, is_agreed: bool) -> None:
        name = restore.server.database
        if restore.is_empty:
            what = _("%(about)s It goes into the empty database %(name)s.")
        else:
            what = _("%(about)s It takes the place of the database %(name)s.")
        self.stdout.write(self._about(restore.backup, what.replace("%(name)s", name)))
        if not restore.backup.is_good:
            self.stdout.write(
                _("It was never verified, or lacks files: nobody knows whether all is in it.")
            )
        if is_agreed:
            return
        try:
            said = input(_("Type the name of the database to go on: "))
        except EOFError:
            said = ""
        if said.strip() != name:
            raise CommandError(_("Nothing was restored."))
