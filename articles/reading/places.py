"""Places between an office and a name that no list has: “Ketua DPRD Tompolangi |Baso Ilham|”."""

from articles.reading import lexicon, offices
from articles.reading.page import Page

# What has its place behind it.
_PLACED = frozenset(
    "bupati wabup wali walikota wawali gubernur wagub camat lurah kades desa kelurahan kecamatan dusun "
    "kepala kapolres wakapolres kapolresta kapolsek wakapolsek danramil dandim kajari sekda sekcam sekdes "
    "kasatreskrim kasatlantas babinsa bhabinkamtibmas imam dprd polres polsek kodim koramil kejari "
    "setda bappeda bpbd bnnk kpu bawaslu panwascam mui pkk baznas bpd lpm puskesmas pustu rsud knpi "
    "taruna kua bps bpn kwarcab pmi hkti ktna apdesi".split()
) - {"kepala"}
# Of these there is one in each regency, whatever they are for: “Kepala Dinas Kesehatan Tompolangi”.
_LOCAL = frozenset("dinas kadis kaban kabag uptd upt kabid kasi".split())


def after_place(page: Page, core: int, tail: int) -> int:
    """The first word of the name without a place before it; `core` where there is none.

    Of three words and more: nobody is known to be called like the first, somebody like the second
    or, with another word behind it, the third.
    """
    given = lexicon.given_names()
    if tail - core < 3 or page.low[core] in given or not _wants_place(page, core):
        return core
    for at in (core + 1, core + 2):
        if page.low[at] in given and (at == core + 1 or tail - at > 1):
            return at
        if len(page.low[at].strip(".")) < 3:
            return core
    return core


def _wants_place(page: Page, core: int) -> bool:
    begin = page.bounds(core)[0]
    if core == begin or not page.tokens[core - 1].is_capital:
        return False
    if page.low[core - 1] in _PLACED:
        return True
    office = offices.before(page, core, begin)
    if office is None or office.last != core:
        return False
    words = page.low[office.first : core]
    return not _LOCAL.isdisjoint(words) and lexicon.places().isdisjoint(words)
