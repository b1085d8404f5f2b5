"""The record of one comment as evidence (Press Council guidelines, points 3g and 3h).

A ZIP of three files: `case.json` for machines, `case.html` for people, and `MANIFEST` with the
SHA-256 of both. The author stands in it by the name that readers saw and by account number;
reporters and colleagues by pseudonym and number. E-mail addresses and networks never leave
through here: whoever may ask for them asks the newsroom, in writing (law 27/2022 on personal data).
"""

from __future__ import annotations

import datetime
import io
import itertools
import json
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles.absolute import absolute
from articles.models import Publication
from auditlog.choices import Action as Audited
from auditlog.writing import write as write_audit

from . import moderation, why
from .choices import Action
from .compare import compare
from .models import Comment, ModerationEvent

if TYPE_CHECKING:
    from accounts.models import User

FORMAT = 1
# A case is one comment's; more rows than this are cut, and the files say so.
ROWS = 1000


@dataclass(frozen=True)
class Case:
    """A file name and the ZIP's bytes."""

    name: str
    content: bytes


def export(comment: Comment, *, by: User) -> Case:
    """Build the case and write down that it was exported, in one transaction. Raises Refused."""
    if not by.has_perm(moderation.MODERATE):
        raise moderation.Refused(_("You may not do this."))
    with moderation.locked(comment.article_id):
        comment.refresh_from_db()
        moderation.record(comment, Action.EXPORTED, from_state=comment.state, by=by)
        write_audit(Audited.EXPORTED, by=by, about=comment, details={"as": "case"})
        data = collect(comment)
        # The language of the paper's readers and courts, whatever the moderator's own is.
        with translation.override("id"):
            page = _page(comment, data)
    files = {
        "case.json": json.dumps(data, ensure_ascii=False, indent=2).encode(),
        "case.html": page.encode(),
    }
    manifest = "".join(f"{sha256(text).hexdigest()}  {name}\n" for name, text in files.items())
    return Case(f"komentar-{comment.pk}.zip", _zipped({**files, "MANIFEST": manifest.encode()}))


def collect(comment: Comment) -> dict[str, Any]:
    """Everything that is kept about a comment, as plain values; times in UTC."""
    article = comment.article
    people = _Pseudonyms()
    events = list(comment.events.select_related("by")[: ROWS + 1])
    reports = list(comment.reports.all()[: ROWS + 1])
    publication = Publication.current()
    return {
        "format": FORMAT,
        "exported_at": _iso(timezone.now()),
        "publication": {
            "name": publication.name,
            "legal_name": publication.legal_name,
            "address": absolute("/"),
        },
        "story": {
            "number": article.pk,
            "headline": article.headline,
            "address": absolute(article.get_absolute_url()) if article.published_on else "",
            "published_at": _iso(article.publish_at),
        },
        "comment": {
            "number": comment.pk,
            "answers": comment.parent_id,
            "author_name": comment.author_name,
            "account": comment.author_id,
            "written_at": _iso(comment.created_at),
            "state": comment.state,
            "is_shown": comment.is_shown,
            "text": comment.body,
            "changed_at": _iso(comment.edited_at),
            "edited_by_newsroom_at": _iso(comment.corrected_at),
        },
        "versions": [
            {
                "text": version.body,
                "written_at": _iso(version.written_at),
                "replaced_at": _iso(version.replaced_at),
            }
            for version in comment.versions.all()[:ROWS]
        ],
        "checks": [
            {
                "at": _iso(screening.created_at),
                "outcome": screening.outcome,
                "rule": screening.rule,
                "score": screening.score,
                "verdicts": screening.verdicts,
            }
            for screening in comment.screenings.all()[:ROWS]
        ],
        "reports": [
            {
                "by": people.reporter(report.by_id),
                "reason": report.reason,
                "note": report.note,
                "received_at": _iso(report.created_at),
                "due_at": _iso(report.due_at),
                "handled_at": _iso(report.handled_at),
                "outcome": report.outcome,
            }
            for report in reports[:ROWS]
        ],
        "events": [
            {
                "at": _iso(event.created_at),
                "action": event.action,
                "by": _actor(event, comment, people),
                "rule": event.rule,
                "from": event.from_state,
                "to": event.to_state,
                "reason": event.reason,
                "note": event.note,
            }
            for event in events[:ROWS]
        ],
        "is_cut": len(events) > ROWS or len(reports) > ROWS,
    }


class _Pseudonyms:
    """Reporters by the order in which they come: the same one has the same name throughout."""

    def __init__(self) -> None:
        self.known: dict[int, str] = {}

    def reporter(self, pk: int | None) -> str:
        if pk is None:
            return "reader"
        return self.known.setdefault(pk, f"reader {len(self.known) + 1}")


def _in_words(by: str) -> str:
    """Who stands in `case.json`, in the reader's language."""
    name, _space, number = by.rpartition(" ")
    if name == "reader":
        return _("reader %(n)s") % {"n": number}
    if name == "newsroom account":
        return _("newsroom account %(n)s") % {"n": number}
    words = {"rule": _("a rule"), "author": _("its author"), "reader": _("a reader")}
    return str(words.get(by, by))


def _actor(event: ModerationEvent, comment: Comment, people: _Pseudonyms) -> str:
    if event.by_id is None:
        return "rule" if event.rule else ""
    if event.action == Action.REPORTED:
        return people.reporter(event.by_id)
    if event.by_id == comment.author_id:
        return "author"
    return f"newsroom account {event.by_id}"


def _page(comment: Comment, data: dict[str, Any]) -> str:
    versions = [version["text"] for version in data["versions"]] + [comment.body]
    return render_to_string(
        "comments/case.html",
        {
            "data": data,
            "comment": comment,
            "events": [
                (event, _in_words(plain["by"]))
                for event, plain in zip(comment.events.all()[:ROWS], data["events"], strict=False)
            ],
            "reports": [
                (report, _in_words(plain["by"]))
                for report, plain in zip(
                    comment.reports.all()[:ROWS], data["reports"], strict=False
                )
            ],
            "checks": [why.why(row) for row in comment.screenings.all()[:ROWS]],
            "versions": [compare(before, after) for before, after in itertools.pairwise(versions)],
            "exported_at": timezone.now(),
            "zone": settings.TIME_ZONE,
        },
    )


def _iso(moment: datetime.datetime | None) -> str | None:
    return moment.astimezone(datetime.UTC).isoformat() if moment else None


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
