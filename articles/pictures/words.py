"""What a file says of its picture: caption, credit, alternative text, day, and how it was made.

Written by cameras (EXIF), by agencies (IPTC-IIM and XMP, as the IPTC's Photo Metadata Standard names
the fields). Nothing else is read, and nothing is kept: no place, no device, no number.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from PIL import Image, ImageFile, IptcImagePlugin

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_IPTC_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_IPTC_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
# http://cv.iptc.org/newscodes/digitalsourcetype/: made, or made in part, by a trained model.
_MADE_BY_AI = {"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"}

CAPTION_LENGTH, CREDIT_LENGTH, ALT_LENGTH = 2000, 200, 300
# A longer packet is a history of edits or an attack.
_LONGEST_XMP = 256 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# What cameras write by themselves where a caption belongs.
_NO_CAPTION = re.compile(
    r"^(|dcim.*|dsc.*|img[_ -]?\d*|olympus digital camera|samsung.*|sony dsc|kodak.*|minolta.*"
    r"|exif_jpeg_picture|default|untitled|charset=ascii.*|created with .*|screenshot|jpeg|.*\.jpe?g)$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Words:
    """Empty where the file says nothing. `taken_on` is the camera's own day, whose zone nobody knows."""

    caption: str = ""
    credit: str = ""
    alt_text: str = ""
    taken_on: datetime.date | None = None
    is_ai_generated: bool = False


def of(image: ImageFile.ImageFile) -> Words:
    """What the file of an opened picture says; whatever is damaged says nothing."""
    xmp, iptc, exif = _xmp(image), _iptc(image), _exif(image)
    caption = _first(xmp.get("caption"), iptc.get("caption"), exif.get("caption"))
    makers = _first(xmp.get("maker"), iptc.get("maker"), exif.get("maker"))
    line = _first(xmp.get("credit"), iptc.get("credit"))
    return Words(
        caption=caption[:CAPTION_LENGTH],
        credit=_credit(makers, line)[:CREDIT_LENGTH],
        alt_text=_first(xmp.get("alt_text"))[:ALT_LENGTH],
        taken_on=_day(_first(xmp.get("day"), iptc.get("day"), exif.get("day"))),
        is_ai_generated=_first(xmp.get("source")).rsplit("/", 1)[-1] in _MADE_BY_AI,
    )


def _credit(maker: str, line: str) -> str:
    """ "Baso Ilham/Antara": who made it and for whom, unless the one names the other already."""
    if not line or line.casefold() in maker.casefold():
        return maker
    if maker.casefold() in line.casefold():
        return line
    return f"{maker}/{line}"


def _first(*texts: str | None) -> str:
    return next((text for text in texts if text), "")


def _clean(text: str) -> str:
    lines = (" ".join(line.split()) for line in _CONTROL.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)


def _day(text: str) -> datetime.date | None:
    digits = re.match(r"(\d{4})[-:/]?(\d{2})[-:/]?(\d{2})", text)
    if digits is None:
        return None
    try:
        day = datetime.date(*(int(part) for part in digits.groups()))
    except ValueError:
        return None
    # A camera whose clock was never set.
    return day if day.year > 1980 else None


def _exif(image: Image.Image) -> dict[str, str]:
    try:
        exif = image.getexif()
        details = exif.get_ifd(0x8769)
        found = {
            "caption": _decoded(exif.get(0x010E, "")),
            "maker": _decoded(exif.get(0x013B, "")) or _decoded(exif.get(0x8298, "")),
            "day": _decoded(details.get(0x9003, "")),
        }
    except Exception:
        return {}
    if _NO_CAPTION.match(found["caption"]):
        found["caption"] = ""
    return found


def _iptc(image: ImageFile.ImageFile) -> dict[str, str]:
    try:
        datasets = IptcImagePlugin.getiptcinfo(image) or {}
    except Exception:
        return {}
    is_utf8 = _one(datasets.get((1, 90))) == b"\x1b%G"

    def text(number: int, together: str = "") -> str:
        value = datasets.get((2, number), b"")
        values = value if isinstance(value, list) else [value]
        texts = [_decoded(one, is_utf8=is_utf8) for one in values]
        return together.join(filter(None, texts)) if together else _first(*texts)

    return {
        "caption": text(120),
        "maker": text(80, ", "),
        "credit": text(110) or text(115),
        "day": text(55),
    }


def _one(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _decoded(value: object, *, is_utf8: bool = False) -> str:
    if isinstance(value, bytes):
        return _clean(_text(value, is_utf8=is_utf8))
    return _clean(value) if isinstance(value, str) else ""


def _text(value: bytes, *, is_utf8: bool) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        # The standard's own default is ISO 646; what programs write is the code page of Windows.
        return value.decode("utf-8" if is_utf8 else "cp1252", "replace")


def _xmp(image: Image.Image) -> dict[str, str]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    # No packet of a camera declares entities.
    if not packet or len(packet) > _LONGEST_XMP or b"<!" in packet:
        return {}
    try:
        root = ElementTree.fromstring(packet.strip(b"\x00 \r\n\t"))
    except (ElementTree.ParseError, ValueError, LookupError):
        return {}
    properties = list(_properties(root))

    def text(*names: str) -> str:
        return _first(
            *(_clean(value) for name in names for key, value in properties if key == name)
        )

    makers = dict.fromkeys(_clean(value) for key, value in properties if key == f"{_DC}creator")
    return {
        "caption": text(f"{_DC}description"),
        "maker": ", ".join(filter(None, makers)),
        "credit": text(f"{_PHOTOSHOP}Credit"),
        "alt_text": text(f"{_IPTC_CORE}AltTextAccessibility"),
        "day": text(f"{_PHOTOSHOP}DateCreated", f"{_XMP}CreateDate"),
        "source": text(f"{_IPTC_EXT}DigitalSourceType"),
    }


def _properties(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """(name, text) of each property, written as an attribute, an element, or a list below one."""
    for description in root.iter(f"{_RDF}Description"):
        yield from description.attrib.items()
        for element in description:
            if resource := element.get(f"{_RDF}resource"):
                yield element.tag, resource
            items = list(element.iter(f"{_RDF}li"))
            for item in _default_first(items) if items else [element]:
                yield element.tag, item.text or ""


def _default_first(items: Iterable[ElementTree.Element]) -> list[ElementTree.Element]:
    return sorted(items, key=lambda item: item.get(f"{_XML}lang", "x-default") != "x-default")
