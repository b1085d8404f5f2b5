"""Which smaller versions a photo has, and the job that makes them.

A page is complete without them. Whether those of a photo are what they should be is asked of the
photo (`due`), not of the queue: a job that was lost, a server that stopped in the middle and a focal
point that moved are found by the same query.
"""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..models import Photo
from ..models.photos import RECIPE, UNFINISHED, Rendition
from ..pictures.shapes import CARD, CARD_WIDTH, ENDINGS, Cut, box_of, height_of
from . import workshop
from .files import content_name, keep

_LOG = logging.getLogger(__name__)

_ALL = ("JPEG", "WEBP", "AVIF")
# By shape: widths and their formats. What pages show is there in each format; what only machines
# ask for (cards of messengers, search engines: 1200 pixels and all three shapes) is JPEG.
# A change of this is a new RECIPE.
WIDTHS: dict[str, dict[int, tuple[str, ...]]] = {
    "": dict.fromkeys((360, 720, 1080, 1600), _ALL),
    "16:9": dict.fromkeys((360, 720, 1200), _ALL),
    "4:3": {360: _ALL, 720: _ALL, 1200: ("JPEG",)},
    "1:1": {360: _ALL, 1200: ("JPEG",)},
}
# A narrower photo makes no card: enlarged more than twice it would look like a fault.
_CARD_LEAST = CARD_WIDTH // 2
# Recipes whose files are still what this one would make.
_USABLE_RECIPES = (UNFINISHED, 1, RECIPE)
# The quick formats first: a page has smaller versions seconds after the photo came.
_STAGES = (("JPEG", "WEBP"), ("AVIF",))
# How often a focal point may move while its cuts are being made.
_ATTEMPTS = 3
_SETTLED = datetime.timedelta(minutes=10)
_MOST_AT_ONCE = 500


def wanted(photo: Photo) -> list[Cut]:
    """The files a photo should have: none wider than it is but for the card, and each shape at least once."""
    cuts = []
    for shape, formats_of in WIDTHS.items():
        left, _top, right, _bottom = box_of((photo.width, photo.height), shape, photo.focus)
        most = right - left
        if not shape:
            widths = {width: formats for width, formats in formats_of.items() if width < most}
        else:
            widths = {width: formats for width, formats in formats_of.items() if width <= most}
            widest = max(formats_of)
            if most < widest:
                # A small photo: what there is, instead of the width that it cannot have.
                widths.setdefault(most, formats_of[widest])
            if not any(set(_ALL) <= set(formats) for formats in widths.values()):
                widths[most] = _ALL
        cuts += [Cut(shape, format, width) for width in sorted(widths) for format in widths[width]]
    left, _top, right, _bottom = box_of((photo.width, photo.height), CARD, photo.focus)
    if right - left >= _CARD_LEAST:
        cuts.append(Cut(CARD, "JPEG", CARD_WIDTH))
    return cuts


def ask_for(photo: Photo) -> None:
    """Have the renditions made once the transaction commits; asking twice is harmless.

    For who has moved a focal point: `move_focal_point` asks by itself.
    """
    # tasks.py imports this package: the job is thin and the work is here.
    from ..tasks import make_renditions as job

    # Written in the same transaction as the photo: the job exists if and only if the photo does.
    job.defer(photo_id=photo.pk)


def move_focal_point(photo: Photo, x: float, y: float) -> None:
    """Say what must stay visible: fractions from the left and from the top, 0 to 1.

    The cuts are made anew by a job; until then pages show the whole picture, cut by the browser
    around the new point. Raises ValueError outside of the picture.
    """
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError("The focal point lies inside the picture")
    if (photo.focal_x, photo.focal_y) == (x, y):
        return
    photo.focal_x, photo.focal_y = x, y
    with transaction.atomic():
        photo.save(update_fields=["focal_x", "focal_y"])
        ask_for(photo)


def due() -> QuerySet[Photo]:
    """Photos whose renditions are not what they should be, the newest first."""
    return Photo.objects.filter(Photo.IS_DUE).order_by("-id")


def make_due(seconds: float = 60, settled_after: datetime.timedelta = _SETTLED) -> int:
    """Make what is due, for as long as `seconds`; returns for how many photos.

    Photos that came within `settled_after` are left to their own job.
    """
    until = time.monotonic() + seconds
    count = 0
    before = timezone.now() - settled_after
    for photo in due().filter(created_at__lt=before)[:_MOST_AT_ONCE]:
        make(photo)
        count += 1
        if time.monotonic() > until:
            break
    return count


def make(photo: Photo) -> None:
    """Write the files that are missing, and note them on the photo. Doing it twice is harmless.

    What an earlier attempt has written is not written again.
    """
    for _attempt in range(_ATTEMPTS):
        if _make(photo):
            return
        photo.refresh_from_db()


def _make(photo: Photo) -> bool:
    """False when the focal point moved meanwhile."""
    focus = photo.focus
    cuts = wanted(photo)
    have = {_key(one): one for one in _usable(photo)}
    for stage in _STAGES:
        missing = [
            c for c in cuts if c.format in stage and (c.shape, c.format, c.width) not in have
        ]
        try:
            made = _write(photo, missing, focus)
        except FileNotFoundError:
            # Its file is lost: no rendition can be made, and trying again would change nothing.
            _LOG.error("The file of photo %s is missing: %s", photo.pk, photo.image.name)
            have, made = {}, []
        have |= {_key(one): one for one in made}
        known = [have[key] for cut in cuts if (key := (cut.shape, cut.format, cut.width)) in have]
        # The shapes that are there are those of this focal point, and no others.
        is_finished = stage == _STAGES[-1] and (len(known) == len(cuts) or not have)
        values: dict[str, Any] = {
            "renditions": [one.as_json() for one in known],
            "rendered_focal_x": focus[0],
            "rendered_focal_y": focus[1],
            "rendered_recipe": RECIPE if is_finished else UNFINISHED,
        }
        row = Photo.objects.filter(pk=photo.pk, focal_x=focus[0], focal_y=focus[1])
        if not row.update(**values):
            return not Photo.objects.filter(pk=photo.pk).exists()
        for name, value in values.items():
            setattr(photo, name, value)
    return True


def _write(photo: Photo, cuts: list[Cut], focus: tuple[float, float]) -> Iterable[Rendition]:
    if not cuts:
        return []
    storage = photo.image.storage
    written = []
    with storage.open(photo.image.name) as file:
        for made in workshop.cut(file, cuts, focus):
            cut = made.cut
            name = keep(storage, content_name(made.contents, ENDINGS[cut.format]), made.contents)
            height = height_of((photo.width, photo.height), cut.shape, cut.width)
            written.append(Rendition(name, cut.width, height, cut.shape, len(made.contents)))
    return written


def _usable(photo: Photo) -> list[Rendition]:
    """What is there already: of the shapes only those around the focal point of now."""
    if photo.rendered_recipe not in _USABLE_RECIPES:
        return []
    storage = photo.image.storage
    shapes = photo.has_fresh_shapes
    return [
        one
        for one in photo.all_renditions
        if one.size and (shapes or not one.shape) and storage.exists(one.name)
    ]


def _key(one: Rendition) -> tuple[str, str, int]:
    return one.shape, one.format, one.width
