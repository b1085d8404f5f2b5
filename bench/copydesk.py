"""Measures the copy desk: `.venv/bin/python bench/copydesk.py [ARTICLES.jsonl] [--show N]`.

ARTICLES has one {"id", "sentences"} a line: news that nobody marked. Three figures:

- alarms per 1,000 words of these articles as they are (a few of them are right: the articles have
  slips of their own, and forms that the standard dictionary does not have);
- recall on the same with planted slips: two neighbouring letters swapped, a letter dropped, doubled
  or replaced by a neighbouring key, in words of small letters and at least five of them; the same in
  words of four letters and in the first word of a sentence, apart; and the share of found ones whose
  suggestion is the word that stood there;
- recall on planted wrong forms of the table, where the right form stood.

Nothing is loaded from a database: what ships is measured. The articles are split by a hash of their
id. One half may be looked at (`--show` prints findings and misses of it); of the unseen half only
totals are printed. All randomness is seeded.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django  # noqa: E402

django.setup()

from articles.copydesk import forms, lexicon, tokens  # noqa: E402
from articles.copydesk.findings import Finding  # noqa: E402
from articles.copydesk.knowledge import Knowledge  # noqa: E402
from articles.copydesk.proofreading import proofread  # noqa: E402

ARTICLES = ROOT.parent / "shared" / "data" / "people" / "pfsa-articles-dev.jsonl"
SEED = 7
# One word in so many gets a slip.
ONE_IN = 30
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SLIPS = ("swap", "drop", "double", "near")

Planted = tuple[int, int, str, str]  # start, end, what stood there, which slip


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the copy desk.")
    parser.add_argument("articles", nargs="?", type=Path, default=ARTICLES)
    parser.add_argument("--show", type=int, default=0, help="findings of the seen half to print")
    options = parser.parse_args()
    before = resident()
    lexicon.shipped()
    forms.shipped()
    print(f"{resident() - before:.1f} MB of memory for words and forms\n")
    halves = split(options.articles)
    for name, texts in halves.items():
        show = options.show if name == "seen half" else 0
        print(f"{name}: {len(texts)} articles")
        alarms(texts, show)
        for title, choose in CHOICES.items():
            recall(title, texts, choose, show)
        planted_forms(texts, show)
        print(flush=True)


def split(path: Path) -> dict[str, list[str]]:
    halves: dict[str, list[str]] = {"seen half": [], "unseen half": []}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        unseen = int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 2
        halves["unseen half" if unseen else "seen half"].append(" ".join(row["sentences"]))
    return halves


def look(text: str) -> list[Finding]:
    return proofread(text, knowledge=BARE)


def alarms(texts: list[str], show: int) -> None:
    words = sum(len(text.split()) for text in texts)
    began = time.perf_counter()
    found = [finding for text in texts for finding in look(text)]
    took = time.perf_counter() - began
    kinds = Counter(finding.kind for finding in found)
    print(
        f"  {1000 * len(found) / words:.2f} alarms per 1,000 words ({len(found)} in {words}: "
        + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        + f"); {1e6 * took / words:.0f} ms per 1,000 words"
    )
    for (was, better), count in Counter((f.text, f.suggestion) for f in found).most_common(show):
        print(f"    {count} {was} -> {better}")


def small_letters(word: tokens.Word, shortest: int = 5, longest: int = 99) -> bool:
    text = word.text
    return text.isascii() and text.isalpha() and text.islower() and shortest <= len(text) <= longest


CHOICES = {
    "slips in words of five letters and more": small_letters,
    "slips in words of four letters": lambda word: small_letters(word, 4, 4),
    "slips in the first word of a sentence": lambda word: (
        word.first and word.text.istitle() and small_letters_of(word)
    ),
}


def small_letters_of(word: tokens.Word) -> bool:
    lower = word.text.lower()
    return lower.isascii() and len(lower) >= 5 and lexicon.shipped().count(lower) > 0


def recall(title: str, texts: list[str], choose, show: int) -> None:
    rnd = random.Random(SEED)
    tried, hit, right = Counter(), Counter(), 0
    missed, otherwise = [], []
    for text in texts:
        changed, planted = with_slips(text, choose, rnd)
        found = {finding.start: finding for finding in look(changed)}
        for start, end, was, slip in planted:
            tried[slip] += 1
            finding = found.get(start)
            if finding is None:
                missed.append((changed[start:end], was))
                continue
            hit[slip] += 1
            if finding.suggestion == was:
                right += 1
            else:
                otherwise.append((changed[start:end], was, finding.suggestion))
    report(title, tried, hit, right)
    if show:
        print("    missed:", *(f"{now}<{was}" for now, was in missed[:show]))
        print("    otherwise:", *(f"{now}<{was} ({said})" for now, was, said in otherwise[:show]))


def report(title: str, tried: Counter[str], hit: Counter[str], right: int) -> None:
    total, found = sum(tried.values()), sum(hit.values())
    each = ", ".join(f"{slip} {hit[slip] / tried[slip]:.0%}" for slip in sorted(tried))
    print(
        f"  {title}: {found / max(total, 1):.1%} of {total} found ({each}); "
        f"{right / max(found, 1):.1%} with the right suggestion"
    )


def with_slips(text: str, choose, rnd: random.Random) -> tuple[str, list[Planted]]:
    words = [word for word in tokens.words(text) if not word.joined and choose(word)]
    if not words:
        return text, []
    chosen = rnd.sample(words, max(1, len(words) // ONE_IN))
    swaps = []
    for word in sorted(chosen, key=lambda word: word.start):
        changed, slip = with_a_slip(word.text, rnd)
        swaps.append((word.start, word.end, changed, slip))
    return replaced(text, swaps)


def replaced(text: str, swaps: list[tuple[int, int, str, str]]) -> tuple[str, list[Planted]]:
    pieces, planted, at, length = [], [], 0, 0
    for start, end, new, slip in swaps:
        pieces += [text[at:start], new]
        length += start - at
        planted.append((length, length + len(new), text[start:end], slip))
        length += len(new)
        at = end
    return "".join([*pieces, text[at:]]), planted


def with_a_slip(word: str, rnd: random.Random) -> tuple[str, str]:
    while True:
        slip, at = rnd.choice(SLIPS), rnd.randrange(len(word))
        letter, rest = word[at], word[at + 1 :]
        if slip == "swap":
            changed = word[:at] + rest[:1] + letter + rest[1:]
        elif slip == "drop":
            changed = word[:at] + rest
        elif slip == "double":
            changed = word[:at] + letter + letter.lower() + rest
        else:
            key = rnd.choice(neighbours(letter.lower()))
            changed = word[:at] + (key.upper() if letter.isupper() else key) + rest
        if word[0].isupper():
            changed = changed.capitalize()
        if changed != word:
            return changed, slip


def neighbours(letter: str) -> str:
    """The keys beside, above and below on a telephone's keyboard."""
    row = next(number for number, keys in enumerate(ROWS) if letter in keys)
    at = ROWS[row].index(letter)
    keys = ROWS[row][max(0, at - 1) : at + 2]
    for other in (row - 1, row + 1):
        if 0 <= other < len(ROWS):
            keys += ROWS[other][max(0, at - (other > row)) :][:2]
    return keys.replace(letter, "")


def planted_forms(texts: list[str], show: int) -> None:
    wrongs: dict[str, list[str]] = {}
    for wrong, (right, _note) in forms.shipped().items():
        wrongs.setdefault(right.lower(), []).append(wrong)
    rnd = random.Random(SEED)
    tried, hit, right, missed = Counter(), Counter(), 0, []
    for text in texts:
        words = list(tokens.words(text))
        places = []
        for length in (1, 2):
            for at in range(len(words) - length + 1):
                start, end = words[at].start, words[at + length - 1].end
                if text[start:end] in wrongs:
                    places.append((start, end))
        swaps, last = [], 0
        for start, end in sorted(rnd.sample(places, min(len(places), 5))):
            if start >= last:
                swaps.append((start, end, rnd.choice(wrongs[text[start:end]]), "form"))
                last = end
        changed, planted = replaced(text, swaps)
        # "Rp 2 milyar" is one finding, which begins before the wrong word.
        found = {finding.end: finding for finding in look(changed)}
        for start, end, was, slip in planted:
            tried[slip] += 1
            if end in found and found[end].start <= start:
                hit[slip] += 1
                right += found[end].suggestion.endswith(was)
            else:
                missed.append((changed[start:end], was))
    report("wrong forms of the table", tried, hit, right)
    if show:
        print("    missed:", *(f"{now}<{was}" for now, was in missed[:show]))


def resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


BARE = Knowledge.bare()

if __name__ == "__main__":
    main()
