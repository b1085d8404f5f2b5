"""What an advertiser answers under the signed address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import approval
from ..models import Creative

YES, CHANGES = "yes", "changes"


class SignOffForm(forms.Form):
    """A name, and yes or what should be different."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write your name.")},
    )
    note = forms.CharField(
        label=gettext_lazy("What should be different"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Only if you ask for changes."),
    )
    answer = forms.ChoiceField(
        choices=[(YES, YES), (CHANGES, CHANGES)],
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("Choose one of the two buttons."),
            "invalid_choice": gettext_lazy("Choose one of the two buttons."),
        },
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("answer") == CHANGES and not (values.get("note") or "").strip():
            self.add_error("note", _("Write what should be different."))
        return values

    def decide(self, creative: Creative, digest: str) -> None:
        """Do what was answered about the creative as it was shown. Raises approval.Refused."""
        values = self.cleaned_data
        act = approval.approve if values["answer"] == YES else approval.refuse
        act(creative, name=values["name"], note=values["note"], seen=digest)
