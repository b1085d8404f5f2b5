"""What is called after people or like them: "Universitas Jenderal Soedirman", "Network (Safenet)"."""

from articles.reading import lexicon, offices
from articles.reading.page import Name, Page

# What is called after people: "Universitas Jenderal Soedirman", "Jalan Andi Pettarani", "PT Candi Jaya".
CALLED_AFTER = frozenset(
    "universitas institut politeknik pt cv yayasan bandara rsud rsu rs masjid musala stadion jalan jl jl. gedung "
    "sma smp sd sman smpn smk pesantren hotel lapangan pasar candi gang jembatan monumen museum terminal "
    "pelabuhan sungai gunung danau pantai pulau desa kelurahan kecamatan kabupaten kota dusun kampung "
    "partai perumahan kompleks bendungan waduk taman gor wisma toko klub aula baruga kapal".split()
)


def is_called_after(page: Page, name: Name, alone: set[str]) -> bool:
    """Whether the words are the name of an institution or a place.

    `alone` are the words that the text has as somebody's whole name elsewhere.
    """
    at = name.first - 1
    word = page.tokens[name.core].text
    if page.low[at] in lexicon.REGION_HEADS and (
        "." in word or word.lower() in lexicon.given_names()
    ):
        return False  # "Imam Desa Muh. Arsyad"
    if page.low[name.core] in alone and name.tail - name.core > 1:
        return False  # "Manager Ketapang Hotel Budi Santoso berharap", and Budi elsewhere
    if _is_of_institution(page, name):
        return True
    while at > page.bounds(name.first)[0] and page.low[at] in lexicon.RANK_WORDS:
        at -= 1  # "Universitas Jenderal Soedirman"
    return (
        at >= page.bounds(name.first)[0]
        and page.low[at] in CALLED_AFTER
        and page.tokens[at].is_capital
        and name.first == name.core
        and name.last == name.tail
    )


def _is_of_institution(page: Page, name: Name) -> bool:
    """“Network (|Safenet|)”, “Kelompok Sadar Wisata |Embao Blaam|, Desa …”: what nobody is called."""
    begin, end = page.bounds(name.first)
    words = page.low[name.first : name.last]
    if name.first - 1 <= begin or name.last >= end or name.first != name.core:
        return False
    following = page.tokens[name.last].text
    if following == "(" and _is_shortened(page, name, end):
        return True
    if not lexicon.given_names().isdisjoint(words):
        return False
    if page.tokens[name.first - 1].text == "(":
        return (
            following == ")"
            and len(words) == 1
            and "-" not in words[0]
            and page.tokens[name.first - 2].is_capital
            and offices.before(page, name.first - 1, begin) is not None
        )
    return (
        following == ","
        and name.last + 1 < end
        and page.low[name.last + 1] in lexicon.REGION_HEADS
        and page.tokens[name.last + 1].is_capital
        and (page.tokens[name.first - 1].is_capital or page.tokens[name.first - 1].text == ")")
        and offices.before(page, name.first, begin) is not None
    )


def _is_shortened(page: Page, name: Name, end: int) -> bool:
    """“Universitas Kristen |Satya Wacana| (UKSW)”: the letters in brackets end like the words."""
    at = name.last + 1
    if (
        at + 1 >= end
        or page.tokens[at + 1].text != ")"
        or not page.tokens[name.first - 1].is_capital
    ):
        return False
    letters = "".join(low[0] for low in page.low[name.first : name.last])
    return page.low[at].endswith(letters) and len(page.low[at]) > len(letters)
