"""What the copy desk says of a text, and what it is told about the story."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.utils.functional import Promise

SPELLING = "spelling"
FORM = "form"
NAME = "name"
OFFICE = "office"
DATELINE = "dateline"
PLACE = "place"
ZONE = "zone"
HEADLINE = "headline"
KINDS = (SPELLING, FORM, NAME, OFFICE, DATELINE, PLACE, ZONE, HEADLINE)


@dataclass(frozen=True)
class Finding:
    """One remark about `text[start:end]`; `suggestion` replaces it, or is "" when there is none.

    `reason` is a sentence for the editor, translated when it is shown. A headline's finding
    counts its characters in the headline, every other one in the text.
    """

    start: int
    end: int
    text: str
    kind: str
    suggestion: str
    reason: str | Promise

    def as_row(self) -> dict[str, object]:
        """What `manage.py proofread` prints."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "kind": self.kind,
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True)
class RegisterLine:
    """A line of the story's register: who, and name and office as they are printed."""

    person: int | None
    name: str
    office: str = ""


@dataclass(frozen=True)
class StoryFacts:
    """What is known of the story beside its text. `zone` is a name such as "Asia/Makassar"."""

    headline: str = ""
    standfirst: str = ""
    day: datetime.date | None = None
    place: str = ""
    zone: str = ""
    register: tuple[RegisterLine, ...] = field(default=())
