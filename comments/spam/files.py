"""Where the filter's files lie."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

_DATA = Path(__file__).parent / "data"
# The comments the shipped model was trained on; their licence and source lie beside them.
SHIPPED_COMMENTS = _DATA / "gambling-comments.jsonl"
SHIPPED_MODEL = _DATA / "model.bin"


@lru_cache(maxsize=8)  # asked for with each comment
def _own(var_dir: str | Path, name: str) -> Path:
    return Path(var_dir) / "spam" / name


def trained_model() -> Path:
    """The model that learned from this newsroom's moderators; there may be none yet."""
    return _own(settings.VAR_DIR, "model.bin")


def former_model() -> Path:
    """The one before it, for going back by hand: copy it over the other."""
    return _own(settings.VAR_DIR, "model.former.bin")
