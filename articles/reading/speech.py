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
_NOT_SAID = frozenset("untuk akan agar dapat bisa tidak tak dan bahwa atau harus ingin supaya".split())
_REACH = 40


def speaks(page: Page, first: int, last: int, phrase: int, end: int, others: frozenset[int]) -> bool:
    """Whether a statement is given to the name at words `first` to `last`.

    `phrase` is where the name with its office before it begins, `end` where the office after it
    ends; `others` are the words at which other names begin.
    """
    return _asked(page, phrase) or _asked(page, first) or _tells(page, phrase, last, end, others)


def _asked(page: Page, phrase: int) -> bool:
    """"…," kata X; menurut X; disampaikan oleh X."""
    begin = max(0, page.bounds(phrase)[0])
    index = phrase - 1
    while index >= begin and page.low[index] in lexicon.ADDRESS | {"juga", "pula", "dari"}:
        index -= 1
    if index < begin:
        return False
    low = page.low[index]
    if low == "oleh" and index > begin:
        return page.low[index - 1] in _PASSIVE or (
            page.low[index - 1] in ("juga", "pula") and page.low[index - 2] in _PASSIVE
        )
    if low == "menurut" or low in _PLAIN_CUES or low in _PASSIVE:
        return True
    if low in lexicon.CUES_AFTER:
        before = page.tokens[index - 1].text if index else ""
        return before in DOUBLE_QUOTES or before == ","
    return False


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
        elif direct:
            return False
        elif index in others and page.tokens[index - 1].text == ",":
            return False
        index += 1
    return False


def last_spoken_of(page: Page, names: list[tuple[int, int]]) -> set[int]:
    """Which of the names (first and last word, in order) a later "katanya" or "ia mengatakan" means.

    It means the name that began a sentence last, or was named last where none did.
    """
    meant: set[int] = set()
    current: int | None = None
    current_sentence = -9
    which = 0
    for index, low in enumerate(page.low):
        while which < len(names) and names[which][0] == index:
            begin, _end = page.bounds(index)
            sentence = page.sentence_of[index]
            if sentence != current_sentence or current is None:
                current, current_sentence = which, sentence
            which += 1
        if current is None or page.sentence_of[index] - current_sentence > 6:
            continue
        if low in _SAID_SO:
            meant.add(current)
        elif low in _PRONOUNS and page.low[index + 1 : index + 2]:
            follows = page.low[index + 1]
            before = page.low[index - 1] if index else ""
            if follows in _SPOKEN or follows in ("juga", "pun") and page.low[index + 2 : index + 3] and (
                page.low[index + 2] in _SPOKEN
            ):
                meant.add(current)
            elif before == "menurut" or before in _PLAIN_CUES:
                meant.add(current)
        elif low == "menurutnya":
            meant.add(current)
    return meant
