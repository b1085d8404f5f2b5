"""Jobs, as thin as they can be. Each may be lost or doubled: `newsletter.sending` says why that harms nothing."""

import contextlib

from django.db import transaction
from procrastinate import RetryStrategy, exceptions
from procrastinate.contrib.django import app

from . import issues, sending, trial

# Behind all else that waits: a code for somebody who signs in goes first.
BEHIND = -10


@app.task(name="newsletter.send", priority=BEHIND)
def send(issue_id: int) -> None:
    if sending.send_batch(issue_id):
        ask_for(issue_id, sending.PACE.total_seconds())


def ask_for(issue_id: int, after: float = 0) -> None:
    """Have the next letters of an issue sent; nothing when that is asked for already."""
    job = app.configure_task(
        "newsletter.send",
        queueing_lock=f"newsletter.send.{issue_id}",
        schedule_in={"seconds": int(after)},
        priority=BEHIND,
    )
    with contextlib.suppress(exceptions.AlreadyEnqueued), transaction.atomic():
        job.defer(issue_id=issue_id)


@app.task(name=trial.JOB, retry=RetryStrategy(max_attempts=4, wait=30))
def send_trial(user_id: int) -> None:
    trial.send(user_id)


@app.periodic(cron="* * * * *")
@app.task(name="newsletter.look", queueing_lock="newsletter.look")
def look(timestamp: int) -> None:
    """Make the issue whose time has come, give up what died, and ask for whatever is to be sent."""
    issues.make_due()
    for issue_id in sending.sweep():
        ask_for(issue_id)
