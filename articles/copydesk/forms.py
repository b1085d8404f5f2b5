"""Common wrong forms: a table that editors extend, and a few rules of the spelling (EYD V).

The table is read as whole words, one to three of them. A wrong root in it also covers the words
made of it: with "ijin → izin" in the table, "diijinkan" is "diizinkan". Capitalised words inside a
sentence are names and left alone, unless the right form only sets a space or takes one out; in a
headline, where all words have one, only those are that are known as names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import lexicon, morphology
from .findings import FORM, Finding
from .tokens import Word

# The wrong form in small letters, and (right form, why).
Forms = Mapping[str, tuple[str, str]]
LONGEST_FORM = 3
# Wrong roots shorter than this would be found inside other words.
SHORTEST_ROOT = 4
# A word that stood so often in the counted text is no wrong form of another one.
COMMON = 10

_REASON = _("Not the standard form.")
_DI_VERB = _("“di-” in front of a verb is a prefix and written together (EYD V).")
_ORDINAL = _("“ke-” in front of a number is a prefix: the third is “ketiga” (EYD V).")
_MANY = _("“para” says already that there are several.")
_BOUND = _("This element is written together with the word behind it (EYD V).")
_LOST_K = _("The root ends in k, and “-kan” adds another one.")
_RUPIAH = _("“Rp” is followed by the amount, without a dot, a space or “,-” (EYD V).")
_SE = _("“se-” is joined by a hyphen to a word with a capital (EYD V).")

_RUPIAH_WITH_DOT = re.compile(r"\bRp\.[ \u00a0]?(?=\d)")
_RUPIAH_DASH = re.compile(r"\bRp\.?[ \u00a0]?\d[\d.]{0,30},-")
_AMOUNT = re.compile(r"\bRp(?:\.|[ \u00a0]|\.[ \u00a0])(\d[\d.,]{0,20})[ \u00a0]([^\W\d_]{4,20})\b")
_SE_CAPITAL = re.compile(
    r"\bse (?=(?:Indonesia|Kabupaten|Kota|Kecamatan|Provinsi|Sulawesi|Jawa|"
    r"Sumatra|Kalimantan|Papua|Bali|Nusantara|Asia|ASEAN|Asean)\b)"
)
# Verbs without a suffix that are passive with "di-"; none is a noun of a place or a time.
_PASSIVES = frozenset(
    "aniaya atur aduk ajak ambil ancam angkat angkut awasi baca bakar bantu bawa bayar bekuk bekali "
    "beli bidik bongkar borgol bunuh buat buka buru cabut caci cari catat cegah cegat cek cetak ciduk "
    "cium coret cuci curi curigai desak didik dorong duga dukung ekspor ganti garap gelar gali "
    "gerebek giring goreng gugat gusur hadang hajar halau hantam hapus hibur himpun hina hitung "
    "imbau injak intai jaga jahit jambret jarah jemput jerat jual kaji kawal kecam kejar kelola "
    "keluhkan kepung keroyok kirim kritik kubur kuras kurung lacak lantik lapor larang lempar lihat "
    "liput masak minta muat olah pakai paksa panggil pantau pandu pasang pecat pegang pelihara peluk "
    "peras periksa perkosa petik pijat pikul pilih pimpin pindah pinjam potong puji pungut rampas "
    "rampok rancang rangkul rawat razia rebut rebus rekam rekrut rilis ringkus rintis robek sahkan "
    "sambut sandera santuni sebar sebut segel seleksi semprot serang serap serbu seret setor sewa "
    "sidik siksa simpan siram sita sokong suap sulap sumbang susun tabrak tagih tahan tambah tampar "
    "tangkap tanam tanya tantang tarik tebang tegur teken tembak tempel tempuh temui tendang terima "
    "tikam tilang timbun tindak tinjau tipu titip tolak tolong tonton tuduh tukar tulis tunda tunjuk "
    "tuntut tusuk tutup ubah ukir ukur ulas undang undur unduh unggah ungkap urus usir usul usung "
    "usut utus vonis".split()
)
# Words that end like a verb and stand behind the preposition "di".
_NOUNS_LIKE_VERBS = frozenset("ikan makan pekan rekan bukan akan kalangan".split())
# Behind one of these, "ke" and a number say which one it is, and not whereto.
_COUNTED = frozenset(
    "anak babak bulan cucu edisi gelombang gol hari istri jilid kali kelompok kloter lantai minggu "
    "musim nomor orang pasal pekan peringkat periode pihak posisi putaran putra putri seri sesi "
    "tahap tahun tempat urutan zona".split()
)
_NUMBERS = frozenset("satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split())
_BEHIND_ORDINALS = frozenset(
    "itu ini dan atau yang di ke dari pada dalam dengan untuk oleh adalah akan telah sudah tidak "
    "juga pun setelah sejak sebelum saat ketika karena bagi belas puluh".split()
)
# Wrong forms that many people have in their names.
_IN_NAMES = frozenset("putera puteri".split())
# Repeated, these are other words than once, or have no other form.
_NO_PLURALS = frozenset("laki mata orang kanak undang".split())
# Written together with a word in small letters behind them; "tuna", "super" and "maha" are not
# here, since they are words by themselves too.
_BOUND_ELEMENTS = frozenset("pasca pra non anti".split())


def _lines() -> Iterator[tuple[str, str, str, bool]]:
    """The shipped lines: wrong, right, why, and whether it is in use from the start.

    A line with a fourth column, "house", is right by the dictionary too, but much of the press
    writes otherwise by a decision of its own; it waits until the house turns it on.
    """
    with (lexicon.DATA / "wrong_forms.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            wrong, right, note, *house = line.rstrip("\n").split("\t")
            yield wrong, right, note, not house


@cache
def shipped() -> dict[str, tuple[str, str]]:
    """What is in use of the table that ships, `data/wrong_forms.tsv`: wrong, right, why."""
    return {wrong.lower(): (right, note) for wrong, right, note, in_use in _lines() if in_use}


@cache
def _all_wrong() -> frozenset[str]:
    return frozenset(wrong.lower() for wrong, *_rest in _lines())


def is_common(form: str) -> bool:
    """Whether a form is a word that every story has: called wrong, it would be found everywhere."""
    return lexicon.shipped().count(form.lower()) >= COMMON


@lru_cache(maxsize=8_192)
def is_covered(word: str) -> bool:
    """Whether the shipped table has an opinion of a lower-case word, or of a root it is made of.

    Such a word is no misspelling then, even where the house has turned the table's line off.
    """
    table = _all_wrong()
    return word in table or any(
        root in table and root in word
        for root, frame in morphology.derivations(word)
        if frame and len(root) >= SHORTEST_ROOT
    )


def check(
    text: str,
    words: list[Word],
    forms: Forms,
    is_name: Callable[[str], bool] = lambda _word: False,
) -> Iterator[Finding]:
    """The wrong forms in `text`, whose words are `words`. They may overlap.

    `is_name` tells what belongs to a name of a person or a place that the newsroom knows.
    """
    names = lexicon.shipped().names
    words = [
        replace(word, in_title=False)
        if word.in_title and (word.lower in names or word.lower in _IN_NAMES or is_name(word.lower))
        else word
        for word in words
    ]
    for place, word in enumerate(words):
        yield from _in_the_table(text, words, place, forms)
        if not word.joined:
            yield from _made_of_a_wrong_root(word, forms)
            yield from _without_a_k(word)
            if place + 1 < len(words):
                yield from _two_words(text, word, words[place + 1], forms)
                yield from _ordinal(text, words, place)
    yield from _patterns(text)
    yield from _amounts(text, forms)


def _in_the_table(text: str, words: list[Word], place: int, forms: Forms) -> Iterator[Finding]:
    for length in range(LONGEST_FORM, 0, -1):
        run = words[place : place + length]
        if len(run) < length or any(w.joined for w in run):
            continue
        start, end = run[0].start, run[-1].end
        printed = text[start:end]
        if length > 1 and len(printed) != sum(w.end - w.start for w in run) + length - 1:
            continue  # something stands between the words
        key = printed.replace("’", "'").replace("\n", " ").lower()
        found = forms.get(key)
        if found is None:
            continue
        if printed.isupper() and not morphology.VOWELS & set(key):
            continue  # "PD", "YG": an abbreviation of something else
        right, note = found
        spacing = right.replace(" ", "") == key.replace(" ", "")
        if _may_be_a_name(run[0]) and not spacing and right.islower():
            continue
        better = _like(printed, right)
        if run[0].in_title and printed.istitle():
            better = right.title() if right.islower() else right
        yield Finding(start, end, printed, FORM, better, _why(note))
        return


def _made_of_a_wrong_root(word: Word, forms: Forms) -> Iterator[Finding]:
    if word.lower in forms or _may_be_a_name(word):
        return
    if found := _with_right_root(word.lower, forms):
        better, note = found
        yield Finding(word.start, word.end, word.text, FORM, _like(word.text, better), _why(note))


def _with_right_root(lower: str, forms: Forms) -> tuple[str, str] | None:
    """A word in small letters with the right root in place of a wrong one, and why."""
    if len(lower) > 30 or not lower.isalpha() or lexicon.shipped().is_listed(lower):
        return None
    for root in {root for root, frame in morphology.derivations(lower) if frame}:
        if len(root) < SHORTEST_ROOT or root not in forms or root not in lower:
            continue
        right, note = forms[root]
        if not right.isalpha() or not right.islower():
            continue
        return lower.replace(root, right, 1), note
    return None


def _without_a_k(word: Word) -> Iterator[Finding]:
    """ "Ditunjukan": the root ends in k, and "-kan" adds another: "ditunjukkan"."""
    lower = word.lower
    if not lower.startswith(("di", "me")) or not lower.endswith("kan") or lower[-4:-3] == "k":
        return
    if not 8 <= len(lower) <= 30 or not lower.isalpha() or _may_be_a_name(word):
        return
    with_k, without = _verb_root(lower[:-2], ending="k"), _verb_root(lower[:-3])
    if with_k > 0 and with_k > 10 * without:
        if not lexicon.shipped().is_listed(lower[:-2] + "k" + lower[-2:]):
            return
        better = word.text[:-2] + ("K" if word.text.isupper() else "k") + word.text[-2:]
        yield Finding(word.start, word.end, word.text, FORM, better, _LOST_K)


def _verb_root(word: str, ending: str = "") -> float:
    """How common the root is that "me-" or "di-" makes `word` of; 0 when there is none."""
    lex = lexicon.shipped()
    return max(
        (
            lex.count(root) + 0.5
            for root, frame in morphology.derivations(word)
            if len(root) >= SHORTEST_ROOT
            and root.endswith(ending)
            and lex.is_listed(root)
            and (frame == "" or (frame.startswith(("meN-", "di-")) and frame.endswith("-")))
        ),
        default=0.0,
    )


def _two_words(text: str, first: Word, second: Word, forms: Forms) -> Iterator[Finding]:
    if second.joined or text[first.end : second.start] != " ":
        return
    if second.in_title and first.text.islower():
        # "Jalan di Perbaiki Warga": joined, the word begins as the others of the headline do.
        first = replace(first, text=first.text.capitalize())
        second = replace(second, text=second.lower)
    elif not second.text.islower():
        return
    printed = text[first.start : second.end]
    if first.lower == "di":
        # "di himbau" has two faults, and is mended at once.
        verb, _note = forms.get(second.lower) or _with_right_root(second.lower, forms) or ("", "")
        verb = verb if verb.isalpha() else second.lower
        if _is_passive(verb):
            yield Finding(first.start, second.end, printed, FORM, first.text + verb, _DI_VERB)
    elif first.lower == "para" and _is_plural(second.lower):
        better = text[first.start : first.end] + " " + second.text.partition("-")[0]
        yield Finding(first.start, second.end, printed, FORM, better, _MANY)
    elif (
        first.lower in _BOUND_ELEMENTS
        and (first.text.islower() or first.first)
        and lexicon.shipped().count(second.lower)
    ):
        yield Finding(first.start, second.end, printed, FORM, first.text + second.text, _BOUND)


def _is_passive(word: str) -> bool:
    """Whether "di" in front of this word is the prefix: of a verb, never of a place."""
    lex = lexicon.shipped()
    if word in _PASSIVES:
        return True
    if "-" in word or word in _NOUNS_LIKE_VERBS or len(word) < 5:
        return False
    together = lex.count("di" + word)
    if word.startswith("per") and together > 0:
        return together >= lex.count(word)
    if word.endswith("kan") and len(word) > 5:
        return together > 0 or lex.is_root(word[:-3])
    if word.endswith("i") and lex.is_root(word[:-1]):
        return together > 0
    return False


def _is_plural(word: str) -> bool:
    one, _hyphen, other = word.partition("-")
    return one == other and one not in _NO_PLURALS and lexicon.shipped().count(one) > 0


def _ordinal(text: str, words: list[Word], place: int) -> Iterator[Finding]:
    """ "Anak ke tiga"; but "ke tiga desa" says whereto."""
    before, word, number = words[place - 1] if place else None, words[place], words[place + 1]
    if word.text != "ke" or number.lower not in _NUMBERS or not before:
        return
    behind = words[place + 2] if place + 2 < len(words) else None
    goes_on = behind and behind.start == number.end + 1 and behind.text.islower()
    if behind and goes_on and behind.lower not in _BEHIND_ORDINALS:
        return  # "membawa anak ke tiga sekolah"
    if before.lower in _COUNTED and text[before.end : number.start] == " ke ":
        printed = text[word.start : number.end]
        yield Finding(word.start, number.end, printed, FORM, "ke" + number.lower, _ORDINAL)


def _amounts(text: str, forms: Forms) -> Iterator[Finding]:
    """ "Rp 2 milyar": two faults of one amount, mended at once."""
    for match in _AMOUNT.finditer(text):
        right, note = forms.get(match[2].lower(), ("", ""))
        if right:
            better = f"Rp{match[1]} {right}"
            yield Finding(match.start(), match.end(), match.group(), FORM, better, _why(note))


def _patterns(text: str) -> Iterator[Finding]:
    for match in _RUPIAH_WITH_DOT.finditer(text):
        yield Finding(match.start(), match.end(), match.group(), FORM, "Rp", _RUPIAH)
    for match in _RUPIAH_DASH.finditer(text):
        better = "Rp" + match.group()[2:-2].lstrip(". \u00a0")
        yield Finding(match.start(), match.end(), match.group(), FORM, better, _RUPIAH)
    for match in _SE_CAPITAL.finditer(text):
        yield Finding(match.start(), match.end(), match.group(), FORM, "se-", _SE)


def _may_be_a_name(word: Word) -> bool:
    if word.in_title:
        return False
    return not word.first and word.text[0].isupper() and not word.text.isupper()


def _why(note: str) -> str | Promise:
    return format_lazy("{} {}.", _REASON, note[:1].upper() + note[1:]) if note else _REASON


def _like(printed: str, right: str) -> str:
    """`right` with the capitals of `printed`: each word's, the first one's, or all of them."""
    if len(printed) > 1 and printed.isupper():
        return right.upper()
    if " " in printed and printed.istitle():
        return right.title()
    if not printed[:1].isupper():
        return right
    if " " in right and " " not in printed:
        return right[:1].upper() + right[1:]
    return right[:1].upper() + right[1:]


def load_shipped(model: type[Model]) -> int:
    """Enter the shipped table's lines that are not there yet; how many were entered.

    `model` is WrongForm, or what a migration knows of it. Lines of the editors stay as they are.
    """
    manager = model._default_manager
    there = {wrong.lower() for wrong in manager.values_list("wrong", flat=True)}
    rows = [
        model(wrong=wrong, right=right, note=note[:120], is_active=in_use)
        for wrong, right, note, in_use in _lines()
        if wrong.lower() not in there
    ]
    manager.bulk_create(rows)
    return len(rows)
