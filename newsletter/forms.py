"""What readers type: an address and the sections that they want."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.models import Section

from .addresses import LONGEST, BadAddress, clean
from .choices import Form

# As many figures as a row's key can have. Python refuses to read thousands of them.
_FIGURES = 18


def keys_in(typed: Iterable[str]) -> set[int]:
    """Keys of rows out of what a form, or an address, holds; what cannot be one is left out."""
    return {int(key) for key in typed if key.isascii() and key.isdecimal() and len(key) <= _FIGURES}


class SectionsField(forms.ModelMultipleChoiceField):
    """Sections with a tick for each; what was chosen is None when all are, also those to come."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(Section.objects.all(), **options)
        gone = _("This section is not there any more. Please choose again.")
        self.error_messages = self.error_messages | {
            "required": _("Choose at least one section."),
            "invalid_choice": gone,
            "invalid_pk_value": gone,
        }


class ChooseForm(forms.Form):
    rubrik = SectionsField(label=_("Sections"))

    @property
    def sections(self) -> list[Section] | None:
        """What was chosen, None for all."""
        chosen = list(self.cleaned_data["rubrik"])
        return None if len(chosen) == self.fields["rubrik"].queryset.count() else chosen


class SubscribeForm(forms.Form):
    """Plain fields under short names: the page that draws them is the same for everybody.

    `situs` is for programs, which fill in whatever they find; people do not see it. A form that has no
    sections, as the small one, asks for all.
    """

    surel = forms.CharField(required=False, max_length=LONGEST * 4)
    rubrik = SectionsField(required=False)
    dari = forms.ChoiceField(choices=Form.choices, required=False)
    situs = forms.CharField(required=False)

    def clean_surel(self) -> str:
        try:
            return clean(self.cleaned_data["surel"])
        except BadAddress as error:
            raise ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any] | None:
        # The small forms have no ticks; whoever takes all of them away on the page does not ask for everything.
        sections = self.fields["rubrik"]
        is_page = self.data.get("dari") == Form.PAGE
        if is_page and not self.data.getlist("rubrik") and sections.queryset.exists():
            self.add_error("rubrik", sections.error_messages["required"])
        return super().clean()

    @property
    def is_by_a_program(self) -> bool:
        return bool(self.data.get("situs", ""))

    @property
    def form(self) -> Form:
        return Form(self.cleaned_data.get("dari") or Form.PAGE)

    @property
    def sections(self) -> list[Section] | None:
        """What was chosen; None for all, and for a form that asks for none."""
        chosen = list(self.cleaned_data["rubrik"])
        is_all = len(chosen) == self.fields["rubrik"].queryset.count()
        return None if not chosen or is_all else chosen
