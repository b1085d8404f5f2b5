"""Jobs that belong to no single app, as thin as they can be."""

from importlib import import_module

from django.conf import settings
from procrastinate.contrib.django import app

from accounts import devices, doors, limits

from . import mail
from .watch import jobs


@app.task(name="newsroom.deliver_mail", queue="mail")
def deliver_mail(mail_id: int) -> None:
    mail.deliver(mail_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="newsroom.sweep_outbox", queue="mail")
def sweep_outbox(timestamp: int) -> None:
    mail.sweep()


@app.periodic(cron="17 3 * * *")
@app.task(name="newsroom.forget_old", queue="mail")
def forget_old(timestamp: int) -> None:
    """What is kept for days only: letters, ended jobs, addresses that nobody proved, counted tries,
    devices, sessions."""
    mail.forget_old()
    jobs.forget_ended()
    doors.forget_unproven()
    limits.forget_old()
    devices.forget_old()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@app.periodic(cron="* * * * *")
@app.task(name="newsroom.take_from_dead_workers", queueing_lock="newsroom.take_from_dead_workers")
def take_from_dead_workers(timestamp: int) -> None:
    jobs.take_from_dead_workers()
