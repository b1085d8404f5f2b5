"""The words by which a name, an office and an institution are known in Indonesian news.

Written for this project from general knowledge of offices at village, regency, province and
national level; only the given names come in part from elsewhere (data/given_names.SOURCE.txt).
"""

from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
WORDS = Path(__file__).parent.parent / "copydesk" / "data" / "words.tsv"
PLACES = Path(__file__).parent.parent / "data" / "places.tsv"

# Said to a person and not part of the printed name.
ADDRESS = frozenset(
    "pak bu bapak ibu sdr sdri saudara saudari tuan nyonya nona ny nn tn mas mbak kang bang abang "
    "om tante kakak kak adik dik mr mrs ms yang almarhum almarhumah alm".split()
) - {"yang"}

# Police and army ranks as they are spelled out, beside the short forms of `names.RANKS`.
RANK_WORDS = frozenset(
    "jenderal jendral laksamana marsekal komisaris ajun inspektur brigadir bripka letnan mayor "
    "kapten kolonel letkol kombes kompol akbp akp iptu ipda aiptu aipda brigpol briptu bripda "
    "irjen komjen brigjen mayjen letjen jend lettu letda peltu pelda serma serka sertu serda kopda "
    "sersan kopral prajurit praka pratu prada marsda marsdya marsma laksda laksdya laksma".split()
)
# What may stand inside a spelled-out rank after its first word.
RANK_TAIL = frozenset("besar polisi satu dua jenderal jendral tni pol madya muda pertama".split())

# Not made of the lists of `names.py`: the model has learned from just these.
TITLES = RANK_WORDS | frozenset(
    "apt arh arm caj cba chb ckm cpl cpm czi dr dra drg drh drs gus h haji hajjah hj inf ir kav "
    "kh kiai kyai ns pdt pnb prof rm tgh ust ustad ustadz ustaz".split()
)

# The first word of an office, or of what somebody is.
ROLE_HEADS = frozenset(
    # The state, from the palace to the hamlet.
    "co presiden wapres menteri menko menkeu mendagri mensos menag menkes menlu menhub mentan menpan "
    "menpora menhan mensesneg menkopolhukam menkumham mendikbud mendikbudristek wamen wamendagri "
    "gubernur wagub bupati wabup walikota wali wawali camat lurah kades kadus kadis kaban kabag "
    "kabid kasi kasubag kasubbag kabiro kakanwil kakan kakankemenag kajari kajati kajagung "
    "kapolri wakapolri kapolda wakapolda kapolres wakapolres kapolresta kapolrestabes kapolsek "
    "kapolsekta wakapolsek kasat kasatreskrim kasatlantas kasatnarkoba kasihumas kabareskrim "
    "kadensus kadivhumas kanit bhabinkamtibmas babinsa danramil dandim danrem pangdam pangkostrad "
    "danlantamal danlanal danlanud kasdim kasdam kasrem kasad kasal kasau panglima komandan "
    "wakil ketua kepala sekretaris bendahara sekda sekdaprov sekwan sekcam sekdes sekjen sekretariat "
    "wasekjen waketum ketum plt pj plh pjs pelaksana penjabat pejabat asisten staf direktur dirut "
    "dirjen irjen irwil sesjen sestama deputi inspektur kepsek rektor dekan warek "
    "anggota legislator senator koordinator korwil korcam manajer manager general branch pimpinan "
    "pemimpin pembina penasihat pengawas pengurus komisaris komisioner juru jubir humas "
    "duta konsul dubes hakim jaksa panitera kajari pengacara advokat kuasa penyidik "
    "imam kiai pendeta pastor uskup ustaz tokoh pemuka pendamping penyuluh kader relawan aktivis "
    "ahli pakar pengamat pengajar dosen guru peneliti akademisi praktisi ekonom epidemiolog "
    "sosiolog psikolog kriminolog sejarawan budayawan seniman sineas penulis sastrawan wartawan "
    "jurnalis dokter bidan perawat apoteker psikiater arkeolog antropolog virolog konsultan "
    "analis pemerhati pendiri founder co-founder chairman ceo coo cfo cto cmo vp evp svp vice head "
    "president chief director senior managing executive public corporate owner country "
    "pemilik pengelola pengusaha pedagang petani nelayan warga pelaku pengunjung pembeli "
    "mahasiswa siswa pelajar mahasiswi peserta panitia penanggung pemandu sopir pengemudi buruh "
    "karyawan pegawai petugas prakirawan forecaster pekerja operator teknisi pelatih atlet pemain "
    "kapten manajemen perwakilan utusan delegasi mantan eks bekas calon bakal caleg cabup cagub "
    "capres cawapres artis aktor aktris penyanyi musisi model desainer sutradara produser presenter "
    "pembalap petinju pemenang penerima saksi terdakwa tersangka korban keluarga istri suami anak "
    "putra putri adik kakak ayah ibunda orangtua ibu bapak bunda "
    "raja ratu sultan pangeran putri kaisar perdana kanselir jurubicara sekretariatnya "
    "danyon danki danpos danpomdam kapuspen kadispen kapendam kapenrem kabidhumas kabagops kasubdit "
    "dirreskrimum dirreskrimsus dirlantas dirnarkoba dirsamapta dirkrimum dirkrimsus kapus kapuskesmas "
    "kalapas karutan kalak kaur kadin kadisdik kadinkes kadishub kadispora kasatpol kabinda "
    "politikus politisi kepala-kepala ketua-ketua tim gelandang striker bek kiper penjaga "
    "superintendent supervisor chairperson spokesperson editor pemred redaktur fotografer "
    "rais ketib katib mustasyar rektorat wadir wadirut presdir komut preskom komdis "
    "penghulu mudir hafiz qari puteri duta host pembawa pemangku tumenggung".split()
) - {"keluarga", "tim", "manajemen", "sekretariat", "rektorat"}

# Words that carry an office on: "Wakil Ketua", "Kepala Bidang", "Direktur Utama".
ROLE_WORDS = frozenset(
    "umum utama harian jenderal eksekutif pelaksana tugas sementara bidang bagian seksi sub subbagian "
    "divisi besar koordinator nasional daerah pembina madya muda khusus ahli tetap teknis i ii iii iv v "
    "satu dua tiga pusat wilayah cabang ranting pengurus dewan pimpinan".split()
)

# The word an institution begins with.
ORGANISATION_HEADS = frozenset(
    "tp dinas badan kantor kementerian kemenko kemenag kemendagri kemenkes kemendikbud kemensos kementan "
    "kemenkeu kemenhub kemenkumham kemenkominfo dprd dpr dpd mpr dprk bappeda bappelitbangda bkad bpkad "
    "bkpsdm bkpsdmd bpbd bnpb bnn bnnk basarnas bpn bps bpjs bpom bkkbn bmkg baznas bawaslu panwaslu "
    "panwascam kpu ppk pps kpk ksad polri polda polres polresta polrestabes polsek polsekta kodim "
    "kodam korem koramil lanal lanud lantamal tni mabes kejaksaan kejari kejati pengadilan mahkamah "
    "lapas rutan setda setdakab setwan sekretariat inspektorat disdik disdikbud dinkes dinsos dishub "
    "disdukcapil dispora disparbud dispar diskominfo diskominfo-sp dpmptsp dpmd dlh dlhk dkp dp3a "
    "dp3ap2kb dppkb dpupr pupr perkim satpol satgas gugus damkar rsud rsup rs puskesmas pustu posyandu "
    "pkk dharma dekranasda kwarcab kwarda pramuka karang knpi hmi pmii gmni imm ansor banser fatayat "
    "muslimat nu pbnu pcnu pwnu muhammadiyah aisyiyah mui fkub ldii bkprmi bkmt phdi pgi gereja masjid "
    "pesantren universitas institut politeknik sekolah stie stkip iain uin stai stain unhas unm "
    "fakultas lembaga yayasan komisi komite dewan majelis ikatan persatuan perhimpunan perkumpulan "
    "himpunan asosiasi gabungan serikat forum aliansi koalisi jaringan komunitas kelompok koperasi pt "
    "cv pd perumda perusda perseroan perusahaan bank pln pdam telkom pertamina pelindo bulog partai "
    "golkar pdip pdi-p pdi pks pkb pan ppp gerindra nasdem demokrat hanura perindo pbb psi fraksi "
    "organisasi kamar kadin hipmi apindo phri pgri idi ibi ppni iai pwi aji ijti smsi korpri pwri "
    "legiun pepabri fkppi ppm pemuda pusat biro direktorat balai unit upt uptd upf pemprov pemkab "
    "pemkot pemda pemerintah tim staf bareskrim densus divisi detasemen batalyon yonif brimob "
    "otoritas ojk bumdes bumd bumn bpd lpm kua ketahanan lpmp bpmp bbgp bapas imigrasi bea walhi "
    "icw perludem institute center centre forum network klub persatuan psm apdesi papdesi abpednas "
    "perpadi kontak ktna hkti gapoktan poktan ormas lsm bem dema ikatan kerukunan kkss satuan wahana "
    "perum perwakilan umkm dpc dpw dpp dpk pac pc pw pb fisip fkm sma smk smp sd mtsn man mts min mi "
    "sman smkn smpn sdn tk paud slb sanggar galeri hotel bandara pelabuhan terminal kawasan taman".split()
)

# A region's kind; the words after it are its name.
REGION_HEADS = frozenset(
    "kabupaten kota provinsi kecamatan kelurahan desa dusun lingkungan kampung nagari distrik "
    "kab kec prov kel negara republik daerah wilayah".split()
)

# Verbs by which a statement is given to somebody. Those of the first group stand after the
# statement ("…," kata X), those of the second between name and statement (X mengatakan …).
CUES_AFTER = frozenset(
    "kata ujar tutur ucap ungkap jelas tegas papar imbuh tambah lanjut sambung terang cetus tukas "
    "tandas pungkas sebut urai beber kilah sergah timpal kelakar keluh harap pesan ajak aku pinta "
    "puji sindir kenang simpul jawab tanya tulis cuit desak seru ulas kisah cerita terangnya".split()
) - {"terangnya"}
CUES_BETWEEN = frozenset(
    "mengatakan menyatakan menuturkan menjelaskan menegaskan mengungkapkan menyampaikan menambahkan "
    "memaparkan menerangkan mengemukakan menyebutkan menyebut menilai berpendapat berharap mengaku "
    "mengakui menyarankan mengimbau menghimbau mengingatkan meminta mendorong mengusulkan menyayangkan "
    "membenarkan membantah memastikan mengklaim mencontohkan melanjutkan menekankan menguraikan "
    "menjabarkan mengutarakan mengapresiasi menginginkan mengharapkan menyerukan mengajak berpesan "
    "berujar berkata bercerita menceritakan mengisahkan berkisah menanggapi menjawab menyambut "
    "mempertanyakan menyesalkan mengeluhkan mengeluh memperkirakan memprediksi menduga meyakini "
    "berjanji mengonfirmasi mengkonfirmasi menyimpulkan merinci memerinci mengkritik menyoroti "
    "mengkhawatirkan menganggap melihat berpandangan beralasan menjanjikan melaporkan mengumumkan "
    "memerintahkan menginstruksikan menyinggung memuji menuding menolak mengungkap membeberkan "
    "mengharap menyetujui mengusul berargumen membandingkan meluruskan menyebarkan mengabarkan "
    "memaklumi memandang menggarisbawahi mengisyaratkan mengiyakan mengamini menampik menepis "
    "menghendaki menyanggah menargetkan berkomitmen bersyukur optimistis optimis yakin menyakini "
    "menuntut mendesak memohon mengucapkan mengatasnamakan menyanggupi".split()
) - {"menyebarkan", "mengatasnamakan", "menyanggupi"}

# Countries, peoples, capitals and islands, as Indonesian news writes them.
WORLD = frozenset(
    "afghanistan afganistan afrika aljazair amerika amman ankara arab argentina armenia asia asean athena australia "
    "austria azerbaijan baghdad bagdad bahrain bangkok bangladesh barcelona beijing beirut belanda "
    "belarus belgia berlin bolivia boston bosnia brasil brasilia britania brunei brussel bulgaria "
    "cairo california canberra ceko chad chicago chile china ciputat damaskus darfur denmark dhaka doha dubai dublin "
    "ekuador eritrea eropa estonia ethiopia etiopia filipina finlandia florida frankfurt gaza "
    "georgia ghana guinea haiti hanoi havana hongkong hong kong hungaria india indochina indonesia inggris irak iran "
    "irlandia islandia islamabad israel istanbul italia jamaika jazirah jenewa jepang jerman jerusalem jeddah "
    "kabul kairo kamboja kamerun kanada karibia kazakhstan kenya khartoum kolombia kongo korea kosovo "
    "kroasia kuba kuwait laos latvia lebanon liberia libya libia lisbon lithuania london luksemburg "
    "madrid makkah mekah mekkah madinah malaysia maroko manila mauritania medinah meksiko melbourne mesir milan mogadishu "
    "moskow moskwa mozambik mumbai myanmar nairobi namibia nepal nigeria nikaragua norwegia oman osaka oslo "
    "pakistan palestina panama paraguay paris perancis prancis peru pentagon polandia portugal praha "
    "pretoria qatar rangoon ramallah riyadh roma romania romawi rusia rwanda sahara samoa saudi selandia "
    "senegal seoul serbia shanghai sierra leone singapura skotlandia slovakia slovenia somalia soviet spanyol sri lanka "
    "stockholm sudan suriah swedia swiss sydney taiwan tanzania teheran thailand timor-leste tiongkok "
    "tokyo tripoli tunisia turki uganda ukraina uni uruguay utara selatan timur barat tengah "
    "vatikan venezuela vietnam warsawa washington wellington wina yaman yemen yordania jordania yunani zambia "
    "zimbabwe zurich abkhazia chechnya kashmir tibet yerusalem york kremlin hollywood "
    "jawa sumatera sumatra kalimantan sulawesi papua nusantara jabodetabek "
    "jabar jateng jatim sulsel sulut sulteng sultra sulbar kalsel kalteng kaltim kalbar kaltara "
    "sumut sumbar sumsel ntt ntb diy dki kepri babel malut bugis makassar toraja "
    "senayan menteng kebayoran kemayoran cikeas monas ancol kuningan tebet cilandak "
    "tangsel jaksel jakpus jaktim jakbar jakut jabodetabek nusantara indramayu pilipina arktik harvard oxford "
    "mandarin melayu jawi sunda batak dayak betawi minang aceh israel arab yahudi".split()
) - {"lanka", "sri", "chad", "georgia", "florida", "uni"}

# Words that begin a sentence and are no names.
SENTENCE_STARTERS = frozenset(
    "acara adapun agak agar akan akhirnya akibatnya alasannya amat anda antara apa apabila apalagi "
    "artinya atas awalnya bagaimana bagi bahkan banyak bawah beberapa begitu beliau belum berdasarkan "
    "berikut berikutnya berkat besok bisa boleh bukan bulan contohnya cukup dalam dampaknya dapat dari "
    "demi demikian dengan di dia dibuka didampingi dihadiri dimana disaksikan ditutup guna hadir hal "
    "harapan hari harus hasilnya hingga ia ingin ini intinya itu jadi jangan jika juga kalau kami kapan "
    "karena kata ke kedua keempat kegiatan kelima kemarin kemudian kendati ketiga ketika kini kita kurang "
    "lalu lantas lebih maka malam mampu masih mau melalui melihat menanggapi mengapa mengenai mengingat "
    "menurut menyikapi menyusul mereka meski meskipun minggu misalnya mulai mulanya mungkin musrenbang "
    "nah namun nanti oh oleh pada padahal pagi paling para pasalnya pekan pelantikan pelatihan pembukaan "
    "penutupan perihal peringatan perlu pertama puluhan rapat ratusan rencananya ribuan saat sama "
    "sambutan sampai sang sangat saya sebab sebagai sebagian sebelum sebelumnya sebenarnya sebetulnya "
    "secara sedangkan sedikit seharusnya sejak sejumlah sekadar sekali sekarang selain selama selanjutnya "
    "seluruh sementara semoga semua senada seorang seperti serupa seseorang sesudah sesudahnya "
    "sesungguhnya setelah setiap seusai si siang siapa soal sore sosialisasi sudah supaya tadi tahun "
    "tampak tanpa tapi telah tentang terakhir terhadap terkait terlalu terlebih terlihat tersebut tetapi "
    "tiap tidak tujuan turut turutnya ujar untuk upacara usai wah wajib walau walaupun ya yaitu yakni".split()
)

# What firms and societies are called, beside the fields in their names.
FIRM_WORDS = frozenset(
    "karya mitra bina panca surya sinar cipta citra graha mega multi global prima utama jaya abadi sentosa "
    "makmur sejahtera mandiri nusantara indonesia persada perkasa lestari raya agung artha dharma bakti guna "
    "daya inti trans tirta bumi samudra angkasa farma tani ternak pangan energi tambang baja semen beton "
    "properti land media digital teknologi solusi sistem data logistik ekspres kargo travel wisata hotel "
    "resort plaza mall tower residence syndicate institute consulting group capital ventures finance sekuritas "
    "asuransi dana modal strategic research creative studio production foundation commuter railways airlines "
    "coffee food farm green indah asri sehat cerdas peduli bangsa rakyat merdeka muda desa kota laut hutan "
    "junction strategis logistics express cargo air motor motors auto investama sekuritas persero tbk".split()
)

# The last word of a firm, a paper or a body abroad.
FOREIGN_FIRMS = frozenset(
    "times centre center institute network alliance group club forum news foundation university company "
    "corporation corp inc ltd airlines airways shopping channel league united union council agency journal "
    "magazine press daily television studios pictures records entertainment association committee board "
    "telecom motors bank fc systems technologies services international".split()
)

INSTITUTIONS = REGION_HEADS | ORGANISATION_HEADS

MONTHS = frozenset(
    "januari februari maret april mei juni juli agustus september oktober november desember".split()
)
DAYS = frozenset("senin selasa rabu kamis jumat jum'at sabtu minggu ahad".split())


@cache
def given_names() -> frozenset[str]:
    """Words that Indonesians are called by, lower-case. One language's common words are left in."""
    return frozenset((DATA / "given_names.txt").read_text("utf-8").split())


@cache
def plain_offices() -> frozenset[str]:
    """The first words of offices that nobody is called by."""
    return ROLE_HEADS - given_names()


@cache
def towns() -> frozenset[str]:
    """Words of places at home and abroad."""
    return places() | WORLD


@cache
def common_words() -> frozenset[str]:
    """Words that also stand in lower case in the training texts: no names, at a sentence's start."""
    return frozenset((DATA / "common_words.txt").read_text("utf-8").split())


@cache
def dictionary() -> frozenset[str]:
    """The words of the language that are no names: the copy desk's list, some 38,000."""
    lines = WORDS.read_text("utf-8").partition("# foreign")[0].splitlines()
    words = {line.partition("\t")[0] for line in lines if not line.startswith("#")}
    return frozenset(words - given_names())


@cache
def places() -> frozenset[str]:
    """The words of which the names of provinces, regencies and cities are made, lower-case."""
    words: set[str] = set()
    for line in PLACES.read_text("utf-8").splitlines():
        words.update(line.partition("\t")[2].lower().split())
    return frozenset(words - REGION_HEADS)
