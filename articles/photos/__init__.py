"""Pictures on their way in: whatever comes is decoded, checked and written anew.

What is kept is never the file that was sent, so nothing that hides in a file (scripts, places,
names, serial numbers) reaches a reader. Names are the hash of the contents: a file never
changes under its address and can be cached for good.
"""

from __future__ import annotations

import hashlib
import io
from typing import IO, TYPE_CHECKING, Any, cast

import pillow_heif
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from ..models import Photo

if TYPE_CHECKING:
    from accounts.models import User

    from ..models import Article

pillow_heif.register_heif_opener()
# Pillow learns its rarer formats at the first need; naming them in `formats` is not one.
Image.init()

# What phones, cameras and agencies send; whatever else Pillow could open stays shut, TIFF with
# its endless dialects and damaged-file bugs among it.
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP")
MAX_BYTES = 40 * 1024 * 1024
# 100 megapixels take 300 MB while they are decoded; a small server has no more to give.
MAX_PIXELS = 100_000_000
MAX_SIDE = 2400
MIN_SIDE = 16
JPEG_QUALITY = 84
RENDITION_WIDTHS = (360, 720, 1080, 1600)
WEBP_QUALITY = 76


class PhotoRefused(Exception):
    """A file that cannot be a photo here; `str()` says why, for the person who sent it."""


def store(
    file: IO[bytes] | File[Any],
    *,
    by: User | None,
    caption: str = "",
    credit: str = "",
    alt_text: str = "",
) -> Photo:
    """Keep `file` as a photo of the library and return it.

    The same file sent again gives the photo that is there already, with empty texts filled in.
    The picture stands upright, is at most MAX_SIDE pixels long, sRGB, the first frame if it
    moved, and carries no metadata. Smaller renditions follow by a job once the transaction
    commits. Raises PhotoRefused for anything that is not a usable picture.
    """
    source = _read(file)
    digest = hashlib.sha256(source).hexdigest()
    texts = {"caption": caption, "credit": credit[:200], "alt_text": alt_text[:300]}
    if known := Photo.objects.filter(source_sha256=digest).first():
        return _fill_in(known, texts)
    jpeg = _as_jpeg(_decode(source))
    photo = Photo(source_sha256=digest, created_by=by, **texts)
    name = _content_name(jpeg, ".jpg")
    photo.image.name = _keep(photo.image.storage, name, jpeg)
    with Image.open(io.BytesIO(jpeg)) as written:
        photo.width, photo.height = written.size
    try:
        with transaction.atomic():
            photo.save()
    except IntegrityError:
        # The same file arrived twice at the same moment.
        return _fill_in(Photo.objects.get(source_sha256=digest), texts)
    _ask_for_renditions(photo)
    return photo


def decode(file: IO[bytes] | File[Any]) -> Image.Image:
    """Any file as an upright 8-bit sRGB picture, at most MAX_SIDE long: the first frame if it moved.

    For what is not kept in the library of photos. Raises PhotoRefused for anything that is not a
    usable picture; nothing of the file but its pixels is in what is returned.
    """
    image = _decode(_read(file))
    return Image.frombytes(image.mode, image.size, image.tobytes())


def make_renditions(photo: Photo) -> None:
    """Write the narrower WebP versions and note them on the photo. Doing it twice is harmless."""
    storage = photo.image.storage
    renditions = []
    with storage.open(photo.image.name) as file, Image.open(file) as image:
        image.load()
        for width in (w for w in RENDITION_WIDTHS if w < photo.width):
            height = round(photo.height * width / photo.width)
            out = io.BytesIO()
            image.resize((width, height), Image.Resampling.LANCZOS).save(
                out, "WEBP", quality=WEBP_QUALITY, method=4
            )
            name = f"{photo.image.name.removesuffix('.jpg')}-{width}.webp"
            renditions.append(
                {"name": _keep(storage, name, out.getvalue()), "width": width, "height": height}
            )
    photo.renditions = renditions
    photo.save(update_fields=["renditions"])


def _ask_for_renditions(photo: Photo) -> None:
    # tasks.py imports this module: the job is thin and the work is here.
    from ..tasks import make_renditions as job

    # Written in the same transaction as the photo: the job exists if and only if the photo does.
    job.defer(photo_id=photo.pk)


def _read(file: IO[bytes] | File[Any]) -> bytes:
    file.seek(0)
    source = file.read(MAX_BYTES + 1)
    if len(source) > MAX_BYTES:
        raise PhotoRefused(
            _("This file is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 1024 // 1024}
        )
    if not source:
        raise PhotoRefused(_("This file is empty."))
    if b"<svg" in source[:1024].lower():
        raise PhotoRefused(_("SVG drawings cannot be used; save it as PNG or JPEG."))
    return source


def _decode(source: bytes) -> Image.Image:
    unreadable = PhotoRefused(_("This file is not a picture that can be read, or it is damaged."))
    try:
        image = Image.open(io.BytesIO(source), formats=FORMATS)
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise PhotoRefused(
                _("This picture has more than %(limit)d megapixels.")
                % {"limit": MAX_PIXELS // 1_000_000}
            )
        if min(width, height) < MIN_SIDE:
            raise PhotoRefused(_("This picture is too small to be printed."))
        # JPEG decodes at half or a quarter of its size for nearly nothing.
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
        image.load()
        return _as_rgb(ImageOps.exif_transpose(image))
    except PhotoRefused:
        raise
    except Image.DecompressionBombError:
        raise PhotoRefused(_("This picture is too large.")) from None
    except Exception as error:
        # Decoders raise whatever they like on damaged input: OSError, SyntaxError, struct.error,
        # ZeroDivisionError, … Whatever it is, the person gets one sentence.
        raise unreadable from error


def _as_rgb(image: Image.Image) -> Image.Image:
    """Flatten to 8-bit sRGB on white, at most MAX_SIDE long."""
    if image.mode in {"RGB", "L", "CMYK", "RGBA", "LA"}:
        # Before any conversion, which would take the large picture's memory once more.
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    if image.mode.startswith(("I", "F")):
        image = _as_8_bit(image)
    if image.mode in {"RGB", "CMYK"}:
        image = _as_srgb(image)
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.new("RGB", rgba.size, "white")
        image.paste(rgba, mask=rgba.getchannel("A"))
    image = image.convert("RGB")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return image


def _as_8_bit(image: Image.Image) -> Image.Image:
    wide = image.convert("F")
    _darkest, brightest = cast("tuple[float, float]", wide.getextrema())
    scale = 255 / 65535 if brightest > 255 else 1
    return wide.point(lambda value: value * scale).convert("L")


def _as_srgb(image: Image.Image) -> Image.Image:
    """Apply the picture's colour profile; without one, or with a broken one, leave it alone."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _as_jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    # A fresh picture of the same pixels: no EXIF, XMP, IPTC or comment comes along.
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    clean.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _content_name(contents: bytes, ending: str) -> str:
    digest = hashlib.sha256(contents).hexdigest()[:32]
    return f"photos/{digest[:2]}/{digest}{ending}"


def _keep(storage: Storage, name: str, contents: bytes) -> str:
    # The name says what is in the file, so what is there already is the same; unless it was cut
    # off by a full disk, which its size tells.
    if storage.exists(name):
        if storage.size(name) == len(contents):
            return name
        storage.delete(name)
    return storage.save(name, ContentFile(contents))


def _fill_in(photo: Photo, texts: dict[str, str]) -> Photo:
    missing = [field for field, text in texts.items() if text and not getattr(photo, field)]
    for field in missing:
        setattr(photo, field, texts[field])
    if missing:
        photo.save(update_fields=missing)
    return photo


def replace(old: Photo, new: Photo, *, by: User) -> list[Article]:
    """Put `new` wherever `old` is: in stories (the public ones too), in texts, at people.

    `old` stays in the library as what was replaced (`replaced_by`) and is chosen nowhere any more;
    the file of it sent again gives `new`. Each story gets a revision by `by`. The captions of the
    stories stay, those of the photos too. Returns the stories that were changed, for a message.
    Raises PhotoRefused, with a sentence, when `new` has no credit, is `old`, or was replaced itself.
    Whoever calls asks for the permission `articles.change_photo` before.
    """
    raise NotImplementedError
