"""What every form of a story says of itself: which version it shows, and which open form it is."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

# The column's room; a larger number is nobody's version.
MOST = 2**31 - 1


def new_tab() -> str:
    """A name for a form that is being opened."""
    return str(uuid.uuid4())


class SeenField(forms.IntegerField):
    """The version that somebody saw; None for anything that is none, which counts as nothing seen."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> int | None:
        try:
            seen = super().clean(value)
        except forms.ValidationError:
            return None
        return seen if seen is not None and 0 <= seen <= MOST else None


class TabField(forms.CharField):
    """The name of an open form, as `new_tab` makes it; anything else is no name."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return str(uuid.UUID(str(value)))
        except ValueError:
            return ""


def read_seen(sent: Any) -> int | None:
    """The same of a value that no form reads."""
    return SeenField().clean(sent)
