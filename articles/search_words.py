"""The forms of a word that a reader means too: "pembangunan" finds "membangun".

PostgreSQL's stemmer for Indonesian cuts into words that only look made ("berita" becomes "ita", "kepala" "pala",
"Diana" "ana"), so texts are found by the words as they stand. What is stemmed is the question: a word is taken apart by
the grammar (`copydesk.morphology`) into roots that exist, each root is made into the forms that the grammar knows, and
those that stand in the archive are asked for beside the word itself. A better rule so needs no other index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .copydesk import lexicon, morphology
from .models import ArchiveWord

SHORTEST = 4
LONGEST = 24
# The most common forms of one word; a family has some twenty.
MOST_FORMS = 16
# A root this much rarer than what seems to be made of it is an accident of letters: "perintah" in "pemerintah".
_RARER = 0.1
# Nouns in "-an" are often more common than what they are made of: "laporan".
_RARER_NOUN = 0.02
# Roots of three letters are in many words by accident; only common ones, between prefix and suffix, are believed.
_COMMON = 50
# A root in no dictionary ("lantik") is one when the archive has so many other words of it.
_WITNESSES = 2
# Too common to tell what a story is about, as the roots of something else.
_EMPTY_ROOTS = frozenset(
    "ada dapat jadi kata lebih buat sama satu dua tiga lain mana bagi suatu tentu hari kali orang akan "
    "sudah boleh harus baik besar kecil baru lama".split()
)
# Words whose meaning has left that of their root, or that only look as if they had one. Each stands for itself and
# what is made of it.
_ON_THEIR_OWN = frozenset(
    "anggaran angkatan bagian bangsawan belakang beras berangkat berita berani bersama bupati daratan "
    "diana ikatan jabatan kecuali kehendak kejadian kekasih keluarga kemarin kemudian kendaraan kepala kepada "
    "kesatuan ketua lautan makanan masakan mengerti menteri merupakan musyawarah pahlawan pangkalan pasukan "
    "pedoman pejabat pemerintah pemuda penduduk pendapat pendapatan penting peran perangkat peranan percaya perdana "
    "perempuan peristiwa perjuangan perkara permata pernah persatuan persen pertama perusahaan perwira pesantren "
    "pesawat peserta petugas polisi ruangan satuan sayuran sekolah selatan selesai sejarah sebelah tanaman "
    "tangkapan terlalu terminal terbang tujuan ulangan ukuran".split()
)
# Families that share a root and no longer a meaning: who asks for an arrest is not after who holds out.
_PARTED = tuple(
    frozenset(family.split())
    for family in (
        "bertahan pertahanan pertahankan mempertahankan dipertahankan ketahanan",
        "pertemuan bertemu menemui ditemui temui",
        "kebangkitan bangkit membangkitkan dibangkitkan",
    )
)
# Frames without a suffix that make no words today; what has them has grown into a word of its own.
_NOT_ALONE = frozenset({"ke", "per", "se", "ku", "kau"})
# Frames that hardly ever come about by accident.
_CERTAIN = frozenset({"meN", "di", "peN", "ke", "per", "ber", "ter"})


def forms(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The other forms of each word that stand in the archive, the most common first. One query, or none.

    Words that are no Indonesian words have none; `words` in any case.
    """
    asked = {word: _plausible(word.casefold()) for word in words if _is_plain(word.casefold())}
    made = {root: set(_made_of(root)) for roots in asked.values() for root in roots}
    every = set[str]().union(*made.values()) if made else set()
    if not every:
        return {}
    archive = ArchiveWord.objects.filter(word__in=sorted(every)).order_by("-stories", "word")
    known = dict(archive.values_list("word", "stories"))
    # What came out a moment ago is not counted yet, and most of its words are in the dictionary.
    counts = lexicon.shipped().counts
    listed = sorted(every & counts.keys() - known.keys(), key=lambda form: (-counts[form], form))
    known |= dict.fromkeys(listed, 0)
    found = {}
    for word, roots in asked.items():
        own = word.casefold()
        family = {
            form
            for root, is_listed in roots.items()
            for form in made[root]
            if form in known and (is_listed or _has_witnesses(root, made[root], known, own))
        }
        family -= {own} | _ON_THEIR_OWN
        for parted in _PARTED:
            family = family & parted if own in parted else family - parted
        if family:
            found[word] = tuple(form for form in known if form in family)[:MOST_FORMS]
    return found


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalpha() and SHORTEST <= len(word) <= LONGEST


def _has_witnesses(root: str, made: set[str], known: dict[str, int], own: str) -> bool:
    # A long one is no accident.
    needed = 1 if len(root) > SHORTEST else _WITNESSES
    return sum(form in known and form != own for form in made) >= needed


def _plausible(word: str) -> dict[str, bool]:
    """The roots that `word` may be made of, itself among them, and whether a dictionary lists each."""
    lex = lexicon.shipped()
    roots = {word: True}
    if word in _ON_THEIR_OWN:
        return roots
    for root, frame in morphology.derivations(word):
        if not frame or root in _EMPTY_ROOTS:
            continue
        prefixes, suffix = frame.split("-")[:-1], frame.split("-")[-1]
        outer = prefixes[0]
        if (outer in _NOT_ALONE and not suffix) or _is_noun_under_a_verb(root, outer):
            continue
        is_confix = outer in _CERTAIN and bool(suffix)
        count = lex.count(root)
        if not count:
            # Of roots in no dictionary only plain frames are believed: "melantik", "pelantikan".
            if len(prefixes) == 1 and len(root) >= SHORTEST and outer in _CERTAIN:
                roots.setdefault(root, False)
            continue
        if len(root) < SHORTEST and not (is_confix and count >= _COMMON):
            continue
        rarer = _RARER if outer else _RARER_NOUN
        if is_confix or root in _ON_THEIR_OWN or count >= rarer * lex.count(word):
            roots[root] = True
    # "pemerintahan" is of "pemerintah", and no longer of "perintah".
    grown = roots.keys() & _ON_THEIR_OWN
    return dict.fromkeys((word, *grown), True) if grown else roots


def _is_noun_under_a_verb(root: str, outer: str) -> bool:
    """Whether a verb seems to be made of a noun in "-an" ("melepaskan" is not of "lepaskan")."""
    return outer in {"meN", "di", "ter"} and root.endswith("an") and len(root) > 5


def _made_of(root: str) -> Iterator[str]:
    """The words that the grammar makes of a root: verbs, nouns, and with "-nya"."""
    active = morphology.active(root)
    agent = "pe" + active[2:]
    has_er = root[1:3] == "er" or root[:1] == "r"
    ber, per, ter = (prefix + ("" if has_er else "r") for prefix in ("be", "pe", "te"))
    bare = {root, root + "an", agent, agent + "an", f"ke{root}an", f"{per}{root}an"}
    yield from bare
    yield from (form + "nya" for form in bare)
    yield from (root + "kan", root + "i", root + "lah", f"pe{root}", f"se{root}")
    for stem in (active, "di" + root, "ter" + root, ter + root):
        yield from (stem, stem + "kan", stem + "i", stem + "nya")
    yield from (ber + root, f"{ber}{root}an", f"ber{root}", f"per{root}an")
    yield from (
        f"memper{root}",
        f"memper{root}kan",
        f"memper{root}i",
        f"diper{root}",
        f"diper{root}kan",
    )
    if root == "ajar":
        yield from ("belajar", "pelajar", "pelajaran", "pembelajaran")
