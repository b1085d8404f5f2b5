"""Common wrong forms: the table itself, and what is read out of a text with it."""

import pytest

from articles.copydesk import forms, lexicon
from articles.copydesk.known import Known
from articles.copydesk.proofreading import proofread

LINES = [
    line.split("\t") for line in (lexicon.DATA / "wrong_forms.tsv").read_text("utf-8").splitlines()
]


def look(text, **known):
    return [(f.text, f.suggestion) for f in proofread(text, knowledge=Known(**known))]


def test_the_table_has_hundreds_of_lines_each_with_its_reason():
    assert len(LINES) >= 700
    assert len([line for line in LINES if len(line) == 3]) >= 700
    assert all(
        wrong and right and note and wrong != right and set(rest) <= {"house"}
        for wrong, right, note, *rest in LINES
    )
    assert all(len(field) <= 60 for line in LINES for field in line[:2])
    assert all(len(line[2]) <= 120 for line in LINES)


def test_each_wrong_form_stands_once():
    wrongs = [line[0].lower() for line in LINES]
    assert len(wrongs) == len(set(wrongs))


def test_no_right_form_is_another_lines_wrong_one():
    wrongs = {line[0].lower() for line in LINES}
    assert [line[1] for line in LINES if line[1].lower() in wrongs] == []


def test_no_wrong_form_is_in_the_dictionary():
    assert [line[0] for line in LINES if lexicon.shipped().is_listed(line[0])] == []


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_each_line_is_found_and_its_right_form_is_silent(line):
    wrong, right, note, *_house = line
    table = {wrong.lower(): (right, note)} | dict(forms.shipped())
    found = proofread(f"Kata warga itu {wrong}.", knowledge=Known(forms=table))
    assert [(f.text, f.suggestion, f.kind) for f in found] == [(wrong, right, "form")]
    assert look(f"Kata warga itu {right}.") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Itu di rubah kemarin.", ("di rubah", "diubah")),
        ("Hal ini di lakukan warga.", ("di lakukan", "dilakukan")),
        ("Acara di hadiri bupati.", ("di hadiri", "dihadiri")),
        ("Surat di kirim kemarin.", ("di kirim", "dikirim")),
        ("Kami mengijinkan itu.", ("mengijinkan", "mengizinkan")),
        ("Perijinan itu mudah.", ("Perijinan", "Perizinan")),
        ("Apa resikonya?", ("resikonya", "risikonya")),
        ("Mereka berfikir keras.", ("berfikir", "berpikir")),
        ("IJIN TERBIT", ("IJIN", "IZIN")),
        ("Ada dana Rp. 10.000 saja.", ("Rp. ", "Rp")),
        ("Harganya Rp 50.000,- saja.", ("Rp 50.000,-", "Rp50.000")),
        ("Pelajar se Kabupaten Sinjai.", ("se ", "se-")),
        ("Rehabilitasi pasca banjir.", ("pasca banjir", "pascabanjir")),
        ("Kegiatan non pertanian.", ("non pertanian", "nonpertanian")),
        ("Para Walikota datang.", ("Walikota", "Wali kota")),
        ("Hasilnya ditunjukan kemarin.", ("ditunjukan", "ditunjukkan")),
        ("Mereka memasukan barang.", ("memasukan", "memasukkan")),
        ("Harga dinaikan lagi.", ("dinaikan", "dinaikkan")),
        ("Hari Jum’at lalu.", ("Jum’at", "Jumat")),
        ("Bulan Nopember lalu.", ("Nopember", "November")),
        ("Warga di himbau datang.", ("di himbau", "diimbau")),
        ("Warga di ijinkan masuk.", ("di ijinkan", "diizinkan")),
        ("Urusan di permudah kini.", ("di permudah", "dipermudah")),
        ("Uang di pungut warga.", ("di pungut", "dipungut")),
        ("Jalan di tutup warga.", ("di tutup", "ditutup")),
        ("Jalan di awasi warga.", ("di awasi", "diawasi")),
        ("Anak ke tiga itu.", ("ke tiga", "ketiga")),
        ("Hal tsb yang benar.", ("tsb", "tersebut")),
        ("Yg hadir banyak.", ("Yg", "Yang")),
        ("Ada dana Rp 2 milyar saja.", ("Rp 2 milyar", "Rp2 miliar")),
        ("Ada dana Rp. 2,5 Milyar saja.", ("Rp. 2,5 Milyar", "Rp2,5 miliar")),
        ("Harganya Rp. 50.000,- saja.", ("Rp. 50.000,-", "Rp50.000")),
        ("Hadir para guru-guru.", ("para guru-guru", "para guru")),
    ],
)
def test_a_wrong_form_is_found(text, found):
    assert found in look(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ia makan ikan di pekan raya, di makam, di kaki bukit dan di hati warga.",
        "Mereka tinggal di negeri orang, di bagian barat, di kursi depan.",
        "Rp10.000 dan Rp 10.000 terkumpul.",
        "Gubernur se-Indonesia berkumpul.",
        "Bapak Resiko dan Ibu Putera hadir.",
        "Kota Makassar dan Wali Kota hadir.",
        "Masalahnya sudah dikemukakan; keluarnya lewat sana.",
        "Ia bekerja sama dan bertanggung jawab.",
        "Kedalaman laut dan keatasan.",
        "Akun dibekukan, lampu dinyalakan, kue dijajakan, tugas dilakukan, buku dibukukan.",
        "Di Lakukan Bersama",
        "Anak itu di antar-jemput.",
        "Ia di persimpangan, di pertanian, di perbatasan, di permukaan dan di lokasi.",
        "Ia membawa anak ke tiga sekolah.",
        "Mereka pergi ke tiga desa, ke dua kota dan ke satu tempat.",
        "PD Parkir, YG Entertainment dan Umar Dg. Tata hadir.",
        "Para laki-laki, para mata-mata dan guru-guru hadir.",
        "Dana Rp2 miliar dan Rp 2 miliar cair.",
        "Ia di kaki, di api, di hati, di kali, di bumi, di padi dan di depan.",
    ],
)
def test_a_right_form_is_silent(text):
    assert [f for f in proofread(text, knowledge=Known()) if f.kind == "form"] == []


def test_what_the_house_decides_waits_until_it_is_turned_on():
    assert look("Luasnya dua hektar.") == []
    on = dict(forms.shipped()) | {"hektar": ("hektare", "")}
    assert look("Luasnya dua hektar.", forms=on) == [("hektar", "hektare")]


def test_a_finding_gives_its_reason():
    (finding,) = proofread("Minta ijin dulu.", knowledge=Known())
    assert str(finding.reason).endswith("jaan baku KBBI.")


def test_a_verb_with_two_faults_is_one_finding():
    assert look("Warga di himbau datang.") == [("di himbau", "diimbau")]
    assert look("Ada dana Rp. 2 milyar saja.") == [("Rp. 2 milyar", "Rp2 miliar")]
