"""Jobs, as thin as they can be: a key in, fetch, one call."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import photos, websub
from .copydesk import archive
from .models import Photo
from .people import suspects

# 3, 9, 27, 81 and 243 s later a store that was away for a moment is back. Where it is away for longer,
# `make_due_renditions` finds what is missing.
_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=3)


@app.task(name="articles.make_renditions", queue="media", retry=_AGAIN)
def make_renditions(photo_id: int) -> None:
    """Make the smaller versions of a photo; nothing to do when it is gone."""
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is not None:
        photos.make_renditions(photo)


@app.periodic(cron="*/20 * * * *")
@app.task(
    name="articles.make_due_renditions", queue="media", queueing_lock="articles.make_due_renditions"
)
def make_due_renditions(timestamp: int) -> None:
    """What no job has made: one was lost with a server, or the recipe is a new one."""
    photos.make_due_renditions()


@app.periodic(cron="* * * * *")
@app.task(name="articles.tell_hub", queue="mail", queueing_lock="articles.tell_hub")
def tell_hub(timestamp: int) -> None:
    """Say which feeds have changed, where a hub is set; what could not be said is said a minute later."""
    websub.tell()


@app.periodic(cron="35 2 * * *")
@app.task(name="articles.find_duplicates", queueing_lock="articles.find_duplicates")
def find_duplicates(timestamp: int) -> None:
    """Before the desk comes in: which people may have been entered twice."""
    suspects.find()


@app.task(name="articles.count_words_of", retry=3)
def count_words_of(article_id: int) -> None:
    """Count the words of a story into the archive's; nothing to do when it is not public."""
    archive.add_story(article_id)


@app.periodic(cron="40 4 * * 0")
@app.task(name="articles.recount_words")
def recount_words(timestamp: int) -> None:
    """Count the archive's words anew: stories are edited and withdrawn meanwhile."""
    archive.recount()
