from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from newsroom.backup import making, sealing
from newsroom.backup.problem import Problem
from newsroom.backup.progress import Progress, size


class Command(BaseCommand):
    help = (
        "Back up database and media into a folder: one point in time, restored on the side and compared before it "
        "counts. Media that the folder has already are not copied again. docs/backup.md"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="where backups lie")
        parser.add_argument(
            "--no-verify",
            action="store_true",
            help="do not restore it on the side: quicker, and nobody knows whether it can be restored",
        )
        parser.add_argument(
            "--new-key",
            type=Path,
            metavar="FILE",
            help="make a key and no backup: the private one into FILE, the public one is printed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(
            self.stderr if options["verbosity"] else None, is_terminal=sys.stderr.isatty()
        )
        try:
            if options["new_key"]:
                self.stdout.write(f"BACKUP_PUBLIC_KEY={sealing.new_key(options['new_key'])}")
                return
            if not options["folder"]:
                raise CommandError(_("Where to? manage.py backup DIR"))
            with ended_properly():
                backup = making.make(
                    options["folder"].absolute(),
                    is_verified=not options["no_verify"],
                    progress=progress,
                )
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        about = backup.about
        if options["verbosity"]:
            sentence = (
                _(
                    "The backup %(folder)s is made and verified: %(rows)d rows, %(files)d files, %(size)s, of which "
                    "%(new)s are new."
                )
                if about["is_verified"]
                else _(
                    "The backup %(folder)s is made and not verified: %(rows)d rows, %(files)d files, %(size)s, of "
                    "which %(new)s are new."
                )
            )
            self.stdout.write(
                sentence
                % {
                    "folder": backup.folder,
                    "rows": about["rows"],
                    "files": about["files"],
                    "size": size(about["bytes"]),
                    "new": size(about["new_bytes"]),
                }
            )
        if about["missing"]:
            raise CommandError(making.lacking(backup))


@contextlib.contextmanager
def ended_properly() -> Iterator[None]:
    """Who ends the process by a plain signal, as systemd does, leaves no scratch database behind."""

    def end(*_args: object) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
