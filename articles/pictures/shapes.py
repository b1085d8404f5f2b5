"""Which parts of a picture are cut out of it, in plain numbers; `cutting` does it.

Apart from it because every page asks for shapes, and only the process that cuts needs Pillow.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

# Width to height. "" is the whole picture, as it is.
SHAPES = {"": (0, 0), "1:1": (1, 1), "4:3": (4, 3), "16:9": (16, 9), "40:21": (40, 21)}
# What messengers show beside an address, always in this width. WhatsApp shows no picture of 300 KB or more.
CARD, CARD_WIDTH, CARD_BYTES = "40:21", 1200, 300_000 - 1
ENDINGS = {"JPEG": ".jpg", "WEBP": ".webp", "AVIF": ".avif"}


@dataclass(frozen=True)
class Cut:
    """One file to be made: a shape, how wide, in which format."""

    shape: str
    format: str
    width: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def box_of(
    size: tuple[int, int], shape: str, focus: tuple[float, float]
) -> tuple[int, int, int, int]:
    """The largest part of that shape, as near around the focal point as the picture allows."""
    width, height = size
    if not shape:
        return 0, 0, width, height
    across, down = SHAPES[shape]
    part = min(width / across, height / down)
    part_width, part_height = min(round(part * across), width), min(round(part * down), height)
    left = min(max(round(focus[0] * width - part_width / 2), 0), width - part_width)
    top = min(max(round(focus[1] * height - part_height / 2), 0), height - part_height)
    return left, top, left + part_width, top + part_height


def height_of(size: tuple[int, int], shape: str, width: int) -> int:
    """How high a cut of that width is."""
    across, down = SHAPES[shape] if shape else size
    return max(round(width * down / across), 1)
