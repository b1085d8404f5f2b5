"""Two versions over one database: this one serves on while the next one's migrations are applied, and after."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.state import ProjectState
from django.test import Client

from articles.models import Article
from newsroom.health import _facts_of, _known
from newsroom.upgrades.linting import judge
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MIGRATIONS = 4


# Waits for locks as ever, only not for as long.
NEXT = """
import sys
from newsroom.upgrades import locks
locks.LOCK_SECONDS, locks.PAUSE = 0.1, 0
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""
NEXT_READINESS = """
import django
django.setup()
from django.test import Client
answer = Client().get("/readyz?only=database,migrations")
print(answer.status_code, answer.json()["parts"]["migrations"]["waiting"])
"""


def start(code: str, *words: str) -> subprocess.Popen[str]:
    """A process of the next version."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.upgrades.next_settings",
            "DATABASE_OF_THE_TEST": connection.settings_dict["NAME"],
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def next_version(*words: str) -> tuple[int, str]:
    """The exit code of a command of the next version, and what it complains of."""
    process = start(NEXT, *words)
    _said, complaint = process.communicate(timeout=120)
    return process.returncode, complaint


def next_readiness() -> tuple[int, int]:
    """What the next version answers to a balancer: the status, and how many of its migrations wait."""
    said, complaint = start(NEXT_READINESS).communicate(timeout=120)
    assert said, complaint
    status, waiting = said.split()
    return int(status), int(waiting)


@pytest.fixture(autouse=True)
def _taken_back(transactional_db: None) -> Iterator[None]:
    _known.is_migrated = False
    yield
    assert next_version("migrate", "next_version", "zero", "--verbosity", "0") == (0, "")


def readiness() -> tuple[int, int]:
    """The status that a balancer gets, and how many migrations wait."""
    answer = Client().get("/readyz?only=database,migrations")
    return answer.status_code, answer.json()["parts"]["migrations"]["waiting"]


class Traffic:
    """Readers and writers on threads of their own, as long as the block lasts."""

    def __init__(self, story: Article) -> None:
        self.story = story
        self.answers = {"reads": 0, "writes": 0}
        self.faults: list[str] = []
        self._is_over = threading.Event()

    def __enter__(self) -> Traffic:
        works = [self._read, self._read, self._write]
        self._threads = [threading.Thread(target=self._go_on, args=[work]) for work in works]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def more(self) -> None:
        """Return when each kind of work was done again, begun after now."""
        before = dict(self.answers)
        until = time.monotonic() + 60
        while any(self.answers[name] < count + 3 for name, count in before.items()):
            assert not self.faults and time.monotonic() < until, (self.faults, self.answers)

    def _go_on(self, work: Callable[[], None]) -> None:
        try:
            while not self._is_over.is_set():
                work()
        except Exception as error:
            self.faults.append(repr(error))
        finally:
            connections.close_all()

    def _read(self) -> None:
        for address in ("/", self.story.get_absolute_url()):
            status = Client().get(address).status_code
            if status != 200:
                self.faults.append(f"{address}: {status}")
        self.answers["reads"] += 1

    def _write(self) -> None:
        story = Article.objects.get(pk=self.story.pk)
        story.save()
        ArticleFactory()
        self.answers["writes"] += 1


def test_the_sample_is_one_that_may_land():
    app = "tests.upgrades.next_version.migrations"
    names = [one.stem for one in sorted((HERE / "next_version" / "migrations").glob("0*.py"))]
    plan = [import_module(f"{app}.{name}").Migration(name, "next_version") for name in names]
    assert len(plan) == MIGRATIONS
    assert list(judge(plan, ProjectState())) == []


def test_readers_and_writers_go_on_while_the_next_version_comes_and_after():
    """Somebody's report holds the table for a while, too: everybody but the migration goes first."""
    with Traffic(ArticleFactory(is_public=True)) as traffic:
        traffic.more()
        with psycopg.connect(**_facts_of(connection)()) as report:
            report.execute("SELECT count(*) FROM articles_article")
            migrating = start(NEXT, "migrate", "next_version", "--verbosity", "0")
            assert migrating.stderr
            waits = [migrating.stderr.readline() for _turn in range(2)]
            # Also while the migration waits for its next turn.
            traffic.more()
        _said, complaint = migrating.communicate(timeout=120)
        assert (migrating.returncode, all(waits)) == (0, True), complaint
        traffic.more()
    assert traffic.faults == []
    # This version does not know them, and has no objection.
    assert readiness() == (200, 0)


def test_the_next_version_takes_no_traffic_before_its_migrations_are_applied():
    assert next_readiness() == (503, MIGRATIONS)
    code, complaint = next_version("ready")
    assert (code, f"{MIGRATIONS} migra" in complaint) == (1, True)
    assert readiness() == (200, 0)
    assert next_version("migrate", "--verbosity", "0") == (0, "")
    assert next_readiness() == (200, 0)
    assert next_version("ready") == (0, "")
    assert readiness() == (200, 0)
    call_command("ready")
