"""What a bounded memory keeps, held against SIEVE in its plainest words."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pagecache.memory import Memory

LIMIT = 80
KEYS = st.sampled_from("abcdefghijkl")


@dataclass
class Value:
    size: int


class Sieve:
    """A list, oldest first, of [key, value, whether it was seen], and a hand that points at a key."""

    def __init__(self) -> None:
        self.places: list[list] = []
        self.hand: str | None = None

    def at(self, key: str) -> int:
        return next((i for i, place in enumerate(self.places) if place[0] == key), -1)

    def get(self, key: str) -> Value | None:
        if (found := self.at(key)) < 0:
            return None
        self.places[found][2] = True
        return self.places[found][1]

    def take_out(self, key: str) -> list | None:
        if (found := self.at(key)) < 0:
            return None
        if self.hand == key:
            after = self.places[found + 1 : found + 2]
            self.hand = after[0][0] if after else None
        return self.places.pop(found)

    def put(self, key: str, value: Value) -> None:
        old = self.take_out(key)
        if value.size > LIMIT // 8:
            return
        while self.used() + value.size > LIMIT:
            self.evict()
        self.places.append([key, value, old is not None and old[2]])

    def evict(self) -> None:
        position = self.at(self.hand) if self.hand else 0
        while self.places[position][2]:
            self.places[position][2] = False
            position = (position + 1) % len(self.places)
        self.hand = self.places[position][0]
        self.take_out(self.hand)

    def used(self) -> int:
        return sum(value.size for _key, value, _is_seen in self.places)


class MemoryIsSieve(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.memory: Memory[Value] = Memory(LIMIT)
        self.sieve = Sieve()

    @rule(key=KEYS, size=st.integers(1, LIMIT // 8 + 3))
    def put(self, key, size):
        value = Value(size)
        self.memory.put(key, value)
        self.sieve.put(key, value)

    @rule(key=KEYS)
    def get(self, key):
        assert self.memory.get(key) is self.sieve.get(key)

    @rule(key=KEYS)
    def drop(self, key):
        self.memory.drop(key)
        self.sieve.take_out(key)

    @rule()
    def clear(self):
        self.memory.clear()
        self.sieve = Sieve()

    @invariant()
    def they_hold_the_same(self):
        assert set(self.memory._places) == {key for key, _value, _is_seen in self.sieve.places}
        assert self.memory.used == self.sieve.used() <= LIMIT
        assert len(self.memory) == len(self.sieve.places)

    @invariant()
    def it_is_in_order_both_ways(self):
        forth, place = [], self.memory._oldest
        while place is not None:
            forth.append(place.key)
            place = place.newer
        back, place = [], self.memory._newest
        while place is not None:
            back.append(place.key)
            place = place.older
        assert forth == back[::-1] == [key for key, _value, _is_seen in self.sieve.places]


TestMemoryIsSieve = MemoryIsSieve.TestCase


def test_what_is_read_once_does_not_push_out_what_many_read():
    memory: Memory[Value] = Memory(100)
    popular = [f"popular {number}" for number in range(5)]
    for key in popular:
        memory.put(key, Value(10))
    for number in range(200):
        for key in popular:
            assert memory.get(key) is not None, number
        memory.put(f"crawled {number}", Value(10))
    assert memory.used <= 100


def test_what_is_larger_than_an_eighth_is_not_kept_and_takes_the_old_one_away():
    memory: Memory[Value] = Memory(80)
    memory.put("a", Value(10))
    memory.put("a", Value(11))
    assert memory.get("a") is None
    assert memory.used == 0
