"""Where a text begins to list those present, and which verbs tell that somebody was there."""

from collections.abc import Iterator

from articles.reading import offices
from articles.reading.page import Page

# Verbs after which a list of those present stands.
_TRIGGERS = frozenset(
    "dihadiri didampingi disaksikan diikuti dihadirkan dihantar dikawal ditemani mendampingi menyaksikan "
    "menghadirkan".split()
)

# Between the verb and the first item.
FILLERS = frozenset(
    "oleh langsung juga pula dan turut ikut secara antara lain diantaranya antaranya yakni yaitu adalah "
    "seperti : , - sejumlah pejabat daerah di bersama oleh hadir mendampingi menyaksikan sekaligus "
    "tampak terlihat dalam kegiatan acara tersebut itu ini pada kesempatan rapat upacara pelantikan "
    "pembukaan peresmian pertemuan musyawarah penyerahan".split()
)

# Who opens, leads or receives was there too.
_LED_BY = frozenset(
    "dibuka ditutup dipimpin diresmikan dipandu dilantik diserahkan disambut diterima dilepas dicanangkan "
    "dimoderatori".split()
)

LEADS = frozenset(
    "membuka menutup memimpin meresmikan menghadiri melantik menyerahkan meninjau memandu menyambut "
    "membacakan hadir berkunjung mengunjungi melepas mencanangkan mendampingi memantau bersilaturahmi".split()
)

_LONGEST = 700


def regions(page: Page) -> Iterator[tuple[int, int]]:
    """Where the lists in running text begin and end."""
    index, size = 0, len(page.low)
    while index < size:
        begin = _list_start(page, index)
        if begin is None:
            index += 1
            continue
        end = _list_end(page, begin)
        if end > begin:
            yield begin, end
        index = max(end, index + 1)


def _list_start(page: Page, index: int) -> int | None:
    low = page.low[index]
    _begin, end = page.bounds(index)
    if low in _TRIGGERS or low in _LED_BY:
        at = index + 1
    elif low == "hadir" or (
        low in ("tampak", "terlihat") and page.low[index + 1 : index + 2] == ["hadir"]
    ):
        at = index + 1
        # "X hadir di …" tells of X; a list follows "turut hadir", or "Hadir" at a sentence's start.
        begins = index == page.bounds(index)[0] or page.low[index - 1] in (
            "turut",
            "ikut",
            "tampak",
            "juga",
            "yang",
            "nampak",
            "pula",
            "terlihat",
        )
        if not begins:
            return None
    else:
        return None
    last = end
    if at < last and page.low[at] in ("dalam", "pada", "di"):
        # "Hadir dalam kegiatan itu, Bupati …": the list begins after the comma or before a capital office.
        for step in range(at, min(at + 14, last)):
            if page.tokens[step].text in (",", ":") or page.low[step] in (
                "yakni",
                "yaitu",
                "lain",
                "antaranya",
            ):
                at = step + 1
                break
            if step > at and offices.is_head(page, step) and page.tokens[step].is_capital:
                at = step
                break
        else:
            return None
    while at < last and page.low[at] in FILLERS:
        at += 1
    if at >= last:
        # "Hadir:" and the list on the following lines.
        if page.tokens[last - 1].text != ":" or last >= len(page.tokens):
            return None
        return last
    return at


def _list_end(page: Page, begin: int) -> int:
    """The end of the sentence, or of the lines when the list has one item a line."""
    _start, end = page.bounds(begin)
    number = page.sentence_of[begin]
    while end < len(page.tokens) and end - begin < _LONGEST:
        following = page.sentences[number + 1]
        broken = "\n" in page.text[page.tokens[end - 1].end : page.tokens[following[0]].start]
        if not (
            (broken and is_bullet(page, following[0]))
            or (
                end - begin <= 2
                and page.tokens[end - 1].text == "."
                and page.tokens[begin].text.isdigit()
            )
            or (
                page.tokens[end - 1].text == "."
                and page.tokens[end - 2].text.isdigit()
                and not broken
            )
            or (broken and page.tokens[end - 1].text in (";", ","))
        ):
            break
        end, number = following[1], number + 1
    return end


def is_bullet(page: Page, index: int) -> bool:
    token = page.tokens[index]
    if token.text in ("-", "–", "•", "·", "*"):
        return True
    following = page.tokens[index + 1].text if index + 1 < len(page.tokens) else ""
    return (
        token.text.isdigit() or (len(token.text) == 1 and token.text.isalpha())
    ) and following in (".", ")")


def leads(page: Page, last: int) -> bool:
    """Whether who is named right before word `last` opens, leads or visits: was there."""
    at = last
    _begin, end = page.bounds(last - 1)
    while at < end and page.low[at] in (
        ",",
        "turut",
        "juga",
        "langsung",
        "secara",
        "resmi",
        "pun",
        "ikut",
    ):
        at += 1
    return at < end and page.low[at] in LEADS
