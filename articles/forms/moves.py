"""What a move of the workflow asks for: a note, a time, a ground with a notice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..checks import Finding
from ..choices import WithdrawalGround
from ..models import Article
from ..workflow import Move
from .fields import GrowingText
from .moments import Clocks, MomentField, next_full_hour
from .seen import SeenField


class WavedField(forms.CharField):
    """Why a story comes out although a check advises against it; stands in its history."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Why may it come out all the same?"),
            max_length=200,
            widget=GrowingText(rows=2, maxlength=200),
            help_text=_("Stands in the story's history, with your name."),
            error_messages={"required": _("Say why the story may come out all the same.")},
        )


class MoveForm(forms.Form):
    """Asks for nothing but a yes. The values of a subclass are the move's own arguments.

    `seen_version` says which version of the story the yes is meant for. `found` is what the checks before
    publishing found; where they ask for a reason, so does the form.
    """

    seen_version = SeenField()

    def __init__(
        self, *args: Any, article: Article, found: Sequence[Finding] = (), **kwargs: Any
    ) -> None:
        self.article = article
        self.found = found
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen_version", self.article.version)
        if self.asks_why:
            self.fields["waved"] = WavedField()

    @property
    def asks_why(self) -> bool:
        """Whether the story is waved through: what is blocked is refused whatever the reason."""
        return bool(self.found) and not any(one.is_blocking for one in self.found)

    def show_again(self, sentence: str) -> None:
        """Come back with what was typed and why it was not done, for the version that there is now."""
        self.add_error(None, sentence)
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_version")] = str(self.article.version)


class ChangesForm(MoveForm):
    why = forms.CharField(
        label=gettext_lazy("reason for the change"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Kept in the story's history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label = capfirst(self.fields["why"].label)


class NoteForm(MoveForm):
    note = forms.CharField(
        label=gettext_lazy("What should the reporter change?"),
        widget=GrowingText(rows=4),
        error_messages={"required": gettext_lazy("Say what the reporter should change.")},
    )


class TimeForm(MoveForm):
    """A time on the clock of the story's place, which the form names."""

    at = MomentField(label=gettext_lazy("Comes out at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].use(Clocks.of(self.article))
        proposal = next_full_hour(not_before=self.article.not_before)
        self.initial.setdefault("at", proposal)


class LimitForm(MoveForm):
    """A time that may be taken away again, by leaving the field empty; a subclass says which."""

    field = ""
    limits = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[self.field].use(Clocks.of(self.article))
        self.initial.setdefault(self.field, getattr(self.article, self.limits))


class EmbargoForm(LimitForm):
    field, limits = "until", "not_before"

    until = MomentField(
        label=gettext_lazy("Not before"),
        required=False,
        help_text=gettext_lazy("Leave it empty to lift the embargo."),
    )
    why = forms.CharField(
        label=gettext_lazy("Who asked for it"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Stands in the story's history."),
    )


class EndForm(LimitForm):
    field, limits = "at", "unpublish_at"

    at = MomentField(
        label=gettext_lazy("Public until"),
        required=False,
        help_text=gettext_lazy("Leave it empty and the story stays for good."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why it ends"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Stands in the story's history."),
    )


class WithdrawalForm(MoveForm):
    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"),
        choices=WithdrawalGround.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the grounds that the press guidelines allow.")
        },
    )
    notice = forms.CharField(
        label=gettext_lazy("Notice for the readers"),
        widget=GrowingText(rows=4),
        help_text=gettext_lazy("Stands at the story's address in its place, for good."),
        error_messages={"required": gettext_lazy("Write the notice that readers will see.")},
    )


FORMS: dict[str, type[MoveForm]] = {
    "": MoveForm,
    "note": NoteForm,
    "time": TimeForm,
    "embargo": EmbargoForm,
    "end": EndForm,
    "withdrawal": WithdrawalForm,
}

ENDS_CHANGES = frozenset({"publish_changes", "discard_changes"})
# These ask once more before they are made, though they need nothing typed.
ASKS_AGAIN = frozenset({"withdraw", *ENDS_CHANGES})


def form_for(move: Move) -> type[MoveForm]:
    """The form of the page before the move."""
    return ChangesForm if move.name in ENDS_CHANGES else FORMS[move.needs]


def has_step(move: Move) -> bool:
    """Whether the move has a page of its own before it is made."""
    return bool(move.needs) or move.name in ASKS_AGAIN


def asks_first(move: Move) -> bool:
    """Whether that page comes also after the text was saved with the move's button.

    Whoever has mended a typo in the very form sees what readers will see: it is published at once.
    """
    return has_step(move) and move.name != "publish_changes"
