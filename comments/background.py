"""What stands beside a comment while somebody decides about it; each question is bounded.

Moderators see an account's name, number, age and record. Its e-mail address and network are
nobody's business here: of the network they learn only how many others share it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from .choices import Action, State
from .models import Ban, Comment, ModerationEvent, Report
from .network import hashed_emails
from .retention import networks_kept
from .why import Why, why

if TYPE_CHECKING:
    from accounts.models import User

RECORD = 500
DECISIONS_SHOWN = 8
BANS_SHOWN = 5
NEIGHBOURS_COUNTED = 20
ROWS_SHOWN = 100


@dataclass(frozen=True)
class Record:
    """What is known of an account: its last RECORD comments by state, its last decisions."""

    author: User
    approved: int
    rejected: int
    spam: int
    total: int
    is_cut: bool
    decisions: list[ModerationEvent]
    bans: list[Ban]
    ban: Ban | None
    same_network: int
    queued: int

    @property
    def is_network_cut(self) -> bool:
        return self.same_network > NEIGHBOURS_COUNTED


@dataclass(frozen=True)
class Background:
    comment: Comment
    above: list[Comment]
    reports: list[Report]
    events: list[ModerationEvent]
    why: Why | None
    record: Record | None
    same_text: int = 0
    earlier: list[Why] = field(default_factory=list)

    @property
    def open_reports(self) -> list[Report]:
        return [report for report in self.reports if report.handled_at is None]

    @property
    def reported_as(self) -> list[str]:
        """What the open reports say, each once: the first answer to “why is this here?”."""
        return list(dict.fromkeys(str(r.get_reason_display()) for r in self.open_reports))

    @property
    def hidden_above(self) -> Comment | None:
        """The comment above that keeps readers from seeing this one."""
        if self.comment.is_reachable:
            return None
        hidden = [row for row in self.above if row.state in {"pending", "rejected", "spam"}]
        return hidden[0] if hidden else None


def gather(comment: Comment) -> Background:
    """Everything beside `comment`, which comes with its story and its author."""
    screenings = list(comment.screenings.order_by("-id")[:ROWS_SHOWN])
    checks: list[Why] = [why(row) for row in screenings]
    return Background(
        comment=comment,
        above=above(comment),
        reports=list(comment.reports.order_by("due_at", "id")[:ROWS_SHOWN]),
        events=list(comment.events.select_related("by").order_by("-id")[:ROWS_SHOWN]),
        why=checks[0] if checks else None,
        earlier=checks[1:],
        record=record_of(comment) if comment.author else None,
        same_text=_same_text(comment),
    )


def above(comment: Comment) -> list[Comment]:
    """What the comment answers, from the thread's first one down; one query at most."""
    if comment.parent_id is None:
        return []
    rows = Comment.objects.filter(Q(pk__in=comment.path[:-1]) | Q(pk=comment.parent_id))
    return sorted(rows, key=lambda row: (len(row.path), row.pk))


def record_of(comment: Comment) -> Record:
    author = comment.author
    recent = author.comments.order_by("-created_at", "-id")
    rows = list(recent.values_list("pk", "state", "queue_due_at")[:RECORD])
    states = Counter(state for _pk, state, _due in rows)
    keys = [pk for pk, _state, _due in rows[:50] if pk != comment.pk]
    decisions = (
        ModerationEvent.objects.filter(comment__in=keys)
        .filter(Q(action=Action.DECIDED) | Q(to_state__in=[State.REJECTED, State.SPAM]))
        .select_related("comment", "by")
        .order_by("-id")
    )
    bans = Ban.objects.filter(email_hash__in=hashed_emails(author.email)).select_related("by")
    known = list(bans[:BANS_SHOWN])
    return Record(
        author=author,
        approved=states[State.APPROVED],
        rejected=states[State.REJECTED],
        spam=states[State.SPAM],
        total=len(rows),
        is_cut=len(rows) == RECORD,
        decisions=list(decisions[:DECISIONS_SHOWN]),
        bans=known,
        # A new ban ends the one before, so the one in force is among the newest.
        ban=next((ban for ban in known if ban.is_in_force), None),
        same_network=_same_network(comment),
        queued=sum(due is not None for _pk, _state, due in rows),
    )


def _same_network(comment: Comment) -> int:
    """How many other accounts wrote from the same network lately; NEIGHBOURS_COUNTED + 1 at most."""
    if not comment.address_block:
        return 0
    since = timezone.now() - networks_kept()
    others = Comment.objects.filter(address_block=comment.address_block, created_at__gt=since)
    others = others.exclude(author=comment.author).order_by().values("author").distinct()
    return others[: NEIGHBOURS_COUNTED + 1].count()


def _same_text(comment: Comment) -> int:
    """How many queued comments say the same, this one not counted; 50 at most."""
    if comment.fingerprint is None:
        return 0
    same = Comment.objects.filter(fingerprint=comment.fingerprint, queue_due_at__isnull=False)
    return same.exclude(pk=comment.pk)[:50].count()
