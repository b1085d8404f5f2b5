"""Trains the filter again: on the shipped comments, and on what moderators decided since.

The shipped set is learned anew each time. So the moderators' decisions add to what it taught, and
nothing has to be balanced by hand.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log
from pathlib import Path
from zlib import crc32

from ..folding import fold
from . import files
from .decisions import Decision, decisions
from .features import PART
from .learning import Example, Progress, example, learn
from .model import Model, SpamModelError
from .scoring import current_model

# The newest ones; more would not fit into a small server's memory beside everything else.
MOST_DECISIONS = 50_000
# Fewer teach nothing that the shipped set does not.
FEWEST_DECISIONS = 100
# Of one account and one kind. One person, however busy, teaches no more than that.
MOST_OF_AN_ACCOUNT = 20
# Of all that have no account together: an erased account must not be a way around the bound.
MOST_WITHOUT_ACCOUNT = 1_000
# Every tenth decision is never learned from, by its text. Both models sit this examination.
_EXAMINED = 10
# Surer than this is no better, or two good models would be told apart by chance.
_SURE_ENOUGH = 0.99


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to. The losses are None where there were too few decisions."""

    is_kept: bool
    learned: int
    examined: int
    former_loss: float | None = None
    loss: float | None = None


def retrain(rows: Iterable[Decision] | None = None, progress: Progress = lambda _: None) -> Outcome:
    """Train on the shipped comments and `rows`, by default `decisions()`, the newest first.

    The new model replaces the one in force only if it judges the decisions kept apart no worse;
    the one before is kept beside it. Web workers notice by themselves. Raises SpamModelError if
    the shipped comments cannot be read, OSError if the model cannot be written.
    """
    learned: list[Example] = []
    examined: list[Example] = []
    for row in bounded(decisions() if rows is None else rows):
        kept_apart = crc32(fold(row.text).encode()) % _EXAMINED == 0
        (examined if kept_apart else learned).append(example(row.text, row.is_spam))
    progress(f"{len(learned)} + {len(examined)}")
    if len(learned) + len(examined) < FEWEST_DECISIONS or not examined:
        return Outcome(False, len(learned), len(examined))
    model = learn([*shipped_examples(), *learned], _about_now(len(learned)), progress).compact()
    loss = _loss(model, examined)
    try:
        former_loss = _loss(current_model(), examined)
    except SpamModelError:
        former_loss = float("inf")  # whatever we have is better than none
    is_kept = loss <= former_loss
    if is_kept:
        _replace(model)
    return Outcome(is_kept, len(learned), len(examined), former_loss, loss)


def bounded(rows: Iterable[Decision]) -> Iterator[Decision]:
    """The first MOST_DECISIONS of `rows`, no text twice, of each account only so many."""
    seen: set[int] = set()
    taken: Counter[tuple[int | None, bool]] = Counter()
    for row in rows:
        if len(seen) >= MOST_DECISIONS:
            return
        key = hash(fold(row.text[:PART]))
        most = MOST_WITHOUT_ACCOUNT if row.author_id is None else MOST_OF_AN_ACCOUNT
        if key in seen or taken[row.author_id, row.is_spam] >= most:
            continue
        seen.add(key)
        taken[row.author_id, row.is_spam] += 1
        yield row


def shipped_examples() -> Iterator[Example]:
    """Raises SpamModelError if the file is missing or damaged."""
    path = files.SHIPPED_COMMENTS
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield example(row["text"], bool(row["spam"]))
    except OSError as error:
        raise SpamModelError(f"Comments to learn from, {path}: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise SpamModelError(f"Comments to learn from, {path}: damaged.") from None


def train_shipped(path: Path, progress: Progress = lambda _: None) -> None:
    """Make the model that is shipped. The same comments and the same code give the same file."""
    examples = list(shipped_examples())
    digest = hashlib.sha256(files.SHIPPED_COMMENTS.read_bytes()).hexdigest()
    about = {"decisions": 0, "shipped_comments_sha256": digest}
    learn(examples, about, progress).save(path)


def _about_now(learned: int) -> dict[str, str | int]:
    return {"trained_at": datetime.now(UTC).isoformat(timespec="seconds"), "decisions": learned}


def _loss(model: Model, examined: list[Example]) -> float:
    """How surprised the model is by the decisions; spam and the rest count the same."""
    surprise: dict[bool, list[float]] = {True: [], False: []}
    for one in examined:
        probability = model.probability(one.views)
        right = probability if one.is_spam else 1 - probability
        surprise[one.is_spam].append(-log(min(max(right, 1 - _SURE_ENOUGH), _SURE_ENOUGH)))
    means = [sum(found) / len(found) for found in surprise.values() if found]
    return sum(means) / len(means)


def _replace(model: Model) -> None:
    path, former = files.trained_model(), files.former_model()
    if path.exists():
        copied = former.with_suffix(".new")
        shutil.copyfile(path, copied)
        os.replace(copied, former)
    model.save(path)
