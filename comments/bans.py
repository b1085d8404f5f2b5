"""Accounts that may not comment or report, for a time or for ever."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.absolute import absolute
from auditlog.choices import Action
from auditlog.writing import write as write_audit

from . import mails
from .models import Ban, Reader
from .moderation import MODERATE, Refused
from .network import hashed_email, hashed_emails

if TYPE_CHECKING:
    from accounts.models import User


def ban_in_force(user: User) -> Ban | None:
    """The ban that holds for an account now, also one of an account that had its address."""
    return (
        Ban.objects.filter(email_hash__in=hashed_emails(user.email), lifted_at=None)
        .filter(Q(until=None) | Q(until__gt=timezone.now()))
        .order_by("-started_at")
        .first()
    )


def told(ban: Ban) -> str:
    """What a banned reader is told."""
    if ban.until is None:
        return _("This account can no longer comment. Reason: %(reason)s") % {"reason": ban.reason}
    until = timezone.localtime(ban.until)
    return _("This account cannot comment until %(time)s. Reason: %(reason)s") % {
        "time": f"{date_format(until, 'j F Y')} {until:%H.%M} {until.tzname()}",
        "reason": ban.reason,
    }


@transaction.atomic
def ban(reader: User, *, by: User, reason: str, until: datetime.datetime | None = None) -> Ban:
    """Ban an account; an earlier ban of it that is still in force ends. Raises Refused.

    A reader is told by a mail, whatever mails it chose: a ban that one meets only after having
    written is a text in vain.
    """
    if not by.has_perm(MODERATE):
        raise Refused(_("You may not do this."))
    if reader.is_staff:
        raise Refused(_("Colleagues are not banned here; their account is closed on the desk."))
    if not reason.strip():
        raise Refused(_("Say why: the reader is told."))
    if until is not None and until <= timezone.now():
        raise Refused(_("A ban ends in the future."))
    now = timezone.now()
    Ban.objects.filter(email_hash__in=hashed_emails(reader.email), lifted_at=None).update(
        lifted_at=now, lifted_by=by
    )
    row = Ban.objects.create(
        reader=reader,
        email_hash=hashed_email(reader.email),
        reason=reason.strip()[:300],
        started_at=now,
        until=until,
        by=by,
    )
    write_audit(Action.BANNED, by=by, about=reader, details={"ban": row.pk, "until": until})
    if Reader.objects.filter(pk=reader.pk).exists():
        transaction.on_commit(lambda: _tell(row, reader))
    return row


def _tell(row: Ban, reader: User) -> None:
    subject = (
        _("You cannot comment for some time") if row.until else _("You cannot comment any more")
    )
    mails.send(
        reader,
        "ban",
        subject,
        {"told": told(row), "contact": absolute(reverse("articles:contact"))},
    )


@transaction.atomic
def lift(row: Ban, *, by: User) -> None:
    """End a ban before its time. Raises Refused when it is over already."""
    if not by.has_perm(MODERATE):
        raise Refused(_("You may not do this."))
    if not Ban.objects.filter(pk=row.pk, lifted_at=None).update(
        lifted_at=timezone.now(), lifted_by=by
    ):
        raise Refused(_("This ban is lifted already."))
    write_audit(Action.UNBANNED, by=by, about=row)
