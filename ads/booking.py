"""The only door to a flight's state and to the days that it holds.

Each function locks the flight, compares its state, locks the days of its placements in one order
(so that two sales wait for each other and never deadlock), checks under these locks, and writes state,
days and one record in one transaction. What may not be is `Refused`, with a sentence for the desk.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import inventory, offer, records
from .choices import Deed, FlightKind, FlightState
from .models import BookedDay, Delivery, Flight
from .offer import Refused, Terms

if TYPE_CHECKING:
    from accounts.models import User

__all__ = ["BOOK", "Days", "Refused", "book", "change_days", "pause", "resume", "stop"]

BOOK = "ads.book_flight"
Days = tuple[datetime.date, datetime.date | None]

_MAKE_DAYS = """
    INSERT INTO ads_placementday (placement_id, day, share_sold)
    SELECT p, d, 0 FROM unnest(%s::bigint[]) AS p CROSS JOIN unnest(%s::date[]) AS d ORDER BY p, d
    ON CONFLICT (placement_id, day) DO NOTHING
"""
_LOCK_DAYS = """
    SELECT 1 FROM ads_placementday WHERE placement_id = ANY(%s::bigint[]) AND day = ANY(%s::date[])
    ORDER BY placement_id, day FOR UPDATE
"""


def book(flight: Flight, *, by: User) -> None:
    """Sell a draft flight as it is: it holds its days from now on. Raises Refused.

    A flight may be booked before its creatives are approved; it is shown once one is.
    """
    with _moving(flight, by, {FlightState.DRAFT}) as row:
        terms = Terms.of(row)
        first, after = row.days.lower, row.days.upper
        offer.check_terms(row, terms)
        offer.check_days(row, terms, first, after)
        if terms.kind != FlightKind.HOUSE:
            _hold(row, terms, max(first, timezone.localdate()), after, terms.goal)
        row.state = FlightState.BOOKED
        row.save(update_fields=["state"])
        records.write(Deed.BOOKED, by=by, flight=row, changes=_sold(row, terms))


def pause(flight: Flight, *, by: User) -> None:
    """Take a booked flight off the pages for a time; it keeps its days. Raises Refused."""
    _switch(flight, by, FlightState.BOOKED, FlightState.PAUSED, Deed.PAUSED)


def resume(flight: Flight, *, by: User) -> None:
    """Show a paused flight again. Raises Refused."""
    _switch(flight, by, FlightState.PAUSED, FlightState.BOOKED, Deed.RESUMED)


def stop(flight: Flight, *, by: User, note: str = "") -> None:
    """End a flight for good; its days from today on are free again, today among them.

    What it had stays as it was. An offer is dropped by this too; it held nothing. Raises Refused.
    """
    with _moving(flight, by, set(FlightState) - {FlightState.STOPPED}) as row:
        today = timezone.localdate()
        _lock_held(row, today)
        BookedDay.objects.filter(flight=row, day__gte=today).delete()
        row.state = FlightState.STOPPED
        row.save(update_fields=["state"])
        records.write(Deed.STOPPED, by=by, flight=row, note=note)


def change_days(flight: Flight, days: Days, *, by: User) -> None:
    """Extend or shorten a booked or paused flight, also one that has ended; its other terms stay.

    What has passed stays: the first day of a flight that has begun is kept. A sponsorship holds the
    days that come to it and gives back those that go; a standard flight's rest (its goal without
    what it has had) is spread anew over the days from today on.

    Args:
        days: (first day, day after the last); None for the latter leaves a house flight open.
    Raises Refused.
    """
    first, after = days
    with _moving(flight, by, {FlightState.BOOKED, FlightState.PAUSED}) as row:
        terms = Terms.of(row)
        was = row.days
        if (first, after) == (was.lower, was.upper):
            raise Refused(_("These are its days already."))
        offer.check_terms(row, terms)
        offer.check_days(row, terms, first, after)
        _check_beginning(was.lower, first)
        if after is not None and terms.kind != FlightKind.HOUSE:
            _hold_instead(row, terms, first, after)
        row.days = type(was)(first, after)
        row.save(update_fields=["days"])
        changes = {"days": [_span(was.lower, was.upper), _span(first, after)]}
        records.write(Deed.EXTENDED, by=by, flight=row, changes=changes)


def _check_beginning(was: datetime.date, first: datetime.date) -> None:
    today = timezone.localdate()
    if first == was:
        return
    if was <= today:
        raise Refused(_("It began on %(day)s, and that stays.") % {"day": offer.in_words(was)})
    if first < today:
        raise Refused(_("%(day)s has passed.") % {"day": offer.in_words(first)})


def _switch(flight: Flight, by: User, source: FlightState, target: FlightState, deed: Deed) -> None:
    with _moving(flight, by, {source}) as row:
        row.state = target
        row.save(update_fields=["state"])
        records.write(deed, by=by, flight=row)


@contextmanager
def _moving(flight: Flight, by: User, sources: Collection[FlightState]) -> Iterator[Flight]:
    """The locked row in one of these states; afterwards `flight` says what became of it.

    What the database itself refuses, it refuses as the last word about the same question.
    """
    if not by.has_perm(BOOK):
        raise Refused(_("Your role does not allow this."))
    try:
        with transaction.atomic():
            row = (
                Flight.objects.select_for_update(of=("self",))
                .select_related("campaign__advertiser")
                .get(pk=flight.pk)
            )
            if row.state not in sources:
                raise Refused(
                    _("The flight is “%(state)s” now, so this cannot be done with it.")
                    % {"state": row.get_state_display()}
                )
            yield row
    except IntegrityError as error:
        if "ads_placementday_not_oversold" not in str(error):
            raise
        raise Refused(
            _("Somebody else sold one of these days at this moment. Please look again.")
        ) from error
    flight.state, flight.days = row.state, row.days


def _hold(
    flight: Flight, terms: Terms, first: datetime.date, after: datetime.date, goal: int
) -> None:
    """Take the days first ≤ day < after, under their locks."""
    days = terms.days(first, after)
    _lock(terms, days)
    _take(flight, terms, days, goal)


def _take(flight: Flight, terms: Terms, days: list[datetime.date], goal: int) -> None:
    if not days:
        return
    last = days[-1] + datetime.timedelta(days=1)
    stock = inventory.load([one.pk for one in terms.placements], days[0], last)
    if terms.kind == FlightKind.SPONSORSHIP:
        wanted = offer.shares(terms, days, stock)
    else:
        wanted = offer.views(terms, days, stock, goal)
    BookedDay.objects.bulk_create(offer.rows(flight, wanted))


def _hold_instead(flight: Flight, terms: Terms, first: datetime.date, after: datetime.date) -> None:
    """Hold first ≤ day < after from today on, instead of what it held."""
    today = timezone.localdate()
    wanted = set(terms.days(max(first, today), after))
    mine = BookedDay.objects.filter(flight=flight, day__gte=today)
    had = set(mine.values_list("day", flat=True))
    _lock(terms, sorted(wanted | had))
    if terms.kind == FlightKind.SPONSORSHIP:
        mine.exclude(day__in=wanted).delete()
        _take(flight, terms, sorted(wanted - had), 0)
        return
    delivered = Delivery.objects.filter(flight=flight).values_list("viewable", flat=True).first()
    rest = max(0, terms.goal - (delivered or 0))
    if not rest and wanted - had:
        raise Refused(_("The goal is reached: there is nothing left to show."))
    mine.delete()
    if rest:
        _take(flight, terms, sorted(wanted), rest)


def _lock_held(flight: Flight, first: datetime.date) -> None:
    held = BookedDay.objects.filter(flight=flight, day__gte=first).order_by()
    placements = set(held.values_list("placement_id", flat=True))
    days = set(held.values_list("day", flat=True))
    _lock_rows(sorted(placements), sorted(days))


def _lock(terms: Terms, days: list[datetime.date]) -> None:
    _lock_rows([one.pk for one in terms.placements], days)


def _lock_rows(placements: list[int], days: list[datetime.date]) -> None:
    """Make and lock the days of these placements, in the order that everybody locks them in."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_DAYS, [placements, days])
        cursor.execute(_LOCK_DAYS, [placements, days])


def _sold(flight: Flight, terms: Terms) -> records.Changes:
    """What was agreed, for the record."""
    sold = {"days": ["", _span(flight.days.lower, flight.days.upper)]}
    if terms.share:
        sold["share"] = ["", f"{terms.share}%"]
    if terms.goal:
        sold["goal"] = ["", str(terms.goal)]
    sold["placements"] = ["", ", ".join(one.key for one in terms.placements)]
    return sold


def _span(first: datetime.date, after: datetime.date | None) -> str:
    return f"{first:%Y-%m-%d} – {offer.last_of(after):%Y-%m-%d}" if after else f"{first:%Y-%m-%d} –"
