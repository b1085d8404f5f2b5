"""What the register's own pages are sent: a text to find names in, and lines to look at."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..people.assessing import Line, day_of
from ..people.names import without_unseen
from ..people.proposals import Proposal
from ..people.publicity import Page
from ..sanitise import plain_text
from ..sent import rows_of, storable

# A release has a few pages; more is read only so far.
LONGEST_LIST = 30_000
LONGEST_TEXT = 600_000
LONGEST_READ = 60_000
MOST_LINES = 300


class Rows(forms.CharField):
    """Lines of the form as a script sends them: a JSON list of objects with short strings."""

    default_error_messages = {"unreadable": gettext_lazy("The lines could not be read.")}

    def clean(self, value: Any) -> list[dict[str, str]]:
        rows = rows_of(super().clean(value))
        if rows is None or not all(isinstance(row, dict) for row in rows):
            raise forms.ValidationError(self.error_messages["unreadable"], code="unreadable")
        return [
            {key: storable(text)[:200] for key, text in row.items() if isinstance(text, str)}
            for row in rows[:MOST_LINES]
        ]


class OnADay(forms.Form):
    """What is asked about a story as it stands on the form, saved or not."""

    on = forms.DateField(required=False)
    lines = Rows(required=False)

    def __init__(self, *args: Any, article: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.article = article

    @property
    def day(self) -> datetime.date:
        """The day of the event as typed; without one, of publication or today."""
        typed: datetime.date | None = self.cleaned_data.get("on")
        if typed:
            return typed
        published = self.article.published_on if self.article else None
        return published or day_of(None, timezone.localdate())

    def sentence(self) -> str:
        """What is wrong, in one sentence."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)

    def register(self) -> list[Line]:
        return [
            Line(
                subject=row.get("subject", "person"),
                person=_key(row.get("chosen", ""), "person"),
                office=row.get("office", ""),
                tenure=_key("tenure:" + row.get("tenure", ""), "tenure"),
            )
            for row in self.cleaned_data["lines"]
        ]


class FindForm(OnADay):
    """A pasted list, or the text of the story as it stands on the form."""

    pasted = forms.CharField(
        required=False,
        max_length=LONGEST_LIST,
        error_messages={
            "max_length": gettext_lazy("The list is longer than 30,000 characters."),
        },
    )
    headline = forms.CharField(required=False, max_length=1000)
    standfirst = forms.CharField(required=False, max_length=10_000)
    body = forms.CharField(required=False, max_length=LONGEST_TEXT)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and not self.text:
            raise forms.ValidationError(_("There is no text to find names in."))
        return cleaned

    @property
    def is_list(self) -> bool:
        return bool(self.cleaned_data["pasted"].strip())

    @property
    def text(self) -> str:
        """The pasted list; without one, headline, standfirst and text, a line each."""
        values = self.cleaned_data
        if self.is_list:
            return without_unseen(values["pasted"])
        parts = (values["headline"], values["standfirst"], plain_text(values["body"]))
        text = "\n".join(part for part in parts if part.strip())[:LONGEST_READ]
        return without_unseen(text)

    def present(self) -> tuple[set[str], set[str]]:
        """The references and the printed names that stand in the register on the form."""
        rows = self.cleaned_data["lines"]
        references = {
            f"{kind}:{key}"
            for row in rows
            for kind in ("person", "organisation")
            if (key := _key(row.get("chosen", ""), kind))
        }
        return references, {row["name"] for row in rows if row.get("name")}


def _key(reference: str, kind: str) -> int | None:
    name, _colon, key = reference.partition(":")
    is_key = name == kind and key.isascii() and key.isdecimal() and len(key) < 19
    return int(key) if is_key else None


def with_lines(data: QueryDict, prefix: str, proposals: list[Proposal]) -> QueryDict:
    """The sent form with a line for each proposal that does not stand there: without script.

    What is certain is chosen; any other name is looked up when the form is saved.
    """
    filled = data.copy()
    total = filled.get(f"{prefix}-TOTAL_FORMS", "")
    index = int(total) if total.isascii() and total.isdecimal() and len(total) < 5 else 0
    for proposal in proposals:
        if proposal.is_present or proposal.is_refused:
            continue
        for name, value in as_line(proposal, _first(proposal)).items():
            filled[f"{prefix}-{index}-{name}"] = value
        index += 1
    filled[f"{prefix}-TOTAL_FORMS"] = str(index)
    return filled


def _first(proposal: Proposal) -> Any:
    return proposal.options[0] if proposal.is_certain and proposal.options else None


def as_line(proposal: Proposal, option: Any) -> dict[str, str]:
    """The fields of a line of the register for that answer; None is somebody new."""
    office = proposal.office
    is_new = option is None and proposal.subject == "person"
    if option and option.tenure and not office:
        office = option.print_office
    values: dict[str, Any] = {
        "subject": proposal.subject,
        "name": proposal.name or (option.name if option else ""),
        "chosen": option.ref if option else "",
        "tenure": option.tenure if option else None,
        "office_as_printed": office if proposal.subject == "person" else "",
        "capacity": proposal.capacity,
        "represents_as_printed": proposal.represents,
        "represents_chosen": proposal.represents_ref,
        "group_count": proposal.count,
        "read_name": proposal.read_name,
        "read_office": proposal.read_office,
        "is_private": "on" if is_new and proposal.page != Page.PUBLIC else "",
    }
    return {name: str(value)[:200] for name, value in values.items() if value}
