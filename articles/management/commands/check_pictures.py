"""Tells how every file below a folder would be answered if somebody sent it as a photo."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from articles.models import Photo
from articles.photos import PhotoRefused, files, renditions, workshop

_MB = 1024 * 1024
_COLUMNS = ("file", "answer", "size", "renditions", "KB", "ms", "MB")


@dataclass(frozen=True)
class Answer:
    """Of one file: milliseconds of a processor to take it in and to cut it, and the most memory either took."""

    file: str
    answer: str
    size: str = ""
    renditions: int = 0
    kilobytes: int = 0
    read_ms: int = 0
    cut_ms: int = 0
    peak_mb: int = 0


class Command(BaseCommand):
    help = (
        "Decode every file below FOLDER as a photo that was sent, make its renditions, and print a "
        "table (Markdown, or lines of JSON) of answers, sizes, milliseconds of a processor (to take it in + "
        "to cut it) and megabytes of memory at the peak. Nothing is kept and no database is asked. The exit "
        "code is 1 when a file was answered by neither renditions nor a sentence."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", metavar="FOLDER")
        parser.add_argument("--json", action="store_true", help="a line of JSON for each file")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        if not folder.is_dir():
            raise CommandError(_("There is no folder %(name)s.") % {"name": folder})
        faults = taken = refused = most = 0
        if not options["json"]:
            self.stdout.write(_line(_COLUMNS))
            self.stdout.write(_line(["---"] * len(_COLUMNS)))
        for answer, is_fault in _answers(folder):
            faults += is_fault
            taken += bool(answer.size)
            refused += not answer.size and not is_fault
            most = max(most, answer.peak_mb)
            self.stdout.write(json.dumps(asdict(answer)) if options["json"] else _row(answer))
        self.stderr.write(
            _(
                "%(taken)d taken, %(refused)d refused with a sentence, %(faults)d faults; %(most)d MB."
            )
            % {"taken": taken, "refused": refused, "faults": faults, "most": most}
        )
        if faults:
            raise CommandError(_("Some files were answered by a fault."))


def _answers(folder: Path) -> Iterator[tuple[Answer, bool]]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            with path.open("rb") as file, files.on_disk(file) as (source, _digest):
                taken = workshop.read(source)
            yield _cut(name, taken), False
        except PhotoRefused as refused:
            yield Answer(name, str(refused)), False
        except Exception as error:
            yield Answer(name, f"{type(error).__name__}: {error}"), True


def _cut(name: str, taken: workshop.Taken) -> Answer:
    photo = Photo(width=taken.size[0], height=taken.size[1])
    wanted = renditions.wanted(photo)
    with tempfile.TemporaryFile() as original:
        original.write(taken.jpeg)
        original.flush()
        made = list(workshop.cut(original, wanted, photo.focus))
    if len(made) < len(wanted):
        raise RuntimeError(f"{len(made)} of {len(wanted)} renditions")
    width, height = taken.size
    return Answer(
        name,
        f"{taken.format} {taken.sent_size[0]} × {taken.sent_size[1]}",
        size=f"{width} × {height}",
        renditions=len(made),
        kilobytes=(len(taken.jpeg) + sum(len(one.contents) for one in made)) // 1024,
        read_ms=taken.ms,
        cut_ms=sum(one.ms for one in made),
        peak_mb=max(taken.peak, *(one.peak for one in made)) // _MB,
    )


def _row(answer: Answer) -> str:
    if not answer.size:
        return _line([answer.file, answer.answer, "", "", "", "", ""])
    return _line(
        [
            answer.file,
            answer.answer,
            answer.size,
            str(answer.renditions),
            str(answer.kilobytes),
            f"{answer.read_ms} + {answer.cut_ms}",
            str(answer.peak_mb),
        ]
    )


def _line(cells: Any) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
