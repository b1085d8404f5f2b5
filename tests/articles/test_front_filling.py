"""Whatever editors chose: the slots hold public stories that fit, each once, in their places."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from articles.choices import FrontSlot
from articles.front import EVERY_SLOT, SLOTS, Placed, fill

KEYS = st.integers(1, 12)


def story(key: int, is_paid: bool, has_photo: bool) -> Any:
    photo = object() if has_photo else None
    return SimpleNamespace(pk=key, is_paid=is_paid, lead_photo=photo, standfirst="x")


@st.composite
def pages(draw: Any) -> tuple[list[Placed], dict[int, Any], list[Any]]:
    public = {
        key: story(key, draw(st.booleans()), draw(st.booleans())) for key in draw(st.sets(KEYS))
    }
    newest = draw(st.permutations(list(public.values())))
    places = draw(st.lists(st.sampled_from(EVERY_SLOT), unique=True))
    keys = draw(st.lists(KEYS, unique=True, min_size=len(places), max_size=12))
    placed = [Placed(slot, n, key) for (slot, n), key in zip(places, keys, strict=False)]
    return placed, public, newest


@given(pages())
def test_slots_hold_stories_that_fit_each_once(page):
    placed, public, newest = page
    filled = fill(placed, public, newest)
    shown = [s for s in (filled.lead, *filled.secondary, *filled.pinned) if s]
    assert len({s.pk for s in shown}) == len(shown)
    assert all(s.pk in public and not s.is_paid for s in shown)
    # Nothing is left out while there is room for it.
    fitting = [s for s in newest if not s.is_paid]
    assert len(shown) == min(len(fitting), len(EVERY_SLOT))


@given(pages())
def test_a_story_that_fits_stands_in_the_part_where_it_was_put(page):
    placed, public, newest = page
    filled = fill(placed, public, newest)
    parts = {
        FrontSlot.LEAD: [filled.lead],
        FrontSlot.SECONDARY: list(filled.secondary),
        FrontSlot.PINNED: list(filled.pinned),
    }
    for one in placed:
        found = public.get(one.article)
        if found and not found.is_paid:
            assert found in parts[one.slot]
            if len(parts[one.slot]) == SLOTS[one.slot]:
                assert parts[one.slot][one.position] is found


def test_an_empty_lead_takes_the_newest_with_a_photo_among_the_first_dozen():
    newest = [story(n, False, n in {3, 5}) for n in range(1, 30)]
    filled = fill([], {s.pk: s for s in newest}, newest)
    assert filled.lead.pk == 3
    late = [story(n, False, n == 13) for n in range(1, 30)]
    assert fill([], {s.pk: s for s in late}, late).lead.pk == 1
