"""Who is meant by a line of the register: resolved when the form is checked.

What the type-ahead chose is taken if it still fits what is printed; a typed name is looked up
exactly; where several answers are possible, the field `which` comes back with them.
"""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Organisation, Person, Tenure
from ..people import matching
from ..people.assessing import day_of
from ..people.names import name_key
from ..people.offices import agrees, as_printed, offices_on, posts_meant, root_of
from .rows import StoryRow

CANDIDATES_SHOWN = 8


class MeantRow(StoryRow):
    """A row whose person, institution and office are found among what the newsroom knows."""

    person: Person | None = None
    organisation: Organisation | None = None

    @property
    def day(self) -> datetime.date:
        """The day whose offices count: that of the event, else of publication, else today."""
        return day_of(self.article, timezone.localdate())

    def _ask(self, label: str, choices: list[tuple[str, str]], question: str) -> None:
        self.fields["which"] = forms.ChoiceField(
            label=label, choices=[("", _("– choose –")), *choices], required=False
        )
        self.add_error("which", question)

    # Persons

    def find_person(self, name: str, chosen: tuple[str, int | None] | None) -> None:
        if not name_key(name):
            self.add_error("name", _("A name has letters."))
            return
        known = None
        if chosen and chosen[0] == "person":
            known = Person.objects.select_related("merged_into").filter(pk=chosen[1]).first()
            if known and self._is_still_meant(name, known):
                # A saved line keeps the entry that was chosen that day.
                is_kept = known.pk == self.instance.person_id
                self._meant(known if is_kept else known.standing_entry)
                return
        if chosen and chosen[0] == "new":
            return
        namesakes = list(matching.people_named(name)[:CANDIDATES_SHOWN])
        if len(namesakes) > 1:
            self._choose_among(namesakes)
        elif namesakes:
            self._meant(namesakes[0])
            self._fill_office(namesakes[0])
        elif known and self.cleaned_data.get("which") != "new":
            self._ask_whether(known.standing_entry, name)

    def _is_still_meant(self, name: str, known: Person) -> bool:
        """Whether the chosen person is meant by what is printed now.

        The name that the text has, or that was saved with the person, was chosen knowingly.
        """
        read = self.cleaned_data.get("read_name", "")
        is_as_read = bool(read) and name_key(name) == name_key(read)
        is_as_saved = known.pk == self.instance.person_id and "name" not in self.changed_data
        is_said = self.cleaned_data.get("which") == f"person:{known.standing_entry.pk}"
        return is_said or is_as_read or is_as_saved or matching.shares_a_word(name, known)

    def _ask_whether(self, known: Person, name: str) -> None:
        """A quite different name was typed over the chosen one: a slip, or somebody else."""
        self._ask(
            _("Who is meant?"),
            [
                (f"person:{known.pk}", known.printed_name),
                ("new", _("Somebody else of this name, not known yet")),
            ],
            _("%(known)s was chosen, and “%(name)s” is printed. Choose who is meant.")
            % {"known": known.printed_name, "name": name},
        )

    def _choose_among(self, namesakes: list[Person]) -> None:
        which = self.cleaned_data.get("which", "")
        if which == "new":
            return
        held = offices_on(namesakes, self.day)
        for person in namesakes:
            tenures = {f"tenure:{tenure.pk}" for tenure in held[person.pk]}
            if which == f"person:{person.pk}" or which in tenures:
                self._meant(person)
                self._fill_office(person)
                return
        choices = []
        for person in namesakes:
            office = ", ".join(map(as_printed, held[person.pk]))
            choices.append(
                (f"person:{person.pk}", f"{person} – {office}" if office else str(person))
            )
        self._ask(
            _("Who is meant?"),
            [*choices, ("new", _("Somebody else of this name, not known yet"))],
            _("Several people have this name: %(people)s. Choose who is meant.")
            % {"people": "; ".join(label for _value, label in choices)},
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
        if not office or root_of(tenure.person) != root_of(person):
            return False
        was_so = not self.instance._state.adding and not (
            {"tenure", "office_as_printed"} & set(self.changed_data)
        )
        # The title may have been changed since: what stood there before stays.
        return (
            was_so
            or any(
                f" {_folded(title)} " in f" {_folded(office)} "
                for title in (tenure.printed_title, tenure.post.title)
            )
            or agrees(office, tenure.post)
        )

    def _fill_office(self, person: Person) -> None:
        """For a name that was typed and found, what the type-ahead would have filled in."""
        # On a saved line an office that was emptied stays empty, unless the name was typed anew.
        is_typed = self.instance._state.adding or {"name", "chosen"} & set(self.changed_data)
        if self.cleaned_data.get("office_as_printed") or not is_typed:
            return
        held = offices_on([person], self.day)[person.pk]
        which = self.cleaned_data.get("which", "")
        taken = [t for t in held if which == f"tenure:{t.pk}"] or held
        if which == "none" or not held:
            return
        if len(taken) > 1:
            choices = [(f"tenure:{tenure.pk}", as_printed(tenure)) for tenure in held]
            self._ask(
                _("In which office?"),
                [*choices, ("none", _("Without an office"))],
                _("%(name)s held several offices on that day. Choose the one to print.")
                % {"name": person.name},
            )
            return
        self.cleaned_data["tenure"] = taken[0]
        self.cleaned_data["office_as_printed"] = as_printed(taken[0])

    # Institutions

    def find_organisation(self, name: str, chosen: tuple[str, int | None] | None) -> None:
        self.cleaned_data["tenure"] = None
        if not matching.without_delegation(name):
            self.add_error("name", _("Write which institution sent the delegation."))
            return
        if chosen and chosen[0] == "organisation":
            self.organisation = Organisation.objects.filter(pk=chosen[1]).first()
        if self.organisation is None and not (chosen and chosen[0] == "new"):
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
        self._ask(
            _("Which one is meant?"),
            [(f"organisation:{o.pk}", str(o)) for o in found],
            _("Several institutions have this name. Choose which is meant."),
        )


# Whom a line stands in for


def represented(printed: str, chosen: tuple[str, int | None] | None) -> tuple[str, int | None]:
    """The kind and key of what the printed words mean; ("", None) when they mean nothing known.

    What was chosen counts while it can still be what is printed; else the one thing of that name.
    """
    kind, key = chosen or ("", None)
    if kind and _is_called(kind, key, printed):
        return kind, key
    found = _called(printed)
    return found[0] if len(found) == 1 else ("", None)


def _is_called(kind: str, key: int | None, printed: str) -> bool:
    """Whether the chosen row exists and can still be what is printed."""
    if kind == "person":
        person = Person.objects.filter(pk=key).first()
        return person is not None and matching.shares_a_word(printed, person)
    return (kind, key) in _called(printed)


def _called(printed: str) -> list[tuple[str, int | None]]:
    """Every person and institution of exactly this name, and the offices that it can mean."""
    rows: dict[str, Any] = {
        "post": posts_meant([printed]).get(printed, []),
        "person": matching.people_named(printed),
        "organisation": matching.organisations_named(printed),
    }
    return [(kind, row.pk) for kind, found in rows.items() for row in found[:CANDIDATES_SHOWN]]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
