"""At the same moment and from several processes: what was acknowledged is there, once."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import uuid
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from ads import partitions, roll_up, tokens
from ads.models import Discard, Event, HourCount
from tests.races import at_once

from .beacons import BROWSER, arrival, arrive, click, discards, placement, post, tell
from .factories import FlightFactory

pytestmark = pytest.mark.django_db(transaction=True)

PROJECT = Path(__file__).resolve().parent.parent.parent


def replays() -> int:
    return sum(row.count for row in Discard.objects.filter(reason="replay"))


def test_arrival_told_fifty_times_at_once_counts_once(client):
    top, creative = placement(), FlightFactory().creatives.get().pk
    told = arrival((top, creative))
    answers = at_once(*[lambda: post(Client(), "/s/tiba", told).content] * 50)
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["shown"][0]
    assert Counter(Event.objects.values_list("kind", flat=True)) == {"p": 1, "s": 1}
    assert replays() == 49 * 2


def test_view_and_click_told_fifty_times_at_once_count_once(client):
    top, creative = placement(), FlightFactory().creatives.get().pk
    (token,) = arrive(client, (top, creative))

    def tell_all() -> tuple[int, int]:
        own = Client()
        # In either order, as two tabs or a proxy may send them.
        told = tell(own, (token, "v"), (token, "m")), click(own, creative, token)
        return told[0].status_code, told[1].status_code

    assert at_once(*[tell_all] * 50) == [(204, 302)] * 50
    assert Counter(Event.objects.values_list("kind", flat=True)) == dict.fromkeys("psmvc", 1)
    assert replays() == 49 * 3


def test_first_events_of_a_day_come_at_once_and_none_is_lost(client):
    known = partitions.days()
    for day in known:
        partitions.drop(day)
    top = placement()
    answers = at_once(*[lambda: arrive(Client(), (top, None))] * 12)
    partitions.make(known)
    assert all(isinstance(answer, list) and answer[0] for answer in answers), answers
    assert Counter(Event.objects.values_list("kind", flat=True)) == {"p": 12, "s": 12}


def test_hours_are_rolled_up_by_one_at_a_time(client):
    top, creative = placement(), FlightFactory().creatives.get().pk
    for _ in range(5):
        arrive(client, (top, creative))
    assert all(type(hours) is int for hours in at_once(*[roll_up.catch_up] * 6))
    assert sum(row.served for row in HourCount.objects.all()) == 5


class Server:
    """A process of its own that serves the application on this test's database.

    Args:
        folder: its data folder; servers of one machine share one.
        address: of another database.
    """

    def __init__(self, folder: Path, address: str = "") -> None:
        known = connection.settings_dict
        host, port = quote(str(known["HOST"]), safe=""), known["PORT"]
        user = f"{known['USER']}:{known.get('PASSWORD', '')}".rstrip(":")
        own = f"postgres://{user}@{host}{':' if port else ''}{port}/{known['NAME']}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ads.serving"],
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            env=os.environ | {"DATABASE_URL": address or own, "TEST_VAR_DIR": str(folder)},
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def post(self, path: str, told: object) -> tuple[int, bytes]:
        """Status and body. Raises OSError or HTTPException when the server is gone."""
        status, _headers, body = self.ask("POST", path, json.dumps(told))
        return status, body

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, dict[str, str], bytes]:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            asked.request(method, path, body, {"User-Agent": BROWSER})
            answer = asked.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            asked.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)


@pytest.fixture
def servers(tmp_path):
    pair = [Server(tmp_path), Server(tmp_path)]
    yield pair
    for server in pair:
        server.kill()
        server.process.stdout.close()


def test_what_browsers_tell_is_taken_while_no_database_answers_and_counted_once(tmp_path, spool):
    top = placement()
    told = arrival((top, None))
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        server = Server(tmp_path, f"postgres://u@127.0.0.1:{nobody.getsockname()[1]}/none")
        try:
            arrived = server.ask("POST", "/s/tiba", json.dumps(told))
            (token,) = json.loads(arrived[2])["shown"]
            asked = [
                arrived,
                server.ask("POST", "/s/lihat", json.dumps({"told": [[token, "v"]]})),
                server.ask("GET", "/s/tiba"),
                # Where it leads can be found nowhere.
                server.ask("GET", "/s/ke/1?t=x"),
            ]
        finally:
            server.kill()
            server.process.stdout.close()
    assert [(status, headers.get("Retry-After")) for status, headers, _body in asked] == [
        (200, None),
        (204, None),
        (405, None),
        (503, "30"),
    ]
    assert spool.path == tmp_path / "told.sqlite3"
    spool.write()
    assert Counter(Event.objects.values_list("kind", "placement_id")) == {
        ("p", None): 1,
        ("s", top): 1,
        ("v", top): 1,
    }
    assert discards() == {("method", None, None): 1}


def test_all_that_was_acknowledged_is_there_once_after_a_server_was_killed(servers):
    """Several browsers tell two servers; one is killed in the middle, and they tell the other again."""
    top, creative = placement(), FlightFactory().creatives.get().pk
    page = tokens.Page("article", 7, 70)
    doomed, other = servers
    acknowledged: list[str] = []
    failed: list[str] = []
    lock = threading.Lock()

    def browse(number: int) -> None:
        for turn in range(25):
            told = arrival((top, creative), page=page, at=None, visit=str(uuid.uuid4()))
            first = doomed if (number + turn) % 2 else other
            try:
                status, body = first.post("/s/tiba", told)
            except (OSError, http.client.HTTPException):
                with lock:
                    failed.append(told["visit"])
                # As a browser does with its outbox: the same again, where somebody answers.
                status, body = other.post("/s/tiba", told)
            assert status == 200
            (token,) = json.loads(body)["shown"]
            with lock:
                acknowledged.append(token)
                is_time = len(acknowledged) == 40
            if is_time:
                doomed.process.kill()
            assert other.post("/s/lihat", {"told": [[token, "m"], [token, "v"]]})[0] == 204

    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            browse(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    assert doomed.process.wait(30) == -9
    assert failed, "the server that was killed had nothing to do"
    numbers = [tokens.read_showing_token(token).number for token in acknowledged]
    assert len(set(numbers)) == 100
    # Row by row: each showing that was acknowledged, each of its events, and nothing else.
    rows = Counter(Event.objects.exclude(kind="p").values_list("showing", "kind"))
    assert rows == Counter((number, kind) for number in numbers for kind in "smv")
    assert Event.objects.filter(kind="p").count() == 100
    roll_up.catch_up()
    counted = HourCount.objects.values_list("served", "measured", "viewable")
    assert tuple(map(sum, zip(*counted, strict=True))) == (100, 100, 100)
