"""A site of two workers whose database is stopped, killed and frozen: readers read on, the rest says so politely.

The tests go through one site one after the other, each from a database that is up to one that is up again.
"""

from __future__ import annotations

import concurrent.futures
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from ads import tokens
from tests.ads.beacons import BROWSER, arrival

from .servers import Server, server, wait_for
from .site import OFTEN, Site, copy_test_database, site

CONTENT = """
import json
from tests.factories import *
from tests.ads.factories import FlightFactory
PublicationFactory()
section = SectionFactory(name="Rubrik")
stories = [ArticleFactory(is_public=True, section=section) for _number in range(6)]
creative = FlightFactory().creatives.get()
print(json.dumps([[[story.pk, story.get_absolute_url()] for story in stories], section.get_absolute_url(),
    [creative.pk, creative.link], [StaffFactory().pk, StaffFactory().pk]]))
"""
WITHDRAW = """
UPDATE articles_article SET status = 'withdrawn', withdrawal_ground = 'child_protection',
    withdrawal_notice = 'It could have harmed a child.', withdrawal_requested_at = now(), withdrawn_at = now(),
    withdrawal_requested_by_id = %s, withdrawn_by_id = %s
WHERE id = %s
"""
# The tables of the tests' own database are what the site's is made from.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def postgres(django_db_setup, django_db_blocker) -> Iterator[Server]:
    with server() as one:
        with django_db_blocker.unblock():
            copy_test_database(one)
        yield one


@pytest.fixture(scope="module")
def shop(postgres: Server) -> Iterator[Site]:
    with site(postgres) as one:
        stories, section, creative, one.two = json.loads(one.run(CONTENT))
        one.stories = [address for _key, address in stories]
        one.keys = [key for key, _address in stories]
        one.section, (one.creative, one.link) = section, creative
        one.seen = ["/", section, "/rss.xml", *one.stories[:3]]
        one.start()
        yield one


@pytest.fixture
def there(shop: Site) -> Iterator[Site]:
    """The site, its database up, and `seen` shown by one of its workers; the same afterwards."""
    for path in shop.seen:
        assert shop.ask(path).status == 200, path
    yield shop
    with_database(shop)


def with_database(shop: Site) -> None:
    shop.postgres.start()
    wait_for(lambda: {shop.ask("/readyz").status for _ in range(OFTEN)} == {200})


def without_database(shop: Site) -> None:
    wait_for(lambda: {shop.ask("/readyz").status for _ in range(OFTEN)} == {503})


def assert_reads_on(shop: Site) -> None:
    for path in shop.seen:
        assert shop.ask_all(path) == {(200, "kept")}, path
    assert shop.ask("/healthz").status == 200


def is_polite(answer) -> bool:
    names = {name.lower() for name in answer.headers}
    told = answer.text.lower()
    return (
        answer.status == 503
        and {"retry-after", "cache-control"} <= names
        and not any(word in told for word in ("postgres", "traceback", "operational", "socket"))
    )


def form(**values: str) -> dict[str, str]:
    token = "a" * 32
    return {
        "body": urlencode({"csrfmiddlewaretoken": token, **values}),
        "content_type": "application/x-www-form-urlencoded",
        "cookie": f"csrftoken={token}",
    }


def test_stopped_what_was_seen_is_shown_and_all_else_is_polite(there):
    there.postgres.stop()
    without_database(there)
    assert_reads_on(there)
    unseen = there.ask(there.stories[5], accept="text/html")
    assert is_polite(unseen)
    assert unseen.headers["content-type"].startswith("text/html")
    assert unseen.headers["content-language"] == "id"
    assert '<html lang="id">' in unseen.text
    # Where a person would try again.
    assert f'href="{there.stories[5]}"' in unseen.text
    for path in ("/cari/?q=kapal+cepat", "/admin/articles/article/", "/2001/01/01/x/"):
        assert is_polite(there.ask(path, cookie="sessionid=abcdefghij")), path
    comment = f"/komentar/{there.keys[0]}/tulis/"
    assert is_polite(there.ask(comment, **form(body="Setuju.")))
    assert is_polite(there.ask("/akun/masuk/", **form(login="a@example.org")))
    assert is_polite(there.ask("/admin/login/", **form(username="a@example.org", password="x")))
    piece = there.ask(f"/komentar/{there.keys[0]}/formulir/", x_fragment="1")
    assert is_polite(piece) and piece.text.startswith("<p ") and "<html" not in piece.text
    told = there.ask("/admin/x/", cookie="sessionid=abcdefghij", accept="application/json")
    assert is_polite(told) and list(json.loads(told.text)) == ["error"]
    feed = there.ask("/tag/apa/rss.xml")
    assert feed.status in (404, 503)
    assert there.ask("/static/site/site.css").status == 200


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_when_it_is_back_pages_are_confirmed_without_being_rendered_anew(there, how):
    getattr(there.postgres, how)()
    without_database(there)
    assert_reads_on(there)
    with_database(there)
    for path in there.seen:
        assert {how for _status, how in there.ask_all(path)} <= {"hit", "disk"}, path
    assert there.ask(there.stories[4]).status == 200


def test_frozen_whoever_waits_is_set_free_and_readers_go_on(there):
    there.ask("/", cookie="sessionid=abcdefghij")
    with there.postgres.frozen(), concurrent.futures.ThreadPoolExecutor(20) as pool:
        # Both workers have somebody who waits in the database.
        waiting = [pool.submit(there.ask, f"/cari/?q=beku+{n}", seconds=60) for n in range(16)]
        seen = [pool.submit(there.ask, path) for path in there.seen * 4]
        assert {one.result().status for one in seen} == {200}
        assert {is_polite(one.result()) for one in waiting} == {True}
        without_database(there)
        assert_reads_on(there)
    wait_for(lambda: {there.ask("/readyz").status for _ in range(OFTEN)} == {200})


def test_what_was_withdrawn_stays_so_also_in_a_process_that_begins_in_the_outage(there):
    gone, kept = there.stories[2], there.stories[1]
    with there.postgres.connect() as line:
        line.execute(WITHDRAW, [*there.two, there.keys[2]])
    wait_for(lambda: 200 not in {there.ask(gone).status for _ in range(OFTEN)})
    # Whatever showed it beside something else is rendered anew, and seen again.
    for path in ("/", there.section, "/rss.xml", kept):
        there.ask_all(path)
    there.postgres.stop()
    without_database(there)
    assert 200 not in {status for status, _how in there.ask_all(gone)}
    there.kill()
    there.start()
    assert 200 not in {status for status, _how in there.ask_all(gone)}
    assert there.ask_all(kept) == {(200, "kept")}
    assert there.ask_all("/") == {(200, "kept")}
    assert gone not in there.ask("/").text
    there.seen = [path for path in there.seen if path != gone]


def test_what_was_told_in_the_outage_arrives_once(there):
    ((top,),) = there.rows("SELECT id FROM ads_placement WHERE key = 'article-top-1'")
    page = tokens.Page("article", 7, there.keys[0])
    sent = {"user_agent": BROWSER, "content_type": "text/plain"}
    # What is sold is known to whoever was asked for it, so also where it leads.
    for _often in range(OFTEN):
        assert there.ask("/s/article-7").status == 200
    there.rows("DELETE FROM ads_event RETURNING 1")
    there.postgres.stop()
    without_database(there)
    # The last of them by workers that begin then.
    told = []
    for turn in range(3):
        views = [json.dumps(arrival((top, there.creative), page=page)) for _ in range(5)]
        for view in views:
            answer = there.ask("/s/tiba", view, **sent)
            assert answer.status == 200
            (token,) = json.loads(answer.text)["shown"]
            seen = json.dumps({"told": [[token, "m"], [token, "v"]]})
            assert there.ask("/s/lihat", seen, **sent).status == 204
            click = there.ask(f"/s/ke/{there.creative}?t={token}", user_agent=BROWSER)
            assert (click.status, click.headers["location"]) == (302, there.link)
        told += views
        if turn == 1:
            there.kill()
            there.start()
    with_database(there)
    counted = "SELECT kind, count(*)::int FROM ads_event GROUP BY kind ORDER BY kind"
    expected = [(kind, len(told)) for kind in "cmpsv"]
    wait_for(lambda: there.rows(counted) == expected)
    # Told again by browsers that saw no answer.
    for view in told:
        assert there.ask("/s/tiba?lagi", view, **sent).status == 200
    assert there.rows(counted) == expected
    assert there.rows("SELECT reason, sum(count)::int FROM ads_discard GROUP BY reason") == []
