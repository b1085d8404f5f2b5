"""Parts of pages, kept by themselves: what has not changed is not rendered again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from . import recording
from .installed import page_cache

T = TypeVar("T")

# What a value that is not text may weigh unless it says so itself (`size`, in bytes).
OTHER_SIZE = 2000


def part(key: str, make: Callable[[], T], *, is_small: bool = False) -> T:
    """What `make` returns, kept under `key` while nothing of what it read has changed.

    Only while a page is being rendered for readers; otherwise it is made, and not kept. What `make` returns may depend
    on nothing but `key`, the database, and times that it tells to `recording.until`. Of rows that the page has read
    already it says so itself (`recording.shows_rows`). It must not be changed afterwards, and can be pickled.
    `is_small`: many of them make a page, and they stay in memory.
    """
    page = recording.current()
    cache = page_cache()
    if page is None or cache is None:
        return make()

    def rendered() -> tuple[T, int]:
        recording.keep()
        value = make()
        return value, _size_of(value)

    kept = cache.parts.fetch(f"part:{key}", rendered, is_small=is_small).kept
    page.take(kept.hard, kept.soft, kept.until, kept.ends)
    return kept.value


def remembered(key: str) -> Any | None:
    """The part of that name as it was kept last, for when the database cannot be asked; None where there is none.

    Nothing is known that ended it.
    """
    cache = page_cache()
    return None if cache is None else cache.parts.unconfirmed(f"part:{key}")


def _size_of(value: object) -> int:
    if isinstance(value, str | bytes):
        # As it lies in memory: one letter beyond Latin makes each of a text take two bytes.
        return sys.getsizeof(value)
    return int(getattr(value, "size", OTHER_SIZE))
