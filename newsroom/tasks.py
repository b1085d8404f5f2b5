"""Jobs that belong to no single app, as thin as they can be."""

from procrastinate.contrib.django import app

from . import mail, sweeping
from .watch import jobs


@app.task(name="newsroom.deliver_mail", queue="mail")
def deliver_mail(mail_id: int) -> None:
    mail.deliver(mail_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="newsroom.sweep_outbox", queue="mail")
def sweep_outbox(timestamp: int) -> None:
    mail.sweep()


@app.periodic(cron="25 * * * *")
@app.task(name="newsroom.forget", queueing_lock="newsroom.forget")
def forget(timestamp: int) -> None:
    """Let go of what is old: each kind of `newsroom.retention.table` whose time it is."""
    from .retention import forgetting  # the rules of all apps, which only this job needs

    forgetting.forget_due()


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="newsroom.sweep_identities_lately",
    lock="newsroom.sweep_identities",
    queueing_lock="newsroom.sweep_identities_lately",
)
def sweep_identities_lately(timestamp: int) -> None:
    """Whether something of late names somebody whom a story protects."""
    sweeping.sweep_lately()


@app.periodic(cron="10 3 * * *")
@app.task(
    name="newsroom.sweep_identities",
    lock="newsroom.sweep_identities",
    queueing_lock="newsroom.sweep_identities",
)
def sweep_identities(timestamp: int) -> None:
    """The same of all stories, before the desk comes in."""
    sweeping.sweep()


@app.periodic(cron="* * * * *")
@app.task(name="newsroom.take_from_dead_workers", queueing_lock="newsroom.take_from_dead_workers")
def take_from_dead_workers(timestamp: int) -> None:
    jobs.take_from_dead_workers()
