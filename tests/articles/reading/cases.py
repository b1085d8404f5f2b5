"""What a reporter's sentences must become: a table. One line for each row expected.

`capacity: name | office | organisation | represents`, with the capacity's first letter (a, q, m, o);
a delegation begins with "+", a group with "*" (its count behind "#"), an office without a name
with "=". Empty parts at the end are left out.
"""

from articles.reading import Mention

LETTERS = {"attended": "a", "quoted": "q", "mentioned": "m", "organiser": "o"}
MARKS = {"person": "", "delegation": "+", "group": "*", "office": "="}


def row(m: Mention) -> str:
    parts = [m.name, m.office, m.organisation, m.represents]
    text = " | ".join(parts).rstrip(" |")
    count = f" #{m.count}" if m.count is not None else ""
    row = f"{LETTERS[m.capacity]}{MARKS[m.kind]}: {text.removeprefix(' | ')}{count}"
    return " ".join(row.split())


# Lists after a verb.
LISTS = """
Kegiatan itu dihadiri oleh Wakil Bupati Sinjai Hj. A. Kartika, Ketua DPRD Sinjai Lukman Arsal, S.E., M.Si., perwakilan Bappeda, dan para kepala sekolah.
    a: Hj. A. Kartika | Wakil Bupati Sinjai
    a: Lukman Arsal, S.E., M.Si. | Ketua | DPRD Sinjai
    a+: perwakilan | Bappeda
    a*: para kepala sekolah
Hadir dalam acara tersebut, Hj. A. Kartika, S.P., M.Si., Ketua DPRD, dan Kapolres AKBP Rudi Hartono, S.I.K.
    a: Hj. A. Kartika, S.P., M.Si. | Ketua | DPRD
    a: AKBP Rudi Hartono, S.I.K. | Kapolres
Rapat dihadiri Bupati dan Wakil Bupati.
    a=: Bupati
    a=: Wakil Bupati
Rapat itu dihadiri Bupati dan Wakil Bupati Bone, serta Sekda.
    a=: Bupati
    a=: Wakil Bupati Bone
    a=: Sekda
Hadir Bupati Sinjai Andi Seto, siswi SMPN 2 Aisyah Putri (13), warga Baso Ilham (40), dan 42 kepala sekolah.
    a: Andi Seto | Bupati Sinjai
    a: Aisyah Putri
    a: Baso Ilham | warga
    a*: 42 kepala sekolah #42
Rapat dihadiri Camat Lappa, siswa SMPN 2 Sinjai, dan pelajar Nur Aini.
    a=: Camat Lappa
    a*: siswa SMPN 2 Sinjai
    a: Nur Aini | pelajar
Bupati Sinjai didampingi istri.
Wakil Bupati Andi Kartika didampingi suami dan anaknya.
    m: Andi Kartika | Wakil Bupati
Kegiatan dihadiri Kapolres Sinjai, Dandim 1424 Letkol Inf. Budi Santoso, dan Kajari.
    a=: Kapolres Sinjai
    a: Letkol Inf. Budi Santoso | Dandim 1424
    a=: Kajari
Turut hadir Kapolsek Sinjai Utara AKP Muh. Nasir, Danramil 1424-02 Kapten Inf. Baharuddin, dan 150 kepala sekolah.
    a: AKP Muh. Nasir | Kapolsek Sinjai Utara
    a: Kapten Inf. Baharuddin | Danramil 1424-02
    a*: 150 kepala sekolah #150
Penanaman pohon itu diikuti puluhan warga, ratusan siswa, dan tiga camat.
    a*: puluhan warga
    a*: ratusan siswa
    a*: tiga camat #3
Turut hadir Plt. Kepala Dinas Pendidikan Drs. H. Muh. Yusuf, M.Pd., mewakili Bupati Bone.
    a: Drs. H. Muh. Yusuf, M.Pd. | Plt. Kepala | Dinas Pendidikan | Bupati Bone
Pelantikan dihadiri Pj. Bupati Sinjai Andi Fahsul, S.Sos., Plh. Sekda Andi Jefri, dan Pjs. Wali Kota Parepare.
    a: Andi Fahsul, S.Sos. | Pj. Bupati Sinjai
    a: Andi Jefri | Plh. Sekda
    a=: Pjs. Wali Kota Parepare
Acara dihadiri Kepala Bappeda Bulukumba yang diwakili Sekretaris Bappeda, A. Yusuf, S.E., dan Forkopimda.
    a: A. Yusuf, S.E. | Sekretaris | Bappeda | Kepala Bappeda Bulukumba
    a*: Forkopimda
Acara dihadiri Bupati Bone yang diwakili oleh Andi Rahman, S.Sos., Asisten I Setda Bone.
    a: Andi Rahman, S.Sos. | Asisten I | Setda Bone | Bupati Bone
Acara dihadiri Kapolres Sinjai diwakili Kasat Binmas AKP Sirajuddin.
    a: AKP Sirajuddin | Kasat Binmas | | Kapolres Sinjai
Turut hadir Ketua DPRD Bone Andi Tenri yang diwakili Wakil Ketua I, Andi Wahyudi.
    m: Andi Tenri | Ketua | DPRD Bone
    a: Andi Wahyudi | Wakil Ketua I | | Ketua DPRD Bone Andi Tenri
Didampingi Sekda Sinjai, Andi Jefrianto, dan Kepala BPBD Budi Amin.
    a: Andi Jefrianto | Sekda Sinjai
    a: Budi Amin | Kepala | BPBD
Dihadiri Andi Yusuf (Ketua DPRD), Budi Santoso selaku Ketua Panitia, Andi Yusuf, dan Siti Aminah, Camat Bulupoddo.
    a: Andi Yusuf | Ketua | DPRD
    o: Budi Santoso | Ketua Panitia
    a: Siti Aminah | Camat Bulupoddo
Hadir pula Ketua TP PKK Sinjai Hj. Andi Ratnawati, tokoh masyarakat Puang Tola, dan Karaeng Sewang.
    a: Hj. Andi Ratnawati | Ketua | TP PKK Sinjai
    a: Puang Tola | tokoh masyarakat
    a: Karaeng Sewang
Kegiatan dihadiri Dinas Kesehatan, Polres Sinjai, PT Vale Indonesia, dan BPBD.
    a+: | Dinas Kesehatan
    a+: | Polres Sinjai
    a+: | PT Vale Indonesia
    a+: | BPBD
Kegiatan dihadiri utusan PKK, delegasi KNPI Bone, dan unsur TNI.
    a+: utusan | PKK
    a+: delegasi | KNPI Bone
    a+: unsur | TNI
Upacara dihadiri Kepala Dinas Pendidikan dan Kebudayaan Sinjai, Kepala Dinas Pemuda dan Olahraga, serta Kepala Dinas Perindustrian, Perdagangan, dan Koperasi.
    a=: Kepala | Dinas Pendidikan dan Kebudayaan Sinjai
    a=: Kepala | Dinas Pemuda dan Olahraga
    a=: Kepala | Dinas Perindustrian, Perdagangan, dan Koperasi
RAPAT DIHADIRI WAKIL BUPATI SINJAI HJ. A. KARTIKA, S.P., M.Si., KETUA DPRD SINJAI JAMALUDDIN, S.E., DAN PARA KEPALA SEKOLAH.
    a: HJ. A. KARTIKA, S.P., M.Si. | WAKIL BUPATI SINJAI
    a: JAMALUDDIN, S.E. | KETUA | DPRD SINJAI
    a*: PARA KEPALA SEKOLAH
Tampak hadir Prof. Dr. H. Ambo Asse, M.Ag., Dr. Hj. Siti Aisyah, dan dr. Emmy Kartahara, Sp.OG.
    a: Prof. Dr. H. Ambo Asse, M.Ag.
    a: Dr. Hj. Siti Aisyah
    a: dr. Emmy Kartahara, Sp.OG.
Kegiatan dihadiri Sekretaris Dinas Sosial Andi Rahman, S.Sos., mewakili Kepala Dinas Sosial, mewakili Bupati Sinjai.
    a: Andi Rahman, S.Sos. | Sekretaris | Dinas Sosial | Kepala Dinas Sosial
Musrenbang dihadiri Camat Sinjai Barat Andi Mandasini bersama Kapolsek Iptu Hartono serta para kepala desa.
    a: Andi Mandasini | Camat Sinjai Barat
    a: Iptu Hartono | Kapolsek
    a*: para kepala desa
Acara itu disaksikan Kepala KUA H. Ambo Tang, S.Ag., Imam Desa Muh. Arsyad, dan keluarga.
    a: H. Ambo Tang, S.Ag. | Kepala | KUA
    a: Muh. Arsyad | Imam Desa
Hadir: Bupati Sinjai Andi Seto, S.H., M.H.; Ketua DPRD; Kapolres AKBP Rudi, S.I.K.
    a: Andi Seto, S.H., M.H. | Bupati Sinjai
    a=: Ketua | DPRD
    a: AKBP Rudi, S.I.K. | Kapolres
Lomba dibuka Wakil Bupati Bone H. Ambo Dalle, M.M., di Lapangan Merdeka.
    a: H. Ambo Dalle, M.M. | Wakil Bupati Bone
Rapat dipimpin Ketua DPRD Bulukumba, H. Rijal, S.Sos.
    a: H. Rijal, S.Sos. | Ketua | DPRD Bulukumba
Kegiatan dihadiri sekitar 200 orang, termasuk Lurah Balangnipa.
    a*: sekitar 200 orang #200
Kegiatan tersebut dihadiri Kepala Desa Saotengnga, Ketua BPD, Bhabinkamtibmas, dan Babinsa.
    a=: Kepala Desa Saotengnga
    a=: Ketua | BPD
    a=: Bhabinkamtibmas
    a=: Babinsa
Turut hadir Brigjen Pol. Andi Rian, Kombes Pol. Didik Supranoto, dan Kolonel Inf. Asep Sunandar.
    a: Brigjen Pol. Andi Rian
    a: Kombes Pol. Didik Supranoto
    a: Kolonel Inf. Asep Sunandar
Turut hadir Danramil Sinjai Utara yang diwakili Serka Baharuddin, perwakilan Kementerian Agama, dan tokoh masyarakat.
    a: Serka Baharuddin | | | Danramil Sinjai Utara
    a+: perwakilan | Kementerian Agama
    a*: tokoh masyarakat
Hadir pula Staf Ahli Bupati, A. Haryani Rasyid, mewakili Sekretaris Daerah, Kabag Umum Setda, dan Plt. Camat Andi Zaenal, S.STP.
    a: A. Haryani Rasyid | Staf Ahli Bupati | | Sekretaris Daerah
    a=: Kabag Umum | Setda
    a: Andi Zaenal, S.STP. | Plt. Camat
Kegiatan dihadiri Kepala Dinas PMD, A. Yusuf, A. Yusuf, dan A. Yusran.
    a: A. Yusuf | Kepala | Dinas PMD
    a: A. Yusran
"""

# Sentences around a list.
SENTENCES = """
Bupati Bone yang diwakili oleh Andi Rahman, S.Sos., Asisten I Setda Bone, membuka pelatihan itu.
    a: Andi Rahman, S.Sos. | Asisten I | Setda Bone | Bupati Bone
Bupati Sinjai Andi Seto, S.H. yang diwakili Sekda Andi Jefri, S.Pi. memimpin upacara.
    m: Andi Seto, S.H. | Bupati Sinjai
    a: Andi Jefri, S.Pi. | Sekda | | Bupati Sinjai Andi Seto, S.H.
Sekretaris Dinas Sosial Andi Rahman mewakili Kepala Dinas Sosial menyerahkan bantuan.
    a: Andi Rahman | Sekretaris | Dinas Sosial | Kepala Dinas Sosial
Wakil Bupati Bone H. Ambo Dalle meresmikan jembatan itu.
    a: H. Ambo Dalle | Wakil Bupati Bone
Ketua Panitia, Muh. Rusli, melaporkan jumlah peserta.
    q: Muh. Rusli | Ketua Panitia
Kapolres Sinjai meninjau lokasi banjir.
Penghargaan diberikan kepada Siti Aminah, guru SD Negeri 5.
    m: Siti Aminah | guru | SD Negeri 5
Mantan Bupati Sinjai Andi Rudiyanto tutup usia.
    m: Andi Rudiyanto | Mantan Bupati Sinjai
A. Yusuf selaku Ketua KNPI Sinjai membuka musda itu.
    a: A. Yusuf | Ketua | KNPI Sinjai
"""

# Whose statements are reported.
QUOTES = """
“Kami siap,” kata Kepala Dinas Kesehatan Sinjai dr. Emmy Kartahara, Senin (4/3/2024).
    q: dr. Emmy Kartahara | Kepala | Dinas Kesehatan Sinjai
"Kami siap," ujar Andi Rahman.
    q: Andi Rahman
“Semua harus hadir,” tutur Ketua DPRD Bone, Andi Tenri.
    q: Andi Tenri | Ketua | DPRD Bone
“Jembatan ini penting,” ungkap Camat Tellulimpoe, Andi Hasbi, S.STP.
    q: Andi Hasbi, S.STP. | Camat Tellulimpoe
“Dana cair pekan depan,” jelas Sekda Sinjai Andi Jefrianto.
    q: Andi Jefrianto | Sekda Sinjai
“Tidak boleh ada pungli,” tegas Kajari Sinjai Zulkarnaen.
    q: Zulkarnaen | Kajari Sinjai
Menurut Kepala BPS Sinjai, Budi Amin, inflasi turun.
    q: Budi Amin | Kepala | BPS Sinjai
Wakil Bupati Bone, H. Ambo Dalle, M.M., mengatakan bahwa pembangunan berlanjut.
    q: H. Ambo Dalle, M.M. | Wakil Bupati Bone
Kapolres Bone AKBP Erwin Syah menyampaikan bahwa arus mudik lancar.
    q: AKBP Erwin Syah | Kapolres Bone
Hal itu disampaikan Kepala Dinas Sosial Sinjai, Andi Muhammad Idnan.
    q: Andi Muhammad Idnan | Kepala | Dinas Sosial Sinjai
Hal serupa diungkapkan oleh Lurah Lappa, Andi Awal.
    q: Andi Awal | Lurah Lappa
Kepala Desa Kampala, Asriadi, saat dihubungi, Selasa (5/3), mengaku belum tahu.
    q: Asriadi | Kepala Desa Kampala
Siti Aminah, warga Desa Kampala, berharap jalan segera diperbaiki.
    q: Siti Aminah | warga Desa Kampala
Andi Hasbi meninjau pasar. “Harga stabil,” katanya.
    a: Andi Hasbi
Ketua KPU Sinjai Muh. Naim mengatakan tahapan berjalan. “Logistik siap,” ujarnya.
    q: Muh. Naim | Ketua | KPU Sinjai
“Logistik siap,” kata dia.
Daeng Te'ne (45) mengaku senang. "Alhamdulillah," ujarnya.
    q: Daeng Te'ne
Bupati Bone Andi Asman melantik pejabat. “Bekerjalah,” kata Bupati.
    q: Andi Asman | Bupati Bone
Andi Hasbi meresmikan pasar. “Harga stabil,” kata Hasbi.
    q: Andi Hasbi
“Kami hadir mewakili Bupati,” imbuh Plt. Kadis Pertanian, Kamaruddin.
    q: Kamaruddin | Plt. Kadis Pertanian
Hal itu dibenarkan Kasat Reskrim Polres Sinjai, AKP Abustam.
    q: AKP Abustam | Kasat Reskrim | Polres Sinjai
Dandim 1424/Sinjai Letkol Inf. Budi Santoso berpesan agar warga waspada.
    q: Letkol Inf. Budi Santoso | Dandim 1424/Sinjai
“Program ini, kata Andi Rahman, akan dilanjutkan.”
    q: Andi Rahman
“Alhamdulillah,” kata Pak Budi Santoso.
    q: Budi Santoso
"""

# Pasted lists, without a verb; "/" stands for the end of a line.
PASTED = """
1. Bupati Sinjai, Drs. H. Andi Seto, S.H., M.H./2. Ketua DPRD (Jamaluddin, S.E.)/3. Kapolres Sinjai AKBP Fery Nur, S.I.K./4. Perwakilan Bappeda/5. Para camat
    a: Drs. H. Andi Seto, S.H., M.H. | Bupati Sinjai
    a: Jamaluddin, S.E. | Ketua | DPRD
    a: AKBP Fery Nur, S.I.K. | Kapolres Sinjai
    a+: Perwakilan | Bappeda
    a*: Para camat
- Andi Seto, Bupati Sinjai/- Hj. A. Kartika, Wakil Bupati/- Lukman, Ketua DPRD
    a: Andi Seto | Bupati Sinjai
    a: Hj. A. Kartika | Wakil Bupati
    a: Lukman | Ketua | DPRD
Wakil Bupati Hj. A. Kartika, S.P., M.Si.; Ketua DPRD; Kapolres AKBP Rudi, S.I.K.; 30 kepala desa
    a: Hj. A. Kartika, S.P., M.Si. | Wakil Bupati
    a=: Ketua | DPRD
    a: AKBP Rudi, S.I.K. | Kapolres
    a*: 30 kepala desa #30
Bupati Bone, Ketua DPRD Bone, Dandim 1407, Kapolres Bone
    a=: Bupati Bone
    a=: Ketua | DPRD Bone
    a=: Dandim 1407
    a=: Kapolres Bone
Andi Rahman, S.Sos., M.Si., Budi Amin, S.T., Siti Aminah
    a: Andi Rahman, S.Sos., M.Si.
    a: Budi Amin, S.T.
    a: Siti Aminah
a. Camat Tellulimpoe/b. Lurah Mannanti/c. Kepala Puskesmas
    a=: Camat Tellulimpoe
    a=: Lurah Mannanti
    a=: Kepala | Puskesmas
• H. Andi Fahsul (Pj. Bupati)/• Andi Jefri (Sekda)
    a: H. Andi Fahsul | Pj. Bupati
    a: Andi Jefri | Sekda
BUPATI SINJAI DRS. H. ANDI SETO, S.H., M.H./KETUA DPRD LUKMAN ARSAL/PARA CAMAT
    a: DRS. H. ANDI SETO, S.H., M.H. | BUPATI SINJAI
    a: LUKMAN ARSAL | KETUA | DPRD
    a*: PARA CAMAT
Kepala Dinas Kesehatan diwakili Sekretaris dr. Emmy/Kapolres mewakili Kapolda
    a: dr. Emmy | Sekretaris | | Kepala Dinas Kesehatan
    a=: Kapolres | | Kapolda
Sekda : Andi Jefri/Kadis Sosial : Andi Idnan
    a: Andi Jefri | Sekda
    a: Andi Idnan | Kadis Sosial
Andi Seto dan istri/Kapolres Sinjai bersama ibu
    a: Andi Seto
    a=: Kapolres Sinjai
A. Yusuf/A. Yusuf/Andi Yusuf
    a: A. Yusuf
    a: Andi Yusuf
H. Ambo Dalle SE MM, Drs. H. A. Yusuf SE. MM
    a: H. Ambo Dalle SE MM
    a: Drs. H. A. Yusuf SE. MM
Ketua MUI KH. Abdul Rahman, Ust. Sahabuddin, Pdt. Yohanes
    a: KH. Abdul Rahman | Ketua | MUI
    a: Ust. Sahabuddin
    a: Pdt. Yohanes
"""

# Places and institutions that no list has, before a name.
UNKNOWN_PLACES = """
Kegiatan itu dihadiri Ketua DPRD Tompolangi Baso Ilham, Camat Batara Lino Samsir Jalling, dan Kapolres Tompolangi AKBP Rudi Hartono.
    a: Baso Ilham | Ketua | DPRD Tompolangi
    a: Samsir Jalling | Camat Batara Lino
    a: AKBP Rudi Hartono | Kapolres Tompolangi
Turut hadir Danramil Batara Lino Kapten Inf. Jamal, Kapolsek Batara Lino Iptu Hasan Basri, dan Lurah Kalimporo Andi Rahmat.
    a: Kapten Inf. Jamal | Danramil Batara Lino
    a: Iptu Hasan Basri | Kapolsek Batara Lino
    a: Andi Rahmat | Lurah Kalimporo
Rapat dihadiri Camat Kajuara Lompo Andi Tenri Ajeng, Kepala Desa Massila Toa Burhanuddin, dan Ketua Karang Taruna Massila Toa Irwan Jalil.
    a: Andi Tenri Ajeng | Camat Kajuara Lompo
    a: Burhanuddin | Kepala Desa Massila Toa
    a: Irwan Jalil | Ketua | Karang Taruna Massila Toa
Kegiatan dihadiri Ketua DPRD Kalimporo Baso Ilham dan Kepala Dinas Pendidikan Kalimporo Andi Rahmat.
    a: Baso Ilham | Ketua | DPRD Kalimporo
    a: Andi Rahmat | Kepala | Dinas Pendidikan Kalimporo
Kadis Pendidikan Tompolangi Drs. Muh. Yusuf, M.Pd., mewakili Bupati Tompolangi.
    a: Drs. Muh. Yusuf, M.Pd. | Kadis Pendidikan Tompolangi | | Bupati Tompolangi
Direktur RSUD Batara Siang dr. Rahmi Yusuf mengatakan pasien dirawat.
    q: dr. Rahmi Yusuf | Direktur | RSUD Batara Siang
Wakil Bupati Tompolangi Hj. Siti Marwah, S.E., turut hadir.
    a: Hj. Siti Marwah, S.E. | Wakil Bupati Tompolangi
Hal itu dikatakan Yusuf Amir dari Koalisi Warga Peduli Sungai.
    q: Yusuf Amir | | Koalisi Warga Peduli Sungai
"Kami siap," kata Rina Wati, salah satu pendiri Komunitas Baca Sinjai.
    q: Rina Wati | pendiri | Komunitas Baca Sinjai
"""

# With the places and institutions that the newsroom knows: KNOWN.
KNOWN = frozenset({"Batara Lino", "DPRD Tompolangi", "Bina Warga Toa", "Baso"})
KNOWN_PLACES = """
Camat Batara Lino Samsir menuturkan, warga sudah pulang.
    q: Samsir | Camat Batara Lino
Lurah Batara Lino Syamsuddin menuturkan, warga sudah pulang.
    q: Syamsuddin | Lurah Batara Lino
Ketua DPRD Tompolangi Baso menolak usulan itu.
    q: Baso | Ketua | DPRD Tompolangi
Ketua Bina Warga Toa Kamal menolak usulan itu.
    q: Kamal | Ketua Bina Warga Toa
"""


def table(block: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in block.strip().splitlines():
        if line.startswith(" "):
            found[-1][1].append(" ".join(line.split()))
        else:
            found.append((line, []))
    return found
