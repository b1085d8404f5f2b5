"""What an entry of the log says, in the words of the desk: fields and states by their names there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.template.defaultfilters import date as date_filter
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from .models import Entry

# Where the words stand for what is written under these keys, when it is not a field of the row itself.
_CHOICES = {
    "deed": ("ads.Record", "deed"),
    "reason": ("comments.ModerationEvent", "reason"),
    "kind": ("articles.Correction", "kind"),
}
# Of these the row's own state.
_STATES = ("to", "status")
# What says enough by itself.
_BARE = ("deed", "kind", "note", "why", "text", "reason")
# Numbers of other rows, for who looks into the details; and what is told apart from the rest.
_LEFT_OUT = (
    *("record", "correction", "ban", "position", "hash"),
    *("message", "values", "from", "to"),
)
_NAMES = {
    "until": gettext_lazy("until"),
    "typed": gettext_lazy("typed"),
    "rows": gettext_lazy("rows"),
}
_WORDS = {
    ("factor", "added"): gettext_lazy("second factor set up"),
    ("factor", "removed"): gettext_lazy("second factor taken away"),
    ("factor", "reset on the server"): gettext_lazy("second factor reset on the server"),
    ("recovery_codes", "made"): gettext_lazy("recovery codes made"),
    ("password", "changed"): gettext_lazy("password changed"),
    ("as", "case"): gettext_lazy("as a case file"),
    ("as", "own data"): gettext_lazy("own data"),
    ("as", "wordpress"): gettext_lazy("as a WordPress export"),
}


def in_short(entry: Entry) -> str:
    """The details of an entry as one line. Whatever this code does not know stands there as it was written."""
    try:
        return _in_words(entry)
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
        # Whoever wrote it: no row that cannot be changed keeps a page from being read.
        return str(entry.details)


def _in_words(entry: Entry) -> str:
    details = entry.details
    if not isinstance(details, dict):
        return str(details)
    values = details.get("values") or {}
    # Of a form's fields some are written down with what they were, the others by their names alone.
    known = {_name(entry.kind, name).casefold() for name in values}
    said = [_changed(details.get("message", ""), known), "; ".join(pairs(entry.kind, values))]
    return " ".join(filter(None, said)) or "; ".join(_parts(entry.kind, details))


def _changed(message: Any, known: Collection[str]) -> str:
    """What a message of Django's admin says, or a sentence; without the fields that are `known` already."""
    if isinstance(message, str):
        # Django reads it once more: a sentence, or a list as text.
        return LogEntry(change_message=message).get_change_message() if message else ""
    told = [one for one in (_with_labels(one, known) for one in message) if one]
    return LogEntry(change_message=json.dumps(told)).get_change_message() if told else ""


def _with_labels(change: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """One change with its fields as the desk calls them: Django keeps the English label, capitalised.

    Empty where nothing is left to tell.
    """
    ((deed, about),) = change.items()
    if "fields" not in about:
        return change
    labels = [_label(english) for english in about["fields"]]
    left = [label for label in labels if "name" in about or label.casefold() not in known]
    return {deed: {**about, "fields": left}} if left else {}


def _label(english: str) -> str:
    if (translated := gettext(english)) != english:
        return translated
    small = english[:1].lower() + english[1:]
    translated = gettext(small) if small else ""
    return str(capfirst(translated)) if translated != small else english


def pairs(kind: str, changes: Mapping[str, Any]) -> Iterator[str]:
    """{"field": [before, after]} of a row of that kind ("app.model"), each in words."""
    for name, values in changes.items():
        before, after = (_value(_field(kind, name), one) for one in values)
        yield f"{_name(kind, name)}: {before} → {after}"


def _parts(kind: str, details: dict[str, Any]) -> Iterator[str]:
    if to := details.get("to"):
        before, after = (_value(_field(kind, "to"), one) for one in (details.get("from"), to))
        yield f"{before} → {after}" if details.get("from") else after
    for key, value in details.items():
        if key in _LEFT_OUT or value in (None, "", {}, []):
            continue
        if key == "shut_minutes":
            yield ngettext(
                "locked for %(number)s minute", "locked for %(number)s minutes", value
            ) % {"number": value}
        elif (
            words := _WORDS.get((key, value) if isinstance(value, str) else (key, ""))
        ) is not None:
            yield str(words)
        elif _are_pairs(value):
            yield from pairs(kind, value)
        elif key in _BARE:
            yield _value(_field(kind, key), value)
        else:
            yield f"{_name(kind, key)}: {_value(_field(kind, key), value)}"


def _are_pairs(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(one, list) and len(one) == 2 for one in value.values()
    )


def _field(kind: str, name: str) -> Field | None:
    """The field that says what is written under `name` of such a row."""
    kind, own = _CHOICES.get(name, (kind, name))
    model = _model(kind)
    if model is None:
        return None
    for candidate in ("state", "status") if own in _STATES else (own,):
        try:
            found = model._meta.get_field(candidate)
        except FieldDoesNotExist:
            continue
        if isinstance(found, Field):
            return found
    return None


def _model(kind: str) -> type[Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def _name(kind: str, name: str) -> str:
    if name in _NAMES:
        return str(_NAMES[name])
    found = _field(kind, name)
    return str(found.verbose_name) if found is not None else name


def _value(found: Field | None, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(found, one) for one in value) or "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value in (None, ""):
        return "–"
    if found is not None and found.choices:
        words = dict(found.flatchoices).get(value)
        return str(words) if words is not None else str(value)
    if isinstance(value, str) and (moment := _moment(value)):
        return moment
    return str(value)


def _moment(text: str) -> str:
    """A point in time as the desk writes it; empty for any other text."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return ""
    if moment is None or timezone.is_naive(moment):
        return ""
    return str(date_filter(timezone.localtime(moment), "j M Y, H.i"))
