"""What a page shows, noted while it is rendered.

Code that reads rows for readers says so by `shows`; most of it needs not, since public models note themselves when
they are read (`Recorded`). Outside of a recording, as at the desk or in a command, all of this does nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar

from . import instant

FOREVER = float("inf")


@dataclass
class Recording:
    """What was noted. Times are seconds since 1970, but for `began`.

    `hard` are the tags whose notice ends the page at once; `soft` those after which one reader gets it rendered anew
    while others still get the old one. It is true by the clock alone before `until`, and must not be shown from `ends`
    on, whatever happens. Only what `is_kept` may be kept at all.

    `began` is when the rendering began: what was read since may be of any moment after it.
    """

    began: datetime.datetime
    hard: set[str] = field(default_factory=set)
    soft: set[str] = field(default_factory=set)
    until: float = FOREVER
    ends: float = FOREVER
    is_kept: bool = False
    is_beside: bool = False
    # How far the log had been read when the rendering began.
    position: int = 0
    # Whether it will do to read what has come as far as `position`, and perhaps no further (`replica.reading`).
    is_for_replica: bool = False

    def begin_again(self) -> None:
        """Forget what was noted: all of it is read and rendered once more."""
        self.hard, self.soft = set(), set()
        self.until = self.ends = FOREVER
        self.is_kept = self.is_beside = False

    def is_true_until(self, moment: datetime.datetime) -> None:
        """The clock alone makes it another page then. Moments from before it began have passed already."""
        if moment > self.began:
            self.until = min(self.until, moment.timestamp())

    def ends_at(self, moment: datetime.datetime) -> None:
        """From then on it must not be shown; the same of moments that have passed."""
        if moment > self.began:
            self.ends = min(self.ends, moment.timestamp())

    def take(self, hard: Collection[str], soft: Collection[str], until: float, ends: float) -> None:
        """Note what a part shows that is put into this page; what stands beside stays beside."""
        if self.is_beside:
            self.soft.update(hard)
            self.hard.update(tag for tag in hard if tag.startswith(GONE))
        else:
            self.hard.update(hard)
        self.soft.update(soft)
        self.until = min(self.until, until)
        self.ends = min(self.ends, ends)


# Of what was taken from the public: hard wherever it stands.
GONE = "gone:"

_current: ContextVar[Recording | None] = ContextVar("recording", default=None)


@contextmanager
def recording(now: float | None = None) -> Iterator[Recording]:
    """Note what is read and shown inside of the block, apart from any recording around it.

    Args:
        now: seconds since 1970; by default what the clock says.
    """
    began = datetime.datetime.fromtimestamp(instant.seconds() if now is None else now, datetime.UTC)
    mine = Recording(began)
    token = _current.set(mine)
    try:
        yield mine
    finally:
        _current.reset(token)


def current() -> Recording | None:
    return _current.get()


def shows(*tags: str) -> None:
    """What is rendered now shows what these tags name."""
    if (now := _current.get()) is not None:
        (now.soft if now.is_beside else now.hard).update(tags)


def shows_rows(*rows: Recorded | None) -> None:
    """What is rendered now shows these rows, which were read before it began: for a part of the page that read them."""
    if (now := _current.get()) is not None:
        for row in rows:
            if row is not None:
                row.note_in(now)


@contextmanager
def beside() -> Iterator[None]:
    """What is read inside of the block only surrounds what the page is about."""
    now = _current.get()
    if now is None or now.is_beside:
        yield
        return
    now.is_beside = True
    try:
        yield
    finally:
        now.is_beside = False


def until(moment: datetime.datetime | None) -> None:
    """From that moment on the clock alone makes it another page; it may be shown while that one is made.

    A moment that had passed when the rendering began says nothing: what was read since is of later.
    """
    if moment is not None and (now := _current.get()) is not None:
        now.is_true_until(moment)


def ends(moment: datetime.datetime | None) -> None:
    """From that moment on it must not be shown to anybody; of moments that have passed as `until`."""
    if moment is not None and (now := _current.get()) is not None:
        now.ends_at(moment)


def take_times(read: Recording) -> None:
    """Have what is rendered now end with what was read inside of another recording, and forget its tags."""
    if (now := _current.get()) is not None:
        now.until = min(now.until, read.until)
        now.ends = min(now.ends, read.ends)


def keep() -> None:
    """Say that the answer that is being made is the same for everybody."""
    if (now := _current.get()) is not None:
        now.is_kept = True


def keep_not() -> None:
    """Take that back, whoever said it."""
    if (now := _current.get()) is not None:
        now.is_kept = False


class Recorded:
    """Beside `models.Model`: rows note themselves when they are read, as `<RECORDED_AS>:<key>`.

    Where `IS_RECORDED_BY_KEY` is false, all rows have one name: those of a table that every page shows whole.
    """

    RECORDED_AS: ClassVar[str]
    IS_RECORDED_BY_KEY: ClassVar[bool] = True
    pk: Any

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Sequence[Any]) -> Any:
        row = super().from_db(db, field_names, values)  # type: ignore[misc]
        if (now := _current.get()) is not None:
            row.note_in(now)
        return row

    def note_in(self, now: Recording) -> None:
        """Add the tags of this row; for one with more to say than its name."""
        tag = f"{self.RECORDED_AS}:{self.pk}" if self.IS_RECORDED_BY_KEY else self.RECORDED_AS
        (now.soft if now.is_beside else now.hard).add(tag)
