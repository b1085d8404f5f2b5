"""A time that somebody chooses: on the clock of a place, which the form names, and read on the publication's too."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.forms.widgets import Script
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Article
from ..zones import label
from .fields import MomentInput


@dataclass(frozen=True)
class Clocks:
    """The clock that a time is typed on, by its place's name, and the publication's.

    `place` is empty where both are one because there is no place.
    """

    zone: ZoneInfo
    place: str = ""

    @classmethod
    def of(cls, article: Article | None = None) -> Clocks:
        """Those of a story's place; without a story, the publication's alone."""
        if article is None or article.place is None:
            return cls(ZoneInfo(settings.TIME_ZONE))
        return cls(article.zone, article.place.short_name)

    @property
    def home(self) -> ZoneInfo:
        return ZoneInfo(settings.TIME_ZONE)

    def are_one(self, moment: datetime.datetime) -> bool:
        """Whether both clocks show the same at that moment."""
        return moment.astimezone(self.zone).utcoffset() == moment.astimezone(self.home).utcoffset()

    def named(self, what: str) -> str:
        """ "Comes out at (WIT, the clock of Ambon)"."""
        zone = label(timezone.now(), self.zone.key)
        if not self.place:
            return _("%(what)s (%(zone)s)") % {"what": what, "zone": zone}
        return _("%(what)s (%(zone)s, the clock of %(place)s)") % {
            "what": what,
            "zone": zone,
            "place": self.place,
        }

    def now_line(self) -> str:
        """What both clocks show now: whoever reads it sees at once which one is meant."""
        now = timezone.now()
        here, home = now.astimezone(self.zone), now.astimezone(self.home)
        words = {"zone": label(now, self.zone.key), "home": label(now, self.home.key)}
        if self.are_one(now):
            return _("It is %(time)s %(zone)s now; the publication lives by the same clock.") % {
                "time": f"{here:%H.%M}",
                **words,
            }
        return _(
            "It is %(time)s %(zone)s now; that is %(home_time)s %(home)s on the publication's clock."
        ) % {"time": f"{here:%H.%M}", "home_time": f"{home:%H.%M}", **words}

    def reading(self, moment: datetime.datetime) -> str:
        """The chosen moment on both clocks, each with its day: at midnight these differ."""
        words = {"there": _on(moment, self.zone), "home": _on(moment, self.home)}
        return self._template(self.are_one(moment)) % words

    def _template(self, are_one: bool) -> str:
        if are_one:
            return _("That is %(there)s.")
        return _("That is %(there)s; on the publication's clock %(home)s.")

    def as_attributes(self) -> dict[str, str]:
        """What desk/clocks.js needs to say the same while somebody is choosing."""
        now = timezone.now()
        return {
            "data-zone": self.zone.key,
            "data-zone-label": label(now, self.zone.key),
            "data-home": self.home.key,
            "data-home-label": label(now, self.home.key),
            "data-reading": self._template(self.are_one(now)),
            "data-passed": _("This time has passed."),
        }


def _on(moment: datetime.datetime, zone: ZoneInfo) -> str:
    there = moment.astimezone(zone)
    return f"{date_format(there, 'l j F Y')}, {there:%H.%M} {label(moment, zone.key)}"


class ClockInput(MomentInput):
    """The browser's own choice of a day and a time; desk/clocks.js reads it on both clocks."""

    class Media:
        js = [Script("desk/clocks.js", type="module")]


class MomentField(forms.DateTimeField):
    """An aware time, typed on the clock of a place. `use` tells it which one before it is shown."""

    widget = ClockInput
    default_error_messages = {
        "required": gettext_lazy("Choose the day and the time."),
        "invalid": gettext_lazy("Write the time as 2026-12-31 17:00."),
    }

    def __init__(self, **options: Any) -> None:
        self.clocks = Clocks.of()
        options.setdefault(
            "input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        )
        super().__init__(**options)
        self._what, self._help = self.label, self.help_text

    def use(self, clocks: Clocks) -> None:
        """Name the clock in the label, and say below what it shows now."""
        self.clocks = clocks
        self.label = clocks.named(str(self._what))
        self._say(clocks.now_line())
        self.widget.attrs |= clocks.as_attributes()

    def typed(self, moment: datetime.datetime) -> datetime.datetime:
        """The moment as it stands in the field: on the field's clock, without a zone."""
        return moment.astimezone(self.clocks.zone).replace(second=0, microsecond=0, tzinfo=None)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime.datetime) and timezone.is_aware(value):
            return self.typed(value)
        return value

    def clean(self, value: Any) -> datetime.datetime | None:
        try:
            with timezone.override(self.clocks.zone):
                moment: datetime.datetime | None = super().clean(value)
            if moment is not None:
                # For the page that comes again: what was typed, as it was understood.
                self._say(self.clocks.reading(moment))
        except OverflowError:
            # A year at the end of the calendar, which another clock puts beyond it.
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        return moment

    def _say(self, sentence: str) -> None:
        self.help_text = f"{sentence} {self._help}".strip()


def next_full_hour(*, not_before: datetime.datetime | None = None) -> datetime.datetime:
    """The hour that a form offers first: the next full one, or when the embargo ends."""
    soon = timezone.now() + datetime.timedelta(hours=1)
    soon = soon.replace(minute=0, second=0, microsecond=0)
    return max(soon, not_before) if not_before else soon
