"""Pictures on their way in: whatever comes is decoded, checked and written anew.

What is kept is never the file that was sent, so nothing that hides in a file (scripts, places,
names, serial numbers) reaches a reader. Names are the hash of the contents: a file never
changes under its address and can be cached for good.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from ..models import Photo
from . import renditions, workshop
from .files import content_name, keep_for_sender, on_disk

if TYPE_CHECKING:
    from PIL import Image

    from accounts.models import User

_LENGTHS = {"credit": 200, "alt_text": 300}


def store(
    file: IO[bytes] | File[Any],
    *,
    by: User | None,
    caption: str = "",
    credit: str = "",
    alt_text: str = "",
) -> Photo:
    """Keep `file` as a photo of the library and return it.

    The same file sent again gives the photo that is there already (or the one that has replaced it),
    with empty texts filled in. The picture stands upright, is at most 2,400 pixels long, sRGB, the
    first frame if it moved, and carries no metadata. Caption, credit, alternative text and day that
    the file itself names (IPTC, XMP, EXIF) are taken where nobody gave any. Renditions follow by a
    job once the transaction commits. Raises PhotoRefused, whose text is one sentence for the sender,
    for anything that is not a usable picture, and when it cannot be kept just now.
    """
    given = {"caption": caption, "credit": credit, "alt_text": alt_text}
    texts = {name: text.strip()[: _LENGTHS.get(name)] for name, text in given.items()}
    with on_disk(file) as (source, digest):
        if known := _known(digest):
            return _fill_in(known, texts)
        taken = workshop.read(source)
    said = {name: text or taken.words[name] for name, text in texts.items()}
    photo = Photo(
        source_sha256=digest,
        created_by=by,
        taken_on=taken.words["taken_on"],
        is_ai_generated=taken.words["is_ai_generated"],
        **said,
    )
    name = content_name(taken.jpeg, ".jpg")
    photo.image.name = keep_for_sender(photo.image.storage, name, taken.jpeg)
    photo.width, photo.height = taken.size
    try:
        with transaction.atomic():
            photo.save()
    except IntegrityError:
        # The same file arrived twice at the same moment.
        if known := _known(digest):
            return _fill_in(known, texts)
        raise
    renditions.ask_for(photo)
    return photo


def decode(file: IO[bytes] | File[Any]) -> Image.Image:
    """Any file as an upright 8-bit sRGB picture, at most 2,400 long: the first frame if it moved.

    For what is not kept in the library of photos. Raises PhotoRefused for anything that is not a
    usable picture; nothing of the file but its pixels is in what is returned.
    """
    from PIL import Image  # here: every process loads this module, and few take pictures in

    with on_disk(file) as (source, _digest):
        size, pixels = workshop.read_pixels(source)
    return Image.frombytes("RGB", size, pixels)


def _known(digest: str) -> Photo | None:
    photo = Photo.objects.filter(source_sha256=digest).select_related("replaced_by").first()
    return photo and photo.standing


def _fill_in(photo: Photo, texts: dict[str, str]) -> Photo:
    missing = [field for field, text in texts.items() if text and not getattr(photo, field)]
    for field in missing:
        setattr(photo, field, texts[field])
    if missing:
        photo.save(update_fields=missing)
    return photo
