"""Learns to tell advertisements for gambling from comments. Plain Python, so that no worker needs
a library for numbers; about 40 s for 50,000 decisions.

A linear support-vector machine with squared hinge loss, solved by coordinate descent in the dual
(Hsieh and others, ICML 2008), and a logistic curve on top that turns its distance into a
probability (Platt). Two things make it see what it has never seen:

- Each comment is learned three times: whole, only its context, only its names. Else the disguised
  names explain nearly every advertisement, and nothing is learned from the words around them.
- Names that are advertised a hundred times count for less than a hundred, so that it learns what
  names have in common.
"""

from __future__ import annotations

import random
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from math import exp
from typing import Any, NamedTuple
from zlib import crc32

from . import features
from .features import Views, shares, views_of
from .model import Model
from .reading import NAMES, read

# Chosen by cross-validation over brands: bench/spam.py.
_COST = 0.3
_COST_OF_CONTEXT = 0.15
_COST_OF_NAMES = 0.15
_REPETITION = 0.4
# All examples, or only those that were near the border in the round before.
_ROUNDS = (True, False, False, True, False)
_PARTS_FOR_PROBABILITY = 5
# The trial run for the probabilities does with fewer.
_MOST_IN_TRIAL = 30_000

Progress = Callable[[str], None]


class Example(NamedTuple):
    views: Views
    is_spam: bool
    group: str  # the name that is advertised, as far as one can tell; "" for none


def example(text: str, is_spam: bool) -> Example:
    reading = read(text[: features.PART])
    name = next((word.text for word in reading.words if word.kind in NAMES), "")
    return Example(views_of(reading), is_spam, name[:4])


def learn(
    examples: list[Example],
    about: dict[str, Any] | None = None,
    progress: Progress = lambda _: None,
) -> Model:
    """Train on `examples`; the same ones in the same order give the same model.

    Raises ValueError unless both spam and other comments are among them.
    """
    if len({one.is_spam for one in examples}) < 2:
        raise ValueError("Learning needs spam and comments that are none.")
    held, rest = _apart(examples)
    slope, shift = 2.0, 0.0
    if len({one.is_spam for one in held}) == len({one.is_spam for one in rest}) == 2:
        progress("1/2")
        trial = Model(*_solve(rest[:: len(rest) // _MOST_IN_TRIAL + 1]), slope, shift)
        slope, shift = _curve([(trial.distance(one.views), one.is_spam) for one in held])
    progress("2/2")
    weights, bias = _solve(examples)
    return Model(weights, bias, slope, shift, about=about or {})


def _apart(examples: list[Example]) -> tuple[list[Example], list[Example]]:
    """A fifth for the probabilities, with names that the others do not have."""
    held: list[Example] = []
    rest: list[Example] = []
    for number, one in enumerate(examples):
        key = crc32(one.group.encode()) if one.group and one.is_spam else number
        (held if key % _PARTS_FOR_PROBABILITY == 0 else rest).append(one)
    return held, rest


def _solve(examples: list[Example]) -> tuple[list[float], float]:
    """Weights and bias."""
    repeated = Counter(one.group for one in examples if one.is_spam and one.group)
    spam = [repeated[e.group] ** -_REPETITION if e.group else 1.0 for e in examples if e.is_spam]
    evened = len(spam) / sum(spam)
    worth = iter(spam)
    weights = [0.0] * features.BUCKETS
    bias = 0.0
    rows: list[list[tuple[float, array[int]]]] = []
    signs: list[float] = []
    softness: list[float] = []
    for one in examples:
        cost = next(worth) * evened if one.is_spam else 1.0
        whole = list(zip(shares(one.views), one.views, strict=True))
        for row, part in (
            (whole, _COST),
            (whole[:1], _COST_OF_CONTEXT),
            (whole[1:2], _COST_OF_NAMES),
        ):
            rows.append(row)
            signs.append(1.0 if one.is_spam else -1.0)
            softness.append(0.5 / (cost * part))
    alphas = [0.0] * len(rows)
    weight_of = weights.__getitem__
    shuffle = random.Random(1).shuffle
    near: list[int] = []
    for is_full in _ROUNDS:
        order = list(range(len(rows))) if is_full else near
        shuffle(order)
        near = []
        for number in order:
            row, sign, soft, alpha = rows[number], signs[number], softness[number], alphas[number]
            distance = bias
            for share, buckets in row:
                distance += share * sum(map(weight_of, buckets))
            gradient = sign * distance - 1 + soft * alpha
            if gradient < 0.5 or alpha:
                near.append(number)
            if alpha == 0 and gradient >= 0:
                continue
            changed = max(alpha - gradient / (len(row) + 1 + soft), 0.0)
            alphas[number] = changed
            step = (changed - alpha) * sign
            bias += step
            for share, buckets in row:
                move = step * share
                for bucket in buckets:
                    weights[bucket] += move
    return weights, bias


def _curve(measured: Iterable[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and shift of the logistic curve through held-out distances, by Newton's method."""
    points = list(measured)
    slope, shift = 1.0, 0.0
    for _ in range(30):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for distance, is_spam in points:
            p = 1 / (1 + exp(-max(min(slope * distance + shift, 30), -30)))
            off, bend = p - is_spam, p * (1 - p)
            g0 += off * distance
            g1 += off
            h00 += bend * distance * distance
            h01 += bend * distance
            h11 += bend
        # A little ridge keeps perfectly parted points from running away.
        h00 += 0.01
        h11 += 0.01
        g0 += 0.01 * (slope - 1)
        det = h00 * h11 - h01 * h01
        if det <= 0:
            break
        slope -= (h11 * g0 - h01 * g1) / det
        shift -= (h00 * g1 - h01 * g0) / det
    return slope, shift
