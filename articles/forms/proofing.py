"""The story form as it was typed, for the copy desk: read without judging, and never saved."""

from __future__ import annotations

import datetime
import re

from django.http import QueryDict

from ..copydesk.findings import RegisterLine, StoryFacts
from ..models import Article, Place
from ..proofing import Reading, ignored_in, ignored_on_form, key_of, story_passages
from ..sanitise import plain_text

# As a browser can write it into an integer field that PostgreSQL takes.
_KEY = re.compile(r"[0-9]{1,18}", re.ASCII)
_CAPTION = re.compile(r"article_photos-([0-9]{1,4})-caption", re.ASCII)
_NAME = re.compile(r"attendances-([0-9]{1,4})-name", re.ASCII)


def reading_of_form(sent: QueryDict, article: Article | None) -> Reading:
    """What stands on the form, saved or not. Two queries at most: the place, what is ignored.

    `body_text` is the text as the editor counts it, so that its offsets are the editor's own;
    without it the text is what the HTML in `body` says.
    """
    place = _place(sent.get("place", ""))
    headline, standfirst = _typed(sent, "headline"), _typed(sent, "standfirst")
    body = _typed(sent, "body_text") if "body_text" in sent else plain_text(_typed(sent, "body"))
    noted = ignored_in(article) if article else frozenset()
    return Reading(
        passages=story_passages(headline, standfirst, body, _captions(sent)),
        facts=StoryFacts(
            headline=headline,
            standfirst=standfirst,
            day=_day(sent.get("event_on", "")),
            place=place.short_name if place else "",
            zone=place.timezone if place else "",
            register=tuple(_register(sent)),
        ),
        ignored=noted | {key_of(*pair) for pair in ignored_on_form(sent.get("ignored", ""))},
    )


def _typed(sent: QueryDict, name: str) -> str:
    # A browser sends a line break as two characters; the form's script counts it as one.
    return sent.get(name, "").replace("\r\n", "\n").replace("\x00", "")


def _place(key: str) -> Place | None:
    return Place.objects.filter(pk=key).first() if _KEY.fullmatch(key) else None


def _day(typed: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(typed)
    except ValueError:
        return None


def _captions(sent: QueryDict) -> list[tuple[int, str]]:
    """The captions by the number of their row; those of removed photos are not printed."""
    rows = ((match[1], name) for name in sent if (match := _CAPTION.fullmatch(name)))
    return [
        (int(row), _typed(sent, name))
        for row, name in sorted(rows, key=lambda one: int(one[0]))
        if not sent.get(f"article_photos-{row}-DELETE")
    ]


def _register(sent: QueryDict) -> list[RegisterLine]:
    """The persons among the lines of the register, as printed, with whom a line means."""
    lines = []
    for row in (match[1] for name in sent if (match := _NAME.fullmatch(name))):
        prefix = f"attendances-{row}-"
        name = _typed(sent, f"{prefix}name").strip()
        if not name or sent.get(f"{prefix}DELETE") or _is_no_person(sent, prefix):
            continue
        kind, _colon, key = sent.get(f"{prefix}chosen", "").partition(":")
        person = int(key) if kind == "person" and _KEY.fullmatch(key) else None
        lines.append(RegisterLine(person, name, _typed(sent, f"{prefix}office_as_printed")))
    return lines


def _is_no_person(sent: QueryDict, prefix: str) -> bool:
    return sent.get(f"{prefix}subject", "person") not in {"", "person"}
