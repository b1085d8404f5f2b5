"""Fields and widgets of the desk that Django's own set does not have."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.widgets import Script
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The address of a tag has 100 characters, and room for a number behind it.
TAG_LENGTH = 80


class DayInput(forms.DateInput):
    """The browser's own calendar: on a phone, the one its owner knows."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class GrowingText(forms.Textarea):
    """A text area as high as its text (`field-sizing` in desk.css)."""

    def __init__(self, rows: int = 2, **attrs: Any) -> None:
        super().__init__({"rows": rows, "class": "grows", **attrs})


class StoryText(forms.Textarea):
    """The rich-text editor. Without script it is a text area with the HTML in it.

    The editor's library is imported by our own module from the address in `data-library`:
    its usual import map would be an inline script, which the desk's policy forbids.
    """

    class Media:
        js = [Script("desk/prose.js", type="module")]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "class": "story-text",
            "rows": 14,
            "data-prose": json.dumps(self.words()),
            "data-library": static("django_prose_editor/editor.js"),
        }
        return context

    @staticmethod
    def words() -> dict[str, str]:
        """What the toolbar says, in the person's language."""
        return {
            "bold": _("Bold"),
            "italic": _("Italic"),
            "heading": _("Subheading"),
            "quote": _("Quote"),
            "list": _("List"),
            "numbers": _("1. 2. 3."),
            "link": _("Link"),
            "linkAddress": _("Address of the link (empty removes it)"),
            "insert": _("Insert"),
            "pullQuote": _("Pull quote"),
            "facts": _("Fact box"),
            "factsTitle": _("Facts"),
            "table": _("Table"),
            "tableCaption": _("What the table shows"),
            "embed": _("Video, post or map"),
            "embedAddress": _("Address of the video, post or map"),
            "addRow": _("Row below"),
            "addColumn": _("Column beside"),
            "dropRow": _("Remove row"),
            "dropColumn": _("Remove column"),
            "dropTable": _("Remove table"),
            "leave": _("Write on below"),
            "keys": _(
                "In a table, Tab goes to the next cell and Shift+Tab back;"
                " Esc, then Tab leaves the text."
            ),
            "dropAside": _("Take out of the box"),
            "undo": _("Undo"),
            "redo": _("Redo"),
            "toolbar": _("Formatting"),
            "text": _("Text of the story"),
            "kept": _("Kept as it is; it cannot be edited here."),
            "apply": _("Apply"),
            "cancel": _("Cancel"),
        }


class TagsField(forms.CharField):
    """Tags as words between commas. A tag may have spaces; the same word twice is one tag."""

    default_error_messages = {
        "long": gettext_lazy("A tag has at most %(limit)d characters; “%(tag)s…” is longer."),
        "wordless": gettext_lazy("A tag has a letter or a digit; “%(tag)s” has none."),
    }

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return ", ".join(str(getattr(row, "tag", row)) for row in value)

    def clean(self, value: Any) -> list[str]:
        """The words in the order they were typed. ValidationError for one that cannot be."""
        typed = (" ".join(part.split()) for part in super().clean(value or "").split(","))
        tags = {tag.casefold(): tag for tag in reversed([*filter(None, typed)])}
        for tag in tags.values():
            if not any(character.isalnum() for character in tag):
                raise forms.ValidationError(
                    self.error_messages["wordless"], code="wordless", params={"tag": tag[:30]}
                )
            if len(tag) > TAG_LENGTH:
                raise forms.ValidationError(
                    self.error_messages["long"],
                    code="long",
                    params={"limit": TAG_LENGTH, "tag": tag[:30]},
                )
        return [*reversed(tags.values())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = self.prepare_value(initial or []) or ""
        return sorted(_words(before)) != sorted(_words(data or ""))


class ReferenceField(forms.CharField):
    """A row of one of several models, as "person:12"; empty for none.

    The value is a pair of the model's name and the key; ("new", None) for the word "new".
    """

    widget = forms.HiddenInput

    def __init__(self, kinds: Iterable[str], **kwargs: Any) -> None:
        self.kinds = frozenset(kinds)
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", "")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> tuple[str, int | None] | None:
        """Read what a script wrote; anything else is as good as nothing chosen."""
        kind, _colon, key = super().clean(value).partition(":")
        if kind == "new":
            return kind, None
        if kind in self.kinds and key.isdecimal() and key.isascii() and len(key) < 19:
            return kind, int(key)
        return None


def _words(text: str) -> list[str]:
    return [word for word in (" ".join(part.split()) for part in text.split(",")) if word]
