"""Times and words of comments as moderators read them."""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

from articles import wording

from .. import deadlines
from ..models import Comment
from ..why import name_of

register = template.Library()


@register.filter
def is_past(moment: datetime.datetime | None) -> bool:
    return moment is not None and moment <= timezone.now()


@register.filter
def due(moment: datetime.datetime | None) -> str:
    return deadlines.in_words(moment) if moment else ""


@register.filter
def age(moment: datetime.datetime) -> str:
    return timesince(moment, depth=1)


@register.filter
def clock(moment: datetime.datetime | None, comment: Comment) -> str:
    """A moment on the clock of the story's place, with its label."""
    return wording.clock(comment.article, moment)


@register.filter
def rule_name(rule: str) -> Any:
    return name_of(rule)


@register.filter
def digit(number: int) -> int:
    """The key of the n-th choice: 1 to 9, then 0."""
    return number % 10
