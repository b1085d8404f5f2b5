"""Scores a comment with the model in force."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from . import files
from .features import GAMBLING_WORDS, parts, plain, views_of
from .model import Model, SpamModelError, SpamModelOutdated
from .reading import (
    LEET,
    MARK,
    MIXED,
    NAMES,
    NUMBERED,
    SPACED,
    STYLED,
    Reading,
    read,
)

_log = logging.getLogger(__name__)

# A comment may be as long as the table allows.
_LONGEST = 65_536
# Below it nothing speaks against a comment, and reasons would only confuse.
_WORTH_A_REASON = 0.1
_MOST_REASONS = 5
_BRAND = re.compile(r"\d{2,4}$|4d$|(?:toto|togel|slot|bet|win|jp|hoki|bola|wd)$")


@dataclass(frozen=True, slots=True)
class Score:
    """`probability` of spam from 0 to 1, and what speaks for it, in the language in force."""

    probability: float
    reasons: list[str]


def score(text: str) -> Score:
    """Say how likely `text` advertises gambling.

    Any str will do. A long text is judged in parts, and the worst part counts. Raises only
    SpamModelError, when there is no usable model: then hold the comment.
    """
    model = current_model()
    worst, worst_reading = -1.0, None
    for part in parts(text[:_LONGEST]):
        reading = read(part)
        # Nothing said, as in an emoji: nothing to be held against it.
        silent = all(word.kind == MARK for word in reading.words)
        probability = 0.0 if silent else model.probability(views_of(reading))
        if probability > worst:
            worst, worst_reading = probability, reading
    if worst < _WORTH_A_REASON or worst_reading is None:
        return Score(max(worst, 0.0), [])
    return Score(worst, _reasons(worst_reading))


def _reasons(reading: Reading) -> list[str]:
    said = {
        STYLED: _("letters in a special style: “%(word)s”"),
        MIXED: _("letters of several alphabets in one word: “%(word)s”"),
        SPACED: _("letters spaced out: “%(word)s”"),
        LEET: _("digits in place of letters: “%(word)s”"),
    }
    brand = _("looks like the name of a gambling site: “%(word)s”")
    found: dict[str, None] = {}
    for word in reading.words:
        if word.kind == NUMBERED or (word.kind in NAMES and _BRAND.search(word.text)):
            found[brand % {"word": word.text}] = None
        if word.kind in said:
            found[said[word.kind] % {"word": word.text}] = None
    if reading.has_hidden:
        found[_("invisible characters between letters")] = None
    gambling = dict.fromkeys(
        w for w in (plain(word.text) for word in reading.words) if w in GAMBLING_WORDS
    )
    reasons = list(found)[: _MOST_REASONS - 1]
    if gambling:
        reasons.append(_("words of gambling: %(words)s") % {"words": ", ".join([*gambling][:5])})
    return reasons or [_("worded like advertisements for gambling")]


# The model in force and what its file looked like. Replaced as one, so threads see a pair.
_current: tuple[tuple[str, int, int, int], Model] | None = None


def current_model() -> Model:
    """The newsroom's own model if there is one, else the shipped one; read again when it changes.

    A model of its own that another version made is passed over until the next training.
    Raises SpamModelError.
    """
    global _current
    path = files.trained_model()
    try:
        mark = _mark(path)
    except OSError:
        path = files.SHIPPED_MODEL
        try:
            mark = _mark(path)
        except OSError as error:
            raise SpamModelError(f"Spam model {path}: {error.strerror}.") from None
    if _current is None or _current[0] != mark:
        try:
            model = Model.load(path)
        except SpamModelOutdated as error:
            if path == files.SHIPPED_MODEL:
                raise
            _log.warning("%s The shipped model is used.", error)
            model = Model.load(files.SHIPPED_MODEL)
        _current = mark, model
    return _current[1]


def _mark(path: Path) -> tuple[str, int, int, int]:
    found = os.stat(path)
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino
