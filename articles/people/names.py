"""Indonesian names as they are printed, taken apart and put together again.

"Hj. Andi Karsina, S.E., M.Si." is a religious prefix, a name and degrees. Andi, Daeng, Karaeng
and Puang are part of the name, not titles; "A." may be Andi, Abdul or Ahmad and is never
expanded here. The lists are the titles in common use at regency level.
"""

import re
import unicodedata
from dataclasses import asdict, dataclass

RELIGIOUS = {"h", "hj", "kh", "k.h", "tgh", "ust", "pdt", "rm"}
ACADEMIC = {"prof", "dr", "drs", "dra", "drg", "drh", "ir", "apt", "ns"}
RANKS = {
    # Police
    *("jenderal pol", "komjen pol", "irjen pol", "brigjen pol", "kombes pol", "akbp", "kompol"),
    *("akp", "iptu", "ipda", "aiptu", "aipda", "bripka", "brigpol", "briptu", "bripda"),
    # Spelled out, as national papers do
    *("komisaris jenderal", "inspektur jenderal", "brigadir jenderal", "komisaris besar"),
    *(
        "ajun komisaris",
        "ajun komisaris besar",
        "letnan jenderal",
        "mayor jenderal",
        "letnan kolonel",
    ),
    *("letnan satu", "letnan dua", "marsekal madya", "marsekal muda", "laksamana muda"),
    # Army, navy and air force; a corps may follow ("Letkol Inf.")
    *("jenderal tni", "letjen tni", "mayjen tni", "brigjen tni", "kolonel", "letkol", "mayor"),
    *(
        "marsekal",
        "laksamana",
        "jenderal",
        "letjen",
        "mayjen",
        "brigjen",
        "komjen",
        "irjen",
        "kombes",
    ),
    *("kapten", "lettu", "letda", "peltu", "pelda", "serma", "serka", "sertu", "serda", "kopda"),
}
CORPS = {
    "inf",
    "kav",
    "arh",
    "arm",
    "czi",
    "cpm",
    "chb",
    "cba",
    "cpl",
    "caj",
    "ckm",
    "laut",
    "mar",
    "pnb",
}

_DEGREE = re.compile(
    r"^(?:[A-Z][A-Za-z]{0,5}\.){1,5}[A-Za-z]{0,5}\.?(?:\([^)]+\))?$"  # S.Pd., M.Si, S.E.Ak.
    r"|^[SMD][A-Z][A-Za-z]?\.?$"  # SE, MM., SH
    r"|^Sp\.?[A-Z]+"  # Sp.OG
)


# Degrees in common use, as they are printed; by their letters a name in capitals finds them again.
_DEGREES = """
S.E. S.H. S.Sos. S.Pd. S.Pd.I. S.Pd.SD S.Ag. S.H.I. S.E.I. S.Kom. S.T. S.TP. S.P. S.Pt. S.Pi. S.Hut.
S.Si. S.IP. S.I.P. S.STP. S.Psi. S.Kep. S.KM. S.K.M. S.Gz. S.Farm. S.Ked. S.Tr.Keb. S.Tr.Kep. S.ST.
S.Sn. S.S. S.Ikom. S.I.Kom. S.A.P. S.AP. S.AN. S.I.K. S.Th. S.Th.I. S.Kel. S.Or. S.Stat. S.Mat. S.Ars.
M.M. M.H. M.Si. M.Pd. M.Pd.I. M.Ag. M.A. M.AP. M.A.P. M.Kes. M.KM. M.Kom. M.T. M.Sc. M.Hum. M.Kn.
M.E. M.E.I. M.Ak. M.P. M.Pi. M.Hut. M.IP. M.I.P. M.Ikom. M.I.Kom. M.Sos. M.Psi. M.Kep. M.Keb. M.Farm.
M.Th. M.Tr.IP. M.Tr.A.P. M.Tr.Opsla. M.Han. M.Eng. M.Adm.Pemb. M.Adm.SDA M.H.I. M.Fil.I. M.Ked.
A.Md. A.Md.Keb. A.Md.Kep. A.Md.Kom. A.Md.Pd. A.Ma. A.Ma.Pd. Ph.D. Lc. Dipl.Ing. Ners. Apt. Ak. CA. CPA.
Sp.A. Sp.B. Sp.OG. Sp.PD. Sp.An. Sp.M. Sp.JP. Sp.KJ. Sp.P. Sp.S. Sp.THT. Sp.Rad. Sp.PK. Sp.OT. Sp.U.
"""
_DEGREE_IN_CAPITALS = {
    degree.upper().rstrip("."): degree.rstrip(".") for degree in reversed(_DEGREES.split())
}


@dataclass(frozen=True)
class NameParts:
    """The parts of a printed name; empty strings where a part is missing."""

    religious_prefix: str = ""
    academic_prefix: str = ""
    rank: str = ""
    name: str = ""
    degrees: str = ""

    def as_fields(self) -> dict[str, str]:
        return asdict(self)


# Directions of writing and spaces without width: not to be seen, and a name reads backwards for them.
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def without_unseen(text: str) -> str:
    """The text without characters that only turn the direction of writing, or show nothing."""
    return _UNSEEN.sub("", text)


def parse(printed: str) -> NameParts:
    """Take a printed name apart. Whatever is not known as a title stays in the name.

    Guarantees: `compose(parse(x))` has the words of `x`, in an order a paper would print;
    only a name made of titles alone keeps them as the name.
    """
    text = " ".join(printed.split()).strip(" ,")
    head, _, tail = text.partition(",")
    prefixes: dict[str, list[str]] = {"religious_prefix": [], "academic_prefix": [], "rank": []}
    words = head.split()
    while len(words) > 1:
        taken = _leading_title(words)
        if taken is None:
            break
        part, count = taken
        prefixes[part] += words[:count]
        del words[:count]
    # Degrees without a comma before them: "A. Yusuf SE. MM".
    run_on: list[str] = []
    while len(words) > 1 and looks_like_degree(words[-1]):
        run_on.insert(0, words.pop())
    return NameParts(
        **{part: " ".join(found) for part, found in prefixes.items()},
        name=" ".join(words),
        degrees=", ".join(filter(None, (" ".join(run_on), tail.strip(" ,")))),
    )


def _leading_title(words: list[str]) -> tuple[str, int] | None:
    two = " ".join(words[:2]).lower().replace(".", "")
    one = words[0].lower().rstrip(".").replace("k.h", "kh")
    three = " ".join(words[:3]).lower()
    if len(words) > 3 and three in RANKS:
        return "rank", 3
    if len(words) > 2 and two in RANKS:
        has_corps = len(words) > 3 and words[2].rstrip(".").lower() in CORPS
        return "rank", 3 if has_corps else 2
    if one in RANKS:
        has_corps = len(words) > 2 and words[1].rstrip(".").lower() in CORPS
        return "rank", 2 if has_corps else 1
    # A title of one or two letters is one only with its dot: "H. Umar", but "Ir" is no name either.
    if one in RELIGIOUS and (words[0].endswith(".") or one in {"hj", "kh"}):
        return "religious_prefix", 1
    if one in ACADEMIC and words[0].endswith("."):
        return "academic_prefix", 1
    return None


def compose(parts: NameParts) -> str:
    """The whole name as it is printed at the first mention."""
    titles = (parts.rank, parts.academic_prefix, parts.religious_prefix)
    full = " ".join(filter(None, (*titles, parts.name)))
    return f"{full}, {parts.degrees}" if parts.degrees else full


def degrees_in_mixed_case(degrees: str) -> str:
    """Degrees in capitals as they are printed: "S.SOS., M.SI." → "S.Sos., M.Si."; unknown ones stay."""
    return re.sub(r"[A-Z]+(?:\.[A-Z]+)*(?=\.|\b)", _as_known_degree, degrees)


def _as_known_degree(found: re.Match[str]) -> str:
    return _DEGREE_IN_CAPITALS.get(found[0], found[0])


def looks_like_degree(text: str) -> bool:
    """Whether a comma-separated piece is a degree ("M.Si.") rather than the next name in a list."""
    return bool(_DEGREE.match(text.strip()))


def printable(text: str) -> str:
    """`text` on one line, without characters that are not seen: a name with one is found by nobody,
    and one that turns the direction of writing makes another name of what stands behind it.
    """
    seen = (
        " " if unicodedata.category(c) == "Cc" else c
        for c in text
        if unicodedata.category(c) not in ("Cf", "Cs")
    )
    return " ".join("".join(seen).split())


def is_name(text: str) -> bool:
    """Whether letters are left besides titles: not of "H.", "2" or a picture."""
    if not any(letter.isalpha() for letter in name_key(text)):
        return False
    # Alone, a title is read as a name; before one it is seen for what it is.
    return parse(f"{text} Sanneng").name != "Sanneng"


def name_key(name: str) -> str:
    """The key under which one name is found in spite of titles, case, dots and accents.

    Titles and degrees are left out first, since shared titles make different people alike.
    The order of the words is kept; spellings are not folded.
    """
    return words_key(parse(name).name)


def words_key(text: str) -> str:
    """`text` as `name_key` writes a name, with every word of it: to look for names in."""
    core = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(c if c.isalnum() else " " for c in core if not unicodedata.combining(c))
    return " ".join(letters.split())


# Old and new spellings, Arabic and Dutch ways of writing, to one letter. In this order.
_FOLDS = (
    *(("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("sj", "s"), ("sy", "s"), ("sh", "s")),
    *(("ch", "kh"), ("kh", "h"), ("dh", "d"), ("th", "t"), ("dz", "z"), ("ie", "i"), ("q", "k")),
    *(("z", "s"), ("v", "f"), ("ph", "f"), ("x", "ks"), ("j", "y")),
)
_MUHAMMAD = re.compile(r"^m[ou](?:h|hd|s?h?am+[ae]d)$")
_DOUBLE = re.compile(r"(.)\1+")


def fold_key(name: str) -> str:
    """The key under which spellings of one name meet: "Djoefri" is "Jufri", "Moh." is Muhammad.

    Made of `name_key`. Different names can meet too, so it finds candidates and decides nothing.
    """
    return " ".join(map(_folded, name_key(name).split()))


def _folded(word: str) -> str:
    for spelling, letter in _FOLDS:
        word = word.replace(spelling, letter)
    word = _DOUBLE.sub(r"\1", word)
    if _MUHAMMAD.match(word):
        return "muhamad"
    if word == "abd":
        return "abdul"
    # "Hendry" is "Hendri"; within a word the letter sounds otherwise.
    return word[:-1] + "i" if len(word) > 2 and word.endswith("y") else word
