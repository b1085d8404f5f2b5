"""Lists of those present: where they begin, and what each item is.

“dihadiri oleh Wakil Bupati X Hj. A. B, Ketua DPRD Y C, S.E., M.Si., perwakilan Bappeda, dan para
kepala sekolah” is four items. Commas before degrees and inside names of institutions are none of
the list's; names are found before (naming.py), so that a comma inside a name is not seen here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from articles.reading import lexicon, offices
from articles.reading.mention import DELEGATION, GROUP, OFFICE
from articles.reading.naming import Name
from articles.reading.offices import Office
from articles.reading.page import Page
from articles.reading.tokens import DOUBLE_QUOTES

# Verbs after which a list of those present stands.
_TRIGGERS = frozenset(
    "dihadiri didampingi disaksikan diikuti dihadirkan dihantar dikawal ditemani mendampingi menyaksikan "
    "menghadirkan".split()
)
_PRESENT = frozenset("hadir hadirnya kehadiran tampak terlihat undangan".split())
# Between the verb and the first item.
_FILLERS = frozenset(
    "oleh langsung juga pula dan turut ikut secara antara lain diantaranya antaranya yakni yaitu adalah "
    "seperti : , - sejumlah pejabat daerah di bersama oleh hadir mendampingi menyaksikan sekaligus "
    "tampak terlihat dalam kegiatan acara tersebut itu ini pada kesempatan rapat upacara pelantikan "
    "pembukaan peresmian pertemuan musyawarah penyerahan".split()
)
# Who opens, leads or receives was there too.
_LED_BY = frozenset(
    "dibuka ditutup dipimpin diresmikan dipandu dilantik diserahkan disambut diterima dilepas dicanangkan "
    "dimoderatori".split()
)
_LEADS = frozenset(
    "membuka menutup memimpin meresmikan menghadiri melantik menyerahkan meninjau memandu menyambut "
    "membacakan hadir berkunjung mengunjungi melepas mencanangkan mendampingi memantau bersilaturahmi".split()
)
_DELEGATION = frozenset(
    "perwakilan wakil utusan delegasi unsur pihak tim rombongan kontingen".split()
)
_GROUP = frozenset(
    "para sejumlah puluhan ratusan ribuan belasan seluruh segenap semua beberapa jajaran tamu undangan "
    "peserta warga masyarakat siswa siswi mahasiswa pelajar guru-guru tokoh-tokoh kader anggota "
    "insan unsur segenap kaum ibu-ibu bapak-bapak anak-anak pengurus staf kelompok santri jamaah jemaah "
    "camat-camat orang forkopimda forkopimcam forkopim muspika muspida forum pimpinan".split()
) - {"anggota", "pimpinan", "unsur", "pengurus", "forum"}
_NUMBERS = {
    **{
        word: n
        for n, word in enumerate(
            "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh".split(), 1
        )
    },
    "sebelas": 11,
    "seratus": 100,
}
_NOBODY = frozenset(
    "ibu bapak istri isteri suami keluarga isterinya istrinya suaminya anaknya ajudan ibunda ayahanda lainnya lain "
    "sebagainya dll lainnya. rombongan".split()
)
# Where a list ends: the sentence goes on about something else.
_END = frozenset(
    "yang pada di saat ketika untuk guna sekaligus dengan bertempat berlangsung dalam setelah usai sebelum "
    "sementara kegiatan acara karena sehingga agar menyatakan mengatakan berharap digelar dilaksanakan "
    "diselenggarakan dilakukan meninjau membuka berjalan berakhir dimulai ini itu tersebut adalah merupakan "
    "menjadi demi terkait tentang melalui secara hingga sampai usai serangkaian".split()
)
_SEPARATORS = frozenset(
    [",", ";", "dan", "serta", "&", "beserta", "bersama", "maupun", "juga", "•", "·", "*"]
)
_STANDS_FOR = frozenset(["mewakili", "wakili"])
_STOOD_FOR = frozenset(["diwakili", "diwakilkan"])
_LONGEST = 700
# What begins another item; some institutions' words are fields of a department too.
_OTHERS = (lexicon.ORGANISATION_HEADS | _GROUP | _DELEGATION | _NOBODY) - {
    "koperasi",
    "pemuda",
    "perkim",
    "pariwisata",
    "umkm",
    "ketahanan",
    "kerukunan",
    "masyarakat",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One of those present: words `first` to `last`; `name` is None where nobody is named."""

    first: int
    last: int
    name: Name | None = None
    office: Office | None = None
    represents: str = ""
    kind: str = ""
    role: str = ""
    organisation: str = ""
    count: int | None = None
    is_present: bool = True


def regions(page: Page) -> Iterator[tuple[int, int]]:
    """Where the lists in running text begin and end."""
    index, size = 0, len(page.low)
    while index < size:
        begin = _list_start(page, index)
        if begin is None:
            index += 1
            continue
        end = _list_end(page, begin)
        if end > begin:
            yield begin, end
        index = max(end, index + 1)


def _list_start(page: Page, index: int) -> int | None:
    low = page.low[index]
    _begin, end = page.bounds(index)
    if low in _TRIGGERS or low in _LED_BY:
        at = index + 1
    elif low == "hadir" or (
        low in ("tampak", "terlihat") and page.low[index + 1 : index + 2] == ["hadir"]
    ):
        at = index + 1
        # "X hadir di …" tells of X; a list follows "turut hadir", or "Hadir" at a sentence's start.
        begins = index == page.bounds(index)[0] or page.low[index - 1] in (
            "turut",
            "ikut",
            "tampak",
            "juga",
            "yang",
            "nampak",
            "pula",
            "terlihat",
        )
        if not begins:
            return None
    else:
        return None
    last = end
    if at < last and page.low[at] in ("dalam", "pada", "di"):
        # "Hadir dalam kegiatan itu, Bupati …": the list begins after the comma or before a capital office.
        for step in range(at, min(at + 14, last)):
            if page.tokens[step].text in (",", ":") or page.low[step] in (
                "yakni",
                "yaitu",
                "lain",
                "antaranya",
            ):
                at = step + 1
                break
            if step > at and offices.is_head(page, step) and page.tokens[step].is_capital:
                at = step
                break
        else:
            return None
    while at < last and page.low[at] in _FILLERS:
        at += 1
    if at >= last:
        # "Hadir:" and the list on the following lines.
        if page.tokens[last - 1].text != ":" or last >= len(page.tokens):
            return None
        return last
    return at


def _list_end(page: Page, begin: int) -> int:
    """The end of the sentence, or of the lines when the list has one item a line."""
    _start, end = page.bounds(begin)
    number = page.sentence_of[begin]
    while end < len(page.tokens) and end - begin < _LONGEST:
        following = page.sentences[number + 1]
        broken = "\n" in page.text[page.tokens[end - 1].end : page.tokens[following[0]].start]
        if not (
            (broken and _is_bullet(page, following[0]))
            or (
                end - begin <= 2
                and page.tokens[end - 1].text == "."
                and page.tokens[begin].text.isdigit()
            )
            or (
                page.tokens[end - 1].text == "."
                and page.tokens[end - 2].text.isdigit()
                and not broken
            )
            or (broken and page.tokens[end - 1].text in (";", ","))
        ):
            break
        end, number = following[1], number + 1
    return end


def _is_bullet(page: Page, index: int) -> bool:
    token = page.tokens[index]
    if token.text in ("-", "–", "•", "·", "*"):
        return True
    following = page.tokens[index + 1].text if index + 1 < len(page.tokens) else ""
    return (
        token.text.isdigit() or (len(token.text) == 1 and token.text.isalpha())
    ) and following in (".", ")")


def items(page: Page, begin: int, end: int, names: list[Name], whole: bool = False) -> list[Item]:
    """What stands in a list between words `begin` and `end`; `whole` for a pasted list.

    An item that is neither a name, an office, an institution nor a group ends the list.
    """
    inside = {name.first: name for name in names if begin <= name.first < end}
    found: list[Item] = []
    for first, last in _pieces(page, begin, end, inside):
        made, stop = _item(page, first, last, inside, found, whole)
        if made and found and _is_office_of(page, found[-1], made[0]):
            earlier = found.pop()
            made[0] = replace(made[0], office=earlier.office, first=earlier.first)
            made[0] = replace(made[0], represents=earlier.represents or made[0].represents)
        found += made
        if stop and not whole:
            break
    return found


def _is_office_of(page: Page, earlier: Item, item: Item) -> bool:
    """“Sekda Sinjai, Andi Yusuf”: an office, a comma and a name without one."""
    return (
        earlier.kind == OFFICE
        and item.name is not None
        and item.office is None
        and item.first == item.name.first
        and item.first == earlier.last + 1
        and page.tokens[earlier.last].text in (",", ":")
    )


def _pieces(page: Page, begin: int, end: int, inside: dict[int, Name]) -> Iterator[tuple[int, int]]:
    """Cuts at separators that are none of a name's or an institution's."""
    first = index = begin
    while index < end:
        new_line = index > begin and (
            "\n" in page.text[page.tokens[index - 1].end : page.tokens[index].start]
        )
        if new_line or index == begin:
            if first < index:
                yield first, index
            first = index = _after_bullet(page, index, end)
            if index >= end:
                break
        if index in inside:
            index = inside[index].last
            continue
        token = page.tokens[index]
        cut = token.text == "." or token.text in DOUBLE_QUOTES
        if cut or _is_cut(page, index, first, end, inside):
            if first < index:
                yield first, index
            first = index + 1
        index += 1
    if first < end:
        yield first, end


def _after_bullet(page: Page, index: int, end: int) -> int:
    if not _is_bullet(page, index):
        return index
    index += 1
    while index < end and page.tokens[index].text in (".", ")"):
        index += 1
    return index


def _is_cut(page: Page, index: int, first: int, end: int, inside: dict[int, Name]) -> bool:
    low = page.low[index]
    if low == ";":
        return True
    if low not in _SEPARATORS:
        return False
    if low == ",":
        following = page.low[index + 1] if index + 1 < end else ""
        if (
            following in lexicon.REGION_HEADS
            and index + 1 not in inside
            and following not in ("desa", "lingkungan")
        ):
            return following in ("wilayah", "daerah") or first == index
        return not _within_institution(page, index, end, inside)
    if low in ("dan", "serta", "&"):
        if index == first:
            return True
        if page.tokens[index - 1].text == ",":
            # "Perindustrian, Perdagangan, dan Koperasi" was kept together before.
            return not (index - 1 > first and _within_institution(page, index - 1, end, inside))
        return not _joins_institution(page, index, first, end, inside)
    return low != "juga" or index == first


def _joins_institution(
    page: Page, index: int, first: int, end: int, inside: dict[int, Name]
) -> bool:
    """“Dinas Pendidikan dan Kebudayaan”, “Pemuda dan Olahraga”: one institution."""
    at = index + 1
    if at >= end or at in inside:
        return False
    low = page.low[at]
    if (
        offices.is_head(page, at)
        or low in lexicon.ORGANISATION_HEADS
        or low in _GROUP
        or low in _DELEGATION
        or low in _NOBODY
        or page.tokens[at].text[0].isdigit()
        or low in _NUMBERS
    ):
        return False
    if any(i in inside for i in range(first, index)):
        return False
    return page.tokens[at].is_capital and any(
        page.low[i]
        in lexicon.ORGANISATION_HEADS | {"bidang", "menteri", "kadis", "kabid", "asisten", "komisi"}
        for i in range(first, index)
    )


def _within_institution(page: Page, index: int, end: int, inside: dict[int, Name]) -> bool:
    """“Dinas Perindustrian, Perdagangan, dan Koperasi”: the comma of a name of an institution."""
    for at in range(index + 1, min(index + 7, end)):
        low = page.low[at]
        if at in inside or offices.is_head(page, at) or low in _OTHERS:
            return False
        if low == "dan":
            # The comma before "dan" belongs to a list of fields only when offices come after it.
            nxt = at + 1
            return (
                nxt < end
                and nxt not in inside
                and page.tokens[nxt].is_capital
                and not offices.is_head(page, nxt)
                and page.low[nxt] not in _OTHERS
                and any(
                    page.low[i] in ("dinas", "badan", "kementerian", "menteri", "bidang", "biro")
                    for i in range(max(page.bounds(index)[0], index - 5), index)
                )
            )
        if not page.tokens[at].is_capital and page.tokens[at].text != ",":
            return False
    return False


def _item(
    page: Page, first: int, last: int, inside: dict[int, Name], found: list[Item], whole: bool
) -> tuple[list[Item], bool]:
    """What one piece is, and whether the list ends with it."""
    while first < last and page.low[first] in _FILLERS - {
        "di",
        "dalam",
        "sejumlah",
        "pejabat",
        "daerah",
        "rapat",
    }:
        first += 1
    while last > first and page.tokens[last - 1].text in (".", ",", ";", ":"):
        last -= 1
    if first >= last:
        return [], False
    name_at = next((at for at in range(first, last) if at in inside), None)
    stood = next((at for at in range(first, last) if page.low[at] in _STOOD_FOR), None)
    if stood is not None:
        return _represented(page, first, stood, last, inside, found), False
    stands = next((at for at in range(first, last) if page.low[at] in _STANDS_FOR), None)
    if stands is not None:
        return _representing(page, first, stands, last, inside, found), False
    if name_at is not None:
        return _person(page, first, last, inside[name_at], found), _goes_on(
            page, inside[name_at].last, last
        )
    return _unnamed(page, first, last, found, whole)


def _goes_on(page: Page, after: int, last: int) -> bool:
    return any(page.low[at] in _END for at in range(after, min(after + 1, last)))


def _person(page: Page, first: int, last: int, name: Name, found: list[Item]) -> list[Item]:
    office = offices.before(page, name.first, first)
    if office is None:
        office = offices.after(page, name.last, last + 1)
        if office is not None and office.last > last:
            office = None
    begin = office.first if office and office.first < name.first else name.first
    return [Item(begin, max(name.last, office.last if office else 0), name, office)]


def _represents(page: Page, first: int, last: int) -> str:
    """What somebody stands in for: up to the next comma or the next “mewakili” of a chain."""
    at = first
    while at < last and not (
        (at > first and (page.low[at] in _END | _STANDS_FOR | _LEADS or page.low[at] == "oleh"))
        or page.tokens[at].text in ",;."
    ):
        at += 1
    return page.words(first, at)


def _representing(
    page: Page, first: int, stands: int, last: int, inside: dict[int, Name], found: list[Item]
) -> list[Item]:
    """“NAME mewakili Bupati”, “Sekretaris Dinas X mewakili Kepala Dinas”; the next one of a chain counts."""
    for_whom = _represents(page, stands + 1, last)
    end = stands
    while end > first and page.low[end - 1] in ("yang", "untuk", ",", "turut", "hadir"):
        end -= 1
    if end == first:
        # "NAME, ROLE, mewakili …": what was found last, or an office after the verb alone.
        if found and not found[-1].represents:
            found[-1] = _with(found[-1], represents=for_whom)
            return []
        return []
    name_at = next((at for at in range(first, end) if at in inside), None)
    if name_at is not None:
        made = _person(page, first, end, inside[name_at], found)
    else:
        made, _stop = _unnamed(page, first, end, found, True)
    return [_with(item, represents=for_whom) for item in made]


def _represented(
    page: Page, first: int, stood: int, last: int, inside: dict[int, Name], found: list[Item]
) -> list[Item]:
    """“Bupati X yang diwakili (oleh) NAME, ROLE”: present is who came, not the one stood in for."""
    end = stood
    while end > first and page.low[end - 1] in ("yang", ",", "dalam", "hal", "ini"):
        end -= 1
    result: list[Item] = []
    if end == first:
        if not found:
            return []
        earlier = found.pop()
        for_whom = page.words(earlier.first, earlier.last)
        if earlier.name is not None:
            result.append(_with(earlier, is_present=False))
    else:
        for_whom = page.words(first, end)
        at = next((i for i in range(first, end) if i in inside), None)
        if at is not None:
            result += [
                _with(i, is_present=False) for i in _person(page, first, end, inside[at], found)
            ]
    begin = stood + 1
    while begin < last and page.low[begin] in ("oleh", "kepada"):
        begin += 1
    at = next((i for i in range(begin, last) if i in inside), None)
    if at is not None:
        made = _person(page, begin, last, inside[at], found)
    else:
        made, _stop = _unnamed(page, begin, last, found, True)
    return result + [_with(item, represents=for_whom) for item in made]


def _with(item: Item, **changes: object) -> Item:
    return replace(item, **changes)  # type: ignore[arg-type]


def _unnamed(
    page: Page, first: int, last: int, found: list[Item], whole: bool
) -> tuple[list[Item], bool]:
    """An office without a name, a delegation, a group; nothing for “istri” and the like."""
    if first >= last:
        return [], False
    end = first + 1
    while end < last and page.low[end] not in _END:
        end += 1
    stop = end < last
    if page.low[first] in _END and page.low[first] not in ("kegiatan", "acara"):
        return [], True
    low = page.low[first]
    if low in _NOBODY:
        return [], stop
    # "NAME, Ketua DPRD, …": the office of who was named last, when that one has none yet.
    if offices.is_head(page, first) and found and _lacks_office(found[-1], first, page):
        office = offices.split(page, first, end)
        found[-1] = _with(found[-1], office=office, last=end)
        return [], stop
    count = _count(page, first)
    if low in ("selaku", "sebagai") and found and found[-1].office is None and first + 1 < end:
        found[-1] = _with(found[-1], office=offices.split(page, first + 1, end), last=end)
        return [], stop
    if low in _DELEGATION and (low != "wakil" or page.low[first + 1 : first + 2] == ["dari"]):
        at = first + 1
        while at < end and page.low[at] in ("dari", "para", "unsur"):
            at += 1
        if at >= end:
            return [], stop
        is_group = low in ("unsur", "pihak") and not page.tokens[at].is_capital
        return [
            Item(
                first,
                end,
                kind=GROUP if is_group else DELEGATION,
                role=page.words(first, end) if is_group else page.words(first, first + 1),
                organisation="" if is_group else page.words(at, end),
            )
        ], stop
    if (
        low in _GROUP
        or count is not None
        or (page.low[first : first + 2] == ["kepala", "sekolah"] and first + 2 >= end)
    ):
        return [Item(first, end, kind=GROUP, role=page.words(first, end), count=count)], stop
    if offices.is_head(page, first):
        office = offices.split(page, first, end)
        return [
            Item(
                first,
                end,
                office=office,
                kind=OFFICE,
                role=office.role,
                organisation=office.organisation,
            )
        ], stop
    if low in lexicon.ORGANISATION_HEADS and (page.tokens[first].is_capital or whole):
        return [Item(first, end, kind=DELEGATION, organisation=page.words(first, end))], stop
    token = page.tokens[first]
    if (
        token.text.isupper()
        and token.text.isalpha()
        and 2 <= len(token.text) <= 10
        and low not in lexicon.WORLD
    ):
        return [Item(first, end, kind=DELEGATION, organisation=page.words(first, end))], stop
    name = _bare_name(page, first, end)
    if name is not None and (found or whole):
        return [Item(first, end, name)], stop
    return [], True


def _bare_name(page: Page, first: int, end: int) -> Name | None:
    """Up to five words in capitals, none of which means anything else: somebody's name."""
    if not 1 <= end - first <= 5:
        return None
    for at in range(first, end):
        token, low = page.tokens[at], page.low[at]
        if not token.is_word or not token.is_capital or token.text[0].isdigit():
            return None
        if low in lexicon.REGION_HEADS or low in lexicon.WORLD or low in lexicon.ORGANISATION_HEADS:
            return None
    return Name(first, end, first, end)


def _lacks_office(item: Item, first: int, page: Page) -> bool:
    return item.name is not None and item.office is None and page.tokens[first - 1].text == ","


def _count(page: Page, first: int) -> int | None:
    """“150 kepala sekolah”, “sekitar 30 orang”, “dua camat”."""
    at = first
    if page.low[at] in ("sekitar", "kurang", "lebih", "sebanyak", "para"):
        at += 1
        if page.low[at : at + 1] == ["lebih"]:
            at += 1
    if at >= len(page.low):
        return None
    text = page.low[at].replace(".", "")
    if text.isdecimal() and text.isascii() and len(text) < 7:
        return int(text)
    return _NUMBERS.get(page.low[at])


def stand_ins(
    page: Page,
    names: list[Name],
    lists: list[tuple[int, int]],
    office_of: Callable[[Name], Office | None],
) -> Iterator[Item]:
    """Who stands in for whom outside of lists: “Bupati X yang diwakili oleh NAME, ROLE, membuka …”.

    The one stood in for is given too when named, as not present.
    """
    starts = {name.first: name for name in names}
    ends: dict[int, Name] = {}
    for name in names:
        ends[name.last] = name
        office = office_of(name)
        if office is not None and office.first >= name.last:
            ends[office.last] = name
    listed = {index for begin, end in lists for index in range(begin, end)}
    for index, low in enumerate(page.low):
        if index in listed or low not in _STOOD_FOR | _STANDS_FOR:
            continue
        begin, end = page.bounds(index)
        left = index
        while left > begin and page.low[left - 1] in ("yang", ",", "hadir", "turut", "saat", "ini"):
            left -= 1
        earlier = ends.get(left)
        if low in _STANDS_FOR:
            if earlier is not None:
                whom = _represents(page, index + 1, end)
                yield Item(earlier.first, earlier.last, earlier, office_of(earlier), whom)
            continue
        later = next(
            (starts[at] for at in range(index, min(index + 14, end)) if at in starts), None
        )
        if later is None:
            continue
        if earlier is not None:
            office = office_of(earlier)
            first = office.first if office and office.first < earlier.first else earlier.first
            whom = page.words(first, earlier.last)
            yield Item(earlier.first, earlier.last, earlier, office, is_present=False)
        else:
            office = offices.before(page, left, begin)
            whom = page.words(office.first, office.last) if office else ""
        if whom:
            yield Item(later.first, later.last, later, office_of(later), whom)


def leads(page: Page, last: int) -> bool:
    """Whether who is named right before word `last` opens, leads or visits: was there."""
    at = last
    _begin, end = page.bounds(last - 1)
    while at < end and page.low[at] in (
        ",",
        "turut",
        "juga",
        "langsung",
        "secara",
        "resmi",
        "pun",
        "ikut",
    ):
        at += 1
    return at < end and page.low[at] in _LEADS
