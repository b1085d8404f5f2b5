"""What the two import commands have in common."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from articles.models import Section

from .report import Report
from .run import Import, Options
from .source import ExportFile, ExportRefused

# Everything that could be read is here, but a file was damaged; 1 is "nothing was done".
INCOMPLETE = 3
# As shells count a Ctrl-C.
STOPPED = 130


class ImportCommand(BaseCommand):
    """`system` says whose export it reads."""

    system = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument(
            "files",
            nargs="+",
            metavar="FILE",
            type=Path,
            help="A file of the export; name all files of a site together.",
        )
        parser.add_argument(
            "--media",
            metavar="DIR",
            type=Path,
            help="A copy of the site's uploads, where pictures are looked for.",
        )
        parser.add_argument(
            "--fetch-media",
            action="store_true",
            help="Fetch pictures that are not in DIR from the old site.",
        )
        parser.add_argument(
            "--section", metavar="SLUG", help="Where stories go that have no section there."
        )
        parser.add_argument(
            "--timezone",
            metavar="ZONE",
            help="The old site's clock, such as Asia/Makassar, where its files do not show it.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Do everything but keep nothing."
        )
        parser.add_argument(
            "--report", metavar="FILE", type=Path, help="Write the whole report as JSON."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Called from Python they may be given as text.
        report_file = Path(options["report"]) if options["report"] else None
        if report_file and not report_file.resolve().parent.is_dir():
            raise CommandError(
                _("The report cannot be written: there is no folder %(folder)s.")
                % {"folder": report_file.resolve().parent}
            )
        try:
            files = [ExportFile(path) for path in dict.fromkeys(options["files"])]
            run = Import(self.system, files, _options(options), sys.stderr)
            report = run.run()
        except ExportRefused as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError(
                _("Stopped. What was taken over is kept; the same command goes on from there."),
                returncode=STOPPED,
            ) from error
        report.write_text(self.stdout)
        if report_file:
            _write_report(report, report_file)
        if options["dry_run"]:
            self.stdout.write(_("This was a dry run: nothing was kept."))
        if not run.is_whole:
            raise CommandError(
                _(
                    "A file is damaged: what could be read of it was taken over, the report says where it breaks."
                ),
                returncode=INCOMPLETE,
            )


def _write_report(report: Report, file: Path) -> None:
    try:
        with file.open("w", encoding="utf-8") as out:
            report.write_json(out)
    except OSError as error:
        raise CommandError(
            _("The import is done, but the report cannot be written: %(error)s.")
            % {"error": error.strerror or error}
        ) from error


def _options(options: dict[str, Any]) -> Options:
    media = Path(options["media"]) if options["media"] else None
    if media is not None and not media.is_dir():
        raise CommandError(_("--media: there is no folder %(folder)s.") % {"folder": media})
    return Options(
        media=media,
        may_fetch=options["fetch_media"],
        default_section=_section(options["section"]),
        zone=_zone(options["timezone"]),
        is_dry_run=options["dry_run"],
    )


def _section(slug: str | None) -> Section | None:
    if slug is None:
        return None
    section = Section.objects.filter(slug=slug).first()
    if section is None:
        raise CommandError(
            _("There is no section “%(slug)s”; there are: %(slugs)s.")
            % {
                "slug": slug,
                "slugs": ", ".join(Section.objects.values_list("slug", flat=True)) or "–",
            }
        )
    return section


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CommandError(
            _("“%(name)s” is no time zone; one is called Asia/Makassar.") % {"name": name}
        ) from error
