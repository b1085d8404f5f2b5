"""The sections' colours as a stylesheet, since the site's policy allows no inline style."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from pagecache import recording

from ..models import Section

# Ground of the dark theme in static/site/site.css, and what WCAG 2.2 AA asks of text on it.
DARK_GROUND = "#151412"
ENOUGH = 5.0


@require_safe
def section_colours(request: HttpRequest) -> HttpResponse:
    sections = list(Section.objects.all())
    response = HttpResponse(_stylesheet(sections), content_type="text/css; charset=utf-8")
    # The address that pages print changes with the colours, so that one may be kept for good.
    is_current = request.GET.get("v") == _version(sections)
    response["Cache-Control"] = (
        "public, max-age=31536000, immutable"
        if is_current
        else "public, max-age=0, must-revalidate"
    )
    recording.shows("site")
    recording.keep()
    return response


def colours_address(sections: Iterable[Section]) -> str:
    return f"{reverse('articles:section_colours')}?v={_version(sections)}"


def _version(sections: Iterable[Section]) -> str:
    return sha256(_stylesheet(sections).encode()).hexdigest()[:10]


def _stylesheet(sections: Iterable[Section]) -> str:
    light = "".join(f".rubrik-{s.slug}{{--rubrik:{s.colour}}}\n" for s in sections)
    dark = "".join(f".rubrik-{s.slug}{{--rubrik:{for_dark(s.colour)}}}\n" for s in sections)
    return f"{light}@media (prefers-color-scheme:dark){{\n{dark}}}\n"


def for_dark(colour: str) -> str:
    """`colour` (#rrggbb) lightened until it can be read on the dark ground."""
    red, green, blue = _channels(colour)
    for step in range(21):
        share = step / 20
        mixed = [round(c + (255 - c) * share) for c in (red, green, blue)]
        lightened = "#{:02x}{:02x}{:02x}".format(*mixed)
        if contrast(lightened, DARK_GROUND) >= ENOUGH:
            return lightened
    return "#ffffff"


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
