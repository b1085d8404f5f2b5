"""The only door to a request and its state. Each move locks the row, adds a step and writes to the asker."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.choices import CorrectionKind
from articles.models import Article, Correction
from auditlog.choices import Action
from auditlog.writing import write as write_audit

from . import mails
from .choices import OPEN, Case
from .models import Request, Step

if TYPE_CHECKING:
    from accounts.models import User

ANSWER = "replies.answer_request"
# The house's own promise: the press rules say "at once" and name no hours.
ANSWER_WITHIN = datetime.timedelta(days=2)
# Who sends the very same words within this time means the same request.
SENT_AGAIN_WITHIN = datetime.timedelta(hours=1)
# From which state to which.
MOVES: dict[Case, tuple[Case, ...]] = {
    Case.EXAMINED: (Case.RECEIVED, Case.REFUSED),
    Case.REPLIED: OPEN,
    Case.CORRECTED: OPEN,
    Case.REFUSED: OPEN,
}
_KINDS = {
    Case.REPLIED: (CorrectionKind.RIGHT_OF_REPLY,),
    Case.CORRECTED: (CorrectionKind.CORRECTION, CorrectionKind.CLARIFICATION),
}
CHUNK = 500


class Refused(Exception):
    """A move that may not be made; `str()` is the reason, for the person."""


def receive(
    *,
    story: str,
    article: Article | None,
    name: str,
    capacity: str,
    email: str,
    phone: str,
    wrong: str,
    wanted: str,
) -> Request:
    """Take a request in, give it the year's next number and confirm it by mail.

    The very same one again, of somebody who saw no answer and sent the form once more, is the one that is there.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('replies.number', 0))")
        now = timezone.now()
        same = Request.objects.filter(email=email, story=story, wrong=wrong, wanted=wanted)
        if known := same.filter(created_at__gt=now - SENT_AGAIN_WITHIN).first():
            return known
        year = timezone.localtime(now).year
        last = Request.objects.filter(year=year).aggregate(last=Max("serial"))["last"]
        request = Request.objects.create(
            year=year,
            serial=(last or 0) + 1,
            story=story,
            article=article,
            name=name,
            capacity=capacity,
            email=email,
            phone=phone,
            wrong=wrong,
            wanted=wanted,
            due_at=now + ANSWER_WITHIN,
        )
        Step.objects.create(request=request, state=Case.RECEIVED)
        mails.write(request)
    return request


def move(
    request: Request, to: Case, *, by: User, note: str = "", correction: Correction | None = None
) -> Request:
    """Bring a request to another state and tell the asker.

    Args:
        note: told to the asker; needed to refuse.
        correction: what was published, needed for an answer; of the request's story, which it names if it was unknown.

    Raises Refused, also when a colleague was quicker.
    """
    if not by.has_perm(ANSWER):
        raise Refused(_("Your role does not allow this."))
    note = note.replace("\x00", "").strip()[:4000]
    if to == Case.REFUSED and not note:
        raise Refused(_("Say why: whoever asked is told."))
    with transaction.atomic():
        row = Request.objects.select_for_update().get(pk=request.pk)
        if row.state not in MOVES.get(to, ()) or row.forgotten_at:
            raise Refused(
                _("The request is “%(state)s” now, so this cannot be done with it.")
                % {"state": row.get_state_display()}
            )
        before = row.state
        row.correction = _answering(row, to, correction)
        if row.correction and row.article_id is None:
            row.article = row.correction.article
        row.state = to
        row.closed_at = None if to in OPEN else timezone.now()
        row.save()
        Step.objects.create(request=row, by=by, state=to, note=note)
        answer = row.correction.pk if row.correction else None
        write_audit(
            Action.REPLY,
            by=by,
            about=row,
            label=row.number,
            details={"from": before, "to": to, "correction": answer},
        )
        mails.write(row, note)
    return row


def _answering(row: Request, to: Case, correction: Correction | None) -> Correction | None:
    if to not in _KINDS:
        return None
    if correction is None:
        raise Refused(_("Choose the reply or correction that was published."))
    if correction.kind not in _KINDS[to]:
        raise Refused(_("What was chosen is of another kind."))
    if row.article_id and correction.article_id != row.article_id:
        raise Refused(_("What was chosen belongs to another story."))
    return correction


def find(number: str, email: str) -> Request | None:
    """The request with that number, for whoever knows the e-mail address it was sent with."""
    parts = number.strip().upper().removeprefix("HJ-").split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    if len(parts[0]) != 4 or len(parts[1]) > 8:
        return None
    rows = Request.objects.filter(year=int(parts[0]), serial=int(parts[1]), forgotten_at=None)
    row = rows.prefetch_related("steps").select_related("correction__article").first()
    return row if row and row.email.lower() == email.strip().lower() else None


def forget() -> int:
    """Take what is personal out of requests that were closed REPLY_REQUESTS_KEPT_DAYS ago; returns how many."""
    before = timezone.now() - datetime.timedelta(days=settings.REPLY_REQUESTS_KEPT_DAYS)
    old, total = Request.objects.filter(closed_at__lt=before, forgotten_at=None).order_by(), 0
    while keys := list(old.values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            rows = Request.objects.filter(pk__in=keys)
            blank = dict.fromkeys(("name", "email", "phone", "wrong", "wanted", "story"), "")
            rows.update(**blank, forgotten_at=timezone.now())
            Step.objects.filter(request__in=keys).exclude(note="").update(note="")
        total += len(keys)
    return total
