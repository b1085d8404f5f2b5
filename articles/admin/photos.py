"""The library of photos."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .. import photos
from ..forms.fields import GrowingText
from ..forms.photos import may_change, smallest_url
from ..models import Photo
from .base import DeskAdmin, NeverDeleted
from .uploads import UploadsMixin

USES_SHOWN = 20


class LibraryPhotoForm(forms.ModelForm):
    """A photo's own data; a new one is taken in by `photos.store` like every other."""

    file = forms.FileField(
        label=capfirst(_("picture")),
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.heif"}),
        error_messages={"required": _("Choose a picture.")},
    )

    class Meta:
        model = Photo
        fields = ["caption", "credit", "alt_text", "focal_x", "focal_y", "is_ai_generated"]
        widgets = {"caption": GrowingText(rows=2), "alt_text": GrowingText(rows=2, maxlength=300)}

    by: Any = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = self.cleaned_data
        if values.get("file") and not self.errors:
            texts = {name: values.get(name, "") for name in ("caption", "credit", "alt_text")}
            try:
                self.stored = photos.store(values["file"], by=self.by, **texts)
            except photos.PhotoRefused as refused:
                self.add_error("file", str(refused))
        return cleaned


@admin.register(Photo)
class PhotoAdmin(UploadsMixin, NeverDeleted, DeskAdmin):
    form = LibraryPhotoForm
    list_display = ["thumbnail", "caption_or_text", "credit", "size", "created_at"]
    list_display_links = ["thumbnail", "caption_or_text"]
    list_filter = ["is_ai_generated"]
    search_fields = ["caption", "credit", "alt_text"]
    search_help_text = _("Words of caption, credit or alternative text.")
    list_per_page = 30
    readonly_fields = ["preview", "used_in", "uploaded"]

    class Media:
        js = [forms.widgets.Script("desk/photos.js", type="module")]

    def get_fieldsets(self, request: HttpRequest, obj: Photo | None = None) -> Any:
        texts = ["caption", "credit", "alt_text", "is_ai_generated"]
        if obj is None:
            return [(None, {"fields": ["file", *texts]})]
        return [
            (None, {"fields": ["preview", *texts]}),
            (_("Focal point"), {"fields": [("focal_x", "focal_y")], "classes": ["collapse"]}),
            (_("Use"), {"fields": ["used_in", "uploaded"]}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        if obj is not None:
            form.base_fields.pop("file", None)
        return form

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Photo:
        if change:
            return super().save_form(request, form, change)
        # The photo is stored already. A file that the library knew may be somebody else's
        # photo: what was missing there is filled in by now, and nothing else of it changes.
        stored = form.stored
        if may_change(stored, request.user):
            for field in ("caption", "credit", "alt_text", "is_ai_generated"):
                if form.cleaned_data.get(field):
                    setattr(stored, field, form.cleaned_data[field])
        else:
            messages.info(request, _("The library has this picture already; it stays as it is."))
        form.instance = stored
        return form.save(commit=False)

    @admin.display(description=_("photo"))
    def thumbnail(self, photo: Photo) -> SafeString:
        return _picture(photo, "desk-thumb")

    @admin.display(description=_("picture"))
    def preview(self, photo: Photo) -> SafeString:
        return _picture(photo, "desk-preview")

    @admin.display(description=_("caption"))
    def caption_or_text(self, photo: Photo) -> str:
        return photo.caption[:80] or photo.alt_text[:80] or "–"

    @admin.display(description=_("size"))
    def size(self, photo: Photo) -> str:
        return f"{photo.width} × {photo.height}"

    @admin.display(description=_("uploaded"))
    def uploaded(self, photo: Photo) -> str:
        day = date_format(timezone.localtime(photo.created_at), "j F Y")
        return f"{day} {photo.created_by or ''}".strip()

    @admin.display(description=_("used in"))
    def used_in(self, photo: Photo) -> Any:
        uses = photo.uses.select_related("article").order_by("-id")[:USES_SHOWN]
        links = format_html_join(
            "",
            '<li><a href="{}">{}</a></li>',
            (
                (reverse("admin:articles_article_change", args=[u.article_id]), u.article)
                for u in uses
            ),
        )
        return format_html("<ul>{}</ul>", links) if links else _("in no story")


def _picture(photo: Photo, css_class: str) -> SafeString:
    return format_html(
        '<img class="{}" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        css_class,
        smallest_url(photo),
        photo.alt_text,
        photo.width,
        photo.height,
    )
