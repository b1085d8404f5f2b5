"""How the proof of showing is set: letters, tables, charts and the foot of each page."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image as Picture
from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Image, LongTable, Paragraph, TableStyle

from .. import charts
from . import pictures

logger = logging.getLogger(__name__)

MARGIN = 18 * mm
_PADDING = 6  # of the frame that text flows in, in points
WIDTH = A4[0] - 2 * (MARGIN + _PADDING)
INK, QUIET, RULE = (
    colors.HexColor("#1c1a17"),
    colors.HexColor("#5c574f"),
    colors.HexColor("#d8d2c6"),
)
HOUSE = colors.HexColor("#8e2a1c")
# Stands where a character was that the letters do not have, so that nothing is left out unseen.
MISSING = "\u25a1"
# Pictures are written for paper: what a screen shows twice as fine is not needed there.
_MOST_PIXELS = 1000
_ANCHORS = {"start": "start", "middle": "middle", "end": "end"}


@cache
def letters() -> dict[str, frozenset[int]]:
    """Register the letters, and tell which characters each face has.

    Bitstream Vera comes with reportlab (its licence lets it be embedded); only the letters that are
    used go into the file. The standard faces of PDF have no more than Windows-1252.
    """
    faces = {}
    for name in ("Vera", "VeraBd", "VeraIt"):
        font = TTFont(name, f"{name}.ttf")
        pdfmetrics.registerFont(font)
        faces[name] = frozenset(font.face.charToGlyph)
    return faces


def plain(text: Any, face: str = "Vera") -> str:
    """Text for a cell: on one line, with what the letters lack replaced by a mark."""
    known = letters()[face]
    mark = MISSING if ord(MISSING) in known else "?"
    words = " ".join(str(text).split())
    return "".join(sign if ord(sign) in known else mark for sign in words if sign.isprintable())


def marked(text: Any, face: str = "Vera") -> str:
    """The same for a Paragraph, whose markup nobody may write through a name."""
    return escape(plain(text, face))


@cache
def styles() -> dict[str, ParagraphStyle]:
    letters()
    body = ParagraphStyle(
        "body", fontName="Vera", fontSize=8.5, leading=12, textColor=INK, alignment=TA_LEFT
    )
    return {
        "body": body,
        "quiet": ParagraphStyle("quiet", body, fontSize=7.5, leading=10.5, textColor=QUIET),
        "name": ParagraphStyle("name", body, fontName="VeraBd", fontSize=13, leading=17),
        "title": ParagraphStyle(
            "title", body, fontName="VeraBd", fontSize=16, leading=21, spaceBefore=14, spaceAfter=8
        ),
        "part": ParagraphStyle(
            "part", body, fontName="VeraBd", fontSize=10.5, leading=14, spaceBefore=14, spaceAfter=4
        ),
        "label": ParagraphStyle("label", body, fontName="VeraBd", spaceBefore=8, spaceAfter=3),
        "code": ParagraphStyle("code", body, fontSize=7, leading=10, wordWrap="CJK"),
    }


def paragraph(text: Any, style: str = "body") -> Paragraph:
    chosen = styles()[style]
    return Paragraph(marked(text, chosen.fontName), chosen)


def table(
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float] | None = None,
    *,
    has_head: bool = True,
    has_total: bool = False,
) -> LongTable:
    """Numbers on the right, the first column on the left; the head again on each page.

    Args:
        rows: texts (not escaped) or flowables.
        widths: parts of the width of the page.
    """
    cells = [[one if hasattr(one, "wrap") else plain(one) for one in row] for row in rows]
    columns = len(cells[0])
    parts = widths or [2, *[1] * (columns - 1)]
    look = [
        ("FONT", (0, 0), (-1, -1), "Vera", 7.5, 10),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
    ]
    if has_head:
        look += [("TEXTCOLOR", (0, 0), (-1, 0), QUIET), ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK)]
    if has_total:
        look.append(("FONT", (0, -1), (-1, -1), "VeraBd", 7.5, 10))
    made = LongTable(
        cells,
        colWidths=[WIDTH * part / sum(parts) for part in parts],
        repeatRows=1 if has_head else 0,
        hAlign="LEFT",
    )
    made.setStyle(TableStyle(look))
    return made


def picture(name: str, most_width: float, most_height: float) -> Image | None:
    """A kept picture in a box of that size in points; None when it cannot be read."""
    file = pictures.opened(name)
    if file is None:
        return None
    try:
        with file, Picture.open(file) as source:
            small = source.convert("RGB")
            small.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
            out = io.BytesIO()
            small.save(out, "JPEG", quality=82)
            width, height = small.size
    except Exception as error:
        # Decoders raise whatever they like; the proof is written without this picture.
        logger.warning("The picture %s cannot be read: %s", name, error)
        return None
    scale = min(most_width / width, most_height / height, 0.75)
    out.seek(0)
    return Image(out, width * scale, height * scale, hAlign="LEFT")


def drawn(chart: charts.Chart) -> Drawing:
    """A chart for paper, as the page draws it as SVG."""
    letters()
    scale = 0.95
    made = Drawing(chart.width * scale, chart.height * scale)
    made.hAlign = "LEFT"
    made.scale(scale, scale)
    top = chart.height  # PDF counts from below
    for bar in chart.bars:
        made.add(
            Rect(
                bar.x,
                top - bar.y - bar.height,
                bar.width,
                bar.height,
                fillColor=QUIET,
                strokeColor=None,
            )
        )
    ground = top - chart.baseline
    made.add(Line(0, ground, chart.width, ground, strokeColor=RULE, strokeWidth=0.8))
    for stroke in chart.strokes:
        if stroke.dot:
            x, y = stroke.dot
            made.add(Circle(x, top - y, 3, fillColor=HOUSE, strokeColor=None))
        if len(stroke.points) < 2:
            continue
        promised = stroke.role == "promised"
        made.add(
            PolyLine(
                [part for x, y in stroke.points for part in (x, top - y)],
                strokeColor=QUIET if promised else HOUSE,
                strokeWidth=0.8 if promised else 1.6,
                strokeDashArray=[3, 3] if promised else None,
            )
        )
    for label in chart.labels:
        made.add(
            String(
                label.x,
                top - label.y,
                plain(label.text),
                fontName="Vera",
                fontSize=8,
                fillColor=INK if label.role == "had" else QUIET,
                textAnchor=_ANCHORS[label.anchor],
            )
        )
    return made


class NumberedCanvas(Canvas):
    """Prints "page 2 of 7" and a line of the caller's at the foot of every page.

    How many pages there are is known at the end only, so pages are kept until then.
    """

    foot_text = ""
    page_text = "%(page)s / %(pages)s"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for page, kept in enumerate(self._kept, start=1):
            self.__dict__.update(kept)
            self._foot(page, len(self._kept))
            super().showPage()
        super().save()

    def _foot(self, page: int, pages: int) -> None:
        self.setFont("Vera", 7)
        self.setFillColor(QUIET)
        self.drawString(MARGIN + _PADDING, 10 * mm, plain(self.foot_text))
        self.drawRightString(
            A4[0] - MARGIN - _PADDING,
            10 * mm,
            plain(self.page_text % {"page": page, "pages": pages}),
        )
