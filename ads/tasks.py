"""Jobs, as thin as they can be."""

from procrastinate.contrib.django import app

from . import partitions, proofs, reminders, roll_up

# Days that are rolled up once more at night, whatever was done with them before.
NIGHTLY_DAYS = 2


@app.periodic(cron="* * * * *")
@app.task(name="ads.roll_up", queueing_lock="ads.roll_up")
def roll_up_open_hours(timestamp: int) -> None:
    """The last hours, and what was missed while no job ran."""
    roll_up.catch_up()


@app.periodic(cron="5 3 * * *")
@app.task(name="ads.roll_up_again", queueing_lock="ads.roll_up_again")
def roll_up_again(timestamp: int) -> None:
    roll_up.again(NIGHTLY_DAYS)


@app.periodic(cron="0 * * * *")
@app.task(name="ads.make_partitions", queueing_lock="ads.make_partitions")
def make_partitions(timestamp: int) -> None:
    """Days ahead: each hour, since it costs nothing and the worker may sleep at any of them."""
    partitions.make_ahead()


@app.periodic(cron="5 0 * * *")
@app.task(name="ads.remind")
def remind(timestamp: int) -> None:
    """Before the desk comes in: the letter about flights that end."""
    reminders.remind()


@app.periodic(cron="15 * * * *")
@app.task(name="ads.take_proofs", queueing_lock="ads.take_proofs")
def take_proofs(timestamp: int) -> None:
    """Each hour a few, so that flights of the evening get theirs; none where there is no browser."""
    proofs.take_all()
