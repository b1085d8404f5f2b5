"""Numbers, rates and times of reports, written as ads.reports writes them everywhere."""

from __future__ import annotations

import datetime

from django import template

from ..reports import printed, words

register = template.Library()


@register.filter
def figure(value: int) -> str:
    """1200 as "1.200"."""
    return words.number(value)


@register.filter
def rate(value: float | None, places: int = 1) -> str:
    """A percentage, or a dash where there is none."""
    return words.percent(value, places)


@register.filter
def instant(value: datetime.datetime) -> str:
    """A time on the publication's clock, with its zone."""
    return words.moment(value)


@register.simple_tag
def days_of(first: datetime.date, last: datetime.date | None) -> str:
    return printed.days_in_words(first, last)
