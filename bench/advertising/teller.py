"""A crowd of readers' browsers in one process: pages arrive, views are told a second later, and again until heard.

    python -m bench.advertising.teller ORDERS RESULTS

Reads its orders from one JSON file and writes to the other what it sent and what was acknowledged. Nothing of
the project is imported here: it knows no more than a browser does.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import time
import uuid
from collections import deque
from pathlib import Path
from typing import Any

BROWSER = (
    "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)
LIST_SECONDS = 2.0
PAUSE, PATIENCE = 0.05, 60.0
GIVES_UP, TELLS_TWICE = 0.02, 0.05


class Crowd:
    """What one process of readers sends to any of the servers.

    Args:
        orders: "ports", "pages" as [page token, key of its page class], "seconds", "seed".
    """

    def __init__(self, orders: dict[str, Any]) -> None:
        self.ports: list[int] = orders["ports"]
        self.pages: list[list[str]] = orders["pages"]
        self.seconds: float = orders["seconds"]
        self.chance = random.Random(orders["seed"])
        self.connections: dict[int, http.client.HTTPConnection] = {}
        self.lists: dict[str, tuple[float, dict[str, Any]]] = {}
        self.arrivals: list[dict[str, Any]] = []
        self.tellings: list[dict[str, Any]] = []
        self.waiting: deque[tuple[float, dict[str, Any]]] = deque()
        self.requests = self.failures = 0

    def run(self) -> dict[str, Any]:
        started = time.time()
        while time.time() < started + self.seconds:
            self.arrive()
            self.tell_due()
        spent = time.time() - started
        acknowledged = self.requests
        while self.waiting:
            self.tell_due()
            time.sleep(0.01)
        return {
            "arrivals": self.arrivals,
            "tellings": self.tellings,
            "seconds": spent,
            "acknowledged": acknowledged,
            "failures": self.failures,
        }

    def arrive(self) -> None:
        page, key = self.chance.choice(self.pages)
        device = self.chance.choice(["phone", "phone", "desktop"])
        told = self.candidates(key)
        drawn = []
        for slot in told["places"].values():
            flights = slot["flights"]
            if flights and self.chance.random() < 0.8:
                drawn.append([slot["id"], *self.chance.choice(self.chance.choice(flights)["c"])])
            else:
                drawn.append([slot["id"], 0, slot["free"]])
        visit = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        body = {"visit": visit, "page": page, "t": told["t"], "m": told["m"]}
        arrival = {**body, "key": key, "device": device, "drawn": drawn, "shown": None}
        self.arrivals.append(arrival)
        answer = self.post("/s/tiba", {**body, "device": device, "drawn": drawn})
        if answer is None:
            return
        arrival["shown"] = json.loads(answer)["shown"]
        if self.chance.random() < TELLS_TWICE:
            again = self.post("/s/tiba", {**body, "device": device, "drawn": drawn})
            assert again is None or json.loads(again)["shown"] == arrival["shown"], "not the same"
        tokens = [token for token in arrival["shown"] if token]
        views = [[t, kind] for t in tokens for kind in "mv" if self.chance.random() < 0.7]
        if views:
            self.waiting.append((max(told["t"] + 1.1, time.time()), {"told": views}))

    def tell_due(self) -> None:
        while self.waiting and self.waiting[0][0] < time.time():
            telling = {**self.waiting.popleft()[1], "is_heard": False}
            self.tellings.append(telling)
            telling["is_heard"] = self.post("/s/lihat", {"told": telling["told"]}) is not None
            if telling["is_heard"] and self.chance.random() < TELLS_TWICE:
                self.post("/s/lihat", {"told": telling["told"]})

    def candidates(self, key: str) -> dict[str, Any]:
        kept = self.lists.get(key)
        if kept is None or kept[0] < time.time() - LIST_SECONDS:
            answer = self.send("GET", f"/s/{key}", None, is_patient=True)
            assert answer is not None
            kept = self.lists[key] = (time.time(), json.loads(answer))
        return kept[1]

    def post(self, path: str, body: dict[str, Any]) -> bytes | None:
        """The answer, however often it has to be asked for; now and then a reader gives up instead."""
        is_patient = self.chance.random() >= GIVES_UP
        return self.send("POST", path, json.dumps(body).encode(), is_patient=is_patient)

    def send(self, method: str, path: str, body: bytes | None, *, is_patient: bool) -> bytes | None:
        source = ".".join(["100", *(str(self.chance.randrange(256)) for _part in range(3))])
        headers = {"User-Agent": BROWSER, "X-Forwarded-For": source, "Content-Type": "text/plain"}
        deadline = time.time() + PATIENCE
        while True:
            port = self.chance.choice(self.ports)
            connection = self.connections.setdefault(
                port, http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            )
            try:
                connection.request(method, path, body, headers)
                response = connection.getresponse()
                answer = response.read()
                if response.status in (200, 204):
                    self.requests += method == "POST"
                    return answer
                if response.status < 500:
                    raise SystemExit(f"{method} {path}: {response.status} {answer[:200]!r}")
            except (OSError, http.client.HTTPException):
                connection.close()
            self.failures += 1
            if not is_patient:
                return None
            if time.time() > deadline:
                raise SystemExit(f"{method} {path} was not answered for {PATIENCE:.0f} s.")
            time.sleep(PAUSE)


if __name__ == "__main__":
    orders, results = (Path(name) for name in sys.argv[1:3])
    results.write_text(json.dumps(Crowd(json.loads(orders.read_text())).run()))
