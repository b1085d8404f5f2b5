"""Which names may be one person's: what is strong, what is weak, and what is never listed."""

import random
import time

import pytest

from articles.letters import one_slip_apart
from articles.people.duplicates import (
    Candidate,
    Entry,
    Likeness,
    Reason,
    compare,
    likely_pairs,
)

STRONG = [
    ("Hj. Andi Kartini Ottong", "Andi Kartini Ottong, S.P., M.Si.", Reason.SAME_NAME),
    ("H. Kahar Muslim", "KAHAR MUSLIM, S.E.", Reason.SAME_NAME),
    ("Moh. Yusuf Bahri", "Muhammad Yusuf Bahri", Reason.SPELLING),
    ("Muh. Djoefri", "Muhammad Jufri", Reason.SPELLING),
    ("Ottong Kartini", "Kartini Ottong", Reason.ORDER),
    ("A. Kartini Ottong", "Andi Kartini Ottong", Reason.INITIALS),
    ("M. Kahar Muslim", "Muhammad Kahar Muslim", Reason.INITIALS),
    ("Kahar B. Muslim", "Kahar Bahri Muslim", Reason.INITIALS),
    ("Kahar Muslim", "Kahar Bahri Muslim", Reason.MORE_WORDS),
    ("Muhammad Kahar Muslim", "Kahar Muslim", Reason.MORE_WORDS),
    ("A. Kartini Ottong", "Kartini Ottong", Reason.MORE_WORDS),
]
WEAK = [
    # "A." may be Andi, Abdul or Ahmad.
    ("A. Karsina", "Andi Karsina", Reason.INITIALS),
    ("A. Yusuf", "Abdul Yusuf", Reason.INITIALS),
    ("Hj. Andi Rahma, S.Pd., M.Si.", "Hj. Andi Rahmi, S.Pd., M.Si.", Reason.ONE_LETTER),
    ("Sulaiman Daud", "Sulaeman Daud", Reason.ONE_LETTER),
    ("Kahar Muslim", "Kahar Muslimin", None),
    ("Kahar Muslim", "Kahar Mulsim", Reason.ONE_LETTER),
    ("Andi Rahma", "Andi Rahma Nurdin", Reason.MORE_WORDS),
]
OTHERS = [
    ("H. Muhammad Yusuf, S.Pd., M.Si.", "H. Muhammad Yunus, S.Pd., M.Si."),
    ("Sanneng", "Sanneng"),
    ("H. Sanneng, S.E.", "Sanneng"),
    ("Kartini", "Kartini Ottong"),
    ("A. B.", "Andi Baso"),
    ("A. Karsina", "Bau Karsina"),
    ("Andi Karsina", "Ahmad Karsina"),
    ("Muhammad Nurdin", "Muhammad Amin"),
    ("A. Muhammad", "Ahmad Muhammad"),
    ("Drs. Hasan Basri, M.Si.", "Drs. Ahmad Ridwan, M.Si."),
]


@pytest.mark.parametrize(("one", "other", "reason"), STRONG)
def test_strong_ones_are_found_both_ways(one, other, reason):
    for pair in ((one, other), (other, one)):
        found = compare(*pair)
        assert (found.reason, found.is_strong) == (reason, True)


@pytest.mark.parametrize(("one", "other", "reason"), WEAK)
def test_weak_ones_are_never_strong(one, other, reason):
    for pair in ((one, other), (other, one)):
        found = compare(*pair)
        assert (found and found.reason) == reason
        assert not (found and found.is_strong)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_different_names_are_not_alike(one, other):
    assert compare(one, other) is None
    assert compare(other, one) is None


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("rahma", "rahmi", True),
        ("rahma", "rahmah", True),
        ("rahma", "ahma", True),
        ("basir", "bsair", True),
        ("rahma", "rahma", False),
        ("yusuf", "yunus", False),
        ("rahma", "rahmahi", False),
        ("", "a", True),
    ],
)
def test_one_letter_is_one_letter(one, other, near):
    assert one_slip_apart(one, other) is near
    assert one_slip_apart(other, one) is near


def pairs(*entries: Entry, at_most: int = 100) -> list[Candidate]:
    return likely_pairs(entries, at_most=at_most)


def test_every_listed_kind_is_found_without_comparing_everybody():
    """What `compare` says of two names, the blocks find among many."""
    rows, wanted = [], set()
    for place, (one, other, reason) in enumerate([*STRONG, *WEAK]):
        first, second = Entry(2 * place, (one,)), Entry(2 * place + 1, (other,))
        alone = {(c.one, c.other, c.reasons[0]) for c in pairs(first, second)}
        assert alone == ({(first.id, second.id, reason)} if reason else set())
        rows += [first, second]
        wanted |= alone
    crowd = [Entry(1000 + entry.id, entry.names) for entry in register(500)]
    found = {(c.one, c.other, c.reasons[0]) for c in pairs(*rows, *crowd, at_most=100_000)}
    assert wanted <= found


def test_single_name_is_listed_only_beside_the_same_institution_and_weakly():
    here, there = frozenset({1, 2}), frozenset({3})
    same, also, elsewhere = (
        Entry(1, ("Sanneng",), here),
        Entry(2, ("SANNENG",), here),
        Entry(3, ("Sanneng",), there),
    )
    [found] = pairs(same, also, elsewhere)
    assert (found.one, found.other, found.is_strong) == (1, 2, False)
    assert found.reasons == (Reason.SINGLE_NAME, Reason.SAME_ORGANISATION)


def test_noted_names_are_compared_too_and_say_so():
    [found] = pairs(Entry(1, ("Sanneng", "Sanneng Daeng Nai")), Entry(2, ("Sanneng Daeng Nai",)))
    assert found.reasons == (Reason.SAME_NAME, Reason.NOTED_NAME)


def test_the_best_of_several_names_counts():
    one = Entry(1, ("Kahar Mulsim", "Kahar Muslim"))
    [found] = pairs(one, Entry(2, ("Kahar Muslim",)))
    assert found.reasons == (Reason.SAME_NAME, Reason.NOTED_NAME)


def test_man_and_woman_of_one_name_are_not_strong():
    [found] = pairs(Entry(1, ("Nur Alam Basri",), sex="m"), Entry(2, ("Nur Alam Basri",), sex="f"))
    assert not found.is_strong
    assert found.reasons == (Reason.SAME_NAME, Reason.MAN_AND_WOMAN)


def test_one_story_together_speaks_against_and_one_office_for():
    candidate = Candidate.of(1, 2, Likeness(Reason.SAME_NAME, 2))
    against = candidate.with_more([Reason.TOGETHER])
    assert (candidate.is_strong, against.is_strong) == (True, False)
    assert against.score < candidate.score < candidate.with_more([Reason.SAME_OFFICE_THEN]).score
    letter = Candidate.of(1, 2, Likeness(Reason.ONE_LETTER, 1))
    assert not letter.with_more([Reason.SAME_OFFICE_THEN]).is_strong
    assert letter.with_more([Reason.TOGETHER]) is None


def test_the_weakest_are_left_out_of_a_full_list():
    same = [Entry(number, ("Kahar Muslim",)) for number in (1, 2)]
    near = [Entry(number, (f"Bahri Larupa{letter}",)) for number, letter in ((3, "n"), (4, "m"))]
    assert [(c.one, c.other) for c in pairs(*near, *same, at_most=1)] == [(1, 2)]


def test_a_name_of_hundreds_is_compared_once_and_bounded():
    crowd = [Entry(number, ("Muhammad Yusuf",)) for number in range(300)]
    assert len(pairs(*crowd, at_most=50)) == 50


def test_twice_the_people_cost_about_twice_the_time():
    """Not four times: blocks are compared, not everybody with everybody."""
    seconds = []
    for number in (4_000, 8_000):
        people = register(number)
        start = time.process_time()
        likely_pairs(people, at_most=1_000)
        seconds.append(time.process_time() - start)
    assert seconds[1] < 3.2 * seconds[0] + 0.2


def register(number: int, seed: int = 5) -> list[Entry]:
    """People as a regency has them: common first names, and many others made of syllables."""
    chance = random.Random(seed)
    first = "Muhammad Ahmad Andi Abdul Nur Sitti Haris Kahar Ramlah Baso Hasan Rahma".split()
    syllables = [a + b for a in "bdghjklmnprstw" for b in ("a", "i", "u", "an", "ar")]

    def word() -> str:
        return "".join(chance.choices(syllables, k=chance.choice([2, 2, 3]))).capitalize()

    words = [word() for _number in range(max(number // 5, 50))]
    return [
        Entry(
            key,
            (
                " ".join(
                    [chance.choice(first), *chance.choices(words, k=chance.choice([1, 1, 2, 2, 3]))]
                ),
            ),
        )
        for key in range(number)
    ]
