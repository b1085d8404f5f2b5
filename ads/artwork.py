"""Pictures of advertisers on their way in: decoded, fitted to a size that is sold, and written anew.

What is kept is never the file that was sent. Names are the hash of the contents, so a file never changes
under its address, and their folder is neutral: blockers go by names.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from articles.photos import PhotoRefused, decode, keep_for_sender

from .models import Flight
from .sizes import SIZES, pixels

if TYPE_CHECKING:
    from PIL import Image

# {"320x100": {"name": …, "width": …, "height": …}}, as `Creative.images` keeps it.
Images = dict[str, dict[str, Any]]

FOLDER = "sela"
# A page with three of them stays light on a phone.
MOST_BYTES = 150_000
# Below the last one, half as many pixels look better.
QUALITIES = (86, 78, 70, 60, 48, 36)
POOR = (24, 12, 1)
# By how much the sides of a larger picture may be off the size's own.
TOLERANCE = 0.01


class ArtworkRefused(Exception):
    """A file that cannot be shown in any size; `str()` is the reason, for the person who sent it."""


def take_in(files: Iterable[IO[bytes] | File[Any]], wanted: Iterable[str]) -> Images:
    """Keep each file in the size that it fits, and return them by size.

    A file that is exactly a size, or exactly twice as large, is that size; a larger one of the same shape
    is made smaller. Where two files fit the same size the later one counts.

    Args:
        files: uploads; the first frame of one that moves is taken.
        wanted: the sizes of the flight's placements; a picture that fits none of them may still be one
            of the other sizes of `ads.sizes`.
    Raises ArtworkRefused, naming the file, its size and the sizes that are wanted, or saying that nothing can be
    kept now. No creative has a picture then.
    """
    wanted = list(dict.fromkeys(wanted))
    made: list[tuple[str, Image.Image]] = []
    for file in files:
        name = str(getattr(file, "name", "") or "")
        try:
            picture = decode(file)
        except PhotoRefused as refused:
            raise ArtworkRefused(f"{name}: {refused}" if name else str(refused)) from refused
        size = size_for(picture.size, wanted)
        if size is None:
            raise ArtworkRefused(_does_not_fit(name, picture.size, wanted))
        made.append((size, _fitted(picture, size)))
    return {size: _keep(picture, size) for size, picture in made}


def size_for(dimensions: tuple[int, int], wanted: Iterable[str]) -> str | None:
    """The size that a picture of these pixels is for; None when there is none.

    Exactly once or twice a size first, then the largest that it can be made smaller to; sizes that are
    wanted before the others.
    """
    width, height = dimensions
    for sizes in (list(wanted), list(SIZES)):
        for size in sizes:
            if (width, height) in _exact(size):
                return size
        fitting = [size for size in sizes if _can_shrink(width, height, size)]
        if fitting:
            return max(fitting, key=lambda size: (pixels(size)[0] * pixels(size)[1], size))
    return None


def sizes_of(flight: Flight) -> list[str]:
    """The sizes that a flight's placements show, on the screens that it is for."""
    sizes: dict[str, None] = {}
    for placement in flight.placements.all():
        for device, size in placement.sizes.items():
            if flight.device in ("", device):
                sizes[size] = None
    return list(sizes)


def in_words(sizes: Iterable[str]) -> str:
    """ "320 × 100, 970 × 90"; each may be twice as large."""
    return ", ".join(size.replace("x", " × ") for size in sizes)


def _exact(size: str) -> list[tuple[int, int]]:
    width, height = pixels(size)
    return [(width, height), (2 * width, 2 * height)]


def _can_shrink(width: int, height: int, size: str) -> bool:
    aim_width, aim_height = pixels(size)
    if width < aim_width or height < aim_height:
        return False
    ratio = (width / height) / (aim_width / aim_height)
    return abs(ratio - 1) <= TOLERANCE


def _fitted(picture: Image.Image, size: str) -> Image.Image:
    """Once the size, or twice when there are pixels for that."""
    from PIL import Image  # here, as in articles.photos.taking

    once, twice = _exact(size)
    is_large = picture.size[0] >= twice[0] and picture.size[1] >= twice[1]
    aim = twice if is_large else once
    return picture if picture.size == aim else picture.resize(aim, Image.Resampling.LANCZOS)


def _does_not_fit(name: str, dimensions: tuple[int, int], wanted: list[str]) -> str:
    is_of = _("%(name)s has %(width)d × %(height)d pixels.") % {
        "name": name or _("The picture"),
        "width": dimensions[0],
        "height": dimensions[1],
    }
    if not wanted:
        is_none = _("That is none of the sizes that are sold.")
        return f"{is_of} {is_none}"
    wants = _("This flight shows %(sizes)s, or twice as large.") % {"sizes": in_words(wanted)}
    return f"{is_of} {wants}"


def _keep(picture: Image.Image, size: str) -> dict[str, Any]:
    contents = _as_webp(picture, QUALITIES)
    if len(contents) > MOST_BYTES:
        from PIL import Image  # as above

        picture = picture.resize(pixels(size), Image.Resampling.LANCZOS)
        contents = _as_webp(picture, QUALITIES + POOR)
    digest = hashlib.sha256(contents).hexdigest()[:32]
    name = f"{FOLDER}/{digest[:2]}/{digest}.webp"
    try:
        name = keep_for_sender(default_storage, name, contents)
    except PhotoRefused as refused:
        raise ArtworkRefused(str(refused)) from refused
    return {"name": name, "width": picture.size[0], "height": picture.size[1]}


def _as_webp(picture: Image.Image, qualities: Iterable[int]) -> bytes:
    """As good as MOST_BYTES allow, and with the last quality whatever comes of it."""
    contents = b""
    for quality in qualities:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=4)
        contents = out.getvalue()
        if len(contents) <= MOST_BYTES:
            break
    return contents
