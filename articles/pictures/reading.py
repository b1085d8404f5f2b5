"""A file of somebody else as plain pixels: upright, sRGB, 8 bits, at most MAX_SIDE long."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, cast

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from . import limits, tiles, words
from .refusal import Unusable

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
# One processor, and each thread would take memory of its own.
pillow_heif.options.DECODE_THREADS = 1
# Pillow learns its rarer formats at the first need; naming them in `formats` is not one.
Image.init()
# The limits of this package know what a decoder takes; Pillow's own does not.
Image.MAX_IMAGE_PIXELS = None

# What phones, cameras and agencies send; whatever else Pillow could open stays shut, TIFF with
# its endless dialects and damaged-file bugs among it. (A 3D photo, MPO, is opened as a JPEG.)
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP")
MAX_SIDE = 2400
MIN_SIDE = 16
# What is read to know the kind of a file; the boxes of AVIF and HEIC stand in it.
_HEADER = 64 * 1024
# Rows of the result that are made at a time.
_BAND = 128


@dataclass(frozen=True)
class Read:
    """A picture and what its file said of it. The picture carries nothing but its pixels."""

    image: Image.Image
    words: words.Words
    format: str
    size: tuple[int, int]


def read(file: IO[bytes]) -> Read:
    """Decode a file. Raises Unusable for whatever is not a usable picture."""
    try:
        return _read(file)
    except Unusable:
        raise
    except MemoryError:
        raise Unusable("too_large") from None
    except Exception as error:
        # Decoders raise whatever they like on damaged input: OSError, SyntaxError, struct.error,
        # ZeroDivisionError, … Whatever it is, the person gets one sentence.
        raise Unusable("unreadable") from error


def _read(file: IO[bytes]) -> Read:
    file.seek(0)
    start = file.read(_HEADER)
    if not start:
        raise Unusable("empty")
    if b"<svg" in start[:1024].lower():
        raise Unusable("svg")
    file.seek(0)
    image = Image.open(file, formats=FORMATS)
    size = image.size
    if min(size) < MIN_SIDE:
        raise Unusable("too_small")
    found = words.of(image)
    upright = _heif(image, file, start) if image.format == "HEIF" else _as_rgb(image, file, start)
    return Read(_bare(upright), found, image.format or "", size)


def _load(image: Image.Image, file: IO[bytes], start: bytes) -> None:
    size, format = image.size, image.format or ""
    if format in {"JPEG", "MPO"}:
        at = file.tell()
        buffered = limits.kept_by_jpeg(file)
        file.seek(at)
        # JPEG decodes at half or a quarter of its size for nearly nothing.
        for longest in (MAX_SIDE, MAX_SIDE // 2):
            scale = _power_of_two(max(size) // longest)
            decoded = (size[0] // scale, size[1] // scale)
            asked = limits.Decoding(format, image.mode, size, decoded, buffered)
            if asked.pixels <= asked.most_pixels:
                break
        asked.require_room()
        image.draft(None, decoded)
    else:
        limits.Decoding(
            format, image.mode, size, size, is_ordinary=limits.is_ordinary(start)
        ).require_room()
    image.load()


def _power_of_two(most: int) -> int:
    """The largest of 1, 2, 4 and 8 that is not larger than `most`; at least 1."""
    return next((scale for scale in (8, 4, 2) if scale <= most), 1)


def _heif(image: Image.Image, file: IO[bytes], start: bytes) -> Image.Image:
    file.seek(0)
    source = file.read()
    heif = pillow_heif.open_heif(io.BytesIO(source))
    grid = tiles.grid_of(source, heif)
    if grid is None:
        return _as_rgb(image, file, start)
    scale = tiles.scale_of(grid, MAX_SIDE)
    width, height = image.size
    limits.require_room_for_grid(image.size, (width // scale, height // scale), len(source))
    profile = image.info.get("icc_profile")
    # Both hold the file's bytes once more.
    del heif
    image.close()
    whole = tiles.decode(source, grid, scale)
    return _as_srgb(_shrunk(whole, lambda band: band), profile)


def _fitting(size: tuple[int, int], longest: int) -> tuple[int, int]:
    scale = max(size) / longest
    if scale <= 1:
        return size
    return max(round(size[0] / scale), 1), max(round(size[1] / scale), 1)


def _as_rgb(image: Image.Image, file: IO[bytes], start: bytes) -> Image.Image:
    """Decode, turn upright, and flatten to 8-bit sRGB on white, at most MAX_SIDE long."""
    _load(image, file, start)
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        small = _shrunk(image, _as_8_bit(image))
    elif image.mode in {"RGB", "CMYK", "L"} and "transparency" not in image.info:
        small = _shrunk(image, lambda band: band)
    elif image.mode in {"YCbCr", "LAB", "HSV", "1"}:
        small = _shrunk(image, lambda band: band.convert("L" if band.mode == "1" else "RGB"))
    else:
        small = _on_white(_shrunk(image, lambda band: band.convert("RGBA")))
    if small.mode in {"RGB", "CMYK"}:
        small = _as_srgb(small, profile)
    small.info["exif"] = image.info.get("exif", b"")
    small = _upright(small, image)
    return small.convert("RGB")


def _upright(small: Image.Image, image: Image.Image) -> Image.Image:
    orientation = image.getexif().get(0x0112, 1)
    exif = small.getexif()
    exif.clear()
    exif[0x0112] = orientation if orientation in range(1, 9) else 1
    return ImageOps.exif_transpose(small)


def _shrunk(image: Image.Image, convert: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """At most MAX_SIDE long, converted band by band, so that no second whole picture is needed.

    A band is resized from its own rows and those that the filter reaches beyond them: the borders
    cannot be seen.
    """
    width, height = _fitting(image.size, MAX_SIDE)
    scale = image.height / height
    beyond = int(3 * scale) + 2
    small: Image.Image | None = None
    for top in range(0, height, _BAND):
        bottom = min(top + _BAND, height)
        first = max(int(top * scale) - beyond, 0)
        last = min(int(bottom * scale) + beyond, image.height)
        band = convert(image.crop((0, first, image.width, last)))
        box = (0, top * scale - first, image.width, min(bottom * scale - first, last - first))
        band = band.resize((width, bottom - top), Image.Resampling.LANCZOS, box=box)
        if small is None:
            small = Image.new(band.mode, (width, height))
        small.paste(band, (0, top))
    assert small is not None
    return small


def _as_8_bit(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    _darkest, brightest = cast("tuple[float, float]", image.getextrema())
    scale = 255 / 65535 if brightest > 255 else 1
    return lambda band: band.convert("F").point(lambda value: value * scale).convert("L")


def _on_white(rgba: Image.Image) -> Image.Image:
    flat = Image.new("RGB", rgba.size, "white")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    return flat


def _as_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply the picture's colour profile; without one, or with a broken one, leave it alone."""
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        image = converted or image
    return image.convert("RGB")


def _bare(image: Image.Image) -> Image.Image:
    """The same pixels: no EXIF, XMP, IPTC, profile or comment comes along."""
    image.info = {}
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    return bare
