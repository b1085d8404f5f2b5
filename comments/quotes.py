"""Finds what was erased where others repeated it (Law 27/2022: an erased text lives on in quotations)."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Comment, Screening
from .words import searchable

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
    due = timezone.now() + REVIEW_WITHIN
    for answer in found:
        answer.queue_due_at = min(due, answer.queue_due_at or due)
        answer.save(update_fields=["queue_due_at"])
        # The matched words are what was erased, so they are not written down again.
        verdict = {"step": "quotes", "outcome": "hold", "term": "", "ms": 0}
        Screening.objects.create(
            comment=answer,
            outcome=answer.state,
            rule="quotes",
            verdicts=[{**verdict, "detail": _("quotes a comment that was erased")}],
        )
    return len(found)
