"""Whose statement a text reports: verbs beside a name, and "katanya" for the one named last."""

from articles.reading import lexicon
from articles.reading.page import Page
from articles.reading.tokens import DOUBLE_QUOTES

_SAID_SO = frozenset(
    "katanya ujarnya tuturnya ucapnya ungkapnya jelasnya tegasnya paparnya imbuhnya tambahnya lanjutnya "
    "terangnya tandasnya pungkasnya sebutnya bebernya harapnya sambungnya cetusnya tukasnya urainya "
    "akunya pesannya jawabnya kilahnya simpulnya keluhnya tulisnya".split()
)
# These stand for a statement wherever they are; the others of CUES_AFTER only after a quotation.
_PLAIN_CUES = frozenset("kata ujar tutur ucap ungkap papar imbuh".split())
_PASSIVE = frozenset(
    "disampaikan diungkapkan dikatakan ditegaskan dijelaskan dibenarkan diutarakan dituturkan dikemukakan "
    "dipaparkan diakui dinyatakan ditambahkan dilontarkan diucapkan diamini disebutkan diceritakan dirasakan "
    "diterangkan diharapkan".split()
) - {"dirasakan", "diharapkan"}
_SPOKEN = lexicon.CUES_BETWEEN
_PRONOUNS = frozenset("ia dia beliau".split())
_ADVERBS = frozenset(
    "juga pun kembali sebelumnya kemudian lantas lalu sempat sendiri turut hanya selalu sering kerap terus "
    "mengaku pernah sudah telah secara tegas langsung optimistis lebih lanjut".split()
)
_AFTER_NAME = frozenset(
    "saat dalam di melalui yang ketika usai seusai kepada pada secara lewat via sebelumnya selaku sebagai "
    "menanggapi sembari sambil senin selasa rabu kamis jumat sabtu minggu setelah mewakili didampingi".split()
)
_NOT_SUBJECT = frozenset(
    "kepada dengan bersama terhadap bagi untuk tentang soal antara pada dari ke di mengenai terkait "
    "mewakili didampingi dan".split()
)
_NOT_SAID = frozenset(
    "untuk akan agar dapat bisa tidak tak dan bahwa atau harus ingin supaya".split()
)
_SKIPPED = lexicon.ADDRESS | {"juga", "pula", "sang"}
QUOTE_MARKS = DOUBLE_QUOTES | {"’", "'"}
_REACH = 40
# So many sentences later “katanya” still means the one who spoke.
_MEMORY = 12


QUOTES, REPORTS = "quotes", "reports"


def speaks(page: Page, first: int, last: int, phrase: int, end: int, others: frozenset[int]) -> str:
    """How a statement is given to the name at words `first` to `last`, or "".

    QUOTES: its words stand in quotation marks; REPORTS: somebody else's words tell it. `phrase` is
    where the name with its office before it begins, `end` where the office after it ends; `others`
    are the words at which other names begin.
    """
    return (
        _asked(page, phrase)
        or _asked(page, first)
        or (REPORTS if _tells(page, phrase, last, end, others) else "")
    )


def _asked(page: Page, phrase: int) -> str:
    """“…,” kata X; menurut X; disampaikan oleh X."""
    begin = page.bounds(phrase)[0]
    index = phrase - 1
    while index >= begin and page.low[index] in _SKIPPED:
        index -= 1
    if index < begin:
        return ""
    low = page.low[index]
    if low == "oleh":
        at = index - 1
        while at > begin and page.low[at] in ("juga", "pula", "langsung"):
            at -= 1
        return REPORTS if at >= begin and page.low[at] in _PASSIVE else ""
    if low in lexicon.CUES_AFTER:
        marks = {token.text for token in page.tokens[max(0, index - 2) : index]}
        if marks & QUOTE_MARKS:
            return QUOTES
        return REPORTS if low in _PLAIN_CUES or "," in marks else ""
    return REPORTS if low == "menurut" or low in _PASSIVE else ""


def quotes_before(page: Page, index: int) -> bool:
    """Whether “…,” kata stands right before the word."""
    if index < 2 or page.low[index - 1] not in lexicon.CUES_AFTER:
        return False
    return any(token.text in QUOTE_MARKS for token in page.tokens[max(0, index - 3) : index - 1])


def _tells(page: Page, phrase: int, last: int, end: int, others: frozenset[int]) -> bool:
    """X mengatakan …; X, Ketua Y, saat dihubungi, menuturkan …"""
    begin, stop = page.bounds(phrase)
    if phrase > begin and page.low[phrase - 1] in _NOT_SUBJECT:
        return False
    index = end
    direct = True
    depth = 0
    while index < min(stop, end + _REACH):
        token, low = page.tokens[index], page.low[index]
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth = max(0, depth - 1)
        elif depth:
            pass
        elif token.text in DOUBLE_QUOTES or token.text in ".;?!":
            return False
        elif low in _SPOKEN:
            if page.low[index - 1] not in _NOT_SAID:
                return True
        elif direct and low in _ADVERBS:
            pass
        elif direct and (low in _AFTER_NAME or token.text == ","):
            direct = False
        elif direct or (index in others and page.tokens[index - 1].text == ","):
            return False
        index += 1
    return False


def quoted_later(page: Page, speakers: list[tuple[int, int]]) -> set[int]:
    """Which speakers a later “…,” katanya or “ia mengatakan” means: the one who spoke last.

    `speakers` are (word, key) in the order of the text; the keys of those meant are given back.
    """
    meant: set[int] = set()
    current: tuple[int, int] | None = None
    which = 0
    for index, low in enumerate(page.low):
        while which < len(speakers) and speakers[which][0] <= index:
            current = speakers[which]
            which += 1
        if current is None or page.sentence_of[index] - page.sentence_of[current[0]] > _MEMORY:
            continue
        said = low in _SAID_SO or (
            low in _PRONOUNS and index > 0 and page.low[index - 1] in _PLAIN_CUES
        )
        if said and {token.text for token in page.tokens[max(0, index - 3) : index]} & QUOTE_MARKS:
            meant.add(current[1])
    return meant
