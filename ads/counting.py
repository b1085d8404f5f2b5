"""The door of counting: a page that arrived, what became of its showings, a click.

Everything is believed as far as a signature goes and no further. What is not counted is counted as that, with the
reason (`DiscardReason`), and under the placement and the creative that a token proves. What a function here
returned is in the database, or waits on this machine for it to come back (`ads.spool`): whoever is answered afterwards
may rely on it.

An event has the time of its mark, not of its arrival (`ads.models.Event`), so the same thing told twice is the same
row, also after midnight and on another server.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from . import tokens
from .bots import is_bot
from .choices import Device, DiscardReason, EventKind
from .events import Discarded, Row
from .flood import same
from .messages import Arrival, Drawn, Told
from .spool import record_or_keep

# A view is a second in sight, so nothing can be viewable sooner after its candidates were given out.
VIEW_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a request, as far as it matters to counting."""

    user_agent: str
    address: str = ""
    is_staff: bool = False
    is_prefetch: bool = False
    # HEAD: whoever asks like this looks at nothing.
    is_head: bool = False
    # From the page of another site, as the browser itself says.
    is_foreign: bool = False
    # Told again after an answer that was never seen: what is known by then is no replay.
    is_retold: bool = False
    # The key of a session whose account cannot be asked now; "" when there is none, or `is_staff` is known.
    session: str = ""

    @property
    def refusal(self) -> DiscardReason | None:
        """Why nothing of this sender counts; None for a reader."""
        if self.is_head:
            return DiscardReason.METHOD
        if is_bot(self.user_agent) is not None:
            return DiscardReason.BOT
        if self.is_staff:
            return DiscardReason.STAFF
        if self.is_foreign:
            return DiscardReason.FOREIGN
        return DiscardReason.PREFETCH if self.is_prefetch else None


def arrive(arrival: Arrival, sender: Sender, now: float) -> list[str | None]:
    """Count a page view and what it drew.

    Returns a showing token for each of `arrival.drawn`, in its order; None where it was refused. For
    something told before it is the same token. Args: `now` in seconds since 1970, UTC. Raises
    django.db.Error when nothing could be written.
    """
    try:
        page = _page_of(arrival)
    except tokens.Forged:
        refused = Counter({_nobody(DiscardReason.FORGED): 1 + len(arrival.drawn)})
        _record([], refused, now, sender)
        return [None] * len(arrival.drawn)

    discarded: Counter[Discarded] = Counter()
    refusal = sender.refusal or _time_refusal(arrival.at, now)
    showings = _showings(arrival, page, discarded)
    if refusal is not None:
        discarded[_nobody(refusal)] += 1
        for showing in showings:
            if showing is not None:
                discarded[refusal, showing.placement, showing.creative] += 1
        _record([], discarded, now, sender)
        return [None] * len(showings)

    view = Row(
        EventKind.PAGE,
        _number(arrival, page, 0, None),
        arrival.at,
        None,
        None,
        page.article,
        page.section,
        arrival.device,
    )
    places = [number for number, showing in enumerate(showings) if showing is not None]
    views = [] if arrival.is_again else [view]
    rows = [*views, *(_row(EventKind.SERVED, one) for one in showings if one is not None)]
    not_written = _record(rows, discarded, now, sender)
    for row_number, place in enumerate(places, start=len(views)):
        if not_written.get(row_number) == DiscardReason.FORGED:
            showings[place] = None
    return [None if showing is None else tokens.showing_token(showing) for showing in showings]


def tell(told: Sequence[Told], sender: Sender, now: float) -> None:
    """Count what became of showings. Raises django.db.Error when nothing could be written."""
    discarded: Counter[Discarded] = Counter()
    rows: list[Row] = []
    refusal = sender.refusal
    for one in told:
        try:
            showing = tokens.read_showing_token(one.token)
        except tokens.Forged:
            discarded[_nobody(DiscardReason.FORGED)] += 1
            continue
        reason = refusal or _refusal_of(one.kind, showing, now)
        is_view = reason is None and one.kind == EventKind.VIEWABLE and showing.creative
        if is_view and same.is_over(sender.address, now, showing.creative):
            reason = DiscardReason.FLOOD
        if reason is None:
            rows.append(_row(one.kind, showing))
        else:
            discarded[reason, showing.placement, showing.creative] += 1
    _record(rows, discarded, now, sender)


def click(creative: int, token: str, sender: Sender, now: float) -> bool:
    """Count a click on a creative; whether it counted.

    A token of another creative counts for neither. Raises django.db.Error when nothing could be written.
    """
    try:
        showing = tokens.read_showing_token(token)
    except tokens.Forged:
        _record([], Counter({_nobody(DiscardReason.FORGED): 1}), now, sender)
        return False
    if showing.creative != creative:
        reason: DiscardReason | None = DiscardReason.FORGED
    else:
        reason = sender.refusal or _refusal_of(EventKind.CLICK, showing, now)
    if reason is not None:
        _record([], Counter({(reason, showing.placement, showing.creative): 1}), now, sender)
        return False
    return not _record([_row(EventKind.CLICK, showing)], Counter(), now, sender)


def discard(reason: DiscardReason, count: int, now: float) -> None:
    """Count requests that were refused before anything in them was looked at."""
    record_or_keep([], Counter({_nobody(reason): count}) if count else Counter(), now)


def _record(
    rows: Sequence[Row], discarded: Counter[Discarded], now: float, sender: Sender
) -> dict[int, DiscardReason]:
    return record_or_keep(rows, discarded, now, is_retold=sender.is_retold, session=sender.session)


def _page_of(arrival: Arrival) -> tokens.Page:
    """The page that an arrival proves to be of. Raises Forged."""
    page = tokens.read_page_token(arrival.page)
    if arrival.device not in Device.values:
        raise tokens.Forged("device")
    if not tokens.is_marked(arrival.mark, arrival.at, page.key, 0, None):
        raise tokens.Forged("mark")
    return page


def _showings(
    arrival: Arrival, page: tokens.Page, discarded: Counter[Discarded]
) -> list[tokens.Showing | None]:
    """The showings whose marks are ours, None for the others, which are discarded as forged."""
    showings: list[tokens.Showing | None] = []
    filled: set[int] = set()
    for drawn in arrival.drawn:
        # One view of a page fills a placement once, however many candidates it had.
        if drawn.placement in filled or not _is_ours(drawn, arrival, page):
            discarded[_nobody(DiscardReason.FORGED)] += 1
            showings.append(None)
            continue
        filled.add(drawn.placement)
        showings.append(
            tokens.Showing(
                number=_number(arrival, page, drawn.placement, drawn.creative),
                at=arrival.at,
                placement=drawn.placement,
                creative=drawn.creative,
                article=page.article,
                section=page.section,
                device=arrival.device,
            )
        )
    return showings


def _is_ours(drawn: Drawn, arrival: Arrival, page: tokens.Page) -> bool:
    # The mark of placement 0 is that of the page view itself.
    return drawn.placement > 0 and tokens.is_marked(
        drawn.mark, arrival.at, page.key, drawn.placement, drawn.creative
    )


def _number(arrival: Arrival, page: tokens.Page, placement: int, creative: int | None) -> uuid.UUID:
    # With the story: two stories of one section have the same marks.
    name = f"{page.key}.{page.article or ''}"
    return tokens.showing_number(arrival.visit, arrival.at, name, placement, creative)


def _time_refusal(at: int, now: float) -> DiscardReason | None:
    if tokens.is_ahead(at, now):
        return DiscardReason.FORGED
    return DiscardReason.LATE if tokens.is_late(at, now) else None


def _refusal_of(kind: EventKind, showing: tokens.Showing, now: float) -> DiscardReason | None:
    reason = _time_refusal(showing.at, now)
    if reason is None and kind == EventKind.VIEWABLE and now - showing.at < VIEW_SECONDS:
        return DiscardReason.EARLY
    return reason


def _row(kind: EventKind, showing: tokens.Showing) -> Row:
    return Row(
        kind,
        showing.number,
        showing.at,
        showing.placement,
        showing.creative,
        showing.article,
        showing.section,
        showing.device,
    )


def _nobody(reason: DiscardReason) -> Discarded:
    return reason, None, None
