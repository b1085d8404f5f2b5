"""How much a server answers: by wrk where it is installed, else by a client of our own.

Our own client is slower than the server that it asks, so there the comparison goes by the processor time
that the server spent on each answer, which does not depend on who asks.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import sys
import time
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from ..speed import wrk
from .house import Server


@dataclass(frozen=True)
class Load:
    """What came back in a few seconds: answers per second, and times in milliseconds."""

    rate: float
    p50: float
    p99: float
    cpu: float  # microseconds of the server's processor time for each answer


def is_by_wrk() -> bool:
    return shutil.which("wrk") is not None


def ask(
    server: Server,
    path: str,
    *,
    seconds: int,
    connections: int,
    core: int,
    headers: dict[str, str] | None = None,
) -> Load:
    """Ask as fast as `connections` allow, from the given core. Ends the programme at a wrong answer."""
    before = server.cpu_seconds()
    by = _by_wrk if is_by_wrk() else _by_ourselves
    number, rate, p50, p99 = by(server.port, path, seconds, connections, core, headers or {})
    cpu = (server.cpu_seconds() - before) / max(1, number) * 1e6
    return Load(rate, p50, p99, cpu)


def _by_wrk(
    port: int, path: str, seconds: int, connections: int, core: int, headers: dict[str, str]
) -> tuple[int, float, float, float]:
    options: dict[str, Any] = {"seconds": seconds, "connections": connections}
    said = wrk.run(f"http://127.0.0.1:{port}{path}", core=core, headers=headers, **options)
    if said.bad or said.broken:
        sys.exit(f"The server answered badly: {said}")
    return said.number, said.rate, said.p50, said.p99


def _by_ourselves(
    port: int, path: str, seconds: int, connections: int, core: int, headers: dict[str, str]
) -> tuple[int, float, float, float]:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()
    arguments = (port, request, seconds, core)
    started = time.perf_counter()
    with get_context("fork").Pool(connections) as pool:
        times = [t for part in pool.starmap(_client, [arguments] * connections) for t in part]
    taken = time.perf_counter() - started
    cuts = statistics.quantiles(times, n=100)
    return len(times), len(times) / taken, cuts[49], cuts[98]


def _client(port: int, request: bytes, seconds: int, core: int) -> list[float]:
    import os

    os.sched_setaffinity(0, {core})
    times = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        reading = connection.makefile("rb")
        end = time.perf_counter() + seconds
        while (started := time.perf_counter()) < end:
            connection.sendall(request)
            status, length = reading.readline(), 0
            while (line := reading.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            reading.read(length)
            if b" 200 " not in status:
                raise SystemExit(f"The server answered badly: {status!r}")
            times.append((time.perf_counter() - started) * 1000)
    return times
