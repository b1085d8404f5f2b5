"""Whether somebody new may get a public page: by the printed office, and by what the text says.

A page of one's own is for those who hold an office in public. Children, victims, witnesses and
suspects never get one from a register (Law 11/2012 on juvenile justice, article 19; journalists'
code of ethics, article 5), and neither does whoever was only asked at the market.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from ..models import Post
from . import names
from .abbreviations import ACTING, in_full, words_of

# Said of somebody who has no public part in what happened; wherever the word stands.
_NEVER = set(
    "korban saksi tersangka terdakwa terduga terpidana terlapor pelaku narapidana tahanan siswa "
    "siswi murid balita bayi penyintas".split()
)
# The same where the description begins with it: "Anak Bupati" and not "Dinas Perlindungan Anak".
_NEVER_FIRST = _NEVER | set(
    "pelajar mahasiswa mahasiswi santri santriwati anak remaja pemuda pemudi warga pedagang "
    "penjual petani nelayan sopir supir pengemudi buruh karyawan pekerja istri suami ibu bapak "
    "ayah orang orangtua wali keluarga kerabat paman bibi nenek kakek adik kakak tetangga janda "
    "duda jemaah jamaah penumpang pengendara pengunjung pasien".split()
)
_NEVER_TOGETHER = re.compile(
    r"\b(?:peserta didik|orang tua|kepala keluarga|ketua kelas|anak di bawah umur)\b"
)
# Before them the words above say what an office is about.
_OF_STUDENTS = set("pelajar mahasiswa mahasiswi santri osis bem kelas remaja".split())

# The heads of offices that are held in public, every short form written out.
_KEPALA = (
    "dinas badan bagian bidang desa dusun lingkungan kelurahan sekolah madrasah sd sdn smp smpn "
    "sma sman smk smkn slb slbn mi min mts mtsn ma man tk paud puskesmas rumah rsud rs kantor "
    "seksi subbagian subbidang sub uptd upt unit balai biro cabang perwakilan pelaksana satuan "
    "satpol kepolisian kejaksaan lapas lembaga rutan kua kemenag staf pusat perpustakaan bappeda "
    "bpbd bps bpn dlh inspektorat sekretariat daerah wilayah bkpsdm bapenda bpkad kesbangpol"
)
_KETUA = (
    "dpr dprd dpd dpw dpc mpr tp tim pkk pengadilan kpu kpud bawaslu panwaslu mui majelis baznas "
    "fkub dekranasda koni kormi pmi pgri kadin gow dwp dharma bhayangkari persit adhyaksa partai "
    "fraksi komisi bpd kwarcab lptq apdesi idi ibi ppni hmi peradi pwi"
)
_SEKRETARIS = (
    "daerah dprd dewan kabupaten kota provinsi kecamatan camat desa dinas badan jenderal negara "
    "kabinet kpu bawaslu inspektorat"
)
_ASISTEN = (
    "i ii iii 1 2 3 administrasi pemerintahan perekonomian ekonomi pembangunan bidang sekretaris "
    "bupati umum"
)
_HEAD = re.compile(
    r"^(?:wakil )?(?:"
    r"presiden(?! (?:bem|mahasiswa|direktur))|menteri|gubernur|bupati(?! cilik)|wali kota"
    r"|camat|lurah|rektor|dekan|direktur|inspektur|panglima|komandan|staf ahli|bunda paud"
    r"|anggota (?:dprd|dpr|dpd|kpu|bawaslu)|jaksa agung|hakim agung|komisioner"
    rf"|kepala (?:{'|'.join(_KEPALA.split())})"
    r"|ketua (?:(?:umum|harian|sementara|i|ii|iii|iv|1|2|3|4) )*"
    rf"(?:{'|'.join(_KETUA.split())})"
    rf"|sekretaris (?:{'|'.join(_SEKRETARIS.split())})"
    rf"|asisten (?:{'|'.join(_ASISTEN.split())})"
    r")\b"
)
_AGE = r"\s*,?\s*[(\[]\s*\d{1,2}(?:\s*(?:tahun|thn|th|bulan|bln))?\s*[)\]]"
_AGE_SPELT = (
    r"\s*,?\s+\(?\s*(?:yang\s+)?(?:berusia\s+|umur\s+|usia\s+)?\d{1,2}\s+(?:tahun|thn|bulan)\b"
)


class Page(StrEnum):
    """Whether somebody new gets a public page."""

    PUBLIC = "public"
    # No office that is known: only when the reporter says so.
    DOUBTFUL = "doubtful"
    # Whatever anybody says in the register.
    NEVER = "never"


def page_for(name: str, office: str, text: str, posts: Sequence[Post]) -> Page:
    """Whether somebody new of that printed name and office may get a page.

    `text` is the story or the list, `posts` are the known offices that the printed one can mean
    (`offices.posts_meant`).
    """
    if not office or has_age(name, text) or _is_never(office, posts):
        return Page.NEVER
    return Page.PUBLIC if posts or has_head(office) else Page.DOUBTFUL


def has_head(office: str) -> bool:
    """Whether the printed words begin as a public office does: "Plt. Kadis Sosial", "Camat"."""
    words = in_full(words_of(office))
    while words and (words[0] in ACTING or words[0] in {"tugas", "harian"}):
        del words[0]
    return bool(_HEAD.match(" ".join(words))) and not set(words) & _OF_STUDENTS


def has_age(name: str, text: str) -> bool:
    """Whether an age stands behind the name, as reports print it of children and victims."""
    words = names.parse(re.sub(r"[(\[].*", "", name)).name.split()
    if re.search(_AGE, name):
        return True
    if not words:
        return False
    printed = r"\s+".join(map(re.escape, words))
    return bool(re.search(rf"\b{printed}(?:{_AGE}|{_AGE_SPELT})", text, re.IGNORECASE))


def _is_never(office: str, posts: Sequence[Post]) -> bool:
    about = {
        word
        for post in posts
        for word in words_of(
            f"{post.title} {post.organisation.name} {post.organisation.short_name}"
        )
    }
    # "Kepala Sekolah, ibu korban": each piece says something of its own.
    for piece in re.split(r"[,;/()]|\bdan\b|\byang\b|\bsekaligus\b", office):
        words = [word for word in words_of(piece) if word not in about]
        if words and (words[0] in _NEVER_FIRST or set(words) & _NEVER):
            return True
    return bool(_NEVER_TOGETHER.search(" ".join(words_of(office))))
