"""The office beside a name: where it begins, and what of it is the institution."""

from dataclasses import dataclass

from articles.reading import lexicon
from articles.reading.page import Page
from articles.reading.tokens import QUOTES

ACTING = frozenset("plt plh pj pjs pgs plt. plh. pj. pjs. pgs.".split())
_ACTING_LONG = {
    ("pelaksana", "tugas"),
    ("pelaksana", "harian"),
    ("penjabat", "sementara"),
    ("pejabat", "sementara"),
}
# What an office is connected by inside: "Perhimpunan Hotel dan Restoran", "Head of Marketing".
_INSIDE = frozenset(
    "dan untuk atas bagi pada dari di of and for the ke bidang urusan tingkat se per & / ( ) - – '".split()
)
# Those sent are people of their own, not what somebody before them is.
_SENT = frozenset("perwakilan utusan delegasi".split())
_LOOSE_ENDS = frozenset("di dari pada untuk ke dan".split())
# Between office and institution, and part of neither.
_BETWEEN = frozenset("dari pada of di".split())
# An office never reaches over these words.
BARRIERS = (
    lexicon.CUES_AFTER
    | lexicon.CUES_BETWEEN
    | lexicon.DAYS
    | lexicon.MONTHS
    | frozenset(
        "yang oleh bersama dengan kepada adalah ialah sebagai selaku bahwa menurut hadir dihadiri "
        "didampingi mendampingi disaksikan antara seperti yakni yaitu serta juga saat ketika karena "
        "bahkan namun adapun sementara itu ini tersebut dalam melalui mewakili diwakili diwakilkan "
        "turut tampak terlihat ada oleh terhadap maupun maka dia ia mereka kami kita saya para "
        "sejumlah beberapa setelah usai seusai sebelum selain lalu kemudian akan telah sudah sedang "
        "agar supaya hingga sampai secara tidak bukan bisa dapat harus ikut pula pun saja lagi masih "
        "membuka menutup memimpin menghadiri meresmikan menerima mengunjungi meninjau berfoto "
        "menyerahkan dibuka ditutup dipimpin diresmikan diserahkan diterima disambut beserta mantap "
        "disampaikan dikatakan diungkapkan dijelaskan ditegaskan dituturkan dibenarkan diakui senada "
        "dikemukakan dipaparkan ditambahkan disebutkan dinyatakan diutarakan dilontarkan".split()
    )
) - {"kata", "pesan"} | {"kata"}
_UNITS = frozenset(
    "bidang seksi sub divisi fraksi komisi kelompok dewan pengurus pusat tim".split()
)
_LONGEST = 26
# "pengajar hukum tata negara dan administrasi negara": words in small letters of one office.
_MOST_SMALL = 6


@dataclass(frozen=True, slots=True)
class Office:
    """Words `first` to `last` are the office as printed."""

    first: int
    last: int
    acting: str
    role: str
    organisation: str


def before(page: Page, first: int, taken: int) -> Office | None:
    """The office printed right before the word `first`, a comma between them or not.

    `taken` is the first word that may belong to it; what stands before belongs to somebody else.
    """
    begin = max(page.bounds(first)[0], taken, first - _LONGEST)
    last = first
    if last > begin and page.tokens[last - 1].text in (",", ":") and last - 1 > begin:
        last -= 1
    while last > begin and (
        page.low[last - 1].rstrip(".") in lexicon.ADDRESS or page.tokens[last - 1].text == "("
    ):
        last -= 1
    last = _without_town(page, begin, last)
    while last > begin and page.low[last - 1] in _LOOSE_ENDS:
        last -= 1
    head = _head(page, begin, last)
    return None if head is None else split(page, head, last)


def _without_town(page: Page, begin: int, last: int) -> int:
    """“Universitas Airlangga, Surabaya, NAME”: the town is none of the office's."""
    for size in (1, 2):
        comma = last - size - 1
        if (
            comma > begin
            and page.tokens[comma].text == ","
            and page.tokens[last - 1].is_capital
            and all(low in lexicon.towns() for low in page.low[comma + 1 : last])
        ):
            return comma
    return last


def _head(page: Page, begin: int, last: int) -> int | None:
    """Walks back from the end of an office to its first word."""
    head: int | None = None
    lower = 0
    index = last - 1
    while index >= begin:
        token, low = page.tokens[index], page.low[index]
        if _is_barrier(page, index):
            break
        if token.text == ",":
            if not _comma_inside(page, index, last):
                break
        elif is_head(page, index):
            head, lower = index, 0
        elif token.is_word and not token.is_capital and low not in _INSIDE:
            if token.text[0].isdigit():
                pass
            elif _is_verb(low) or lower >= _MOST_SMALL:
                break
            lower += 1
        elif (low == "dan" and head is not None and index + 1 == head) or (
            low in ("dan", "di", "dari", "pada", "untuk", "ke") and _new_office(page, index, head)
        ):
            break
        index -= 1
    if head is None:
        return None
    return _with_acting(page, head, begin)


def _is_barrier(page: Page, index: int) -> bool:
    text = page.tokens[index].text
    if text in ".;:?!" or (text in QUOTES and text not in "'’"):
        return True
    # "Direktur Lalu Lintas", "PARA Syndicate": in a title's capitals the words mean something else.
    if page.low[index] not in BARRIERS:
        return False
    following = page.tokens[index + 1] if index + 1 < len(page.tokens) else None
    is_short_form = following is not None and following.text[:2].istitle() and len(text) < 6
    return not text[0].isupper() or (text.isupper() and not is_short_form)


def is_head(page: Page, index: int) -> bool:
    """Whether an office may begin with this word."""
    low = page.low[index]
    if low in ACTING:
        return True
    return low in lexicon.ROLE_HEADS


def _new_office(page: Page, index: int, head: int | None) -> bool:
    # "di Kepala Dinas": an office that another begins after is not its inside.
    return head is not None and head == index + 1 and page.tokens[head].is_capital


def _is_verb(low: str) -> bool:
    return (
        low.startswith(("me", "di", "ber", "ter"))
        and len(low) > 5
        and low not in lexicon.ORGANISATION_HEADS
        and low not in lexicon.ROLE_HEADS
        and low
        not in (
            "media",
            "digital",
            "medis",
            "mesin",
            "teras",
            "bersama",
            "terorisme",
            "disabilitas",
            "diplomasi",
            "berkelanjutan",
            "berencana",
            "terpadu",
            "terapan",
            "menengah",
            "terbuka",
            "tertinggal",
            "terpencil",
            "berbasis",
            "metode",
            "meteorologi",
            "metrologi",
            "beragama",
        )
    )


def _comma_inside(page: Page, index: int, last: int) -> bool:
    """ "Desa A, Kecamatan B" and "Tenaga Kerja, Transmigrasi, dan Energi" are one office each."""
    following = page.low[index + 1 : index + 2]
    if not following or index + 1 >= last:
        return False
    if following[0] in lexicon.REGION_HEADS:
        return True
    # A list inside a title: the words up to "dan" are short, in capitals, and no offices.
    for at in range(index + 1, min(index + 16, last)):
        low = page.low[at]
        if low == "dan":
            return True
        if is_head(page, at) or page.tokens[at].text == ".":
            return False
        if page.tokens[at].is_word and not page.tokens[at].is_capital:
            return False
    return False


def _with_acting(page: Page, head: int, begin: int) -> int:
    """Takes "Pelaksana Tugas", or what a manager is manager of, before the head along."""
    if head >= begin + 2 and tuple(page.low[head - 2 : head]) in _ACTING_LONG:
        return head - 2
    if page.low[head] in _ENGLISH_HEADS and page.tokens[head].is_capital:
        first = head
        while first > max(begin, head - 4) and _is_english_field(page, first - 1):
            first -= 1
        return first
    return head


# "Resort Manager", "Chief Marketing Officer": what they manage stands before.
_ENGLISH_HEADS = frozenset("manager director officer secretary lead specialist supervisor".split())


def _is_english_field(page: Page, index: int) -> bool:
    token, low = page.tokens[index], page.low[index]
    return token.text in ("&", "and") or (
        token.is_word
        and token.is_capital
        and not _is_barrier(page, index)
        and low not in lexicon.common_words()
        and low not in lexicon.SENTENCE_STARTERS
        and low not in lexicon.given_names()
        and not page.labels[index].endswith("PER")
    )


def after(page: Page, last: int, stop: int) -> Office | None:
    """The office in apposition: "NAME, Ketua DPRD," "NAME (37), warga …", "NAME selaku …".

    `stop` is the first word that belongs to the next name.
    """
    end = min(page.bounds(last - 1)[1], last + _LONGEST)
    index = last
    if index < end and page.tokens[index].text == "(":
        close = _closing(page, index, end)
        if close is None:
            return None
        if is_head(page, index + 1):
            return _forward(page, index + 1, close, close)
        index = close + 1
    joint = page.low[index : index + 3]
    if not joint:
        return None
    if joint[0] in (",", "-", "–", "—", ":"):
        index += 1
        joint = page.low[index : index + 3]
    elif joint[0] == "dari":
        return _sent_by(page, index + 1, end, stop)
    elif joint[0] not in ("selaku", "sebagai", "yang"):
        return None
    if joint[:1] in (["selaku"], ["sebagai"]):
        index += 1
    elif joint[:2] in (["yang", "juga"], ["yang", "merupakan"], ["yang", "menjabat"]):
        index += 3 if joint[2:] in (["sebagai"], ["merupakan"], ["adalah"]) else 2
    elif joint[:1] == ["yang"]:
        return None
    if page.low[index : index + 2] == ["salah", "satu"]:
        index += 2
    if index >= end or not is_head(page, index) or page.low[index] in _SENT:
        return None
    return _forward(page, index, end, stop)


def _sent_by(page: Page, index: int, end: int, stop: int) -> Office | None:
    """“NAME dari Koalisi Pejalan Kaki”: an institution and no role."""
    if index >= end or not (
        page.low[index] in lexicon.ORGANISATION_HEADS or page.labels[index] == "B-ORG"
    ):
        return None
    last = index + 1
    while last < min(end, stop) and (
        page.tokens[last].is_capital
        or (
            page.low[last] in ("dan", "untuk", "of", "for")
            and last + 1 < end
            and page.tokens[last + 1].is_capital
        )
        or (
            page.tokens[last].text == "("
            and page.tokens[last + 1 : last + 2] != []
            and page.tokens[last + 1].is_capital
        )
        or (page.tokens[last].text == ")" and page.tokens[last - 1].is_capital)
    ):
        last += 1
    return Office(index - 1, last, "", "", page.words(index, last))


def _closing(page: Page, index: int, end: int) -> int | None:
    for at in range(index + 1, min(index + 14, end)):
        if page.tokens[at].text == ")":
            return at
    return None


def _forward(page: Page, first: int, end: int, stop: int) -> Office | None:
    """The office that begins at `first` and goes on to a comma, a verb or the next name."""
    index = first
    lower = 0
    while index < min(end, stop):
        token, low = page.tokens[index], page.low[index]
        if _is_barrier(page, index):
            break
        if token.text == ",":
            if page.low[index + 1 : index + 2] and page.low[index + 1] in lexicon.REGION_HEADS:
                index += 1
                continue
            if not (
                page.tokens[index - 1].is_capital and _titles_list(page, index, min(end, stop))
            ):
                break
        elif (low == "dan" and index + 1 < end and is_head(page, index + 1)) or (
            token.text == "("
            and page.tokens[index + 1 : index + 2]
            and not page.tokens[index + 1].is_capital
        ):
            break
        elif (
            token.is_word
            and not token.is_capital
            and low not in _INSIDE
            and not is_head(page, index)
        ):
            lower += 1
            if lower > _MOST_SMALL or _is_verb(low):
                break
        index += 1
    while index > first and (
        page.low[index - 1] in _INSIDE - {")", "'"}
        or (not page.tokens[index - 1].is_word and page.low[index - 1] != ")")
    ):
        index -= 1
    if index == stop and index < end and page.tokens[index - 1].text != ",":
        # The next name follows at once: the office is that person's.
        return None
    return split(page, first, index) if index > first else None


def _titles_list(page: Page, index: int, end: int) -> bool:
    """Whether the comma stands in the list of a ministry's or department's fields."""
    commas = 0
    for at in range(index + 1, min(index + 8, end)):
        low = page.low[at]
        if low == "dan":
            return (
                page.tokens[at - 1].text == "," and not is_head(page, at + 1)
                if at + 1 < end
                else False
            )
        if page.tokens[at].text == ",":
            commas += 1
        elif (
            not page.tokens[at].is_capital or is_head(page, at) or low in lexicon.ORGANISATION_HEADS
        ):
            return False
    return False


def split(page: Page, first: int, last: int) -> Office:
    """Takes acting words, the role and the institution apart."""
    acting_end = first
    if tuple(page.low[first : first + 2]) in _ACTING_LONG:
        acting_end = first + 2
        if page.low[acting_end : acting_end + 1] == ["("] and acting_end + 2 < last:
            acting_end += 3
    elif page.low[first] in ACTING:
        acting_end = first + 1
    if acting_end >= last:
        acting_end = first
    at = _organisation(page, acting_end, last)
    role_last = at
    while role_last > acting_end + 1 and page.low[role_last - 1] in _BETWEEN | {",", "-"}:
        role_last -= 1
    return Office(
        first,
        last,
        page.words(first, acting_end),
        page.words(acting_end, role_last),
        page.words(at, last),
    )


def _organisation(page: Page, first: int, last: int) -> int:
    """Where the institution begins; `last` when the office names none."""
    for index in range(first + 1, last):
        token, low = page.tokens[index], page.low[index]
        if not token.is_capital or low in _UNITS:
            continue
        if page.low[index - 1] in lexicon.REGION_HEADS:
            continue
        known = low in lexicon.ORGANISATION_HEADS
        letters = token.text
        short = (
            letters.isupper()
            and letters.isalpha()
            and 3 <= len(letters) <= 10
            and low not in lexicon.ROLE_WORDS
            and low not in lexicon.places()
            and low not in lexicon.WORLD
            and not is_head(page, index)
        )
        if known or short:
            return index
    return last
