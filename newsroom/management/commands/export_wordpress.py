import contextlib
import os
import sys
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext as _

from auditlog.choices import Action
from auditlog.writing import write as write_audit
from newsroom.importing.exporting import Export


class Command(BaseCommand):
    help = "Write the whole publication as a WordPress export; import_wordpress reads it back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            default="-",
            metavar="FILE",
            help="Where to; “-” is the standard output.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] == "-":
            with contextlib.suppress(BrokenPipeError):
                _export(self.stdout)
            return
        target = Path(options["file"])
        unfinished = target.with_name(target.name + ".unfinished")
        try:
            # Under its own name only when it is whole.
            with unfinished.open("w", encoding="utf-8", newline="\n") as out:
                rows = _export(out)
            os.replace(unfinished, target)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(error)s.")
                % {"file": target, "error": error.strerror or error}
            ) from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stderr.write(
            _("%(count)d rows were written to %(file)s.") % {"count": rows, "file": target}
        )


def _export(out: IO[str]) -> int:
    """One state of the database, however long the writing takes."""
    write_audit(Action.EXPORTED, details={"as": "wordpress"})
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return Export(out, sys.stderr).run()
