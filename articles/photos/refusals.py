"""What the person who sent a file is told when it cannot be used: one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class PhotoRefused(Exception):
    """A file that cannot be a photo here; `str()` says why, for the person who sent it."""


# By the reasons of `articles.pictures.refusal`, and those of taking in and keeping.
SENTENCES: dict[str, Promise | str] = {
    "busy": gettext_lazy("Too many pictures arrive at once; send this one again in a minute."),
    "empty": gettext_lazy("This file is empty."),
    "not_kept": gettext_lazy(
        "Photos cannot be kept just now: the place where they are stored does not take them. Nothing of the text is lost; "
        "send the photo again in a few minutes."
    ),
    "svg": gettext_lazy("SVG drawings cannot be used; save it as PNG or JPEG."),
    "too_heavy": gettext_lazy("This file is larger than %(limit)d MB."),
    "too_large": gettext_lazy("This picture is too large."),
    "too_many_pixels": gettext_lazy(
        "This picture has %(megapixels)d megapixels; a file of its kind (%(format)s) may have "
        "%(limit)d. Send a smaller one, or save it as JPEG."
    ),
    "too_slow": gettext_lazy("This picture takes too long to read; save it as JPEG."),
    "too_small": gettext_lazy("This picture is too small to be printed."),
    "unreadable": gettext_lazy("This file is not a picture that can be read, or it is damaged."),
}


def refused(reason: str, numbers: Mapping[str, int | str] | None = None) -> PhotoRefused:
    """The exception for a reason, in the language of who is asking."""
    sentence = str(SENTENCES.get(reason) or _("This file cannot be used."))
    return PhotoRefused(sentence % (numbers or {}))
