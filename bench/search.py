"""Does a reader find it? Judged queries over the demo publication: success at the first and among the first ten.

    .venv/bin/python bench/search.py            all kinds of queries, and which were missed
    .venv/bin/python bench/search.py --show 10  what the page shows for each that was missed

The demo publication is loaded once into a database of its own, on an embedded PostgreSQL in the folder given by
`--var` (a minute), and brought up to date on later runs. Pages are asked for by Django's test client.

What counts as an answer was written down from reading the 66 stories, not from what any search showed: the stories
that a reader who types this is after, as narrow as an honest reader would have it. Success at one: the first result is
one of them; at ten: one of them is among the first ten. For what stands in the results of people, in "did you mean"
and in what is suggested while typing, likewise in those lists. A query with no answer succeeds when no story is shown.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

VAR_DIR = ROOT / "var" / "search"
DATABASE = "search_demo"

# kind: [query | other parameters] = answers. Stories by their number, people by "@" and their address, what was
# meant by "~", what is suggested while typing by "+"; "none" where no story may be shown.
JUDGED = """
a word: mangrove = 014
a word: tukik = 044
a word: asuransi = 002 054
a word: cengkih = 057
a word: kepiting = 014
a word: irigasi = 024
a word: calo = 023
a word: arabika = 018
a word: penalti = 006
a word: knalpot = 059
a word: inflasi = 040
a word: ginjal = 037
a word: cakalang = 007
a word: kubah = 026
a word: bailey = 035
a word: pansus = 002
a word: tikus = 024
a word: BPBD = 003 035 039
a word: opini = 017 027 051

word and forms: pencurian = 038
word and forms: pelantikan = 016
word and forms: melantik = 016
word and forms: pemusnahan = 043
word and forms: pencemaran = 062
word and forms: wisudawan = 045
word and forms: pemugaran = 026
word and forms: memugar = 026
word and forms: penenun = 058
word and forms: menenun = 058
word and forms: pengungsian = 003 035 036
word and forms: keterlambatan = 021
word and forms: mendonor = 047
word and forms: pengobatan = 060
word and forms: peminjaman = 010 017
word and forms: pemotongan anggaran = 041
word and forms: memotong anggaran = 041
word and forms: melindungi nelayan = 002
word and forms: pembubaran balap = 059
word and forms: penangkapan pencuri = 038
word and forms: melepaskan penyu = 044
word and forms: bersalin = 012 050
word and forms: penanaman bakau = 014
word and forms: berlari = 015 049
word and forms: penjemuran kopi = 018

words cut short: berita acara = 013 016
words cut short: kepala = 001 013 016
words cut short: pala = none
words cut short: ana = none
words cut short: ita = none
words cut short: ahan = none
words cut short: penahanan = 038
words cut short: dana = 013 035 054
words cut short: perdana = 010 024
words cut short: Rosdiana = 010 014 044
words cut short: dana darurat = 013 035
words cut short: uang desa = 013
words cut short: uang = 013 014 035

names: Tenriola = 001 010 023 055 056
names: Andi Mappesona Rauf = @andi-mappesona-rauf
names: H. Andi Mappesona Rauf, S.E., M.M. = @andi-mappesona-rauf
names: bupati mappesona = 035 002 016 008 015 061
names: Sanneng = @sanneng
names: Pak Sanneng = @sanneng
names: Haji Jufri = @jufri-laosu
names: KH Abd Wahab Zainuddin = @abd-wahab-zainuddin
names: Abdul Wahab Zainuddin = @abd-wahab-zainuddin
names: dr. Farid Mangopo = @farid-mangopo
names: AKBP Teguh Pamungkas = @teguh-pamungkas-wiraatmaja
names: Kapolres Teguh = 004 035 008
names: M. Arsyad Palallo = @muh-arsyad-palallo
names: arsyad palallo = 061
names: Dg Rappung = @tajuddin-daeng-rappung
names: Daeng Rappung perahu = 019 056
names: wahidah puskesmas = 005 012
names: Rudi Sambara = 042 006
names: Nuraeni Mandaka = 050
names: Ruslan Kande = 015 049
names: Abdul Muin = 037
names: Muhammad Nawir Kulla = @muh-nawir-kulla
names: Kulla Nawir = @muh-nawir-kulla
names: Tulak Yosep kopi = 018 061

names misspelt: Mapesona = @andi-mappesona-rauf ~mappesona
names misspelt: Tenriolla = @andi-tenriola-patawari ~tenriola
names misspelt: Saneng = @sanneng ~sanneng
names misspelt: Jupri Laosu = @jufri-laosu ~jufri laosu
names misspelt: Djufri Laosu = @jufri-laosu
names misspelt: Hasnawia Lantara = @hasnawiah-lantara ~hasnawiah lantara
names misspelt: Lahamudin = @lahamuddin ~lahamuddin
names misspelt: Mutmaina Rasul = @mutmainnah-rasul ~mutmainnah rasul
names misspelt: Fitriyani Mallombassi = @fitriani-mallombassi ~fitriani mallombassi
names misspelt: Bachtiar Tutu = @bahtiar-tutu ~bahtiar tutu
names misspelt: Ince Salma Jafar = @ince-salmah-djafar ~ince salmah djafar

offices: kapolres = 004 008 035 012
offices: kepala dinas kesehatan = 005 012 037 047 050 060 062 035
offices: camat bulutellue = 003 016 061
offices: rektor universitas tompolangi = 045 049
offices: kepala bps = 024 040 045 057
offices: ketua dprd = 002 008 016 045
offices: plt kepala dinas pupr = 021 054 016
offices: "pelaksana tugas" = 027 016
offices: bunda literasi = 010 048 055
offices: mantan bupati = 061

quotes: "mesin es" = 007
quotes: "lampu jalan" = 059 023
quotes: "dana desa" = 013
quotes: "perahu karet" = 003
quotes: "kartu keluarga" = 009 025
quotes: "kapal cepat" = 046
quotes: "lima belas menit membaca" = 001
quotes: "es balok" ikan = 007
quotes: "pencurian dengan pemberatan" = 038
quotes: "malu lebih mahal daripada denda" = 014
quotes: "jalan desa" anggaran = 041
quotes: "perahu layar" = 056

left out: kopi -koperasi = 005
left out: perahu -layar -kayu -karet = 010 044 007
left out: jembatan -banjir = 021 016
left out: "sepak bola" -penalti = 049
left out: persitom -penalti = 042
left out: jaksa -jembatan = 013 043
left out: darah -mesin = 047
left out: lari -"seleksi provinsi" = 015
left out: pesantren -tuberkulosis = 026 012 057 050

places: banjir bulusirua = 003 035 036
places: labuangpute = 007 012 019 046
places: jembatan salokatue = 021
places: masjid cempangie = 026
places: pulau matanre = 014 010 044 050 056 046
places: pasar sentral = 040 007 062
places: terminal tokasirang = 023
places: air tanatekko = 054
places: sungai salomarua = 062 039

many words: harga ikan turun = 007
many words: jadwal dukcapil keliling = 009
many words: harga cabai naik = 040
many words: unit cuci darah rsud = 037
many words: siapa juara lari pagi lappabatu = 015 049
many words: bidan pulau = 050
many words: gotong warga buat perahu kayu = 019 056
many words: anak sekolah naik motor = 052 004 059
many words: penerimaan mahasiswa baru untom = 025
many words: buku perpustakaan pulau matanre = 010
many words: sekolah di pengungsian bulusirua = 036
many words: tari panen festival = 008
many words: pencuri mesin nelayan ditangkap = 038
many words: cerita rakyat tiga bahasa = 048
many words: hujan lebat waspada = 039
many words: obat tanpa izin dimusnahkan = 043
many words: rumah murah balangsuka = 011
many words: balap liar motor disita = 059
many words: sungai tercemar limbah = 062
many words: stok darah kosong = 047
many words: jam buka poli anak = 022
many words: foto korban bencana jurnalistik = 051

filters: nelayan | rubrik=hukum = 038
filters: kopi | rubrik=budaya = 061
filters: bupati | rubrik=olahraga = 015
filters: perahu | rubrik=olahraga = 056
filters: perahu | tempat=Labuangpute = 019 007
filters: pulau | tempat=Matanre Lompo = 010 044 017 056
filters: air | tempat=Tanatekko = 054
filters: banjir | tempat=Bulutellue = 003 036
filters: jembatan | orang=muliadi-tappa = 021
filters: perahu | orang=andi-tenriola-patawari = 056 010
filters: kesehatan | orang=farid-mangopo = 037 012 022 047
filters: air | orang=wahidah-sallatu = 062 035 037
filters: perahu | orang=tajuddin-daeng-rappung, rubrik=olahraga = 056
filters: laporan | urut=terbaru = 035 003
filters: perpustakaan | urut=terbaru, rubrik=pendidikan = 010

misspelt: jembtan = ~jembatan
misspelt: perpustakan = ~perpustakaan
misspelt: imunsasi = ~imunisasi
misspelt: magrove = ~mangrove
misspelt: pukesmas = ~puskesmas
misspelt: nelaayan = ~nelayan
misspelt: irigsai = ~irigasi
misspelt: angaran desa = ~anggaran desa
misspelt: vestival tari = ~festival tari
misspelt: tuberkolosis = ~tuberkulosis
misspelt: pesanteren = ~pesantren
misspelt: kejaksan = ~kejaksaan
misspelt: univrsitas = ~universitas
misspelt: bulutelue = ~bulutellue
misspelt: labuanpute = ~labuangpute
misspelt: tompolanggi = ~tompolangi
misspelt: lapabatu = ~lappabatu
misspelt: persitm = ~persitom

short forms: cengkeh = 057
short forms: mesjid tua = 026
short forms: cabe = 040
short forms: harga cabe naik = 040
short forms: kades = 013 036 003 038 057 007 067
short forms: jaksa dampingi kades = 013
short forms: wabup = 001 010 016 023 033 055 056
short forms: sekda = 002 004 012 016 024 026 035 045
short forms: kajari = 004 013 016 026 043
short forms: dinkes imunisasi = 005
short forms: kadinkes farid = 037 012 047 022

begun: persit = ~persitom
begun: imuni = ~imunisasi
begun: mangr = ~mangrove

office and name: bupati mappesona = @andi-mappesona-rauf
office and name: Bupati Andi Mappesona Rauf = @andi-mappesona-rauf
office and name: wakil bupati tenriola = @andi-tenriola-patawari
office and name: Kapolres Teguh = @teguh-pamungkas-wiraatmaja
office and name: kadis kesehatan farid = @farid-mangopo

name alone: Andi Mappesona Rauf = 001 002 008 012 015 035 045
name alone: Farid Mangopo = 037 012 022 047

markup: "><img src=x> = none
markup: <script>alert(1)</script> = none
markup: <tukik> = 044

while typing: ten = +Andi Tenriola Patawari
while typing: andi m = +Andi Mappesona Rauf
while typing: mappes = +Andi Mappesona Rauf
while typing: san = +Sanneng
while typing: kes = +Kesehatan
while typing: mang = +mangrove
while typing: jemb = +jembatan
while typing: dana d = +dana desa
while typing: banj = +banjir bandang
while typing: pusk = +puskesmas
while typing: harga c = +harga cabai
while typing: h. jufri = +Jufri Laosu
while typing: olah = +Olahraga
while typing: sepak = +sepak bola
while typing: tukik = +tukik

not in public: bank sampah padangloe = none
not in public: perundungan = none
not in public: rebana = none
not in public: hibah = none
not in public: kecapi = none
not in public: kemiskinan = none
"""


@dataclass(frozen=True)
class Judged:
    """A query, what is asked besides it, and what answers it."""

    kind: str
    query: str
    more: dict[str, str]
    answers: tuple[str, ...]

    def __str__(self) -> str:
        more = "".join(f" | {name}={value}" for name, value in self.more.items())
        return f"{self.query}{more}"


def judged() -> list[Judged]:
    """Every query of JUDGED."""
    found = []
    for line in filter(None, map(str.strip, JUDGED.splitlines())):
        kind, rest = line.split(": ", 1)
        asked, answers = rest.rsplit(" = ", 1)
        query, _, more = asked.partition(" | ")
        pairs = dict(pair.split("=") for pair in more.split(", ") if pair)
        found.append(Judged(kind, query, pairs, _answers(answers)))
    return found


def _answers(text: str) -> tuple[str, ...]:
    # What was meant and what is suggested may be of several words, and stands last.
    for sign in "~+":
        before, found, words = text.partition(sign)
        if found:
            return (*before.split(), sign + words.casefold())
    return tuple(text.split())


def shown(client: Any, one: Judged) -> list[str]:
    """What a page shows, in order, in the words of JUDGED."""
    from django.urls import NoReverseMatch, reverse

    if one.answers[-1].startswith("+"):
        try:
            address = reverse("articles:suggest")
        except NoReverseMatch:
            return []
        found = client.get(address, {"q": one.query}).json()["suggestions"]
        return ["+" + row["text"].casefold() for row in found]
    context = client.get(reverse("articles:search"), {"q": one.query, **one.more}).context
    stories = [_number(result.story.slug) for result in context["results"]]
    people = [f"@{person.slug}" for person in context["people"]]
    meant = [f"~{context['meant'].text.casefold()}"] if context.get("meant") else []
    if any(answer.startswith(("@", "~")) for answer in one.answers):
        return people + meant
    return stories


def _number(slug: str) -> str:
    from newsroom.demo import files

    for key in files.stories():
        if key.partition("-")[2] == slug:
            return key[:3]
    return slug


def succeeds(one: Judged, found: list[str], first: int) -> bool:
    if one.answers == ("none",):
        return not found
    return any(answer in found[:first] for answer in one.answers)


def _begin(var_dir: Path) -> Any:
    """A client of the demo publication, which is loaded when it is not there."""
    os.environ["TEST_VAR_DIR"] = str(var_dir)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections
    from django.test import Client
    from django.test.utils import setup_test_environment

    settings.DEMO = True
    setup_test_environment()
    connection = connections.create_connection("default")
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.settings_dict = {**connection.settings_dict, "NAME": DATABASE}
    connections["default"] = connection
    call_command("migrate", verbosity=0)
    from articles.models import Article

    if not Article.objects.exists():
        call_command("load_demo")
    call_command("count_words")
    return Client()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--var", type=Path, default=VAR_DIR, metavar="DIR")
    parser.add_argument("--show", type=int, default=0, metavar="N")
    options = parser.parse_args()
    client = _begin(options.var.resolve())
    queries = judged()
    at_one, at_ten, of = defaultdict(int), defaultdict(int), defaultdict(int)
    missed, taken = [], []
    for one in queries:
        started = time.perf_counter()
        found = shown(client, one)
        taken.append(time.perf_counter() - started)
        of[one.kind] += 1
        at_one[one.kind] += succeeds(one, found, 1)
        at_ten[one.kind] += succeeds(one, found, 10)
        if not succeeds(one, found, 1):
            missed.append((one, found))
    print(f"\n{'kind':<20}{'queries':>8}{'success@1':>11}{'success@10':>12}")
    for kind in of:
        print(
            f"{kind:<20}{of[kind]:>8}{at_one[kind] / of[kind]:>11.2f}{at_ten[kind] / of[kind]:>12.2f}"
        )
    total = len(queries)
    one_all, ten_all = sum(at_one.values()) / total, sum(at_ten.values()) / total
    print(f"{'all':<20}{total:>8}{one_all:>11.3f}{ten_all:>12.3f}")
    print(f"median {sorted(taken)[total // 2] * 1000:.1f} ms a query\n")
    for one, found in missed:
        mark = "" if succeeds(one, found, 10) else "*"
        print(f"{mark}{one.kind}: {one} = {' '.join(one.answers)}")
        if options.show:
            print(f"    {' '.join(found[: options.show]) or 'nothing'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
