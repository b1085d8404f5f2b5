"""How long a story takes to read."""

from __future__ import annotations

import re

from .sanitise import plain_text

# Words a minute, silent, of news. Brysbaert (2019), "How many words do we read per minute? A review and
# meta-analysis of reading rate", Journal of Memory and Language 109, 104047: 238 for English non-fiction, and in
# other languages as many as say the same. Indonesian says it in fewer words: our own guidelines, privacy page and
# terms of commenting have 1,430 in Indonesian and 1,672 in English, 0.855 times as many; 238 × 0.855 ≈ 204.
WORDS_A_MINUTE = 200
# Below this everybody sees that a story is short.
LEAST_MINUTES = 2

_WORD = re.compile(r"\w[\w'’-]*")


def words_in(body: str) -> int:
    """How many words an HTML text has; "anak-anak" is one."""
    return len(_WORD.findall(plain_text(body)))


def minutes_for(words: int) -> int:
    """Whole minutes that so many words take, to the nearest; 0 where it is not worth saying."""
    minutes = (words + WORDS_A_MINUTE // 2) // WORDS_A_MINUTE
    return minutes if minutes >= LEAST_MINUTES else 0
