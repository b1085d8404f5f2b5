"""The case of one story, for a court or the Press Council: all versions, people, times, comments and records as a ZIP.

JSON for each, and `MANIFEST` with the SHA-256 of every file, as `sha256sum -c MANIFEST` reads it. Readers stand in it by
the name that others saw and by account number; e-mail addresses, phones and networks never leave through here.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from articles.absolute import absolute
from articles.models import Article, Attendance, Byline, Correction, Revision
from auditlog import chain
from auditlog.choices import Action
from auditlog.desk import entries_about
from auditlog.writing import write as write_audit
from comments.models import Comment, ModerationEvent
from replies.models import Request, Step

if TYPE_CHECKING:
    from accounts.models import User

FORMAT = 1
MANIFEST = "MANIFEST"
# Whoever may read the log may take the records of a story out.
TAKE = "auditlog.view_entry"
# Of a reader, or of no use outside: never in a case.
_LEFT_OUT = {"address_block", "search", "email", "phone", "name", "email_hash"}
_IN_MEMORY = 8 * 1024 * 1024


def build(article: Article, *, by: User) -> tuple[str, IO[bytes]]:
    """The name of the file and the open file; that it was taken is written into the audit log first.

    Raises PermissionDenied.
    """
    if not by.has_perm(TAKE):
        raise PermissionDenied
    out: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - whoever asks reads and closes it
    with transaction.atomic():
        write_audit(Action.EXPORTED, by=by, about=article, details={"as": "case"})
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as case:
            sums = []
            for name, told in _files(article):
                text = json.dumps(
                    told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True
                )
                content = f"{text}\n".encode()
                case.writestr(name, content)
                sums.append(f"{sha256(content).hexdigest()}  {name}\n")
            case.writestr(MANIFEST, "".join(sums))
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
    corrections = Correction.objects.filter(article=story).select_related("created_by")
    yield "corrections.json", [_row(row) | _by(row, "created_by") for row in corrections]
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
