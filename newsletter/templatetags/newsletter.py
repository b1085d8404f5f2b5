"""What the letters need beyond the site's own tags."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def one_line(text: str) -> str:
    """A text of several lines as one, as a mail program wraps it."""
    return " ".join(text.split())
