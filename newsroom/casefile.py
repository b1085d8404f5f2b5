"""The case of one story, for a court or the Press Council: all versions, people, times, photos, comments and records.

A ZIP: `case.html` for people, JSON for each kind of record, the photos as readers had them, and `MANIFEST` with the
SHA-256 of every file, as `sha256sum -c MANIFEST` reads it. Readers stand in it by the name that others saw and by account
number; e-mail addresses, phones and networks never leave through here.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from articles.absolute import absolute
from articles.models import (
    Article,
    Attendance,
    Byline,
    Correction,
    LiveEntry,
    LiveRecord,
    Photo,
    Publication,
    Revision,
    VersionHold,
)
from articles.sanitise import clean_body, plain_text
from auditlog import chain
from auditlog.choices import Action
from auditlog.desk import entries_about
from auditlog.writing import write as write_audit
from comments.models import Comment, ModerationEvent
from replies.models import Request, Step

from . import media
from .media_store.names import checked

if TYPE_CHECKING:
    from accounts.models import User

# The second one has photos, live coverage and a page for people.
FORMAT = 2
MANIFEST = "MANIFEST"
PHOTOS = "photos/"
# Where photos are looked for: readers and strangers, whose words are in a case too, name none.
WRITTEN_HERE = ("story.json", "versions/", "live.json")
# Whoever may read the log may take the records of a story out.
TAKE = "auditlog.view_entry"
# Of a reader, or of no use outside: never in a case.
_LEFT_OUT = {"address_block", "search", "email", "phone", "name", "email_hash"}
# Where the versions stand in the page: no text of the database can hold a NUL.
_HERE = "\0versions\0"
LONGEST = Photo._meta.get_field("image").max_length or 0
_IN_MEMORY = 8 * 1024 * 1024
_AT_ONCE = 256 * 1024
_IN_TEXT = re.compile(rf'src="{re.escape(settings.MEDIA_URL)}([^"]+)"')


class Unavailable(Exception):
    """The store of photos does not answer."""


def build(article: Article, *, by: User) -> tuple[str, IO[bytes]]:
    """The name of the file and the open file; that it was taken is written into the audit log first.

    Raises PermissionDenied, and Unavailable while the store of photos does not answer: a case without them would
    look as if there were none.
    """
    if not by.has_perm(TAKE):
        raise PermissionDenied
    if media.breaker.is_open:
        raise Unavailable
    out: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - whoever asks reads and closes it
    with transaction.atomic():
        write_audit(Action.EXPORTED, by=by, about=article, details={"as": "case"})
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as case:
            sums: dict[str, str] = {}
            photos = _Photos()
            for name, told in _files(article):
                if name.startswith(WRITTEN_HERE):
                    photos.look_in(told)
                text = json.dumps(
                    told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True
                )
                sums[name] = _put(case, name, [f"{text}\n".encode()])
            for name in photos.files():
                if digest := _put_file(case, name):
                    sums[name] = digest
            rows = photos.rows(sums)
            text = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            sums["photos.json"] = _put(case, "photos.json", [f"{text}\n".encode()])
            sums["case.html"] = _put(case, "case.html", _page(article, rows))
            lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
            case.writestr(MANIFEST, lines)
    out.seek(0)
    return f"case-{article.pk}-{timezone.localdate():%Y-%m-%d}.zip", out


def _files(article: Article) -> Iterator[tuple[str, Any]]:
    story = Article.objects.get(pk=article.pk)
    yield (
        "about.json",
        {
            "format": FORMAT,
            "made_at": timezone.now(),
            "address": absolute(story.get_absolute_url()),
            "audit_log": str(chain.head()),
        },
    )
    yield "story.json", _row(story)
    for revision in (
        Revision.objects.filter(article=story)
        .select_related("created_by")
        .order_by("number")
        .iterator(50)
    ):
        yield f"versions/{revision.number:05}.json", _row(revision) | _by(revision, "created_by")
    attendances = Attendance.objects.filter(article=story).select_related("person", "organisation")
    yield (
        "people.json",
        {
            "attendances": [_row(row) | {"as_text": str(row)} for row in attendances],
            "bylines": [
                _row(row) | {"author": row.author.name}
                for row in Byline.objects.filter(article=story).select_related("author")
            ],
        },
    )
    corrections = Correction.objects.filter(article=story).select_related("created_by", "held_by")
    yield (
        "corrections.json",
        [_row(row) | _by(row, "created_by") | _by(row, "held_by") for row in corrections],
    )
    holds = VersionHold.objects.filter(article=story).select_related("created_by")
    yield "held_versions.json", [_row(row) | _by(row, "created_by") for row in holds]
    entries = LiveEntry.objects.filter(coverage=story.pk).order_by("number")
    records = LiveRecord.objects.filter(coverage=story.pk).select_related("by").order_by("pk")
    yield (
        "live.json",
        {
            "entries": [_row(row) for row in entries],
            "records": [_row(row) | _by(row, "by") for row in records],
        },
    )
    yield "comments.json", [_row(row) for row in Comment.objects.filter(article=story)]
    decisions = ModerationEvent.objects.filter(comment__article=story).order_by("pk")
    yield "decisions.json", [_row(row) for row in decisions]
    yield (
        "replies.json",
        {
            "requests": [
                _row(row) | {"number": row.number} for row in Request.objects.filter(article=story)
            ],
            "steps": [
                _row(row) | _by(row, "by")
                for row in Step.objects.filter(request__article=story).select_related("by")
            ],
        },
    )
    yield "audit_log.json", [_row(row) | {"by": row.name} for row in entries_about(story)]


def _row(row: Model) -> dict[str, Any]:
    """Every column but those that must not leave."""
    names = (field.attname for field in row._meta.concrete_fields)
    return {name: getattr(row, name) for name in names if name not in _LEFT_OUT}


def _by(row: Any, field: str) -> dict[str, Any]:
    person = getattr(row, field)
    return {f"{field}_name": person.name if person else None}


def _put(case: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
    """Write a file; return its hash."""
    digest = sha256()
    info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    # Pictures are packed already.
    is_packed = name.startswith(PHOTOS)
    info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    with case.open(info, "w", force_zip64=True) as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _put_file(case: zipfile.ZipFile, name: str) -> str:
    """The same of a file in the store; empty for one that is not there, as before a restore. Raises Unavailable."""
    try:
        with default_storage.open(name) as file:
            return _put(case, name, iter(lambda: file.read(_AT_ONCE), b""))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return ""
    except OSError as error:
        raise Unavailable from error


@dataclass
class _Photos:
    """The photos that any version of the story, or of its live coverage, shows or showed."""

    keys: set[int] = field(default_factory=set)
    in_text: set[str] = field(default_factory=set)

    def look_in(self, told: Any) -> None:
        if isinstance(told, dict):
            for name, value in told.items():
                # As snapshots of stories have it, and records of live coverage.
                if name in {"photo_id", "photo"} and isinstance(value, int):
                    self.keys.add(value)
                else:
                    self.look_in(value)
        elif isinstance(told, list):
            for one in told:
                self.look_in(one)
        elif isinstance(told, str) and settings.MEDIA_URL in told:
            self.in_text.update(filter(_is_of_a_photo, map(unquote, _IN_TEXT.findall(told))))

    def files(self) -> list[str]:
        return sorted({photo.image.name for photo in self._rows()} | self.in_text)

    def rows(self, sums: dict[str, str]) -> list[dict[str, Any]]:
        """What the library knows of them; `file` is empty where the file is not there any more."""
        told = []
        for photo in self._rows():
            name = photo.image.name
            own = {"file": name if name in sums else "", **_by(photo, "created_by")}
            told.append(_row(photo) | {"image": name} | own)
        return told

    def _rows(self) -> Iterable[Photo]:
        return Photo.objects.filter(pk__in=self.keys).select_related("created_by").order_by("pk")


def _is_of_a_photo(name: str) -> bool:
    try:
        known = checked(name)
    except ValueError:
        return False
    return known.startswith(PHOTOS) and len(known) <= LONGEST


def _page(article: Article, photos: list[dict[str, Any]]) -> Iterator[bytes]:
    """The case as a page that needs nothing but the files beside it, in the language of the paper.

    Version by version, since a story may have many.
    """

    def body(snapshot: dict[str, Any]) -> SafeString:
        # Cleaned again: an old version may be from before a rule.
        clean = clean_body(snapshot.get("body") or "")
        return mark_safe(clean.replace(f'src="{settings.MEDIA_URL}{PHOTOS}', f'src="{PHOTOS}'))

    story = Article.objects.select_related("place").get(pk=article.pk)
    revisions = Revision.objects.filter(article=story).select_related("created_by")
    context = {
        "article": story,
        "address": absolute(story.get_absolute_url()),
        "publication": Publication.current(),
        "made_at": timezone.now(),
        "zone": story.zone,
        "language": settings.LANGUAGE_CODE,
        "bylines": Byline.objects.filter(article=story).select_related("author"),
        "attendances": Attendance.objects.filter(article=story),
        "corrections": Correction.objects.filter(article=story).order_by("pk"),
        "versions_here": _HERE,
        "live": [
            (entry, plain_text(entry.text))
            for entry in LiveEntry.objects.filter(coverage=story.pk).order_by("number")
        ],
        "comments": Comment.objects.filter(article=story).order_by("pk"),
        "requests": Request.objects.filter(article=story),
        "photos": photos,
    }
    with translation.override(settings.LANGUAGE_CODE):
        head, _cut, tail = render_to_string("articles/case.html", context).partition(_HERE)
        yield head.encode()
        for revision in revisions.order_by("number").iterator(50):
            contents = {"contents": revision.snapshot, "body": body(revision.snapshot)}
            version = {"revision": revision, "zone": story.zone, **contents}
            yield render_to_string("articles/case_version.html", version).encode()
        yield tail.encode()
