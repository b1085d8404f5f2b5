"""The styles of a letter by their hashes: the page of the desk that shows a letter may have these and no others.

Mail programs want styles in the elements. They are told from the template, not from a letter, so that nothing that
somebody wrote into a letter is among them.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from csp.constants import NONE
from django.conf import settings

_SHEET = re.compile(r"<style>(.*?)</style>", re.S)
_ATTRIBUTE = re.compile(r'\bstyle="([^"]*)"')
# Without it hashes would be for sheets alone; it allows no style but those whose hash stands beside.
UNSAFE_HASHES = "'unsafe-hashes'"


@cache
def policy() -> dict[str, list[str]]:
    """What the policy of that page says in the place of the desk's: these styles, and nothing that runs."""
    source = (Path(settings.BASE_DIR) / "templates/newsletter/letter.html").read_text()
    return {
        "script-src": [NONE],
        "style-src-elem": sorted(map(_hash, _SHEET.findall(source))),
        "style-src-attr": [UNSAFE_HASHES, *sorted(map(_hash, set(_ATTRIBUTE.findall(source))))],
    }


def _hash(style: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(style.encode()).digest()).decode()}'"
