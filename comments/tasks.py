"""Jobs, as thin as they can be: a key in, fetch, one call."""

import logging

from procrastinate.contrib.django import app

from . import counts, notices
from .models import Comment, ModerationEvent

logger = logging.getLogger(__name__)


@app.task(name="comments.tell_of_decision", retry=5)
def tell_of_decision(event_id: int) -> None:
    """Tell author and reporters of a decision that still stands."""
    event = (
        ModerationEvent.objects.select_related("comment__article", "comment__author")
        .filter(pk=event_id)
        .first()
    )
    if event is not None:
        notices.tell_of_decision(event)


@app.task(name="comments.tell_of_reply", retry=5)
def tell_of_reply(comment_id: int) -> None:
    """Tell somebody that the comment was answered."""
    comment = (
        Comment.objects.select_related("article", "parent__author").filter(pk=comment_id).first()
    )
    if comment is not None:
        notices.tell_of_reply(comment)


@app.periodic(cron="20 3 * * *")
@app.task(name=counts.JOB, queueing_lock=counts.JOB)
def recount(timestamp: int) -> None:
    """Compare every count with the comments themselves, and raise the alarm where one is wrong.

    The job then fails: `counts.is_alarmed` finds that, and the desk shows it to administrators.
    """
    found = list(counts.differences())
    for wrong in found:
        logger.error("A count of comments is wrong: %s", wrong)
    if found:
        raise counts.Wrong(f"{len(found)} counts of comments are wrong.")


@app.periodic(cron="10 4 * * 0")
@app.task(name="comments.train_spam_filter", queueing_lock="comments.train_spam_filter")
def train_spam_filter(timestamp: int) -> None:
    """Let the filter learn from what moderators decided; a worse one is not taken."""
    from .spam.retraining import retrain  # numbers and lists that only this job needs

    retrain()
