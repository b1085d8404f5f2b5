"""Finds what was erased where others repeated it (Law 27/2022: an erased text lives on in quotations)."""

from __future__ import annotations

import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import Action
from .models import Comment, ModerationEvent, Screening
from .words import searchable

RULE = "quotes"
# So many words of a comment in a row are no coincidence any more.
WORDS_IN_A_ROW = 6
ANSWERS_AT_MOST = 1000
# Processing has to stop within 3 x 24 hours of the wish; a moderator gets two days of them.
REVIEW_WITHIN = datetime.timedelta(hours=48)


def quotes_from(answer: str, original: str) -> str:
    """The first words of `original` that stand in `answer` in a row, WORDS_IN_A_ROW of them; or ""."""
    words = searchable(original).split()
    plain = searchable(answer)
    for start in range(len(words) - WORDS_IN_A_ROW + 1):
        run = " ".join(words[start : start + WORDS_IN_A_ROW])
        if f" {run} " in plain:
            return run
    return ""


def queue_answers_that_quote(comment: Comment) -> int:
    """Put answers below `comment` that quote it into the queue, and say why; how many there are.

    To be called under the lock of the story's discussion, before the text goes.
    """
    below = (
        Comment.objects.listed()
        .filter(
            article=comment.article_id,
            path__gt=comment.path,
            path__lt=[comment.root_id + 1],
            is_shown=True,
        )
        .order_by("path")[:ANSWERS_AT_MOST]
    )
    found = [answer for answer in below if quotes_from(answer.body, comment.body)]
    now = timezone.now()
    due = now + REVIEW_WITHIN
    for answer in found:
        # With the revision, so that a moderator who has it open reads why it is back.
        Comment.objects.filter(pk=answer.pk).update(
            queue_due_at=min(due, answer.queue_due_at or due), revision=F("revision") + 1
        )
        # The matched words are what was erased, so they are not written down again.
        verdict = {"step": RULE, "outcome": "hold", "term": "", "ms": 0}
        Screening.objects.create(
            comment=answer,
            created_at=now,
            outcome=answer.state,
            rule=RULE,
            verdicts=[{**verdict, "detail": _("quotes a comment that was erased")}],
        )
    return len(found)


def due_for_a_quote(
    comment: Comment, *, but: ModerationEvent | None = None
) -> datetime.datetime | None:
    """By when an answer that quotes what was erased has to be decided; None when it need not be.

    A decision after the erasure ends it, unless it was taken back; `but` is one that is being
    taken back now.
    """
    flagged = comment.screenings.filter(rule=RULE).last()
    if flagged is None:
        return None
    since = comment.events.filter(
        action__in=[Action.DECIDED, Action.UNDONE], created_at__gt=flagged.created_at
    )
    last = (since.exclude(pk=but.pk) if but else since).last()
    if last is not None and last.action == Action.DECIDED:
        return None
    return flagged.created_at + REVIEW_WITHIN
