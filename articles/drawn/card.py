"""The card that stands beside a shared address where there is no photo: 1200×630, as messengers show it."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from .type import face, fitted, settable, shortened, turn

if TYPE_CHECKING:
    from PIL import Image

# https://ogp.me names no size; this is what Facebook and WhatsApp show large without cutting it.
WIDTH, HEIGHT = 1200, 630
# Counts up when cards are drawn otherwise: their addresses change then.
RECIPE = 1
_MARK_LENGTH = 12

_PAPER, _INK, _QUIET, _RULE, _HOUSE = "#fffefb", "#1c1a17", "#5c574f", "#d8d2c6", "#8e2a1c"
_EDGE = 72
_LABEL_SIZE, _NAME_SIZE, _FOOT_SIZE = 30, 40, 28
_LABEL_TOP, _HEADLINE_TOP, _FOOT_RULE = 92, 164, 530
_HEADLINE_SIZES = (128, 108, 92, 84, 76, 68, 62, 56, 50, 45, 40)
_LEADING = 1.12
_UNDER_SIZES, _UNDER_ROOM, _UNDER_GAP = (44, 40, 36), 110, 22
# Colours of the picture: letters have edges between two of them.
_COLOURS = 48


@dataclass(frozen=True)
class Card:
    """What stands on a card.

    Attributes:
        name: of the publication.
        label: what must stand with the story wherever it shows ("Advertorial"), if anything.
        over: the line above the headline, in `colour` (#rrggbb).
        under: what stands below the headline, in one line or two.
        foot: what stands opposite to the name.
    """

    name: str
    headline: str
    label: str = ""
    over: str = ""
    under: str = ""
    colour: str = _HOUSE
    foot: str = ""

    @property
    def mark(self) -> str:
        """Another one whenever another picture would be drawn."""
        told = json.dumps([RECIPE, asdict(self)], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:_MARK_LENGTH]

    def as_png(self) -> bytes:
        """The picture, of some twenty kilobytes; takes some tens of milliseconds of a processor."""
        with turn:
            return _png(self._drawn())

    def _drawn(self) -> Image.Image:
        # Here: every page names its picture, and few processes draw one.
        from PIL import Image, ImageDraw

        image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        pen = ImageDraw.Draw(image)
        right = WIDTH - _EDGE
        pen.rectangle((_EDGE, 58, right, 63), fill=self.colour)
        left = float(_EDGE)
        for words, colour in ((self.label, _INK), (self.over, self.colour)):
            if words := settable(words):
                font = face(_LABEL_SIZE, 700 if words == self.label else 600)
                words = shortened(words, font, right - left)
                pen.text((left, _LABEL_TOP), words, fill=colour, font=font)
                left += font.getlength(words) + 28
        under = settable(self.under)
        room = _FOOT_RULE - 24 - _HEADLINE_TOP - (_UNDER_ROOM + _UNDER_GAP if under else 0)
        # Of another script there is no letter in the face: the name then says whose page it is.
        headline = settable(self.headline) or settable(self.name)
        top = float(_HEADLINE_TOP)
        for words, sizes, height, colour in (
            (headline, _HEADLINE_SIZES, room, _INK),
            (under, _UNDER_SIZES, _UNDER_ROOM, _QUIET),
        ):
            if words:
                font, lines = fitted(words, sizes, right - _EDGE, height, _LEADING)
                for line in lines:
                    pen.text((_EDGE, top), line, fill=colour, font=font)
                    top += font.size * _LEADING
                top += _UNDER_GAP
        pen.rectangle((_EDGE, _FOOT_RULE, right, _FOOT_RULE + 1), fill=_RULE)
        baseline = _FOOT_RULE + 58
        font = face(_FOOT_SIZE, 400)
        foot = shortened(settable(self.foot), font, (right - _EDGE) * 0.6)
        pen.text((right, baseline), foot, fill=_QUIET, font=font, anchor="rs")
        name_font = face(_NAME_SIZE, 700)
        room_for_name = right - _EDGE - font.getlength(foot) - 40
        name = shortened(settable(self.name), name_font, room_for_name)
        pen.text((_EDGE, baseline), name, fill=_HOUSE, font=name_font, anchor="ls")
        return image


def _png(image: Image.Image) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    flat = image.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    flat.save(out, "PNG", optimize=True)
    return out.getvalue()
