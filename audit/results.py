"""What the judges said: figures and findings of each page, as a table, as lines and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .pages import Kind, Page


@dataclass(frozen=True)
class Finding:
    """One thing that a judge said of a page, or of another document of the site.

    Args:
        judge: its name.
        page: the name of the kind of page, or the address of the document.
        text: a sentence, or what the judge called it.
        is_fault: whether a requirement is missed by it; otherwise it is only told.
    """

    judge: str
    page: str
    text: str
    is_fault: bool = True


@dataclass
class Report:
    """Collects while the judges work. `figures` are those of each page by name of its kind."""

    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, page: str, **figures: Any) -> None:
        """Keep figures of a page."""
        self.figures.setdefault(page, {}).update(figures)

    def fault(self, judge: str, page: str, text: str) -> None:
        """Something that has to be mended. Said twice, it is kept once."""
        self._add(Finding(judge, page, text))

    def mention(self, judge: str, page: str, text: str) -> None:
        """Something worth knowing that misses no requirement."""
        self._add(Finding(judge, page, text, is_fault=False))

    def require(self, judge: str, page: str, what: str, value: float, most: float) -> None:
        """Hold a figure against its limit."""
        if value > most:
            self.fault(judge, page, f"{what}: {value:,g}, and {most:,g} at most")

    @property
    def faults(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_fault]

    def _add(self, finding: Finding) -> None:
        if finding not in self.findings:
            self.findings.append(finding)


BEGIN, END = "<!-- judged by make audit -->", "<!-- until here -->"

# Heading, and how the cell is made of a page's figures.
COLUMNS = [
    ("perf.", "performance"),
    ("acc.", "accessibility"),
    ("best pr.", "best-practices"),
    ("SEO", "seo"),
    ("LCP s", "largest_paint"),
    ("axe", "axe"),
    ("HTML", "html_errors"),
    ("shift", "shift"),
    ("kB", "kilobytes"),
    ("script kB", "script"),
    ("photos kB", "images"),
]


def table(pages: Iterable[Page], report: Report) -> str:
    """The figures of each page in Markdown, which reads well on a terminal, too."""
    rows = [["page", *(heading for heading, _name in COLUMNS)]]
    for page in pages:
        figures = report.figures.get(page.kind.name, {})
        rows.append([page.kind.title, *(_cell(figures.get(name)) for _heading, name in COLUMNS)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    return "\n".join(
        "| "
        + " | ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in rows
    )


def lines(findings: Iterable[Finding]) -> str:
    """One line for each finding, the faults first."""
    ordered = sorted(findings, key=lambda found: (not found.is_fault, found.judge, found.page))
    return "\n".join(
        f"{'FAULT' if found.is_fault else 'note '}  {found.judge:<10} {found.page}: {found.text}"
        for found in ordered
    )


def write(
    output: Path, facts: dict[str, Any], pages: list[Page], missing: list[Kind], report: Report
) -> None:
    """Everything as JSON."""
    found = facts | {
        "pages": [
            {"name": page.kind.name, "address": page.address}
            | report.figures.get(page.kind.name, {})
            for page in pages
        ],
        "missing": [kind.name for kind in missing],
        "findings": [vars(finding) for finding in report.findings],
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def documented(document: str, facts: dict[str, Any], pages: list[Page], report: Report) -> str:
    """The document with this table in the place of the one before. Raises ValueError without its two marks."""
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The document has no “{BEGIN}” with a “{END}” after it.")
    judges = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    said = (
        f"{facts['date'][:10]}, commit {facts['commit'][:12]}, {facts['machine']}; Lighthouse's performance is the "
        f"median of {facts['runs']} runs where it has to be 100. {judges}."
    )
    faults = lines(report.faults) or "Every requirement is met."
    return f"{before}{BEGIN}\n\n{said}\n\n{table(pages, report)}\n\n{faults}\n\n{END}{after}"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
