"""Readers and counts while PostgreSQL is away: stopped, and frozen so that its connections stay open.

    .venv/bin/python bench/outage.py               60 s of each, about four minutes
    .venv/bin/python bench/outage.py --seconds 10  shorter

Two workers over a PostgreSQL of the run's own. Clients ask for pages that were seen before, as fast as they are
answered; another tells page views, what was seen and clicks. Times are seen by the clients: when the first page came
unconfirmed, when the last one did.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

STORIES = 60
CLIENTS = 2
LEAD_SECONDS, TRAIL_SECONDS = 3, 6
TOLD_PER_SECOND = 20
CONTENT = f"""
import json
from tests.factories import *
from tests.ads.factories import FlightFactory
from ads.models import Placement
PublicationFactory()
section = SectionFactory()
stories = [ArticleFactory(is_public=True, section=section) for _number in range({STORIES})]
creative = FlightFactory().creatives.get()
print(json.dumps([[story.get_absolute_url() for story in stories], section.get_absolute_url(), creative.pk,
    Placement.objects.get(key="article-top-1").pk, stories[0].pk]))
"""
PLACES = ["/", "/terkini/", "/rss.xml", "/feed.json", "/sitemap.xml", "/ralat/", "/redaksi/"]
# When it was asked and answered (time.time()), the status, how it came about, the path.
Look = tuple[float, float, int, str, str]


def measure(seconds: int = 60) -> dict[str, Any]:
    """What happened while the database was stopped, and while it was frozen, for that long each."""
    import django

    django.setup()
    from tests.pagecache.servers import server
    from tests.pagecache.site import site

    # The clients say from where they come, as many readers would: from one address it would be a flood.
    os.environ["TRUSTED_PROXIES"] = "1"
    with server() as postgres, site(postgres) as shop:
        shop.run(
            "from django.core.management import call_command\ncall_command('migrate', verbosity=0)"
        )
        stories, section, creative, placement, story = json.loads(shop.run(CONTENT))
        shop.start()
        paths = [path for path in (*PLACES, section, *stories) if shop.ask(path).status == 200]
        for _often in range(20):
            shop.ask("/s/article-7")
        told = Teller(shop, placement, creative, story)
        return {
            "stopped": _one(shop, paths, told, seconds, postgres.stop, postgres.start),
            "frozen": _one(shop, paths, told, seconds, postgres.freeze, postgres.thaw),
        }


def _one(
    shop: Any, paths: list[str], teller: Teller, seconds: int, away: Any, back: Any
) -> dict[str, Any]:
    for path in paths:
        shop.ask(path)
    stopping = multiprocessing.Event()
    looks: Any = multiprocessing.Queue()
    clients = [
        multiprocessing.Process(
            target=_read, args=(shop.port, paths[n::CLIENTS] + paths[:n], stopping, looks)
        )
        for n in range(CLIENTS)
    ]
    telling = threading.Thread(target=teller.run)
    teller.begin()
    for one in clients:
        one.start()
    telling.start()
    time.sleep(LEAD_SECONDS)
    gone_at = time.time()
    away()
    time.sleep(seconds)
    begun = time.time()
    back()
    back_at = time.time()
    time.sleep(TRAIL_SECONDS)
    stopping.set()
    teller.stopping.set()
    seen: list[Look] = [look for _client in clients for look in looks.get()]
    for one in clients:
        one.join()
    telling.join()
    kept = [look for look in seen if look[3] == "kept"]
    afterwards = [look for look in seen if look[0] >= back_at]
    return {
        "seconds": seconds,
        "pages": len(paths),
        "answers": len(seen),
        "failed": sum(look[2] != 200 for look in seen),
        "unconfirmed": len(kept),
        "slowest_s": round(max(look[1] - look[0] for look in seen), 2),
        "noticed_after_s": round(min((look[1] for look in kept), default=gone_at) - gone_at, 2),
        "start_of_postgresql_s": round(back_at - begun, 2),
        "recovered_after_s": round(max((look[1] for look in kept), default=back_at) - back_at, 2),
        "answers_afterwards": len(afterwards),
        "renderings_afterwards": sum(look[3] == "made" for look in afterwards),
        "told": sum(teller.acknowledged.values()),
        "not_acknowledged": teller.refused,
        "arrived": _arrived(shop, sum(teller.acknowledged.values())),
    }


def _read(port: int, paths: list[str], stopping: Any, looks: Any) -> None:
    found: list[Look] = []
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while not stopping.is_set():
        for path in paths:
            asked = time.time()
            try:
                line.request("GET", path)
                answer = line.getresponse()
                answer.read()
                status, how = answer.status, answer.getheader("x-page", "")
                # A new connection now and then, so that both workers are met.
                if len(found) % 50 == 0:
                    line.close()
            except (OSError, http.client.HTTPException):
                status, how = 0, ""
                line.close()
            found.append((asked, time.time(), status, how, path))
    looks.put(found)


class Teller:
    """A reader's browser that tells and clicks; what was acknowledged has to arrive."""

    def __init__(self, shop: Any, placement: int, creative: int, story: int) -> None:
        self.shop, self.placement, self.creative, self.story = shop, placement, creative, story
        self.stopping = threading.Event()

    def begin(self) -> None:
        self.shop.rows("DELETE FROM ads_event RETURNING 1")
        self.stopping.clear()
        self.acknowledged: Counter[str] = Counter()
        self.refused = 0

    def run(self) -> None:
        from ads import tokens
        from tests.ads.beacons import BROWSER, arrival

        page = tokens.Page("article", 7, self.story)
        readers = itertools.count()
        while not self.stopping.wait(1 / TOLD_PER_SECOND):
            number = next(readers)
            sent = {
                "user_agent": BROWSER,
                "content_type": "text/plain",
                "x_forwarded_for": f"10.0.{number // 250}.{number % 250}",
            }
            view = json.dumps(arrival((self.placement, self.creative), page=page))
            answer = self.shop.ask("/s/tiba", view, **sent)
            if answer.status != 200:
                self.refused += 1
                continue
            self.acknowledged.update("ps")
            (token,) = json.loads(answer.text)["shown"]
            seen = json.dumps({"told": [[token, "m"], [token, "v"]]})
            if self.shop.ask("/s/lihat", seen, **sent).status == 204:
                self.acknowledged.update("mv")
            if self.shop.ask(f"/s/ke/{self.creative}?t={token}", **sent).status == 302:
                self.acknowledged.update("c")


def _arrived(shop: Any, expected: int) -> int:
    """How many rows there are, when all that wait had the time to be written."""
    deadline = time.monotonic() + 30
    while True:
        ((number,),) = shop.rows("SELECT count(*)::int FROM ads_event")
        if number >= expected or time.monotonic() > deadline:
            time.sleep(1)
            ((number,),) = shop.rows("SELECT count(*)::int FROM ads_event")
            return int(number)
        time.sleep(0.1)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.seconds)
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    print(f"{'':<24}{'stopped':>10}{'frozen':>10}")
    for name in found["stopped"]:
        print(f"{name:<24}{found['stopped'][name]:>10}{found['frozen'][name]:>10}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
