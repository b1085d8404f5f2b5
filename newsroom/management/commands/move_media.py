from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from newsroom.backup.progress import Progress, size
from newsroom.media_store import moving
from newsroom.media_store.files import Bucket, Files, Folder


class Command(BaseCommand):
    help = (
        "Copy photos and other media from MEDIA_ROOT into the bucket of MEDIA_STORE, and say which files that rows "
        "name are not there. What is there is not copied again, and nothing is removed. docs/operations.md"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--back", action="store_true", help="from the bucket into the folder MEDIA_ROOT"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="copy nothing: say which files that rows name are not in the bucket (with --back: in the folder)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.MEDIA_STORE:
            raise CommandError(_("MEDIA_STORE names no bucket."))
        folder, bucket = Folder(Path(settings.MEDIA_ROOT)), Bucket(default_storage)
        source, goal = (bucket, folder) if options["back"] else (folder, bucket)
        progress = Progress(
            self.stderr if options["verbosity"] else None, is_terminal=sys.stderr.isatty()
        )
        try:
            if not options["check"]:
                self._move(source, goal, progress)
            found = moving.check(goal, lambda done: progress.step(_("Looking"), 0, None, str(done)))
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be used: %(error)s.")
                % {"file": error.filename or goal, "error": error.strerror or error}
            ) from error
        finally:
            progress.clear()
        if found.missing_count:
            more = " …" if found.missing_count > len(found.missing) else ""
            raise CommandError(
                _("%(count)d files that rows name are not there: %(names)s")
                % {"count": found.missing_count, "names": ", ".join(found.missing) + more}
            )
        self.stdout.write(
            _("All %(count)d files that rows name are in %(place)s.")
            % {"count": found.files, "place": goal}
        )

    def _move(self, source: Files, goal: Files, progress: Progress) -> None:
        moved = moving.move(
            source, goal, lambda done: progress.step(_("Copying media"), 0, None, str(done))
        )
        self.stdout.write(
            _("%(count)d files, of which %(copied)d were copied (%(size)s).")
            % {"count": moved.files, "copied": moved.copied, "size": size(moved.copied_bytes)}
        )
