"""The people of a story's form, held before its lines are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..models import Attendance
from ..people import identity
from .meant import represented


def hold_people(formsets: Iterable[Any]) -> None:
    """Keep whoever the changed lines of the registers name from being merged meanwhile.

    To be called when the story is locked and before its lines are saved: see `identity.hold`.
    """
    identity.hold(
        key
        for formset in formsets
        if formset.model is Attendance
        for form in formset.forms
        if form.has_changed() and getattr(form, "cleaned_data", None)
        for key in _named(form)
    )


def _named(form: Any) -> Iterator[int | None]:
    if form.person:
        yield form.person.pk
    printed = " ".join(form.cleaned_data.get("represents_as_printed", "").split())
    if printed:
        kind, key = represented(printed, form.cleaned_data.get("represents_chosen"))
        if kind == "person":
            yield key
