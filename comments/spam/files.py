"""Where the filter's files lie."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

_DATA = Path(__file__).parent / "data"
# The comments the shipped model was trained on; their licence and source lie beside them.
SHIPPED_COMMENTS = _DATA / "gambling-comments.jsonl"
SHIPPED_MODEL = _DATA / "model.bin"


def trained_model() -> Path:
    """The model that learned from this newsroom's moderators; there may be none yet."""
    return Path(settings.VAR_DIR) / "spam" / "model.bin"


def former_model() -> Path:
    """The one before it, for going back by hand: copy it over the other."""
    return Path(settings.VAR_DIR) / "spam" / "model.former.bin"
