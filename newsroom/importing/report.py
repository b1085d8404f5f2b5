"""What an import did, for a person and, as JSON, for a program."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

KINDS = {
    "articles": gettext_lazy("Stories"),
    "pages": gettext_lazy("Pages"),
    "comments": gettext_lazy("Comments"),
    "authors": gettext_lazy("Authors"),
    "sections": gettext_lazy("Sections"),
    "tags": gettext_lazy("Tags"),
    "media": gettext_lazy("Photos"),
    "redirects": gettext_lazy("Old addresses"),
}
# On the screen; the file has all of them.
SHOWN_PROBLEMS = 100


@dataclass(slots=True)
class Count:
    """`found` is always the sum of the other three."""

    found: int = 0
    imported: int = 0
    unchanged: int = 0
    skipped: int = 0


class Report:
    """Counts and problems of one run. Problems are kept in a file, since there may be many."""

    def __init__(self) -> None:
        self.counts = {kind: Count() for kind in KINDS}
        self.problem_count = 0
        # Lives as long as the report; the system takes it away with it.
        self._problems: IO[str] = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            max_size=1024 * 1024, mode="w+", encoding="utf-8"
        )

    def imported(self, kind: str) -> None:
        self._count(kind).imported += 1

    def unchanged(self, kind: str) -> None:
        self._count(kind).unchanged += 1

    def skipped(self, kind: str, item: str, reason: str) -> None:
        """Count an item that did not come in, and say why."""
        self._count(kind).skipped += 1
        self.problem(item, reason)

    def problem(self, item: str, reason: str) -> None:
        """Note something a person should know; the item itself is counted elsewhere."""
        self.problem_count += 1
        line = json.dumps({"item": item, "reason": reason}, ensure_ascii=False)
        # A half of an emoji can come out of damaged input; it cannot be written.
        self._problems.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")

    def _count(self, kind: str) -> Count:
        count = self.counts[kind]
        count.found += 1
        return count

    def mark(self) -> dict[str, Count]:
        """The counts as they are, to go back to when an item's transaction fails."""
        return {kind: replace(count) for kind, count in self.counts.items()}

    def go_back(self, mark: dict[str, Count]) -> None:
        self.counts = mark

    def problems(self) -> Iterator[dict[str, str]]:
        self._problems.seek(0)
        for line in self._problems:
            yield json.loads(line)
        self._problems.seek(0, 2)

    def as_dict(self) -> dict[str, Any]:
        counts: dict[str, Any] = {kind: asdict(count) for kind, count in self.counts.items()}
        return counts | {"problems": list(self.problems())}

    def write_json(self, out: IO[str]) -> None:
        """Write the whole report, problem by problem, so that it needs no memory of its own."""
        counts = {kind: asdict(count) for kind, count in self.counts.items()}
        head = json.dumps(counts, indent=2)
        out.write(head.removesuffix("\n}") + ',\n  "problems": [')
        for number, problem in enumerate(self.problems()):
            out.write("," * bool(number) + "\n    " + json.dumps(problem, ensure_ascii=False))
        out.write("\n  ]\n}\n")

    def write_text(self, out: IO[str]) -> None:
        """Write a table, and under it what was skipped or should be looked at."""
        width = max(len(str(label)) for label in KINDS.values())
        columns = [_("found"), _("imported"), _("unchanged"), _("skipped")]
        out.write(" " * width + "".join(f"{column:>12}" for column in columns) + "\n")
        for kind, label in KINDS.items():
            count = self.counts[kind]
            numbers = (count.found, count.imported, count.unchanged, count.skipped)
            out.write(f"{label!s:<{width}}" + "".join(f"{n:>12}" for n in numbers) + "\n")
        if not self.problem_count:
            return
        out.write("\n" + _("What should be looked at:") + "\n")
        for number, problem in enumerate(self.problems()):
            if number == SHOWN_PROBLEMS:
                rest = self.problem_count - SHOWN_PROBLEMS
                out.write(
                    ngettext(
                        "… and %(count)d more; --report FILE keeps all of them.",
                        "… and %(count)d more; --report FILE keeps all of them.",
                        rest,
                    )
                    % {"count": rest}
                    + "\n"
                )
                break
            out.write(f"- {problem['item']}: {problem['reason']}\n")
