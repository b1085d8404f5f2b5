"""What readers were shown of a story, one version after the other: for who asks what was changed after it came out.

Off unless the publication says so (`Publication.shows_versions`). Never of a story that protects identities, since an
older version may say who is protected (Council regulation 1/2019); a withdrawn story has no page to have versions of.
Versions that an editor holds back (`VersionHold`), as after a court's order, are told of with their times alone, and so
is what was changed in the last of them: what it lost would be read there.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from . import comparing
from .choices import Status
from .models import Revision, VersionHold

if TYPE_CHECKING:
    from .models import Article, Publication

# Of a story that was saved more often while it was public, the newest are told of.
MOST = 100


@dataclass(frozen=True)
class Version:
    """What stood at the address from `at` on: `number` counts from 1, `text` is plain, a line for each paragraph."""

    number: int
    revision: int
    at: datetime.datetime
    headline: str
    standfirst: str
    text: str
    is_held_back: bool = False

    @property
    def words(self) -> tuple[str, str, str]:
        return self.headline, self.standfirst, self.text


@dataclass(frozen=True)
class Comparison:
    """A version beside the one before it, for a page."""

    headline: Sequence[comparing.Piece]
    standfirst: Sequence[comparing.Piece]
    text: Sequence[comparing.Block]
    is_all: bool


@dataclass(frozen=True)
class Step:
    """A version as it is listed, and the one before it; None for the first that is told of."""

    version: Version
    before: Version | None

    @property
    def is_held_back(self) -> bool:
        """Whether nothing of the words may be shown: they would be in what was removed, too."""
        return self.version.is_held_back or bool(self.before and self.before.is_held_back)

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many words came, and how many went."""
        if self.before is None or self.is_held_back:
            return 0, 0
        came = went = 0
        for earlier, later in zip(self.before.words, self.version.words, strict=True):
            for piece in comparing.words(earlier, later):
                count = len(piece.text.split())
                came += count if piece.kind == "added" else 0
                went += count if piece.kind == "removed" else 0
        return came, went

    def compared(self) -> Comparison:
        """Word by word against the version before; the first one whole, as it was."""
        earlier = self.before or self.version
        blocks, is_all = comparing.bounded(comparing.blocks(earlier.text, self.version.text))
        return Comparison(
            comparing.words(earlier.headline, self.version.headline),
            comparing.words(earlier.standfirst, self.version.standfirst),
            blocks,
            is_all,
        )


def are_shown(article: Article, publication: Publication) -> bool:
    """Whether readers may see how the story was changed. The caller has made sure that they may see the story."""
    return publication.shows_versions and not article.is_identity_protected


def of(article: Article) -> list[Step]:
    """The versions that readers have seen, newest first; one query. None for a story that came without a history.

    A save that left headline, standfirst and words alone makes no version, nor does one before the story came out or
    while it was taken back.
    """
    rows = Revision.objects.filter(article=article, is_working=False).order_by("number")
    hold = VersionHold.objects.filter(article=OuterRef("article")).values("through")
    read = list(rows.annotate(held_through=Subquery(hold)).values(*_READ))
    found = list(_distinct(_public(read, timezone.now())))
    steps = [Step(later, found[n - 1] if n else None) for n, later in enumerate(found)]
    return steps[::-1][:MOST]


_READ = (
    *("number", "status", "created_at", "held_through", "snapshot__headline"),
    *("snapshot__standfirst", "snapshot__body", "snapshot__publish_at"),
)


def _public(
    rows: list[dict[str, Any]], now: datetime.datetime
) -> Iterator[tuple[datetime.datetime, dict[str, Any]]]:
    """The rows that readers have seen, each with the moment from which they did."""
    ends = [*(row["created_at"] for row in rows[1:]), now]
    for row, end in zip(rows, ends, strict=False):
        printed = row["snapshot__publish_at"]
        if row["status"] != Status.PUBLISHED or not printed:
            continue
        since = max(row["created_at"], datetime.datetime.fromisoformat(printed))
        # What was scheduled and changed before its time was seen by nobody.
        if since < end:
            yield since, row


def _distinct(rows: Iterator[tuple[datetime.datetime, dict[str, Any]]]) -> Iterator[Version]:
    last: Version | None = None
    for at, row in rows:
        version = Version(
            number=last.number + 1 if last else 1,
            revision=row["number"],
            at=at,
            headline=row["snapshot__headline"] or "",
            standfirst=row["snapshot__standfirst"] or "",
            text=comparing.text_of_html(row["snapshot__body"] or ""),
            is_held_back=row["number"] <= (row["held_through"] or 0),
        )
        if last is None or version.words != last.words:
            yield version
            last = version
