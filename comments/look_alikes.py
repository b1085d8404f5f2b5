"""Which letter of another alphabet looks like which Latin one.

An own table, for three reasons. Unicode's list of confusables answers another question: it pairs
any two characters, calls 1 an l and m an rn, and knows neither the small capitals nor the Я and И
that stand for R and N in an advertiser's name. The package that carries it costs every web worker
16 MB. And packages that transliterate write what is *heard*: a Cyrillic Р becomes an R, though a
reader sees a P.

What Unicode itself takes apart (𝐀, Ａ, ⓐ, ª, Ё) and what its names tell (ᴀ is LATIN LETTER SMALL
CAPITAL A) is worked out in `folding.py`; here stands only what one has to look at.
"""

# Groups: a Latin letter, then what looks like it. A capital and its small letter may look like
# different Latin ones: Greek Η and η.
_GREEK = """
aΑαΛλΔ bΒβ cϹϲς dδ eΕεΣξ fϜϝ hΗ iΙι jϳͿ kΚκ mΜϺϻ nΝηΠπ oΟοσΘθΦφΩ pΡρϷϸ rΓ tΤτ uυμ vν wωψΨ
xΧχ yΥγ zΖζ
"""
_CYRILLIC = """
aАаДдѦѧ bВвЬьЪъЂѢѣ cСсҪҫ dԀԁ eЕеЄєЭэҼҽ fҒғ gԌԍ hНнҺһҢңӉӊЋћђꞪ iІі jЈј kКкҚқҞҟӃӄҜҝҠҡ lӀӏ mМмӍӎ
nИиПпЛлԤԥҊҋ oОоӨөЮюФфѲѳ pРрҎҏ qԚԛ rЯяГгҐґ sЅѕ tТтҬҭ uЦцЏџ vѴѵ wѠѡԜԝШшЩщѾѿ xХхЖжҲҳӼӽӾӿ
yУуҮүҰұЧчҶҷ 3ЗзӠӡ 6б
"""
_ARMENIAN = "bԲ dԺժ fՔ fք gց hհՀԻի jյ lԼլ nոռՈ oօՕ pթ qզգ sՏՖ uսՍմ wա vՎ yվ"
_CHEROKEE = """
aᎪꭺ bᏴᏼᏏ cᏟꮯ dᎠᎴꭰꮄᏧꮷ eᎬᏋꭼ gᎶᏀᏳꮆ hᎻᏂꮋ iᎥꭵ jᎫꭻ kᏦꮶ lᏞꮮ mᎷꮇ oᎾꮎ pᏢꮲ rᎡᏒꭱꮢꮁ sᏚꮪᏕꮥ tᎢꭲ uᏌ vᏙꮩ wᎳᏔꮃꮤ yᎩꭹ zᏃꮓ
"""
_LISU = "aꓮ bꓐ cꓚ dꓓꓒ eꓰ fꓝ gꓖ hꓧ iꓲ jꓙ kꓗ lꓡ mꓟ nꓠ oꓳ pꓑ rꓣ sꓢ tꓔ uꓴ vꓦ wꓪ xꓫ yꓬ zꓜ"
_COPTIC = "aⲀⲁ bⲂⲃ cⲤⲥ hⲎⲏ iⲒⲓ kⲔⲕ mⲘⲙ nⲚⲛ oⲞⲟ pⲢⲣ tⲦⲧ wⲰⲱ xⲬⲭ yⲨⲩ zⲌⲍ"
_OLD_ITALIC_AND_ANATOLIAN = """
a𐊠 b𐊂𐊡 c𐊢𐌂 e𐊆 f𐊇𐊥 h𐋏 i𐊊𐌉 k𐌊 l𐌋 m𐊰𐌑 o𐊒𐊫 p𐊕 s𐊖𐌔 t𐊱𐌕 x𐊐𐊴𐊗𐌗 y𐊲 8𐌚
"""
# The syllabics, runes and Chinese characters of generators of "fancy text".
_SYLLABICS = """
aᗩᗅᗋ bᗷᏰ cᑕᑢ dᗪᗞᑯ eᗴᕮ fᖴ gᘜ hᕼᑋ iᓰ jᒍᒚ kᛕ lᒪᒺ mᗰ nᑎᘉ oᗝᓍ pᑭᑬ qᑫᕴ rᖇᖈ sᔕᔑ tᖶ uᑌ vᐯᐺ wᗯ x᙭᙮ yᖻ zᘔ
"""
_ETHIOPIC = "aልጸ bቿ cር eዕ hዘ kኸ mጠ nክ oዐ pየ rዪ sነ tፕ uሁ vህ wሠ xሸ yሃ zጊ"
_RUNIC = "bᛒ fᚠ hᚻ iᛁ lᛚ mᛖ rᚱ tᛏ xᚷ"
_CHINESE = "a丹卂 b乃 c匚 d刀 e乇 f千 g厶 h卄 i丨工 l乚ㄥ m爪 n几冂 oㄖ p卩 r尺 s丂 tㄒ u凵ㄩ w山 x乂 yㄚ zㄗ乙"
_OTHERS = """
a𖽀 bᑲᖯ c𐐕𐐽𐔜 eⴹ𑢦𑢮 f𑣂𑢢𐔥 k𐔘 l𐔦𐐛𑢣𑢲𖼖ⵏ n𐔓 oⵔჿဝഠଠ𐓂𐓪𐐄𐐬𑣈𑣗𑢵𐔖〇 qⵕ r𐒴𖼵 s𐐠𐑈𑣁𖼺 t𑢼𖼊 u𐓎𐓶𑣘𑢸ሀ𖽂
vⴸ𑣀𑢠𐔝𖼈 w𑜊𑜎𑜏 xⵝꭓᕁᕽ𐔧× yყ𖽃ꮍɣ𑣜 z𑣄𑢤𑢩
"""
_CURRENCIES = "e€℮ l£ b฿ n₦ w₩ k₭ t₮"

LOOK_ALIKES: dict[str, str] = {
    character: group[0]
    for table in (
        _GREEK,
        _CYRILLIC,
        _ARMENIAN,
        _CHEROKEE,
        _LISU,
        _COPTIC,
        _OLD_ITALIC_AND_ANATOLIAN,
        _SYLLABICS,
        _ETHIOPIC,
        _RUNIC,
        _CHINESE,
        _OTHERS,
        _CURRENCIES,
    )
    for group in table.split()
    for character in group[1:]
}
