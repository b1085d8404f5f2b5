"""What the whole stack holds at rest, and whether it grows under load."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from ..advertising.house import BASE_DIR, Server, free_port
from .rows import Row
from .stack import Stack, get

LIMIT_MB = 350
# Growth from the middle of the load to its end that counts as none: what the allocators move about.
SLACK = 0.05
EVERY = 5.0


def measure(stack: Stack, minutes: float) -> list[Row]:
    """`make run` with two web processes on the same data: at rest, then under load for `minutes`."""
    rest = Row(
        "memory of the whole stack at rest (two web workers, job worker, embedded PostgreSQL)",
        f"≤ {LIMIT_MB} MB",
    )
    growth = Row("growth under load for 30 minutes", "none")
    _rest_postgres(stack)
    with _everything(stack) as server:
        for path in ("/", "/terkini/", "/rss.xml", *stack.stories[:10]):
            get(server.port, path)
        time.sleep(15)
        resting = by_process(server)
        total = sum(resting.values())
        rest.parts = {"by_process_mb": _rounded(resting)}
        rest.value, rest.is_met = f"{total:.0f} MB", total <= LIMIT_MB
        curve = _under_load(stack, server, minutes)
    settled = [held for at, held in curve if at >= 0.4]
    most = max(settled[len(settled) // 2 :], key=lambda held: sum(held.values()))
    first, last = sum(settled[0].values()), sum(most.values())
    growth.parts = {
        "minutes": minutes,
        "mb": [round(sum(held.values()), 1) for _at, held in curve],
        # Whose growth it is.
        "by_process_mb": {"after warming up": _rounded(settled[0]), "at most": _rounded(most)},
    }
    growth.value = (
        f"{first:.0f} MB after warming up, {last:.0f} MB at most afterwards, in {minutes:g} minutes"
    )
    growth.is_met = last <= first * (1 + SLACK)
    if minutes < 30:
        growth.measure += f" (this run: {minutes:g})"
    return [rest, growth]


def _rest_postgres(stack: Stack) -> None:
    """Have PostgreSQL started anew with the stack: its memory is still full of the corpus that was loaded."""
    from django.db import connections

    from newsroom.house.postgres import server_at

    connections.close_all()
    server_at(stack.folder / "postgres").release()


def _under_load(
    stack: Stack, server: Server, minutes: float
) -> list[tuple[float, dict[str, float]]]:
    """Stories at random, most of them rendered; what the whole holds, beside which part of the time is over."""
    seconds = max(20, round(minutes * 60))
    curve: list[tuple[float, dict[str, float]]] = []
    asking = threading.Thread(
        target=lambda: stack.ask(server, paths=stack.stories, seconds=seconds, connections=4)
    )
    started = time.monotonic()
    asking.start()
    while asking.is_alive():
        asking.join(max(1.0, min(EVERY, seconds / 20)))
        curve.append(((time.monotonic() - started) / seconds, by_process(server)))
    return curve


def _rounded(held: dict[str, float]) -> dict[str, float]:
    return {name: round(size, 1) for name, size in held.items()}


class _everything:
    """`newsroom.house.run` in the folder of the measurement; a context that gives it as a server."""

    def __init__(self, stack: Stack) -> None:
        self.server = Server("newsroom", None, {})
        self.environ = os.environ | {
            "PORT": str(free_port()),
            "HOST": "127.0.0.1",
            "WEB_WORKERS": "2",
            "DEMO": "0",
            "VAR_DIR": str(stack.folder),
        }
        self.environ.pop("MAKELEVEL", None)

    def __enter__(self) -> Server:
        self.server.port = int(self.environ["PORT"])
        self.server.process = subprocess.Popen(
            [sys.executable, "-m", "newsroom.house.run"],
            cwd=BASE_DIR,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 120
        while not self.server.is_answering():
            if self.server.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError("The whole stack did not start.")
            time.sleep(0.1)
        return self.server

    def __exit__(self, *_error: object) -> None:
        process = self.server.process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)


def by_process(server: Server) -> dict[str, float]:
    """Proportional set sizes in MB, by name, below a process; PostgreSQL's too, which has another parent."""
    from .stack import postgres_processes

    assert server.process is not None
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(stat.parent.name))
    found: dict[str, float] = {}
    # Its parent is whoever started it: the stack, or the measurement.
    postgres = set(postgres_processes())
    waiting = [server.process.pid]
    while waiting:
        number = waiting.pop()
        waiting += parents.get(number, [])
        if number not in postgres:
            _add(found, _name(number), number)
    for number in postgres:
        _add(found, "PostgreSQL", number)
    return found


def _add(found: dict[str, float], name: str, number: int) -> None:
    with contextlib.suppress(OSError, TypeError):
        text = Path(f"/proc/{number}/smaps_rollup").read_text()
        size = re.search(r"^Pss:\s+(\d+) kB", text, re.M)
        if size:
            found[name] = found.get(name, 0.0) + int(size[1]) / 1024


def _name(number: int) -> str:
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        for part, name in NAMES.items():
            if part in words:
                return name
    return "other"


NAMES: dict[str, Any] = {
    "manage work": "job worker",
    "newsroom.house.web": "web server",
    "granian": "web server",
    "spawn_main": "web workers",
    "resource_tracker": "web server",
    "newsroom.house.run": "supervisor",
    "keeper.py": "PostgreSQL's keeper",
}
