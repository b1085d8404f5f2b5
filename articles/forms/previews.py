"""A preview link: how long it works."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from .. import preview


def _choices() -> list[tuple[str, str]]:
    return [
        (str(days), ngettext("%(count)d day", "%(count)d days", days) % {"count": days})
        for days in preview.DAYS
    ]


class LinkForm(forms.Form):
    """Asks for how many days somebody without an account may look."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("The link works for"),
        choices=_choices,
        coerce=int,
        initial=str(preview.DAYS[1]),
        error_messages={
            "required": gettext_lazy("Choose how long the link works."),
            "invalid_choice": gettext_lazy("Choose how long the link works."),
        },
    )
