"""A reader of texts that says what a test tells it to: the shape of `articles.reading.Mention`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    name: str = ""
    role: str = ""
    organisation: str = ""
    capacity: str = "attended"
    represents: str = ""
    start: int = 0
    end: int = 0
    kind: str = "person"
    count: int | None = None
    acting: str = ""


class Reader:
    """Stands in for `articles.reading`: both of its ways of reading give the same mentions."""

    def __init__(self, *mentions: Mention) -> None:
        self.mentions = list(mentions)
        self.texts: list[tuple[str, str]] = []

    def read(self, text: str, *, known: Collection[str] = ()) -> list[Mention]:
        self.texts.append(("text", text))
        return self.mentions

    def read_list(self, text: str, *, known: Collection[str] = ()) -> list[Mention]:
        self.texts.append(("list", text))
        return self.mentions


def in_order(*mentions: Mention) -> list[Mention]:
    """The same mentions, each at a later place of the text than the one before."""
    from dataclasses import replace

    return [
        replace(mention, start=10 * index, end=10 * index + 5)
        for index, mention in enumerate(mentions)
    ]
