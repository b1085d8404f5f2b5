"""What the page on which the front page is arranged hands to its script."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """JSON for an attribute; the template escapes it like every other text."""
    return json.dumps(value, cls=DjangoJSONEncoder)
