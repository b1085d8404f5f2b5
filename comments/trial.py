"""New rules on old comments: what a word or a score would have done in the last 90 days.

Nothing is changed here. Precision is measured against people: of the comments that the rule would
have caught and somebody decided about, how many were taken down.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from .choices import Action, State
from .models import Comment, ModerationEvent, Screening
from .words import Term, searchable

SPAN = datetime.timedelta(days=90)
# The newest so many; a trial is a request that somebody waits for.
MOST = 30_000
SAMPLE = 20
_CHUNK = 2000

TAKEN_DOWN = (State.REJECTED, State.SPAM)


@dataclass(frozen=True)
class Found:
    """A comment that the rule would have caught; `decision` is what somebody made of it, or ""."""

    comment: Comment
    by: str
    decision: str


@dataclass
class Trial:
    """What would have happened. `is_cut`: only the newest `looked_at` were looked at."""

    looked_at: int = 0
    is_cut: bool = False
    caught: int = 0
    taken_down: int = 0
    approved: int = 0
    sample: list[Found] = field(default_factory=list)

    @property
    def decided(self) -> int:
        """How many of those caught somebody decided about."""
        return self.taken_down + self.approved

    @property
    def precision(self) -> int | None:
        """In percent; None where nobody decided about any of them."""
        return round(100 * self.taken_down / self.decided) if self.decided else None


def of_words(terms: Sequence[Term]) -> Trial:
    """Replay word lists over the comments of the last SPAN."""
    trial = Trial()
    caught: list[tuple[int, str]] = []
    for pk, body in _texts(trial):
        plain = searchable(body)
        term = next((term for term in terms if term.stands_in(plain)), None)
        if term:
            caught.append((pk, term.term))
    return _judged(trial, caught)


def of_scores(*, at_least: float, below: float | None = None) -> Trial:
    """Replay a limit of the spam score, by the scores that the checks gave at the time."""
    trial = Trial()
    recent = _recent()
    newest = list(recent.order_by("-created_at", "-id").values_list("pk", flat=True)[: MOST + 1])
    trial.is_cut = len(newest) > MOST
    keys = newest[:MOST]
    caught: list[tuple[int, str]] = []
    for chunk in _chunks(keys):
        last = Screening.objects.filter(comment__in=chunk, score__isnull=False)
        last = last.order_by("comment_id", "-id").distinct("comment_id")
        scores = dict(last.values_list("comment_id", "score"))
        trial.looked_at += len(scores)
        for pk in chunk:
            score = scores.get(pk)
            if score is not None and score >= at_least and (below is None or score < below):
                caught.append((pk, f"{score:.2f}"))
    return _judged(trial, caught)


def _recent() -> QuerySet[Comment]:
    """What readers wrote in the span; the newsroom's own words and erased ones are no example."""
    since = timezone.now() - SPAN
    return Comment.objects.filter(created_at__gt=since, is_by_staff=False).exclude(body="")


def _texts(trial: Trial) -> Iterator[tuple[int, str]]:
    """Number and text, newest first, without ever holding all of them."""
    rows = _recent().order_by("-created_at", "-id").values_list("pk", "body")[: MOST + 1]
    for pk, body in rows.iterator(chunk_size=_CHUNK):
        if trial.looked_at == MOST:
            trial.is_cut = True
            return
        trial.looked_at += 1
        yield pk, body


def _judged(trial: Trial, caught: Sequence[tuple[int, str]]) -> Trial:
    trial.caught = len(caught)
    decisions: dict[int, str] = {}
    for chunk in _chunks([pk for pk, _by in caught]):
        decisions |= _decisions(chunk)
    for state in decisions.values():
        if state in TAKEN_DOWN:
            trial.taken_down += 1
        elif state == State.APPROVED:
            trial.approved += 1
    # What somebody approved comes first: these are the mistakes that the rule would make.
    shown = sorted(caught, key=lambda one: decisions.get(one[0]) != State.APPROVED)[:SAMPLE]
    rows = Comment.objects.select_related("article").defer("article__body", "article__search")
    found = rows.in_bulk([pk for pk, _by in shown])
    trial.sample = [Found(found[pk], by, decisions.get(pk, "")) for pk, by in shown if pk in found]
    return trial


def _decisions(keys: Iterable[int]) -> dict[int, str]:
    """What a person decided last about each comment; one that was only taken back is left out."""
    events = ModerationEvent.objects.filter(
        comment__in=keys, action__in=[Action.DECIDED, Action.UNDONE]
    ).order_by("comment_id", "-id")
    last = events.distinct("comment_id").values_list("comment_id", "action", "to_state")
    return {pk: state for pk, action, state in last if action == Action.DECIDED}


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
