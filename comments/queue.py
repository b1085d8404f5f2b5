"""The moderators' queue: which comments, in which order, page by page, and never counted in full.

A tab is a question ("what was reported?") with an order. A page is cut by keyset, so that what
colleagues decide meanwhile neither repeats nor hides another comment.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .choices import Action, State
from .models import Comment, ModerationEvent, Report

PAGE = 50
# Past this a number tells nothing more: "200+".
COUNTED = 200
# One request decides about so many at most.
BULK_AT_MOST = 500
# What a rule took for spam is offered for a look for so long.
SPAM_FOLDER = datetime.timedelta(days=30)

_EPOCH = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)
_CURSOR = re.compile(r"([0-9]{1,3})-([0-9]{1,19})-([0-9]{1,18})")


class BadCursor(ValueError):
    """A cursor that no page of ours has ever printed."""


@dataclass(frozen=True)
class Tab:
    """One way to look at the queue. `by` is what it is sorted by: due, report, risk or newest."""

    key: str
    label: Any
    by: str = "due"
    empty: Any = ""


TABS: dict[str, Tab] = {
    tab.key: tab
    for tab in (
        Tab("all", _("All"), empty=_("The queue is empty. Nothing waits for a decision.")),
        Tab("reported", _("Reported"), by="report", empty=_("No report is open.")),
        Tab("waiting", _("Waiting"), empty=_("Nothing waits here.")),
        Tab("shown", _("Shown, not reviewed"), empty=_("Nothing waits here.")),
        Tab("risk", _("By risk"), by="risk", empty=_("Nothing waits here.")),
        Tab("spam", _("Spam folder"), by="newest", empty=_("No rule sorted anything out lately.")),
    )
}


@dataclass(frozen=True)
class Page:
    """Some comments of a tab; `after` is the cursor of the next page, empty on the last."""

    items: Sequence[Comment]
    after: str


def _open_reports() -> QuerySet[Report]:
    return Report.objects.filter(comment=OuterRef("pk"), handled_at=None)


def _last_decision() -> Subquery:
    """Whether the last of decisions and their undoing stands; null where nobody decided."""
    moves = ModerationEvent.objects.filter(
        comment=OuterRef("pk"), action__in=(Action.DECIDED, Action.UNDONE)
    )
    return Subquery(moves.order_by("-id").values("action")[:1])


def of_tab(tab: Tab) -> QuerySet[Comment]:
    """The comments of a tab, not yet in order."""
    if tab.key == "spam":
        since = timezone.now() - SPAM_FOLDER
        rows = Comment.objects.filter(state=State.SPAM, created_at__gt=since)
        undecided = Q(last_decision=None) | Q(last_decision=Action.UNDONE)
        found: QuerySet[Comment] = rows.alias(last_decision=_last_decision()).filter(undecided)
        return found
    queued = Comment.objects.filter(queue_due_at__isnull=False)
    if tab.key == "reported":
        return queued.filter(Exists(_open_reports()))
    if tab.key == "waiting":
        return queued.filter(state=State.PENDING)
    if tab.key == "shown":
        return queued.filter(state=State.UNREVIEWED)
    return queued


def narrowed(rows: QuerySet[Comment], *, author: int | None, same: int | None) -> QuerySet[Comment]:
    """Only what one account wrote, or what says the same."""
    if author is not None:
        rows = rows.filter(author=author)
    if same is not None:
        rows = rows.filter(fingerprint=same)
    return rows


def page(tab: Tab, rows: QuerySet[Comment], cursor: str = "", *, size: int = PAGE) -> Page:
    """A page of `rows` in the tab's order; one query. Raises BadCursor."""
    due_report = Subquery(_open_reports().order_by("due_at").values("due_at")[:1])
    rows = (
        rows.annotate(report_due_at=due_report)
        .select_related("article", "article__place")
        .defer("article__body", "article__search", "article__standfirst")
    )
    if cursor:
        rows = rows.filter(_beyond(tab, cursor))
    found = list(rows.order_by(*_ORDER[tab.by])[: size + 1])
    items = found[:size]
    return Page(items, _cursor_of(tab, items[-1]) if len(found) > size else "")


def counts() -> dict[str, str]:
    """How many each tab holds, as it is printed: "7", or "200+" where nobody counts further."""
    printed = {}
    for tab in TABS.values():
        if tab.key == "risk":
            continue  # the same ones as all
        number = of_tab(tab).order_by()[: COUNTED + 1].values("pk").count()
        printed[tab.key] = f"{COUNTED}+" if number > COUNTED else str(number)
    return printed


_ORDER = {
    "due": ("queue_due_at", "id"),
    "report": ("report_due_at", "id"),
    "risk": ("-risk", "queue_due_at", "id"),
    "newest": ("-created_at", "-id"),
}
_TIME = {
    "due": "queue_due_at",
    "report": "report_due_at",
    "risk": "queue_due_at",
    "newest": "created_at",
}


def _cursor_of(tab: Tab, row: Comment) -> str:
    micros = (getattr(row, _TIME[tab.by]) - _EPOCH) // datetime.timedelta(microseconds=1)
    return f"{row.risk}-{micros}-{row.pk}"


def _beyond(tab: Tab, cursor: str) -> Q:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadCursor(cursor)
    risk, pk = int(match[1]), int(match[3])
    try:
        moment = _EPOCH + datetime.timedelta(microseconds=int(match[2]))
    except OverflowError:
        raise BadCursor(cursor) from None
    field = _TIME[tab.by]
    if tab.by == "newest":
        return Q(**{f"{field}__lte": moment}) & ~Q(**{field: moment, "id__gte": pk})
    later = Q(**{f"{field}__gte": moment}) & ~Q(**{field: moment, "id__lte": pk})
    return Q(risk__lt=risk) | (Q(risk=risk) & later) if tab.by == "risk" else later
