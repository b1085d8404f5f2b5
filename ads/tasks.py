"""Jobs of advertising, as thin as they can be."""

from procrastinate.contrib.django import app

from . import reminders


@app.periodic(cron="5 0 * * *")
@app.task(name="ads.remind")
def remind(timestamp: int) -> None:
    """In the morning of eastern clocks: the letter about flights that end."""
    reminders.remind()
