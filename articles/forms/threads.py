"""A story's place in a thread, asked for from the story and from the thread."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import threads
from ..models import Article, Instalment, StoryThread
from .fields import DayInput, GrowingText

LINE_LENGTH = Instalment._meta.get_field("line").max_length
NAME_LENGTH = StoryThread._meta.get_field("name").max_length


class HappenedOn(forms.DateField):
    """The day on which something happened; as a moment it is noon of that day, on the publication's clock."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=capfirst(gettext_lazy("when it happened")),
            required=False,
            help_text=gettext_lazy("Only where that is not the day of publication."),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value).date() if isinstance(value, datetime.datetime) else value

    def clean(self, value: Any) -> datetime.datetime | None:
        day = super().clean(value)
        if day is None:
            return None
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        noon = datetime.datetime.combine(day, datetime.time(12))
        return timezone.make_aware(noon, timezone.get_default_timezone())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def _line() -> forms.CharField:
    return forms.CharField(
        label=capfirst(gettext_lazy("what happened")),
        required=False,
        max_length=LINE_LENGTH,
        widget=GrowingText(rows=2),
        help_text=gettext_lazy("One sentence for the timeline; when empty, the headline speaks."),
    )


class PlaceForm(forms.Form):
    """The thread of one story, by its name. A name that is not known begins a thread when that is said."""

    name = forms.CharField(
        label=capfirst(gettext_lazy("story thread")),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Write the name of the thread.")},
        help_text=gettext_lazy("Two letters bring up the names that there are."),
    )
    is_new = forms.BooleanField(label=gettext_lazy("Begin a new thread"), required=False)
    line = _line()
    happened_at = HappenedOn()

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.article = article

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isalnum() for character in name):
            raise forms.ValidationError(_("A name has letters."))
        return name

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        name = self.cleaned_data.get("name")
        # A slip of the pen begins none.
        if name and threads.named(name) is None and not self.cleaned_data.get("is_new"):
            self.add_error(
                "name", _("There is no thread of this name yet. Choose one, or begin it below.")
            )
        return cleaned

    def save(self) -> Instalment:
        """Raises threads.Refused."""
        values = self.cleaned_data
        return threads.place(
            self.article, values["name"], line=values["line"], happened_at=values["happened_at"]
        )


class ThreadForm(forms.ModelForm):
    class Meta:
        model = StoryThread
        fields = ["name", "intro", "key_facts", "ended_on", "slug"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isalnum() for character in name):
            raise forms.ValidationError(_("A name has letters."))
        return name

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk:
            texts = [
                str(self.cleaned_data.get(key) or "") for key in ("name", "intro", "key_facts")
            ]
            try:
                threads.require_unnamed(threads.protected_in(self.instance), *texts)
            except threads.Refused as refused:
                self.add_error(None, str(refused))
        return cleaned


class InstalmentForm(forms.ModelForm):
    """One story of a thread. Which story it is, is chosen when it is added."""

    line = _line()
    happened_at = HappenedOn()

    class Meta:
        model = Instalment
        fields = ["article", "line", "happened_at"]
        error_messages = {"article": {"required": gettext_lazy("Choose the story.")}}

    def __init__(self, *args: Any, thread: StoryThread | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thread = thread
        if "article" in self.fields:
            stories = Article.objects.without_copies().defer("body", "search")
            self.fields["article"].queryset = stories
            if not self.instance._state.adding:
                self.fields["article"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        article, thread = self.cleaned_data.get("article"), self.thread
        if article and thread:
            texts = (thread.name, thread.intro, thread.key_facts, self.cleaned_data.get("line", ""))
            try:
                threads.require_unnamed([article], *texts)
            except threads.Refused as refused:
                self.add_error(None, str(refused))
        return cleaned


class Instalments(forms.models.BaseInlineFormSet):
    """The stories of a thread, the newest of a long one; older ones are found from the stories themselves."""

    MOST = 60

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound and self.instance.pk:
            newest = self.queryset.order_by("-placed_at", "-article_id").values("pk")[: self.MOST]
            self.queryset = self.queryset.filter(pk__in=list(newest.values_list("pk", flat=True)))

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"thread": self.instance}
