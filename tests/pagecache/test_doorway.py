"""What stands in front of the application: who is answered from what was kept, and with what."""

from __future__ import annotations

import brotli
import pytest

from pagecache.doorway import Doorway
from pagecache.outage import link
from tests.factories import ArticleFactory, PublicationFactory, RedirectFactory, StaffFactory
from tests.pagecache.house import House, ask
from tests.pagecache.publication import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(monkeypatch):
    PublicationFactory()
    opened = House(monkeypatch)
    opened.hear()
    return opened


def test_the_same_page_is_rendered_once(house):
    first, second = house.read("/redaksi/"), house.read("/redaksi/")
    assert (first.how, second.how) == ("made", "hit")
    assert first.body == second.body == house.render("/redaksi/").body


def test_tracking_parameters_neither_split_nor_poison_a_page(house):
    house.read("/redaksi/?utm_source=wa&fbclid=x")
    found = house.read("/redaksi/?gclid=1")
    assert found.how == "hit"
    assert b"utm_source" not in found.body and b"fbclid" not in found.body


def test_head_is_answered_as_get_without_a_body(house):
    got, head = house.read("/redaksi/"), ask(house.doorway, "/redaksi/", method="HEAD")
    assert head.body == b""
    assert head.headers["content-length"] == str(len(got.body))
    assert head.headers["etag"] == got.headers["etag"]


def test_who_has_it_already_is_told_so(house):
    etag = house.read("/redaksi/").headers["etag"]
    again = house.read("/redaksi/", HTTP_IF_NONE_MATCH=f'"other", W/{etag}')
    assert again.status == "304 Not Modified" and again.body == b""
    assert again.headers["etag"] == etag
    assert "content-length" not in again.headers
    assert house.read("/redaksi/", HTTP_IF_NONE_MATCH='"other"').status == "200 OK"


def test_a_feed_reader_that_knows_only_a_time_is_told_that_it_has_it(house):
    ArticleFactory(is_public=True)
    feed = house.read("/rss.xml")
    since = feed.headers["last-modified"]
    again = house.read("/rss.xml", HTTP_IF_MODIFIED_SINCE=since)
    assert again.status == "304 Not Modified" and again.body == b""
    assert again.headers["etag"] == feed.headers["etag"]
    for other in ("Fri, 01 Jan 2100 00:00:00 GMT", "yesterday", ""):
        assert house.read("/rss.xml", HTTP_IF_MODIFIED_SINCE=other).status == "200 OK"
    # A tag is the better witness (RFC 9110, 13.1.3).
    both = {"HTTP_IF_NONE_MATCH": '"other"', "HTTP_IF_MODIFIED_SINCE": since}
    assert house.read("/rss.xml", **both).status == "200 OK"


def test_a_question_with_validators_does_not_keep_an_empty_page(house):
    etag = house.render("/redaksi/").headers["etag"]
    assert house.read("/redaksi/", HTTP_IF_NONE_MATCH=etag).status.startswith(("200", "304"))
    assert house.read("/redaksi/").body == house.render("/redaksi/").body


def test_each_browser_gets_the_encoding_that_it_reads(house):
    plain = house.read("/redaksi/")
    packed = house.read("/redaksi/", HTTP_ACCEPT_ENCODING="gzip, deflate, br")
    assert packed.headers["content-encoding"] == "br"
    assert brotli.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_hosts_that_are_not_ours_are_left_to_the_application(house, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    house.read("/redaksi/")
    refused = house.read("/redaksi/", HTTP_HOST="evil.example")
    assert refused.status.startswith("400") and refused.how == ""


def test_a_secure_page_is_another_one_and_a_plain_one_is_sent_there(house, settings):
    house.read("/redaksi/")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    house.doorway = Doorway(house.application, house.cache)
    assert house.read("/redaksi/").how == ""
    secure = house.read("/redaksi/", HTTP_X_FORWARDED_PROTO="https")
    assert secure.how == "made"
    assert house.read("/redaksi/", HTTP_X_FORWARDED_PROTO="https").how == "hit"


def test_what_is_not_there_is_not_kept(house):
    for _turn in range(2):
        assert house.read("/halaman/tidak-ada/").status.startswith("404")
    assert house.pages.memory.get("/halaman/tidak-ada/") is None


def test_the_address_of_another_system_still_leads_to_ours(house):
    RedirectFactory(path="/index.php?id=4", target="/terkini/")
    for _turn in range(2):
        moved = house.read("/index.php?id=4")
        assert moved.status.startswith("301") and moved.headers["location"] == "/terkini/"


def test_a_search_is_not_kept(house):
    assert house.read("/cari/?q=laut").how == "made"
    assert house.read("/cari/?q=laut").how == "made"


def test_what_sets_a_cookie_or_must_not_be_stored_is_not_kept(house):
    for told in (("Set-Cookie", "a=b"), ("Cache-Control", "private, no-store")):
        calls = []

        def application(environ, start_response, told=told, calls=calls):
            from pagecache import recording

            recording.keep()
            calls.append(environ)
            start_response("200 OK", [told])
            return [b"mine"]

        doorway = Doorway(application, house.cache)
        house.clock.hear([])
        for _turn in range(2):
            ask(doorway, f"/{told[0]}/")
        assert len(calls) == 2


def test_no_cookie_reaches_a_page(house):
    seen = {}

    def application(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [])
        return [b""]

    doorway = Doorway(application, house.cache)
    ask(
        doorway,
        "/a/?q=1",
        HTTP_COOKIE="sessionid=1",
        HTTP_AUTHORIZATION="Basic eA==",
        HTTP_ACCEPT_LANGUAGE="en",
        HTTP_RANGE="bytes=0-1",
    )
    assert seen["QUERY_STRING"] == "q=1"
    assert not {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_ACCEPT_LANGUAGE", "HTTP_RANGE"} & set(
        seen
    )


def test_forms_and_the_desk_get_their_cookies(house):
    seen = []

    def application(environ, start_response):
        seen.append(environ.get("HTTP_COOKIE"))
        start_response("200 OK", [])
        return [b""]

    doorway = Doorway(application, house.cache)
    for address in ("/admin/", "/akun/", "/komentar/1/saya/"):
        ask(doorway, address, HTTP_COOKIE="sessionid=1")
    ask(doorway, "/terkini/", method="POST", HTTP_COOKIE="sessionid=1")
    assert seen == ["sessionid=1"] * 4


def test_while_the_database_is_down_readers_read_on_and_nothing_is_kept(house, monkeypatch):
    true = house.read("/redaksi/").body
    house.clock.heard_at = float("-inf")
    monkeypatch.setattr(link, "is_down", True)
    kept = ask(house.doorway, "/redaksi/")
    assert (kept.body, kept.how) == (true, "kept")


def test_whoever_asks_gets_the_same_bytes(house, client, settings):
    """A page that read a cookie, an account or a header would differ for somebody who is signed in."""
    publication = found()
    house.hear()
    cookies = []
    for user in (StaffFactory(is_superuser=True), publication.comment.author):
        client.force_login(user)
        cookies.append(
            f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        )
    for address in publication.addresses:
        kept = house.read(address)
        for cookie in cookies:
            told = {
                "HTTP_COOKIE": cookie,
                "HTTP_ACCEPT_LANGUAGE": "en",
                "HTTP_USER_AGENT": "Somebody",
                "REMOTE_ADDR": "192.0.2.7",
            }
            assert house.read(address, **told).body == kept.body, address
            # Not only because the doorway takes it away.
            own = house.render(address, **told)
            assert (own.status, own.body) == (kept.status, kept.body), address
            assert "set-cookie" not in own.headers, address
