"""Which gambling brand a spam comment advertises, so that whole brands can be kept from a training.

The list was made by reading the shipped spam: every name in it, in all its spellings. A comment
belongs to the longest name found in it after everything that disguises it is taken away.
"""

from __future__ import annotations

import re

from comments.folding import fold

# One brand each; after "=" how else it is written.
_BRANDS = """
bosswd=boswd aero88 jptogel pstoto99=pstoto mandalika77=mandalika berkah99
garudahoki=garuda,garudahok agustoto suhu328 supermoney88 axl77 ambil4d pluto88 junior88 dibet4d
king328 lesti77 levis4d probex855 slotter99=sloter99 xuxu4d ahmadtoto dora77 himalaya4d vikingtoto
hoki777 btv168 timo4d alexis17=alexsl7,alexs17,alexisl7 pulau777=pulautujuh wibu69 koislot tkp303
tkp62 squad777 pokerbola gelora4d badak69 bukit4d simba69 harta138 cogil168 fifa808=fifaakun paus4d
jalak4d toga4d agen338 probet855 empu138 wiraspin88 pisau4d browin4d tiket33 posototo suit4d dola4d
akartoto tebaktoto soka4d jangkrik4d mega888 pragmatic218 voli4d mpo111 pacor303 buaya138 auroratoto
inplay88 berkahslot rajatoto jinga888 hoho168 ratulebah168 memek88 kpktoto warkop4d agen911 sugeng69
mustikaslot mawarslot topas808 cakrabola majalah4d mona4d awan4d rotogel bandardajal69 totoslot99
digibet4d atlasbet88 bayanbola meviustot juraganqq pulauwin sukajp 138vegas 123full win1221 mbakd2
arjunawin asiagenting manjurbet mixwin sgi88 tim138 dewadora instantslot bukit888 tera4d mamibet
ligabandar viahoki win11bet 121rojer ambyargacor pemujajp
"""
_ONE_SHAPE = str.maketrans("015348", "olseab")


def _key(text: str) -> str:
    letters = re.sub(r"[\W_]", "", fold(text)).translate(_ONE_SHAPE).replace("i", "l")
    return re.sub(r"(.)\1+", r"\1", letters)


_KEYS = sorted(
    (
        (_key(spelling), entry.partition("=")[0])
        for entry in _BRANDS.split()
        for spelling in entry.replace("=", ",").split(",")
    ),
    key=lambda pair: -len(pair[0]),
)
# A campaign of bosswd's whose names are written in emoji; its other words give it away.
_BOSSWD_IN_EMOJI = re.compile(r"j9 full|sc4tt3r|s3ns4t10n4l|g4c0r terus sobat")


def brand(text: str) -> str | None:
    """The brand that a spam comment advertises, None if it names none."""
    key = _key(text)
    found = next((name for spelling, name in _KEYS if spelling in key), None)
    return found or ("bosswd" if _BOSSWD_IN_EMOJI.search(text) else None)
