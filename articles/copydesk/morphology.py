"""How Indonesian makes words of roots: prefixes, suffixes, both at once, and repetition.

A dictionary that lists roots covers the words made of them only together with these rules: the
grammar of word formation as the standard grammar describes it (Tata Bahasa Baku), with the change
of sound at the border of a prefix ("meN-" + "tulis" = "menulis").

A word is taken apart from the outside: particle, possessive, suffix, one or two prefixes. Nothing
here knows which roots exist; whoever asks brings that knowledge.
"""

from collections.abc import Callable, Iterator

VOWELS = frozenset("aiueo")
_PARTICLES = ("lah", "kah", "tah")
_POSSESSIVES = ("nya", "ku", "mu")
_SUFFIXES = ("kan", "an", "i")
# Roots of one syllable take "menge-" and "penge-": mengecek, pengeboman.
_MONOSYLLABLE = 5
SHORTEST_ROOT = 3

# Which suffixes a prefix goes with; "" is none. "meN-…-an" does not exist, "di-…-an" neither.
_NO_SUFFIX = frozenset({""})
_VERBAL = frozenset({"", "kan", "i"})
_NOMINAL = frozenset({"", "an"})
_OUTER: dict[str, frozenset[str]] = {
    "": frozenset({"", "kan", "i", "an"}),
    "meN": _VERBAL,
    "di": _VERBAL,
    "ter": _VERBAL,
    "ku": _VERBAL,
    "kau": _VERBAL,
    "ber": frozenset({"", "an", "kan"}),
    "peN": _NOMINAL,
    "per": frozenset({"", "an", "kan", "i"}),
    "ke": _NOMINAL,
    "se": frozenset({"", "an"}),
}
# Which second prefix stands behind a first one: memper-, diber-, keber-an, ketidak-an, berpeN-an.
_INNER: dict[str, tuple[str, ...]] = {
    "meN": ("per", "ber", "se", "ke"),
    "di": ("per", "ber", "se", "ke", "peN"),
    "ter": ("per", "se", "ke"),
    "ku": ("per",),
    "kau": ("per",),
    "ber": ("ke", "peN", "se", "per"),
    "peN": ("ber", "per", "se"),
    "per": ("se",),
    "ke": ("ber", "ter", "se", "peN", "per", "tidak"),
    "se": ("peN", "ke", "per"),
}
# Elements that are written together with the word behind them (EYD V, bound forms).
BOUND = frozenset(
    "adi anti antar audio auto awa bi bio catur de dwi eka ekstra elektro epi foto geo hidro "
    "hiper hipo infra inter intra ko kontra maha makro manca mega meta mikro mini mono multi "
    "nara neo nir non oto panca para pari pasca poli pra pramu pro proto purba purna re sapta "
    "semi sosio sub super supra swa tele trans tri tuna ultra uni wira".split()
)
_LONGEST_BOUND = max(map(len, BOUND))


def endings(word: str) -> Iterator[tuple[str, str]]:
    """Each way to take particle and possessive off: (what is left, what was taken)."""
    yield word, ""
    bare = [(word, "")]
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) - len(particle) >= SHORTEST_ROOT:
            bare.append((word[: -len(particle)], particle))
            yield bare[-1]
    for rest, particle in bare:
        for possessive in _POSSESSIVES:
            if rest.endswith(possessive) and len(rest) - len(possessive) >= SHORTEST_ROOT:
                yield rest[: -len(possessive)], possessive + particle


def without_prefix(word: str, prefix: str) -> Iterator[str]:
    """What may stand behind `prefix` in `word`, the lost first letter put back."""
    if prefix == "meN":
        if word.startswith("me"):
            yield from _behind_nasal(word[2:])
    elif prefix == "peN":
        if word.startswith("pe"):
            rest = word[2:]
            yield from _behind_nasal(rest)
            # "pe-" makes nouns of ber- verbs without a nasal: petani, pekerja, pejalan.
            if rest[:1] in "bcdfgjkpst":
                yield rest
    elif prefix in {"ber", "ter", "per"}:
        if word.startswith(prefix):
            yield word[3:]
        # be-/te-/pe- before r, and where the first syllable has "er": beroda, bekerja.
        if word.startswith(prefix[:2]) and (word[2:3] == "r" or word[3:5] == "er"):
            yield word[2:]
    elif word.startswith(prefix):
        yield word[len(prefix) :]


def _behind_nasal(rest: str) -> Iterator[str]:
    """`rest` is what follows "me" or "pe": the nasal decides what the root began with."""
    first, second = rest[:1], rest[1:2]
    if first in "lrwymn" and first:
        yield rest
    if first == "m":
        tail = rest[1:]
        if second in "bfv" or (second == "p" and (tail[1:2] not in VOWELS or tail[1:3] == "er")):
            yield tail
        elif second in VOWELS:
            yield "p" + tail
            yield "f" + tail
    elif first == "n":
        if second == "g":
            tail = rest[2:]
            if tail[:1] in VOWELS:
                yield tail
                yield "k" + tail
                if tail[0] == "e" and sum(c in VOWELS for c in tail[1:]) == 1:
                    yield from (tail[1:],) if len(tail) - 1 <= _MONOSYLLABLE else ()
            elif tail[:1] in "gh" or (tail[:1] == "k" and tail[1:2] not in VOWELS):
                yield tail
        elif second == "y":
            yield "s" + rest[2:]
        else:
            tail = rest[1:]
            if second in "cdjz" or (second in "ts" and tail[1:2] not in VOWELS):
                yield tail
            elif second in VOWELS:
                yield "t" + tail


def active(root: str) -> str:
    """The root under meN-: "tanam" gives "menanam", "bantu" "membantu"."""
    first = root[:1]
    if first in "lrwymn":
        return "me" + root
    if first in "pbfv":
        return "mem" + (root[1:] if first == "p" else root)
    if first in "tcdjz":
        return "men" + (root[1:] if first == "t" else root)
    if first == "s":
        return "meny" + root[1:]
    return "meng" + (root[1:] if first == "k" else root)


def derivations(word: str) -> Iterator[tuple[str, str]]:
    """Each root that `word` may be made of, with its frame ("ke-ber-an", "meN-kan nya").

    Unaffixed words yield themselves first, with the frame "".
    """
    seen = set()
    for rest, tail in endings(word):
        for suffix in ("", *_SUFFIXES):
            if suffix and not rest.endswith(suffix):
                continue
            middle = rest[: -len(suffix)] if suffix else rest
            if len(middle) < SHORTEST_ROOT:
                continue
            for outer, allowed in _OUTER.items():
                if suffix not in allowed:
                    continue
                for inside in without_prefix(middle, outer) if outer else (middle,):
                    if len(inside) < SHORTEST_ROOT:
                        continue
                    frame = f"{outer}-{suffix}{tail}" if outer or suffix or tail else ""
                    if (inside, frame) not in seen:
                        seen.add((inside, frame))
                        yield inside, frame
                    for inner in _INNER.get(outer, ()):
                        for root in without_prefix(inside, inner):
                            if len(root) >= SHORTEST_ROOT:
                                yield root, f"{outer}-{inner}-{suffix}{tail}"


def behind_bound(word: str) -> Iterator[str]:
    """What stands behind a bound element in `word`: "kota" in "antarkota"."""
    for length in range(2, min(_LONGEST_BOUND, len(word) - SHORTEST_ROOT) + 1):
        if word[:length] in BOUND:
            yield word[length:]


def roots(word: str, is_root: Callable[[str], bool]) -> Iterator[str]:
    """The roots of `word` that exist."""
    for root, _frame in derivations(word):
        if is_root(root):
            yield root
