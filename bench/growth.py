"""Does the newsroom stay as fast with 1,000,000 stories as with 10,000? Every public page, every list of the desk.

    .venv/bin/python bench/growth.py                          10,000, 100,000 and 1,000,000 stories
    .venv/bin/python bench/growth.py --sizes 10000,100000     two of them
    .venv/bin/python bench/growth.py --only search            pages whose name has that in it
    .venv/bin/python bench/growth.py --plans "archive: year"  how PostgreSQL answers a page at the largest size

The corpus (`manage.py load_corpus`, and what stands beside its stories: `bench/beside.py`) is the same at every size but
for its length. The databases lie on an embedded PostgreSQL of their own in the folder given by `--var` and stay there:
the first run takes the time of loading them (the million: a quarter of an hour, 16 GB), the next ones a few minutes.
Pages are rendered whole, in this process, by Django's test client, without the page cache, on a clock that stands on
the morning after the newest story. Each repetition asks for another story, person, day or deep page, and every size in
turn, so that a busy moment of the machine meets all. What counts is the ratio of the largest to the smallest;
milliseconds depend on the machine.

Equal pages are compared: a list of the desk whose page has more lines at one size than at another is marked with the
numbers of its lines, and a file that lists the whole archive is measured by the line. What every public address is
measured as, or why it is not, stands in `bench/growing_pages.py`; an address that is in neither is an error.
"""

from __future__ import annotations

import argparse
import datetime
import json
import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import beside, growing_pages  # noqa: E402 - the folder had to be found first

SIZES = (10_000, 100_000, 1_000_000)
VAR_DIR = ROOT / "var" / "growth"
RUNS = 15
# A page that takes longer than this altogether is asked less often, but never less than so often.
BUDGET = 6.0
FEWEST_RUNS = 5
AIM, AIM_OF_SEARCH = 1.5, 3.0
# What takes less than this is the noise of two runs of the same.
FASTEST = 0.003
# What lists are searched for: what fills a page at every size. Where nothing is said, one letter does.
BEGINNINGS = {
    "articles.article": "andi",
    "accounts.user": "pembaca",
    "ads.advertiser": "toko",
    "ads.campaign": "promosi",
    "ads.flight": "tayang",
    "ads.creative": "materi",
    "articles.redirect": "/lama/",
    "articles.page": "halaman",
    "articles.ownword": "kata",
    "comments.word": "kata",
    "newsroom.outgoingmail": "pembaca",
    "newsletter.subscriber": "pelanggan",
    "auditlog.entry": "redaksi",
    "comments.ban": "a",
}


@dataclass
class Archive:
    """One database: how many stories, its connection, the addresses to ask for by page."""

    size: int
    connection: Any
    pages: dict[str, list[str]] = field(default_factory=dict)
    client: Any = None
    # Lines of the page that was asked for last: of a list of the desk, or of a file that is measured by the line.
    lines: int | None = None


def measure(
    sizes: tuple[int, ...] = SIZES, var_dir: Path = VAR_DIR, *, only: str = "", runs: int = RUNS
) -> dict[str, Any]:
    """Load what is missing and measure every page at every size.

    Args:
        sizes: numbers of stories, ascending.
        var_dir: where the databases stay.
        only: measure pages whose name has this in it.

    Returns {"sizes": […], "pages": {name: {"p50": [ms at each size], "ratio": largest ÷ smallest, "queries": [at
    each size], "lines": [at each size, None where there are none to count], "aim": the highest ratio aimed at}},
    "missed": [names]}. Of files measured by the line, `p50` is that of a line.
    """
    with _archives(sizes, var_dir) as archives:
        everywhere = set.intersection(*(set(archive.pages) for archive in archives))
        names = [name for name in archives[0].pages if only in name and name in everywhere]
        for name in sorted(archives[-1].pages.keys() - everywhere):
            print(f"{name}: not at every size, and not measured")
        pages = {}
        for name in names:
            queries = [_queries(archive, name) for archive in archives]
            lines = [archive.lines for archive in archives]
            p50 = [statistics.median(times) for times in _taken(archives, name, runs)]
            fastest = FASTEST
            if name in growing_pages.BY_THE_LINE:
                p50 = [value / (count or 1) for value, count in zip(p50, lines, strict=True)]
                fastest = 0
            pages[name] = {
                "p50": [round(value * 1000, 4 if fastest == 0 else 2) for value in p50],
                "ratio": round(max(p50[-1], fastest) / max(p50[0], fastest), 2),
                "queries": queries,
                "lines": lines,
                "aim": AIM_OF_SEARCH if name.startswith("search") else AIM,
            }
            print(_row(name, pages[name]), flush=True)
    missed = [name for name, page in pages.items() if page["ratio"] > page["aim"]]
    return {"sizes": list(sizes), "pages": pages, "missed": missed}


def _row(name: str, page: dict[str, Any]) -> str:
    cells = "".join(f"{value:>12.2f}" for value in page["p50"])
    mark = " *" if page["ratio"] > page["aim"] else ""
    if len(set(page["lines"])) > 1 and name not in growing_pages.BY_THE_LINE:
        mark += f" lines {page['lines']}"
    return f"{name:<52}{cells}{page['queries'][-1]:>9}{page['ratio']:>8.2f}{mark}"


def _taken(archives: list[Archive], name: str, runs: int) -> list[list[float]]:
    taken: list[list[float]] = [[] for _archive in archives]
    for run in range(-2, runs):
        if run >= FEWEST_RUNS and sum(map(sum, taken)) > BUDGET * len(archives):
            break
        for archive, times in zip(archives, taken, strict=True):
            seconds = _ask(archive, name, archive.pages[name][run % len(archive.pages[name])])
            # The first two warm up: templates are compiled, statements planned.
            if run >= 0:
                times.append(seconds)
    return taken


def _ask(archive: Archive, name: str, path: str) -> float:
    from django.db import connections

    connections["default"] = archive.connection
    started = time.perf_counter()
    response = archive.client.get(path)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    seconds = time.perf_counter() - started
    expected = growing_pages.status_of(name)
    assert response.status_code == expected, f"{path} answers {response.status_code}"
    if name in growing_pages.BY_THE_LINE:
        archive.lines = body.count(b"<loc>")
    else:
        changelist = (response.context or {}).get("cl")
        archive.lines = None if changelist is None else len(changelist.result_list)
    return seconds


def _queries(archive: Archive, name: str) -> int:
    return len(_captured(archive, name))


def _captured(archive: Archive, name: str) -> list[str]:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(archive.connection) as captured:
        _ask(archive, name, archive.pages[name][0])
    return [query["sql"] for query in captured]


@contextmanager
def _archives(sizes: tuple[int, ...], var_dir: Path) -> Iterator[list[Archive]]:
    """The databases of every size, ready to be asked, on the clock of their newest morning."""
    # Only now: the settings read the folder from the environment.
    os.environ["TEST_VAR_DIR"] = str(var_dir)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    import time_machine
    from django.conf import settings
    from django.db import connections
    from django.test import Client
    from django.test.utils import setup_test_environment

    from newsroom.house.prepare import compile_translations

    compile_translations()
    setup_test_environment()
    settings.LANGUAGE_CODE = "en"
    # That something is not there is what some pages are asked for.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    archives = [Archive(size, _database(size)) for size in sizes]
    connections["default"] = archives[-1].connection
    with time_machine.travel(_morning(), tick=True):
        for archive in archives:
            connections["default"] = archive.connection
            archive.client = Client()
            archive.client.force_login(_administrator())
            beside.fill(archive.connection, archive.size)
            chance = random.Random(archive.size)
            archive.pages = {**growing_pages.public(chance, RUNS), **_desk(archive.client)}
        yield archives
    for archive in archives:
        archive.connection.close()


def _database(size: int) -> Any:
    """A connection to the database of that size; it is made and loaded when it is not there."""
    from django.core.management import call_command
    from django.db import connections

    from articles.models import Article

    name = f"growth_{size}"
    connection = connections.create_connection("default")
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {name}")
    connection.settings_dict = {**connection.settings_dict, "NAME": name}
    connections["default"] = connection
    call_command("migrate", verbosity=0)
    if not Article.objects.exists():
        started = time.monotonic()
        call_command("load_corpus", articles=size)
        print(f"{size:,} stories loaded in {time.monotonic() - started:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        print(f"{name}: {cursor.fetchone()[0]}", flush=True)
    return connection


def _morning() -> datetime.datetime:
    """Nine o'clock on the morning after the newest story."""
    from django.utils import timezone

    from articles.models import Article

    newest = Article.objects.order_by("-publish_at").exclude(publish_at=None)[0].publish_at
    day = timezone.localtime(newest).replace(hour=9, minute=0, second=0)
    return day + datetime.timedelta(days=1)


def _administrator() -> Any:
    from accounts.models import User

    email = "administrator@corpus.example"
    return User.objects.filter(email=email).first() or User.objects.create_superuser(
        email, "", name="Administrator"
    )


def _desk(client: Any) -> dict[str, list[str]]:
    """Every list of the desk: its first page and next one, three choices of each filter, searches."""
    from django.contrib import admin
    from django.urls import reverse

    found = {"desk: front": ["/admin/"]}
    for model, model_admin in admin.site._registry.items():
        name = f"{model._meta.app_label}.{model._meta.model_name}"
        url = reverse(f"admin:{name.replace('.', '_')}_changelist")
        response = client.get(url)
        if response.status_code != 200:
            continue
        found[f"desk: {name}"] = [url]
        changelist = (response.context or {}).get("cl")
        if changelist is None:
            continue
        if getattr(changelist, "next_url", ""):
            # One that is half empty at a smaller size says nothing about full ones.
            page = client.get(url + changelist.next_url).context["cl"]
            if len(page.result_list) == len(changelist.result_list):
                found[f"desk: {name}, next page"] = [url + changelist.next_url]
        for spec in changelist.filter_specs:
            # By its number: keys of rows differ between databases.
            for number, choice in enumerate(list(spec.choices(changelist))[1:4], start=1):
                found[f"desk: {name}, {getattr(spec, 'title', '') or 'filter'} {number}"] = [
                    url + choice["query_string"]
                ]
        if model_admin.search_fields:
            for text in (BEGINNINGS.get(name, "s"), "xyzzy"):
                found[f"desk: {name}?q={text}"] = [f"{url}?q={text}"]
    return found


def plans(name: str, size: int, var_dir: Path) -> None:
    """Print how PostgreSQL answers each query of a page."""
    with _archives((size,), var_dir) as (archive,):
        for sql in _captured(archive, name):
            if not sql.lstrip("(").startswith(("SELECT", "WITH")):
                continue
            with archive.connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql.replace("%", "%%"), [])
                lines = [line for (line,) in cursor.fetchall()]
            print(f"\n{sql[:1500]}")
            print("\n".join(f"    {line}" for line in lines))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--var", type=Path, default=VAR_DIR, metavar="DIR")
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plans", metavar="NAME")
    options = parser.parse_args()
    sizes = tuple(sorted(int(size.replace("_", "")) for size in options.sizes.split(",")))
    var_dir = options.var.resolve()
    if options.plans:
        plans(options.plans, sizes[-1], var_dir)
        return 0
    print(f"{'p50, ms':<52}{''.join(f'{size:>12,}' for size in sizes)}  queries   ratio")
    result = measure(sizes, var_dir, only=options.only, runs=options.runs)
    missed = result["missed"]
    print(f"{len(result['pages']) - len(missed)} of {len(result['pages'])} within the aim")
    for name in missed:
        print(_row(name, result["pages"][name]))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
