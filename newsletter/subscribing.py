"""Subscribing, confirming, choosing and leaving: the only doors to a `Subscriber`.

Double opt-in: an address that was typed gets one letter with a link, and nothing else before its owner has
pressed the button behind it. What a page says never depends on whether an address is known.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles.models import Section

from . import links, mails
from .addresses import fingerprint, fingerprints
from .choices import WITH_ADDRESS, Form, LeftBy, Standing
from .models import Subscriber

# How long the link in the letter can be used; what was not confirmed is deleted then.
CONFIRM_WITHIN = datetime.timedelta(hours=48)


class Refused(Exception):
    """`str()` is a sentence for whoever pressed the button."""


def ask(email: str, *, form: Form, sections: Collection[Section] | None = None) -> None:
    """Somebody typed this address into a form: write to it, once.

    A letter goes to whoever is not subscribed yet, with a link; one to whoever is, saying so; none to an
    address that must never be written to again. Sections of a subscriber are changed by their own link alone:
    anybody can type an address.

    Args:
        email: as `addresses.clean` returns it.
        sections: those that were chosen; None for all.
    """
    with transaction.atomic():
        row = begin(email, form=form, sections=sections)
        if row.standing == Standing.CONFIRMED:
            mails.write_already_subscribed(row)
        elif row.standing == Standing.ASKED:
            mails.write_confirmation(row)


def begin(email: str, *, form: Form, sections: Collection[Section] | None = None) -> Subscriber:
    """The row of an address that asks now, as `ask` does it, without a letter.

    Of whoever is subscribed, or blocked, nothing is changed.
    """
    now = timezone.now()
    with transaction.atomic():
        rows, is_new = Subscriber.objects.select_for_update(), False
        row = _first(rows.filter(of(email)))
        if row is None:
            blank = {"email": email, "key": links.new_key(), "asked_by": form, "asked_at": now}
            row, is_new = rows.get_or_create(email_hash=fingerprint(email), defaults=blank)
        _renew_fingerprint(row, email)
        if row.standing in {Standing.CONFIRMED, Standing.BLOCKED}:
            return row
        # Who asks twice may press the button of either letter; one of an earlier subscription is worth nothing.
        if not is_new and not is_open(row):
            row.round += 1
        row.email, row.asked_by, row.asked_at = email, form, now
        row.standing, row.confirmed_at, row.refusals = Standing.ASKED, None, 0
        row.left_at, row.left_by = None, ""
        _choose(row, sections)
        row.save()
    return row


def is_open(subscriber: Subscriber) -> bool:
    """Whether the asking that this row speaks of can still be confirmed."""
    is_fresh = subscriber.asked_at > timezone.now() - CONFIRM_WITHIN
    return subscriber.standing == Standing.ASKED and is_fresh


def confirm(subscriber: Subscriber) -> bool:
    """The owner of the address pressed the button: letters go to it from now on.

    False when there was nothing to confirm any more: it is done already, or the time is over. Of any number
    at once one does it.
    """
    now = timezone.now()
    return bool(
        Subscriber.objects.filter(
            pk=subscriber.pk,
            standing=Standing.ASKED,
            round=subscriber.round,
            asked_at__gt=now - CONFIRM_WITHIN,
        ).update(standing=Standing.CONFIRMED, confirmed_at=now)
    )


def choose(subscriber: Subscriber, sections: Collection[Section] | None) -> bool:
    """Set which sections a subscriber gets; None for all, also those to come. False for who left meanwhile."""
    with transaction.atomic():
        row = (
            Subscriber.objects.select_for_update()
            .filter(pk=subscriber.pk, standing__in=WITH_ADDRESS)
            .first()
        )
        if row is None:
            return False
        _choose(row, sections)
        row.save(update_fields=["wants_all"])
        return True


def _choose(row: Subscriber, sections: Collection[Section] | None) -> None:
    row.wants_all = sections is None
    row.sections.set(sections or ())


def leave(subscriber: Subscriber, *, by: LeftBy) -> bool:
    """End a subscription now: the address goes at once, a fingerprint and the times stay as proof.

    False for who had left already. A letter that is being handed over at this moment still arrives. An
    address that was never confirmed leaves nothing behind.
    """
    if Subscriber.objects.filter(pk=subscriber.pk, standing=Standing.ASKED).delete()[0]:
        return True
    return _end(subscriber, Standing.GONE, by)


def block(subscriber: Subscriber) -> bool:
    """As `leave`, and nobody who types the address makes us write to it again. False where it is so already."""
    return _end(subscriber, Standing.BLOCKED, LeftBy.DESK)


def unblock(subscriber: Subscriber) -> bool:
    """Let the owner of a blocked address subscribe again. Nothing is sent by it."""
    rows = Subscriber.objects.filter(pk=subscriber.pk, standing=Standing.BLOCKED)
    return bool(rows.update(standing=Standing.GONE))


def _end(subscriber: Subscriber, standing: Standing, by: LeftBy) -> bool:
    with transaction.atomic():
        if subscriber.email:
            # The last moment at which it can be made.
            _renew_fingerprint(subscriber, subscriber.email)
        rows = Subscriber.objects.filter(pk=subscriber.pk).exclude(standing=standing)
        if standing == Standing.GONE:
            rows = rows.filter(standing=Standing.CONFIRMED)
        is_done = rows.update(
            standing=standing,
            email="",
            wants_all=True,
            left_at=timezone.now(),
            left_by=by,
            # A link of an earlier asking is worth nothing any more.
            round=F("round") + 1,
        )
        if is_done:
            subscriber.sections.clear()
    return bool(is_done)


def _renew_fingerprint(row: Subscriber, email: str) -> None:
    """Have a row known under the present secret, so that an earlier one can be forgotten some day.

    Not where another row has that fingerprint: the secret was changed once without naming the earlier one.
    """
    present = fingerprint(email)
    if row.email_hash != present and not Subscriber.objects.filter(email_hash=present).exists():
        Subscriber.objects.filter(pk=row.pk).update(email_hash=present)
        row.email_hash = present


def of(email: str) -> Q:
    """Whose address is exactly that, also when the address itself is not kept any more.

    While it is kept, it counts: whatever became of the secret, one address has one subscription.
    """
    typed = email.strip().lower()
    return Q(email_hash__in=fingerprints(email)) | Q(email=typed, standing__in=WITH_ADDRESS)


def _first(rows: QuerySet[Subscriber]) -> Subscriber | None:
    """Of rows of one address the one that has it; they are one, unless the secret was lost meanwhile."""
    return rows.order_by("-email", "-id").first()


def find(email: str) -> Subscriber | None:
    """The row of exactly that address, also when the address itself is not kept any more; one query."""
    return _first(Subscriber.objects.filter(of(email)))


def erase(email: str) -> None:
    """Delete all that is known of an address, for whoever deletes the account with it.

    That it must never be written to stays: it is the owner's own wish, and says nothing but that.
    """
    rows = Subscriber.objects.filter(of(email))
    rows.exclude(standing=Standing.BLOCKED).delete()


def told_of(email: str) -> dict[str, Any] | None:
    """What is kept of an address, for the copy of one's data; None for nothing."""
    row = find(email)
    if row is None:
        return None
    return {
        "state": row.standing,
        "every_section": row.wants_all,
        "sections": [section.name for section in row.sections.all()],
        "asked_at": row.asked_at,
        "asked_by_form": row.asked_by,
        "confirmed_at": row.confirmed_at,
        "left_at": row.left_at,
        "left_by": row.left_by,
    }
