"""What the desk's templates for advertising print."""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Iterator
from typing import Any

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.core.files.storage import default_storage
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .. import offer
from ..forms.prices import in_groups
from ..models import Placement, Record

register = template.Library()

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_KEY = re.compile(r"\b(?:article|front|list)-\w")


@register.filter
def grouped(number: Any) -> str:
    """A figure as the language groups it: 1.250."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def by_whom(record: Record) -> str:
    """Who did it: somebody of the newsroom, the advertiser under a name, or the server."""
    if record.by:
        return str(record.by)
    if record.name:
        return _("%(name)s, for the advertiser") % {"name": record.name}
    return _("the server")


@register.filter
def changed(record: Record) -> Iterator[tuple[str, str, str]]:
    """Each changed field by its name on the form, before and after."""
    about = (record.creative, record.flight, record.campaign, record.advertiser)
    subject = next((one for one in about if one is not None), record)
    for name, (before, after) in record.changes.items():
        try:
            label = str(subject._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        except FieldDoesNotExist:
            label = name
        yield label, _told(name, before), _told(name, after)


def _told(field: str, text: str) -> str:
    """What a record keeps of a field, as the desk reads it: days, sums and slots in words."""
    if not text:
        return ""
    if field == "days":
        return _DAY.sub(lambda day: offer.in_words(datetime.date.fromisoformat(day[0])), text)
    if field == "placements":
        names = {one.key: str(one) for one in Placement.objects.all()} if _KEY.search(text) else {}
        return ", ".join(names.get(one, one) for one in text.split(", "))
    if field == "goal" and text.isdecimal():
        return grouped(int(text))
    if field == "price":
        return in_groups(decimal.Decimal(text))
    return text


@register.filter
def address(name: str) -> str:
    """Where a kept picture is read."""
    return default_storage.url(name)
