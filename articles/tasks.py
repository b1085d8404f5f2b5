"""Jobs, as thin as they can be: a key in, fetch, one call."""

from procrastinate.contrib.django import app

from . import photos
from .models import Photo
from .people import suspects


@app.task(name="articles.make_renditions", queue="media", retry=3)
def make_renditions(photo_id: int) -> None:
    """Make the smaller versions of a photo; nothing to do when it is gone."""
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is not None:
        photos.make_renditions(photo)


@app.periodic(cron="35 2 * * *")
@app.task(name="articles.find_duplicates", queueing_lock="articles.find_duplicates")
def find_duplicates(timestamp: int) -> None:
    """Before the desk comes in: which people may have been entered twice."""
    suspects.find()
