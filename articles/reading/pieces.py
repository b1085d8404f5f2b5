"""A list of those present, cut at the separators that are none of a name's or an institution's."""

from collections.abc import Iterator

from articles.reading import lexicon, offices
from articles.reading.page import Name, Page
from articles.reading.presence import is_bullet
from articles.reading.tokens import DOUBLE_QUOTES

DELEGATES = frozenset(
    "perwakilan wakil utusan delegasi unsur pihak tim rombongan kontingen".split()
)

GROUPS = frozenset(
    "para sejumlah puluhan ratusan ribuan belasan seluruh segenap semua beberapa jajaran tamu undangan "
    "peserta warga masyarakat siswa siswi mahasiswa pelajar guru-guru tokoh-tokoh kader anggota "
    "insan unsur segenap kaum ibu-ibu bapak-bapak anak-anak pengurus kelompok santri jamaah jemaah "
    "camat-camat orang forkopimda forkopimcam forkopim muspika muspida forum pimpinan".split()
) - {"anggota", "pimpinan", "unsur", "pengurus", "forum"}

# In small letters and without a name, these are people, not an office: "tokoh masyarakat".
MANY = frozenset(
    "tokoh pemuka warga kader mahasiswa anggota pegawai petugas relawan wartawan guru petani nelayan siswa "
    "pelajar karyawan pengurus pendamping penyuluh pelaku pengusaha pedagang pemuda".split()
)
# What somebody is called who is no official: with a name behind it one person, else a group.
ONE_OF_MANY = frozenset(
    "warga siswa siswi mahasiswa mahasiswi pelajar santri kader guru petani nelayan pegawai petugas "
    "relawan wartawan karyawan pedagang pemuda pengusaha tokoh korban".split()
)
NUMBERS = {
    **{
        word: n
        for n, word in enumerate(
            "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh".split(), 1
        )
    },
    "sebelas": 11,
    "seratus": 100,
}

NOBODY = frozenset(
    "ibu bapak istri isteri suami keluarga isterinya istrinya suaminya anaknya ajudan ibunda ayahanda lainnya lain "
    "sebagainya dll lainnya. rombongan".split()
)

# Where a list ends: the sentence goes on about something else.
END = frozenset(
    "yang pada di saat ketika untuk guna sekaligus dengan bertempat berlangsung dalam setelah usai sebelum "
    "sementara kegiatan acara karena sehingga agar menyatakan mengatakan berharap digelar dilaksanakan "
    "diselenggarakan dilakukan meninjau membuka berjalan berakhir dimulai ini itu tersebut adalah merupakan "
    "menjadi demi terkait tentang melalui secara hingga sampai usai serangkaian".split()
)

STANDS_FOR = frozenset(["mewakili", "wakili"])

STOOD_FOR = frozenset(["diwakili", "diwakilkan"])

_SEPARATORS = frozenset(
    [",", ";", "dan", "serta", "&", "beserta", "bersama", "maupun", "juga", "•", "·", "*"]
)

# What begins another item; some institutions' words are fields of a department too.
OTHERS = (lexicon.ORGANISATION_HEADS | GROUPS | DELEGATES | NOBODY) - {
    "koperasi",
    "pemuda",
    "perkim",
    "pariwisata",
    "umkm",
    "ketahanan",
    "kerukunan",
    "masyarakat",
}


def pieces(page: Page, begin: int, end: int, inside: dict[int, Name]) -> Iterator[tuple[int, int]]:
    """Cuts at separators that are none of a name's or an institution's."""
    first = index = begin
    while index < end:
        new_line = index > begin and (
            "\n" in page.text[page.tokens[index - 1].end : page.tokens[index].start]
        )
        if new_line or index == begin:
            if first < index:
                yield first, index
            first = index = _after_bullet(page, index, end)
            if index >= end:
                break
        if index in inside:
            index = inside[index].last
            continue
        token = page.tokens[index]
        cut = token.text == "." or token.text in DOUBLE_QUOTES
        if cut or _is_cut(page, index, first, end, inside):
            if first < index:
                yield first, index
            first = index + 1
        index += 1
    if first < end:
        yield first, end


def _after_bullet(page: Page, index: int, end: int) -> int:
    if not is_bullet(page, index):
        return index
    index += 1
    while index < end and page.tokens[index].text in (".", ")"):
        index += 1
    return index


def _is_cut(page: Page, index: int, first: int, end: int, inside: dict[int, Name]) -> bool:
    low = page.low[index]
    if low == ";":
        return True
    if low not in _SEPARATORS:
        return False
    if low == ",":
        following = page.low[index + 1] if index + 1 < end else ""
        if (
            following in lexicon.REGION_HEADS
            and index + 1 not in inside
            and following not in ("desa", "lingkungan")
        ):
            return following in ("wilayah", "daerah") or first == index
        return not _within_institution(page, index, end, inside)
    if low in ("dan", "serta", "&"):
        if index == first:
            return True
        if page.tokens[index - 1].text == ",":
            # "Perindustrian, Perdagangan, dan Koperasi" was kept together before.
            return not (index - 1 > first and _within_institution(page, index - 1, end, inside))
        return not _joins_institution(page, index, first, end, inside)
    return low != "juga" or index == first


def _joins_institution(
    page: Page, index: int, first: int, end: int, inside: dict[int, Name]
) -> bool:
    """“Dinas Pendidikan dan Kebudayaan”, “Pemuda dan Olahraga”: one institution."""
    at = index + 1
    if at >= end or at in inside:
        return False
    low = page.low[at]
    if (
        offices.is_head(page, at)
        or low in lexicon.ORGANISATION_HEADS
        or low in GROUPS
        or low in DELEGATES
        or low in NOBODY
        or page.tokens[at].text[0].isdigit()
        or low in NUMBERS
    ):
        return False
    if any(i in inside for i in range(first, index)):
        return False
    return page.tokens[at].is_capital and any(
        page.low[i]
        in lexicon.ORGANISATION_HEADS | {"bidang", "menteri", "kadis", "kabid", "asisten", "komisi"}
        for i in range(first, index)
    )


def _within_institution(page: Page, index: int, end: int, inside: dict[int, Name]) -> bool:
    """“Dinas Perindustrian, Perdagangan, dan Koperasi”: the comma of a name of an institution."""
    for at in range(index + 1, min(index + 7, end)):
        low = page.low[at]
        if at in inside or offices.is_head(page, at) or low in OTHERS:
            return False
        if low == "dan":
            # The comma before "dan" belongs to a list of fields only when offices come after it.
            nxt = at + 1
            return (
                nxt < end
                and nxt not in inside
                and page.tokens[nxt].is_capital
                and not offices.is_head(page, nxt)
                and page.low[nxt] not in OTHERS
                and any(
                    page.low[i] in ("dinas", "badan", "kementerian", "menteri", "bidang", "biro")
                    for i in range(max(page.bounds(index)[0], index - 5), index)
                )
            )
        if not page.tokens[at].is_capital and page.tokens[at].text != ",":
            return False
    return False
