"""Titles and ranks before a name, degrees after it."""

import re

from articles.people.names import CORPS
from articles.reading import lexicon
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


def after_titles(page: Page, index: int, end: int) -> int:
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


def rank_is_office(page: Page, core: int) -> bool:
    """“Komisaris Bank …”, “Inspektur Daerah”: a rank's word that is an office here."""
    return (
        page.labels[core] in ("B-LOC", "B-ORG")
        or (page.labels[core] == "O" and page.low[core] in lexicon.places())
    ) and page.labels[core + 1 : core + 2] != ["I-PER"]


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


def after_degrees(page: Page, index: int, end: int) -> int:
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
                index + 2 < end
                and page.tokens[index].text == "("
                and page.tokens[index + 2].text == ")"
            ):
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
