"""The only door to a creative's state, and the signed address under which an advertiser decides.

What is approved is a digest of all that a reader will see: the person says yes to what was on the page,
and a creative that changed meanwhile is not approved by it. The database refuses anything else.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from articles.absolute import absolute
from articles.models import Publication

from . import records, reminders
from .choices import CreativeKind, CreativeState, Deed, FlightKind, FlightState
from .models import Creative, Record

if TYPE_CHECKING:
    from accounts.models import User

CHANGE = "ads.change_creative"
SALT = "ads.sign_off"
VALID = datetime.timedelta(days=30)
# What a reader sees, and therefore what an approval is of.
SHOWN = ("kind", "headline", "words", "alt_text", "link", "images")

_ON_THE_WAY = {CreativeState.DRAFT, CreativeState.SENT, CreativeState.REFUSED}


class Refused(Exception):
    """A decision that may not be; `str()` is the reason, in the reader's language."""


class BadLink(Exception):
    """An address that we did not sign."""


class OldLink(Exception):
    """An address that was good, longer ago than VALID."""


def send(creative: Creative, *, by: User) -> str:
    """Ask the advertiser for approval: return the address, and mail it where there is one to write to.

    Sending again gives a new address for the creative as it is now. Raises Refused.
    """
    _may(by)
    with _deciding(creative, _ON_THE_WAY) as row:
        _has_something(row)
        row.state = CreativeState.SENT
        row.save(update_fields=["state"])
        records.write(Deed.SENT, by=by, creative=row, note=row.flight.campaign.email)
    address = address_of(creative)
    _mail(creative, address)
    return address


def approve(
    creative: Creative,
    *,
    by: User | None = None,
    name: str = "",
    note: str = "",
    seen: str = "",
) -> None:
    """Say yes: by the advertiser under a name, or by the desk (`by`) with a note on how it was agreed.

    Our own creatives, those of house flights, need no note.

    Args:
        seen: the digest of what the person looked at; "" takes the creative as it is.
    Raises Refused.
    """
    if by is not None:
        _may(by)
    elif not name.strip():
        raise Refused(_("Write your name."))
    sources = {CreativeState.SENT} if by is None else _ON_THE_WAY
    with _deciding(creative, sources, seen) as row:
        if by is not None and not note.strip() and row.flight.kind != FlightKind.HOUSE:
            raise Refused(_("Write how the advertiser agreed: by whom, when, in which way."))
        _has_something(row)
        row.state, row.approved_digest = CreativeState.APPROVED, row.digest
        row.save(update_fields=["state", "approved_digest"])
        record = records.write(Deed.APPROVED, by=by, name=name, creative=row, note=note)
        if by is None:
            _tell_desk(row, record)


def refuse(
    creative: Creative, *, by: User | None = None, name: str = "", note: str, seen: str = ""
) -> None:
    """Ask for changes, in words. The desk can do so with an approved one too. Raises Refused."""
    if by is not None:
        _may(by)
    elif not name.strip():
        raise Refused(_("Write your name."))
    if not note.strip():
        raise Refused(_("Write what should be different."))
    approved = set() if by is None else {CreativeState.DRAFT, CreativeState.APPROVED}
    with _deciding(creative, {CreativeState.SENT, *approved}, seen) as row:
        row.state, row.approved_digest = CreativeState.REFUSED, ""
        row.save(update_fields=["state", "approved_digest"])
        record = records.write(Deed.REFUSED, by=by, name=name, creative=row, note=note)
        if by is None:
            _tell_desk(row, record)


def retire(creative: Creative, *, by: User, note: str = "") -> None:
    """Take a creative out for good; what was counted for it stays. Raises Refused."""
    _may(by)
    with _deciding(creative, {*_ON_THE_WAY, CreativeState.APPROVED}) as row:
        row.state, row.approved_digest = CreativeState.RETIRED, ""
        row.save(update_fields=["state", "approved_digest"])
        records.write(Deed.RETIRED, by=by, creative=row, note=note)


def enter(creative: Creative, *, by: User) -> None:
    """Save a new creative, which is a draft whatever it says. Raises Refused."""
    _may(by)
    with transaction.atomic():
        creative.state, creative.approved_digest, creative.created_by = CreativeState.DRAFT, "", by
        creative.save(force_insert=True)
        records.write(Deed.CREATED, by=by, creative=creative)


def edit(creative: Creative, *, by: User) -> bool:
    """Save a changed creative; whether readers would see a difference, so that it is a draft again.

    Raises Refused for one that was taken out.
    """
    _may(by)
    with transaction.atomic():
        row = Creative.objects.select_for_update().get(pk=creative.pk)
        if row.state == CreativeState.RETIRED:
            raise Refused(_("This creative was taken out; make another one."))
        changes = records.difference(_facts(row), _facts(creative))
        is_changed = any(field in changes for field in SHOWN)
        creative.state = CreativeState.DRAFT if is_changed else row.state
        creative.approved_digest = "" if is_changed else row.approved_digest
        creative.save()
        creative.refresh_from_db(fields=["digest"])
        if changes:
            records.write(Deed.CHANGED, by=by, creative=creative, changes=changes)
    return is_changed


def token_of(creative: Creative) -> str:
    """What stands in the address: this creative as it is now, signed."""
    return signing.dumps({"c": creative.pk, "d": creative.digest}, salt=SALT)


def address_of(creative: Creative) -> str:
    """The address under which the advertiser decides about the creative as it is now."""
    return absolute(reverse("ads:sign_off", args=[token_of(creative)]))


def read(token: str) -> tuple[Creative, str]:
    """The creative of an address, and the digest that it was made for. Raises BadLink and OldLink."""
    try:
        told = signing.loads(token, salt=SALT, max_age=VALID)
        key, digest = int(told["c"]), str(told["d"])
    except signing.SignatureExpired as error:
        raise OldLink from error
    except (signing.BadSignature, ValueError, TypeError, KeyError) as error:
        raise BadLink from error
    found = Creative.objects.select_related("flight__campaign__advertiser").filter(pk=key).first()
    if found is None:
        raise BadLink
    return found, digest


def _facts(creative: Creative) -> dict[str, Any]:
    facts = {field: getattr(creative, field) for field in ("name", *SHOWN)}
    pictures = [f"{size}: {image['name']}" for size, image in sorted(creative.images.items())]
    return facts | {"images": ", ".join(pictures)}


def _may(by: User) -> None:
    if not by.has_perm(CHANGE):
        raise Refused(_("Your role does not allow this."))


def _has_something(creative: Creative) -> None:
    if creative.kind == CreativeKind.IMAGE and not creative.images:
        raise Refused(_("There is no picture to approve yet."))
    if creative.flight.state == FlightState.STOPPED:
        raise Refused(_("Its flight was stopped."))


@contextmanager
def _deciding(
    creative: Creative, sources: Collection[CreativeState], seen: str = ""
) -> Iterator[Creative]:
    """The locked row in one of these states and as it was seen; afterwards `creative` says its state."""
    with transaction.atomic():
        row = (
            Creative.objects.select_for_update(of=("self",))
            .select_related("flight__campaign__advertiser")
            .get(pk=creative.pk)
        )
        if row.state not in sources:
            raise Refused(
                _("The creative is “%(state)s” now, so this cannot be done with it.")
                % {"state": row.get_state_display()}
            )
        if seen and seen != row.digest:
            raise Refused(_("It was changed after you opened this page. Look at it again."))
        yield row
    creative.state, creative.approved_digest = row.state, row.approved_digest
    creative.digest = row.digest


def _mail(creative: Creative, address: str) -> None:
    """The link for whoever signs, in the publication's language; no price, and nothing of others."""
    campaign = creative.flight.campaign
    if not campaign.email:
        return
    publication = Publication.current()
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "name": campaign.contact_name or campaign.advertiser.contact_name,
            "campaign": campaign.name,
            "address": address,
            "days": VALID.days,
            "publication": publication,
        }
        text = render_to_string("ads/mail/sign_off.txt", context)
        subject = _("Please look at your advertisement in %(publication)s") % {
            "publication": publication.name
        }
    EmailMessage(" ".join(subject.split()), text.strip() + "\n", to=[campaign.email]).send()


def _tell_desk(creative: Creative, record: Record) -> None:
    """What the advertiser decided, to each of the ad desk in the person's own language."""
    for person in reminders.desk_people():
        with translation.override(person.language or settings.LANGUAGE_CODE):
            context = {
                "name": person.name,
                "creative": creative,
                "record": record,
                "address": absolute(reverse("admin:ads_creative_change", args=[creative.pk])),
            }
            text = render_to_string("ads/mail/decided.txt", context)
            subject = f"{creative.name}: {record.get_deed_display()}"
            EmailMessage(" ".join(subject.split()), text.strip() + "\n", to=[person.email]).send()
