"""Words with the frequencies of a language: a few in every text, most of them hardly ever.

The word of rank r is drawn with a probability of 1/r (Zipf's law, G. K. Zipf, *Human Behavior and the Principle of
Least Effort*, 1949). The first are the real function words of Indonesian, then real words with their affixes, then
invented ones of Indonesian syllables, so that PostgreSQL's Indonesian stemmer has its usual work.
"""

from __future__ import annotations

import itertools
import random

VOCABULARY = 20_000
# Named, so that measurements at every size ask for the same: in nine stories of ten, in one of five, and in
# RARE_STORIES stories however many there are.
COMMON_WORD = "warga"
FREQUENT_WORD = "jembatan"
RARE_WORD = "anoa"
RARE_STORIES = 7

_FUNCTION = """
yang dan di untuk dengan pada dari ini itu akan ke dalam tidak juga oleh telah sebagai karena mereka adalah
""".split()
_NEWS = """
warga kata kepala kabupaten pemerintah daerah masyarakat desa tahun hari kota kegiatan pihak program dinas
anggaran bupati kecamatan jalan sekolah pembangunan pelayanan petugas rumah bantuan acara kerja
""".split()
_SUBJECTS = """
pasar air anak guru siswa petani nelayan sawah harga beras ikan hutan sungai laut pulau pantai listrik
banjir hujan musim polisi jaksa hakim sidang perkara laporan kantor camat lurah dewan anggota
rapat sidik dana pajak usaha modal koperasi bank kredit pupuk benih panen kebun kopi cengkih kakao rumput
kapal pelabuhan bandara terminal angkutan kendaraan motor mobil lalu lintas korban luka rawat dokter bidan
perawat obat puskesmas rumah sakit vaksin gizi balita ibu lansia olahraga lomba juara tim latih pemain
gelanggang lapangan budaya adat tari musik pesta nikah doa masjid gereja haji puasa zakat santri pesantren
""".split()
_PREFIXES = ("", "di", "ber", "ter", "se", "me", "pe")
_SUFFIXES = ("", "an", "kan", "nya", "i")
_ONSETS = "b c d g j k l m n p r s t w".split()
_VOWELS = "a a a i i u u e o".split()
_CODAS = ["", "", "", "n", "ng", "r", "s", "k", "t", "h", "l"]


def _invented(chance: random.Random) -> str:
    return "".join(
        chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_CODAS)
        for _syllable in range(chance.randint(2, 4))
    )


def _vocabulary() -> tuple[str, ...]:
    chance = random.Random(1949)
    derived = [
        prefix + root + suffix
        for root in _SUBJECTS
        for prefix, suffix in itertools.product(_PREFIXES, _SUFFIXES)
        if prefix or suffix
    ]
    chance.shuffle(derived)
    words = dict.fromkeys([*_FUNCTION, *_NEWS, *_SUBJECTS, FREQUENT_WORD, *derived])
    while len(words) < VOCABULARY:
        words[_invented(chance)] = None
    words.pop(RARE_WORD, None)
    return tuple(words)


WORDS = _vocabulary()
WEIGHTS = tuple(itertools.accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))
# Of what headlines speak: no function words.
_SUBJECT_WORDS = WORDS[len(_FUNCTION) :]
_SUBJECT_WEIGHTS = tuple(
    weight - WEIGHTS[len(_FUNCTION) - 1] for weight in WEIGHTS[len(_FUNCTION) :]
)

GIVEN_NAMES = """
Abdul Agus Ahmad Aminah Andi Arif Asmar Bahar Basri Budi Dahlia Darwis Dewi Fatimah Firman Hadijah Halim Hamzah
Hasan Hasnah Herman Ilham Irwan Ismail Jamal Jufri Karsina Kartini Lukman Mansyur Maryam Mulyadi Murni Nasrul
Nurdin Nurhayati Rahmat Ramli Ratna Ridwan Rosmini Rustam Salma Samsul Sitti Suharto Sulaiman Syamsiah Tahir
Umar Wahyu Yusuf Zainal Zulkifli
""".split()


def text(chance: random.Random, count: int) -> list[str]:
    """So many words of running text."""
    return chance.choices(WORDS, cum_weights=WEIGHTS, k=count)


def headline(chance: random.Random) -> str:
    """Six to nine words that say what a story is about."""
    words = chance.choices(_SUBJECT_WORDS, cum_weights=_SUBJECT_WEIGHTS, k=chance.randint(6, 9))
    return capitalised(" ".join(words))


def sentences(chance: random.Random, words: list[str]) -> list[str]:
    """The words as sentences of eight to twenty words."""
    found = []
    start = 0
    while start < len(words):
        end = start + chance.randint(8, 20)
        found.append(capitalised(" ".join(words[start:end])) + ".")
        start = end
    return found


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def surname(number: int) -> str:
    """A name that nobody with another number has; letters that no look-alike rule mistakes."""
    syllables = [onset + vowel for onset in "bdghkmnprstw" for vowel in "aeu"]
    number += len(syllables)
    name = ""
    while number:
        number, place = divmod(number, len(syllables))
        name += syllables[place]
    return capitalised(name)
