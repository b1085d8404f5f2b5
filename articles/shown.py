"""A snapshot of a story as a person reads it, and two of them side by side.

Names stand where a snapshot has ids. Everything is plain text, for a template to escape; the bodies of old snapshots
are cleaned again on their way.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from . import zones
from .choices import BylineRole, Capacity, Kind
from .comparing import Block, Line, blocks, bounded, items, text_of_html
from .models import Article, Author, Organisation, Person, Photo, Place, Post, Section
from .sanitise import clean_body
from .snapshots import CONTENTS, OF_THE_LIBRARY, TIMES, Snapshot, comparable

ShownKind = Literal["words", "items", "value"]

_WORDS = ("headline", "standfirst", "body")
_FLAGS = ("is_identity_protected", "is_unverified", "is_tragedy")
_LINK = re.compile(r'<a href="([^"]*)"')
_PICTURE = re.compile(r'<img src="([^"]*)"')
# As many unchanged paragraphs in a row are folded away, but for those beside a change.
_FOLDED = 4


@dataclass(frozen=True)
class Shown:
    """One field of a snapshot under the name that the form gives it. `html` is that of a text with markup."""

    key: str
    label: str
    kind: ShownKind
    value: str | list[str]
    html: str = ""


@dataclass(frozen=True)
class Fold:
    """Unchanged paragraphs that are folded away."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class FieldDiff:
    """What became of one field: `blocks` of words, `lines` of items, or `before` and `after` of a value.

    `more` is what else changed in it (links, pictures); `note` is a sentence where nothing else can be shown.
    """

    key: str
    label: str
    kind: ShownKind
    blocks: tuple[Block, ...] = ()
    lines: tuple[Line, ...] = ()
    before: str = ""
    after: str = ""
    more: tuple[FieldDiff, ...] = ()
    note: str = ""

    @property
    def folded(self) -> list[Block | Fold]:
        """The blocks, with long unchanged stretches folded; those beside a change stay in sight."""
        read: list[Block | Fold] = []
        run: list[Block] = []
        for block in [*self.blocks, None]:
            if block is not None and block.kind == "same":
                run.append(block)
                continue
            first, last = (1 if read else 0), (len(run) - 1 if block is not None else len(run))
            if last - first >= _FOLDED:
                read += [*run[:first], Fold(tuple(run[first:last])), *run[last:]]
            else:
                read += run
            run = []
            if block is not None:
                read.append(block)
        return read


def label_of(key: str) -> str:
    """What the desk calls that key of a snapshot."""
    rows = {
        "tags": _("Tags"),
        "bylines": _("Bylines"),
        "photos": _("Photos"),
        "attendances": _("Present"),
        "related": _("Related stories"),
        "body": pgettext("of a story", "text"),
    }
    if key in rows:
        return str(capfirst(rows[key]))
    column = Article._meta.get_field(key.removesuffix("_id"))
    return str(capfirst(getattr(column, "verbose_name", key)))


def shown(snapshot: Snapshot) -> list[Shown]:
    """Every field of a snapshot, in the order of the form, then the times. At most eight queries.

    Keys that the snapshot does not have, as older ones lack some, are left out; what its ids meant and is gone
    since is said to be gone.
    """
    return _Reading(_Names.of(snapshot), snapshot).all()


def compare(before: Snapshot, after: Snapshot) -> list[FieldDiff]:
    """The fields in which two snapshots differ, in the order of the form. At most eight queries.

    A key that one of them does not have is no difference.
    """
    before, after = _with_the_same_of_photos(before, after)
    names = _Names.of(before, after)
    differing = [
        key
        for key in (*CONTENTS, *TIMES)
        if key in before and key in after and before[key] != after[key]
    ]
    old, new = (_Reading(names, snapshot) for snapshot in (before, after))
    return [_compared(old.field(key), new.field(key)) for key in differing]


def _with_the_same_of_photos(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    """Without the credits of the photos where one of the two did not keep them."""
    rows = [row for side in (before, after) for row in side.get("photos") or []]
    if all(key in row for row in rows for key in OF_THE_LIBRARY):
        return before, after
    first, second = (
        side | {"photos": comparable("photos", side["photos"])} if "photos" in side else side
        for side in (before, after)
    )
    return first, second


def compare_shown(before: Iterable[Shown], after: Iterable[Shown]) -> list[FieldDiff]:
    """The same of fields that come from elsewhere, such as a form that is not saved; no queries."""
    known = {one.key: one for one in before}
    return [
        _compared(known[one.key], one)
        for one in after
        if one.key in known and (known[one.key].value, known[one.key].html) != (one.value, one.html)
    ]


def _compared(before: Shown, after: Shown) -> FieldDiff:
    key, label, kind = after.key, after.label, after.kind
    more = tuple(_beside(before, after))
    note = ""
    if before.value == after.value and not more:
        note = (
            _("The words are the same; only the formatting differs.")
            if kind == "words"
            else _("What is printed is the same; an entry behind it is another one.")
        )
    if isinstance(before.value, list) or isinstance(after.value, list):
        return _lists(after, _listed(before.value), _listed(after.value), note)
    if kind == "words":
        found = blocks(before.value, after.value) if before.value != after.value else []
        part, is_whole = bounded(found)
        note = note if is_whole else _not_whole()
        return FieldDiff(key, label, kind, blocks=tuple(part), more=more, note=note)
    return FieldDiff(key, label, kind, before=before.value, after=after.value, note=note)


def _lists(one: Shown, before: list[str], after: list[str], note: str = "") -> FieldDiff:
    part, is_whole = bounded(items(before, after))
    note = note if is_whole else _not_whole()
    return FieldDiff(one.key, one.label, "items", lines=tuple(part), note=note)


def _not_whole() -> str:
    return _(
        "Only a part is shown, from the first change on: the rest differs too much, or is too long, to be shown here."
    )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _beside(before: Shown, after: Shown) -> Iterable[FieldDiff]:
    """What changed in a text beside its words: where its links lead, its pictures."""
    for label, pattern in ((_("Links"), _LINK), (_("Pictures in the text"), _PICTURE)):
        old, new = (
            [unescape(found) for found in pattern.findall(one.html)] for one in (before, after)
        )
        if old != new:
            yield _lists(Shown(after.key, label, "items", new), old, new)


@dataclass(frozen=True)
class _Names:
    """The rows that snapshots refer to, by id; one query for each kind that occurs."""

    rows: dict[type[Model], dict[int, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, *snapshots: Snapshot) -> _Names:
        wanted: dict[type[Model], set[int]] = {}

        def want(model: type[Model], *ids: Any) -> None:
            # What came from a browser may be anything.
            known = {key for key in ids if type(key) is int and 0 < key < 2**31}
            wanted.setdefault(model, set()).update(known)

        for snapshot in snapshots:
            want(Section, snapshot.get("section_id"))
            want(Place, snapshot.get("place_id"))
            want(Article, *snapshot.get("related", []))
            want(Author, *(row.get("author_id") for row in snapshot.get("bylines", [])))
            want(Photo, *(row.get("photo_id") for row in snapshot.get("photos", [])))
            for row in snapshot.get("attendances", []):
                want(Person, row.get("represents_person_id"))
                want(
                    Organisation, row.get("organisation_id"), row.get("represents_organisation_id")
                )
                want(Post, row.get("represents_post_id"))
        return cls(
            {
                model: {row.pk: row for row in _narrow(model).filter(pk__in=ids)}
                for model, ids in wanted.items()
                if ids
            }
        )

    def get(self, model: type[Model], key: Any) -> Any:
        return self.rows.get(model, {}).get(key)

    def name(self, model: type[Model], key: Any) -> str:
        """What the row is called; empty for no id, and a word for a row that is gone."""
        if not key:
            return ""
        row = self.get(model, key)
        return str(row) if row is not None else _("(no longer there)")


def _narrow(model: type[Model]) -> Any:
    rows = model._default_manager.all()
    return rows.only("headline") if model is Article else rows


@dataclass(frozen=True)
class _Reading:
    """One snapshot in words."""

    names: _Names
    snapshot: Snapshot

    def all(self) -> list[Shown]:
        return [self.field(key) for key in (*CONTENTS, *TIMES) if key in self.snapshot]

    def field(self, key: str) -> Shown:
        value = self.snapshot.get(key)
        label = label_of(key)
        if key == "body":
            html = clean_body(str(value or ""))
            return Shown(key, label, "words", text_of_html(html), html)
        if key in _WORDS:
            return Shown(key, label, "words", str(value or ""))
        if key in _ROWS:
            return Shown(
                key, label, "items", [getattr(self, _ROWS[key])(row) for row in value or []]
            )
        return Shown(key, label, "value", self._value(key, value))

    def _value(self, key: str, value: Any) -> str:
        if key in _FLAGS:
            return _("yes") if value else _("no")
        if key == "section_id":
            return self.names.name(Section, value)
        if key == "place_id":
            return self.names.name(Place, value)
        if key == "kind":
            return str(dict(Kind.choices).get(value, value or ""))
        if key == "event_on" and value:
            return date_format(datetime.date.fromisoformat(value), "j F Y")
        if key in TIMES and value:
            return self._moment(value)
        return str(value or "")

    def _moment(self, text: str) -> str:
        moment = datetime.datetime.fromisoformat(text)
        label = zones.label(moment, self._zone.key)
        there = moment.astimezone(self._zone)
        return f"{date_format(there, 'j F Y')}, {there:%H.%M} {label}"

    @cached_property
    def _zone(self) -> ZoneInfo:
        place = self.names.get(Place, self.snapshot.get("place_id"))
        return ZoneInfo(place.timezone if place else settings.TIME_ZONE)

    def _tag(self, name: Any) -> str:
        return str(name)

    def _byline(self, row: dict[str, Any]) -> str:
        role = dict(BylineRole.choices).get(row.get("role", ""), "")
        name = self.names.name(Author, row.get("author_id"))
        return f"{name} ({role})" if role else name

    def _photo(self, row: dict[str, Any]) -> str:
        """Captions are told apart by the number of the photo: two may read alike."""
        parts = [_("Photo %(number)s") % {"number": row.get("photo_id")}]
        if self.names.get(Photo, row.get("photo_id")) is None:
            parts[0] += " " + _("(no longer there)")
        parts[0] += f": {row['caption']}" if row.get("caption") else ""
        if row.get("alt_text"):
            parts.append(_("alternative text: %(text)s") % {"text": row["alt_text"]})
        if row.get("credit"):
            parts.append(_("credit: %(text)s") % {"text": row["credit"]})
        if row.get("is_ai_generated"):
            parts.append(_("made by artificial intelligence"))
        return " · ".join(parts)

    def _attendance(self, row: dict[str, Any]) -> str:
        """As the register prints it: "Sanneng, Camat Tellulimpoe, on behalf of Bupati (attended)"."""
        parts = [self._attendant(row), row.get("office_as_printed") or ""]
        if represented := self._represented(row):
            parts.append(_("on behalf of %(whom)s") % {"whom": represented})
        line = ", ".join(part for part in parts if part)
        capacity = dict(Capacity.choices).get(row.get("capacity", ""), "")
        return f"{line} ({capacity})" if capacity else line

    def _attendant(self, row: dict[str, Any]) -> str:
        if row.get("name_as_printed"):
            return str(row["name_as_printed"])
        if row.get("organisation_id"):
            sent = self.names.get(Organisation, row["organisation_id"])
            name = (sent.short_name or sent.name) if sent else _("(no longer there)")
            return _("representatives of %(organisation)s") % {"organisation": name}
        count = row.get("group_count")
        return (
            f"{row.get('group_label', '')} ({count})" if count else str(row.get("group_label", ""))
        )

    def _represented(self, row: dict[str, Any]) -> str:
        if row.get("represents_as_printed"):
            return str(row["represents_as_printed"])
        post = self.names.get(Post, row.get("represents_post_id"))
        return (
            self.names.name(Person, row.get("represents_person_id"))
            or (post.title if post else "")
            or self.names.name(Organisation, row.get("represents_organisation_id"))
        )

    def _related(self, key: Any) -> str:
        return self.names.name(Article, key)


_ROWS = {
    "tags": "_tag",
    "bylines": "_byline",
    "photos": "_photo",
    "attendances": "_attendance",
    "related": "_related",
}


def keys_known(keys: Sequence[str]) -> list[str]:
    """Those of `keys` that a snapshot can have, in the order of the form; the others are dropped."""
    asked = set(keys)
    return [key for key in CONTENTS if key in asked]
