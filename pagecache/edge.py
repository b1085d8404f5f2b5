"""What a cache in front is told with a page: for how long it may keep it, and what ends it before.

`Surrogate-Control` and `Cache-Tag` go with answers that are as good as new and that the log of notices confirms, and
with no others: an old page, or one that is shown while the database is away, says `max-age=0`. Somebody has to tell
the cache what changed (`pagecache.teller`); without that, a page may be wrong for as long as it may be kept.

**Never an old one.** `stale-while-revalidate` and `stale-if-error` are sent as 0, and not left out, since there are
caches that would do both unasked. A page that is made anew is waited for a millisecond. One that is shown because no
process of the application answers could be that of a story which was withdrawn a moment ago; and while only the
database is away, the application answers itself.

**Names.** Tags go out as keyed hashes. A tag of a page whose story protects somebody could name that person; whoever
sees the header of another page with the same hash still learns that both have something in common, so the cache has
to keep the header for itself, as deploy/varnish/newsroom.vcl does and CDNs do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256

from django.conf import settings

from . import instant
from .clock import EVERYTHING
from .recording import Recording

Headers = list[tuple[str, str]]

# Of 32 bits: that two of an archive's hundred thousand names are the same ends a page now and then for nothing.
_NAME_BYTES = 4
# Letters alone: they need no quoting, whichever cache compares them with what.
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
# Varnish, and some CDNs, refuse a line of headers of more than 8 kB. A page that shows more is not kept for long:
# nothing could end it but a notice of everything.
LONGEST = 7000
# The last second of a page that ends by the clock is for its way to the cache.
WAY_SECONDS = 1

_NEVER_OLD = "stale-while-revalidate=0, stale-if-error=0"
NOT_AT_EDGE: Headers = [("Surrogate-Control", f"max-age=0, {_NEVER_OLD}")]


def name(tag: str) -> str:
    """What a tag is called outside: eight letters; "*" stays what it is."""
    if tag == EVERYTHING:
        return tag
    return (
        blake2b(tag.encode(), digest_size=_NAME_BYTES, key=_key(settings.SECRET_KEY))
        .hexdigest()
        .translate(_LETTERS)
    )


def names(tags: Iterable[str]) -> list[str]:
    """The same of many, in one order, each once."""
    return sorted({name(tag) for tag in tags})


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    # A key of its own: what signs sessions is used for nothing else.
    return sha256(f"pagecache.edge {secret}".encode()).digest()


@dataclass(frozen=True, slots=True)
class AtEdge:
    """Of one kept page: the header with its tags, none when they are too many; and until when it is true by the clock
    alone, in seconds since 1970."""

    tags: tuple[str, str] | None
    until: float

    @property
    def size(self) -> int:
        return 100 + (len(self.tags[1]) if self.tags is not None else 0)


class Edge:
    """What is said with answers.

    Args:
        seconds: for how long a page may be kept at most (`EDGE_SECONDS`).
        now: seconds since 1970; another one in tests.
    """

    def __init__(self, seconds: int, now: Callable[[], float] = instant.seconds) -> None:
        self.seconds = seconds
        self.now = now
        self._whole = _for(seconds)

    def mark(self, shown: Recording) -> AtEdge:
        """What to remember of a page that was just rendered; made once."""
        # A cache in front knows one kind of tags. What surrounds a page ends it there too: the next one is at hand.
        told = ",".join(names(shown.hard | shown.soft))
        return AtEdge(
            tags=("Cache-Tag", told) if 0 < len(told) <= LONGEST else None,
            until=min(shown.until, shown.ends),
        )

    def told(self, page: AtEdge | None) -> Headers:
        """The headers of an answer with a page that is as good as new, at this moment."""
        if page is None or page.tags is None:
            return NOT_AT_EDGE
        left = page.until - self.now() - WAY_SECONDS
        if left >= self.seconds:
            return [self._whole, page.tags]
        if left < 1:
            return NOT_AT_EDGE
        return [_for(int(left)), page.tags]


def _for(seconds: int) -> tuple[str, str]:
    return "Surrogate-Control", f"max-age={seconds}, {_NEVER_OLD}"
