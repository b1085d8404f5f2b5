"""The sizes that placements are sold in: a closed list, so that each has its rule in the style sheet.

Figures are those of IAB's fixed-size units and what Indonesian sites sell beside them.
"""

from __future__ import annotations

# MRC Viewable Ad Impression Measurement Guidelines, 2014: half of the pixels, and 30 % of them
# above 242,000 px (the size of a 970×250).
LARGE_AREA = 242_000
PHONE_SIZES = ("320x50", "320x100", "300x250", "320x250", "300x600", "320x480")
DESKTOP_SIZES = (
    "468x60",
    "728x90",
    "970x90",
    "970x250",
    "300x250",
    "336x280",
    "300x600",
    "160x600",
    "640x360",
)
SIZES = tuple(dict.fromkeys(PHONE_SIZES + DESKTOP_SIZES))
PHONE_CHOICES = [(size, size.replace("x", " × ")) for size in PHONE_SIZES]
DESKTOP_CHOICES = [(size, size.replace("x", " × ")) for size in DESKTOP_SIZES]


def pixels(size: str) -> tuple[int, int]:
    """Width and height in CSS pixels. Raises ValueError for what is no size."""
    width, height = size.split("x")
    return int(width), int(height)


def needed_share(size: str) -> float:
    """The part of the area that has to be in the window for a view to count."""
    width, height = pixels(size)
    return 0.3 if width * height > LARGE_AREA else 0.5
