"""What waits for somebody, as short lists: each panel is one query, and its moves are buttons.

A panel belongs to a permission, not to a role, so that somebody with two roles sees both.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ads.booking import BOOK
from ads.choices import CreativeState, FlightKind, FlightState
from ads.models import Creative, Flight
from ads.reports import overview
from ads.reports.words import standing_of
from articles import calendar, keeping, wording, workflow
from articles.choices import Status
from articles.forms.moves import has_step
from articles.models import Article, LateSave
from articles.people import identity, suspects
from comments import counts, deadlines, queue
from comments.models import Comment, Report

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 6
# Pairs of people are counted no further.
PAIRS_COUNTED = 99
# A story about this morning that waits longer than this is not news any more.
LATE_AFTER = datetime.timedelta(hours=2)
# The panel tells the next few of these days; the calendar has all.
PLANNED_AHEAD = datetime.timedelta(days=31)
# Time enough to ask an advertiser whether it goes on.
ENDS_SOON = datetime.timedelta(days=8)

# The one thing somebody usually wants to do with a line; other buttons stay quiet.
FORWARD = frozenset({"approve", "submit"})


@dataclass(frozen=True)
class Button:
    """One tap: POST to `url`, or, with a step of its own, the page at `url`."""

    label: Any
    url: str
    is_step: bool
    is_forward: bool


@dataclass(frozen=True)
class Row:
    title: str
    url: str
    facts: list[str]
    note: str = ""
    buttons: list[Button] = field(default_factory=list)
    # Of a story: what its buttons are meant for.
    version: int | None = None


@dataclass(frozen=True)
class Panel:
    """A short list under a question, with where the rest of it is."""

    key: str
    title: str
    rows: list[Row]
    more_url: str = ""
    has_more: bool = False
    is_urgent: bool = False
    empty: str = ""


def panels_for(user: User) -> list[Panel]:
    """All panels that concern this person, the most urgent first; empty ones only where the
    emptiness is news."""
    panels: list[Panel] = []
    if user.has_perm("articles.withdraw_article"):
        panels += _withdrawals(user)
    if user.has_perm("articles.change_article"):
        panels += _too_late(user)
    if user.has_perm("articles.add_article"):
        panels += _not_saved(user)
    if user.has_perm("articles.submit_article"):
        panels += _returned_to_me(user)
    if user.has_perm("articles.review_article"):
        panels += _for_editors(user)
    if user.has_perm("articles.submit_article"):
        panels += _my_writing(user)
    if user.has_perm("articles.publish_article"):
        panels += _changes(user)
    if user.has_perm(identity.JUDGE):
        panels += _duplicates()
    if user.has_perm("comments.moderate_comment"):
        panels += _comments()
    if user.has_perm(BOOK):
        panels += _selling()
    if user.has_perm("ads.view_campaign"):
        panels += _behind_course()
    if user.is_superuser:
        panels += _wrong_counts()
    return [panel for panel in panels if panel.rows or panel.empty]


def _stories() -> QuerySet[Article]:
    return Article.objects.select_related("section", "place", "created_by").defer(
        "body", "search", "standfirst"
    )


def _panel(
    key: str,
    title: str,
    stories: QuerySet[Article],
    moves: tuple[str, ...],
    user: User,
    *,
    more: str = "",
    empty: str = "",
    is_urgent: bool = False,
    with_note: bool = False,
) -> Panel:
    found = list(stories[: SHOWN + 1])
    list_url = reverse("admin:articles_article_changelist")
    return Panel(
        key=key,
        title=title,
        rows=[_row(article, moves, user, with_note) for article in found[:SHOWN]],
        more_url=f"{list_url}?{more}" if more else "",
        has_more=len(found) > SHOWN,
        is_urgent=is_urgent,
        empty=empty,
    )


def _row(article: Article, moves: tuple[str, ...], user: User, with_note: bool) -> Row:
    facts = [
        _("changes to a public story") if article.is_working_copy else "",
        str(article.section),
        _when(article),
        str(article.created_by) if article.created_by_id not in {None, user.pk} else "",
    ]
    note = article.desk_note if with_note else ""
    if article.withdrawal_requested_at:
        note = f"{article.get_withdrawal_ground_display()}: {article.withdrawal_notice}"
    return Row(
        title=article.headline,
        url=reverse("admin:articles_article_change", args=[article.pk]),
        facts=[fact for fact in facts if fact],
        note=note,
        buttons=[
            _button(article, name)
            for name in (_of_copy(moves) if article.is_working_copy else moves)
            if article.status in workflow.MOVES[name].sources
            and user.has_perm(workflow.MOVES[name].permission)
        ],
        version=article.version,
    )


def _of_copy(moves: tuple[str, ...]) -> list[str]:
    """The same for the working copy of a public story: it comes out by being published as changes."""
    known = {"publish": "publish_changes", "schedule": ""}
    names = [known.get(name, name) for name in moves]
    return [name for name in dict.fromkeys(names) if name in workflow.OF_COPIES]


def _when(article: Article) -> str:
    if article.is_scheduled:
        return wording.clock(article, article.publish_at)
    if article.not_before:
        until = wording.clock(article, article.not_before)
        return _("embargo until %(time)s") % {"time": until}
    if article.status == Status.IN_REVIEW:
        return _("waiting for %(time)s") % {"time": timesince(article.saved_at, depth=1)}
    return wording.clock(article, article.saved_at)


def _button(article: Article, name: str) -> Button:
    move = workflow.MOVES[name]
    url = reverse("admin:articles_article_move", args=[article.pk, name])
    return Button(move.label, url, is_step=has_step(move), is_forward=name in FORWARD)


def _withdrawals(user: User) -> Iterator[Panel]:
    asked = _stories().filter(status=Status.PUBLISHED, withdrawal_requested_at__isnull=False)
    yield _panel(
        "withdrawals",
        _("Withdrawals that need a second person"),
        asked.exclude(withdrawal_requested_by=user).order_by("withdrawal_requested_at", "id"),
        ("withdraw", "drop_withdrawal_request"),
        user,
        is_urgent=True,
    )


def _too_late(user: User) -> Iterator[Panel]:
    """Saves of one's own that met a newer version and are not decided yet."""
    late = LateSave.objects.filter(user=user).select_related("article__place").defer("snapshot")
    found = list(late[: SHOWN + 1])
    yield Panel(
        "too-late",
        _("Your versions that came too late"),
        [
            Row(
                title=one.article.headline,
                url=reverse("admin:articles_article_late", args=[one.article_id, one.pk]),
                facts=[wording.clock(one.article, one.created_at), _("compare and choose")],
            )
            for one in found[:SHOWN]
        ],
        has_more=len(found) > SHOWN,
        is_urgent=True,
    )


def _changes(user: User) -> Iterator[Panel]:
    """Changes to public stories that nobody has handed in yet: readers still see the old text."""
    copies = _stories().filter(changes_to__isnull=False, status__in=[Status.DRAFT, Status.RETURNED])
    yield _panel(
        "changes",
        _("Changes not published yet"),
        copies.exclude(_is_by(user)).order_by("saved_at", "id"),
        ("publish",),
        user,
    )


def _mine(user: User) -> QuerySet[Article]:
    """A reporter's stories are those begun or signed; whoever edits signs what others wrote."""
    if user.has_perm("articles.change_any_article"):
        return _stories().filter(created_by=user)
    return _stories().owned_by(user)


def _returned_to_me(user: User) -> Iterator[Panel]:
    yield _panel(
        "returned-to-me",
        _("Returned to you"),
        _mine(user).filter(status=Status.RETURNED).order_by("saved_at", "id"),
        ("submit",),
        user,
        more="state=returned&mine=1",
        is_urgent=True,
        with_note=True,
    )


def _for_editors(user: User) -> Iterator[Panel]:
    late_since = timezone.now() - LATE_AFTER
    yield _panel(
        "embargo-over",
        _("Late: the embargo is over and the story is not out"),
        _stories()
        .without_copies()
        .filter(not_before__lte=timezone.now())
        .exclude(status__in=[Status.PUBLISHED, Status.WITHDRAWN])
        .order_by("not_before", "id"),
        ("approve", "publish", "schedule"),
        user,
        is_urgent=True,
    )
    in_review = _stories().filter(status=Status.IN_REVIEW).order_by("saved_at", "id")
    review_moves = ("approve", "publish", "send_back")
    yield _panel(
        "late",
        _("Late: waiting for an editor for more than two hours"),
        in_review.filter(saved_at__lt=late_since),
        review_moves,
        user,
        more="state=in_review",
        is_urgent=True,
    )
    yield _panel(
        "to-review",
        _("To review"),
        in_review.filter(saved_at__gte=late_since),
        review_moves,
        user,
        more="state=in_review",
        empty=_("Nobody has handed in anything new."),
    )
    yield _panel(
        "approved",
        _("Approved, not scheduled"),
        _stories().filter(status=Status.APPROVED).order_by("saved_at", "id"),
        ("publish", "schedule"),
        user,
        more="state=approved",
    )
    yield _planned(user)
    yield _panel(
        "returned",
        _("Returned, not handed in again"),
        _stories().filter(status=Status.RETURNED).exclude(_is_by(user)).order_by("saved_at", "id"),
        (),
        user,
        more="state=returned",
        with_note=True,
    )


def _planned(user: User) -> Panel:
    """What happens next, of all that the calendar knows; a scheduled story can be taken back here."""
    now = timezone.now()
    found = calendar.planned(now, now + PLANNED_AHEAD)
    rows = []
    for one in found[:SHOWN]:
        if one.kind is calendar.Kind.OUT and one.article:
            rows.append(_row(one.article, ("unschedule",), user, with_note=False))
            continue
        time = " · ".join(filter(None, [wording.at_home(one.at), one.time_there]))
        story = one.article and reverse("admin:articles_article_change", args=[one.article.pk])
        facts = [f"{one.kind.label}: {time}", *one.warnings]
        rows.append(Row(title=one.title, url=story or "", facts=facts))
    return Panel(
        key="scheduled",
        title=_("Planned"),
        rows=rows,
        more_url=reverse("admin:articles_article_calendar"),
        has_more=len(found) > SHOWN,
        is_urgent=any(one.warnings for one in found[:SHOWN]),
    )


def _not_saved(user: User) -> Iterator[Panel]:
    """Texts that were typed, on whichever device, and never saved; not those being written now."""
    found = list(keeping.waiting(user)[:SHOWN])
    yield Panel(
        "not-saved",
        _("Texts not saved"),
        [
            Row(
                title=Truncator(text.headline or _("Without a headline")).chars(120),
                url=reverse("admin:articles_article_kept", args=[text.tab]),
                facts=[wording.clock(text.article or Article(), text.kept_at)],
            )
            for text in found
        ],
    )


def _my_writing(user: User) -> Iterator[Panel]:
    mine = _mine(user).order_by("-saved_at", "-id")
    is_reporter = not user.has_perm("articles.change_any_article")
    yield _panel(
        "drafts",
        _("Your drafts"),
        mine.filter(status=Status.DRAFT),
        ("submit",) if is_reporter else ("publish", "submit"),
        user,
        more="state=draft&mine=1",
        empty=_("No draft is open.") if is_reporter else "",
    )
    if is_reporter:
        yield _panel(
            "handed-in",
            _("Handed in"),
            mine.filter(status__in=[Status.IN_REVIEW, Status.APPROVED]),
            ("recall",),
            user,
            more="mine=1",
        )
        yield _panel("coming", _("Comes out next"), mine.scheduled(), (), user)


def _is_by(user: User) -> Q:
    return Q(created_by=user)


def _duplicates() -> Iterator[Panel]:
    """People who may have been entered twice: found at night, so that this reads an index."""
    likely = suspects.open_pairs(timezone.localdate()).filter(is_strong=True).order_by()
    number = likely[: PAIRS_COUNTED + 1].values("pk").count()
    if not number:
        return
    words = ngettext("%(count)s likely duplicate", "%(count)s likely duplicates", number)
    printed = f"{PAIRS_COUNTED}+" if number > PAIRS_COUNTED else str(number)
    yield Panel(
        "duplicates",
        _("People entered twice?"),
        [
            Row(
                title=words % {"count": printed},
                url=reverse("admin:articles_person_duplicates"),
                facts=[_("nothing is merged by itself")],
            )
        ],
    )


def _comments() -> Iterator[Panel]:
    """What moderators have to look at; counted no further than "200+"."""
    queue_url = reverse("admin:comments_comment_queue")
    reports = (
        Report.objects.filter(handled_at=None)
        .select_related("comment__article")
        .defer("comment__article__body", "comment__article__search")
        .order_by("due_at", "id")
    )
    found = list(reports[: SHOWN + 1])
    if found:
        yield Panel(
            key="reports",
            title=_("Reports by readers"),
            rows=[
                Row(
                    title=report.get_reason_display(),
                    url=f"{queue_url}?tab=reported&c={report.comment_id}",
                    facts=[deadlines.in_words(report.due_at), report.comment.article.headline],
                )
                for report in found[:SHOWN]
            ],
            more_url=f"{queue_url}?tab=reported",
            has_more=len(found) > SHOWN,
            is_urgent=found[0].is_overdue,
        )
    queued = Comment.objects.queued()
    oldest = queued.values_list("queue_due_at", flat=True).first()
    if oldest is None:
        yield Panel("comments", _("Comments"), [], empty=_("No comment waits for a decision."))
        return
    number = queued.order_by()[: queue.COUNTED + 1].values("pk").count()
    words_for = ngettext(
        "%(count)s comment to decide about", "%(count)s comments to decide about", number
    )
    printed = f"{queue.COUNTED}+" if number > queue.COUNTED else str(number)
    is_late = oldest <= timezone.now()
    since = queued.order_by("created_at").values_list("created_at", flat=True)[:1]
    yield Panel(
        "comments",
        _("Comments"),
        [
            Row(
                title=words_for % {"count": printed},
                url=queue_url,
                facts=[
                    _("the most urgent: %(due)s") % {"due": deadlines.in_words(oldest)},
                    *[
                        _("the oldest for %(time)s") % {"time": timesince(moment, depth=1)}
                        for moment in since
                    ],
                ],
            )
        ],
        is_urgent=is_late,
    )


def _selling() -> Iterator[Panel]:
    """What the ad desk has to see to: three questions, one query each."""
    today = timezone.localdate()
    soon = today + ENDS_SOON
    flights = Flight.objects.select_related("campaign__advertiser").order_by("days", "pk")
    sold = flights.filter(state__in=[FlightState.BOOKED, FlightState.PAUSED])
    bare = sold.filter(days__startswith__lte=today, days__contains=today)
    approved = Creative.objects.filter(flight=OuterRef("pk"), state=CreativeState.APPROVED)
    yield _flight_panel(
        "flights-unapproved",
        _("Runs without an approved creative"),
        bare.filter(state=FlightState.BOOKED).exclude(Exists(approved)),
        _("Add a creative"),
        lambda flight: f"{reverse('admin:ads_creative_add')}?flight={flight.pk}",
        is_urgent=True,
    )
    waiting = list(
        Creative.objects.filter(
            state__in=[CreativeState.DRAFT, CreativeState.SENT, CreativeState.REFUSED]
        )
        .exclude(flight__state=FlightState.STOPPED)
        .filter(Q(flight__days__endswith__gt=today) | Q(flight__days__upper_inf=True))
        .select_related("flight__campaign__advertiser")
        .order_by("flight__days", "pk")[: SHOWN + 1]
    )
    yield Panel(
        key="creatives",
        title=_("Creatives without approval"),
        rows=[_creative_row(creative) for creative in waiting[:SHOWN]],
        more_url=reverse("admin:ads_creative_changelist"),
        has_more=len(waiting) > SHOWN,
    )
    yield _flight_panel(
        "flights-ending",
        _("Ends within a week"),
        sold.exclude(kind=FlightKind.HOUSE).filter(
            days__endswith__gt=today, days__endswith__lte=soon, days__startswith__lte=today
        ),
        _("Change the days…"),
        lambda flight: reverse("admin:ads_flight_move", args=[flight.pk, "days"]),
    )


def _flight_panel(
    key: str,
    title: str,
    flights: QuerySet[Flight],
    move: str,
    address: Callable[[Flight], str],
    *,
    is_urgent: bool = False,
) -> Panel:
    found = list(flights[: SHOWN + 1])
    return Panel(
        key=key,
        title=title,
        rows=[
            Row(
                title=flight.name,
                url=reverse("admin:ads_flight_change", args=[flight.pk]),
                facts=[str(flight.campaign), _last_day(flight)],
                buttons=[Button(move, address(flight), is_step=True, is_forward=False)],
            )
            for flight in found[:SHOWN]
        ],
        more_url=f"{reverse('admin:ads_flight_changelist')}?days=now",
        has_more=len(found) > SHOWN,
        is_urgent=is_urgent,
    )


def _last_day(flight: Flight) -> str:
    if flight.last_day is None:
        return _("without an end")
    return _("until %(day)s") % {"day": date_format(flight.last_day, "j F")}


def _creative_row(creative: Creative) -> Row:
    is_sent = creative.state == CreativeState.SENT
    send, approve = (
        reverse("admin:ads_creative_move", args=[creative.pk, move]) for move in ("send", "approve")
    )
    # Who has not answered is asked once more before somebody answers in their name.
    buttons = [
        Button(
            _("Send again") if is_sent else _("Send to the advertiser"),
            send,
            is_step=False,
            is_forward=not is_sent,
        )
    ]
    if is_sent:
        label = _("Approve for the advertiser…")
        buttons.append(Button(label, approve, is_step=True, is_forward=False))
    return Row(
        title=creative.name,
        url=reverse("admin:ads_creative_change", args=[creative.pk]),
        facts=[creative.get_state_display(), str(creative.flight.campaign)],
        buttons=buttons,
    )


def _behind_course() -> Iterator[Panel]:
    """Flights with fewer views than they should have by now."""
    found = overview.behind()
    yield Panel(
        "behind-course",
        _("Flights behind their course"),
        [
            Row(
                title=flight.name,
                url=reverse("admin:ads_report", args=[flight.campaign_id]),
                facts=[flight.campaign.advertiser.name, standing_of(promise)],
            )
            for flight, promise in found[:SHOWN]
        ],
        more_url=reverse("admin:ads_reports"),
        has_more=len(found) > SHOWN,
        is_urgent=True,
    )


def _wrong_counts() -> Iterator[Panel]:
    """The nightly recount found something, which nothing should ever cause."""
    if counts.is_alarmed():
        yield Panel(
            "wrong-counts",
            _("Counts of comments are wrong"),
            [
                Row(
                    title=_("The nightly recount found a difference"),
                    url="",
                    facts=[_("“manage.py recount_comments” says which; tell the developers.")],
                )
            ],
            is_urgent=True,
        )
