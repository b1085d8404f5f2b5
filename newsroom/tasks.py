"""Jobs that belong to no single app, as thin as they can be."""

from procrastinate.contrib.django import app

from . import mail


@app.task(name="newsroom.deliver_mail", queue="mail")
def deliver_mail(mail_id: int) -> None:
    mail.deliver(mail_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="newsroom.sweep_outbox", queue="mail")
def sweep_outbox(timestamp: int) -> None:
    mail.sweep()
