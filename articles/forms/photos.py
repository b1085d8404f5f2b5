"""A photo of a story: a new file, or one of the library, with its caption here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
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
    again. Credit, focal point and the label of a generated picture belong to the photo itself;
    they are changed by who uploaded it and by who may change photos.

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
        """Save the row, and on the photo what this person may change there."""
        photo = self.instance.photo
        changes = self._changes_of(photo)
        if self.instance._state.adding:
            changes |= self._texts_for(photo)
            self.instance.caption = self.instance.caption or photo.caption
            self.instance.alt_text = self.instance.alt_text or photo.alt_text
        if changes and commit:
            focus = (changes.pop("focal_x", photo.focal_x), changes.pop("focal_y", photo.focal_y))
            for field, value in changes.items():
                setattr(photo, field, value)
            if changes:
                photo.save(update_fields=[*changes])
            photos.move_focal_point(photo, *focus)
        return super().save(commit)

    def _texts_for(self, photo: Photo) -> dict[str, Any]:
        """What the library's photo lacks and the row says: the words that its next user begins with."""
        typed = {name: self.cleaned_data.get(name, "") for name in ("caption", "alt_text")}
        return {name: text for name, text in typed.items() if text and not getattr(photo, name)}

    def _changes_of(self, photo: Photo) -> dict[str, Any]:
        values = self.cleaned_data
        sent: dict[str, Any] = {}
        if "credit" in self.changed_data:
            sent["credit"] = values.get("credit", "")
        for field in ("focal_x", "focal_y"):
            if field in self.changed_data and values.get(field) is not None:
                sent[field] = values[field] / 100
        if "is_ai_generated" in self.changed_data:
            sent["is_ai_generated"] = values.get("is_ai_generated", False)
        if not may_change(photo, self.by):
            # Anybody may fill in a credit that is missing; a story cannot appear without.
            sent = {"credit": sent["credit"]} if sent.get("credit") and not photo.credit else {}
        if self.instance._state.adding and not sent.get("credit"):
            sent.pop("credit", None)
        return sent


def may_change(photo: Photo, by: User | None) -> bool:
    """Whether this person may change the photo's own data: its uploader, and who may any."""
    if by is None:
        return False
    return photo.created_by_id == by.pk or by.has_perm("articles.change_photo")


class PhotoRows(StoryRows):
    subject_fields = ("photo",)
    duplicate_message = gettext_lazy("The same photo stands in the story twice: remove one row.")
