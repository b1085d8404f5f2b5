"""Photos of phones in HEIC are a grid of tiles: decoded one by one, they need a third of the memory.

libheif decodes the whole grid into planes, those into one buffer, and Pillow copies it. Each tile is
a picture of its own in the file, only hidden: with the tile named as the file's primary item the same
library decodes it alone. The boxes are those of ISO/IEC 23008-12 (HEIF) and 14496-12.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pillow_heif
from PIL import Image

_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
_FLIPS = {0: Image.Transpose.FLIP_TOP_BOTTOM, 1: Image.Transpose.FLIP_LEFT_RIGHT}


@dataclass(frozen=True)
class Grid:
    """Where the tiles of the primary picture are, row by row, and how the picture is turned at last.

    `primary` and `hidden` are offsets into the file: of the number of the primary item, and of the
    flag of each tile.
    """

    size: tuple[int, int]
    columns: int
    tile: tuple[int, int]
    turns: tuple[tuple[str, int], ...]
    primary: tuple[int, int]
    items: list[int]
    hidden: dict[int, int]


def grid_of(source: bytes, heif: pillow_heif.HeifFile) -> Grid | None:
    """The grid of an opened file; None when it has none, or one that is better decoded whole."""
    image = heif[heif.primary_index]
    tiling: Any = image.info.get("tiling")
    turns = tuple(image._c_image.transformations)
    if not tiling or image.has_alpha or not {name for name, _how in turns} <= {"irot", "imir"}:
        return None
    try:
        primary, hidden, items = _read_boxes(source)
    except (ValueError, IndexError, StopIteration):
        return None
    # What the library says is of the picture as it will stand.
    is_turned = any(name == "irot" and how in {90, 270} for name, how in turns)
    order = -1 if is_turned else 1
    size = (tiling["image_width"], tiling["image_height"])[::order]
    tile = (tiling["tile_width"], tiling["tile_height"])[::order]
    columns, rows = (tiling["num_columns"], tiling["num_rows"])[::order]
    if len(items) != columns * rows or not set(items) <= hidden.keys():
        return None
    return Grid(size, columns, tile, turns, primary, items, hidden)


def scale_of(grid: Grid, longest: int) -> int:
    """By what the tiles are made smaller as they come, so that `longest` pixels are left at least.

    A power of two that divides the tiles: their borders cannot be seen then.
    """
    scale = 1
    while max(grid.size) // (scale * 2) >= longest and all(s % (scale * 2) == 0 for s in grid.tile):
        scale *= 2
    return scale


def decode(source: bytes, grid: Grid, scale: int) -> Image.Image:
    """The picture, upright, at 1/`scale` of its size."""
    size = tuple(-(-side // scale) for side in grid.size)
    canvas = Image.new("RGB", (size[0], size[1]))
    across, down = grid.tile[0] // scale, grid.tile[1] // scale
    file = bytearray(source)
    offset, length = grid.primary
    for number, item in enumerate(grid.items):
        flag = grid.hidden[item]
        file[offset : offset + length] = item.to_bytes(length, "big")
        file[flag] &= 0xFE
        tile = pillow_heif.open_heif(io.BytesIO(file)).to_pillow().convert("RGB")
        file[flag] |= 1
        if scale > 1:
            tile = tile.reduce(scale)
        canvas.paste(tile, (number % grid.columns * across, number // grid.columns * down))
    for name, how in grid.turns:
        turn = _TURNS.get(how) if name == "irot" else _FLIPS.get(how)
        if turn is not None:
            canvas = canvas.transpose(turn)
    return canvas


def _read_boxes(source: bytes) -> tuple[tuple[int, int], dict[int, int], list[int]]:
    """(offset and length of the primary item's number, offsets of flags by item, its tiles)."""
    start, end = next(box[1:] for box in _boxes(source, 0, len(source)) if box[0] == b"meta")
    primary, hidden, tiles, number = (0, 0), {}, {}, -1
    for kind, at, stop in _boxes(source, start + 4, end):
        wide = source[at] > 0
        if kind == b"pitm":
            primary = (at + 4, 4 if wide else 2)
            number = _number(source, *primary)
        elif kind == b"iinf":
            for _kind, item, _stop in _boxes(source, at + (8 if wide else 6), stop):
                hidden[_number(source, item + 4, 4 if source[item] > 2 else 2)] = item + 3
        elif kind == b"iref":
            length = 4 if wide else 2
            for reference, at_, _stop in _boxes(source, at + 4, stop):
                if reference == b"dimg":
                    count = _number(source, at_ + length, 2)
                    first = at_ + length + 2
                    tiles[_number(source, at_, length)] = [
                        _number(source, first + n * length, length) for n in range(count)
                    ]
    return primary, hidden, tiles.get(number, [])


def _boxes(source: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, where its contents start, where it ends) of each box between `at` and `end`."""
    while at + 8 <= end:
        size, kind, header = _number(source, at, 4), source[at + 4 : at + 8], 8
        if size == 1:
            size, header = _number(source, at + 8, 8), 16
        elif size == 0:
            size = end - at
        if size < header or at + size > end:
            raise ValueError("A box that leaves its own")
        yield kind, at + header, at + size
        at += size


def _number(source: bytes, at: int, length: int) -> int:
    found = source[at : at + length]
    if len(found) < length:
        raise ValueError("The file ends in a number")
    return int.from_bytes(found, "big")
