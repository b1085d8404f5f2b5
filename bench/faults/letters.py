"""What became of letters: each that was promised is taken once by the mail server, or stands where the desk sees it."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .house import House
from .ledger import Piece

# A job whose worker died is found after two minutes, a letter put off by a broken server after one.
ARRIVES_WITHIN = 240.0
_OUTSTANDING = """
SELECT (SELECT count(*) FROM newsroom_outgoingmail WHERE sent_at IS NULL AND given_up_at IS NULL)
    + (SELECT count(*) FROM newsletter_delivery WHERE state = 'waiting')
"""


@dataclass
class Letters:
    """`lost` and `twice` name addresses; `again` counts letters that were taken twice under one Message-ID."""

    promised: int = 0
    arrived: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    again: int = 0
    given_up: int = 0
    # Of the newsletter: taken by a worker that died; never sent again, and shown at the desk.
    unknown: int = 0


def wait(house: House) -> None:
    """Until no letter is outstanding, or for as long as that may take."""
    deadline = time.monotonic() + ARRIVES_WITHIN
    while house.rows(_OUTSTANDING)[0][0] and time.monotonic() < deadline:
        time.sleep(0.5)


def judge(house: House, pieces: list[Piece]) -> Letters:
    """Of the sign-ups in the ledger, and of the issues of the newsletter that have gone out meanwhile."""
    found = Letters()
    taken = house.mail.taken()
    by_address: dict[str, Counter[str]] = defaultdict(Counter)
    for (to, name), times in taken.items():
        by_address[to][name] += times
    rows = house.rows('SELECT "to", given_up_at IS NOT NULL FROM newsroom_outgoingmail')
    given_up = {to for to, is_given_up in rows if is_given_up}
    for piece in pieces:
        if piece.kind != "sign-up":
            continue
        names = by_address[piece.mark]
        found.promised += piece.is_acknowledged
        found.arrived += bool(names)
        found.given_up += piece.mark in given_up
        if piece.is_acknowledged and not names and piece.mark not in given_up:
            found.lost.append(f"letter to {piece.mark}")
        # Each time that the form was sent asks for a letter of its own.
        if len(names) > len(piece.attempts):
            found.twice.append(f"letters to {piece.mark}: {len(names)}")
        found.again += sum(times - 1 for times in names.values())
    _judge_newsletter(house, by_address, found)
    return found


def _judge_newsletter(house: House, by_address: dict[str, Counter[str]], found: Letters) -> None:
    question = (
        "SELECT s.email, d.state, count(*) FROM newsletter_delivery d"
        " JOIN newsletter_subscriber s ON s.id = d.subscriber_id"
        " WHERE s.email LIKE 'langganan%%@faults.example' GROUP BY 1, 2"
    )
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for address, state, number in house.rows(question):
        states[address][state] += int(number)
    for address, known in states.items():
        taken = sum(by_address[address].values())
        found.promised += known["sent"]
        found.unknown += known["unknown"]
        if taken < known["sent"]:
            found.lost.append(f"newsletter to {address}: {known['sent']} sent, {taken} arrived")
        found.arrived += min(taken, known["sent"])
        if taken > known.total():
            found.twice.append(f"newsletter to {address}: {taken} of {known.total()}")
