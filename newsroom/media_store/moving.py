"""Media from a folder into a bucket, or back: what is there already stays, so that it can be begun again anywhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from ..backup.media import named_by_rows
from .files import Entry, Files

# As many names as are told.
MOST_NAMED = 20

Step = Callable[[int], None]


@dataclass
class Moved:
    """What came of it. `missing`: names that rows have and the goal has not, the first of `missing_count`."""

    files: int = 0
    copied: int = 0
    copied_bytes: int = 0
    missing_count: int = 0
    missing: list[str] = field(default_factory=list)

    def lacks(self, name: str) -> None:
        self.missing_count += 1
        if len(self.missing) < MOST_NAMED:
            self.missing.append(name)


def move(source: Files, goal: Files, step: Step) -> Moved:
    """Copy every file that the goal certainly has not; nothing is removed from the source. Raises OSError."""
    moved = Moved()
    # Folder by folder, so that the goal is asked once for each and not once for each file.
    for folder, entries in _by_folder(source):
        there = {one.name: one for one in goal.entries(folder)}
        for entry in entries:
            moved.files += 1
            step(moved.files)
            if _is_there(source, goal, entry, there.get(entry.name)):
                continue
            _copy(source, goal, entry)
            moved.copied += 1
            moved.copied_bytes += entry.size
    return moved


def check(goal: Files, step: Step) -> Moved:
    """Whether every file that a row names is there, and not empty."""
    checked = Moved()
    there = {entry.name for entry in goal.entries() if entry.size}
    for name in sorted(set(_named())):
        checked.files += 1
        step(checked.files)
        if name not in there:
            checked.lacks(name)
    return checked


def _named() -> Iterator[str]:
    connection.ensure_connection()
    opened: Any = connection.connection
    with opened.transaction():
        yield from named_by_rows(opened)


def _by_folder(source: Files) -> Iterator[tuple[str, list[Entry]]]:
    """The files of each folder, a few hundred at most where names are hashes."""
    folder, entries = "", list[Entry]()
    for entry in source.entries():
        its = entry.name.rpartition("/")[0]
        if its != folder and entries:
            yield folder, entries
            entries = []
        folder = its
        entries.append(entry)
    if entries:
        yield folder, entries


def _is_there(source: Files, goal: Files, entry: Entry, other: Entry | None) -> bool:
    """Whether the goal's file is certainly this one: a bucket knows the MD5 of what it has."""
    if other is None or other.size != entry.size:
        return False
    if other.md5:
        with source.at_hand(entry.name) as path:
            return other.is_that_of(path)
    if entry.md5:
        with goal.at_hand(entry.name) as path:
            return entry.is_that_of(path)
    return False


def _copy(source: Files, goal: Files, entry: Entry) -> None:
    with source.at_hand(entry.name) as path, goal.coming(entry.name) as fresh:
        # `put` may take the file away.
        shutil.copyfile(path, fresh)
        goal.put(entry.name, fresh, entry.changed)
