"""What a story's page costs that is not kept, in pieces: processor time in one process, without a server.

    .venv/bin/python bench/article.py               the demo publication of this installation
    .venv/bin/python bench/article.py --stories 200 as many of its newest stories; 60

Each figure is the least of several rounds over all stories, since whatever else runs on the machine only adds.
PostgreSQL's own time is not in it; the number of queries is. A page is asked for as the doorway does: with the parts
of other stories and with its own part, with its own part alone to be made, and with nothing kept at all.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
os.environ |= {"PAGE_CACHE_MB": "48", "PAGE_CACHE_DISK_MB": "0", "PAGE_CACHE_PAGES": "0"}

ROUNDS = 9


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--stories", type=int, default=60)
    options = parser.parse_args()
    django.setup()
    measure(options.stories)


def measure(number: int) -> None:
    from articles.models import Article
    from newsroom.wsgi import application
    from pagecache.answers import BROTLI, GZIP, Answer
    from pagecache.installed import page_cache

    cache = page_cache()
    assert cache is not None
    # What changes meanwhile does not matter here, and no busy moment may count as an outage.
    cache.clock.is_heard = lambda _seconds: True  # type: ignore[method-assign]
    stories = list(Article.objects.published().newest_first()[:number])
    paths = [story.get_absolute_url() for story in stories]
    kept = cache.parts.memory

    def forget(*beginnings: str) -> None:
        for key in list(kept._places):
            if key.startswith(beginnings):
                kept.drop(key)

    def own_forgotten(path: str) -> bytes:
        forget("part:story:", "part:below:", "part:discussions:")
        return ask(application, path)

    def all_forgotten(path: str) -> bytes:
        kept.clear()
        return ask(application, path)

    def warm(path: str) -> bytes:
        return ask(application, path)

    for path in paths:
        warm(path)
    print(f"{len(paths)} stories, {sum(len(warm(path)) for path in paths) // len(paths)} bytes")
    for name, asked in {
        "own part kept": warm,
        "own part made": own_forgotten,
        "everything made": all_forgotten,
        "a view of a word (/healthz)": lambda _path: ask(application, "/healthz"),
    }.items():
        print(f"{name:32}{least(asked, paths):8.0f} µs {queries(asked, paths[-1]):4} queries")
    bodies = [warm(path) for path in paths]
    for encoding in (BROTLI, GZIP):
        first = least(partial(compressed, Answer, encoding, 1), bodies)
        second = least(partial(compressed, Answer, encoding, 2), bodies) - first
        print(f"{f'compressed ({encoding}) at first':32}{first:8.0f} µs")
        print(f"{f'compressed ({encoding}) when asked again':32}{second:5.0f} µs")


def ask(application: Callable[..., Any], path: str) -> bytes:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_HOST": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    body = application(environ, lambda *_told: None)
    whole = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return whole


def compressed(kind: Any, encoding: str, times: int, body: bytes) -> None:
    answer = kind("200 OK", [("Content-Type", "text/html; charset=utf-8")], body)
    for _ in range(times):
        answer.ready(encoding)


def least(work: Callable[[Any], Any], over: list[Any]) -> float:
    """Microseconds of processor time for one of `over`."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for one in over:
            work(one)
        rounds.append(time.process_time() - began)
    return min(rounds) / len(over) * 1e6


def queries(work: Callable[[Any], Any], path: str) -> int:
    from django.db import connection

    connection.force_debug_cursor = True
    before = len(connection.queries_log)
    work(path)
    connection.force_debug_cursor = False
    return len(connection.queries_log) - before


if __name__ == "__main__":
    main()
