"""Who may move a story where. MOVES is the table; the functions below are the only door.

Each function locks the row, checks state, permission and ownership, writes the new state and
a revision in one transaction, and raises `Refused` with a sentence for the person otherwise.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from auditlog.writing import write as write_audit
from pagecache import instant

from . import checks, revisions, tasks, wording
from .choices import CorrectionKind, Status, WithdrawalGround
from .models import Article, BreakingNews, Correction
from .people.protecting import why_not_said
from .slugs import free_article_slug

if TYPE_CHECKING:
    from accounts.models import User

# Somebody who picks "now" on a form is a moment late when the form arrives.
PAST_TOLERANCE = datetime.timedelta(minutes=2)
# Nobody plans a story further ahead; a year such as 9999 is a slip of the finger.
FURTHEST = datetime.timedelta(days=3 * 366)


class Refused(Exception):
    """A move that may not be made; `str()` is the reason, in the reader's language."""


@dataclass(frozen=True)
class Move:
    """A line of the table. `needs` names what the person must add: a note, a time, a reason."""

    name: str
    label: str | Promise
    sources: frozenset[Status]
    permission: str
    needs: str = ""
    is_own_only: bool = False


def _move(name: str, label: Promise, sources: set[Status], permission: str, **more: Any) -> Move:
    return Move(name, label, frozenset(sources), f"articles.{permission}", **more)


_D, _I, _R, _A = Status.DRAFT, Status.IN_REVIEW, Status.RETURNED, Status.APPROVED
_P = Status.PUBLISHED

MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        _move("submit", gettext_lazy("Hand in"), {_D, _R}, "submit_article", is_own_only=True),
        _move("recall", gettext_lazy("Take back"), {_I}, "submit_article", is_own_only=True),
        _move("send_back", gettext_lazy("Return…"), {_I, _A}, "review_article", needs="note"),
        _move("approve", gettext_lazy("Approve"), {_I}, "review_article"),
        # A scheduled story (_P, not out yet) can be published now, or at another time.
        _move("publish", gettext_lazy("Publish"), {_D, _I, _R, _A, _P}, "publish_article"),
        _move(
            "schedule",
            pgettext_lazy("button", "Schedule…"),
            {_D, _I, _R, _A, _P},
            "publish_article",
            needs="time",
        ),
        _move("unschedule", gettext_lazy("Take off the schedule"), {_P}, "publish_article"),
        # Between which times a story may be public at all; the move itself leaves it where it is.
        _move(
            "embargo",
            pgettext_lazy("button", "Embargo…"),
            {_D, _I, _R, _A, _P},
            "change_article",
            needs="embargo",
            is_own_only=True,
        ),
        _move(
            "end",
            pgettext_lazy("button", "Public until…"),
            {_D, _I, _R, _A, _P},
            "publish_article",
            needs="end",
        ),
        _move(
            "request_withdrawal",
            gettext_lazy("Ask for withdrawal…"),
            {_P},
            "request_withdrawal",
            needs="withdrawal",
        ),
        _move(
            "drop_withdrawal_request",
            gettext_lazy("Drop the withdrawal"),
            {_P},
            "request_withdrawal",
        ),
        _move("withdraw", gettext_lazy("Withdraw for good"), {_P}, "withdraw_article"),
        # Of public stories and their working copies; the doors are in articles.changes.
        _move(
            "begin_changes",
            gettext_lazy("Change the story"),
            {_P},
            "change_article",
            is_own_only=True,
        ),
        _move(
            "publish_changes",
            gettext_lazy("Publish the changes"),
            {_D, _I, _R, _A},
            "publish_article",
        ),
        _move(
            "discard_changes",
            gettext_lazy("Discard the changes"),
            {_D, _I, _R, _A},
            "change_article",
            is_own_only=True,
        ),
    )
}
# What a working copy can do; everything else is for stories of their own.
OF_COPIES = frozenset(
    {"submit", "recall", "send_back", "approve", "publish_changes", "discard_changes"}
)
_ANYBODYS = "articles.change_any_article"
# What sets a time and not a state: it stands beside the story's times, not in the bar.
LIMITS = frozenset({"embargo", "end"})
ONLY_OF_COPIES = frozenset({"publish_changes", "discard_changes"})


def moves_for(article: Article, user: User) -> list[Move]:
    """The moves that this person can make with this story now, in the table's order."""
    return [move for move in MOVES.values() if why_not(article, move, user) is None]


def why_not(article: Article, move: Move, user: User) -> str | None:
    """Why the move cannot be made, as a sentence; None when it can."""
    if not user.has_perm(move.permission):
        return _("Your role does not allow this.")
    if article.is_working_copy and move.name not in OF_COPIES:
        return _("These are changes to a public story: publish or discard them.")
    if not article.is_working_copy and move.name in ONLY_OF_COPIES:
        return _("There are no changes to this story.")
    if article.status not in move.sources:
        return _("The story is “%(state)s” now, so this cannot be done with it.") % {
            "state": article.get_status_display()
        }
    is_foreign = not user.has_perm(_ANYBODYS) and not (
        Article.objects.owned_by(user).filter(pk=article.pk).exists()
    )
    if move.is_own_only and is_foreign:
        return _("This is a colleague's story.")
    is_with_editors = article.status not in {_D, _R}
    if move.name == "embargo" and is_with_editors and not user.has_perm(_ANYBODYS):
        return _("The story is with the editors now; they keep its embargo.")
    if move.name == "discard_changes" and is_with_editors and not user.has_perm(_ANYBODYS):
        return _("The changes are with the editors now: only they discard them.")
    return _why_not_after_publication(article, move, user)


def _why_not_after_publication(article: Article, move: Move, user: User) -> str | None:
    if article.status != Status.PUBLISHED:
        return None
    if move.name in {"publish", "schedule", "unschedule", "embargo"}:
        return None if article.is_scheduled else _("The story is out already.")
    if move.name == "end":
        # Else a story could disappear quietly; what is paid for is out for as long as was paid.
        if article.is_scheduled or article.is_paid:
            return None
        return _(
            "A story that is out does not end by itself any more: it is withdrawn, with a reason that "
            "readers see. Only paid stories get another end."
        )
    if move.name == "begin_changes":
        return _("The story is not out yet: change it itself.") if article.is_scheduled else None
    if article.is_scheduled:
        return _("The story is not out yet: take it off the schedule instead.")
    is_asked = article.withdrawal_requested_at is not None
    if move.name == "request_withdrawal" and is_asked:
        return _("The withdrawal has been asked for already.")
    if move.name in {"withdraw", "drop_withdrawal_request"} and not is_asked:
        return _("A colleague must ask for the withdrawal first.")
    if move.name == "withdraw" and article.withdrawal_requested_by_id == user.pk:
        return _("A second person must confirm the withdrawal that you asked for.")
    return None


def why_not_at(article: Article, moment: datetime.datetime) -> str | None:
    """Why a story cannot come out at an aware moment, because of the limits of its time; None when it can."""
    if article.not_before and moment < article.not_before:
        return _("The story is under embargo until %(time)s.") % {
            "time": wording.both_clocks(article, article.not_before)
        }
    if article.unpublish_at and article.unpublish_at <= moment:
        return _("The story would end before it comes out: change that time first.")
    return None


def submit(article: Article, *, by: User) -> None:
    """Hand a draft or a returned story in for review."""
    _make(article, "submit", by, {"status": Status.IN_REVIEW, "desk_note": ""})


def recall(article: Article, *, by: User) -> None:
    """Take one's own story back from review, to go on writing."""
    _make(article, "recall", by, {"status": Status.DRAFT})


def send_back(article: Article, *, by: User, note: str) -> None:
    """Return a story to its reporter; Refused without a note that says what is missing."""
    if not note.strip():
        raise Refused(_("Say what the reporter should change."))
    changes = {"status": Status.RETURNED, "desk_note": note.strip()}
    _make(article, "send_back", by, changes, why=note)


def approve(article: Article, *, by: User) -> None:
    """Accept a story; somebody publishes it later."""
    _make(article, "approve", by, {"status": Status.APPROVED, "desk_note": ""})


def publish(
    article: Article, *, by: User, at: datetime.datetime | None = None, waved: str = ""
) -> None:
    """Publish now, or at an aware time to come.

    Refused when a blocking check finds something, when an advising one does and `waved` does not say why the
    story may come out all the same, and when the time has passed. The reason stands in the history. The
    address gets its date, in the publication's zone, and a slug that no other story of that day has.
    """
    note = ""
    now = instant.now()
    if at is not None and at < now - PAST_TOLERANCE:
        raise Refused(_("This time has passed; choose one to come, or publish now."))
    moment = max(_not_too_far(at), now) if at is not None else now
    day = moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()

    def changes(row: Article) -> dict[str, Any]:
        nonlocal note
        if reason := why_not_at(row, moment):
            raise Refused(reason)
        # Looked at on the locked row: nobody slips a change in between the look and the move.
        found = checks.before_publishing(row)
        if stopped := checks.stopping(found, waved):
            raise Refused(stopped)
        note = checks.in_history(found, waved)
        return {
            "status": Status.PUBLISHED,
            "publish_at": moment,
            "published_on": day,
            "slug": free_article_slug(row, day),
            "updated_at": None,
            "desk_note": "",
        }

    try:
        with transaction.atomic():
            name = "schedule" if at is not None else "publish"
            _make(article, name, by, changes, why=lambda: note)
            # In the same transaction: the job exists if and only if the story comes out.
            tasks.count_words_of.configure(schedule_at=moment).defer(article_id=article.pk)
    except IntegrityError:
        raise Refused(
            _("Another story took the same address at this moment. Please try again.")
        ) from None


def unschedule(article: Article, *, by: User) -> None:
    """Take a story that is not out yet off the schedule; it is approved again."""
    changes = {"status": Status.APPROVED, "publish_at": None, "published_on": None}
    _make(article, "unschedule", by, changes)


def embargo(article: Article, *, by: User, until: datetime.datetime | None, why: str = "") -> None:
    """Let a story come out no earlier than at an aware time to come; None lifts the embargo.

    For whoever may change the story, until it is out; `why` stands in the history. Refused for a time
    that has passed, and for a story that is scheduled before it.
    """
    if until is not None and _not_too_far(until) < instant.now():
        raise Refused(_("This time has passed, so nothing would be held back."))

    def changes(row: Article) -> dict[str, Any]:
        if until is None and row.not_before is None:
            raise Refused(_("There is no embargo to lift."))
        scheduled_for = row.publish_at if row.status == Status.PUBLISHED else None
        if until and scheduled_for and scheduled_for < until:
            raise Refused(
                _("The story is scheduled for %(time)s: take it off the schedule first.")
                % {"time": wording.both_clocks(row, scheduled_for)}
            )
        if until and row.unpublish_at and row.unpublish_at <= until:
            raise Refused(_("The story would end before it may come out: change that time first."))
        return {"not_before": until}

    said = _("Embargo until %(time)s") % {"time": _stamp(article, until)} if until else ""
    _make(article, "embargo", by, changes, why=_with_reason(said or _("Embargo lifted"), why))


def end(article: Article, *, by: User, at: datetime.datetime | None, why: str = "") -> None:
    """Let a story be public until an aware time to come; None lets it stay for good.

    Before it is out, or, of a paid story, at any time: also when it is over, which makes it public
    again. `why` stands in the history. Refused for a time that has passed, or before the story comes out.
    """
    now = instant.now()
    if at is not None and _not_too_far(at) < now - PAST_TOLERANCE:
        raise Refused(_("This time has passed; choose one to come."))
    moment = max(at, now) if at is not None else None

    def changes(row: Article) -> dict[str, Any]:
        if moment is None and row.unpublish_at is None:
            raise Refused(_("The story has no end that could be taken away."))
        begins = row.publish_at if row.status == Status.PUBLISHED else row.not_before
        if moment and begins and moment <= begins:
            raise Refused(
                _("The story comes out at %(time)s: choose a later time.")
                % {"time": wording.both_clocks(row, begins)}
            )
        return {"unpublish_at": moment}

    said = _("Public until %(time)s") % {"time": _stamp(article, moment)} if moment else ""
    _make(article, "end", by, changes, why=_with_reason(said or _("Public without an end"), why))


def _not_too_far(moment: datetime.datetime) -> datetime.datetime:
    if moment > instant.now() + FURTHEST:
        raise Refused(_("This time is more than three years away; please check the year."))
    return moment


def _stamp(article: Article, moment: datetime.datetime) -> str:
    """A time for the history, where "tomorrow" would be wrong the day after."""
    there = moment.astimezone(article.zone)
    return f"{there:%Y-%m-%d %H.%M} {there.tzname()}"


def _with_reason(said: str, why: str) -> str:
    return f"{said}: {why.strip()}" if why.strip() else said


def request_withdrawal(article: Article, *, by: User, ground: str, notice: str) -> None:
    """Ask that a public story be withdrawn; it stays public until a second person agrees.

    Refused without one of the grounds of the press guidelines and a notice for the public.
    """
    if ground not in WithdrawalGround.values:
        raise Refused(_("Choose one of the grounds that the press guidelines allow."))
    if not notice.strip():
        raise Refused(_("Write the notice that readers will see."))
    if reason := why_not_said(article, notice):
        raise Refused(reason)
    changes = {
        "withdrawal_ground": ground,
        "withdrawal_notice": notice.strip(),
        "withdrawal_requested_at": instant.now(),
        "withdrawal_requested_by": by,
    }
    _make(article, "request_withdrawal", by, changes, why=notice)


def drop_withdrawal_request(article: Article, *, by: User) -> None:
    """Leave the story public after all."""
    changes = {
        "withdrawal_ground": "",
        "withdrawal_notice": "",
        "withdrawal_requested_at": None,
        "withdrawal_requested_by": None,
    }
    _make(article, "drop_withdrawal_request", by, changes)


def withdraw(article: Article, *, by: User) -> None:
    """Withdraw for good, as the second person: the address stays and shows the notice."""

    def changes(row: Article) -> dict[str, Any]:
        return {
            "status": Status.WITHDRAWN,
            "withdrawn_at": instant.now(),
            "withdrawn_by": by,
            # As they stand in the table now, not as somebody read them before.
            "withdrawal_ground": row.withdrawal_ground,
            "withdrawal_notice": row.withdrawal_notice,
        }

    with transaction.atomic():
        _make(article, "withdraw", by, changes, why=article.withdrawal_notice)
        Correction.objects.create(
            article=article,
            kind=CorrectionKind.WITHDRAWAL,
            text=article.withdrawal_notice,
            created_by=by,
        )
        # A line of it would go on standing above every page.
        now = instant.now()
        lines = BreakingNews.objects.filter(article=article, ended_at=None, ends_at__gt=now)
        lines.update(ended_at=now, ended_by=by)


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawal that happened before the story came here: why, when, and by which two people."""

    ground: str
    notice: str
    requested_at: datetime.datetime
    requested_by: User
    withdrawn_at: datetime.datetime
    withdrawn_by: User


def bring_in(
    article: Article,
    *,
    status: Status,
    publish_at: datetime.datetime | None = None,
    published_on: datetime.date | None = None,
    updated_at: datetime.datetime | None = None,
    withdrawal: Withdrawal | None = None,
    by: User | None = None,
    note: str,
) -> None:
    """Give a story that comes from elsewhere (an import, the demo) the state it had there.

    `article` is saved, with its photos, bylines and register, and has no history yet:
    ValueError otherwise, and for a state that lacks its time or its withdrawal. No check looks
    at it, since what was public stays public; `published_on` is the date of its address when
    that is not the publication's day.
    """
    was_out = status in {Status.PUBLISHED, Status.WITHDRAWN}
    if was_out != (publish_at is not None) or (status == Status.WITHDRAWN) != bool(withdrawal):
        raise ValueError("A story that was out comes with its time, a withdrawn one with why.")
    with transaction.atomic():
        row = Article.objects.lock(article)
        if row.status != Status.DRAFT or row.revisions.exists():
            raise ValueError("Only a story without a history can be brought in.")
        if publish_at is not None:
            published_on = (
                published_on or publish_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
            )
            article.slug = free_article_slug(article, published_on)
        article.status, article.publish_at = status, publish_at
        article.published_on, article.updated_at = published_on, updated_at
        if withdrawal:
            _note_withdrawal(article, withdrawal)
        article.save()
        revisions.record(article, by=by, note=note)


def _note_withdrawal(article: Article, withdrawal: Withdrawal) -> None:
    article.withdrawal_ground = withdrawal.ground
    article.withdrawal_notice = withdrawal.notice
    article.withdrawal_requested_at = withdrawal.requested_at
    article.withdrawal_requested_by = withdrawal.requested_by
    article.withdrawn_at = withdrawal.withdrawn_at
    article.withdrawn_by = withdrawal.withdrawn_by
    Correction.objects.create(
        article=article,
        kind=CorrectionKind.WITHDRAWAL,
        text=withdrawal.notice,
        created_at=withdrawal.withdrawn_at,
        created_by=withdrawal.withdrawn_by,
    )


def _make(
    article: Article,
    name: str,
    by: User,
    changes: Callable[[Article], dict[str, Any]] | dict[str, Any],
    *,
    why: str | Callable[[], str] = "",
) -> None:
    """Make the move on the locked row, then bring `article` up to date with it."""
    move = MOVES[name]
    with transaction.atomic():
        row = Article.objects.lock(article)
        if reason := why_not(row, move, by):
            raise Refused(reason)
        values = changes(row) if callable(changes) else changes
        for field, value in values.items():
            setattr(row, field, value)
        row.save(update_fields=[*values, "saved_at"])
        reason = (why() if callable(why) else why) or str(move.label).rstrip("…")
        revisions.record(row, by=by, note=reason, is_move=True)
        write_audit(f"story.{name}", by=by, about=row, details=_told(values, reason))
    for field in (*values, "version", "updated_at"):
        setattr(article, field, getattr(row, field))


def _told(values: dict[str, Any], reason: str) -> dict[str, Any]:
    """What the audit log keeps of a move: its times, its state and why."""
    kept = ("status", "publish_at", "not_before", "unpublish_at", "withdrawal_ground")
    times = {key: str(values[key]) for key in kept if values.get(key)}
    return times | {"why": reason}
