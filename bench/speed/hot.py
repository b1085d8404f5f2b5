"""One page that nobody has asked for yet, wanted by two hundred at once."""

from __future__ import annotations

import collections
import contextlib
import re
import selectors
import socket
import time

from .rows import Row
from .stack import LOAD_CORE, SERVER_CORE, Stack, get

CLIENTS = 200
WORKERS = 2


def measure(stack: Stack, rounds: int) -> Row:
    """Two processes behind one address; each round a story that was never asked for. Told by X-Page."""
    row = Row("one hot uncached page asked by 200 clients at once", "rendered once per process")
    counts: list[int] = []
    answered: collections.Counter[str] = collections.Counter()
    longest = 0.0
    with stack.serving(workers=WORKERS, PAGE_CACHE_TELL="1") as server:
        for path in stack.stories[-rounds - 20 : -rounds]:
            get(server.port, path)
        for path in stack.stories[-rounds:]:
            found, seconds = ask_at_once(server.port, path, CLIENTS)
            counts.append(found["200 made"])
            answered += found
            longest = max(longest, seconds)
    row.parts = {
        "clients": CLIENTS,
        "processes": WORKERS,
        "rounds": rounds,
        "renderings_at_most": max(counts),
        "renderings_in_all": sum(counts),
        "answers": dict(answered),
        "slowest_round_s": round(longest, 3),
        "cores": [SERVER_CORE, LOAD_CORE],
    }
    lost = sum(number for kind, number in answered.items() if not kind.startswith("200"))
    row.value = f"{max(counts)} renderings at most by {WORKERS} processes in {rounds} rounds"
    if lost:
        row.value += f", {lost} answers were not 200"
    if not any(" " in kind and kind.split(" ", 1)[1] for kind in answered):
        row.value, row.why = None, "the server does not tell how a page came about"
        return row
    row.is_met = max(counts) <= WORKERS and not lost
    return row


def ask_at_once(port: int, path: str, clients: int) -> tuple[collections.Counter[str], float]:
    """Open the connections first, then send to all; answers by status and X-Page, and how long all took."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    told: collections.Counter[str] = collections.Counter()
    with contextlib.ExitStack() as opened, selectors.DefaultSelector() as selector:
        connections = [
            opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            for _client in range(clients)
        ]
        received = {}
        for one in connections:
            one.setblocking(False)
            received[one] = b""
            selector.register(one, selectors.EVENT_READ)
        time.sleep(0.05)
        started = time.perf_counter()
        for one in connections:
            one.send(request)
        waiting = clients
        while waiting and time.perf_counter() - started < 30:
            for key, _events in selector.select(1):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                try:
                    data = connection.recv(1 << 16)
                except OSError:
                    data = b""
                if data:
                    received[connection] += data
                    continue
                selector.unregister(connection)
                waiting -= 1
                told[_kind(received[connection])] += 1
        told["no answer "] += waiting
    return +told, time.perf_counter() - started


def _kind(answer: bytes) -> str:
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    status = re.match(r"HTTP/1.1 (\d+)", head)
    how = re.search(r"(?im)^x-page: (\w+)", head)
    return f"{status[1] if status else 'no answer'} {how[1] if how else ''}"
