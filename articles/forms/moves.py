"""What a move of the workflow asks for: a note, a time, a ground with a notice."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..checks import Finding
from ..choices import WithdrawalGround
from ..models import Article
from ..workflow import Move
from ..zones import label
from .fields import GrowingText, MomentInput
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

    at = forms.DateTimeField(
        label=gettext_lazy("Comes out at"),
        widget=MomentInput,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": gettext_lazy("Choose the day and the time."),
            "invalid": gettext_lazy("Write the time as 2026-12-31 17:00."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        zone = self.article.zone
        place = self.article.place.short_name if self.article.place else ""
        self.fields["at"].label = (
            _("Comes out at (%(zone)s, the clock of %(place)s)")
            % {"zone": label(now, zone.key), "place": place}
            if place
            else _("Comes out at (%(zone)s)") % {"zone": label(now, zone.key)}
        )
        self.fields["at"].help_text = self._beside_the_publications_clock(now, zone)
        soon = (now + datetime.timedelta(hours=1)).astimezone(zone)
        # Without a zone, so that the widget prints it as it is.
        at = soon.replace(minute=0, second=0, microsecond=0, tzinfo=None)
        self.initial.setdefault("at", at)

    def full_clean(self) -> None:
        with timezone.override(self.article.zone):
            super().full_clean()

    @staticmethod
    def _beside_the_publications_clock(now: datetime.datetime, zone: ZoneInfo) -> str:
        here = now.astimezone(zone)
        home = now.astimezone(ZoneInfo(settings.TIME_ZONE))
        labels = {"zone": label(now, zone.key), "home": label(now, settings.TIME_ZONE)}
        if here.utcoffset() == home.utcoffset():
            return _("It is %(time)s %(zone)s now; the publication lives by the same clock.") % {
                "time": f"{here:%H.%M}",
                **labels,
            }
        return _(
            "It is %(time)s %(zone)s now; that is %(home_time)s %(home)s on the publication's clock."
        ) % {"time": f"{here:%H.%M}", "home_time": f"{home:%H.%M}", **labels}


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
