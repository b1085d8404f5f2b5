"""What stands in a form that was kept, as a person reads it: with the labels of the form, field by field.

The values are those that the form's script read (`articles.keeping`): names are in them, so nothing is looked up.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.forms import HiddenInput
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..comparing import text_of_html
from ..keeping import Values
from ..models import Attendance
from ..sanitise import clean_body
from ..shown import FieldDiff, Shown, compare_shown
from .story import StoryForm

_TEXTS = frozenset({"headline", "standfirst", "slug", "sponsor", "why"})
_ROWS = ("article_photos", "attendances", "bylines", "related_links")


def shown(values: Values | None) -> list[Shown]:
    """Each field and each list of the form that has something in it, in the form's order."""
    unticked = {name for name, value in (values or {}).get("fields", {}).items() if value is False}
    return [one for one in _everything(values or {}) if one.value and one.key not in unticked]


def differences(before: Values, after: Values) -> list[FieldDiff]:
    """What putting `after` into a form with `before` in it would change, in the form's order.

    What is in only one of the two was not on the other's form, and is left as it is there.
    """
    return compare_shown(_everything(before), _everything(after))


def _everything(values: Values) -> list[Shown]:
    fields, rows = values.get("fields", {}), values.get("rows", {})
    read: list[Shown] = []
    for name, field in StoryForm.base_fields.items():
        if name in fields and not isinstance(field.widget, HiddenInput):
            label = capfirst(str(field.label or name))
            read.append(_field(name, label, fields[name]))
    headings = {
        "article_photos": _("Photos"),
        "attendances": _("Present"),
        "bylines": _("Bylines"),
        "related_links": _("Related stories"),
    }
    for name in _ROWS:
        if name in rows:
            lines = [_line(name, row) for row in rows[name] if row.get("DELETE") is not True]
            read.append(Shown(name, headings[name], "items", lines))
    return read


def _field(name: str, label: str, value: Any) -> Shown:
    if name == "body":
        html = clean_body(_text(value))
        return Shown(name, label, "words", text_of_html(html), html)
    if name == "tags":
        tags = [tag for tag in (" ".join(part.split()) for part in _text(value).split(",")) if tag]
        return Shown(name, label, "items", tags)
    if name in _TEXTS:
        return Shown(name, label, "words", _text(value))
    if name == "event_on":
        return Shown(name, label, "value", _day(_text(value)))
    if isinstance(value, bool):
        return Shown(name, label, "value", _("yes") if value else _("no"))
    return Shown(name, label, "value", _said(value))


def _line(name: str, row: dict[str, Any]) -> str:
    """One card of the form in one line."""
    if name == "attendances":
        represents = _text(row.get("represents_as_printed"))
        parts = [
            _text(row.get("name")),
            _text(row.get("group_count")),
            _text(row.get("office_as_printed")),
            _("on behalf of %s") % represents if represents else "",
            _capacity(row),
        ]
    elif name == "article_photos":
        parts = [_says(row, "photo"), _text(row.get("caption")), _text(row.get("credit"))]
    elif name == "bylines":
        parts = [_says(row, "author"), _said(row.get("role"))]
    else:
        parts = [_says(row, "related")]
    return " – ".join(part for part in parts if part)


def _capacity(row: dict[str, Any]) -> str:
    """In which capacity, where it is not the usual one."""
    said = row.get("capacity")
    usual = Attendance._meta.get_field("capacity").get_default()
    return "" if not isinstance(said, list) or said[0] == usual else said[1]


def _says(row: dict[str, Any], field: str) -> str:
    """The name of what was chosen: of a saved row it stands beside the field."""
    return _text(row.get("says")) or _said(row.get(field))


def _said(value: Any) -> str:
    """What a choice says; nothing for the empty one."""
    if isinstance(value, list):
        return str(value[1]) if value[0] else ""
    return _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(text: str) -> str:
    try:
        return date_format(datetime.date.fromisoformat(text), "j F Y")
    except ValueError:
        return text
