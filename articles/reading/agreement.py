"""The names of one text made to agree: joined, cut, and found again by what is known of the others."""

from articles.reading import lexicon, offices
from articles.reading.called_after import CALLED_AFTER, is_called_after
from articles.reading.page import Name, Page
from articles.reading.places import after_place
from articles.reading.titles import after_degrees, after_titles, is_degree, is_title

PARTICLES = frozenset("bin binti van von der de al el ibn dg kr".split())

# Capitals that the model takes for a name now and then.
NO_NAMES = (
    lexicon.ORGANISATION_HEADS
    | lexicon.REGION_HEADS
    | lexicon.MONTHS
    | lexicon.DAYS
    | frozenset(
        "brigade garda laskar geng operasi forkopimda forkopimcam forkopim muspida muspika opd asn wib wita wit tbk persero covid covid-19 pancasila idulfitri iduladha ramadan hut ri apbd apbn".split()
    )
) - {"taman", "idi", "mi", "man", "sd", "tk", "min", "institut", "pan", "pandu"}

# Nobody is "direktur" without what of: the first unknown word after it is no name.
_NEEDS_INSTITUTION = frozenset(
    "ceo coo cfo cto founder co-founder direktur utama manajer manager head of rektor dekan pendiri komisaris".split()
)


def agreed(page: Page, names: list[Name]) -> list[Name]:
    """Makes the names of one text agree: joined, cut and found again by what is known of the others."""
    joined = _joined(page, _joined(page, names, over=True))
    alone = {page.low[n.core] for n in joined if n.tail - n.core == 1}
    alone -= lexicon.places() | lexicon.WORLD | lexicon.common_words()
    cut = [_without_front(page, _widened(page, name), alone) for name in joined]
    whole = _grown(page, cut, alone)
    whole = [name for name in _joined(page, whole) if not is_called_after(page, name, alone)]
    return sorted([*whole, *_again(page, whole)], key=lambda name: name.first)


_NO_OFFICE = CALLED_AFTER | lexicon.INSTITUTIONS


def _joined(page: Page, names: list[Name], over: bool = False) -> list[Name]:
    """“Zudan” and “Arif Fakrulloh” side by side are one name, and `over` one capital between."""
    result: list[Name] = []
    for name in names:
        last = result[-1] if result else None
        if (
            last is not None
            and last.last == last.tail
            and name.first == name.core
            and name.first - last.last <= over
            and page.sentence_of[name.first] == page.sentence_of[last.first]
            and all(_joins(page, at) for at in range(last.last, name.first))
        ):
            result[-1] = Name(last.first, name.last, last.core, name.tail)
        else:
            result.append(name)
    return result


def _widened(page: Page, name: Name) -> Name:
    """Takes along the capitals at both sides that can be nothing but the rest of the name."""
    begin, end = page.bounds(name.first)
    core, tail = name.core, name.tail
    if name.first == core:
        if (core > begin and is_initial(page.tokens[core - 1].text)) or (
            core > begin and page.tokens[core - 1].text in ("I", "Ni", "Al", "La", "Wa")
        ):
            core -= 1
        while (
            core > begin
            and page.low[core - 1] in lexicon.given_names()
            and page.tokens[core - 1].is_capital
            and page.labels[core - 1] in ("O", "B-PER")
        ):
            core -= 1
    if name.last == tail:
        while tail < end and tail - core < 6 and _rest_of_name(page, tail):
            if page.labels[tail] != "O" and page.low[tail] not in lexicon.given_names():
                break
            if is_degree(page, tail, after_comma=False):
                break
            tail += 1
    if (core, tail) == (name.core, name.tail):
        return name
    first = core if name.first == name.core else name.first
    return Name(
        first, after_degrees(page, tail, end) if tail != name.tail else name.last, core, tail
    )


def is_initial(text: str) -> bool:
    """ "A." or "Muh." before a name."""
    return text.endswith(".") and (len(text) == 2 or text in ("Muh.", "Moh.", "Abd.", "St."))


def _rest_of_name(page: Page, index: int) -> bool:
    low, text = page.low[index], page.tokens[index].text
    if index in page.known:
        return False
    if low in lexicon.given_names():
        return page.tokens[index].is_capital and low not in lexicon.places()
    return (
        text[0].isupper()
        and text[1:].islower()
        and len(text) > 2
        and low not in lexicon.common_words()
        and low not in lexicon.places()
        and low not in lexicon.WORLD
        and low not in NO_NAMES
        and low not in lexicon.ROLE_HEADS
        and low not in lexicon.ADDRESS
        and low not in lexicon.TITLES
        and low not in lexicon.ROLE_WORDS
    )


def _joins(page: Page, index: int) -> bool:
    token, low = page.tokens[index], page.low[index]
    return (
        token.is_word
        and token.is_capital
        and index not in page.known
        and low not in lexicon.ROLE_HEADS
        and low not in lexicon.INSTITUTIONS
    )


def _without_front(page: Page, name: Name, alone: set[str]) -> Name:
    """Cuts off what belongs to the office or the sentence: “Informatika |Bambang”, “Selain |Rahmad”."""
    titled = _from_title(page, name)
    if titled is not None:
        return titled
    core = name.core
    if name.first != core:
        return name
    given = lexicon.given_names()
    core = after_place(page, core, name.tail)
    capitals = page.tokens[core].text.isupper() and page.tokens[name.tail - 1].text.isupper()
    within = core > page.bounds(core)[0] and (
        page.tokens[core - 1].is_capital or page.low[core - 1] == "dan"
    )
    for at in range(core + 1, name.tail) if within else ():
        front = page.low[core:at]
        if (
            page.low[at] in alone
            and page.low[core] not in alone
            and not any(low in given or len(low.strip(".")) < 3 for low in front)
        ):
            core = at
            break
    in_office = _ends_office(page, core)
    bare_office = core > page.bounds(core)[0] and page.low[core - 1] in _NEEDS_INSTITUTION
    while name.tail - core > 1:
        low, text = page.low[core], page.tokens[core].text
        opens = core == page.bounds(core)[0]
        strange = (
            low in lexicon.common_words()
            or low in NO_NAMES
            or low in lexicon.WORLD
            or low in lexicon.ROLE_HEADS
            or low in lexicon.ADDRESS
            or (low in lexicon.places() and page.labels[core] == "B-LOC")
            or (len(text) > 2 and text.isupper() and text.isalpha() and not capitals)
            or (in_office and _is_of_office(low, name.tail - core))
            or (opens and low.endswith(("nya", "kan", "pun")) and len(low) > 5)
        )
        unknown = bare_office and low not in given and name.tail - core > 2
        part_of_office = (
            low in lexicon.ROLE_WORDS
            and core > page.bounds(core)[0]
            and (page.low[core - 1] in lexicon.ROLE_HEADS)
        )
        if not part_of_office and not unknown and (not strange or low in given):
            break
        bare_office = part_of_office
        core += 1
    return Name(core, name.last, core, name.tail) if core != name.core else name


def _from_title(page: Page, name: Name) -> Name | None:
    """“Kapolsek Batara Lino |Iptu Hasan|”: a title inside begins the name."""
    if name.first != name.core or not _follows_capital(page, name.core):
        return None
    for at in range(name.core + 1, name.tail - 1):
        if is_title(page, at) and (
            page.tokens[at].text.endswith(".") or page.low[at] in lexicon.RANK_WORDS
        ):
            core = after_titles(page, at, name.tail)
            return Name(at, name.last, core, name.tail) if core < name.tail else None
    return None


def _is_of_office(low: str, words: int) -> bool:
    """“PT Bio |Farma|”, “Stasiun |Klimatologi| |Bogor|”: before a name, but for its last word or two."""
    return (
        low in lexicon.FIRM_WORDS
        or low.startswith("kemen")
        or (words > 2 and low in lexicon.places())
        or (words > 2 and len(low) > 6 and low.endswith(_FIELDS) and low in lexicon.dictionary())
    )


# What no name ends in, but many a field of work does.
_FIELDS = ("logi", "asi", "itas", "aan", "ian", "uhan")


def _ends_office(page: Page, core: int) -> bool:
    """Whether capitals of an office run on to the name: “Direktur PT Kimia |Farma Budi|”."""
    if not _follows_capital(page, core):
        return False
    office = offices.before(page, core, page.bounds(core)[0])
    return office is not None and office.last == core


def _follows_capital(page: Page, index: int) -> bool:
    return index > page.bounds(index)[0] and page.tokens[index - 1].is_capital


def _grown(page: Page, names: list[Name], alone: set[str]) -> list[Name]:
    """“Anne” in “Secretary KAI Commuter |Anne Purba| berharap”, when she is called so elsewhere."""
    taken = {index for name in names for index in range(name.first, name.last)}
    result = list(names)
    full = {low for n in names if n.tail - n.core > 1 for low in page.low[n.core : n.tail]}
    for index, low in enumerate(page.low):
        if low not in alone or low in full or not page.tokens[index].is_capital or index < 1:
            continue
        _begin, end = page.bounds(index)
        if index in taken and not page.labels[index].endswith("PER"):
            continue
        last = index + 1
        while (
            last < end
            and last not in taken
            and last - index < 5
            and _joins(page, last)
            and low not in NO_NAMES
            and (
                page.low[last] not in lexicon.common_words()
                or page.low[last] in lexicon.given_names()
            )
            and not is_degree(page, last, after_comma=False)
        ):
            last += 1
        if last - index < 2 and not (index not in taken and _ends_a_phrase(page, index, end)):
            continue
        result = [name for name in result if not index <= name.first < last]
        result.append(Name(index, after_degrees(page, last, end), index, last))
        taken.update(range(index, last))
    return sorted(result, key=lambda name: name.first)


def _ends_a_phrase(page: Page, index: int, end: int) -> bool:
    """“Kepala PVMBG |Kasbani| ketika”: the last capital after others."""
    earlier = page.low[index - 1]
    return (
        page.sentence_of[index - 1] == page.sentence_of[index]
        and page.tokens[index - 1].is_capital
        and page.tokens[index - 1].is_word
        and earlier not in _NO_OFFICE
        and not (index + 1 < end and page.tokens[index + 1].is_capital)
    )


def _again(page: Page, names: list[Name]) -> list[Name]:
    """The capitals elsewhere in the text that are a part of a full name found in it."""
    taken = {index for name in names for index in range(name.first, name.last)}
    known: set[str] = set()
    for name in names:
        words = page.low[name.core : name.tail]
        if len(words) > 1:
            known.update(w for w in words if len(w) > 2 and w not in lexicon.common_words())
    known -= lexicon.places() | lexicon.WORLD | NO_NAMES | lexicon.ROLE_HEADS
    added = []
    for index, low in enumerate(page.low):
        if low not in known or index in taken or not page.tokens[index].is_capital:
            continue
        earlier = page.low[index - 1] if index else ""
        if page.labels[index] not in ("O", "B-LOC") or (
            page.labels[index] == "B-LOC" and earlier in ("di", "ke")
        ):
            continue
        if earlier in lexicon.INSTITUTIONS:
            continue
        _begin, end = page.bounds(index)
        last = index + 1
        while (
            last < end
            and page.low[last] in known
            and page.tokens[last].is_capital
            and last not in taken
        ):
            last += 1
        taken.update(range(index, last))
        added.append(Name(index, last, index, last))
    return added
