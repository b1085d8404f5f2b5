"""Which entries of two rows belong together: what two texts have in common, whatever their entries are."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

# Steps of the exhaustive search: of one stretch, and of all in one comparison. What is beyond is shown as
# replaced, so that no text, however strange, keeps the only processor for long.
STRETCH = 40_000
ALL = 600_000


@dataclass
class Budget:
    """Steps of the exhaustive search that one comparison has left."""

    left: int = field(default=ALL)

    def allows(self, steps: int) -> bool:
        if steps > STRETCH or steps > self.left:
            return False
        self.left -= steps
        return True


def matches(
    before: Sequence[str],
    after: Sequence[str],
    *,
    may_anchor: Callable[[str], bool] = bool,
    budget: Budget | None = None,
) -> list[tuple[int, int]]:
    """Pairs of places with equal entries, rising on both sides.

    The common beginning and end first; then what stands once on each side (if it `may_anchor`), in the longest
    common order, and between those again; where nothing stands once, the longest common row.
    """
    budget = budget or Budget()
    found: list[tuple[int, int]] = []
    # A list and no recursion: a text may go deeper than Python does.
    stretches = [(0, len(before), 0, len(after))]
    while stretches:
        i, x, j, y = stretches.pop()
        while i < x and j < y and before[i] == after[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        while i < x and j < y and before[x - 1] == after[y - 1]:
            x, y = x - 1, y - 1
            found.append((x, y))
        if i == x or j == y:
            continue
        if anchors := _anchors(before, after, (i, x, j, y), may_anchor):
            found += anchors
            for a, b in [*anchors, (x, y)]:
                stretches.append((i, a, j, b))
                i, j = a + 1, b + 1
        elif budget.allows((x - i) * (y - j)):
            found += [(i + a, j + b) for a, b in _longest_row(before[i:x], after[j:y])]
    return sorted(found)


def _anchors(
    before: Sequence[str],
    after: Sequence[str],
    stretch: tuple[int, int, int, int],
    may_anchor: Callable[[str], bool],
) -> list[tuple[int, int]]:
    """What stands exactly once on each side of the stretch, as far as its order is the same on both."""
    i, x, j, y = stretch
    count, places = Counter(after[j:y]), {after[b]: b for b in range(j, y)}
    once = Counter(before[i:x])
    pairs = [
        (a, places[before[a]])
        for a in range(i, x)
        if once[before[a]] == 1 == count[before[a]] and may_anchor(before[a])
    ]
    # The longest rising row of the second places (patience sorting).
    ends: list[int] = []
    tops: list[int] = []
    under: list[int] = []
    for n, (_a, b) in enumerate(pairs):
        pile = bisect_left(ends, b)
        under.append(tops[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [b]
        tops[pile : pile + 1] = [n]
    row: list[tuple[int, int]] = []
    n = tops[-1] if tops else -1
    while n >= 0:
        row.append(pairs[n])
        n = under[n]
    return row[::-1]


def _longest_row(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """The common row of most weight: words before punctuation, neighbours before scattered ones."""
    width = len(after) + 1
    best, ending = [0] * width, [-1] * width
    ways: list[bytearray] = []
    follows: list[bytearray] = []
    for token in before:
        weight = 4 if is_word(token) else 1
        new_best, new_ending = [0] * width, [-1] * width
        way, follow = bytearray(width), bytearray(width)
        for b in range(1, width):
            score, come_from = best[b], 0
            if new_best[b - 1] > score:
                score, come_from = new_best[b - 1], 1
            if token == after[b - 1]:
                on, alone = ending[b - 1], best[b - 1]
                if on >= 0 and on + 1 >= alone:
                    here, follow[b] = weight + on + 1, 1
                else:
                    here = weight + alone
                new_ending[b] = here
                if here >= score:
                    score, come_from = here, 2
            new_best[b], way[b] = score, come_from
        best, ending = new_best, new_ending
        ways.append(way)
        follows.append(follow)
    row: list[tuple[int, int]] = []
    a, b, must_match = len(before), len(after), False
    while a and b:
        step = 2 if must_match else ways[a - 1][b]
        if step == 2:
            row.append((a - 1, b - 1))
            must_match = bool(follows[a - 1][b])
        a, b = a - (step != 1), b - (step != 0)
    return row[::-1]


def is_word(token: str) -> bool:
    return token[:1].isalnum() or token[:1] == "_"
