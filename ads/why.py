"""“Why not?”: for a page, a slot, a time and a screen, each flight sold for about then, and what kept it out.

The rules are those of `ads.selection`, in their order; here are only the sentences for them. State and
delivery are those of the time asked about, as far as the records tell; everything else is as it stands now.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from articles.models import Article, Organisation, Person, Section, Tag
from articles.models import Place as Places

from . import forecast, selection, snapshot
from .choices import Deed, Device, FlightState, PageClass
from .facts import organisation_facts, page_facts, person_facts
from .models import Flight, Placement, Record, SilencePeriod
from .reports import figures
from .selection import RULES, FlightFacts, PageFacts, PlacementFacts, Situation

# Flights whose days lie no further from the day asked about are told of.
AROUND = datetime.timedelta(days=7)
_LISTS = frozenset(
    (
        *("tag", "author", "people", "latest", "popular"),
        *("archive_year", "archive_month", "archive_day"),
    )
)
_STATE_AFTER = {
    Deed.BOOKED: FlightState.BOOKED,
    Deed.RESUMED: FlightState.BOOKED,
    Deed.PAUSED: FlightState.PAUSED,
    Deed.STOPPED: FlightState.STOPPED,
}


class Refused(ValueError):
    """What was asked cannot be answered; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A flight; `rule` is None for one that takes part, `percent` then its part of all views."""

    flight: int
    name: str
    advertiser: str
    rule: str | None
    sentence: str
    percent: float | None


def page_at(address: str) -> PageFacts:
    """The page of an address of this site, a path or a whole one. Raises Refused."""
    try:
        # What `urlsplit` leaves out of an address it would leave out here unseen.
        if not address.strip().isprintable():
            raise ValueError(address)
        path = urlsplit(address.strip()).path or "/"
        found = resolve(path)
    except (ValueError, Resolver404):
        raise Refused(_("No page of this site has that address.")) from None
    name = found.url_name if found.app_name == "articles" else ""
    if name == "front":
        return PageFacts(page_class=PageClass.FRONT)
    if name == "section":
        section = Section.objects.filter(slug=found.kwargs["slug"]).first()
        if section is None:
            raise Refused(_("No page of this site has that address."))
        return PageFacts(page_class=PageClass.LIST, section=section.pk)
    if name == "person":
        person = Person.objects.public().filter(slug=found.kwargs["slug"]).first()
        if person is None:
            raise Refused(_("No page of this site has that address."))
        return person_facts(person)
    if name == "organisation":
        organisation = Organisation.objects.public().filter(slug=found.kwargs["slug"]).first()
        if organisation is None:
            raise Refused(_("No page of this site has that address."))
        return organisation_facts(organisation)
    if name in _LISTS:
        return PageFacts(page_class=PageClass.LIST)
    if name != "article":
        raise Refused(_("No advertisement stands on that page."))
    return _story_at(**found.kwargs)


def _story_at(year: int, month: int, day: int, slug: str) -> PageFacts:
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        raise Refused(_("No story has that address.")) from None
    story = Article.objects.addressable().for_page().filter(published_on=date, slug=slug).first()
    if story is None:
        raise Refused(_("No story has that address."))
    if story.is_paid:
        raise Refused(_("This story is paid for; no advertisement stands beside it."))
    if story.is_withdrawn:
        raise Refused(_("This story was withdrawn; no advertisement stands on the notice."))
    if story.is_over:
        raise Refused(_("The time of this story is over; no advertisement stands on the notice."))
    return page_facts(story)


def slot_of(key: str, page: PageFacts) -> PlacementFacts:
    """The placement of that key. Raises Refused when it does not stand on the page."""
    row = Placement.objects.filter(key=key.replace("\x00", "")[:40]).first()
    if row is None:
        raise Refused(_("There is no such placement."))
    if row.page_class != page.page_class:
        raise Refused(_("“%(placement)s” does not stand on that page.") % {"placement": row})
    if not row.is_on:
        raise Refused(_("“%(placement)s” is switched off.") % {"placement": row})
    return PlacementFacts(row.pk, row.key, row.page_class, row.sizes, row.name)


def answers(
    page: PageFacts, placement: PlacementFacts, at: datetime.datetime, device: str
) -> list[Answer]:
    """Each flight sold for about that time: who takes part first, then who does not, with the rule.

    As many queries for a hundred flights as for one. Caps are the reader's own and told of for
    those who take part.
    """
    local = timezone.localtime(at)
    moment = selection.Moment(local, _is_silent(local.date()))
    situation = Situation(placement, page, moment, device)
    facts = _facts_around(local)
    kept_out = {one.id: selection.excluded_by(one, situation) for one in facts}
    running = [one for one in facts if kept_out[one.id] is None]
    laid = selection.intervals(
        selection.Candidate(one.id, one.kind, selection.part_of(one, placement.key), one.priority)
        for one in running
    )
    percent = {piece.flight: 100 * (piece.high - piece.low) for piece in laid}
    names = _names(facts, page)
    found = [
        Answer(
            flight=one.id,
            name=one.name,
            advertiser=one.advertiser,
            rule=(rule := kept_out[one.id]),
            sentence=SENTENCES[rule](one, situation, names) if rule else _takes_part(one),
            percent=percent.get(one.id),
        )
        for one in facts
    ]
    order = [None, *RULES]
    # Those sold for other placements are the least surprising.
    return sorted(
        found,
        key=lambda one: (
            one.rule == "elsewhere",
            one.rule is not None,
            -(one.percent or 0),
            order.index(one.rule),
            one.flight,
        ),
    )


def _facts_around(at: datetime.datetime) -> list[FlightFacts]:
    day = at.date()
    rows = Flight.objects.filter(
        Q(days__endswith__gt=day - AROUND) | Q(days__upper_inf=True),
        days__startswith__lte=day + AROUND,
    ).order_by("pk")
    facts = snapshot.facts_of(rows)
    ids = [one.id for one in facts]
    until = min(at, timezone.localtime())
    had = figures.totals(ids, until) if ids else {}
    states = _states_at(ids, at)
    then = [
        replace(
            one,
            state=states.get(one.id, one.state),
            delivered=had[one.id].viewable if one.id in had else 0,
        )
        for one in facts
    ]
    known = forecast.load(until.date())
    return snapshot.with_needs(then, snapshot.standing(), known, at)


def _states_at(flights: Sequence[int], at: datetime.datetime) -> dict[int, str]:
    """The state of each flight at a past instant, by what was written down of it.

    A flight of which nothing was written down is not in the answer: then it stands as it does now.
    """
    deeds = Record.objects.filter(flight__in=flights, deed__in=list(_STATE_AFTER))
    states: dict[int, str] = {}
    for flight, deed, when in deeds.order_by("pk").values_list("flight", "deed", "created_at"):
        if when <= at:
            states[flight] = _STATE_AFTER[Deed(deed)]
        else:
            states.setdefault(flight, FlightState.DRAFT)
    return states


def _is_silent(day: datetime.date) -> bool:
    return SilencePeriod.objects.filter(days__contains=day).exists()


@dataclass(frozen=True, slots=True)
class Names:
    """What the sentences call things by their numbers."""

    people: Mapping[int, str]
    organisations: Mapping[int, str]
    sections: Mapping[int, str]
    tags: Mapping[int, str]
    places: Mapping[int, str]
    placements: Mapping[str, str]


def _names(facts: Sequence[FlightFacts], page: PageFacts) -> Names:
    """Six queries, whatever is asked for; linked people only where they stand in the story too."""
    people = frozenset[int]().union(*(one.people for one in facts)) & page.people
    organisations = frozenset[int]().union(*(one.organisations for one in facts))
    tags = frozenset[int]().union(*(one.tags for one in facts))
    places = frozenset[int]().union(*(one.places for one in facts))
    return Names(
        people={one.pk: str(one) for one in Person.objects.filter(pk__in=people)},
        organisations={
            one.pk: str(one)
            for one in Organisation.objects.filter(pk__in=organisations & page.organisations)
        },
        placements={one.key: str(one) for one in Placement.objects.all()},
        sections=dict(Section.objects.values_list("pk", "name")),
        tags=dict(Tag.objects.filter(pk__in=tags).values_list("pk", "name")),
        places=dict(Places.objects.filter(pk__in=places).values_list("pk", "name")),
    )


Sentence = Callable[[FlightFacts, Situation, Names], str]


def _number(value: int) -> str:
    return number_format(value, 0, use_l10n=True, force_grouping=True)


def _day(moment: datetime.datetime | None) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT") if moment else ""


def _joined(keys: frozenset[int], names: Mapping[int, str]) -> str:
    return ", ".join(sorted(names.get(key, f"#{key}") for key in keys))


def _takes_part(flight: FlightFacts) -> str:
    if flight.cap_per_day:
        return _("takes part; one reader sees it %(cap)s times a day at most") % {
            "cap": flight.cap_per_day
        }
    return _("takes part")


def _weekdays(flight: FlightFacts, now: Situation, names: Names) -> str:
    # 1 January 2024 was a Monday.
    days = [date_format(datetime.date(2024, 1, day), "l") for day in sorted(flight.weekdays)]
    return _("runs only on %(days)s") % {"days": ", ".join(days)}


def _linked(flight: FlightFacts, now: Situation, names: Names) -> str:
    if now.page.is_protected:
        return _(
            "is linked to people or organisations, and this story protects identities: none of "
            "those is shown"
        )
    who = [
        *(names.people.get(key, f"#{key}") for key in flight.people & now.page.people),
        *(
            names.organisations.get(key, f"#{key}")
            for key in flight.organisations & now.page.organisations
        ),
    ]
    return _("is linked to %(names)s, who stands in this story") % {"names": ", ".join(sorted(who))}


SENTENCES: dict[str, Sentence] = {
    "not_booked": lambda flight, now, names: _("is an offer and not booked"),
    "stopped": lambda flight, now, names: _("was stopped"),
    "paused": lambda flight, now, names: _("is paused"),
    "not_yet": lambda flight, now, names: _("begins on %(day)s") % {"day": _day(flight.starts_at)},
    "over": lambda flight, now, names: (
        _("ended on %(day)s")
        % {
            "day": _day(flight.ends_at - datetime.timedelta(days=1) if flight.ends_at else None),
        }
    ),
    "reached": lambda flight, now, names: (
        _("goal of %(goal)s reached: it has %(had)s")
        % {"goal": _number(flight.goal), "had": _number(flight.delivered)}
    ),
    "elsewhere": lambda flight, now, names: (
        _("is sold for other placements: %(keys)s")
        % {"keys": ", ".join(sorted(map(names.placements.__getitem__, flight.placements))) or "–"}
    ),
    "weekday": _weekdays,
    "hour": lambda flight, now, names: (
        _("runs only %(first)s–%(last)s")
        % {"first": f"{flight.from_hour:02}.00", "last": f"{flight.until_hour:02}.00"}
    ),
    "silence": lambda flight, now, names: _("is political, and this is a day of election silence"),
    "not_approved": lambda flight, now, names: _("has no approved creative"),
    "section": lambda flight, now, names: (
        _("runs only in %(sections)s") % {"sections": _joined(flight.sections, names.sections)}
    ),
    "device": lambda flight, now, names: (
        _("runs only on this screen: %(device)s") % {"device": Device(flight.device).label}
    ),
    "size": lambda flight, now, names: (
        _("has no approved creative of the size %(size)s")
        % {"size": now.placement.sizes[now.device].replace("x", " × ")}
        if now.placement.sizes.get(now.device)
        else _("this placement does not stand on that screen")
    ),
    "tag": lambda flight, now, names: (
        _("runs only on stories tagged %(tags)s") % {"tags": _joined(flight.tags, names.tags)}
    ),
    "place": lambda flight, now, names: (
        _("runs only on stories from %(places)s") % {"places": _joined(flight.places, names.places)}
    ),
    "tragedy": lambda flight, now, names: _("is not shown beside a tragedy"),
    "linked": _linked,
    "capped": lambda flight, now, names: (
        _("this reader has seen it %(cap)s times today") % {"cap": flight.cap_per_day}
    ),
}
