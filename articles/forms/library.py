"""A photo of the library by itself: its texts, what must stay visible, and another in its place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import photos
from ..models import Photo
from .fields import GrowingText

LARGEST_KEY = 2**63 - 1


def picture_field(**kwargs: Any) -> forms.FileField:
    return forms.FileField(
        label=capfirst(gettext_lazy("picture")),
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.heif"}),
        error_messages={"required": gettext_lazy("Choose a picture.")},
        **kwargs,
    )


class LibraryPhotoForm(forms.ModelForm):
    """A photo's own data; a new one is taken in by `photos.store` like every other.

    No photo is put into the library, or saved there, without its credit: in a story it may be missing
    for as long as the story is a draft. The focal point is in per cent, as in a story.
    """

    file = picture_field()
    focal_x = forms.IntegerField(
        label=gettext_lazy("from the left, in %"), required=False, min_value=0, max_value=100
    )
    focal_y = forms.IntegerField(
        label=gettext_lazy("from the top, in %"), required=False, min_value=0, max_value=100
    )

    class Meta:
        model = Photo
        fields = ["caption", "credit", "alt_text", "is_ai_generated"]
        widgets = {"caption": GrowingText(rows=2), "alt_text": GrowingText(rows=2, maxlength=300)}

    by: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "credit" in self.fields:
            self.fields["credit"].required = True
            self.fields["credit"].error_messages["required"] = _("Say who made the photo.")
        if self.instance.pk:
            self.initial["focal_x"] = round(self.instance.focal_x * 100)
            self.initial["focal_y"] = round(self.instance.focal_y * 100)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = self.cleaned_data
        if self.instance.pk and (reason := self._why_not(values)):
            self.add_error("credit" if "credit" in self.fields else None, reason)
        # In per cent here and in fractions on the photo, which has a door of its own for them.
        self._point = (values.pop("focal_x", None), values.pop("focal_y", None))
        if values.get("file") and not self.errors:
            texts = {name: values.get(name, "") for name in ("caption", "credit", "alt_text")}
            try:
                self.stored = photos.store(values["file"], by=self.by, **texts)
            except photos.PhotoRefused as refused:
                self.add_error("file", str(refused))
        return cleaned

    def _why_not(self, values: dict[str, Any]) -> str:
        # The instance is still what the library has: it gets the new values after this.
        label = values.get("is_ai_generated", self.instance.is_ai_generated)
        return photos.why_not_reworded(
            self.instance,
            credit=values.get("credit", self.instance.credit),
            is_ai_generated=label,
            may_any=self.by is not None and self.by.has_perm("articles.change_photo"),
        )

    def new_focus(self) -> tuple[float, float] | None:
        """The focal point in fractions, if somebody moved it."""
        if not {"focal_x", "focal_y"} & set(self.changed_data):
            return None
        x, y = self._point
        return None if x is None or y is None else (x / 100, y / 100)


class ReplaceForm(forms.Form):
    """Which photo comes in the place of `old`: a new file, or one of the library by its number.

    `new` is that photo, once the form is valid.
    """

    file = picture_field(required=False)
    number = forms.IntegerField(
        label=gettext_lazy("or the number of a photo of the library"),
        required=False,
        min_value=1,
        max_value=LARGEST_KEY,
    )
    credit = forms.CharField(
        label=capfirst(gettext_lazy("credit")),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Of the new photo, if it has none yet."),
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.new: Photo | None = None
        self.label_suffix = ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        values = self.cleaned_data
        if values["file"]:
            self._take(values["file"], values["credit"])
        elif values["number"]:
            self._find(values["number"], values["credit"])
        else:
            self.add_error("file", _("Choose a picture."))
        return cleaned

    def _take(self, file: Any, credit: str) -> None:
        try:
            self.new = photos.store(file, by=self.by, credit=credit)
        except photos.PhotoRefused as refused:
            self.add_error("file", str(refused))

    def _find(self, number: int, credit: str) -> None:
        self.new = Photo.objects.filter(pk=number).first()
        if self.new is None:
            self.add_error("number", _("The library has no photo of this number."))
        elif credit and not self.new.credit:
            photos.fill(self.new, credit=credit)
