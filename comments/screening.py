"""The checks before a person looks: runs the steps of `comments.steps` and keeps every verdict.

A step is a pure function of the text and of facts that were gathered before; it says pass, hold,
spam or reject. The gravest verdict decides, the first of equals gives the rule its name. A step
that fails or takes too long holds the comment: nothing is shown, and nothing lost, by accident.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from .choices import ReviewFirst, State

if TYPE_CHECKING:
    from .facts import Facts

logger = logging.getLogger(__name__)

STEP_SECONDS = 0.5
ALL_SECONDS = 2.0


class Outcome(IntEnum):
    """In order of gravity."""

    PASS = 0
    HOLD = 1
    SPAM = 2
    REJECT = 3


@dataclass(frozen=True)
class Verdict:
    """What a step says. `term` is what it found in the text, `detail` a number or words about it."""

    outcome: Outcome = Outcome.PASS
    term: str = ""
    detail: str = ""
    risk: int = 0
    is_harsh: bool = False
    score: float | None = None


PASS = Verdict()
Step = Callable[["Facts"], Verdict]


@dataclass
class Result:
    """What all steps together say; `verdicts` as `models.Screening` keeps them."""

    state: State
    rule: str = ""
    risk: int = 0
    is_harsh: bool = False
    score: float | None = None
    verdicts: list[dict[str, Any]] = field(default_factory=list)


def screen(facts: Facts, steps: Sequence[tuple[str, Step]] | None = None) -> Result:
    """Run every step over a comment and say which state it gets. Never raises."""
    if steps is None:
        from .steps import STEPS  # the steps know this module

        steps = STEPS
    result = Result(state_without_objection(facts))
    gravest = Outcome.PASS
    until = time.monotonic() + ALL_SECONDS
    for name, step in steps:
        started = time.perf_counter()
        verdict = _run(name, step, facts, min(STEP_SECONDS, until - time.monotonic()))
        milliseconds = (time.perf_counter() - started) * 1000
        result.verdicts.append(
            {
                "step": name,
                "outcome": verdict.outcome.name.lower(),
                "term": verdict.term[:200],
                "detail": verdict.detail[:300],
                "ms": round(milliseconds, 1),
            }
        )
        result.risk = max(result.risk, verdict.risk)
        result.is_harsh = result.is_harsh or verdict.is_harsh
        result.score = verdict.score if verdict.score is not None else result.score
        if verdict.outcome > gravest:
            gravest = verdict.outcome
            result.rule = name
    if gravest:
        result.state = {
            Outcome.HOLD: State.PENDING,
            Outcome.SPAM: State.SPAM,
            Outcome.REJECT: State.REJECTED,
        }[gravest]
    return result


def state_without_objection(facts: Facts) -> State:
    """Where a comment goes that no step objects to; only a person's look makes it approved.

    The newsroom's own words need no second look.
    """
    if facts.is_staff:
        return State.APPROVED
    if facts.review == ReviewFirst.FIRST:
        return State.PENDING
    if facts.review == ReviewFirst.AFTER or facts.is_section_shown_first:
        return State.UNREVIEWED
    return State.PENDING


def _run(name: str, step: Step, facts: Facts, seconds: float) -> Verdict:
    if seconds <= 0:
        return Verdict(Outcome.HOLD, detail="not reached in time", risk=30)
    answers: SimpleQueue[Verdict | Exception] = SimpleQueue()

    def attempt() -> None:
        try:
            answers.put(step(facts))
        except Exception as error:
            answers.put(error)

    # A thread of its own, which may be left behind: one that hangs holds up no later comment, nor
    # the end of the process. It never touches the database.
    Thread(target=attempt, name=f"check {name}", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        logger.error("The check “%s” of a comment took longer than %.1f s.", name, seconds)
        return Verdict(Outcome.HOLD, detail="took too long", risk=30)
    if isinstance(answer, Exception):
        logger.error("The check “%s” of a comment failed.", name, exc_info=answer)
        return Verdict(Outcome.HOLD, detail="failed", risk=30)
    return answer
