"""Sending the letters of an issue, so that nobody gets one twice and nobody is left out.

**The guarantee.** SMTP takes no part in our transactions. Between the server's “250” and our own commit there is a
moment in which a crash leaves it open whether the letter is out; whoever then sends again sends some twice, whoever
does not leaves some out. Here it is *at most once*: a delivery is TAKEN by compare-and-swap and that is committed
before a word is said to the server, and one whose outcome stayed open ends as UNKNOWN, which the desk sees. It is
never sent again. What was certainly not taken (no connection, a refusal, an answer of 4xx) is tried again.

So of everybody who was subscribed when the issue was made, each has the letter once, or stands among those that
failed, were not needed any more, or are unknown. Nothing of this depends on how many workers there are, on
locks, or on the jobs that ask for it: any of them may be lost, doubled or killed at any point.
"""

from __future__ import annotations

import datetime
import logging
import random
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from . import letters, subscribing
from .choices import DeliveryState, IssueState, LeftBy, Standing
from .issues import TOO_LATE
from .models import Delivery, Issue, Subscriber
from .postman import Carrier, Fate, Outcome, Postman

WAITING, TAKEN, SENT, FAILED, DROPPED, UNKNOWN = (
    *(DeliveryState.WAITING, DeliveryState.TAKEN, DeliveryState.SENT),
    *(DeliveryState.FAILED, DeliveryState.DROPPED, DeliveryState.UNKNOWN),
)
# Of an issue that has letters to send, or may have again.
UNDER_WAY = (IssueState.SENDING, IssueState.STOPPED)
# Between two batches; a code that somebody waits for goes out in between.
PACE = datetime.timedelta(seconds=10)
# A batch ends then, whatever is left of it: the job worker has other letters to send.
BATCH_LASTS = datetime.timedelta(seconds=6)
# After a letter was put off, in minutes; then it has failed.
PAUSES = (5, 20, 60, 180)
# When the server takes nothing at all, everything waits for so long.
SERVER_PAUSE = datetime.timedelta(minutes=3)
# Longer than any hand-over lasts, with all its time-outs: who holds a letter for so long is dead.
DEAD_AFTER = datetime.timedelta(minutes=15)
# Issues in a row that the server refused for an address, before it gets no more.
REFUSALS = 3
# Where it knows so many of an issue's addresses not, and so large a part, it is wrong with us and not with them.
HANDFUL, PART = 5, 0.05

log = logging.getLogger(__name__)


def batch_size() -> int:
    """Letters of one batch, by settings.NEWSLETTER_A_MINUTE."""
    return max(1, settings.NEWSLETTER_A_MINUTE * int(PACE.total_seconds()) // 60)


def send_batch(issue_id: int, carrier: Carrier | None = None) -> bool:
    """Send the next letters of an issue; True when more may be due after PACE.

    Does nothing when it is stopped, when another worker has just begun a batch, or while no mail server is
    named (the letters wait). Safe to call from anywhere, at any time, as often as one likes.
    """
    if carrier is None and not settings.EMAIL_HOST:
        return False
    now = timezone.now()
    mine = Issue.objects.filter(pk=issue_id, state=IssueState.SENDING, next_batch_at__lte=now)
    if not mine.update(next_batch_at=now + PACE):
        return False
    issue = Issue.objects.get(pk=issue_id)
    if carrier is not None:
        return _send(issue, carrier, now)
    with Postman() as postman:
        return _send(issue, postman, now)


def _send(issue: Issue, carrier: Carrier, began: datetime.datetime) -> bool:
    post = letters.Post(issue)
    for _number in range(batch_size()):
        if timezone.now() - began > BATCH_LASTS:
            break
        delivery = take(issue.pk)
        if delivery is None:
            break
        outcome = hand_over(delivery, post, carrier)
        if outcome is not None and outcome.fate is Fate.NO_SERVER:
            later = timezone.now() + SERVER_PAUSE
            Issue.objects.filter(pk=issue.pk).update(next_batch_at=later)
            take_stock(issue.pk)
            return False
    return not take_stock(issue.pk)


def take(issue_id: int) -> Delivery | None:
    """Take the next letter that is due, with its subscriber, for oneself alone; None when there is none.

    When it returns, that is committed: whatever happens from now on, nobody else takes it.
    """
    now = timezone.now()
    due = Delivery.objects.filter(
        issue_id=issue_id, issue__state=IssueState.SENDING, state=WAITING, due_at__lte=now
    )
    while True:
        with transaction.atomic(durable=True):
            row = (
                due.select_for_update(of=("self",), skip_locked=True)
                .select_related("subscriber")
                .order_by("due_at", "id")
                .first()
            )
            if row is None:
                return None
            if row.subscriber is None or row.subscriber.standing != Standing.CONFIRMED:
                _move(row, (WAITING,), DROPPED)
                continue
            taken = Delivery.objects.filter(pk=row.pk, state=WAITING)
            if not taken.update(state=TAKEN, taken_at=now, attempts=F("attempts") + 1):
                continue
        row.state, row.taken_at, row.attempts = TAKEN, now, row.attempts + 1
        return row


def hand_over(delivery: Delivery, post: letters.Post, carrier: Carrier) -> Outcome | None:
    """Hand a letter that was taken to the carrier and write down what became of it; None when it was not needed.

    One that could not even be written was certainly not sent: it is put off like one that the server put off.
    """
    subscriber = delivery.subscriber
    assert subscriber is not None
    try:
        letter = post.letter_to(subscriber, delivery)
    except Exception as error:
        log.exception("Letter %s of the newsletter could not be written.", delivery.pk)
        words = f"The letter could not be written: {type(error).__name__}"
        outcome = Outcome(Fate.LATER, words)
        note(delivery, outcome)
        return outcome
    if letter is None:
        _move(delivery, (TAKEN,), DROPPED)
        return None
    outcome = carrier.carry(letter.sender, letter.recipient, letter.source)
    note(delivery, outcome)
    return outcome


def note(delivery: Delivery, outcome: Outcome) -> None:
    """Write down what became of a letter that was taken."""
    # A sweep may have given it up for unknown meanwhile; whoever knows better says so.
    held = (TAKEN, UNKNOWN)
    if outcome.fate is Fate.ACCEPTED:
        if _move(delivery, held, SENT):
            known = Subscriber.objects.filter(deliveries=delivery.pk, refusals__gt=0)
            known.update(refusals=0)
    elif outcome.fate is Fate.UNKNOWN:
        _move(delivery, (TAKEN,), UNKNOWN, outcome.words)
    elif outcome.fate is Fate.NO_SERVER:
        # It was not the letter's turn to fail.
        _put_off(delivery, SERVER_PAUSE, outcome.words, attempts=delivery.attempts - 1)
    elif outcome.fate is Fate.LATER and delivery.attempts <= len(PAUSES):
        minutes = PAUSES[delivery.attempts - 1] * (1 + random.random() / 4)
        _put_off(delivery, datetime.timedelta(minutes=minutes), outcome.words, delivery.attempts)
    else:
        is_unknown = outcome.fate is Fate.NO_SUCH_ADDRESS
        _move(delivery, held, FAILED, outcome.words, is_address_unknown=is_unknown)


def _count_refusals(issue_id: int) -> None:
    """Count what the server said of addresses against them; after REFUSALS in a row nothing more goes there.

    Only an issue that has ended can tell whether it is the addresses: a server that knows a good part of them
    not is set up wrong, or holds something against us, and then nobody is counted at all.
    """
    rows = Delivery.objects.filter(issue=issue_id)
    unknown = rows.filter(is_address_unknown=True)
    number = unknown.count()
    if number > max(HANDFUL, PART * (number + rows.filter(state=SENT).count())):
        log.warning("The mail server knew %s addresses of issue %s not.", number, issue_id)
        return
    addresses = Subscriber.objects.filter(pk__in=unknown.values("subscriber"))
    addresses.update(refusals=F("refusals") + 1)
    for subscriber in addresses.filter(standing=Standing.CONFIRMED, refusals__gte=REFUSALS):
        subscribing.leave(subscriber, by=LeftBy.REFUSED)


def _put_off(delivery: Delivery, pause: datetime.timedelta, words: str, attempts: int) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=TAKEN).update(
        state=WAITING,
        due_at=timezone.now() + pause,
        taken_at=None,
        attempts=attempts,
        last_error=words,
    )


def _move(
    delivery: Delivery,
    sources: tuple[DeliveryState, ...],
    goal: DeliveryState,
    words: str = "",
    **more: Any,
) -> bool:
    """End a delivery, if it still stands in one of `sources`."""
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=sources)
    return bool(rows.update(state=goal, ended_at=timezone.now(), last_error=words[:300], **more))


def sweep() -> list[int]:
    """Give up what died on the way or is too late; the issues that have letters to send, by their keys."""
    now = timezone.now()
    dead = Delivery.objects.filter(state=TAKEN, taken_at__lt=now - DEAD_AFTER)
    dead.update(
        state=UNKNOWN,
        ended_at=now,
        last_error="The worker ended while it handed the letter over.",
    )
    under_way = Issue.objects.filter(state__in=UNDER_WAY)
    Delivery.objects.filter(
        state=WAITING, issue__in=under_way.filter(made_at__lt=now - TOO_LATE)
    ).update(state=FAILED, ended_at=now, last_error="Too late: the next issue is near.")
    going = [issue for issue in under_way if not take_stock(issue.pk)]
    return [issue.pk for issue in going if issue.state == IssueState.SENDING]


def take_stock(issue_id: int) -> bool:
    """Count an issue's letters for the desk; when all have ended, so has the issue, stopped or not. True then."""
    counted = Delivery.objects.filter(issue=issue_id).aggregate(
        **{
            str(state): Count("pk", filter=Q(state=state))
            for state in (SENT, FAILED, UNKNOWN, DROPPED, WAITING, TAKEN)
        }
    )
    under_way = counted.pop(WAITING) + counted.pop(TAKEN)
    rows = Issue.objects.filter(pk=issue_id)
    rows.update(**{str(state): number for state, number in counted.items()})
    if under_way:
        return False
    with transaction.atomic():
        going = rows.filter(state__in=UNDER_WAY)
        if going.update(state=IssueState.SENT, ended_at=timezone.now()):
            _count_refusals(issue_id)
    return True
