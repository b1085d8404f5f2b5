"""The register ("Hadir"): one line per person, delegation or group, as a reporter types it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..models import Attendance, Organisation, Person, Tenure
from ..people import matching
from ..people.names import name_key
from .fields import ReferenceField
from .rows import StoryRow, StoryRows

CANDIDATES_SHOWN = 8
LARGEST_GROUP = 1_000_000


class Subject(models.TextChoices):
    PERSON = "person", gettext_lazy("Person")
    DELEGATION = "delegation", gettext_lazy("Delegation")
    GROUP = "group", gettext_lazy("Group")


class AttendanceForm(StoryRow):
    """A line of the register.

    `name` is what is printed. `chosen` says whom the type-ahead meant, as "person:12"; without
    it the name is looked up exactly, and somebody unknown is entered anew when the line is
    saved. When several people have the name, `which` comes back with them to choose from.
    What was printed stays printed: nothing here is read from the person again.
    """

    subject = forms.ChoiceField(
        label=gettext_lazy("Who"), choices=Subject.choices, initial=Subject.PERSON, required=False
    )
    name = forms.CharField(
        label=pgettext_lazy("as printed", "Name"), max_length=200, required=False
    )
    chosen = ReferenceField(["person", "organisation"])
    which = forms.ChoiceField(label=gettext_lazy("Who is meant?"), required=False)
    is_private = forms.BooleanField(
        label=gettext_lazy("Private person: gets no public page"),
        required=False,
        help_text=gettext_lazy("Somebody new gets a page only with an office."),
    )
    represents_chosen = ReferenceField(["person", "post", "organisation"])
    group_count = forms.IntegerField(
        label=Attendance._meta.get_field("group_count").verbose_name,
        required=False,
        min_value=1,
        max_value=LARGEST_GROUP,
    )

    class Meta:
        model = Attendance
        fields = [
            *("position", "office_as_printed", "capacity", "represents_as_printed"),
            *("group_count", "tenure"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person: Person | None = None
        self.organisation: Organisation | None = None
        # Only a bound form looks tenures up; the list itself is never shown.
        self.fields["tenure"] = forms.ModelChoiceField(
            Tenure.objects.all(), required=False, widget=forms.HiddenInput
        )
        self.fields["which"].widget = forms.HiddenInput()
        if self.instance.pk:
            self.initial |= self._as_typed(self.instance)

    @staticmethod
    def _as_typed(line: Attendance) -> dict[str, Any]:
        represented = {
            "person": line.represents_person_id,
            "post": line.represents_post_id,
            "organisation": line.represents_organisation_id,
        }
        initial = {
            "represents_chosen": next((f"{k}:{v}" for k, v in represented.items() if v), ""),
            "represents_as_printed": line.represented,
            "tenure": line.tenure_id,
        }
        if line.person_id:
            subject = (Subject.PERSON, line.name_as_printed, f"person:{line.person_id}")
        elif line.organisation_id:
            chosen = f"organisation:{line.organisation_id}"
            subject = (Subject.DELEGATION, line.printed_name, chosen)
        else:
            subject = (Subject.GROUP, line.group_label, "")
        return initial | dict(zip(("subject", "name", "chosen"), subject, strict=True))

    @property
    def day(self) -> datetime.date:
        """The day whose offices count: that of the event, else today."""
        return getattr(self.article, "event_on", None) or timezone.localdate()

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_which(self) -> str:
        return self.cleaned_data.get("which", "")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        # The choices of `which` are known only now; see `_choose_among`.
        values = self.cleaned_data
        values["subject"] = values.get("subject") or Subject.PERSON
        if "name" in self.errors:
            return cleaned
        if not values.get("name"):
            self.add_error("name", _("Write who it is, or remove this line."))
        elif values["subject"] == Subject.PERSON:
            self._find_person(values["name"], values.get("chosen"))
        elif values["subject"] == Subject.DELEGATION:
            self._find_organisation(values["name"], values.get("chosen"))
        elif len(values["name"]) > 120:
            self.add_error("name", _("A group's name has at most 120 characters."))
        if values["subject"] != Subject.GROUP:
            # Where the field is not to be seen, nothing in it is an error.
            values["group_count"] = None
            self.errors.pop("group_count", None)
        return cleaned

    def _clean_fields(self) -> None:
        # What was chosen among namesakes is checked against the namesakes, not a fixed list.
        key = self.add_prefix("which")
        sent = self.data.get(key, "") if self.is_bound else ""
        if sent:
            self.fields["which"].choices = [(sent, sent)]
        super()._clean_fields()

    def _find_person(self, name: str, chosen: tuple[str, int | None] | None) -> None:
        if not name_key(name):
            self.add_error("name", _("A name has letters."))
            return
        if chosen and chosen[0] == "person":
            known = Person.objects.filter(pk=chosen[1]).first()
            # A name typed over the one that was chosen is somebody else's.
            if known and matching.shares_a_word(name, known):
                self._meant(known)
                return
        if chosen and chosen[0] == "new":
            return
        namesakes = list(matching.people_named(name)[:CANDIDATES_SHOWN])
        if len(namesakes) > 1:
            self._choose_among(namesakes)
        elif namesakes:
            self._meant(namesakes[0])
            self._fill_office(namesakes[0])

    def _choose_among(self, namesakes: list[Person]) -> None:
        which = self.cleaned_data.get("which")
        if which == "new":
            return
        for person in namesakes:
            if which == f"person:{person.pk}":
                self._meant(person)
                self._fill_office(person)
                return
        held = matching.offices_on(namesakes, self.day)
        choices = [("", _("– choose –"))]
        for person in namesakes:
            office = ", ".join(tenure.printed_title for tenure in held.get(person.pk, []))
            choices.append(
                (f"person:{person.pk}", f"{person} – {office}" if office else str(person))
            )
        choices.append(("new", _("Somebody else of this name, not known yet")))
        self.fields["which"] = forms.ChoiceField(
            label=_("Who is meant?"), choices=choices, required=False
        )
        self.add_error(
            "which",
            _("Several people have this name: %(people)s. Choose who is meant.")
            % {"people": "; ".join(label for _value, label in choices[1:-1])},
        )

    def _meant(self, person: Person) -> None:
        self.person = person
        tenure = self.cleaned_data.get("tenure")
        office = self.cleaned_data.get("office_as_printed", "")
        if tenure and not self._is_printed(tenure, person, office):
            self.cleaned_data["tenure"] = None
        if office and not self.cleaned_data.get("tenure"):
            self.cleaned_data["tenure"] = matching.tenure_printed_as(person, office, self.day)

    def _is_printed(self, tenure: Tenure, person: Person, office: str) -> bool:
        """Whether the printed office is this one, perhaps with more words around it."""
        if tenure.person_id != person.pk or not office:
            return False
        was_so = not self.instance._state.adding and not (
            {"tenure", "office_as_printed"} & set(self.changed_data)
        )
        # The title may have been changed since: what stood there before stays.
        return was_so or any(
            f" {_folded(title)} " in f" {_folded(office)} "
            for title in (tenure.printed_title, tenure.post.title)
        )

    def _fill_office(self, person: Person) -> None:
        """For a name that was typed and found, what the type-ahead would have filled in."""
        if self.cleaned_data.get("office_as_printed") or not self.instance._state.adding:
            return
        held = matching.offices_on([person], self.day).get(person.pk, [])
        if held:
            self.cleaned_data["tenure"] = held[0]
            self.cleaned_data["office_as_printed"] = held[0].printed_title

    def _find_organisation(self, name: str, chosen: tuple[str, int | None] | None) -> None:
        self.cleaned_data["tenure"] = None
        if not matching.without_delegation(name):
            self.add_error("name", _("Write which institution sent the delegation."))
            return
        if chosen and chosen[0] == "organisation":
            self.organisation = Organisation.objects.filter(pk=chosen[1]).first()
        if self.organisation is None:
            found = list(matching.organisations_named(name)[:CANDIDATES_SHOWN])
            if len(found) > 1:
                self._choose_organisation(found)
            elif found:
                self.organisation = found[0]

    def _choose_organisation(self, found: list[Organisation]) -> None:
        which = self.cleaned_data.get("which")
        self.organisation = next((o for o in found if which == f"organisation:{o.pk}"), None)
        if self.organisation:
            return
        choices = [("", _("– choose –")), *((f"organisation:{o.pk}", str(o)) for o in found)]
        self.fields["which"] = forms.ChoiceField(
            label=_("Which one is meant?"), choices=choices, required=False
        )
        self.add_error("which", _("Several institutions have this name. Choose which is meant."))

    def identity(self) -> tuple[str, object] | None:
        """Who the line is about, to find somebody who stands there twice."""
        values = self.cleaned_data
        if values.get("subject") != Subject.PERSON or not values.get("name"):
            return None
        if self.person:
            return "person", self.person.pk
        is_meant_apart = (values.get("chosen") or ("",))[0] == "new" or values.get("which") == "new"
        return None if is_meant_apart else ("name", name_key(values["name"]))

    def save(self, commit: bool = True) -> Attendance:
        """Save the line; somebody or some institution not known yet is entered first."""
        line, values = self.instance, self.cleaned_data
        line.person = line.organisation = None
        line.group_label = line.name_as_printed = ""
        if values["subject"] == Subject.PERSON:
            line.person = self.person or self._enter_person()
            line.name_as_printed = values["name"]
        elif values["subject"] == Subject.DELEGATION:
            line.organisation = self.organisation or matching.enter_organisation(values["name"])
            line.name_as_printed = matching.delegation_as_printed(
                values["name"], line.organisation
            )[:200]
        else:
            line.group_label = values["name"]
        line.tenure = values.get("tenure") if line.person else None
        line.office_as_printed = values.get("office_as_printed", "")
        line.group_count = values.get("group_count")
        self._set_represented(line)
        return super().save(commit)

    def _enter_person(self) -> Person:
        # Children and victims get no page, and neither does somebody without an office.
        is_public = (
            bool(self.cleaned_data.get("office_as_printed"))
            and not self.cleaned_data.get("is_private")
            and not self.article.is_identity_protected
        )
        return matching.enter_person(self.cleaned_data["name"], by=self.by, is_public=is_public)

    def _set_represented(self, line: Attendance) -> None:
        printed = " ".join(self.cleaned_data.get("represents_as_printed", "").split())
        line.represents_as_printed = printed
        line.represents_person_id = line.represents_post_id = None
        line.represents_organisation_id = None
        if not printed:
            return
        kind, key = self.cleaned_data.get("represents_chosen") or ("", None)
        if not kind or not _is_called(kind, key, printed):
            kind, key = _only_one_called(printed)
        if kind:
            setattr(line, f"represents_{kind}_id", key)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_called(kind: str, key: int | None, printed: str) -> bool:
    """Whether the chosen row exists and can still be what is printed."""
    if kind == "person":
        person = Person.objects.filter(pk=key).first()
        return person is not None and matching.shares_a_word(printed, person)
    return (kind, key) in _called(printed)


def _only_one_called(printed: str) -> tuple[str, int | None]:
    found = _called(printed)
    return found[0] if len(found) == 1 else ("", None)


def _called(printed: str) -> list[tuple[str, int | None]]:
    """Everything that has exactly this name or title."""
    rows = {
        "post": matching.posts_named(printed),
        "person": matching.people_named(printed),
        "organisation": matching.organisations_named(printed),
    }
    return [(kind, row.pk) for kind, found in rows.items() for row in found[:CANDIDATES_SHOWN]]


class AttendanceRows(StoryRows):
    subject_fields = ("name", "chosen", "which", "subject")

    def subject_of(self, row: Attendance) -> tuple[Any, ...]:
        return row.person_id, row.organisation_id, row.group_label

    def subject_of_form(self, form: AttendanceForm) -> tuple[Any, ...]:
        is_group = form.cleaned_data.get("subject") == Subject.GROUP
        person, organisation = form.person, form.organisation
        label = form.cleaned_data["name"] if is_group else ""
        return person and person.pk, organisation and organisation.pk, label

    def clean(self) -> None:
        super().clean()
        seen: set[tuple[str, object]] = set()
        for form in self.forms:
            if not self._stays(form) or form.errors:
                continue
            identity = form.identity()
            if identity is None:
                continue
            if identity in seen:
                form.add_error("name", _("This person stands in the register twice."))
            seen.add(identity)
