"""The register ("Hadir"): one line per person, delegation or group, as a reporter types it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..models import Attendance, LateSave, Person, Tenure
from ..people import matching, mentions
from ..people.names import name_key, printable, without_unseen
from ..people.offices import posts_meant, root_of
from ..people.proposals import without_count
from ..people.publicity import Page, page_for
from ..sanitise import plain_text
from ..sent import rows_of, storable
from .fields import ReferenceField
from .meant import MeantRow, represented
from .rows import StoryRows

LARGEST_GROUP = 1_000_000
# A second tap, or Back and save once more. Later it is another person of that name.
SENT_TWICE_WITHIN = datetime.timedelta(minutes=10)


class Subject(models.TextChoices):
    PERSON = "person", gettext_lazy("Person")
    DELEGATION = "delegation", gettext_lazy("Delegation")
    GROUP = "group", gettext_lazy("Group")


class AttendanceForm(MeantRow):
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
        help_text=gettext_lazy("Somebody new gets a page only with a public office."),
    )
    # Said by whoever unticked the box: where the office leaves it open, that decides.
    wants_page = forms.BooleanField(required=False, widget=forms.HiddenInput)
    represents_chosen = ReferenceField(["person", "post", "organisation"])
    # The words of the text that the line was made of, to remember what they were taken for.
    read_name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    read_office = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
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
        self.person_before = self.instance.person_id
        # Only a bound form looks tenures up; the list itself is never shown.
        self.fields["tenure"] = forms.ModelChoiceField(
            Tenure.objects.select_related("person", "post__place", "post__organisation__place"),
            required=False,
            widget=forms.HiddenInput,
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
            # In the language that readers see, not in that of the desk: it comes back as it stands here.
            words = line.name_as_printed or matching.delegation_as_printed("", line.organisation)
            subject = (Subject.DELEGATION, words, chosen)
        else:
            subject = (Subject.GROUP, line.group_label, "")
        return initial | dict(zip(("subject", "name", "chosen"), subject, strict=True))

    def clean_name(self) -> str:
        return printable(self.cleaned_data["name"])

    def clean_office_as_printed(self) -> str:
        return without_unseen(self.cleaned_data["office_as_printed"]).strip()

    def clean_represents_as_printed(self) -> str:
        return without_unseen(self.cleaned_data["represents_as_printed"]).strip()

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
            self.find_person(values["name"], values.get("chosen"))
        elif values["subject"] == Subject.DELEGATION:
            self.find_organisation(values["name"], values.get("chosen"))
        elif len(values["name"]) > 120:
            self.add_error("name", _("A group's name has at most 120 characters."))
        if values["subject"] != Subject.GROUP:
            # Where the field is not to be seen, nothing in it is an error.
            values["group_count"] = None
            self.errors.pop("group_count", None)
        elif values.get("name"):
            values["name"] = without_count(values["name"], values.get("group_count"))
        return cleaned

    def _clean_fields(self) -> None:
        # What was chosen among namesakes is checked against the namesakes, not a fixed list.
        key = self.add_prefix("which")
        sent = self.data.get(key, "") if self.is_bound else ""
        if sent:
            self.fields["which"].choices = [(sent, sent)]
        super()._clean_fields()

    def identity(self) -> tuple[str, object] | None:
        """Who the line is about, under whatever entry, to find somebody who stands there twice."""
        values = self.cleaned_data
        if values.get("subject") != Subject.PERSON or not values.get("name"):
            return None
        if self.person:
            return "person", root_of(self.person)
        is_meant_apart = (values.get("chosen") or ("",))[0] == "new" or values.get("which") == "new"
        return None if is_meant_apart else ("name", name_key(values["name"]))

    def keeps_its_person(self) -> bool:
        """Whether the line was saved before with the entry that it has now."""
        return self.person is not None and self.person.pk == self.person_before

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
            line.name_as_printed = matching.own_words(values["name"], line.organisation)[:200]
        else:
            line.group_label = values["name"]
        line.tenure = values.get("tenure") if line.person else None
        line.office_as_printed = values.get("office_as_printed", "")
        line.group_count = values.get("group_count")
        self._set_represented(line)
        return super().save(commit)

    def _enter_person(self) -> Person:
        is_public = (
            not self.cleaned_data.get("is_private")
            and not self.article.is_identity_protected
            and self._may_have_page()
        )
        return matching.enter_person(self.cleaned_data["name"], by=self.by, is_public=is_public)

    def _may_have_page(self) -> bool:
        """Whether the office is a public one; children and victims get no page in any case."""
        office, story = self.cleaned_data.get("office_as_printed", ""), self.article
        text = " ".join((story.headline, story.standfirst, plain_text(story.body)))
        posts = posts_meant([office]).get(office, [])
        page = page_for(self.cleaned_data["name"], office, text, posts)
        is_wanted = page == Page.DOUBTFUL and self.cleaned_data.get("wants_page")
        return page == Page.PUBLIC or bool(is_wanted)

    def _set_represented(self, line: Attendance) -> None:
        printed = " ".join(self.cleaned_data.get("represents_as_printed", "").split())
        line.represents_as_printed = printed
        line.represents_person_id = line.represents_post_id = None
        line.represents_organisation_id = None
        if not printed:
            return
        kind, key = represented(printed, self.cleaned_data.get("represents_chosen"))
        if kind:
            setattr(line, f"represents_{kind}_id", key)


class AttendanceRows(StoryRows):
    """The register. What was said to names found in the text is noted when the rows are saved:
    a taken name by the line that it became, a refused one by the hidden list of refusals.
    """

    subject_fields = ("name", "chosen", "which", "subject")
    # By printed name; read when somebody new is on the form.
    _just_entered: dict[str, Person | None] | None = None

    def subject_of(self, row: Attendance) -> tuple[Any, ...]:
        return row.person_id, row.organisation_id, row.group_label

    def subject_of_form(self, form: AttendanceForm) -> tuple[Any, ...]:
        subject = form.cleaned_data.get("subject")
        is_group = subject == Subject.GROUP
        if subject == Subject.PERSON and form.person is None:
            form.person = self._entered_by_the_same_form(form)
        person, organisation = form.person, form.organisation
        label = form.cleaned_data["name"] if is_group else ""
        return person and person.pk, organisation and organisation.pk, label

    def _entered_by_the_same_form(self, form: AttendanceForm) -> Person | None:
        """Somebody new whom this form has entered already: it was sent twice, by a second tap."""
        if self._just_entered is None:
            self._just_entered = self._entered_lately()
        return self._just_entered.pop(form.cleaned_data.get("name", ""), None)

    def _entered_lately(self) -> dict[str, Person | None]:
        """Whom this person has entered by a form of this story a moment ago, by printed name.

        The first save may stand in the story, in its working copy, or among the saves that came too late.
        """
        on_form = [row.instance.pk for row in self.initial_forms]
        since = timezone.now() - SENT_TWICE_WITHIN
        rows = Attendance.objects.filter(article=self.instance).exclude(pk__in=on_form)
        rows = rows | Attendance.objects.filter(article__changes_to=self.instance)
        named = {row.person_id: row.name_as_printed for row in rows.filter(person__isnull=False)}
        late = LateSave.objects.filter(user=self.by, created_at__gte=since).filter(
            Q(article=self.instance) | Q(article__changes_to=self.instance)
        )
        for lines in late.values_list("snapshot__attendances", flat=True):
            named |= {line["person_id"]: line["name_as_printed"] for line in lines or []}
        entered = Person.objects.filter(
            pk__in=[key for key in named if key], created_by=self.by, created_at__gte=since
        )
        return {named[person.pk]: person for person in entered}

    def clean(self) -> None:
        super().clean()
        seen: dict[tuple[str, object], AttendanceForm] = {}
        for form in self.forms:
            if not self._stays(form) or form.errors:
                continue
            identity = form.identity()
            if identity is None:
                continue
            other = seen.setdefault(identity, form)
            # Two entries that were found to be one person since may both stand there: readers
            # see the first.
            were_there = form.keeps_its_person() and other.keeps_its_person()
            if other is not form and not were_there:
                form.add_error("name", _("This person stands in the register twice."))

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        if commit:
            verdicts = [*self._refused(), *self._taken()]
            if verdicts:
                mentions.remember(self.instance, verdicts, by=self.by)
        return saved

    def _taken(self) -> list[mentions.Verdict]:
        return [
            mentions.Verdict(
                form.cleaned_data["read_name"],
                form.cleaned_data["read_office"],
                is_accepted=True,
                person=form.instance.person_id,
                organisation=form.instance.organisation_id,
            )
            for form in self.forms
            if self._stays(form)
            and (form.cleaned_data.get("read_name") or form.cleaned_data.get("read_office"))
        ]

    @property
    def refused_as_sent(self) -> str:
        """The list of refusals as a form that comes back has to send it again."""
        return self.data.get(self.add_prefix_to("refused"), "") if self.is_bound else ""

    @property
    def pasted_as_sent(self) -> str:
        """The pasted list of a form that comes back, unless it became lines."""
        return self.data.get("pasted_list", "") if self.is_bound else ""

    def add_prefix_to(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def _refused(self) -> list[mentions.Verdict]:
        """What a script sent; anything else than short names and offices is not looked at."""
        return [
            mentions.Verdict(pair[0], pair[1], is_accepted=False)
            for pair in (rows_of(self.refused_as_sent) or [])[: mentions.MOST_AT_ONCE]
            if isinstance(pair, list)
            and len(pair) == 2
            and all(
                isinstance(text, str) and len(text) <= 200 and storable(text) == text
                for text in pair
            )
        ]
