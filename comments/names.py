"""Which names readers may bear in public.

A name is how readers know who speaks, so none may be taken for the newsroom, an official, an
institution or another reader. Names are compared as the eye reads them (`comments.folding`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Organisation, Person, Publication

from .folding import fold, skeleton, squeeze
from .words import matches, terms_in_force

SHORTEST, LONGEST = 2, 40
MOST_DIGITS = 6

# Nobody who comments here is one of these, or would have to prove it in another way.
RESERVED = {
    # Who runs the site
    *("admin", "administrator", "moderator", "operator", "webmaster", "sistem", "system"),
    *("redaksi", "redaktur", "editor", "wartawan", "reporter", "pemred", "newsroom"),
    # What would claim to be checked
    *("official", "resmi", "verified", "terverifikasi", "staf", "staff", "humas", "support"),
    # Offices of state, down to the village
    *("presiden", "wapres", "menteri", "wamen", "gubernur", "wagub", "bupati", "wabup"),
    *("wali kota", "walikota", "wawali", "sekda", "sekwan", "camat", "lurah", "kades"),
    *("kepala desa", "kepala dinas", "kadis", "kadinas", "ketua dprd", "anggota dprd"),
    # Police, army, prosecution, courts
    *("kapolri", "kapolda", "kapolres", "kapolresta", "kapolsek", "wakapolres", "kasat"),
    *("pangdam", "danrem", "dandim", "danramil", "kajati", "kajari", "kejaksaan", "pengadilan"),
    *("polri", "polda", "polres", "polsek", "kodim", "koramil", "dprd", "dpr ri", "kpk", "kpu"),
    *("bawaslu", "pemkab", "pemkot", "pemprov", "dewan pers"),
    *("jaksa", "kejari", "kejati", "kejagung", "polisi", "babinsa", "bhabinkamtibmas"),
    # Whose word readers take in a disaster, and offices whose name begins with their kind
    *("satpol", "satpol pp", "bpbd", "bnpb", "basarnas", "bmkg", "damkar", "pemadam kebakaran"),
    *("dinas", "kementerian", "kemendagri", "kemenkes", "kemenag", "inspektorat", "bappeda"),
    *("sekretaris daerah", "sekretariat daerah", "anggota dewan", "diskominfo", "dinkes", "disdik"),
    *("dishub", "kominfo", "bnn", "ombudsman", "rsud", "puskesmas", "kabag", "kabid"),
    # The press: who asks in the newsroom's name
    *("jurnalis", "kontributor", "pers"),
    # What a thread says of those who are gone
    *("anonim", "anonymous", "akun terhapus", "dihapus", "terhapus"),
}

# What stands in advertisements of gambling and loans and in nobody's name. "Judi" alone is one, and
# the spam filter is no judge of two or three words: it would refuse "Hoki Santoso".
ADVERTISED = {
    *("gacor", "slot", "togel", "maxwin", "sbobet", "judol", "pinjol", "jackpot", "scatter"),
    *("judi online", "judi slot", "situs judi", "agen judi", "bandar judi"),
}

# Beside letters, marks and digits.
_PUNCTUATION = set(" .,'’-()")
_TOKEN = re.compile(r"[^\W_]+")
_LINK = re.compile(
    r"https?:|www\.|\S@\S|\w\.(?:com|net|org|id|co|info|biz|xyz|top|site|online|shop|store|club"
    r"|vip|win|bet|link|live|me|ly|io|app|dev|tk|cc|tv|asia|my|sg)\b",
    re.IGNORECASE,
)


class NameRefused(ValueError):
    """A name that cannot be used; `str()` is a sentence that says what to do."""


class NameReserved(NameRefused):
    """It would be taken for the newsroom, an official or an institution."""


class NameTaken(NameRefused):
    """Another reader has it, or one that looks like it."""

    def __init__(self) -> None:
        super().__init__(
            _("Another reader has this name or one that looks like it. Add a word to yours.")
        )


def tidy(name: str) -> str:
    """The name as it is kept: composed letters, single spaces. Raises NameRefused for its form."""
    name = unicodedata.normalize("NFC", name)
    if any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        for character in name
    ):
        raise NameRefused(_("The name holds invisible characters. Type it again by hand."))
    name = " ".join(name.split())
    visible = sum(not unicodedata.combining(character) for character in name)
    if not SHORTEST <= visible <= LONGEST or len(name) > 2 * LONGEST:
        raise NameRefused(
            _("A name has %(shortest)d to %(longest)d characters.")
            % {"shortest": SHORTEST, "longest": LONGEST}
        )
    if _LINK.search(name):
        raise NameRefused(_("A name is no address. Write it without links and e-mail addresses."))
    if sum(character.isdigit() for character in name) > MOST_DIGITS:
        raise NameRefused(
            _("A name has at most %(count)d digits, and is no telephone number.")
            % {"count": MOST_DIGITS}
        )
    if not all(_may_stand(character) for character in name):
        raise NameRefused(_("A name is made of letters, digits, spaces, dots, commas and hyphens."))
    if re.search(r"[^\W\d_][\u0300-\u036f]{2}", name) or _is_heap_of_marks(name):
        raise NameRefused(_("A name is made of letters, digits, spaces, dots, commas and hyphens."))
    scripts = {_script(character) for character in name if character.isalpha()}
    if not scripts:
        raise NameRefused(_("A name has at least one letter."))
    if len(scripts) > 1:
        raise NameRefused(_("The name mixes letters of different alphabets. Use one of them."))
    return name


def _may_stand(character: str) -> bool:
    return (
        unicodedata.category(character)[0] in "LM"
        or character.isdecimal()
        or character in _PUNCTUATION
    )


def _is_heap_of_marks(name: str) -> bool:
    marks = [unicodedata.category(character)[0] == "M" for character in name]
    return any(
        first and second and third
        for first, second, third in zip(marks, marks[1:], marks[2:], strict=False)
    )


def _script(character: str) -> str:
    # "LATIN SMALL LETTER A", "CYRILLIC SMALL LETTER A", "FULLWIDTH LATIN …", "MATHEMATICAL BOLD …"
    return unicodedata.name(character, "?").partition(" ")[0]


def check(name: str, *, owner: User | None = None) -> str:
    """The name as it is kept, or NameRefused (its form) or NameReserved (somebody else's).

    A few queries. `owner` is the account that is to bear it: staff may bear their own name,
    which the newsroom gave them, and are only checked for its form. Whether another reader has
    it is known by the database alone; see `comments.readers.join`.
    """
    name = tidy(name)
    if owner is None or not owner.is_staff:
        _refuse_advertising(name)
        _refuse_imitation(name)
    return name


def key_of(name: str) -> str:
    return skeleton(name)[:240]


def _refuse_advertising(name: str) -> None:
    loosely = _runs(fold(name)) | _runs(squeeze(name))
    if any(skeleton(word) in loosely for word in ADVERTISED):
        raise NameRefused(_("This name reads like an advertisement. Use your own name."))
    # Words that only hold a comment may be names of people whom the newsroom watches over.
    if any(term.is_blocking or term.is_harsh for term in matches(name, terms_in_force())):
        raise NameRefused(_("This name has a word that we do not publish. Use another one."))


def _refuse_imitation(name: str) -> None:
    whole, runs = skeleton(name), _runs(fold(name))
    loosely = runs | _runs(squeeze(name))
    if any(skeleton(word) in loosely or skeleton(squeeze(word)) in loosely for word in RESERVED):
        raise NameReserved(
            _(
                "This name sounds like an office or like the newsroom. Use your own name, without "
                "an office."
            )
        )
    if skeleton(Publication.current().name) in runs:
        raise NameReserved(_("This name is the publication's. Use your own name."))
    if any(_is_imitated(staff, whole, runs) for staff in _staff_names()):
        raise NameReserved(
            _("Somebody who works here has this name. Add a word that tells you apart.")
        )
    if any(_is_imitated(person, whole, runs) for person in _people_names()):
        raise NameReserved(
            _("An official or public figure has this name. Add a word that tells you apart.")
        )
    if any(skeleton(body) in runs for body in _institution_names()):
        raise NameReserved(_("This is an institution's name. Use your own name."))


def _runs(folded: str) -> set[str]:
    """Each run of whole words, written together: "Ketua DPRD" gives ketua, dprd, ketuadprd."""
    tokens = [skeleton(token) for token in _TOKEN.findall(folded)]
    return {
        "".join(tokens[start:end])
        for start in range(len(tokens))
        for end in range(start + 1, len(tokens) + 1)
    }


def _is_imitated(name: str, whole: str, runs: set[str]) -> bool:
    """A single word only when it is the whole name: many share a first name with somebody."""
    looks = skeleton(name)
    return looks in runs if len(name.split()) > 1 else looks == whole


def _staff_names() -> Iterator[str]:
    names = User.objects.filter(is_staff=True, is_active=True).exclude(name="")
    yield from names.values_list("name", flat=True)


def _people_names() -> Iterator[str]:
    public = Person.objects.public().values("pk")
    # Under the name of a merged entry somebody is as well known as under the other.
    entries = Person.objects.filter(Q(pk__in=public) | Q(merged_into__in=public))
    yield from entries.values_list("name", flat=True).iterator()
    yield from (
        entries.filter(aliases__isnull=False).values_list("aliases__name", flat=True).iterator()
    )


def _institution_names() -> Iterator[str]:
    public = Organisation.objects.public()
    for name, short_name in public.values_list("name", "short_name").iterator():
        yield name
        if short_name:
            yield short_name
