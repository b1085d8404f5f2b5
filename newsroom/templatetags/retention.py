"""The table of what is kept how long, for the page on privacy."""

from __future__ import annotations

from typing import Any

from django import template

from newsroom.retention.table import TABLE

register = template.Library()


@register.inclusion_tag("components/retention.html")
def what_is_kept() -> dict[str, Any]:
    return {
        "kinds": [
            {"name": kind.name, "data": kind.data, "why": kind.why, "period": kind.period()}
            for kind in TABLE
        ]
    }
