"""The demo's advertisements as pictures: two lines and who it is, set in the house's own letters."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from ads.sizes import pixels

SERIF = Path(__file__).resolve().parents[2] / "static" / "site" / "fonts" / "newsroom-serif.woff2"
PAPER = "#fbf8f2"


def picture(lines: list[str], colour: str, size: str) -> io.BytesIO:
    """A PNG twice as large as `size`: a headline, a sentence and a name with its telephone.

    Wide ones set the name beside the text, tall ones below it.
    """
    width, height = (2 * side for side in pixels(size))
    image = Image.new("RGB", (width, height), PAPER)
    canvas = ImageDraw.Draw(image)
    headline, sentence, name = lines
    margin = max(12, min(width, height) // 9)
    if width > 5 * height:
        # The band of the house colour at the left takes the name.
        band = width * 3 // 10
        canvas.rectangle((0, 0, band, height), fill=colour)
        place, _dot, telephone = name.partition(" · ")
        _set(canvas, [place, telephone], (margin, margin, band - margin, height - margin), PAPER)
        box = (band + margin, margin, width - margin, height - margin)
        _set(canvas, [headline, sentence], box, "#1b1b1b", first=colour)
    else:
        band = height * (3 if width > 2 * height else 2) // 10
        canvas.rectangle((0, height - band, width, height), fill=colour)
        inner = (margin, height - band + margin // 3, width - margin, height - margin // 3)
        # On a tall one the telephone has a line of its own.
        parts = name.split(" · ") if height > width else [name]
        _set(canvas, parts, inner, PAPER)
        box = (margin, margin // 2, width - margin, height - band - margin // 2)
        _set(canvas, [headline, sentence], box, "#1b1b1b", first=colour)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    out.seek(0)
    return out


def _set(
    canvas: ImageDraw.ImageDraw,
    texts: list[str],
    box: tuple[int, int, int, int],
    colour: str,
    *,
    first: str = "",
) -> None:
    """Set texts below each other in a box, as large as they go; the first one larger and bolder."""
    left, top, right, bottom = box
    for scale in range(84, 13, -2):
        lines = []
        for place, text in enumerate(texts):
            font = _serif(scale) if not place else _serif(max(20, scale * 6 // 10), 450)
            lines += [(line, font, not place) for line in _wrapped(text, font, right - left)]
        tall = sum(_leading(font) for _line, font, _first in lines)
        if tall <= bottom - top and all(f.getlength(line) <= right - left for line, f, _ in lines):
            break
    y = top + (bottom - top - tall) / 2
    for line, font, is_first in lines:
        canvas.text((left, y), line, font=font, fill=first if is_first and first else colour)
        y += _leading(font)


def _wrapped(text: str, font: Any, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _leading(font: Any) -> float:
    return float(font.size) * 1.22


@lru_cache
def _serif(size: int, weight: int = 600) -> Any:
    font = ImageFont.truetype(str(SERIF), size)
    font.set_variation_by_axes([weight, 40])
    return font
