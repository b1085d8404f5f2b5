"""Words of a headline that no text of the story has: a leftover, or a claim without a source."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext_lazy as _

from . import lexicon, morphology
from .findings import HEADLINE, Finding
from .tokens import words

_REASON = _("No text of the story has this word of the headline.")
SHORTEST = 4
_VERBAL = frozenset({"meN", "di", "ber", "ter"})
# Headlines say it shorter than texts do.
_SAME = (
    ("pemkab", "pemerintah kabupaten"), ("pemkot", "pemerintah kota"), ("wabup", "wakil bupati"),
    ("pemprov", "pemerintah provinsi"), ("wagub", "wakil gubernur"), ("sekda", "sekretaris daerah"),
    ("pemdes", "pemerintah desa"), ("kadis", "kepala dinas"), ("kades", "kepala desa"),
    ("disdik", "dinas pendidikan"), ("dinkes", "dinas kesehatan"), ("dinsos", "dinas sosial"),
    ("sulsel", "sulawesi selatan"), ("sulbar", "sulawesi barat"), ("sulteng", "sulawesi tengah"),
    ("sultra", "sulawesi tenggara"), ("sulut", "sulawesi utara"), ("jabar", "jawa barat"),
    ("jateng", "jawa tengah"), ("jatim", "jawa timur"), ("polres", "kepolisian resor"),
    ("korut", "korea utara"), ("korsel", "korea selatan"), ("warga", "masyarakat"),
    ("ratusan", "orang"), ("puluhan", "orang"), ("ribuan", "orang"), ("jutaan", "orang"),
)  # fmt: skip
# Words that say how, not what: nobody looks for them in the text.
_EMPTY = frozenset(
    "yang dan untuk dengan dari pada dalam akan oleh atau juga telah sudah bisa dapat hingga saat "
    "usai jelang terkait soal demi agar agen ini itu jadi para tidak belum bukan lebih paling tetap "
    "terus kini lagi masih baru begini berikut inilah ternyata wajib siap mulai sebut minta ingin "
    "harap ajak dorong gelar buka tutup hadiri terima beri raih dapat ungkap imbau tegaskan pastikan "
    "resmi tahun hari kata simak cara kapan siapa mengapa bagaimana kenapa dimana begitu sempat "
    "menjadi punya milik sendiri perlu anda kita kami mereka tahu hanya cukup makin kian semua semakin "
    "beberapa banyak sejumlah sering selalu pernah nyaris justru lalu pun sampai bila jika sesudah "
    "setelah sebelum sambil serta malah agak sangat amat sekali hilang ada "
    "akhirnya segera kembali antara tanpa sejak bagi lewat melalui atas bawah depan secara".split()
)


@cache
def _expanded() -> dict[str, tuple[str, ...]]:
    return {short: tuple(full.split()) for short, full in _SAME}


def check(headline: str, *texts: str) -> Iterator[Finding]:
    """Content words of `headline` whose stem stands in none of `texts`. Silent without a text.

    Places are characters of the headline. Stems are compared, so "menanam" is there when the text
    has "penanaman"; a shortened word is there when what it stands for is.
    """
    written = [word for text in texts for word in words(text)]
    if len(written) < 20:
        return
    forms = {word.lower for word in written}
    stems: set[str] = set()
    for form in forms:
        for part in (form, *form.replace("’", "'").replace("'", "-").split("-")):
            stems.add(lexicon.stem(part))
            stems.add(part)
    initials = _initials(written)
    for word in words(headline):
        lower = word.lower
        if word.joined or len(lower) < SHORTEST or lower in _EMPTY:
            continue
        if _is_there(lower, stems, initials) or _says_how(lower):
            continue
        yield Finding(word.start, word.end, word.text, HEADLINE, "", _REASON)


def _says_how(word: str) -> bool:
    """Whether a word is a verb: headlines choose those freely, and claim nothing by them.

    It has a verb's prefix, or a root that stands more often with one than without:
    headlines leave the prefix out ("Bupati Lantik Camat").
    """
    lex = lexicon.shipped()
    if any(
        frame.partition("-")[0] in _VERBAL and lex.is_root(root)
        for root, frame in morphology.derivations(word)
    ):
        return True
    verbs = (
        f"{prefix}{tail}" for prefix in ("di", "ter") for tail in (word, f"{word}kan", f"{word}i")
    )
    active = morphology.active(word)
    forms = [*verbs, active, f"{active}kan", f"{active}i"]
    return lex.is_root(word) and sum(map(lex.count, forms)) > lex.count(word)


def _is_there(word: str, stems: set[str], initials: set[str]) -> bool:
    parts = [part for part in word.replace("’", "-").replace("'", "-").split("-") if part]
    return all(
        part in stems
        or lexicon.stem(part) in stems
        or part in initials
        or any(full in stems for full in _expanded().get(part, ()))
        or any(lexicon.stem(root) in stems for root in lexicon.roots_of(part))
        for part in parts
    )


def _initials(written: list) -> set[str]:
    """Abbreviations that the text's capitalised words make: "DPRD" of Dewan Perwakilan …."""
    letters = "".join(w.text[0].lower() if w.text[0].isupper() else " " for w in written)
    found = set()
    for run in letters.split():
        for start in range(len(run)):
            for length in range(3, 7):
                if start + length <= len(run):
                    found.add(run[start : start + length])
    return found
