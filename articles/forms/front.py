"""The forms of the front page and of breaking news: stories in slots, and times on the publication's clock."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import front, wording
from ..choices import FrontSlot, Kind, Status
from ..models import Article, FrontLayout
from ..zones import label
from .fields import GrowingText, MomentInput

# What is offered before anybody searched: the newest public stories, and what is ready to come out.
NEWEST, READY = 30, 10
FOUND = 20
TIME_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
# With more a line takes half the screen of a phone, above every page.
ADVISED_LINE = 70
BREAKS_FOR = datetime.timedelta(hours=2)


def slot_name(slot: FrontSlot, position: int) -> str:
    """What a place is called: "Beside the lead 2"."""
    name = capfirst(str(slot.label))
    return f"{name} {position + 1}" if front.SLOTS[slot] > 1 else name


def zone_label() -> str:
    """The label of the publication's clock, by which the front page is planned."""
    return label(timezone.now(), settings.TIME_ZONE)


def facts_of(article: Article) -> str:
    """What an editor wants to know of a story before placing it, in one line."""
    state = (
        wording.clock(article, article.publish_at)
        if article.is_published
        else wording.state_of(article)
    )
    photo = _("with a photo") if article.lead_photo else _("without a photo")
    return " · ".join([str(article.section), state, photo])


def offered(keys: Iterable[int] = (), words: str = "") -> dict[int, Article]:
    """Stories to choose from by their keys: found ones first, then those ready to place; three queries.

    Args:
        keys: stories that are in a slot already, so must be there.
        words: beginnings of words of a headline.
    """
    ours = Article.objects.without_copies().unpaid().exclude(status=Status.WITHDRAWN).order_by()
    sources = [
        Article.objects.published().unpaid().newest_first().values("pk")[:NEWEST],
        ours.scheduled().order_by("publish_at").values("pk")[:READY],
        ours.filter(status=Status.APPROVED).order_by("-saved_at").values("pk")[:READY],
    ]
    found = list(_found(words).values_list("pk", flat=True)) if words else []
    near = [row["pk"] for row in sources[0].union(*sources[1:], all=True)]
    wanted = {*keys, *found, *near}
    stories = {
        story.pk: story
        for story in Article.objects.without_copies().for_list().filter(pk__in=wanted)
    }
    order = [*found, *sorted(stories, key=lambda key: _age(stories[key]))]
    return {key: stories[key] for key in dict.fromkeys(order) if key in stories}


def _age(article: Article) -> tuple[bool, float]:
    """Public stories first, the newest on top; then those to come."""
    moment = article.publish_at or article.saved_at
    return not article.is_published, -moment.timestamp()


def found(words: str) -> list[Article]:
    """Stories that may be placed, of which words of the headline begin so, the newest first."""
    return list(_found(words).for_list())


def _found(words: str) -> Any:
    typed = re.findall(r"\w+", words[:200].replace("\x00", ""))
    stories = Article.objects.without_copies().exclude(kind=Kind.PAID)
    stories = stories.exclude(status=Status.WITHDRAWN).order_by("-id")
    if not typed:
        return stories.none()
    query = " & ".join(f"{word}:*A" for word in typed)
    return stories.filter(search=SearchQuery(query, search_type="raw", config="simple"))[:FOUND]


class StoryField(forms.Field):
    """A story out of those that are offered; the value is the story, or None for none."""

    widget = forms.Select

    def offer(self, stories: Mapping[int, Article], empty: str) -> None:
        self.stories = stories
        self.widget.choices = [("", empty), *((key, s.headline) for key, s in stories.items())]

    def to_python(self, value: Any) -> Article | None:
        if value in self.empty_values:
            return None
        key = _key(value)
        if key is None or key not in self.stories:
            raise forms.ValidationError(_("There is no such story, or it may not stand here."))
        return self.stories[key]


def _key(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


class Moment(forms.DateTimeField):
    """A time on the publication's clock."""

    widget = MomentInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=TIME_FORMATS, required=False, **kwargs)
        self.error_messages["invalid"] = _("Write the time as 2026-12-31 17:00.")

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except OverflowError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


@dataclass(frozen=True)
class Line:
    """A place on the form: its name and its two fields."""

    key: str
    name: str
    chain: str
    story: Any
    until: Any
    chosen: Article | None
    # What readers see in its place, while nothing that they can see stands there.
    filler: Article | None = None

    @property
    def facts(self) -> str:
        return facts_of(self.chosen) if self.chosen else ""


class ArrangeForm(forms.Form):
    """Stories in the slots of the front page, from now or from a time on."""

    when = forms.ChoiceField(
        label=gettext_lazy("From when"),
        choices=[("now", gettext_lazy("Now")), ("at", gettext_lazy("At a time"))],
        widget=forms.RadioSelect,
        initial="now",
    )
    note = forms.CharField(
        label=gettext_lazy("Why (for the history)"),
        required=False,
        max_length=front.arranging.LONGEST_NOTE,
    )
    newest = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    standing = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    replaces = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = self.data if self.is_bound else self.initial
        names = [name_of(*place) for place in front.EVERY_SLOT]
        keys = filter(None, (_key(values.get(name)) for name in names))
        self.stories = offered(keys, words)
        self.fields["starts_at"] = Moment(
            label=_("Begins at (%(zone)s)") % {"zone": zone_label()},
            initial=_next_hour,
        )
        for slot, position in front.EVERY_SLOT:
            field = StoryField(label=slot_name(slot, position), required=False)
            field.offer(self.stories, _("– fills itself with the newest –"))
            self.fields[name_of(slot, position)] = field
            self.fields[name_of(slot, position, "until")] = Moment(
                label=_("Stays until (%(zone)s)") % {"zone": zone_label()}
            )

    @classmethod
    def of_layout(cls, layout: FrontLayout | None, seen: front.Seen, **more: Any) -> ArrangeForm:
        """A form that begins with what stands in an arrangement; empty for None."""
        initial: dict[str, Any] = {"newest": seen.newest, "standing": seen.standing, **more}
        for one in front.planning.placed_in(layout) if layout else ():
            initial[name_of(one.slot, one.position)] = one.article
            if one.until and one.until > timezone.now():
                initial[name_of(one.slot, one.position, "until")] = timezone.localtime(
                    one.until
                ).replace(tzinfo=None)
        return cls(initial=initial)

    @classmethod
    def again(cls, data: Mapping[str, Any], words: str = "") -> ArrangeForm:
        """The form as it was sent, after a button that saves nothing: a move, an emptying, a search."""
        values = {key: value for key, value in data.items() if "\x00" not in str(value)}
        _step(values, str(values.get("_move", "")))
        return cls(initial=values, words=words)

    def fillers(self) -> dict[tuple[FrontSlot, int], Article]:
        """What fills the other places when the arrangement begins, as far as the form can be read."""
        begins = self._time("starts_at") if self["when"].value() == "at" else None
        at = begins if begins and begins > timezone.now() else None
        placed = []
        for place in front.EVERY_SLOT:
            key = _key(self[name_of(*place)].value())
            if key in self.stories:
                until = self._time(name_of(*place, "until"))
                placed.append(front.Placed(*place, key, until))
        return front.fillers(placed, at)

    def _time(self, name: str) -> datetime.datetime | None:
        try:
            return self.fields[name].clean(self[name].value())
        except forms.ValidationError:
            return None

    def lines(self, fillers: Mapping[tuple[FrontSlot, int], Article] | None = None) -> list[Line]:
        """The places in the order of the page."""
        lines = []
        for slot, position in front.EVERY_SLOT:
            name = name_of(slot, position)
            key = _key(self[name].value())
            chain = "pinned" if slot == FrontSlot.PINNED else "top"
            lines.append(
                Line(
                    name,
                    slot_name(slot, position),
                    chain,
                    self[name],
                    self[name_of(slot, position, "until")],
                    self.stories.get(key) if key else None,
                    (fillers or {}).get((slot, position)),
                )
            )
        return lines

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        is_timeless = not self.cleaned_data.get("starts_at") and "starts_at" not in self.errors
        if self.cleaned_data.get("when") == "at" and is_timeless:
            self.add_error("starts_at", _("Choose the day and the time."))
        seen: set[int] = set()
        for place in front.EVERY_SLOT:
            story = self.cleaned_data.get(name_of(*place))
            if story and story.pk in seen:
                self.add_error(name_of(*place), _("This story stands further up already."))
            elif story:
                seen.add(story.pk)
        return cleaned

    @property
    def placed(self) -> list[front.Placed]:
        """What was chosen, of a valid form."""
        values = self.cleaned_data
        return [
            front.Placed(slot, position, story.pk, values.get(name_of(slot, position, "until")))
            for slot, position in front.EVERY_SLOT
            if (story := values.get(name_of(slot, position)))
        ]

    @property
    def starts_at(self) -> datetime.datetime | None:
        """The chosen time; None for now."""
        return self.cleaned_data["starts_at"] if self.cleaned_data["when"] == "at" else None

    @property
    def seen(self) -> front.Seen:
        values = self.cleaned_data
        return front.Seen(values.get("newest") or 0, values.get("standing") or 0)

    def see(self, seen: front.Seen) -> None:
        """Sent once more, the form has seen what there is now."""
        self.data = self.data.copy()
        self.data["newest"], self.data["standing"] = str(seen.newest), str(seen.standing)


def name_of(slot: FrontSlot, position: int, part: str = "") -> str:
    return f"{slot.value}-{position}{'-' if part else ''}{part}"


def _next_hour() -> datetime.datetime:
    soon = timezone.localtime() + datetime.timedelta(hours=1)
    return soon.replace(minute=0, second=0, microsecond=0, tzinfo=None)


def _step(values: dict[str, Any], step: str) -> None:
    """Change places as a button says: "secondary-1:up", "lead-0:empty". Anything else changes nothing."""
    name, _colon, direction = step.partition(":")
    names = [name_of(*place) for place in front.EVERY_SLOT]
    if name not in names:
        return
    if direction == "empty":
        values.pop(name, None)
        values.pop(f"{name}-until", None)
        return
    other = names.index(name) + {"up": -1, "down": 1}.get(direction, 0)
    if 0 <= other < len(names):
        for one, two in ((name, names[other]), (f"{name}-until", f"{names[other]}-until")):
            values[one], values[two] = values.get(two, ""), values.get(one, "")


class BreakingForm(forms.Form):
    """A line of breaking news, from now or a time on, with an end."""

    text = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=front.breaking.LONGEST_TEXT,
        widget=GrowingText(rows=2, **{"data-advised": ADVISED_LINE}),
        help_text=gettext_lazy("One line above every page; a few words."),
        error_messages={"required": gettext_lazy("Say what happened.")},
    )
    article = StoryField(
        label=gettext_lazy("Leads to the story"),
        required=False,
        help_text=gettext_lazy("The line leads there as soon as the story is public."),
    )
    replaces = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = self.data if self.is_bound else self.initial
        key = _key(values.get("article"))
        self.fields["article"].offer(offered([key] if key else []), _("– no story –"))
        zone = {"zone": zone_label()}
        self.fields["starts_at"] = Moment(
            label=_("From (%(zone)s)") % zone, help_text=_("Empty: at once.")
        )
        self.fields["ends_at"] = Moment(
            label=_("Until (%(zone)s)") % zone,
            help_text=_("It is %(time)s %(zone)s now. A day at most.")
            % {"time": f"{timezone.localtime():%H.%M}", **zone},
        )
        self.fields["ends_at"].required = True
        self.fields["ends_at"].error_messages["required"] = _("Say until when it stands.")
        if not self.is_bound and "ends_at" not in self.initial:
            end = timezone.localtime() + BREAKS_FOR
            self.initial["ends_at"] = end.replace(second=0, microsecond=0, tzinfo=None)
        self.order_fields(["text", "article", "starts_at", "ends_at"])
