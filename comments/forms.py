"""What moderators send: decisions, bans, corrected texts, new words. Rules stand elsewhere."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .choices import PinnedAs, Reason, State, WordList
from .models import MAX_LENGTH, Word
from .words import key_of

NOTE_LENGTH = 500
# Twenty words at a time: a trial looks for each of them in every text.
TERMS_AT_MOST = 20

DECISIONS = [(state, state.label) for state in (State.APPROVED, State.REJECTED, State.SPAM)]


class DecisionForm(forms.Form):
    """A decision about one comment, with what the moderator had on the screen.

    A button with a reason is a rejection, so that one tap is enough.
    """

    comment = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    state = forms.ChoiceField(choices=State)
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    to = forms.ChoiceField(choices=DECISIONS, required=False)
    reason = forms.ChoiceField(choices=Reason, required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)

    def clean(self) -> dict[str, Any]:
        return _with_decision(super().clean() or self.cleaned_data)


class BulkForm(forms.Form):
    to = forms.ChoiceField(choices=DECISIONS, required=False)
    reason = forms.ChoiceField(choices=Reason, required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)

    def clean(self) -> dict[str, Any]:
        return _with_decision(super().clean() or self.cleaned_data)


def _with_decision(values: dict[str, Any]) -> dict[str, Any]:
    if not values.get("to"):
        if not values.get("reason"):
            raise forms.ValidationError(_("Choose what is to become of the comment."))
        values["to"] = State.REJECTED
    values["to"] = State(values["to"])
    return values


class Length(forms.ChoiceField):
    """How long a ban lasts; cleaned to the moment it ends, None for ever."""

    LENGTHS = {
        "day": (_("for a day"), datetime.timedelta(days=1)),
        "week": (_("for a week"), datetime.timedelta(days=7)),
        "ever": (_("for ever"), None),
    }

    def __init__(self, **kwargs: Any) -> None:
        choices = [(key, label) for key, (label, _span) in self.LENGTHS.items()]
        super().__init__(choices=choices, widget=forms.RadioSelect, **kwargs)

    def until(self, value: str) -> datetime.datetime | None:
        span = self.LENGTHS[value][1]
        return timezone.now() + span if span else None


class BanForm(forms.Form):
    comment = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    length = Length(label=_("How long"), initial="day")
    ban_reason = forms.CharField(label=_("Reason"), max_length=300)

    def until(self) -> datetime.datetime | None:
        field = self.fields["length"]
        assert isinstance(field, Length)
        return field.until(self.cleaned_data["length"])


class CorrectionForm(forms.Form):
    """The newsroom's own version of a reader's text."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    body = forms.CharField(
        label=_("Text as readers will see it"), max_length=MAX_LENGTH, widget=forms.Textarea
    )
    note = forms.CharField(
        label=_("Why the newsroom edits it"),
        max_length=NOTE_LENGTH,
        help_text=_("Kept with the original; the page says that the newsroom edited the comment."),
    )


class PinForm(forms.Form):
    pinned_as = forms.ChoiceField(label=_("Pin as"), choices=PinnedAs, widget=forms.RadioSelect)


class WordForm(forms.ModelForm):
    """A word of a list. Whether it is in force is not decided here but after a trial."""

    class Meta:
        model = Word
        fields = ["term", "list", "is_harsh"]

    def clean_term(self) -> str:
        term = " ".join(self.cleaned_data["term"].split())
        # The constraint on the key speaks for the term: the key stands on no form.
        self.instance.key = key_of(term)
        same = Word.objects.filter(key=self.instance.key).exclude(pk=self.instance.pk).first()
        if same:
            raise forms.ValidationError(
                _("“%(term)s” is on a list already and finds the same."),
                params={"term": same.term},
            )
        return term


class TrialForm(forms.Form):
    """New words to be tried on old comments."""

    terms = forms.CharField(
        label=_("Words or phrases, one a line"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Spaced letters, digits and look-alikes are seen through. A * at the end also finds "
            "longer words."
        ),
    )
    list = forms.ChoiceField(label=_("Effect"), choices=WordList, initial=WordList.HOLD)
    is_harsh = forms.BooleanField(label=_("Harsh: blurred in the queue"), required=False)

    def clean_terms(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["terms"].splitlines()]
        terms = list(dict.fromkeys(line for line in lines if line))
        if len(terms) > TERMS_AT_MOST:
            raise forms.ValidationError(
                _("At most %(n)d words at a time."), params={"n": TERMS_AT_MOST}
            )
        for term in terms:
            if len(term) > 80:
                raise forms.ValidationError(_("A word or phrase has at most 80 characters."))
            key_of(term)
        return terms


class ScoresForm(forms.Form):
    """Other limits of the spam score, to be tried before they are set."""

    hold_score = forms.FloatField(
        label=_("Spam score that holds a comment"), min_value=0, max_value=1
    )
    spam_score = forms.FloatField(
        label=_("Spam score that sorts a comment into spam"), min_value=0, max_value=1
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        hold, spam = values.get("hold_score"), values.get("spam_score")
        if hold is not None and spam is not None and hold > spam:
            raise forms.ValidationError(_("The score for spam is at least the one that holds."))
        return values
