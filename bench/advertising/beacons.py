"""What readers' browsers tell, while the servers are killed again and again: nothing lost, nothing doubled.

Two servers share one database that waits for the disk. Afterwards each row of `ads_event` is held against what
was sent and what was acknowledged.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from . import fill
from .house import BASE_DIR, House, Server

STORIES = 40
# (number of the showing, kind): what makes an event single.
Event = tuple[uuid.UUID, str]


def measure(house: House, *, clients: int, seconds: int) -> dict[str, Any]:
    """First undisturbed, then with a server killed every few seconds."""
    house.copy("beacons")
    with house.using("beacons"):
        sections = fill.sections()
        fill.flights(30)
        servers = [
            house.serve("newsroom.wsgi:application", core=None, database="beacons")
            for _server in range(2)
        ]
        pages = _pages(sections)
        calm = _run(house, servers, pages, clients=clients, seconds=max(5, seconds // 3), seed=1)
        wild = _run(house, servers, pages, clients=clients, seconds=seconds, seed=100, is_wild=True)
        found = _compare([*calm.pop("crowds"), *wild.pop("crowds")])
        for server in servers:
            server.stop()
    return {"clients": clients, "calm": calm, "killed": wild, "rows": found}


def _pages(sections: list[int]) -> list[list[str]]:
    from ads.tokens import Page, page_token

    pages = []
    for number in range(1, STORIES + 1):
        page = Page("article", sections[number % len(sections)], number)
        pages.append([page_token(page), page.key])
    return [*pages, [page_token(Page("front")), "front"]]


def _run(
    house: House,
    servers: list[Server],
    pages: list[list[str]],
    *,
    clients: int,
    seconds: int,
    seed: int,
    is_wild: bool = False,
) -> dict[str, Any]:
    running = []
    for number in range(clients):
        orders = house.folder / f"orders-{seed + number}.json"
        ports = [server.port for server in servers]
        orders.write_text(
            json.dumps({"ports": ports, "pages": pages, "seconds": seconds, "seed": seed + number})
        )
        results = orders.with_name(f"results-{seed + number}.json")
        command = [sys.executable, "-m", "bench.advertising.teller", str(orders), str(results)]
        running.append((subprocess.Popen(command, cwd=BASE_DIR), results))
    kills = _kill(servers, seconds, random.Random(seed)) if is_wild else 0
    for process, _results in running:
        if process.wait():
            sys.exit("A client failed.")
    crowds = [json.loads(Path(results).read_text()) for _process, results in running]
    return {
        "kills": kills,
        "beacons_per_s": sum(crowd["acknowledged"] / crowd["seconds"] for crowd in crowds),
        "unanswered": sum(crowd["failures"] for crowd in crowds),
        "crowds": crowds,
    }


def _kill(servers: list[Server], seconds: int, chance: random.Random) -> int:
    """kill -9 at random moments, each time a server that answers; it is started again at once."""
    kills = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(chance.uniform(1, 4))
        server = chance.choice(servers)
        # Loading takes seconds: killing what does not serve yet would prove nothing.
        if server.is_answering():
            server.kill()
            server.launch()
            kills += 1
    return kills


def _compare(crowds: list[dict[str, Any]]) -> dict[str, Any]:
    """Row by row: what was acknowledged is there once and says what was sent; nothing else is there."""
    from django.db import connection

    from ads import tokens

    sent: dict[Event, tuple[Any, ...]] = {}
    acknowledged: set[Event] = set()
    for crowd in crowds:
        for arrival in crowd["arrivals"]:
            page = tokens.read_page_token(arrival["page"])
            said = [(None, None), *((slot, creative) for slot, creative, _m in arrival["drawn"])]
            shown = arrival["shown"]
            for place, (slot, creative) in enumerate(said):
                number = tokens.showing_number(
                    uuid.UUID(arrival["visit"]),
                    arrival["t"],
                    f"{page.key}.{page.article or ''}",
                    slot or 0,
                    creative,
                )
                row = (arrival["t"], slot, creative or None, page.article, page.section)
                row = (*row, arrival["device"])
                for kind in "p" if slot is None else "smv":
                    sent[number, kind] = row
                if shown is not None and slot is None:
                    acknowledged.add((number, "p"))
                elif shown is not None and shown[place - 1] is not None:
                    acknowledged.add((number, "s"))
                    assert tokens.read_showing_token(shown[place - 1]).number == number
    told: set[Event] = set()
    for crowd in crowds:
        for telling in crowd["tellings"]:
            events = {(tokens.read_showing_token(t).number, kind) for t, kind in telling["told"]}
            told |= events
            acknowledged |= events if telling["is_heard"] else set()
    for event in [event for event in sent if event[1] in "mv" and event not in told]:
        del sent[event]

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT showing, kind, extract(epoch FROM at)::bigint, placement_id, creative_id, "
            "article_id, section_id, device FROM ads_event"
        )
        rows = [((showing, kind), tuple(rest)) for showing, kind, *rest in cursor.fetchall()]
        cursor.execute("SELECT coalesce(sum(count), 0) FROM ads_discard WHERE reason = 'replay'")
        (replays,) = cursor.fetchone()
    times = Counter(event for event, _row in rows)
    return {
        "sent": len(sent),
        "acknowledged": len(acknowledged),
        "stored": len(rows),
        "lost": sum(event not in times for event in acknowledged),
        "doubled": sum(count - 1 for count in times.values()),
        "invented": sum(event not in sent for event in times),
        "changed": sum(event in sent and sent[event] != row for event, row in rows),
        "told_again": int(replays),
    }


def report(found: dict[str, Any]) -> str:
    """The figures for people."""
    lines = []
    for name, label in (("calm", "undisturbed"), ("killed", "under kills")):
        one = found[name]
        lines.append(
            f"{label:<12}{one['beacons_per_s']:>8,.0f} beacons/s acknowledged, {one['kills']} × kill -9, "
            f"{one['unanswered']:,} requests without an answer ({found['clients']} clients, 2 servers)"
        )
    rows = found["rows"]
    lines.append(
        f"{'events':<12}{rows['sent']:>8,} sent, {rows['acknowledged']:,} acknowledged, "
        f"{rows['stored']:,} stored, {rows['told_again']:,} told again"
    )
    lines.append(
        f"{'':<12}{rows['lost']:>8,} lost, {rows['doubled']:,} doubled, {rows['invented']:,} not sent by "
        f"anybody, {rows['changed']:,} changed"
    )
    return "\n".join(lines)
