"""The whole printed names in a text: what the model finds, with titles before and degrees after."""

import re
from dataclasses import dataclass

from articles.people.names import CORPS
from articles.reading import lexicon, offices
from articles.reading.page import Page

# Degrees as they are written without dots, or with dots left out here.
DEGREES = frozenset(
    "se sh st sp ss si ssos spd spdi spdsd sag sip sik skm ssi skom ssn stp sstp stmm sptr spi spt shut "
    "sikom sith sked skep skg sfarm sei sth sths spsi sap sab sst str sad saf samd amd amdkeb amdkep "
    "mm mh mt mp ma ms mag msi mpd mpdi mkes mkom mhum map mpa map mkn mak mei mesy mars mepid mkep "
    "mth msn mtp mtr mtrhan mtrhanla mtrip mbiomed mkm mba msc mphil meng mpp mpwk mf mfil mikom msos mph "
    "mhi mif mstp mtq mil mhan mds msp mdes mec llm lc phd bsc ba bba beng ak ca cpa cma "
    "ners ns apt sps spog spa spb spkk spkj sppd spjp spm spp spot spu spn spm spthtkl sprad span spbs spf "
    "ipm ipu asean qia crmo cfra ccms cgcae chrp gp mod".split()
) - {"si", "ms", "asean", "gp", "mod", "ns", "ma", "ca"}
_DOTTED_DEGREE = re.compile(
    r"(?:[SMABDL]|Sp|Ph|Amd|Lc|Dr|Apt|Ir|CH|Gr)\.?(?:[A-Z][A-Za-z]{0,7}\.?)*"
)
# "S. Pd": what follows the letter.
_DEGREE_TAILS = frozenset(
    "pd si sos ag kom hum kes ak e h t p ip kep farm stp i.k ked m pt hut".split()
)
_DOTTED_TITLES = {"h", "hj", "hi", "rm", "ns", "ir", "st"}
_LOOSE_TITLES = frozenset(
    "prof dr drs dra drg drh kh tgh hj hajjah ust ustaz ustad ustadz kiai kyai pdt h haji".split()
)
_GENERALS = frozenset(
    "direktur direktorat sekretaris sekretariat konsul jaksa gubernur dirjen sekjen wakil inspektorat "
    "universitas asrama ibadah jemaah jamaah embarkasi jalan jl".split()
)
# What is called after people: "Universitas Jenderal Soedirman", "Jalan Andi Pettarani", "PT Candi Jaya".
_CALLED_AFTER = frozenset(
    "universitas institut politeknik pt cv yayasan bandara rsud rsu rs masjid musala stadion jalan jl jl. gedung "
    "sma smp sd sman smpn smk pesantren hotel lapangan pasar candi gang jembatan monumen museum terminal "
    "pelabuhan sungai gunung danau pantai pulau desa kelurahan kecamatan kabupaten kota dusun kampung "
    "partai perumahan kompleks bendungan waduk taman gor wisma toko klub aula baruga kapal".split()
)
_PARTICLES = frozenset("bin binti van von der de al el ibn dg kr".split())
# Capitals that the model takes for a name now and then.
_NEVER = (
    lexicon.ORGANISATION_HEADS
    | lexicon.REGION_HEADS
    | lexicon.MONTHS
    | lexicon.DAYS
    | frozenset(
        "forkopimda forkopimcam forkopim muspida muspika opd asn wib wita wit tbk persero covid covid-19 pancasila idulfitri iduladha ramadan hut ri apbd apbn".split()
    )
) - {"taman", "idi", "mi", "man", "sd", "tk", "min", "institut", "pan", "pandu"}


@dataclass(frozen=True, slots=True)
class Name:
    """Words `first` to `last` are the whole name, `core` to `tail` the name without titles."""

    first: int
    last: int
    core: int
    tail: int


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
    return _consistent(page, found)


def _at(page: Page, index: int) -> Name | None:
    label, low = page.labels[index], page.low[index]
    _begin, end = page.bounds(index)
    core = index
    if is_title(page, index):
        core = _after_titles(page, index, end)
        if core >= end or not _can_be_name(page, core):
            return None
        if low in lexicon.RANK_WORDS and _rank_is_office(page, core):
            return None
        tail = _name_end(page, core, end)
    elif label in ("B-PER", "I-PER"):
        if low in lexicon.ADDRESS and index + 1 < end and page.labels[index + 1] == "I-PER":
            return None
        tail = _name_end(page, core, end)
        if tail == core:
            return None
    elif _follows_office(page, index):
        tail = _run(page, core, end)
        if tail == core:
            return None
    else:
        return None
    if tail - core == 1 and (
        page.low[core] in _NEVER or page.low[core] in lexicon.ROLE_HEADS - lexicon.given_names()
    ):
        return None
    return Name(index, _after_degrees(page, tail, end), core, tail)


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
        and (_plain_name_word(page, index) or _is_initial(page.tokens[index].text))
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


def is_title(page: Page, index: int) -> bool:
    """Whether the word is a title or rank that a name may follow."""
    word, low = page.tokens[index].text, page.low[index]
    if not word[0].isalpha():
        return False
    bare = low.replace(".", "")
    earlier = page.low[index - 1] if index else ""
    if bare in lexicon.RANK_WORDS:
        # "Direktur Jenderal", "Konsul Jenderal": half of an office.
        return word[0].isupper() and earlier not in _GENERALS
    if bare in _DOTTED_TITLES:
        return word.endswith(".") and word[0].isupper()
    if bare in ("haji", "kiai") and earlier in _GENERALS:
        return False
    return bare in _LOOSE_TITLES and (word[0].isupper() or bare in ("dr", "drg", "drh"))


def _rank_is_office(page: Page, core: int) -> bool:
    """“Komisaris Bank …”, “Inspektur Daerah”: a rank's word that is an office here."""
    return (
        page.labels[core] in ("B-LOC", "B-ORG")
        or (page.labels[core] == "O" and page.low[core] in lexicon.places())
    ) and page.labels[core + 1 : core + 2] != ["I-PER"]


def _after_titles(page: Page, index: int, end: int) -> int:
    """The first word after a run of titles: "Letkol Inf. Dr. H. |Budi"."""
    seen_rank = False
    while index < end:
        bare = page.low[index].replace(".", "")
        if is_title(page, index):
            seen_rank = seen_rank or bare in lexicon.RANK_WORDS
        elif (
            seen_rank
            and page.low[index] == "("
            and page.low[index + 1 : index + 2] != []
            and page.low[index + 1] in ("pol", "mar", "tni", "purn", "purn.")
            and index + 2 < end
        ):
            index += 2
        elif not (seen_rank and (bare in lexicon.RANK_TAIL or bare in CORPS or bare == "purn")):
            return index
        index += 1
    return index


def _can_be_name(page: Page, index: int) -> bool:
    token, low = page.tokens[index], page.low[index]
    return (
        token.is_word
        and token.is_capital
        and low not in _NEVER
        and low not in lexicon.ROLE_HEADS - lexicon.given_names()
        and low.rstrip(".") not in lexicon.SENTENCE_STARTERS
    )


def _name_end(page: Page, core: int, end: int) -> int:
    """The word after the name that begins at `core`."""
    index = core
    marked = page.labels[core].endswith("PER")
    while index < end:
        label, token = page.labels[index], page.tokens[index]
        if index > core and label == "B-PER" and page.low[index] not in _PARTICLES:
            if not page.tokens[index - 1].text.endswith("."):
                break
        elif not (label == "I-PER" or index == core):
            low = page.low[index]
            bridge = low in _PARTICLES and index + 1 < end and page.tokens[index + 1].is_capital
            initial = len(token.text) == 2 and token.text.endswith(".")
            if marked and not initial and not bridge:
                # The model knows where a name ends, save for a given name right after it, and
                # for what follows a particle: "Muksin al Fachry".
                if page.low[index - 1] in _PARTICLES and token.is_capital and index > core:
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
        not page.tokens[index - 1].is_word or page.tokens[index - 1].text in _PARTICLES
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


def is_degree(page: Page, index: int, *, after_comma: bool) -> bool:
    """Whether the word is an academic degree; after a comma less has to be known of it."""
    word = page.tokens[index].text
    bare = word.replace(".", "").lower()
    if not word[0].isupper():
        return False
    if "." in word:
        if len(bare) < 2:
            return False
        return bare in DEGREES or bool(
            _DOTTED_DEGREE.fullmatch(word) and not word.startswith(("A.", "Dr", "Ir", "H."))
        )
    return (
        bare in DEGREES
        and (word.isupper() or after_comma)
        and len(bare) > 1
        and (after_comma or page.labels[index] == "O")
    )


def _after_degrees(page: Page, index: int, end: int) -> int:
    """The word after the degrees: "Kartini|, S.P., M.Si.|, Ketua"."""
    while index < end:
        if (
            page.tokens[index].text == "."
            and index + 1 < end
            and page.tokens[index - 1].text.isupper()
            and is_degree(page, index + 1, after_comma=True)
        ):
            index += 1  # "SE. MM"
        comma = page.tokens[index].text == ","
        at = index + 1 if comma else index
        if at >= end:
            break
        if _split_degree(page, at, end):
            index = at + 2
        elif is_degree(page, at, after_comma=comma):
            index = at + 1
            if (
                index < end
                and page.tokens[index].text == "("
                and page.tokens[index + 2 : index + 3]
            ):
                if page.tokens[index + 2].text == ")" and index + 2 < end:
                    index += 3
        else:
            break
    return index


def _split_degree(page: Page, at: int, end: int) -> bool:
    return (
        at + 1 < end
        and page.tokens[at].text in ("S.", "M.", "A.")
        and page.low[at + 1].rstrip(".") in _DEGREE_TAILS
        and len(page.tokens[at + 1].text) < 6
    )


def _consistent(page: Page, names: list[Name]) -> list[Name]:
    """Makes the names of one text agree: joined, cut and found again by what is known of the others."""
    joined = _joined(page, _joined(page, names, over=True))
    alone = {page.low[n.core] for n in joined if n.tail - n.core == 1}
    alone -= lexicon.places() | lexicon.WORLD | lexicon.common_words()
    cut = [_without_front(page, _widened(page, name), alone) for name in joined]
    whole = _grown(page, cut, alone)
    whole = [name for name in _joined(page, whole) if not _is_called_after(page, name)]
    return sorted([*whole, *_again(page, whole)], key=lambda name: name.first)


def _is_called_after(page: Page, name: Name) -> bool:
    at = name.first - 1
    word = page.tokens[name.core].text
    if page.low[at] in lexicon.REGION_HEADS and (
        "." in word or word.lower() in lexicon.given_names()
    ):
        return False  # "Imam Desa Muh. Arsyad"
    return (
        at >= page.bounds(name.first)[0]
        and page.low[at] in _CALLED_AFTER
        and page.tokens[at].is_capital
        and name.first == name.core
        and name.last == name.tail
    )


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
        if (core > begin and _is_initial(page.tokens[core - 1].text)) or (
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
        first, _after_degrees(page, tail, end) if tail != name.tail else name.last, core, tail
    )


def _is_initial(text: str) -> bool:
    """ "A." or "Muh." before a name."""
    return text.endswith(".") and (len(text) == 2 or text in ("Muh.", "Moh.", "Abd.", "St."))


def _rest_of_name(page: Page, index: int) -> bool:
    low, text = page.low[index], page.tokens[index].text
    if low in lexicon.given_names():
        return page.tokens[index].is_capital and low not in lexicon.places()
    return (
        text[0].isupper()
        and text[1:].islower()
        and len(text) > 2
        and low not in lexicon.common_words()
        and low not in lexicon.places()
        and low not in lexicon.WORLD
        and low not in _NEVER
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
        and low not in lexicon.ROLE_HEADS | lexicon.ORGANISATION_HEADS | lexicon.REGION_HEADS
    )


# Nobody is "direktur" without what of: the first unknown word after it is no name.
_NEEDS_INSTITUTION = frozenset(
    "ceo coo cfo cto founder co-founder direktur utama manajer manager head of rektor dekan pendiri komisaris".split()
)


def _without_front(page: Page, name: Name, alone: set[str]) -> Name:
    """Cuts off what belongs to the office or the sentence: “Informatika |Bambang”, “Selain |Rahmad”."""
    core = name.core
    if name.first != core:
        return name
    given = lexicon.given_names()
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
    bare_office = core > page.bounds(core)[0] and page.low[core - 1] in _NEEDS_INSTITUTION
    while name.tail - core > 1:
        low, text = page.low[core], page.tokens[core].text
        opens = core == page.bounds(core)[0]
        strange = (
            low in lexicon.common_words()
            or low in _NEVER
            or low in lexicon.WORLD
            or low in lexicon.ROLE_HEADS
            or low in lexicon.ADDRESS
            or (low in lexicon.places() and page.labels[core] == "B-LOC")
            or (len(text) > 2 and text.isupper() and text.isalpha() and not capitals)
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
            and low not in _NEVER
            and (
                page.low[last] not in lexicon.common_words()
                or page.low[last] in lexicon.given_names()
            )
            and not is_degree(page, last, after_comma=False)
        ):
            last += 1
        if last - index < 2:
            continue
        result = [name for name in result if not index <= name.first < last]
        result.append(Name(index, _after_degrees(page, last, end), index, last))
        taken.update(range(index, last))
    return sorted(result, key=lambda name: name.first)


def _again(page: Page, names: list[Name]) -> list[Name]:
    """The capitals elsewhere in the text that are a part of a full name found in it."""
    taken = {index for name in names for index in range(name.first, name.last)}
    known: set[str] = set()
    for name in names:
        words = page.low[name.core : name.tail]
        if len(words) > 1:
            known.update(w for w in words if len(w) > 2 and w not in lexicon.common_words())
    known -= lexicon.places() | lexicon.WORLD | _NEVER | lexicon.ROLE_HEADS
    added = []
    for index, low in enumerate(page.low):
        if low not in known or index in taken or not page.tokens[index].is_capital:
            continue
        earlier = page.low[index - 1] if index else ""
        if page.labels[index] not in ("O", "B-LOC") or (
            page.labels[index] == "B-LOC" and earlier in ("di", "ke")
        ):
            continue
        if earlier in lexicon.REGION_HEADS | lexicon.ORGANISATION_HEADS:
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
