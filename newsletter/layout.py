"""The entries of an issue as a letter or a page sets them: one leads, then section by section, then corrections."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from articles.models import Section

from .choices import EntryKind
from .models import Entry


@dataclass(frozen=True)
class Block:
    section: Section
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Laid:
    lead: Entry
    blocks: Sequence[Block]
    corrections: Sequence[Entry]


def lay_out(entries: Iterable[Entry], chosen: Collection[int] | None = None) -> Laid | None:
    """Set the entries, which come in their order.

    What leads is the first that nobody paid for: for who chose sections, the first of these. None when there is
    none: paid stories and corrections alone are no letter.

    Args:
        chosen: keys of sections; None for all.
    """
    shown = [entry for entry in entries if chosen is None or entry.section_id in chosen]
    stories = [entry for entry in shown if entry.kind != EntryKind.CORRECTION]
    lead = next((entry for entry in stories if not entry.label), None)
    if lead is None:
        return None
    by_section: dict[int, list[Entry]] = {}
    for entry in stories:
        if entry is not lead:
            by_section.setdefault(entry.section_id, []).append(entry)
    return Laid(
        lead,
        [Block(own[0].section, own) for own in by_section.values()],
        [entry for entry in shown if entry.kind == EntryKind.CORRECTION],
    )
