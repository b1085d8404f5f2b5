"""The history of a row says what a value was and what it became."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.admin.utils import construct_change_message
from django.db.models import Model
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

# Of a long text the beginning says which one it was.
LONGEST = 120


class LoggedValues:
    """Writes "until: 9 August 2017 → 10 August 2017" into the history, not only which field it was.

    The law lets somebody have a wrong office corrected; who did it, when, and what stood there
    before must be found again.
    """

    def construct_change_message(
        self, request: HttpRequest, form: forms.ModelForm, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        told = construct_change_message(form, formsets, add)
        if add:
            return told
        forms_by_row = {
            (str(row_form.instance._meta.verbose_name), str(row_form.instance)): row_form
            for formset in formsets or []
            for row_form in formset.initial_forms
        }
        for entry in told:
            change = entry.get("changed")
            if not change:
                continue
            row_form = form
            if "name" in change:
                row_form = forms_by_row.get((change["name"], change["object"]))
            if row_form is not None:
                change["fields"] = list(changed_values(row_form))
        return told


def changed_values(form: forms.ModelForm) -> Iterator[str]:
    """Each changed field of a form with its value before and after, in words."""
    for name in form.changed_data:
        field = form.fields[name]
        before = _in_words(field, form.initial.get(name))
        after = _in_words(field, form.cleaned_data.get(name))
        label = str(form.instance._meta.get_field(name).verbose_name)
        yield f"{label}: {before} → {after}"


def _in_words(field: forms.Field, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime.date):
        return date_format(value, "j F Y")
    if isinstance(field, forms.ModelChoiceField) and not isinstance(value, Model):
        value = field.queryset.filter(pk=value).first() or value
    choices = getattr(field, "choices", ())
    if not isinstance(value, Model) and not isinstance(field, forms.ModelChoiceField):
        value = dict(choices).get(value, value)
    return Truncator(str(value)).chars(LONGEST)
