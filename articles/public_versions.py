"""What readers were shown of a story, one version after the other: for who asks what was changed after it came out.

Off unless the publication says so (`Publication.shows_versions`). Never of a story that protects identities, since an
older version may say who is protected (Council regulation 1/2019), nor later what stood there until it no longer did; a
withdrawn story has no page to have versions of.
Versions that an editor holds back (`VersionHold`), as after a court's order, are told of with their times alone, and so
is what was changed in the last of them: what it lost would be read there.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from pagecache import instant

from . import comparing
from .choices import Status
from .models import Revision, VersionHold

if TYPE_CHECKING:
    from .models import Article, Publication

# Of a story that was saved more often while it was public, the newest are told of.
MOST = 50
# So many characters are compared for the list; older versions stand there without numbers of words.
COMPARED = 400_000
# What came with a history elsewhere was out before the first version that is kept here.
AT_ONCE = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Version:
    """What stood at the address from `at` on; `text` is plain, a line for each paragraph.

    `number` is that of the revision, as the desk calls it: numbers between are of drafts and of saves that changed no
    word. `at` is None where it stood there before anything was kept here.
    """

    number: int
    at: datetime.datetime | None
    headline: str
    standfirst: str
    text: str
    is_held_back: bool = False

    @property
    def words(self) -> tuple[str, str, str]:
        return self.headline, self.standfirst, self.text

    @property
    def size(self) -> int:
        return sum(map(len, self.words))


@dataclass(frozen=True)
class Comparison:
    """A version beside the one before it, for a page."""

    headline: Sequence[comparing.Piece]
    standfirst: Sequence[comparing.Piece]
    text: Sequence[comparing.Block]
    is_all: bool


@dataclass(frozen=True)
class Step:
    """A version as it is listed, and the one before it; None for the first that is told of.

    `counts` is how many words came and how many went; None where that was not counted.
    """

    version: Version
    before: Version | None
    counts: tuple[int, int] | None = None

    @property
    def is_held_back(self) -> bool:
        """Whether nothing of the words may be shown: they would be in what was removed, too."""
        return _is_held_back(self.version, self.before)

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
    while it was over. Whatever stood there while, or before, the story protected identities is held back.
    """
    versions = _versions(article)
    steps = []
    left = COMPARED
    for place, version in reversed(list(enumerate(versions))):
        before = versions[place - 1] if place else None
        counts = None
        if before is not None and not _is_held_back(version, before):
            left -= version.size + before.size
            counts = _counts(before, version) if left >= 0 else None
        steps.append(Step(version, before, counts))
    return steps[:MOST]


def has_several(article: Article) -> bool:
    """Whether there is anything to be compared; one query."""
    return len(_versions(article)) > 1


def _versions(article: Article) -> list[Version]:
    rows = Revision.objects.filter(article=article, is_working=False).order_by("number")
    hold = VersionHold.objects.filter(article=OuterRef("article")).values("through")
    read = list(rows.annotate(held_through=Subquery(hold)).values(*_READ))
    held = max(
        (
            row["number"] if row["snapshot__is_identity_protected"] else row["held_through"] or 0
            for row in read
        ),
        default=0,
    )
    return list(_distinct(_public(read, instant.now()), held))


def _is_held_back(version: Version, before: Version | None) -> bool:
    return version.is_held_back or bool(before and before.is_held_back)


def _counts(before: Version, after: Version) -> tuple[int, int]:
    pieces = [
        piece
        for pair in zip(before.words, after.words, strict=True)
        for piece in comparing.words(*pair)
    ]

    def count(kind: comparing.Kind) -> int:
        found = (token for piece in pieces if piece.kind == kind for token in piece.text.split())
        return sum(any(map(str.isalnum, token)) for token in found)

    return count("added"), count("removed")


_READ = (
    *("number", "status", "created_at", "held_through", "snapshot__headline"),
    *("snapshot__standfirst", "snapshot__body", "snapshot__publish_at", "snapshot__unpublish_at"),
    "snapshot__is_identity_protected",
)


def _public(
    rows: list[dict[str, Any]], now: datetime.datetime
) -> Iterator[tuple[datetime.datetime | None, dict[str, Any]]]:
    """The rows that readers have seen, each with the moment from which they did; None where nobody knows."""
    ends = [*(row["created_at"] for row in rows[1:]), now]
    for place, (row, end) in enumerate(zip(rows, ends, strict=False)):
        if row["status"] != Status.PUBLISHED:
            continue
        saved = row["created_at"]
        printed = _moment(row["snapshot__publish_at"]) or saved
        over = _moment(row["snapshot__unpublish_at"]) or end
        # What was scheduled and changed before its time was seen by nobody, nor what was saved after the end.
        if max(saved, printed) < min(end, over):
            is_from_before = place == 0 and saved - printed > AT_ONCE
            yield None if is_from_before else max(saved, printed), row


def _moment(printed: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(printed) if printed else None


def _distinct(
    rows: Iterator[tuple[datetime.datetime | None, dict[str, Any]]], held: int
) -> Iterator[Version]:
    last: Version | None = None
    seen: tuple[Any, ...] = ()
    for at, row in rows:
        raw = tuple(row[f"snapshot__{field}"] for field in ("headline", "standfirst", "body"))
        if raw == seen:
            continue
        seen = raw
        headline, standfirst, body = (value or "" for value in raw)
        version = Version(
            number=row["number"],
            at=at,
            headline=headline,
            standfirst=standfirst,
            text=comparing.text_of_html(body),
            is_held_back=row["number"] <= held,
        )
        if last is None or version.words != last.words:
            yield version
            last = version
