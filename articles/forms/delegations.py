"""A register in which a delegation stands once: the same words for the same people are one line."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ..people import matching
from .register import AttendanceForm, AttendanceRows, Subject


class Register(AttendanceRows):
    """The register of a story's form. Two delegations of one institution differ in what is printed."""

    # Lines that trade whom they stand in for are written anew too.
    subject_fields = (*AttendanceRows.subject_fields, "represents_as_printed")

    def clean(self) -> None:
        super().clean()
        seen: set[tuple[object, ...]] = set()
        for form in self.forms:
            if not self._stays(form) or form.errors:
                continue
            key = _delegation(form)
            if key in seen:
                form.add_error("name", _("This delegation stands in the register twice."))
            elif key:
                seen.add(key)


def _delegation(form: AttendanceForm) -> tuple[Any, ...] | None:
    """What makes a delegation's line another one than every other line; None for no delegation."""
    values = form.cleaned_data
    if values.get("subject") != Subject.DELEGATION or not values.get("name"):
        return None
    name, organisation = values["name"], form.organisation
    represented = " ".join(values.get("represents_as_printed", "").split())
    if organisation is None:
        return matching.without_delegation(name).casefold(), represented
    printed = matching.delegation_as_printed(name, organisation)[:200]
    return organisation.pk, printed, represented
