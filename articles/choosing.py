"""Between two versions of a story: what is settled by itself, what a person must choose, and what comes of it.

A field that one side alone changed is that side's. What both changed is merged where that can be done without
loss, text by paragraphs and lists by entries; everything else is for the person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from . import merging
from .sanitise import clean_body
from .slugs import slug_of
from .snapshots import CONTENTS, Snapshot, comparable, differing
from .versions import Versions

Answer = Literal["theirs", "mine", "both", "own"]
ANSWERS: tuple[Answer, ...] = ("theirs", "mine", "both", "own")

# What may be written anew on the page of the choice; a story's text is, in its form.
WRITTEN_ANEW = {"headline": 250, "standfirst": 5000}
# What makes an entry of a list the same one, whatever else is said of it.
_SUBJECTS: dict[str, Callable[[Any], Any]] = {
    "tags": str.casefold,
    "bylines": lambda row: (row["author_id"], row["role"]),
    "photos": lambda row: row["photo_id"],
    "attendances": lambda row: (
        row.get("person_id"),
        row.get("organisation_id"),
        row.get("group_label"),
        row.get("name_as_printed") if not row.get("person_id") else "",
    ),
    "related": lambda row: row,
}


@dataclass(frozen=True)
class Choice:
    """A field in which the two versions differ.

    `changed_by` says who changed it since they were one, `preset` what counts unless somebody chooses; None:
    it must be chosen. `both` is the merged value, None where there is none; `conflicts` are the stretches of
    a text in which it has both versions, one after the other, until they are chosen one by one.
    """

    key: str
    changed_by: Literal["mine", "theirs", "both"]
    preset: Answer | None
    both: Any = None
    conflicts: tuple[merging.Conflict, ...] = ()

    @property
    def may_be_own(self) -> bool:
        return self.key in WRITTEN_ANEW


class Undecided(Exception):
    """Something that must be chosen was not, or was written empty: `keys` say what."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        super().__init__(*keys)


def choices(versions: Versions, *, has_address: bool) -> list[Choice]:
    """The fields to choose between, in the order of the form.

    `has_address` is whether the story has been public: otherwise its address follows its headline, and is
    no question of its own.
    """
    apart = [key for key in differing(versions.theirs, versions.mine) if key in CONTENTS]
    if not has_address and "headline" in apart:
        apart = [key for key in apart if key != "slug"]
    return [_choice(versions, key) for key in apart]


def chosen(
    versions: Versions,
    answers: Mapping[str, str],
    *,
    has_address: bool,
    own: Mapping[str, str] | None = None,
    in_text: Mapping[str, list[str]] | None = None,
) -> Snapshot:
    """The story as somebody wants it.

    `answers` names one of ANSWERS for a key, `own` the words that were written anew, `in_text` what was chosen
    ("mine", "theirs", "both") at each conflict of a text that is merged. What nobody answered is as `Choice`
    presets it. Raises Undecided.
    """
    contents = dict(versions.theirs)
    undecided: list[str] = []
    for choice in choices(versions, has_address=has_address):
        key = choice.key
        answer = answers.get(key) or choice.preset
        if answer == "mine":
            contents[key] = versions.mine[key]
        elif answer == "both" and choice.both is not None:
            contents[key] = _as_chosen(versions, choice, (in_text or {}).get(key, []))
        elif answer == "own" and choice.may_be_own:
            contents[key] = " ".join((own or {}).get(key, "").split())[: WRITTEN_ANEW[key]]
            if key == "headline" and not contents[key]:
                undecided.append(key)
        elif answer != "theirs":
            undecided.append(key)
    if undecided:
        raise Undecided(undecided)
    if not has_address:
        contents["slug"] = _address(versions, contents)
    return contents


def _choice(versions: Versions, key: str) -> Choice:
    if versions.base is None or key not in versions.base:
        return Choice(key, "both", None)
    base, mine, theirs = (
        comparable(key, side[key]) for side in (versions.base, versions.mine, versions.theirs)
    )
    if mine == base:
        return Choice(key, "theirs", "theirs")
    if theirs == base:
        return Choice(key, "mine", "mine")
    if key == "body":
        merge = merging.merge_html(base, mine, theirs)
        is_clean = not merge.conflicts
        return Choice(key, "both", "both" if is_clean else None, merge.both, (*merge.conflicts,))
    if key in _SUBJECTS:
        both = _both(_SUBJECTS[key], base, mine, theirs)
        return Choice(key, "both", None if both is None else "both", both)
    return Choice(key, "both", None)


def _as_chosen(versions: Versions, choice: Choice, in_text: list[str]) -> Any:
    if not choice.conflicts:
        return choice.both
    assert versions.base is not None
    texts = (side[choice.key] for side in (versions.base, versions.mine, versions.theirs))
    merge = merging.merge_html(*texts)
    known: dict[str, merging.Choice] = {"mine": "mine", "theirs": "theirs"}
    asked = [*in_text, *["both"] * len(merge.conflicts)][: len(merge.conflicts)]
    return clean_body(merge.chosen([known.get(one, "both") for one in asked]))


def _both(
    subject: Callable[[Any], Any], base: list[Any], mine: list[Any], theirs: list[Any]
) -> list[Any] | None:
    """A list with what each side added, changed and removed; None when both touched the same entry.

    None too when a list has two entries of one subject, such as two groups of one name: which of them is which
    is not known, and one would be lost. The order is theirs; what I added comes after it.
    """
    before, own, others = ({subject(row): row for row in rows} for rows in (base, mine, theirs))
    if (len(before), len(own), len(others)) != (len(base), len(mine), len(theirs)):
        return None
    merged: dict[Any, Any] = {}
    for key in [*others, *(key for key in own if key not in others)]:
        was, is_mine, is_theirs = before.get(key), own.get(key), others.get(key)
        if is_mine in (is_theirs, was):
            row = is_theirs
        elif is_theirs == was:
            row = is_mine
        else:
            return None
        if row is not None:
            merged[key] = row
    return list(merged.values())


def _address(versions: Versions, contents: Snapshot) -> str:
    """The address of the version whose headline it is; made anew for a headline that is neither's."""
    for side in (versions.theirs, versions.mine):
        if contents["headline"] == side["headline"]:
            return str(side["slug"])
    made = slug_of(versions.theirs["headline"])
    return (
        slug_of(contents["headline"])
        if versions.theirs["slug"] == made
        else versions.theirs["slug"]
    )
