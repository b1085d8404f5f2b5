"""Jobs that belong to no single app, as thin as they can be."""

from importlib import import_module

from django.conf import settings
from procrastinate.contrib.django import app

from accounts import doors

from . import mail


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
    """What is kept for days only: letters, addresses that nobody proved, sessions."""
    mail.forget_old()
    doors.forget_unproven()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
