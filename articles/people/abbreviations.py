"""Short forms in which offices and institutions are spoken of, and what they stand for.

A reporter types "wabup", a release prints "Kadis", the office is entered as "Kepala Dinas …". A
short form is never expanded in print: the table only brings the spellings of one office together.
The forms are those in common use in regional government, the police and the army.
"""

from __future__ import annotations

import re
import unicodedata

_TABLE = """
wabup wakil bupati
wagub wakil gubernur
wawali wakil wali kota
walkot wali kota
walikota wali kota
wawalkot wakil wali kota
wapres wakil presiden
sekda sekretaris daerah
sekkab sekretaris kabupaten
sekkot sekretaris kota
sekprov sekretaris provinsi
sekwan sekretaris dprd
sekcam sekretaris kecamatan
sekdes sekretaris desa
sekjen sekretaris jenderal
dirjen direktur jenderal
irjen inspektur jenderal
dirut direktur utama
kades kepala desa
kadus kepala dusun
kasek kepala sekolah
kepsek kepala sekolah
kapus kepala puskesmas
kapuskesmas kepala puskesmas
kalapas kepala lapas
kalaksa kepala pelaksana
karutan kepala rutan
kabag kepala bagian
kabid kepala bidang
kasubag kepala subbagian
kasubbag kepala subbagian
kasi kepala seksi
kaban kepala badan
kaur kepala urusan
kadis kepala dinas
kadinas kepala dinas
kadisdik kepala dinas pendidikan
kadisdikbud kepala dinas pendidikan dan kebudayaan
kadinkes kepala dinas kesehatan
kadiskes kepala dinas kesehatan
kadinsos kepala dinas sosial
kadissos kepala dinas sosial
kadishub kepala dinas perhubungan
kadispar kepala dinas pariwisata
kadispora kepala dinas pemuda dan olahraga
kadiskominfo kepala dinas komunikasi dan informatika
kadiskop kepala dinas koperasi
kadisperindag kepala dinas perindustrian dan perdagangan
kadistan kepala dinas pertanian
kadispertan kepala dinas pertanian
kadiskan kepala dinas perikanan
kadisdukcapil kepala dinas kependudukan dan pencatatan sipil
kadisnaker kepala dinas tenaga kerja
kapolri kepala kepolisian negara republik indonesia
kapolda kepala kepolisian daerah
wakapolda wakil kepala kepolisian daerah
kapolrestabes kepala kepolisian resor kota besar
kapolresta kepala kepolisian resor kota
kapolres kepala kepolisian resor
wakapolres wakil kepala kepolisian resor
kapolsek kepala kepolisian sektor
kasat kepala satuan
kasatlantas kepala satuan lalu lintas
kasatreskrim kepala satuan reserse kriminal
pangdam panglima daerah militer
danrem komandan korem
dandim komandan kodim
kasdim kepala staf kodim
danramil komandan koramil
danlanal komandan lanal
danlanud komandan lanud
danyon komandan batalyon
kajari kepala kejaksaan negeri
kajati kepala kejaksaan tinggi
kasipidum kepala seksi pidana umum
kpn ketua pengadilan negeri
kakanmenag kepala kantor kementerian agama
kakankemenag kepala kantor kementerian agama
kakan kepala kantor
kakanwil kepala kantor wilayah
polda kepolisian daerah
polres kepolisian resor
polresta kepolisian resor kota
polrestabes kepolisian resor kota besar
polsek kepolisian sektor
kejari kejaksaan negeri
kejati kejaksaan tinggi
pemkab pemerintah kabupaten
pemkot pemerintah kota
pemprov pemerintah provinsi
pemdes pemerintah desa
dinkes dinas kesehatan
disdik dinas pendidikan
disdikbud dinas pendidikan dan kebudayaan
dinsos dinas sosial
dishub dinas perhubungan
dispora dinas pemuda dan olahraga
diskominfo dinas komunikasi dan informatika
disdukcapil dinas kependudukan dan pencatatan sipil
satpol satuan polisi
kemenag kementerian agama
kab kabupaten
kec kecamatan
prov provinsi
"""

# "kadis" stands for ("kepala", "dinas").
FULL_FORMS: dict[str, tuple[str, ...]] = {
    line.split()[0]: tuple(line.split()[1:]) for line in _TABLE.strip().splitlines()
}
_SHORT_FORMS: dict[tuple[str, ...], str] = {full: short for short, full in FULL_FORMS.items()}
LONGEST_FULL_FORM = max(map(len, _SHORT_FORMS))

# In front of an office: somebody acts in it. Printed as they are, and no part of the office.
ACTING = {"pj", "plt", "plh", "pjs", "penjabat", "pelaksana"}


def words_of(text: str) -> list[str]:
    """The words of an office or an institution in small letters, without dots and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))


def without_acting(words: list[str]) -> list[str]:
    """The words of the office alone: without "Plt.", but "Kepala Pelaksana" is an office."""
    return [
        word
        for index, word in enumerate(words)
        if word not in ACTING or (index and words[index - 1] == "kepala")
    ]


def in_full(words: list[str]) -> list[str]:
    """The same words with every short form written out."""
    return [full for word in words for full in FULL_FORMS.get(word, (word,))]


def spellings(words: list[str]) -> set[str]:
    """The phrase as it is, written out, and shortened: under one of them an office is entered."""
    full = in_full(words)
    found = {" ".join(words), " ".join(full)}
    for length in range(min(LONGEST_FULL_FORM, len(full)), 1, -1):
        short = _SHORT_FORMS.get(tuple(full[:length]))
        if short:
            found.add(" ".join([short, *full[length:]]))
    return found
