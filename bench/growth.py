"""Does the newsroom stay as fast with 1,000,000 stories as with 10,000? Every public page, every list of the desk.

    .venv/bin/python bench/growth.py                          10,000, 100,000 and 1,000,000 stories
    .venv/bin/python bench/growth.py --sizes 10000,100000     two of them
    .venv/bin/python bench/growth.py --only search            pages whose name has that in it
    .venv/bin/python bench/growth.py --plans "archive: year"  how PostgreSQL answers a page at the largest size

The corpus (`manage.py load_corpus`) is the same at every size but for its length. The databases lie on an embedded
PostgreSQL of their own in the folder given by `--var` and stay there: the first run takes the time of loading them
(the million: a quarter of an hour, 16 GB), the next ones a few minutes. Pages are rendered whole, in this process, by
Django's test client, without the page cache, on a clock that stands on the morning after the newest story. Each
repetition asks for another story, person, day or deep page, and every size in turn, so that a busy moment of the
machine meets all. What counts is the ratio of the largest to the smallest; milliseconds depend on the machine.
"""

from __future__ import annotations

import argparse
import datetime
import json
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

SIZES = (10_000, 100_000, 1_000_000)
VAR_DIR = ROOT / "var" / "growth"
RUNS = 15
# A page that takes longer than this altogether is asked less often, but never less than so often.
BUDGET = 6.0
FEWEST_RUNS = 5
AIM, AIM_OF_SEARCH = 1.5, 3.0
# What takes less than this is the noise of two runs of the same.
FASTEST = 0.003


@dataclass
class Archive:
    """One database: how many stories, its connection, the addresses to ask for by page."""

    size: int
    connection: Any
    pages: dict[str, list[str]] = field(default_factory=dict)
    client: Any = None


def measure(
    sizes: tuple[int, ...] = SIZES, var_dir: Path = VAR_DIR, *, only: str = "", runs: int = RUNS
) -> dict[str, Any]:
    """Load what is missing and measure every page at every size.

    Args:
        sizes: numbers of stories, ascending.
        var_dir: where the databases stay.
        only: measure pages whose name has this in it.

    Returns {"sizes": […], "pages": {name: {"p50": [ms at each size], "ratio": largest ÷ smallest, "queries": [at
    each size], "aim": the highest ratio aimed at}}, "missed": [names]}.
    """
    with _archives(sizes, var_dir) as archives:
        everywhere = set.intersection(*(set(archive.pages) for archive in archives))
        names = [name for name in archives[0].pages if only in name and name in everywhere]
        for name in sorted(archives[-1].pages.keys() - everywhere):
            print(f"{name}: not at every size, and not measured")
        pages = {}
        for name in names:
            queries = [_queries(archive, name) for archive in archives]
            taken = _taken(archives, name, runs)
            p50 = [statistics.median(times) for times in taken]
            pages[name] = {
                "p50": [round(value * 1000, 2) for value in p50],
                "ratio": round(max(p50[-1], FASTEST) / max(p50[0], FASTEST), 2),
                "queries": queries,
                "aim": AIM_OF_SEARCH if name.startswith("search") else AIM,
            }
            print(_row(name, pages[name]), flush=True)
    missed = [name for name, page in pages.items() if page["ratio"] > page["aim"]]
    return {"sizes": list(sizes), "pages": pages, "missed": missed}


def _row(name: str, page: dict[str, Any]) -> str:
    cells = "".join(f"{value:>12.2f}" for value in page["p50"])
    mark = " *" if page["ratio"] > page["aim"] else ""
    return f"{name:<52}{cells}{page['queries'][-1]:>9}{page['ratio']:>8.2f}{mark}"


def _taken(archives: list[Archive], name: str, runs: int) -> list[list[float]]:
    taken: list[list[float]] = [[] for _archive in archives]
    for run in range(-2, runs):
        if run >= FEWEST_RUNS and sum(map(sum, taken)) > BUDGET * len(archives):
            break
        for archive, times in zip(archives, taken, strict=True):
            seconds = _ask(archive, archive.pages[name][run % len(archive.pages[name])])
            # The first two warm up: templates are compiled, statements planned.
            if run >= 0:
                times.append(seconds)
    return taken


def _ask(archive: Archive, path: str) -> float:
    from django.db import connections

    connections["default"] = archive.connection
    started = time.perf_counter()
    response = archive.client.get(path)
    if response.streaming:
        b"".join(response.streaming_content)
    seconds = time.perf_counter() - started
    assert response.status_code == 200, f"{path} answers {response.status_code}"
    return seconds


def _queries(archive: Archive, name: str) -> int:
    return len(_captured(archive, name))


def _captured(archive: Archive, name: str) -> list[str]:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(archive.connection) as captured:
        _ask(archive, archive.pages[name][0])
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
    archives = [Archive(size, _database(size)) for size in sizes]
    connections["default"] = archives[-1].connection
    with time_machine.travel(_morning(), tick=True):
        for archive in archives:
            connections["default"] = archive.connection
            archive.client = Client()
            archive.client.force_login(_administrator())
            archive.pages = {**_public(random.Random(archive.size)), **_desk(archive.client)}
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


def _public(chance: random.Random) -> dict[str, list[str]]:
    """The public addresses by page, RUNS of each where there is a choice."""
    from articles.keyset import Position
    from articles.models import Article, Author, Organisation, Person, Section, Tag
    from comments.models import Discussion
    from newsroom.corpus import words

    newest, oldest = (
        Article.objects.published().order_by(order).only("pk")[0].pk
        for order in ("-publish_at", "publish_at")
    )
    stories: list[Any] = []
    while len(stories) < RUNS:
        stories += Article.objects.published().filter(
            pk=chance.randint(oldest, newest), is_identity_protected=False
        )
    addresses = [story.get_absolute_url() for story in stories]
    days = [story.published_on for story in stories]
    cursors = [str(Position(story.publish_at, story.pk)) for story in stories]

    def one_of(rows: Any) -> list[Any]:
        keys = list(rows.values_list("pk", flat=True)[:100_000])
        return list(rows.filter(pk__in=chance.sample(keys, min(RUNS, len(keys)))))

    people = one_of(Person.objects.public())
    sections = list(Section.objects.all())
    authors = one_of(Author.objects.filter(bylines__isnull=False).distinct())
    organisations = one_of(Organisation.objects.public())
    tags = one_of(Tag.objects.all())
    talked = [
        Article.objects.get(pk=pk)
        for pk in Discussion.objects.order_by("-shown_count").values_list("pk", flat=True)[:RUNS]
    ]
    of = [row.get_absolute_url() for row in sections]
    deep = [f"{of[n % len(of)]}?sebelum={cursor}" for n, cursor in enumerate(cursors)]
    of_people = [row.get_absolute_url() for row in people]
    names = [person.name for person in people]
    common, frequent, rare = words.COMMON_WORD, words.FREQUENT_WORD, words.RARE_WORD
    years = sorted({day.year for day in days})
    return {
        "front": ["/"],
        "story": addresses,
        "story: ninjs": [f"{address}ninjs.json" for address in addresses],
        "story: discussion": [f"{story.get_absolute_url()}komentar/" for story in talked],
        "section: first page": of,
        "section: deep page": deep,
        "tag": [row.get_absolute_url() for row in tags],
        "author": [row.get_absolute_url() for row in authors],
        "person": of_people,
        "person: Popolo": [f"{address}popolo.json" for address in of_people],
        "person: who stands in most stories": [_busiest().get_absolute_url()],
        "people": ["/tokoh/"],
        "people: by letter": [f"/tokoh/?huruf={letter}" for letter in "ABDFHIJKLMNRSTUWYZ"],
        "organisation": [row.get_absolute_url() for row in organisations],
        "organisation: Popolo": [f"{row.get_absolute_url()}popolo.json" for row in organisations],
        "latest: first page": ["/terkini/"],
        "latest: deep page": [f"/terkini/?sebelum={cursor}" for cursor in cursors],
        "popular": ["/terpopuler/"],
        "archive: year": [f"/arsip/{year}/" for year in years],
        "archive: month": [f"/arsip/{day:%Y/%m}/" for day in days],
        "archive: day": [f"/arsip/{day:%Y/%m/%d}/" for day in days],
        "corrections": ["/ralat/"],
        "feed: RSS": ["/rss.xml"],
        "feed: Atom of a section": [f"{address}atom.xml" for address in of],
        "feed: JSON": ["/feed.json"],
        "sitemap: index": ["/sitemap.xml"],
        "sitemap: a month": [f"/sitemap-{day:%Y-%m}.xml" for day in days],
        "sitemap: pages": ["/sitemap-pages.xml"],
        "sitemap: news": ["/sitemap-news.xml"],
        "search: empty": ["/cari/"],
        "search: rare word": [f"/cari/?q={rare}"],
        "search: common word": [f"/cari/?q={common}"],
        "search: common word, page 2": [f"/cari/?q={common}", f"/cari/?q={common}"],
        "search: frequent word": [f"/cari/?q={frequent}"],
        "search: two words": [f"/cari/?q={common}+{frequent}"],
        "search: rare and common word": [f"/cari/?q={rare}+{common}"],
        "search: newest first": [f"/cari/?q={common}&urut=terbaru"],
        "search: newest first, rare word": [f"/cari/?q={rare}&urut=terbaru"],
        "search: newest first, deep": [
            f"/cari/?q={common}&urut=terbaru&sebelum={cursor}" for cursor in cursors
        ],
        "search: of a year": [f"/cari/?q={common}&tahun={years[-1]}"],
        "search: of a section": [f"/cari/?q={frequent}&rubrik={row.slug}" for row in sections],
        "search: a name": [f"/cari/?q={name.replace(' ', '+')}" for name in names],
        "search: a given name": ["/cari/?q=andi", "/cari/?q=fatimah"],
        "search: one letter": ["/cari/?q=a", "/cari/?q=s"],
        "search: two letters": ["/cari/?q=an", "/cari/?q=fa"],
        "search: a phrase": ["/cari/?q=%22kepala+kabupaten%22"],
        "search: without a word": [f"/cari/?q={frequent}+-{common}"],
        "search: nothing found": ["/cari/?q=xyzzyx"],
        "search: a misspelt word": [f"/cari/?q={common[:2]}{common[3:]}"],
        "search: with a person": [f"/cari/?q={common}&orang={row.slug}" for row in people],
        "search: with who stands in most stories": [f"/cari/?q={common}&orang={_busiest().slug}"],
        "search: from a place": [
            f"/cari/?q={frequent}&tempat={story.place.name}" for story in stories if story.place
        ][:RUNS],
        "search: while typing": [
            f"/cari/saran.json?q={text}" for text in (common[:3], frequent[:4], "andi", "ke", "ka")
        ],
    }


def _busiest() -> Any:
    from django.db.models import Count

    from articles.models import Appearance, Person

    rows = Appearance.objects.filter(person__is_public=True).order_by().values("person")
    return Person.objects.get(pk=rows.annotate(n=Count("pk")).order_by("-n")[0]["person"])


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
            # A beginning that fills a page at every size, where half a page is no measure of a whole one.
            for text in ("andi" if name == "articles.article" else "s", "xyzzy"):
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
