"""Kept pictures for reports: files may be gone, and a report is printed all the same."""

from __future__ import annotations

import logging
from typing import Any

from django.core.files.storage import default_storage

from ..models import Creative
from ..sizes import pixels

logger = logging.getLogger(__name__)


def largest(creative: Creative) -> str:
    """The name of its picture with the largest area; "" when it has none."""

    def area(size: str) -> int:
        width, height = pixels(size)
        return width * height

    images = creative.images if isinstance(creative.images, dict) else {}
    return str(images[max(images, key=area)]["name"]) if images else ""


def opened(name: str) -> Any | None:
    """The file for reading; None when there is none that can be read."""
    if not name:
        return None
    try:
        return default_storage.open(name, "rb")
    except Exception as error:
        # Whatever a storage raises (not there, not ours, not to be reached): the report goes on.
        logger.warning("A picture of a report cannot be read: %s", error)
        return None
