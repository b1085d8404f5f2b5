"""Pictures of the library in clean texts."""

from __future__ import annotations

import re

from django.utils.html import escape

from .models import Photo

_PICTURE = re.compile(r"<img\b[^>]*>")
_SIZE = re.compile(r'\s(?:width|height)="[^"]*"')


def with_other_picture(text: str, old: Photo, new: Photo) -> str:
    """A clean text with the new file where the old one is; its alternative text stays."""
    name = old.image.name
    source = f' src="{escape(new.image.url)}" width="{new.width}" height="{new.height}"'

    def replaced(found: re.Match[str]) -> str:
        tag = found[0]
        if name not in tag:
            return tag
        return re.sub(r'\ssrc="[^"]*"', lambda _src: source, _SIZE.sub("", tag))

    return _PICTURE.sub(replaced, text)
