"""Other ways of writing what a reader typed: "kades" and "kepala desa", "cabe" and "cabai".

They are asked for beside the words of the question, so texts are indexed as they stand. Short forms of offices and
institutions are those of `people.abbreviations`; those below are written by readers and newspapers alike, and mean the
same wherever they stand. What has a second meaning, or another shade, is left out ("BBM" is more than "bensin").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from .people.abbreviations import FULL_FORMS

# A short form, and what it is short for.
_SHORT = """
pilkada pemilihan kepala daerah
pilkades pemilihan kepala desa
pilgub pemilihan gubernur
pilbup pemilihan bupati
pilpres pemilihan presiden
pileg pemilihan legislatif
pemilu pemilihan umum
caleg calon legislatif
cabup calon bupati
cawabup calon wakil bupati
cagub calon gubernur
perda peraturan daerah
perdes peraturan desa
perbup peraturan bupati
ranperda rancangan peraturan daerah
musrenbang musyawarah perencanaan pembangunan
bansos bantuan sosial
lakalantas kecelakaan lalu lintas
satlantas satuan lalu lintas
pemda pemerintah daerah
ormas organisasi masyarakat
posyandu pos pelayanan terpadu
faskes fasilitas kesehatan
nakes tenaga kesehatan
medsos media sosial
ponpes pondok pesantren
damkar pemadam kebakaran
"""
# Words that many write in more than one way, the ways of one word on a line.
_SPELLINGS = """
cabai cabe
cengkih cengkeh
masjid mesjid
apotek apotik
imbau himbau
imbauan himbauan
izin ijin
jadwal jadual
nasihat nasehat
praktik praktek
risiko resiko
ustaz ustadz
ramadan ramadhan
salat sholat shalat
azan adzan
napi narapidana
"""


_FULL = FULL_FORMS | {
    line.split()[0]: tuple(line.split()[1:]) for line in _SHORT.strip().splitlines()
}
_SHORTS: dict[tuple[str, ...], list[str]] = defaultdict(list)
for _short, _words in _FULL.items():
    _SHORTS[_words].append(_short)
_LONGEST = max(map(len, _SHORTS))
_SAME = {
    word: tuple(other for other in line.split() if other != word)
    for line in _SPELLINGS.strip().splitlines()
    for word in line.split()
}


def variants(terms: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """For each of the terms, which follow one another, the other ways of writing it: words, or phrases.

    Each word of "kepala desa" may be "kades" instead: a story that has both words is found, and one that has the
    short form, and no other.
    """
    words = [term.casefold().strip(",;:?!") for term in terms]
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for term, word in zip(terms, words, strict=True):
        found[term] |= dict.fromkeys((*_SAME.get(word, ()), *_in_full(word)))
    for start in range(len(words)):
        for stop in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            short = _SHORTS.get(tuple(words[start:stop]), ())
            for term in terms[start:stop]:
                found[term] |= dict.fromkeys(short)
    return {term: tuple(others) for term, others in found.items() if others}


def _in_full(word: str) -> list[str]:
    """A short form written out, wholly or in part: "kadinkes" is "kadis kesehatan" too."""
    full = _FULL.get(word)
    if full is None:
        return []
    begun = (
        " ".join((short, *full[length:]))
        for length in range(2, len(full) + 1)
        for short in _SHORTS.get(full[:length], ())
        if short != word
    )
    return [" ".join(full), *begun]
