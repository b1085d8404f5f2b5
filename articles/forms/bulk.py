"""What is asked before many stories are changed at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from ..models import Section
from .fields import GrowingText, TagsField


class BulkForm(forms.Form):
    """Asks for nothing but a yes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
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


class PublishForm(BulkForm):
    """One reason for all; a story about which no check asks anything needs none."""

    waved = forms.CharField(
        label=gettext_lazy("Why may they come out although a check advises against it?"),
        required=False,
        max_length=200,
        widget=GrowingText(rows=2, maxlength=200),
        help_text=gettext_lazy(
            "Without a reason those stay where they are; the others are published."
        ),
    )
