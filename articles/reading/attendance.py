"""Lists of those present: what each item is, and who stands in for whom.

“dihadiri oleh Wakil Bupati X Hj. A. B, Ketua DPRD Y C, S.E., M.Si., perwakilan Bappeda, dan para
kepala sekolah” is four items. Commas before degrees and inside names of institutions are none of
the list's; names are found before (naming.py), so that a comma inside a name is not seen here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from articles.reading import lexicon, offices
from articles.reading.mention import DELEGATION, GROUP, OFFICE
from articles.reading.offices import Office
from articles.reading.page import Name, Page
from articles.reading.pieces import (
    DELEGATES,
    END,
    GROUPS,
    MANY,
    NOBODY,
    NUMBERS,
    ONE_OF_MANY,
    STANDS_FOR,
    STOOD_FOR,
    pieces,
)
from articles.reading.presence import FILLERS, LEADS


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


def items(page: Page, begin: int, end: int, names: list[Name], whole: bool = False) -> list[Item]:
    """What stands in a list between words `begin` and `end`; `whole` for a pasted list.

    An item that is neither a name, an office, an institution nor a group ends the list.
    """
    inside = {name.first: name for name in names if begin <= name.first < end}
    found: list[Item] = []
    for first, last in pieces(page, begin, end, inside):
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


def _item(
    page: Page, first: int, last: int, inside: dict[int, Name], found: list[Item], whole: bool
) -> tuple[list[Item], bool]:
    """What one piece is, and whether the list ends with it."""
    while first < last and page.low[first] in FILLERS - {
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
    stood = next((at for at in range(first, last) if page.low[at] in STOOD_FOR), None)
    if stood is not None:
        return _represented(page, first, stood, last, inside, found), False
    stands = next((at for at in range(first, last) if page.low[at] in STANDS_FOR), None)
    if stands is not None:
        return _representing(page, first, stands, last, inside, found), False
    if name_at is not None:
        return _person(page, first, last, inside[name_at], found), _goes_on(
            page, inside[name_at].last, last
        )
    return _unnamed(page, first, last, found, whole)


def _goes_on(page: Page, after: int, last: int) -> bool:
    return any(page.low[at] in END for at in range(after, min(after + 1, last)))


def _person(page: Page, first: int, last: int, name: Name, found: list[Item]) -> list[Item]:
    office = offices.before(page, name.first, first)
    if office is None:
        office = offices.after(page, name.last, last + 1)
        if office is not None and office.last > last:
            office = None
    begin = office.first if office and office.first < name.first else name.first
    return [Item(begin, max(name.last, office.last if office else 0), name, office)]


def represented_by(page: Page, first: int, last: int) -> str:
    """What somebody stands in for: up to the next comma or the next “mewakili” of a chain."""
    at = first
    while at < last and not (
        (at > first and (page.low[at] in END | STANDS_FOR | LEADS or page.low[at] == "oleh"))
        or page.tokens[at].text in ",;."
    ):
        at += 1
    return page.words(first, at)


def _representing(
    page: Page, first: int, stands: int, last: int, inside: dict[int, Name], found: list[Item]
) -> list[Item]:
    """“NAME mewakili Bupati”, “Sekretaris Dinas X mewakili Kepala Dinas”; the next one of a chain counts."""
    for_whom = represented_by(page, stands + 1, last)
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
    while end < last and page.low[end] not in END:
        end += 1
    stop = end < last
    if page.low[first] in END and page.low[first] not in ("kegiatan", "acara"):
        return [], True
    low = page.low[first]
    if low in NOBODY:
        return [], stop
    # "NAME, Ketua DPRD, …": the office of who was named last, when that one has none yet.
    if (
        offices.is_head(page, first)
        and low not in (DELEGATES | GROUPS) - {"wakil"}
        and found
        and _lacks_office(found[-1], first, page)
    ):
        office = offices.split(page, first, end)
        found[-1] = _with(found[-1], office=office, last=end)
        return [], stop
    count = _count(page, first)
    if low in ("selaku", "sebagai") and found and found[-1].office is None and first + 1 < end:
        found[-1] = _with(found[-1], office=offices.split(page, first + 1, end), last=end)
        return [], stop
    if low in DELEGATES and (low != "wakil" or page.low[first + 1 : first + 2] == ["dari"]):
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
    if low in ONE_OF_MANY and (name := _one_person(page, first, end)):
        return _person(page, first, end, name, found), stop
    if (
        low in GROUPS
        or (low in MANY and not page.tokens[first].is_capital)
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


def _one_person(page: Page, first: int, end: int) -> Name | None:
    """“siswi SMPN 2 Aisyah Putri (13)”, “warga Baso Ilham”: one of them, by name, and no group.

    The name are the capitals at the end. They are one with an age in brackets behind them, or with
    two words and a given name among them.
    """
    is_aged = end - first > 3 and bool(re.fullmatch(r"\( ?\d{1,3} ?\)", page.words(end - 3, end)))
    stop = end - 3 if is_aged else end
    begin = stop
    while begin > first + 1 and stop - begin < 5:
        token, low = page.tokens[begin - 1], page.low[begin - 1]
        is_name = token.is_word and token.is_capital and not token.text[0].isdigit()
        if not is_name or low in lexicon.REGION_HEADS | lexicon.ORGANISATION_HEADS:
            break
        begin -= 1
    is_called = not lexicon.given_names().isdisjoint(page.low[begin:stop])
    if begin == stop or not (is_aged or (stop - begin > 1 and is_called)):
        return None
    return Name(begin, stop, begin, stop)


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
    return NUMBERS.get(page.low[at])


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
        if index in listed or low not in STOOD_FOR | STANDS_FOR:
            continue
        begin, end = page.bounds(index)
        left = index
        while left > begin and page.low[left - 1] in ("yang", ",", "hadir", "turut", "saat", "ini"):
            left -= 1
        earlier = ends.get(left)
        if low in STANDS_FOR:
            if earlier is not None:
                whom = represented_by(page, index + 1, end)
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
