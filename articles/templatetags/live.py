"""Entries of live coverage: their times, and what of them may be shown."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .. import disclosure
from ..models import LiveEntry, Photo
from .site import standing_body

register = template.Library()


@dataclass(frozen=True)
class EntryPhoto:
    """The photo of an entry as components/figure.html takes it."""

    photo: Photo
    caption: str
    alt_text: str = ""


@register.simple_tag
def entry_stamp(entry: LiveEntry) -> SafeString:
    """When it happened, on the clock of its place: "16.09 WITA", with the day where that is not the coverage's first."""
    moment = entry.local_happened_at
    first = entry.coverage.begun_at.astimezone(entry.zone)
    return _time(moment, _words(moment, first))


@register.simple_tag
def changed_stamp(entry: LiveEntry) -> SafeString:
    """When it was changed: the hour, with the day where that is another than its own."""
    moment = entry.local_changed_at
    assert moment is not None
    return _time(moment, _words(moment, entry.local_happened_at))


@register.filter
def withdrawn_clock(entry: LiveEntry) -> str:
    """When it was withdrawn, in the same way, as plain words."""
    moment = entry.local_withdrawn_at
    assert moment is not None
    return _words(moment, entry.local_happened_at)


@register.filter
def entry_body(entry: LiveEntry) -> SafeString:
    """Its text, clean by `RichTextField`, as far as it may be shown."""
    return standing_body(disclosure.entry_text(entry))


@register.simple_tag
def entry_photo(entry: LiveEntry) -> Any:
    photo = disclosure.entry_photo(entry)
    return photo and EntryPhoto(photo, entry.caption)


def _words(moment: datetime.datetime, beside: datetime.datetime) -> str:
    hour = f"{moment:%H.%M} {moment.tzname()}"
    return hour if moment.date() == beside.date() else f"{date_format(moment, 'j M')}, {hour}"


def _time(moment: datetime.datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), text)
