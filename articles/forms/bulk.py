"""What is asked before many stories are changed at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Section
from .fields import GrowingText, TagsField


class BulkForm(forms.Form):
    """Asks for nothing but a yes. `keys` are those of the chosen stories."""

    def __init__(self, *args: Any, keys: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label)


class SectionForm(BulkForm):
    section = forms.ModelChoiceField(
        label=gettext_lazy("section"),
        queryset=Section.objects.all(),
        error_messages={"required": gettext_lazy("Choose the section.")},
    )


class AddTagsForm(BulkForm):
    tags = TagsField(
        label=gettext_lazy("tags"),
        help_text=gettext_lazy("With commas between them. They are added to those that are there."),
        error_messages={"required": gettext_lazy("Write at least one tag.")},
    )


def waved_name(key: int) -> str:
    """The name of the field for the reason of one story."""
    return f"waved_{key}"


class PublishForm(BulkForm):
    """A reason for each story that needs one; without it that story stays, and the others are published."""

    def __init__(self, *args: Any, keys: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in keys:
            self.fields[waved_name(key)] = forms.CharField(
                label=_("Why may it come out all the same?"),
                required=False,
                max_length=200,
                widget=GrowingText(rows=2, maxlength=200),
                help_text=_("Without a reason this story stays where it is."),
            )
