"""A copy desk for tests: it finds what it is told to, and knows nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from articles import proofing
from articles.copydesk.findings import HEADLINE, Finding

WORDS = {
    "ijin": ("form", "izin"),
    "di rubah": ("form", "diubah"),
    "pemeritah": ("spelling", "pemerintah"),
    "Pelung": ("spelling", ""),
    "Bupati Bone": ("office", "Bupati Sinjai"),
}


class NoKnowledge:
    @classmethod
    def load(cls, text: str, story: Any = None) -> NoKnowledge:
        return cls()


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Put the fake in the engine's place; the list holds each text with what was known of it."""
    texts: list[tuple[str, Any]] = []

    def proofread(text: str, *, knowledge: Any, story: Any = None) -> list[Finding]:
        texts.append((text, story))
        found = [
            Finding(match.start(), match.end(), match[0], kind, suggestion, f"About {word}.")
            for word, (kind, suggestion) in WORDS.items()
            for match in re.finditer(rf"\b{word}\b", text)
        ]
        if story.headline.startswith("Heboh"):
            found.append(Finding(0, 5, "Heboh", HEADLINE, "", "No text contains it."))
        return sorted(found, key=lambda one: one.start)

    monkeypatch.setattr(proofing, "proofread", proofread)
    monkeypatch.setattr(proofing, "Knowledge", NoKnowledge)
    return texts


def words_of(rows: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(row["field"], row["text"], row["start"]) for row in rows]


Look = Callable[..., Any]
