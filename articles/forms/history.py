"""What the history of a story asks for: two versions, the fields to bring back, a moment."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Article
from ..shown import keys_known, label_of
from .fields import MomentInput

FIRST_YEAR = 1970
HIGHEST = 2**31 - 1


class CompareForm(forms.Form):
    """Two versions by their numbers, the earlier first whichever way they were chosen."""

    a = forms.IntegerField(min_value=1, max_value=HIGHEST)
    b = forms.IntegerField(min_value=1, max_value=HIGHEST)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if self.errors or values["a"] == values["b"]:
            raise forms.ValidationError(_("Choose two versions to compare."))
        return {"a": min(values.values()), "b": max(values.values())}


class RestoreForm(forms.Form):
    """Which of the fields that differ come back; `seen_version` says what the choice was made against."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    keys = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one field."),
            "invalid_choice": gettext_lazy("This field does not differ any more."),
        },
    )

    def __init__(self, *args: Any, differing: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = [(key, label_of(key)) for key in keys_known(differing)]


class MomentForm(forms.Form):
    """A moment that has passed, on the clock of the story's place."""

    at = forms.DateTimeField(
        label=gettext_lazy("Day and time"),
        widget=MomentInput,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": gettext_lazy("Choose the day and the time."),
            "invalid": gettext_lazy("Write the time as 2026-12-31 17:00."),
        },
    )

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        self.article = article
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        with timezone.override(self.article.zone):
            super().full_clean()

    def clean_at(self) -> datetime.datetime:
        moment: datetime.datetime = self.cleaned_data["at"]
        if not FIRST_YEAR <= moment.year <= timezone.now().year + 1:
            # Further from today a moment has no place on another clock.
            raise forms.ValidationError(_("Please check the year."))
        if moment > timezone.now():
            raise forms.ValidationError(_("This time has not come yet."))
        return moment
