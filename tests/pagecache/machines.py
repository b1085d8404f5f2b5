"""Two web machines over one database with a replica: processes and servers of their own."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from .servers import Server, server, standby, wait_for
from .site import Answer, Site, copy_test_database
from .test_outage import WITHDRAW, form

CONTENT = """
import json
from tests.factories import *
PublicationFactory()
section = SectionFactory(name="Perikanan")
stories = [ArticleFactory(is_public=True, section=section) for _number in range(12)]
StaffFactory(email="admin@example.org", password="rahasia sekali", is_superuser=True)
print(json.dumps([[[story.pk, story.get_absolute_url()] for story in stories],
    [section.pk, section.get_absolute_url()], [StaffFactory().pk, StaffFactory().pk],
    ArticleFactory(section=section).pk]))
"""
PUBLISH = """
UPDATE articles_article SET (status, publish_at, published_on, slug) =
    (SELECT 'published', publish_at, published_on, 'berita-baru' FROM articles_article WHERE id = %s)
WHERE id = %s
"""
# So often something is asked for that must never be seen again.
OFTEN = 10
words = count(1)


@dataclass
class Town:
    primary: Server
    replica: Server
    nodes: list[Site]
    stories: list[tuple[int, str]]
    section: tuple[int, str]
    two: list[int]
    draft: int

    def next_story(self) -> tuple[int, str]:
        return self.stories.pop()

    def withdraw(self, key: int) -> None:
        with self.primary.connect() as line:
            line.execute(WITHDRAW, [*self.two, key])

    def publish(self) -> None:
        """Put a story out whose address ends with "berita-baru", on the day of the others."""
        with self.primary.connect() as line:
            line.execute(PUBLISH, [self.stories[0][0], self.draft])

    def notices(self) -> int:
        return self.nodes[0].rows("SELECT count(*)::int FROM pagecache_notice")[0][0]

    def correct(self, key: int, title: str) -> None:
        with self.primary.connect() as line:
            line.execute("UPDATE articles_article SET headline = %s WHERE id = %s", [title, key])


@contextlib.contextmanager
def town(blocker: Any) -> Iterator[Town]:
    """Both machines, with one process each, so that each tells by itself what it did.

    Args:
        blocker: of pytest-django, since the tables are those of the tests' own database.
    """
    with server() as primary:
        with blocker.unblock():
            copy_test_database(primary)
        with standby(primary) as replica:
            folder = primary.postgres.home.parent
            nodes = [
                Site(
                    *(primary, folder / name),
                    workers=1,
                    DATABASE_REPLICA_URL=replica.address,
                    SECOND_FACTOR_ROLES="none",
                )
                for name in ("one", "other")
            ]
            try:
                for node in nodes:
                    node.var_dir.mkdir()
                    node.begin()
                stories, section, two, draft = json.loads(nodes[0].run(CONTENT))
                for node in nodes:
                    wait_for(node.answers, 120)
                yield Town(primary, replica, nodes, stories, section, two, draft)
            finally:
                for node in nodes:
                    node.kill()
                # Quicker than to have it end in order, with somebody who follows it.
                primary.kill()


def follows(town: Town, nodes: list[Site] | None = None) -> None:
    for node in nodes or town.nodes:
        wait_for(lambda node=node: read_in(node) == {"replica"})


def search() -> str:
    """An address that was never asked for, and is kept by nobody."""
    return f"/cari/?q=kata{next(words)}"


def counted(node: Site) -> dict[str, int]:
    found = re.findall(
        r'^newsroom_pages_read_total\{database="(\w+)"\} (\d+)', node.ask("/metrics").text, re.M
    )
    return {name: int(number) for name, number in found}


def asked(node: Site, path: str = "", **headers: str) -> tuple[Answer, set[str]]:
    """The answer to a search or another address, and by which databases it was read, as the machine counts."""
    before = counted(node)
    answer = node.ask(path or search(), **headers)
    after = counted(node)
    return answer, {name for name in after if after[name] > before[name]}


def read_in(node: Site) -> set[str]:
    answer, databases = asked(node)
    assert answer.status == 200
    return databases


def of_replica(node: Site) -> dict[str, object]:
    answer = node.ask("/readyz?only=database,replica")
    assert answer.status == 200, answer.text
    return json.loads(answer.text)["parts"]["replica"]


@contextlib.contextmanager
def late(replica: Server) -> Iterator[None]:
    """It takes in what it is sent inside of the block, and shows nothing of it."""
    with replica.connect() as line:
        line.execute("SELECT pg_wal_replay_pause()")
        state = "SELECT pg_get_wal_replay_pause_state()"
        wait_for(lambda: line.execute(state).fetchone() == ("paused",))
        try:
            yield
        finally:
            line.execute("SELECT pg_wal_replay_resume()")


def assert_never(node: Site, path: str, *, seen: str) -> None:
    for _time in range(OFTEN):
        assert seen not in node.ask(path).text, path


def signed_in(node: Site) -> str:
    """A session's cookie."""
    sent = form(username="admin@example.org", password="rahasia sekali", next="/admin/")
    answer = node.ask("/admin/login/", **sent)
    assert answer.status == 302, answer.text
    return re.search(r"sessionid=\w+", answer.headers["set-cookie"])[0]


def post(node: Site, path: str, cookie: str, **values: str) -> Answer:
    sent = form(**values)
    return node.ask(path, **sent | {"cookie": f"{cookie}; {sent['cookie']}"})
