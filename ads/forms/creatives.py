"""The form of a creative: several pictures at once, one for each size, or a few words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import artwork
from ..choices import CreativeKind
from ..models import Creative

MOST_FILES = 12


class Pictures(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class PicturesField(forms.FileField):
    """Any number of files; cleaned to a list."""

    widget = Pictures

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_FILES:
            raise forms.ValidationError(
                _("At most %(most)d files at once."), params={"most": MOST_FILES}
            )
        return [super(PicturesField, self).clean(file, initial) for file in files]


class CreativeForm(forms.ModelForm):
    """Pictures are fitted and kept while the form is checked: a file that does not fit is said there."""

    pictures = PicturesField(
        label=gettext_lazy("Pictures"),
        required=False,
        help_text=gettext_lazy("One file for each size; several may be chosen at once."),
    )
    taken_off = forms.MultipleChoiceField(
        label=gettext_lazy("Take off these sizes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Creative
        fields = ["flight", "name", "kind", "alt_text", "headline", "words", "link"]
        widgets = {"words": forms.Textarea({"rows": 2, "class": "grows"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sizes = [(size, artwork.in_words([size])) for size in sorted(self.instance.images)]
        self.fields["taken_off"].choices = sizes
        if not sizes:
            del self.fields["taken_off"]

    def clean_link(self) -> str:
        """The host in small letters, which is the same host."""
        link = self.cleaned_data["link"].strip()
        try:
            host = urlsplit(link).netloc
        except ValueError:
            return link
        return link.replace(host, host.lower(), 1) if host else link

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        flight = values.get("flight") or (self.instance.flight if self.instance.pk else None)
        images = dict(self.instance.images)
        for size in values.get("taken_off") or []:
            images.pop(size, None)
        files = values.get("pictures") or []
        if values.get("kind") == CreativeKind.TEXT:
            images = {}
            if files:
                self.add_error("pictures", _("A text creative has no picture."))
        elif files and flight:
            try:
                images |= artwork.take_in(files, artwork.sizes_of(flight))
            except artwork.ArtworkRefused as refused:
                self.add_error("pictures", str(refused))
        self.instance.images = images
        # The database asks the same; it is not asked by the form, which does not have the images.
        if values.get("kind") == CreativeKind.IMAGE and not values.get("alt_text"):
            self._miss("alt_text", _("A picture needs an alternative text."))
        if values.get("kind") == CreativeKind.TEXT and not values.get("headline"):
            self._miss("headline", _("A text creative needs a headline."))
        return values

    def _miss(self, field: str, told: str) -> None:
        if field not in self.errors:
            self.add_error(field, told)


class NoteForm(forms.Form):
    """A few words that are kept with the record of a move."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3, "class": "grows"}),
    )
