"""The table of faults: for a terminal, for docs/faults.md, and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .ledger import median_and_most
from .letters import Letters
from .running import Row

BEGIN, END = "<!-- found by make faults -->", "<!-- until here -->"
HEAD = (
    *("fault", "rounds", "acknowledged", "lost", "twice", "silent", "unanswered but there"),
    *("readers' requests failed", "recovery s (median, most)", "what people were told"),
)
# Sentences that one cell shows.
SHOWN = 2


def table(rows: Iterable[Row]) -> str:
    """In Markdown, one line for each fault."""
    lines = ["| " + " | ".join(HEAD) + " |", "| --- |" + " ---: |" * 7 + " --- | --- |"]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows]
    return "\n".join(lines)


def _cells(row: Row) -> list[str]:
    if row.verdict is None:
        return [row.fault.title, *["–"] * 8, row.why or "not tried: could not be set up"]
    verdict = row.verdict
    told = median_and_most(row.recovery)
    return [
        row.fault.title,
        str(row.rounds),
        f"{verdict.acknowledged:,}",
        str(len(verdict.lost) + len(row.wrong)),
        str(len(verdict.twice)),
        str(len(verdict.silent)),
        f"{verdict.unanswered_but_there} of {verdict.unanswered}",
        f"{row.unread:,} of {row.read:,}",
        "–" if told is None else f"{told[0]:.1f}, {told[1]:.1f}",
        _told(verdict.told) or "nothing: all was taken",
    ]


def _told(told: list[tuple[str, int]]) -> str:
    shown = [f"“{sentence.replace('|', '/')}” ({number})" for sentence, number in told[:SHOWN]]
    return "; ".join(shown)


def kinds_line(rows: Iterable[Row]) -> str:
    """One sentence about what was acknowledged, of all rows, the most frequent first."""
    kinds: Counter[str] = Counter()
    for row in rows:
        kinds.update(row.verdict.kinds if row.verdict else {})
    told = ", ".join(f"{kind} {number:,}" for kind, number in kinds.most_common())
    return f"Acknowledged: {told or 'nothing'}."


def letters_line(letters: Letters) -> str:
    """One sentence about all letters of the run."""
    return (
        f"Letters: {letters.promised:,} promised, {letters.arrived:,} arrived, {len(letters.lost)} lost, "
        f"{len(letters.twice)} twice; handed over again under the same Message-ID: {letters.again}; given up, and shown "
        f"at the desk with the reason: {letters.given_up}; of the newsletter, unknown and never sent again: {letters.unknown}."
    )


def complaints(rows: Iterable[Row], letters: Letters | None = None) -> list[str]:
    """One line for each piece that was lost, doubled, or of which somebody heard nothing true."""
    lines = []
    letters = letters or Letters()
    for row in rows:
        named = {}
        if (verdict := row.verdict) is not None:
            named = {"lost": verdict.lost, "twice": verdict.twice, "silent": verdict.silent}
        for word, names in (*named.items(), ("wrong", row.wrong)):
            lines += [f"{word:<6}  {row.fault.name:<16} {name}" for name in names]
    lines += [f"lost    letters          {name}" for name in letters.lost]
    return lines + [f"twice   letters          {name}" for name in letters.twice]


def as_json(facts: dict[str, Any], rows: Iterable[Row], letters: Letters) -> dict[str, Any]:
    return facts | {
        "letters": vars(letters),
        "rows": [
            {
                "fault": row.fault.name,
                "title": row.fault.title,
                "not_tried": row.why,
                "rounds": row.rounds,
                "recovery_s": [round(seconds, 2) for seconds in row.recovery],
                "readers_asked": row.read,
                "readers_failed": row.unread,
                "restarted_from_outside": row.restarts_by_hand,
                "wrong": row.wrong,
                **(vars(row.verdict) if row.verdict else {}),
            }
            for row in rows
        ],
    }


def write(output: Path, found: dict[str, Any]) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def documented(document: str, said: str) -> str:
    """The document with that in the place of what stood there. Raises ValueError without its two marks."""
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The document has no “{BEGIN}” with a “{END}” after it.")
    return f"{before}{BEGIN}\n\n{said}\n\n{END}{after}"
