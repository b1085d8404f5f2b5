"""Datelines, places and clocks in a text, against the gazetteer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..choices import TimeZoneName
from ..letters import one_slip_apart
from .findings import DATELINE, PLACE, ZONE, Finding, StoryFacts
from .known import Known, KnownPlace

_PLACE_REASON = _("The gazetteer does not have this place; {name} is one letter away.")
_ZONE_REASON = _("{place} lives by {zone}.")
_LABELS: dict[str, str] = {
    TimeZoneName.JAKARTA: "WIB",
    TimeZoneName.PONTIANAK: "WIB",
    TimeZoneName.MAKASSAR: "WITA",
    TimeZoneName.JAYAPURA: "WIT",
}
# "SINJAI, KOMPAS — ", "Sinjai – ", "SINJAI (Kabar) - ": the place that opens a story.
_DATELINE = re.compile(
    r"\s*([A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’-]+){0,3})"
    r"(?=(?:, ?[A-Z][\w .]{1,30}| \([^)\n]{1,30}\))?\s?(?:[—–]| - |--))"
)
_AFTER_A_WORD = re.compile(
    r"\b(Kabupaten|Kab\.|Kota|Kecamatan|Kec\.|Desa|Kelurahan|Provinsi)\s"
    r"([A-Z][a-z'’-]+(?: [A-Z][a-z'’-]+){0,2})"
)
_KINDS = {
    "Kabupaten": {"regency"},
    "Kab.": {"regency"},
    "Kota": {"city"},
    "Kecamatan": {"district"},
    "Kec.": {"district"},
    "Desa": {"village"},
    "Kelurahan": {"village"},
    "Provinsi": {"province"},
}
_TIME = re.compile(
    r"(?:\b(?:pukul|jam)\s+)?\b\d{1,2}[.:]\d{2}\s*(?:[-–]\s*\d{1,2}[.:]\d{2}\s*)?(WITA|Wita|WIB|Wib|WIT|Wit)\b"
)
# "Solo" is no slip of Solok: short names of places are too near each other.
SHORTEST = 5


def candidates(text: str) -> list[str]:
    """The words that may be places, in small letters: what the gazetteer is asked about."""
    found = []
    if match := _DATELINE.match(text):
        found.append(match.group(1).lower())
    for match in _AFTER_A_WORD.finditer(text):
        words = match.group(2).lower().split()
        found += [" ".join(words[:count]) for count in range(len(words), 0, -1)]
    return list(dict.fromkeys(found))


def check_dateline(text: str, known: Known) -> Iterator[Finding]:
    """A dateline that the gazetteer does not have, when one letter makes a place of it."""
    match = _DATELINE.match(text)
    if not match:
        return
    printed = match.group(1)
    right = _nearest(printed.lower(), known, None)
    if right is not None:
        better = right.name.upper() if printed.isupper() else right.name
        reason = format_lazy(_PLACE_REASON, name=right.name)
        yield Finding(match.start(1), match.end(1), printed, DATELINE, better, reason)


def check_places(text: str, known: Known) -> Iterator[Finding]:
    """A place behind "Kabupaten", "Desa", … that the gazetteer does not have, but nearly."""
    answers: dict[tuple[str, str], tuple[str, KnownPlace] | None] = {}
    for match in _AFTER_A_WORD.finditer(text):
        asked = (str(match.group(1)), str(match.group(2)))
        if asked not in answers:
            answers[asked] = _misprinted(*asked, known)
        answer = answers[asked]
        if answer is not None:
            printed, right = answer
            start = match.start(2)
            reason = format_lazy(_PLACE_REASON, name=right.name)
            yield Finding(start, start + len(printed), printed, PLACE, right.name, reason)


def _misprinted(word: str, printed: str, known: Known) -> tuple[str, KnownPlace] | None:
    """How much of `printed`, behind a word such as "Desa", is one slip from which place."""
    words = printed.split()
    tries = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
    if any(_has(name.lower(), known, None) for name in tries):
        return None
    for name in tries:
        if right := _nearest(name.lower(), known, _KINDS[word]):
            return name, right
    return None


def check_zones(text: str, known: Known, story: StoryFacts) -> Iterator[Finding]:
    """A time with the label of another zone than that of the story's place.

    The place is the story's own, else the one in the text's dateline. Where the text names a
    place of the other zone, the time may be that place's: then nothing is said.
    """
    place, zone = story.place, story.zone
    if not zone and (match := _DATELINE.match(text)):
        found = [p for p in known.places if p.name.lower() == match.group(1).lower() and p.zone]
        if len({_LABELS.get(p.zone) for p in found}) == 1:
            place, zone = found[0].name, found[0].zone
    label = _LABELS.get(zone, "")
    if not label:
        return
    explained: dict[str, bool] = {label: True}
    for match in _TIME.finditer(text):
        said = match.group(1)
        if said.upper() not in explained:
            explained[said.upper()] = _names_a_place_of(said.upper(), text, known)
        if explained[said.upper()]:
            continue
        better = label if said.isupper() else label.capitalize()
        reason = format_lazy(_ZONE_REASON, place=place, zone=label)
        yield Finding(match.start(1), match.end(1), said, ZONE, better, reason)


def _names_a_place_of(label: str, text: str, known: Known) -> bool:
    return any(
        _LABELS.get(place.zone) == label and re.search(rf"\b{re.escape(place.name)}\b", text)
        for place in known.places
    )


def _has(name: str, known: Known, kinds: set[str] | None) -> bool:
    return any(
        place.name.lower() == name and (kinds is None or place.kind in kinds)
        for place in known.places
    )


def _nearest(name: str, known: Known, kinds: set[str] | None) -> KnownPlace | None:
    """The one place that is a slip away from `name`, when `name` itself is none."""
    if len(name) < SHORTEST or _has(name, known, None) or known.is_known(name):
        return None
    near = {
        place.name: place
        for place in known.places
        if (kinds is None or place.kind in kinds) and one_slip_apart(name, place.name.lower())
    }
    return next(iter(near.values())) if len(near) == 1 else None
