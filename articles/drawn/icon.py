"""The publication's icon: the initials of its name in the house's colour, as a telephone shows it among others."""

from __future__ import annotations

import hashlib
import io

from .type import face, settable, turn

RECIPE = 1
# By what they are called in addresses: how many pixels, and which part of the width the letters may take. A
# "maskable" icon is cut to whatever shape a telephone likes; what stands in the middle 80 per cent is always seen
# (https://www.w3.org/TR/appmanifest/#icon-masks).
KINDS = {"180": (180, 0.66), "192": (192, 0.66), "512": (512, 0.66), "maskable": (512, 0.46)}
_GROUND, _LETTERS = "#8e2a1c", "#fffefb"
# The bars of static/site/icon.svg, in its 32 units, for a name without a letter that the face has.
_BARS = ((7, 8, 25, 11), (7, 14, 15, 24), (18, 14, 25, 16), (18, 18, 25, 20), (18, 22, 25, 24))


def initials_of(name: str) -> str:
    """Of the first two words at most that begin with a letter or a figure."""
    words = [word for word in settable(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


def mark_of(name: str) -> str:
    """Another one whenever another picture would be drawn."""
    return hashlib.sha256(f"{RECIPE} {initials_of(name)}".encode()).hexdigest()[:12]


def as_png(name: str, kind: str) -> bytes:
    """The icon of that kind. Raises KeyError for one that is not of KINDS."""
    # Here: every page names its picture, and few processes draw one.
    from PIL import Image, ImageDraw

    side, share = KINDS[kind]
    with turn:
        image = Image.new("RGB", (side, side), _GROUND)
        pen = ImageDraw.Draw(image)
        if initials := initials_of(name):
            size = round(side * share)
            while face(size, 700).getlength(initials) > side * share:
                size -= max(size // 20, 1)
            font = face(size, 700)
            left, top, right, bottom = font.getbbox(initials, anchor="ls")
            at = (side - left - right) / 2, (side - top - bottom) / 2
            pen.text(at, initials, fill=_LETTERS, font=font, anchor="ls")
        else:
            unit = side / 32 * (share / 0.66)
            shift = (side - 32 * unit) / 2
            for x0, y0, x1, y1 in _BARS:
                box = (
                    x0 * unit + shift,
                    y0 * unit + shift,
                    x1 * unit + shift - 1,
                    y1 * unit + shift - 1,
                )
                pen.rectangle(box, fill=_LETTERS)
        out = io.BytesIO()
        image.quantize(32, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
