"""Rows of a story on its form, for the template that draws them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from ..forms.rows import LAST

register = template.Library()


@register.filter
def in_order(rows: Iterable[Any]) -> list[Any]:
    """The rows of an inline by their positions, the empty one for scripts last.

    A form that comes back has its rows in the order of their numbers in the form, and the script
    counts positions from where the rows stand: without this an order that was sent would be lost.
    """
    return sorted(rows, key=lambda row: (row.form.prefix.endswith("__prefix__"), _place(row.form)))


def _place(form: Any) -> int:
    position = str(form["position"].value() if "position" in form.fields else "")
    return (
        int(position) if position.isascii() and position.isdecimal() and len(position) < 9 else LAST
    )
