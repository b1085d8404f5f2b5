"""Invented sentences of ceremonial regency news, with the names marked.

The annotated sets hold national and foreign news. What a local paper prints (lists of officials
with titles, degrees and offices, all in capitals sometimes) is made here from the lexica: every
name, office and place is drawn at random, so that no text of anybody enters.
"""

import re
from random import Random

from articles.reading import lexicon

# A text and its marked spans: begin, end, label (PER, LOC or ORG).
Marked = tuple[str, list[tuple[int, int, str]]]

ENGLISH = (
    "Development Economics Finance Policy Studies Research Reform Strategic Democracy Network Freedom "
    "Expression Election Public Health Law Security Digital Energy Essential Services Budget Center"
).split()
SYLLABLES = (
    "ba be bi bo bu ca da de di do du fa ga gu ha he hi ja jo ju ka ke ki ko ku la le li lo lu ma me "
    "mi mo mu na ne ni no nu pa pe po pu ra re ri ro ru sa se si so su ta te ti to tu wa wi ya yu za "
    "zu kha sya nga mah han dar sul bas hil man ris tan mud ban gan wir nur san fan zul mar kar bel "
    "ger son hart vill schm wer"
).split()
ENDINGS = " n r s din l h ah wan to no ng m t k man sen in ya ni vic ov ez d".split(" ")
FIRMS = [word.capitalize() for word in sorted(lexicon.FIRM_WORDS)]
# What villages and districts are called, beside words that no list has.
VILLAGES = (
    "Bonto Batu Tanah Buntu Lembang Tana Kassi Lompo Toa Loe Beru Riaja Rilau Tellu Mattiro Sungai Kampung "
    "Karang Tanjung Muara Ujung Bukit Gunung Pulau Lama Baru Utara Selatan Tengah Barat Timur Jaya Makmur Sari "
    "Mulya Rejo Sido Wono Suka Marga Kerta Agung Indah Asri Padang Pasir Rawa Teluk Lubuk Labuhan Pasar Air "
    "Long Nanga Sumber Kali Ulu Ilir Hulu Hilir Raya Pinang Jambu Beringin Kelapa Panjang Dalam Luar"
).split()
OFFICES = """Bupati @L|Wakil Bupati @L|Wakil Bupati|Bupati|Wali Kota @L|Wakil Wali Kota @L|Gubernur @P
Wakil Gubernur @P|Ketua @DPRD @L|Wakil Ketua I @DPRD @L|Ketua @DPRD|Sekretaris Daerah @L|Sekda @L
Sekretaris Daerah Kabupaten @L|Kapolres @L|Kapolres|Wakapolres @L|Kapolsek @X|Dandim 14@N @L
Danramil @X|Kajari @L|Kepala @Kejaksaan Negeri @L|Ketua @Pengadilan Negeri @L|Camat @X|Lurah @X
Kepala Desa @X|Kades @X|Kepala Dusun @X|Kepala @Dinas Kesehatan Kabupaten @L
Kepala @Dinas Pendidikan dan Kebudayaan @L|Kadis Pendidikan @L|Kepala @Bappeda @L|Sekretaris @BPBD @L
Kepala Bidang Humas @Polda @P|Kepala @Dinas Pariwisata Kota @L|Ketua @TP PKK @L|Ketua @MUI @L
Kepala @SMAN 1 @L|Kepala @SMP Negeri @N @X|Rektor @Universitas @X|Dosen @Universitas @X @P
Direktur Utama @PT @X @X|Direktur @RSUD @L|Manajer @PT @X|Ketua @KPU @L|Anggota @KPU @P
Ketua @Bawaslu @L|Kepala @Puskesmas @X|Ketua @Perhimpunan Hotel dan Restoran Indonesia @L
Ketua @Ikatan Dokter Indonesia @P|Kepala @Badan Penanggulangan Bencana Daerah @L|Anggota @DPR
Anggota Komisi II @DPRD @L|Staf Ahli Bupati|Asisten I Setda @L|Kabag Kesra Setda @L
Kepala @Kantor Kementerian Agama @L|Ketua Umum Partai @X|Ketua Panitia|Kepala @Dinas @X
Direktur Eksekutif @Lembaga @X @X|pengamat politik @Universitas @X|peneliti @Institut @X|Ketua @BPD @X
Plt. Kepala @Dinas Sosial @L|Pj. Bupati @L|Kasat Reskrim @Polres @L|Kasi Intel @Kejari @L|warga Desa @X
tokoh masyarakat|Koordinator @Forum @X @L|Menteri Sosial|Menteri Perhubungan|Kepala @BPS @P
Sekretaris Jenderal @Partai @X|Pimpinan @Bank @X Cabang @L|Ketua @KNPI @L|Kepala @BKPSDM @L
Bupati @X|Wakil Bupati @X|Ketua @DPRD @X|Kapolres @X|Sekda @X|Camat @V|Lurah @V|Kepala Desa @V|Kapolsek @V
Danramil @V|Kepala @Puskesmas @V|Kepala Dusun @V|Ketua @BPD @V|Ketua @Karang Taruna @V|Ketua @TP PKK Desa @V
Kepala @Dinas Kesehatan @X|Kadis Pendidikan @X|Kepala @Dinas @W @X|Kepala @SMA Negeri @N @X|Wali Kota @X
Direktur @RSUD @V|Imam Desa @V|Sekretaris Camat @V|Kades @V|Pj. Kepala Desa @V|Kepala @UPT @W @V""".replace(
    "\n", "|"
).split("|")
SENTENCES = """Kegiatan tersebut dihadiri oleh {o} {n}, {o} {n}, {o} {n}, dan para kepala sekolah.
Turut hadir {o} {n}, {o} {n}, serta {o} {n}.|Hadir dalam kegiatan itu {o} {n} bersama {o} {n}.
{o}, {n}, mengatakan, kegiatan ini digelar setiap tahun.|{o} {n} mengatakan program itu berlanjut.
“Kami siap membantu,” kata {o} {n}, Senin (4/3/2024).|Menurut {o} {n}, bantuan segera disalurkan.
{n} selaku {o} membuka kegiatan itu didampingi {o} {n}.|{n}, {o}, mewakili {o} {n}.
Acara dibuka {o} {n} yang diwakili oleh {o} {n}.|{o} {n} didampingi {o} {n} meninjau lokasi.
Dalam sambutannya, {o} {n} menyampaikan terima kasih.|{m} menambahkan, warga harus waspada.
“Semua harus hadir,” ujar {m}.|{m} berharap kegiatan ini bermanfaat bagi warga.|Menurut {m}, stok aman.
Hal itu dibenarkan {o} {n}.|Secara terpisah, {o} {n} menuturkan hal serupa.
Peserta terdiri atas {n}, {n}, {n}, dan {n}.|1. {n}|2. {o} {n}|{n} ({o})|{o} : {n}
Rapat dipimpin {o} {n} dan dihadiri {o} {n}.|Selain {m}, hadir pula {o} {n}.|Saat {m} tiba, warga bersorak.
Bantuan dari {o} diserahkan kepada warga Kelurahan @X.|Kunjungan {o} ke @L berlangsung sehari.
{o} {n} menilai, aturan itu perlu ditinjau.|“Itu belum tentu benar,” tutur {n}, {o}, Selasa (5/3/2024).
{o} {n} menyebutkan, harga naik dua kali lipat.|Saat dihubungi, {o} {n} mengungkapkan hal yang sama.
“Kami menunggu,” ujar {o} {n}, saat ditemui di @L, Rabu.|{n} ({o}) menjelaskan, cuaca akan membaik.
Demikian dikatakan {o} {n} kepada wartawan.|{o}, {n}, menambahkan, stok masih cukup untuk sebulan.
{o} {n}, saat dikonfirmasi, membenarkan kabar itu.|Hal senada disampaikan {n}, {o}.|{n} adalah {o}.
“Kami sudah tahu,” kata {m} kepada wartawan.|{m} menegaskan, tidak ada yang dirugikan.|kata {m}
“Tidak ada masalah,” tegas {o} {n} di @L, Kamis.|“Harus dijaga,” imbuh {m}.|{o} {n} dan {o} {n} hadir.
Kegiatan berlangsung di Gedung @X @X, Kecamatan @X, Kabupaten @L.|Rapat @DPRD @L ditunda pekan depan.
Dinas Kesehatan @L dan @Polres @L menggelar razia di Pasar @X.|Tim @PT @X menang atas @X FC.""".replace(
    "\n", "|"
).split("|")
# An office of many words, as at ministries, companies and universities; @W is a word in capitals.
LONG_OFFICES = """Kepala @Badan @W dan @W|Kepala @Badan @W @W @Kementerian @W|Direktur Jenderal @W @W @Kementerian @W
Direktur Jenderal @W @Kementerian @W dan @W @W|Direktur @W @W @PT @X @W Tbk|Direktur Utama @PT @W @W @X (Persero)
Sekretaris Perusahaan @PT @Bank @X Tbk|Vice President Corporate Secretary @X @W|VP @W @A|CEO @X|Co-Founder @X @X
Head of @X|General Manager @PT @X @W @W|Manajer @W @W @X|Juru Bicara @Satgas @W Covid-19 @L|Ketua @A @L
Kepala Bidang @W @W @Dinas @W dan @W @L|Kepala Seksi @W @W @Dinas @W Kota @L|Kepala Subdirektorat @W @Kementerian @W
Pelaksana Tugas Kepala @Dinas @W @L|Pelaksana Tugas Direktur @W @Kementerian @W|Penjabat Sementara Bupati @L
Kepala @Badan @W @W @W (@A) @L|Ketua @Komisi @W @W (@A) @P|Direktur Eksekutif @X @W @W|Koordinator Nasional @X @W
Direktur Eksekutif @Center for @E @E and @E (@A)|Direktur Eksekutif @Institute for @E and @E|peneliti @E @E @E
Guru Besar Fakultas @W @Universitas @X @X|Dosen @W @Fakultas @W @W @Universitas @X|Pengajar @W @Universitas @W @X
pengajar @Universitas @X (@A)|pakar w @Universitas @X|epidemiolog @Universitas @X|Pengamat w|pengamat w w
Direktur Utama @PT @F @F|Direktur Utama @F @F|CEO @F @F|Direktur @F @F @F|Direktur Eksekutif @F @F|Ketua @F @F @L
Pendiri @F @F|Co-Founder @F @F|Manajer @F @F|General Manager @F @F @L|Sekretaris Perusahaan @PT @F @F (Persero) Tbk
Pemilik @F @F|Direktur @PT @F @X|Juru Bicara @F @F|Peneliti @F @F|analis @F @F|Direktur Operasional @PT @F @F @F
Head of w @F @F|Public Relations Manager @F @F|Marketing Manager @F @F @X|pengelola @F @F|ekonom @Bank @F
Pengamat w dari @Universitas @X|Ketua Umum @Asosiasi @W @W Indonesia (@A)|Ketua Umum @Himpunan @W @W Indonesia
Anggota Komisi IX @DPR dari Fraksi @W|anggota @Ombudsman RI|Komisioner @Komisi @W @W|Kepala Divisi @W @A
Ketua Serikat Pekerja @Hotel @X One|Kepala Kepolisian Resor @L|Kepala Kepolisian Daerah @P|Kasat Lantas @Polres @X
Kepala Unit Pelaksana Teknis Bandara @X @X|Kepala Stasiun @W @X|Imam Besar Masjid @X|Pemimpin Pondok Pesantren @X @X
Deputi Bidang @W @W @A|Deputi @W dan @W @Kementerian Koordinator Bidang @W|Staf Ahli Menteri @W Bidang @W
Wakil Ketua Harian @Gugus Tugas @W @W Covid-19 @L|Kepala Humas @PT @X @L|Kepala @Pusat @W @W @A|Asisten Deputi @W
Kepala @Kantor @W @Bank @X @L|Kepala @Balai @W @W @W @P|Kepala @Kejaksaan Tinggi @P|Camat @X @X|Kepala Suku @Dinas @W @L
Juru Bicara Presiden|Kepala Sekretariat Presiden|Menteri Koordinator Bidang @W, @W, dan @W|Menteri @W dan @W|Panglima TNI
Kepala @Dinas @W, @W, dan @W @L|Kepala Dusun @X, Kelurahan @X, Kecamatan @X|warga Kampung @X|pedagang di Pasar @X""".replace(
    "\n", "|"
).split("|")
BEFORE = "H.|Hj.|Dr.|Drs.|Dra.|Ir.|dr.|Prof.|Prof. Dr.|Drs. H.|Dr. H.|AKBP|AKP|Kompol|Komisaris Besar|Komisaris|Inspektur Jenderal|Brigadir Jenderal|Ajun Komisaris|Marsekal|Irjen|Letkol Inf|Kapten Inf.|Iptu|Kombes Pol|Ust.|K.H.|Pak|Ibu|Andi|A."
AFTER = ", S.E.|, S.E., M.Si.|, S.Pd., M.Pd.|, S.H., M.H.|, S.STP., M.Si.| SE, MM|, S.I.K.|, S.Sos.|, M.Kes|, Lc., M.A.|, S.P., M.Si.|, ST"


class Inventor:
    """Draws names, offices and sentences; the same seed draws the same."""

    def __init__(self, seed: int, known: list[str]) -> None:
        self.random = Random(seed)
        self.known = known
        self.given = sorted(
            word.capitalize() for word in lexicon.given_names() - lexicon.common_words()
        )
        self.common = sorted(word for word in lexicon.common_words() if len(word) > 4)
        lines = lexicon.PLACES.read_text("utf-8").splitlines()
        names = [line.split("\t") for line in lines]
        self.provinces = [name for code, name in names if "." not in code]
        self.regencies = [name.partition(" ")[2] for code, name in names if "." in code]

    def unknown_word(self) -> str:
        """A word that no list has."""
        choice = self.random.choice
        middle = "".join(choice(SYLLABLES) for _ in range(choice((1, 2, 2, 3))))
        return (middle + choice(ENDINGS)).capitalize()

    def name_word(self) -> str:
        chance = self.random.random()
        if chance < 0.42:
            return self.random.choice(self.given)
        return self.unknown_word() if chance < 0.82 else self.random.choice(self.known)

    def name(self, words: int) -> str:
        """A name of so many words, now and then with an initial or a clan's letters."""
        found = [self.name_word() for _ in range(words)]
        if words > 1 and self.random.random() < 0.08:
            found[0] = self.random.choice("M H A. M. Muh. TB I Sri Cut Andi A. St.".split())
        if words > 1 and self.random.random() < 0.05:
            found[-1] = self.random.choice("MS MD SH M HB K S".split())
        return " ".join(found)

    def village(self) -> str:
        """A place that no list has, of one word or two."""
        choices = (self.random.choice(VILLAGES), self.unknown_word(), self.name_word())
        count = self.random.choice((1, 2, 2))
        return " ".join(self.random.sample(choices, count))

    def sentence(self) -> Marked:
        """One invented sentence; one in twelve is printed in capitals."""
        text, spans = "", []
        pattern = self.random.choice(SENTENCES)
        while "{o}" in pattern:
            offices = OFFICES if self.random.random() < 0.45 else LONG_OFFICES
            pattern = pattern.replace("{o}", self.random.choice(offices), 1)
        for piece in _pieces(pattern):
            if piece == "{n}":
                before = self._sometimes(BEFORE, 0.45, " ")
                words = self.random.choice((1, 2, 2, 2, 3, 3))
                text += before
                text = self._mark(text, self.name(words), "PER", spans)
                text += self._sometimes(AFTER, 0.4, "") if before != "Pak " else ""
            elif piece == "{m}":
                text = self._mark(text, self.name(1), "PER", spans)
            elif piece in ("@L", "@P"):
                source = self.regencies if piece == "@L" else self.provinces
                text = self._mark(text, self.random.choice(source), "LOC", spans)
            elif piece == "@X":
                text += self.random.choice((self.unknown_word(), self.name_word()))
            elif piece in ("@W", "w"):
                word = self.random.choice(self.common)
                text += word.capitalize() if piece == "@W" else word
            elif piece == "@E":
                text += self.random.choice(ENGLISH)
            elif piece == "@F":
                text += self.random.choice(FIRMS)
            elif piece == "@V":
                text += self.village()
            elif piece == "@A":
                text += "".join(
                    self.random.choice("ABDGHIKLMNPRSTUW") for _ in range(self.random.randint(3, 5))
                )
            elif piece == "@N":
                text += str(self.random.randint(1, 30))
            elif piece.startswith("@"):
                text = self._mark(text, piece[1:], "ORG", spans)
            else:
                text += piece
        return (text.upper() if self.random.random() < 0.08 else text), spans

    def renamed(self, marked: Marked) -> Marked:
        """The same sentence about other people, so that words of names are not learned by heart."""
        text, spans = marked
        result, position, moved, others = "", 0, [], {}
        for begin, end, label in spans:
            result += text[position:begin]
            words = text[begin:end]
            if label == "PER" and "-" not in words:
                words = others.setdefault(words, self.name(len(words.split())))
            moved.append((len(result), len(result) + len(words), label))
            result, position = result + words, end
        return result + text[position:], moved

    def _sometimes(self, choices: str, chance: float, glue: str) -> str:
        if self.random.random() >= chance:
            return ""
        return self.random.choice(choices.split("|")) + glue

    @staticmethod
    def _mark(text: str, words: str, label: str, spans: list[tuple[int, int, str]]) -> str:
        spans.append((len(text), len(text) + len(words), label))
        return text + words


def _pieces(pattern: str) -> list[str]:
    return [
        p
        for p in re.split(r"(\{[nm]\}|@[LPNXWEAFV]\b|\bw\b|@[A-Za-z]+(?: [A-Za-z]+)*)", pattern)
        if p
    ]
