"""Two web machines over one database, and a replica that is late, lost, frozen, and comes back.

The tests go through the same machines one after the other, each from a replica that follows to one that does again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from newsroom import database
from pagecache.outage import Link
from pagecache.replica.base import DatabaseWrapper

from . import machines
from .machines import (
    OFTEN,
    Town,
    asked,
    assert_never,
    follows,
    late,
    of_replica,
    post,
    read_in,
    search,
    signed_in,
)
from .servers import wait_for
from .site import Site
from .test_outage import form

# How long a page may wait for a server that says nothing any more.
MOST_SECONDS = 3.0
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker) -> Iterator[Town]:
    with machines.town(django_db_blocker) as one:
        yield one


@pytest.fixture
def there(town: Town) -> Town:
    """Both machines read from the replica."""
    follows(town)
    return town


def test_pages_are_read_from_the_replica(there):
    node = there.nodes[0]
    _key, story = there.next_story()
    asked_there = (
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND query_start > %s"
        " AND query LIKE 'SELECT \"%%' AND pid <> pg_backend_pid()"
    )
    with there.replica.connect() as line:
        began = line.execute("SELECT clock_timestamp()").fetchone()
        assert asked(node, story)[1] == {"replica"}
        assert line.execute(asked_there, began).fetchone() > (0,)


def test_who_may_have_written_reads_the_primary(there):
    node = there.nodes[0]
    assert asked(node, search(), cookie="x=1; sessionid=abcdefghij")[1] == set()
    assert asked(node, "/admin/login/")[1] == set()
    assert asked(node, there.next_story()[1], cookie="sessionid=abcdefghij")[1] == set()


def test_what_was_published_is_there_at_once_for_who_did_it_and_soon_for_all(there):
    new = f"{there.stories[0][1].rstrip('/').rpartition('/')[0]}/berita-baru/"
    assert {node.ask(new).status for node in there.nodes} == {404}
    with late(there.replica):
        there.publish()
        # They have a session; the machine may not have heard of it yet.
        mine = [node.ask(new, cookie="sessionid=abcdefghij").status for node in there.nodes]
        assert mine == [200, 200]
        for node in there.nodes:
            wait_for(lambda node=node: node.ask(new).status == 200, 5)
            wait_for(lambda node=node: new in node.ask(there.section[1]).text, 5)
            assert {node.ask(new).status for _time in range(OFTEN)} == {200}


def test_a_late_replica_shows_nobody_what_was_corrected_or_withdrawn(there):
    (key, corrected), (gone_key, gone) = there.next_story(), there.next_story()
    pages = ["/", there.section[1], "/rss.xml"]
    for node in there.nodes:
        for path in (corrected, gone, *pages):
            assert node.ask(path).status == 200
        assert gone in node.ask(there.section[1]).text
    with late(there.replica):
        before = there.notices()
        there.correct(key, "Judul yang benar")
        there.withdraw(gone_key)
        missing = there.notices() - before
        assert missing > 1
        for node in there.nodes:
            wait_for(lambda node=node: "Judul yang benar" in node.ask(corrected).text, 5)
            wait_for(lambda node=node: node.ask(gone).status == 410, 5)
            assert {node.ask(gone).status for _time in range(OFTEN)} == {410}
            assert {"Judul yang benar" in node.ask(corrected).text for _ in range(OFTEN)} == {True}
            for path in pages:
                assert_never(node, path, seen=gone)
            assert read_in(node) == {"primary"}
            told = of_replica(node)
            assert (told["ok"], told["lost"], told["behind"]["notices"]) == (True, False, missing)
            assert told["behind"]["seconds"] > 0 and told["behind"]["bytes"] > 0
    follows(there)
    for node in there.nodes:
        assert {node.ask(gone).status for _time in range(OFTEN)} == {410}
        assert "Judul yang benar" in node.ask(corrected).text
        behind = of_replica(node)["behind"]
        assert (behind["notices"], behind["seconds"]) == (0, 0)


def test_what_has_arrived_is_known_by_the_notice_itself(there, monkeypatch):
    link = Link("replica")
    monkeypatch.setattr(DatabaseWrapper, "link", link)
    ask = [
        DatabaseWrapper(connection.settings_dict | database.parse_address(one.address)).has_reached
        for one in (there.replica, there.primary)
    ]
    with there.primary.connect() as line:
        last = "SELECT max(position) FROM pagecache_notice"
        (arrived,) = line.execute(last).fetchone()
        with late(there.replica):
            there.primary.tell("something")
            (new,) = line.execute(last).fetchone()
            # In the order of commits, but no number that nobody has noticed anything under.
            assert [ask[0](at) for at in (arrived, new, arrived + 1, arrived - 1, 0)] == [
                *(True, False, False, True, True)
            ]
        wait_for(lambda: ask[0](new))
    # Connections that were cut meanwhile are no reason for a page to be rendered twice.
    link.judge(is_down=True)
    link.judge(is_down=False)
    assert ask[0](new)
    # One that follows nobody is no replica, whatever it has.
    assert not ask[1](arrived)


def test_killed_while_it_is_read_no_reader_sees_it(there):
    statuses: list[int] = []
    is_over = threading.Event()

    def read_on(node: Site) -> None:
        while not is_over.is_set():
            statuses.append(node.ask(search()).status)

    with ThreadPoolExecutor(4) as pool:
        reading = [pool.submit(read_on, node) for node in there.nodes * 2]
        wait_for(lambda: len(statuses) > 20)
        there.replica.kill()
        some = len(statuses)
        wait_for(lambda: len(statuses) > some + 20)
        is_over.set()
        for one in reading:
            one.result()
    assert set(statuses) == {200}
    for node in there.nodes:
        assert read_in(node) == {"primary"}
        told = of_replica(node)
        assert (told["ok"], told["lost"]) == (True, True) and told["why"]
        assert "newsroom_replica_up 0.0" in node.ask("/metrics").text
    there.replica.start()
    # No process is restarted.
    follows(there)
    assert "newsroom_replica_up 1.0" in there.nodes[0].ask("/metrics").text


def test_frozen_it_holds_no_page_for_long(there):
    def timed(node: Site) -> tuple[int, bool]:
        began = time.monotonic()
        status = node.ask(search()).status
        return status, time.monotonic() - began < MOST_SECONDS

    with there.replica.frozen(), ThreadPoolExecutor(6) as pool:
        assert set(pool.map(timed, there.nodes * 3)) == {(200, True)}
        assert of_replica(there.nodes[0])["lost"]
        assert {timed(node) for node in there.nodes} == {(200, True)}
    follows(there)


def test_while_the_primary_is_away_pages_that_nobody_has_kept_are_read_from_the_replica(there):
    node = there.nodes[0]
    gone_key, gone = there.next_story()
    there.withdraw(gone_key)
    wait_for(lambda: node.ask(gone).status == 410)
    follows(there)
    there.primary.stop()
    wait_for(lambda: node.ask("/readyz").status == 503)
    answer = node.ask(there.next_story()[1])
    assert (answer.status, answer.headers["x-page"]) == (200, "made")
    assert node.ask(search()).status == 200
    assert node.ask(gone).status == 410
    # What has to be written, or is of one person, waits.
    assert node.ask("/admin/login/", **form(username="a@example.org", password="x")).status == 503
    there.primary.start()
    for node in there.nodes:
        wait_for(lambda node=node: node.ask("/readyz").status == 200)


def test_what_is_changed_through_one_machine_the_other_shows(there):
    one, other = there.nodes
    key, section = there.section
    assert "Perikanan" in other.ask(section).text
    cookie = signed_in(one)
    # Who is signed in on one is so on the other.
    assert other.ask("/admin/", cookie=cookie).status == 200
    sent = {"name": "Kelautan", "slug": section.strip("/").split("/")[-1], "colour": "#23395b"}
    saved = post(one, f"/admin/articles/section/{key}/change/", cookie, position="0", **sent)
    assert saved.status == 302, saved.text
    for node in (other, one):
        wait_for(lambda node=node: "Kelautan" in node.ask(section).text, 5)
        assert_never(node, section, seen="Perikanan")
    assert post(other, "/admin/logout/", cookie).status in (200, 302)
    assert one.ask("/admin/", cookie=cookie).status == 302


def test_a_limit_counts_what_is_asked_on_both(there):
    sent = [
        there.nodes[number % 2].ask("/akun/masuk/", **form(login="pembaca@example.org")).status
        for number in range(6)
    ]
    assert sent == [302] * 5 + [200]


def test_one_machine_ends_and_the_other_goes_on(there):
    one, other = there.nodes
    (_key, kept), (gone_key, gone) = there.next_story(), there.next_story()
    for node in there.nodes:
        assert {node.ask(path).status for path in (kept, gone)} == {200}
    one.kill()
    there.withdraw(gone_key)
    wait_for(lambda: other.ask(gone).status == 410, 5)
    assert other.ask(kept).status == 200


def test_a_replica_that_was_promoted_is_read_no_more(town):
    """The last, since it does not come back. Two servers take what is written now; one of them is ours."""
    node = town.nodes[1]
    follows(town, [node])
    key, story = town.next_story()
    with town.replica.connect() as line:
        assert line.execute("SELECT pg_promote()").fetchone() == (True,)
        line.execute("UPDATE articles_article SET headline = 'Berita lain' WHERE id = %s", [key])
    # At once, before anybody has found out.
    assert "Berita lain" not in node.ask(story).text
    wait_for(lambda: read_in(node) == {"primary"})
    told = of_replica(node)
    assert (told["ok"], told["lost"], told["why"]) == (True, True, "it follows no other server")
