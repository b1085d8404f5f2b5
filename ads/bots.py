"""Which programs are not people."""

from __future__ import annotations

import re
from functools import lru_cache

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

_ANY = re.compile("|".join(f"(?:{entry['pattern']})" for entry in CRAWLER_USER_AGENTS_DATA))


@lru_cache(maxsize=4096)
def is_bot(user_agent: str) -> str | None:
    if not user_agent.strip():
        return "empty"
    found = _ANY.search(user_agent)
    return found.group() if found else None
