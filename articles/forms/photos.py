"""A photo of a story: a new file, or one of the library, with its caption here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import photos
from ..models import ArticlePhoto, Photo
from ..uploads import with_digest
from .fields import GrowingText
from .rows import StoryRow, StoryRows

if TYPE_CHECKING:
    from accounts.models import User


class PhotoForm(StoryRow):
    """A row of the story's photos.

    A file that was accepted is kept at once, as a photo of the library: if another field of
    the page has an error, the row comes back with the photo chosen, and nobody has to send it
    again. Credit and the label of a generated picture belong to the photo itself, which other
    stories print too: a story's form fills them where they are missing, and they are changed in
    the library alone. The focal point, which changes no words, is moved here by who uploaded the
    photo and by who may change photos.

    With script a file does not come with the form: it is sent before, by itself (`articles.uploads`),
    and `photo` is what became of it. `upload` is its digest, so that the row still knows its file when
    the form is saved, or given back, before all of it has arrived.
    """

    file = forms.FileField(
        label=gettext_lazy("picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.heif"}),
    )
    upload = forms.CharField(
        label="",
        required=False,
        max_length=64,
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
    )
    credit = forms.CharField(
        label=gettext_lazy("credit"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Who made it and for whom."),
    )
    focal_x = forms.IntegerField(
        label=gettext_lazy("from the left, in %"), required=False, min_value=0, max_value=100
    )
    focal_y = forms.IntegerField(
        label=gettext_lazy("from the top, in %"), required=False, min_value=0, max_value=100
    )
    is_ai_generated = forms.BooleanField(
        label=gettext_lazy("made by artificial intelligence"), required=False
    )

    class Meta:
        model = ArticlePhoto
        fields = ["photo", "caption", "alt_text", "position"]
        widgets = {
            # Chosen with its picture before the eyes (desk/library.js), or by sending a file.
            "photo": forms.HiddenInput(attrs={"autocomplete": "off"}),
            "caption": GrowingText(rows=2),
            "alt_text": GrowingText(rows=1, maxlength=300),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = self._photo_on_the_row()
        if "photo" in self.fields:
            self.fields["photo"].required = False
        if self.shown:
            self._show_photo(self.shown)

    def _photo_on_the_row(self) -> Photo | None:
        if self.instance.photo_id:
            return self.instance.photo
        sent = self.data.get(self.add_prefix("photo"), "") if self.is_bound else ""
        return (
            Photo.objects.filter(pk=sent).first() if sent.isdecimal() and len(sent) < 19 else None
        )

    def _show_photo(self, photo: Photo) -> None:
        self.shown = photo
        # What is there already is shown, and not asked for.
        for name in ("credit", "is_ai_generated"):
            if name in self.fields and getattr(photo, name):
                self.fields[name].disabled = True
        if not self.instance._state.adding:
            self.initial |= {
                "credit": photo.credit,
                "focal_x": round(photo.focal_x * 100),
                "focal_y": round(photo.focal_y * 100),
                "is_ai_generated": photo.is_ai_generated,
            }

    @property
    def small_url(self) -> str:
        """The address of the narrowest version of the row's photo."""
        return self.shown.smallest_url if self.shown else ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = self.cleaned_data
        if values.get("DELETE"):
            return cleaned
        if values.get("file"):
            self._keep(values)
        elif not values.get("photo") and "photo" not in self.errors and "file" not in self.errors:
            self._find_sent(values)
        return cleaned

    def _find_sent(self, values: dict[str, Any]) -> None:
        """The photo of the file that was sent for this row, if all of it has arrived meanwhile."""
        digest = values.get("upload", "")
        photo = with_digest(digest) if digest else None
        if photo:
            self._put(photo, values)
        elif digest:
            self.add_error("file", _("This photo has not arrived completely. Choose it again."))
        else:
            self.add_error("file", _("Choose a picture, or remove this row."))

    def _put(self, photo: Photo, values: dict[str, Any]) -> None:
        values["photo"] = photo
        self.data = self.data.copy()
        self.data[self.add_prefix("photo")] = str(photo.pk)
        self._show_photo(photo)

    def _keep(self, values: dict[str, Any]) -> None:
        try:
            photo = photos.store(
                values["file"],
                by=self.by,
                caption=values.get("caption", ""),
                credit=values.get("credit", ""),
                alt_text=values.get("alt_text", ""),
            )
        except photos.PhotoRefused as refused:
            self.add_error("file", str(refused))
            return
        self._put(photo, values)

    def save(self, commit: bool = True) -> ArticlePhoto:
        """Save the row, and fill in on the photo what it lacks."""
        photo = self.instance.photo
        values = self.cleaned_data
        if commit:
            # The words that the photo's next user begins with.
            words = ("caption", "alt_text") if self.instance._state.adding else ()
            photos.fill(
                photo,
                credit=values.get("credit", ""),
                is_ai_generated=values.get("is_ai_generated", False) and may_change(photo, self.by),
                **{name: values.get(name, "") for name in words},
            )
            self._move_focal_point(photo)
        if self.instance._state.adding:
            self.instance.caption = self.instance.caption or photo.caption
            self.instance.alt_text = self.instance.alt_text or photo.alt_text
        return super().save(commit)

    def _move_focal_point(self, photo: Photo) -> None:
        sent = {name: self.cleaned_data.get(name) for name in ("focal_x", "focal_y")}
        moved = {k: v / 100 for k, v in sent.items() if v is not None and k in self.changed_data}
        if moved and may_change(photo, self.by):
            focus = (moved.get("focal_x", photo.focal_x), moved.get("focal_y", photo.focal_y))
            photos.move_focal_point(photo, *focus)

    @property
    def photo_url(self) -> str:
        """Where this person may change the photo itself; empty when they may not."""
        if self.shown is None or not may_change(self.shown, self.by):
            return ""
        return reverse("admin:articles_photo_change", args=[self.shown.pk])


def may_change(photo: Photo, by: User | None) -> bool:
    """Whether this person may change the photo's own data: its uploader, and who may any."""
    if by is None:
        return False
    return photo.created_by_id == by.pk or by.has_perm("articles.change_photo")


class PhotoRows(StoryRows):
    subject_fields = ("photo",)
    duplicate_message = gettext_lazy("The same photo stands in the story twice: remove one row.")
