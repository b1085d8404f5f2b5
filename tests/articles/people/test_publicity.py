"""Who may get a public page from a register: officials, never children, victims or suspects."""

import pytest

from articles.people.offices import posts_meant
from articles.people.publicity import Page, has_age, page_for
from tests.factories import OrganisationFactory, PostFactory


@pytest.mark.parametrize(
    "office",
    [
        *("Bupati Sinjai", "Wakil Bupati", "Wabup", "Camat Sinjai Utara", "Plt. Kadis Sosial"),
        *("Kepala Dinas Perlindungan Anak", "Kepala SMPN 1", "Kepala Desa Bongki", "Kades Bongki"),
        *("Ketua DPRD Sinjai", "Wakil Ketua I DPRD", "Ketua TP PKK", "Kapolres Sinjai", "Kapolsek"),
        *("Dandim 1424", "Danramil", "Sekretaris Daerah", "Sekda", "Rektor", "Direktur RSUD"),
        *("Wakil Kepala Sekolah", "Pelaksana Tugas Camat", "Asisten I", "Staf Ahli Bupati"),
    ],
)
def test_the_head_of_a_real_office_is_public(office):
    assert page_for("Baso Ilham", office, "", []) == Page.PUBLIC


@pytest.mark.parametrize(
    "office",
    [
        *(
            "Tokoh masyarakat",
            "Guru",
            "Imam masjid",
            "Ketua OSIS",
            "Kepala tukang",
            "Ajudan Bupati",
        ),
        *("Presiden Mahasiswa", "Asisten rumah tangga", "Mantan Bupati", "Kepala"),
    ],
)
def test_any_other_office_is_for_the_reporter_to_say(office):
    assert page_for("Baso Ilham", office, "", []) == Page.DOUBTFUL


@pytest.mark.parametrize(
    "office",
    [
        *("", "Peserta didik", "peserta didik SMPN 1", "Siswi", "siswa SMAN 2", "Pelajar"),
        *("Mahasiswa", "Anak Bupati", "Balita", "Korban", "Ibu korban", "Saksi mata", "Tersangka"),
        *("Terdakwa", "Terduga pelaku", "warga", "Warga Desa Bongki", "pedagang ikan", "Petani"),
        *(
            "nelayan",
            "sopir truk",
            "Istri Bupati",
            "Suami korban",
            "Kepala keluarga",
            "Ketua kelas",
        ),
        *("Kepala Desa Bongki, tersangka", "Direktur CV Maju (terdakwa)", "orang tua siswa"),
    ],
)
def test_who_is_no_official_gets_no_page_whatever_is_said(office):
    assert page_for("Baso Ilham", office, "", []) == Page.NEVER


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Baso Ilham", "Kata Baso Ilham (14) di Sinjai."),
        ("Baso Ilham", "BASO  ILHAM (14 tahun)"),
        ("H. Baso Ilham", "H. Baso\nIlham [52]"),
        ("Baso Ilham", "Baso Ilham, 14 tahun, siswa."),
        ("Baso Ilham (14)", ""),
    ],
)
def test_whoever_has_an_age_behind_the_name_gets_no_page(name, text):
    assert has_age(name, text)
    assert page_for(name, "Kepala Desa", text, []) == Page.NEVER


@pytest.mark.parametrize(
    "text", ["Baso Ilham (Camat)", "Baso Ilham 2024", "Umar (14) dan Baso Ilham"]
)
def test_another_bracket_is_no_age(text):
    assert not has_age("Baso Ilham", text)


@pytest.mark.django_db
def test_a_known_office_is_public_however_it_is_called():
    agency = OrganisationFactory(name="Lembaga Perlindungan Saksi dan Korban")
    PostFactory(title="Koordinator", organisation=agency)
    PostFactory(title="Imam Besar Masjid Raya")
    for office in ("Imam Besar Masjid Raya", "Koordinator Lembaga Perlindungan Saksi dan Korban"):
        posts = posts_meant([office])[office]
        assert page_for("Baso Ilham", office, "", posts) == Page.PUBLIC
        assert page_for("Baso Ilham", f"{office}, tersangka", "", posts) == Page.NEVER
