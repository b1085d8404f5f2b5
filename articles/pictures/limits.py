"""How much memory a decoder will take, said by a file's header before a pixel is decoded.

Measured with Pillow 13.0 and pillow-heif 1.8 (docs/decisions/0005-what-is-kept-of-a-photo.md has the table). The
figures are bytes a pixel at the peak, above what the process has before it opens the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from .refusal import Unusable

# For pixels alone; the process itself takes 26 MB, which makes about 150 MB together.
BUDGET = 124_000_000
# Beside the decoded picture: the one of MAX_SIDE that is made of it, and the band in hand.
_SHRINKING = 30_000_000
# Whatever the memory: what a decoder works on for longer than anybody waits.
MAX_PIXELS = 250_000_000

# Decoders that hold a picture several times while they copy it; of AVIF and HEIC (that is no grid of
# tiles) the ordinary kind, with 8 bits and a quarter of the colour, and any other.
_AT_THE_PEAK = {"WEBP": 17.4}
_ORDINARY = {"AVIF": 9.9, "HEIF": 8.2}
_ANY_OTHER = {"AVIF": 12.0, "HEIF": 12.0}
_IN_PILLOW = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "LA": 4, "PA": 4}


@dataclass(frozen=True)
class Decoding:
    """What a header says: the picture, the size it will be decoded at, what is kept beside it."""

    format: str
    mode: str
    size: tuple[int, int]
    decoded: tuple[int, int]
    buffered: int = 0
    is_ordinary: bool = False

    @property
    def pixels(self) -> int:
        return self.size[0] * self.size[1]

    @property
    def most_pixels(self) -> int:
        """How many pixels a file like this may have."""
        kinds = _AT_THE_PEAK | (_ORDINARY if self.is_ordinary else _ANY_OTHER)
        canvas = self.decoded[0] * self.decoded[1] * _IN_PILLOW.get(self.mode, 4)
        return int(
            min(
                MAX_PIXELS,
                BUDGET / kinds.get(self.format, 1),
                self.pixels * BUDGET / (canvas + self.buffered),
                # The decoder has let go of its own copies by then.
                self.pixels * (BUDGET - _SHRINKING) / canvas,
            )
        )

    def require_room(self) -> None:
        """Raise Unusable when it would take more than the budget."""
        if self.pixels > self.most_pixels:
            raise _too_many(self.format, self.pixels, self.most_pixels)


def require_room_for_grid(size: tuple[int, int], decoded: tuple[int, int], source: int) -> None:
    """Raise Unusable when a picture put together from tiles would take more; `source`: bytes."""
    pixels = size[0] * size[1]
    # The file is held by us, by Python's copy for the library, and by the library.
    needed = 4 * decoded[0] * decoded[1] + _SHRINKING + 4 * source
    if pixels > MAX_PIXELS or needed > BUDGET:
        raise _too_many("HEIF", pixels, min(MAX_PIXELS, int(pixels * BUDGET / needed)))


def _too_many(format: str, pixels: int, most: int) -> Unusable:
    return Unusable(
        "too_many_pixels",
        format={"HEIF": "HEIC", "MPO": "JPEG"}.get(format, format),
        megapixels=-(-pixels // 1_000_000),
        limit=max(most // 1_000_000, 1),
    )


def is_ordinary(start: bytes) -> bool:
    """Whether the start of an AVIF or HEIC file says 8 bits and 4:2:0.

    Read from the decoder's configuration: of AV1 (av1C, AV1-ISOBMFF 2.3.3) or HEVC (hvcC, ISO/IEC
    14496-15, 8.3.3.1). Where several pictures have one, all must be ordinary.
    """
    found = []
    for kind, at, is_plain in ((b"av1C", 6, _plain_av1), (b"hvcC", 20, _plain_hevc)):
        place = start.find(kind)
        while place >= 0:
            found.append(is_plain(start[place + at : place + at + 2]))
            place = start.find(kind, place + 1)
    return bool(found) and all(found)


def _plain_av1(flags: bytes) -> bool:
    # high_bitdepth, twelve_bit, monochrome, chroma_subsampling_x and _y.
    return bool(flags) and flags[0] & 0b0110_0000 == 0 and flags[0] & 0b0000_1100 == 0b0000_1100


def _plain_hevc(formats: bytes) -> bool:
    # chromaFormat, bitDepthLumaMinus8.
    return len(formats) == 2 and formats[0] & 3 == 1 and formats[1] & 7 == 0


def kept_by_jpeg(file: IO[bytes]) -> int:
    """Bytes of coefficients that the decoder of a JPEG keeps for the whole picture.

    0 for the ordinary kind, which is decoded row by row. A progressive picture, and one whose colours
    come one after another, is known only when all of it was read: two bytes for each sample, however
    small it is decoded. Anything that is not understood counts as ordinary; the limit of the process
    stands behind it.
    """
    file.seek(2)
    kept, components = 0, 0
    while True:
        marker = file.read(2)
        if len(marker) < 2 or marker[0] != 0xFF:
            return 0
        code = marker[1]
        if code == 0xFF:
            file.seek(-1, 1)
            continue
        if code == 0xD8 or 0xD0 <= code <= 0xD7 or code == 0x01:
            continue
        length = int.from_bytes(file.read(2), "big") - 2
        body = file.read(max(length, 0))
        if 0xC0 <= code <= 0xCF and code not in {0xC4, 0xC8, 0xCC}:
            if len(body) < 6 or len(body) < 6 + 3 * body[5]:
                return 0
            components = body[5]
            kept = _coefficients(body)
            if code in {0xC2, 0xC6, 0xCA, 0xCE}:
                return kept
        elif code == 0xDA:
            return kept if body and body[0] < components else 0
        elif code == 0xD9:
            return 0


def _coefficients(frame: bytes) -> int:
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    samplings = [
        (frame[i + 1] >> 4 or 1, frame[i + 1] & 15 or 1) for i in range(6, 6 + 3 * frame[5], 3)
    ]
    across = max((h for h, _v in samplings), default=1)
    down = max((v for _h, v in samplings), default=1)
    return sum(2 * (width * h // across) * (height * v // down) for h, v in samplings)
