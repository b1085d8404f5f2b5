"""Pictures of an export become photos of the library, and texts find them there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from pathlib import PurePosixPath

from django.core.files.storage import FileSystemStorage
from django.db.models import Max
from django.utils.translation import gettext as _

from articles import photos
from articles.models import Photo
from newsroom.models import ImportedItem

from .addresses import media_key, path_of
from .bodies import Pictures
from .context import Context
from .ledger import Kind, Standing, fitting
from .markup import Picture
from .mediafiles import UPLOADS, FileMissing
from .records import MediaRecord, StoryRecord, TextRecord, digest_of
from .rows import values_of
from .text import shorten

_NO_PICTURES = {
    *(
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "odt",
        "ods",
        "txt",
        "csv",
        "rtf",
        "zip",
        "rar",
    ),
    *("mp3", "m4a", "ogg", "oga", "wav", "flac", "mp4", "m4v", "mov", "wmv", "avi", "mpg", "mpeg"),
    *(
        "ogv",
        "3gp",
        "webm",
        "svg",
        "xml",
        "json",
        "import",
        "apk",
        "exe",
        "ico",
        "psd",
        "tgz",
        "gz",
    ),
}
_IN_TEXT = re.compile(r"""\s(?:data-[a-z-]+|src)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_NUMBER_IN_TEXT = re.compile(r"\bwp-image-(\d+)\b")
_GALLERY = re.compile(r"\[gallery([^\]]*)\]", re.IGNORECASE)
_OWN_NAME = re.compile(r"^photos/[0-9a-f]{2}/[0-9a-f]{32}\.jpg$")
ALT_LENGTH, CREDIT_LENGTH = 300, 200
_TEXTS = ("caption", "credit", "alt_text")


class Library:
    """Takes pictures in, each once, and hands texts what they need of them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def take(self, record: MediaRecord) -> None:
        """Import a picture of the export; one whose file is missing is tried again another time."""
        ledger, report = self._context.ledger, self._context.report
        digest = record.digest()
        item = ledger.get(Kind.MEDIA, record.key)
        standing = ledger.standing(item, digest)
        if item is None:
            self._import(record, digest)
        elif standing is Standing.UNCHANGED:
            report.unchanged("media")
        else:
            self._update(record, item, digest)

    def _import(self, record: MediaRecord, digest: str) -> None:
        report = self._context.report
        ending = PurePosixPath(record.file or path_of(record.address)).suffix[1:].lower()
        if ending in _NO_PICTURES:
            report.skipped(
                "media", record.label, _("It is no picture (%(ending)s).") % {"ending": ending}
            )
            return
        newest = Photo.objects.aggregate(newest=Max("pk"))["newest"] or 0
        try:
            photo = self._own(record) or self._store(record.address, record.file, _texts(record))
        except (FileMissing, photos.PhotoRefused) as error:
            report.skipped("media", record.label, str(error))
            return
        if photo.pk is None or photo.pk > newest:
            # A picture that was here before keeps what the newsroom says about it.
            for field, value in _exact(record, self._context).items():
                setattr(photo, field, value)
            photo.save()
        if len(record.alt_text) > ALT_LENGTH:
            report.problem(record.label, _("Its alternative text is too long and was cut."))
        self._remember(record.key, photo, digest, record.address, record.parent)
        report.imported("media")

    def _update(self, record: MediaRecord, item: ImportedItem, digest: str) -> None:
        report = self._context.report
        photo = Photo.objects.filter(pk=item.object_id).first()
        if photo is None:
            report.skipped("media", record.label, _("It was deleted here since."))
        elif item.state != _state(photo):
            report.skipped("media", record.label, _("It was edited here since and stays as it is."))
        else:
            for field, value in (_texts(record) | _exact(record, self._context)).items():
                setattr(photo, field, value)
            photo.save()
            self._context.ledger.update(item, digest, _state(photo))
            report.imported("media")

    def _store(self, address: str, file: str, texts: dict[str, str]) -> Photo:
        with self._context.media.open(address, file) as contents:
            return photos.store(contents, by=None, **texts)

    def _own(self, record: MediaRecord) -> Photo | None:
        """A photo of our own export whose file is in our own media still, as it is."""
        name = str((record.data or {}).get("image", ""))
        storage = Photo._meta.get_field("image").storage
        if not _OWN_NAME.match(name) or not storage.exists(name):
            return None
        data = dict(record.data or {})
        photo = Photo(**values_of(Photo, data, self._context.resolve))
        known = Photo.objects.filter(source_sha256=photo.source_sha256).first()
        return known or photo

    def _remember(self, key: str, photo: Photo, digest: str, address: str, parent: str) -> None:
        self._context.ledger.remember(
            Kind.MEDIA,
            key,
            photo.pk,
            digest,
            state=_state(photo),
            address=media_key(address, self._context.host),
            parent=parent,
        )

    # For texts

    def pictures_of(self, record: TextRecord) -> TextPictures:
        """What the text of `record` needs of the library, fetched at once."""
        return TextPictures(self._context, self, record)

    def take_unlisted(self, address: str) -> Photo | None:
        """A picture that a text shows but the export does not list, if its file can be had."""
        key = media_key(address, self._context.host)
        is_own = key.startswith(f"{self._context.host}/") or UPLOADS in key
        if not is_own and not self._context.media.may_fetch:
            # A file of the same name in our folder would be another picture.
            return None
        try:
            photo = self._store(address, "", {})
        except (FileMissing, photos.PhotoRefused):
            return None
        if self._context.ledger.get(Kind.MEDIA, key) is None:
            self._remember(key, photo, digest_of(key), address, "")
        return photo


class TextPictures:
    """The pictures of one text. `found` names those that are in the library, for its fingerprint."""

    def __init__(self, context: Context, library: Library, record: TextRecord) -> None:
        self._context = context
        self._library = library
        body = record.body
        addresses = {
            media_key(unescape(address), context.host) for address in _IN_TEXT.findall(body)
        }
        numbers = set(_NUMBER_IN_TEXT.findall(body))
        galleries = _GALLERY.findall(body)
        for gallery in galleries:
            numbers |= set(re.findall(r"\d+", gallery))
        featured = record.featured_media if isinstance(record, StoryRecord) else ""
        if featured:
            numbers.add(featured)
        numbers |= {str(line.get("photo")) for line in (record.data or {}).get("photos", [])}
        self._items: dict[str, ImportedItem] = {}
        self._by_address: dict[str, ImportedItem] = {}
        self._gallery_of_item: list[str] = []
        self._photos: dict[int, Photo] = {}
        self.found: list[str] = []
        # Numbers that a gallery names and that are not here.
        self.missing: list[str] = []
        parent = record.number if galleries else ""
        if addresses - {""} or numbers or parent:
            self._fetch(addresses - {""}, numbers, parent)
        self.featured = self._photo(self._items.get(featured))

    def _fetch(self, addresses: set[str], numbers: set[str], parent: str) -> None:
        items = self._context.ledger.media(addresses, numbers, parent)
        self._photos = Photo.objects.in_bulk([item.object_id for item in items])
        for item in items:
            if item.object_id in self._photos:
                self._items[item.key] = item
                self._by_address.setdefault(item.address, item)
                self.found.append(item.key)
                if parent and item.parent == parent:
                    self._gallery_of_item.append(item.key)

    def _photo(self, item: ImportedItem | None) -> Photo | None:
        return self._photos.get(item.object_id) if item else None

    def as_pictures(self) -> Pictures:
        return Pictures(self._find, self._gallery)

    def _find(self, address: str, number: str) -> Picture | None:
        key = media_key(address, self._context.host)
        photo = self._photo(self._by_address.get(key) or self._items.get(number))
        if photo is None and address.startswith(("http://", "https://", "/")):
            photo = self._library.take_unlisted(address)
            if photo is not None:
                self.found.append(fitting(key))
        return _as_picture(photo) if photo else None

    def _gallery(self, numbers: list[str]) -> Iterable[str]:
        for key in numbers or self._gallery_of_item:
            if item := self._items.get(key):
                yield f"https://{item.address}"
            else:
                self.missing.append(key)

    def fingerprint(self) -> list[str]:
        return sorted(set(self.found))


class Nowhere(FileSystemStorage):
    """Where photos of a dry run go: names and addresses as ever, but no file is written."""

    def _save(self, name: str, content: object) -> str:
        return name


def _as_picture(photo: Photo) -> Picture:
    return Picture(photo.image.url, photo.width, photo.height, photo.alt_text, photo.caption)


def _texts(record: MediaRecord) -> dict[str, str]:
    return {
        "caption": record.caption,
        "credit": shorten(record.credit, CREDIT_LENGTH),
        "alt_text": shorten(record.alt_text, ALT_LENGTH),
    }


def _exact(record: MediaRecord, context: Context) -> dict[str, object]:
    """The columns that our own export gives, but for those that say which file it is."""
    if record.data is None:
        return {}
    values = values_of(Photo, record.data, context.resolve)
    rendered = ("renditions", "rendered_recipe", "rendered_focal_x", "rendered_focal_y")
    for name in ("image", "width", "height", *rendered):
        values.pop(name, None)
    return values


def _state(photo: Photo) -> str:
    fields = (*_TEXTS, "focal_x", "focal_y", "is_ai_generated")
    return digest_of([getattr(photo, field) for field in fields])
