"""The whole printed names in a text: what the model finds, with titles before and degrees after."""

from articles.reading import lexicon, offices
from articles.reading.agreement import NO_NAMES, PARTICLES, agreed, is_initial
from articles.reading.page import Name, Page
from articles.reading.titles import after_degrees, after_titles, is_degree, is_title, rank_is_office


def find(page: Page) -> list[Name]:
    """Every mention of a named person, in order, not overlapping.

    Besides what the model marks: capitals after a title ("Hj. …") and after an office and a comma
    ("Lurah Lappa, Andi Awal,").
    """
    found: list[Name] = []
    index, size = 0, len(page.tokens)
    while index < size:
        name = _at(page, index)
        if name is None:
            index += 1
            continue
        found.append(name)
        index = max(name.last, index + 1)
    return agreed(page, found)


def _at(page: Page, index: int) -> Name | None:
    label, low = page.labels[index], page.low[index]
    _begin, end = page.bounds(index)
    core = index
    if is_title(page, index):
        core = after_titles(page, index, end)
        if core >= end or not _can_be_name(page, core):
            return None
        if low in lexicon.RANK_WORDS and rank_is_office(page, core):
            return None
        tail = _name_end(page, core, end)
    elif label in ("B-PER", "I-PER"):
        if low in lexicon.ADDRESS and index + 1 < end and page.labels[index + 1] == "I-PER":
            return None
        tail = _name_end(page, core, end)
        if tail == core or _is_language(page, core, tail):
            return None
    elif _is_listed(page, index):
        tail = _name_end(page, core, end)
    elif _follows_office(page, index):
        tail = _run(page, core, end)
        if tail == core:
            return None
    else:
        return None
    if tail - core == 1 and (
        page.low[core] in NO_NAMES or page.low[core] in lexicon.plain_offices()
    ):
        return None
    while tail - core > 1 and _begins_sentence(page.low[tail - 1]):
        tail -= 1
    if _is_no_name(page, core, tail) and core == index:
        return None
    return Name(index, after_degrees(page, tail, end), core, tail)


def _begins_sentence(low: str) -> bool:
    """ "Sanchez |Ratusan": where the text lost its full stop."""
    return low in lexicon.SENTENCE_STARTERS and low not in lexicon.given_names()


def _is_no_name(page: Page, core: int, tail: int) -> bool:
    """“Rp5”, “Financial Times”, and a country or capital alone."""
    words = page.low[core:tail]
    if words[-1] in lexicon.FOREIGN_FIRMS or any(letter.isdigit() for letter in "".join(words)):
        return True
    return (
        len(words) == 1
        and words[0] in lexicon.WORLD
        and words[0] not in lexicon.given_names()
        and (core == 0 or page.low[core - 1] not in lexicon.CUES_AFTER)
    )


def _is_listed(page: Page, index: int) -> bool:
    """“Rahmad, Riefky Pradipta dan |Aprilia Maharani|”: among names, two words that no place has."""
    begin, end = page.bounds(index)
    if (
        page.labels[index] != "B-LOC"
        or page.low[index - 1] not in ("dan", "serta")
        or index - 2 < begin
        or page.labels[index - 2] != "I-PER"
    ):
        return False
    last = index + 1
    while last < end and page.labels[last] == "I-LOC":
        last += 1
    return last - index > 1 and all(
        _plain_name_word(page, at) and page.low[at] not in lexicon.FIRM_WORDS
        for at in range(index, last)
    )


def _is_language(page: Page, core: int, tail: int) -> bool:
    """“Fenomena”, “Rahasia pribadi”: a word of the language with a capital, as sentences begin."""
    opens = core == page.bounds(core)[0] or not page.tokens[core - 1].is_word
    following = page.low[tail] if tail < len(page.low) else ""
    earlier = page.low[core - 1] if core else ""
    speaks = following in lexicon.CUES_BETWEEN or following == "," or earlier in lexicon.CUES_AFTER
    return opens and tail - core == 1 and not speaks and page.low[core] in lexicon.dictionary()


def _follows_office(page: Page, index: int) -> bool:
    begin, _end = page.bounds(index)
    return (
        index > begin + 1
        and page.tokens[index - 1].text == ","
        and _plain_name_word(page, index)
        and page.tokens[index - 2].is_word
        and page.low[index - 2] not in lexicon.DAYS
        and offices.before(page, index, begin) is not None
    )


def _plain_name_word(page: Page, index: int) -> bool:
    token, low = page.tokens[index], page.low[index]
    return (
        _can_be_name(page, index)
        and not token.text.isupper()
        and low not in lexicon.places()
        and low not in lexicon.WORLD
        and low not in lexicon.REGION_HEADS
        and low not in lexicon.SENTENCE_STARTERS
    )


def _run(page: Page, core: int, end: int) -> int:
    """The end of a run of one to four capitals before a mark or a verb; `core` where there is none."""
    index = core
    while (
        index < end
        and index - core < 5
        and (_plain_name_word(page, index) or is_initial(page.tokens[index].text))
    ):
        index += 1
    if index - core > 4:
        return core
    if index - core == 1 and (
        page.low[core] in lexicon.common_words() or "dan" in page.low[index : min(index + 5, end)]
    ):
        # "Dinas Perindustrian, Perdagangan, dan Koperasi": a department's fields.
        return core
    following = page.tokens[index] if index < end else None
    if (
        following is not None
        and following.is_word
        and (following.is_capital or page.low[index] in ("dan", "di", "dari"))
    ):
        return core
    return index


def _can_be_name(page: Page, index: int) -> bool:
    token, low = page.tokens[index], page.low[index]
    return (
        token.is_word
        and token.is_capital
        and index not in page.known
        and low not in NO_NAMES
        and low not in lexicon.plain_offices()
        and low.rstrip(".") not in lexicon.SENTENCE_STARTERS
    )


def _name_end(page: Page, core: int, end: int) -> int:
    """The word after the name that begins at `core`."""
    index = core
    marked = page.labels[core].endswith("PER")
    while index < end:
        label, token = page.labels[index], page.tokens[index]
        if index > core and label == "B-PER" and page.low[index] not in PARTICLES:
            if not page.tokens[index - 1].text.endswith("."):
                break
        elif not (label == "I-PER" or index == core):
            low = page.low[index]
            bridge = low in PARTICLES and index + 1 < end and page.tokens[index + 1].is_capital
            initial = len(token.text) == 2 and token.text.endswith(".")
            if marked and not initial and not bridge:
                # The model knows where a name ends, save for a given name right after it, and
                # for what follows a particle: "Muksin al Fachry".
                if page.low[index - 1] in PARTICLES and token.is_capital and index > core:
                    index += 1
                    continue
                if not (
                    label == "O"
                    and token.is_capital
                    and low in lexicon.given_names()
                    and low not in lexicon.common_words()
                    and low not in lexicon.places()
                ):
                    break
            elif not bridge and (
                not token.is_word
                or not token.is_capital
                or label in ("B-LOC", "B-ORG")
                or not _can_be_name(page, index)
                or is_degree(page, index, after_comma=False)
                or index - core > 4
            ):
                break
        if index > core and is_degree(page, index, after_comma=False) and label != "I-PER":
            break
        if index > core and not token.is_word and token.text not in "-.'’":
            break
        index += 1
    # A dot, a dash or a particle is never the end of a name.
    while index > core + 1 and (
        not page.tokens[index - 1].is_word or page.tokens[index - 1].text in PARTICLES
    ):
        index -= 1
    # "Budi Santoso, S.E.": a degree that the model took into the name.
    while (
        index > core + 1
        and is_degree(page, index - 1, after_comma=False)
        and ("." in page.tokens[index - 1].text)
        and len(page.tokens[index - 1].text) > 2
    ):
        index -= 1
    return index
