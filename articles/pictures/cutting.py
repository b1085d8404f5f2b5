"""Smaller pictures of a picture: whole or in a shape around what must stay visible."""

from __future__ import annotations

import io
from typing import IO, Any

from PIL import Image

from .shapes import CARD, CARD_BYTES, Cut, box_of, height_of

# Tried in turn until a card is light enough; a picture of pure noise is at the last.
_CARD_QUALITIES = (80, 70, 60, 50, 40, 30, 20, 10, 5)

# How much each format is asked for; chosen so that they look alike (docs/decisions/0005-what-is-kept-of-a-photo.md).
OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 80, "optimize": True, "progressive": True},
    "WEBP": {"quality": 76, "method": 4},
    "AVIF": {"quality": 60, "speed": 8, "max_threads": 1},
}
ORIGINAL_QUALITY = 84


def as_original(image: Image.Image) -> bytes:
    """The picture that everything else is made of, as JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=ORIGINAL_QUALITY, optimize=True, progressive=True)
    return out.getvalue()


class Original:
    """A picture of ours, opened once for all that is cut from it."""

    def __init__(self, file: IO[bytes], focus: tuple[float, float]) -> None:
        self._image = Image.open(file, formats=["JPEG"])
        self._image.load()
        self._focus = focus
        self._cut: tuple[tuple[str, int], Image.Image] | None = None

    def cut(self, cut: Cut) -> bytes:
        """The file of one cut."""
        key = (cut.shape, cut.width)
        # The formats of one cut follow each other.
        if self._cut is None or self._cut[0] != key:
            size = self._image.size
            aim = (cut.width, height_of(size, cut.shape, cut.width))
            box = box_of(size, cut.shape, self._focus)
            self._cut = (key, self._image.resize(aim, Image.Resampling.LANCZOS, box=box))
        if cut.shape == CARD:
            return _light(self._cut[1], cut.format)
        out = io.BytesIO()
        self._cut[1].save(out, cut.format, **OPTIONS[cut.format])
        return out.getvalue()


def _light(image: Image.Image, format: str) -> bytes:
    """At the best quality that makes it light enough for a card."""
    for quality in _CARD_QUALITIES:
        out = io.BytesIO()
        image.save(out, format, **OPTIONS[format] | {"quality": quality})
        if out.tell() <= CARD_BYTES:
            break
    return out.getvalue()
