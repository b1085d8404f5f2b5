"""The rows of stories and comments, block by block, made by several processes ahead of who takes them.

Nothing here or below needs Django: each process is a fresh interpreter, which is ready at once.
"""

from __future__ import annotations

import collections
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

from . import stories, talk
from .copying import Rows
from .plan import Plan

BLOCK = 2_000
# Below this, starting processes takes longer than the rows.
FEWEST_FOR_PROCESSES = 10_000
# Blocks that are made before PostgreSQL has taken those before them, a process.
AHEAD = 2

COLUMNS = {**stories.COLUMNS, **talk.COLUMNS}


def make_block(plan: Plan, start: int, stop: int, rare: frozenset[int]) -> Rows:
    """The rows of the stories from place `start` to `stop`, by table; places run from the oldest."""
    rows: Rows = {table: [] for table in COLUMNS}
    for index in range(start, stop):
        age = plan.index(index)
        stories.add_story(plan, age, age in rare, rows)
        talk.add_comments(plan, age, rows)
    return rows


def made(plan: Plan, processes: int | None = None) -> Iterator[tuple[int, Rows]]:
    """Every block in order, with how many stories are done with it."""
    rare = stories.rare(plan)
    bounds = [
        (start, min(start + BLOCK, plan.articles)) for start in range(0, plan.articles, BLOCK)
    ]
    if plan.articles < FEWEST_FOR_PROCESSES:
        for start, stop in bounds:
            yield stop, make_block(plan, start, stop, rare)
        return
    count = processes or os.cpu_count() or 1
    # A fresh interpreter each: a forked one would share this one's connection.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, _keep_plan, (plan, rare)) as pool:
        waiting: collections.deque[tuple[int, Future[Rows]]] = collections.deque()
        try:
            for start, stop in bounds:
                waiting.append((stop, pool.submit(_make_kept, start, stop)))
                if len(waiting) > count * AHEAD:
                    done, block = waiting.popleft()
                    yield done, block.result()
            while waiting:
                done, block = waiting.popleft()
                yield done, block.result()
        finally:
            pool.shutdown(cancel_futures=True)


_kept: list[Any] = []


def _keep_plan(plan: Plan, rare: frozenset[int]) -> None:
    """Once a process: the plan names everybody, so it is not sent with each block."""
    _kept[:] = [plan, rare]


def _make_kept(start: int, stop: int) -> Rows:
    plan, rare = _kept
    return make_block(plan, start, stop, rare)
