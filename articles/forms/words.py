"""What the newsroom teaches its copy desk: wrong forms, one or many at a time, and own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..copydesk.forms import is_common
from ..models import OwnWord, WrongForm
from .fields import GrowingText

LONGEST = WrongForm._meta.get_field("wrong").max_length or 0
MOST_LINES = 2000
# A message of a thousand lines helps nobody: these come first, and after them the next.
MOST_ERRORS = 50


class WrongFormForm(forms.ModelForm):
    """A wrong form and the right one. Whether it is there already is asked of the table."""

    class Meta:
        model = WrongForm
        fields = ["wrong", "right", "note", "is_active"]
        help_texts = {
            "wrong": gettext_lazy("As people write it; one word or several."),
            "note": gettext_lazy("A rule or a source, for whoever wonders."),
            "is_active": gettext_lazy("Turned off, it is kept and no longer looked for."),
        }

    def clean_wrong(self) -> str:
        return _one_spaced(self.cleaned_data["wrong"])

    def clean_right(self) -> str:
        return _one_spaced(self.cleaned_data["right"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        wrong, right = self.cleaned_data.get("wrong", ""), self.cleaned_data.get("right", "")
        for name, form in (("wrong", wrong), ("right", right)):
            if form and (problem := _no_form(form)):
                self.add_error(name, problem)
        if wrong and wrong == right:
            self.add_error("right", _("The right form differs from the wrong one."))
        elif cleaned and cleaned.get("is_active") and _is_found_everywhere(wrong, right):
            # One that is in the table already can still be turned off.
            self.add_error("wrong", _everywhere(wrong))
        elif wrong and right:
            others = WrongForm.objects.exclude(pk=self.instance.pk).filter(is_active=True)
            if others.filter(wrong__iexact=right).exists():
                self.add_error("right", _("“%(form)s” is a wrong form itself.") % {"form": right})
        return cleaned


class OwnWordForm(forms.ModelForm):
    class Meta:
        model = OwnWord
        fields = ["word"]
        help_texts = {
            "word": gettext_lazy("It is never found again, in any story, in capitals or not.")
        }

    def clean_word(self) -> str:
        word = _one_spaced(self.cleaned_data["word"])
        if not any(character.isalpha() for character in word):
            raise forms.ValidationError(_("A word has letters."))
        if WrongForm.objects.filter(wrong__iexact=word, is_active=True).exists():
            raise forms.ValidationError(
                _("“%(word)s” stands in the table of wrong forms; turn it off there.")
                % {"word": word}
            )
        return word


class PasteForm(forms.Form):
    """Many wrong forms, a line each: the wrong one, a tab, the right one, and perhaps why.

    All of them or none: with an error in one line nothing is saved, and the text comes back.
    `save` says how many are new and how many were there already.
    """

    lines = forms.CharField(
        label=gettext_lazy("Lines"),
        strip=False,
        widget=GrowingText(rows=10),
        help_text=gettext_lazy(
            "A line each: wrong form, tab, right form; behind another tab a reason, if you like. "
            "Columns copied from a spreadsheet have their tabs already."
        ),
        error_messages={"required": gettext_lazy("Paste at least one line.")},
    )

    def clean_lines(self) -> str:
        """Read the lines into `rows`. ValidationError names each line that cannot be taken."""
        text = self.cleaned_data["lines"]
        lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        if not lines:
            raise forms.ValidationError(_("Paste at least one line."))
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(
                _("These are %(count)d lines; at most %(most)d go at once.")
                % {"count": len(lines), "most": MOST_LINES}
            )
        self.rows: dict[str, WrongForm] = {}
        self.known = 0
        table = {row.wrong.casefold(): row for row in WrongForm.objects.all()}
        errors = []
        for number, line in lines:
            if problem := self._take(line, table):
                errors.append(_("Line %(number)d: %(why)s") % {"number": number, "why": problem})
        if len(errors) > MOST_ERRORS:
            more = len(errors) - MOST_ERRORS
            told = ngettext("and %(n)d more.", "and %(n)d more.", more) % {"n": more}
            errors = [*errors[:MOST_ERRORS], told]
        if errors:
            raise forms.ValidationError(errors)
        return text

    def _take(self, line: str, table: dict[str, WrongForm]) -> str:
        """Put a line among the rows; the answer says why it cannot be, and is empty when it is."""
        wrong, *rest = (_one_spaced(part) for part in line.split("\t"))
        right, note = (rest[0] if rest else ""), (rest[1] if len(rest) > 1 else "")
        if not rest:
            return _("there is no tab in it.")
        if any(rest[2:]):
            return _("it has more than three columns.")
        if not wrong or not right:
            return _("one of the two forms is missing.")
        if problem := _no_form(wrong) or _no_form(right):
            return problem
        if wrong == right:
            return _("the right form differs from the wrong one.")
        if _is_found_everywhere(wrong, right):
            return _everywhere(wrong)
        if max(len(wrong), len(right)) > LONGEST:
            return _("a form has at most %(most)d characters.") % {"most": LONGEST}
        if len(note) > (WrongForm._meta.get_field("note").max_length or 0):
            return _("the reason is too long.")
        if known := table.get(wrong.casefold()):
            if known.right == right:
                self.known += 1
                return ""
            return _("“%(wrong)s” is in the table already, with “%(right)s”.") % {
                "wrong": known.wrong,
                "right": known.right,
            }
        if twin := self.rows.get(wrong.casefold()):
            if twin.right == right:
                return ""
            return _("“%(wrong)s” stands in two lines, with two right forms.") % {"wrong": wrong}
        opposite = table.get(right.casefold()) or self.rows.get(right.casefold())
        if opposite and opposite.is_active and right != opposite.right:
            return _("“%(form)s” is a wrong form itself.") % {"form": right}
        self.rows[wrong.casefold()] = WrongForm(wrong=wrong, right=right, note=note)
        return ""

    def save(self) -> tuple[int, int]:
        """Add the rows; (how many are new, how many were there already)."""
        # Somebody may have added the same form a moment ago.
        WrongForm.objects.bulk_create(self.rows.values(), ignore_conflicts=True)
        return len(self.rows), self.known


def _no_form(form: str) -> str:
    """Why this can be neither a wrong form nor a right one; "" when it can."""
    if not any(character.isalpha() for character in form):
        return _("“%(form)s” has no letters.") % {"form": form}
    if "<" in form or ">" in form:
        return _("“%(form)s” has angle brackets; forms are plain text.") % {"form": form}
    return ""


def _is_found_everywhere(wrong: str, right: str) -> bool:
    # With another capital it is the same word: "islam" is "Islam".
    return wrong.casefold() != right.casefold() and is_common(wrong)


def _everywhere(wrong: str) -> str:
    return _(
        "“%(form)s” is a common word: it would be found in every story. Several words with it can "
        "be a wrong form."
    ) % {"form": wrong}


def _one_spaced(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
