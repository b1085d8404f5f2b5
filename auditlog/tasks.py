"""Jobs, as thin as they can be."""

from procrastinate.contrib.django import app

from . import chain


@app.periodic(cron="* * * * *")
@app.task(name="auditlog.seal", queueing_lock="auditlog.seal")
def seal(timestamp: int) -> None:
    """Take what was written since into the chain."""
    chain.seal()


@app.periodic(cron="20 4 * * *")
@app.task(name="auditlog.check", queueing_lock="auditlog.check")
def check(timestamp: int) -> None:
    """Read the whole chain; where it is broken the job fails, and the desk shows at which row."""
    chain.check()
