"""Keeps the Indonesian catalogue in step with the code, without gettext being installed."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

SOURCES = (
    *(
        "accounts",
        "articles",
        "auditlog",
        "comments",
        "ads",
        "newsletter",
        "newsroom",
        "pagecache",
        "replies",
    ),
    "templates",
)
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extract_template(fileobj: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Babel's extractor for Django templates: Django turns them into calls, Babel reads those."""
    calls = templatize(fileobj.read().decode("utf-8"))
    # What stood around the tags is indented like a template and not like Python.
    lines = "\n".join(line.strip() for line in calls.split("\n"))
    yield from extract_python(io.BytesIO(lines.encode()), keywords, comment_tags, options)


def messages_in_code(base_dir: Path) -> Catalog:
    """Every string of the interface, with the files it stands in."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for root in SOURCES:
        for path in sorted((base_dir / root).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt", ".xml"} or "migrations" in path.parts:
                continue
            method = "python" if path.suffix == ".py" else extract_template
            with path.open("rb") as file:
                found = list(extract(method, file, KEYWORDS, comment_tags=["Translators:"]))
            for _line, message, comments, context in found:
                if message and (message if isinstance(message, str) else message[0]):
                    catalogue.add(
                        message,
                        locations=[(path.relative_to(base_dir).as_posix(), None)],
                        auto_comments=comments,
                        context=context,
                    )
    return catalogue


def faults(catalogue: Catalog) -> list[str]:
    """What is missing or wrong in a translated catalogue, a line each."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        strings = [message.string] if isinstance(message.string, str) else message.string or [""]
        if not all(strings):
            found.append(f"not translated: {name!r}")
        elif message.fuzzy:
            found.append(f"uncertain: {name!r}")
        else:
            found += [f"{error}: {name!r}" for error in message.check(catalogue)]
    return found


# Headers that say who and when: the repository's history says it better, and they change each time.
UNUSED_HEADERS = (
    *("Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator"),
    *("Language-Team", "Generated-By"),
)


def _written(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, width=100, sort_output=True)
    lines = out.getvalue().splitlines(keepends=True)
    unused = tuple(f'"{header}:'.encode() for header in UNUSED_HEADERS)
    return b"".join(line for line in lines if not line.startswith(unused))


class Command(BaseCommand):
    help = "Brings locale/id up to date with the code; --check only says what is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; fail when incomplete."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.LOCALE_PATHS[0]) / "id" / "LC_MESSAGES" / "django.po"
        in_code = messages_in_code(Path(settings.BASE_DIR))
        with path.open("rb") as file:
            translated = read_po(file, locale="id")
        before = {
            (m.id if isinstance(m.id, str) else m.id[0], m.context) for m in translated if m.id
        }
        now = {(m.id if isinstance(m.id, str) else m.id[0], m.context) for m in in_code if m.id}
        if not options["check"]:
            translated.update(in_code, no_fuzzy_matching=True)
            translated.obsolete.clear()
            path.write_bytes(_written(translated))
        found = faults(translated)
        if options["check"]:
            found += [
                f"not in the catalogue: {name!r}"
                for name, _context in sorted(now - before, key=str)
            ]
            found += [
                f"no longer in the code: {name!r}"
                for name, _context in sorted(before - now, key=str)
            ]
        for line in found:
            self.stdout.write(line)
        if options["check"] and found:
            raise CommandError(f"The Indonesian catalogue has {len(found)} faults.")
        self.stdout.write(f"{len(now)} strings, {len(found)} faults.")
