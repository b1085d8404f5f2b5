"""Stories as cards and lines of a list, each rendered once and kept by itself."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template import loader
from django.utils.safestring import SafeString

from pagecache import recording
from pagecache.parts import part

from ..models import Article

register = template.Library()

# A name that a template does not know costs more than one that it does.
_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("with_photo", "with_text", "with_place", "without_section", "is_lead"), False),
    "count": 0,
    "sizes": "",
}


@register.simple_tag
def card(story: Article, look: str, level: str, **options: Any) -> SafeString:
    """A story in a list, as components/story.html sets it.

    Args:
        story: fetched with what its look shows.
        look: the size: "lead", "large", "middle", "small" or "line".
        level: of its heading, such as "h3".
        options: what else components/story.html takes, the same words; texts, numbers or flags.
    """
    key = ":".join(
        [f"card:{story.pk}:{look}:{level}", *(f"{name}={options[name]}" for name in options)]
    )

    def render() -> str:
        lead = story.lead_photo if options.get("with_photo") else None
        recording.shows_rows(story, story.section, story.place, lead and lead.photo)
        context = {**_NOTHING, "story": story, "size": look, "level": level, **options}
        return str(_template().render(context))

    return SafeString(part(key, render, is_small=True))


@lru_cache(maxsize=1)
def _template() -> Any:
    return loader.get_template("components/story.html")
