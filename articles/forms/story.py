"""The story itself, without its rows."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from .. import versions
from ..choices import Kind
from ..models import Article
from ..slugs import is_free, slug_of
from .fields import DayInput, GrowingText, StoryText, TagsField
from .seen import SeenField, TabField, new_tab

# PostgreSQL indexes no text of more than a megabyte; a whole book has less than this.
LONGEST_BODY = 500_000
FIRST_YEAR = 1900
YEARS_AHEAD = 5


class StoryForm(forms.ModelForm):
    """A story as its reporter or editor writes it.

    `by`, the person who saves, is set by the admin on a subclass. `refusals` are sentences that the saved
    story brought up, when it was taken back for them.

    A bound form locks its story: then `row` is the story as it is now, and `stale` says what was written since
    the form was opened. What is done about it is said by `articles.admin.writing`.
    """

    by: Any = None
    refusals: tuple[str, ...] = ()
    row: Article | None = None
    stale: versions.Stale | None = None

    headline = forms.CharField(
        label=gettext_lazy("headline"),
        max_length=250,
        widget=GrowingText(rows=2),
        error_messages={"required": gettext_lazy("A story needs a headline.")},
    )
    standfirst = forms.CharField(
        label=gettext_lazy("standfirst"),
        required=False,
        widget=GrowingText(rows=2),
        help_text=gettext_lazy("One or two sentences: what happened and why it matters."),
    )
    body = forms.CharField(
        label=pgettext_lazy("of a story", "text"), required=False, strip=False, widget=StoryText
    )
    slug = forms.CharField(
        label=gettext_lazy("address"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Made from the headline when left empty."),
    )
    tags = TagsField(
        label=gettext_lazy("tags"),
        required=False,
        help_text=gettext_lazy("With commas between them."),
    )
    why = forms.CharField(
        label=gettext_lazy("reason for the change"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Kept in the story's history."),
    )
    # Which version the form shows, and which of somebody's open forms it is: see articles.versions.
    seen_version = SeenField()
    tab = TabField()

    class Meta:
        model = Article
        fields = [
            *("headline", "standfirst", "body", "section", "place", "event_on", "tags"),
            *("kind", "sponsor", "is_identity_protected", "is_unverified", "is_tragedy", "slug"),
        ]
        widgets = {"event_on": DayInput}
        error_messages = {"section": {"required": gettext_lazy("Choose the section.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            field.label = capfirst(field.label) if field.label else field.label
        self.slug_before = self.instance.slug
        self.headline_before = self.instance.headline
        if self.instance.pk and "seen_version" in self.fields:
            self.initial["seen_version"] = self.instance.version
        if "tab" in self.fields:
            self.initial["tab"] = new_tab()
        if "section" in self.fields:
            self.fields["section"].error_messages["required"] = _("Choose the section.")

    def clean_headline(self) -> str:
        return " ".join(self.cleaned_data["headline"].split())

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        if len(body) > LONGEST_BODY:
            raise forms.ValidationError(_("The text is longer than 500,000 characters."))
        return body

    def clean_event_on(self) -> datetime.date | None:
        day = self.cleaned_data["event_on"]
        last = timezone.localdate().year + YEARS_AHEAD
        if day and day != self.instance.event_on and not FIRST_YEAR <= day.year <= last:
            raise forms.ValidationError(
                _("The event is between %(first)d and %(last)d; please check the year.")
                % {"first": FIRST_YEAR, "last": last}
            )
        return day

    def clean_slug(self) -> str:
        """The address as typed; left alone, it follows the headline until publication."""
        typed = slugify(self.cleaned_data["slug"])[:120].strip("-")
        headline = self.cleaned_data.get("headline") or self.headline_before
        story = self.instance.story
        if story.published_on:
            slug = typed or self.slug_before
            if not is_free(story, story.published_on, slug):
                raise forms.ValidationError(_("Another story of this day has this address."))
            return slug
        was_made = typed == self.slug_before and typed == slug_of(self.headline_before or "")
        return slug_of(headline) if was_made or not typed else typed

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = cleaned if cleaned is not None else self.cleaned_data
        if values.get("kind") == Kind.PAID and not values.get("sponsor"):
            self.add_error("sponsor", _("A paid story names who paid for it."))
        if self.instance.pk:
            self._meet(values.get("seen_version"), values.get("tab", ""))
        for sentence in self.refusals:
            self.add_error(None, sentence)
        return cleaned

    def _meet(self, seen: int | None, tab: str) -> None:
        self.row = Article.objects.lock(self.instance)
        try:
            versions.require_seen(self.row, seen, tab=tab)
        except versions.Stale as stale:
            self.stale = stale
