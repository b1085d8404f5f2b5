"""A database error that escapes: said politely when the database is away, a fault of ours when it is there."""

from __future__ import annotations

import errno
import json

import pytest
from django.db import InterfaceError, InternalError, OperationalError
from psycopg.errors import DeadlockDetected, DiskFull, OutOfMemory, ReadOnlySqlTransaction

from articles.views.away import away
from articles.views.frame import Frame
from pagecache import recording
from pagecache.backend.base import DatabaseWrapper
from pagecache.outage import Link
from tests.factories import PublicationFactory


def failed(kind: type[Exception], cause: type[Exception]) -> Exception:
    """An error of Django's with what the driver said beneath it."""
    error = kind(cause.__name__)
    error.__cause__ = cause(cause.__name__)
    return error


SECRET = "connection to server at 10.1.2.3 failed: password=hunter2"


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Link:
    one = Link()
    monkeypatch.setattr("articles.views.errors.link", one)
    return one


@pytest.fixture
def broken(client, monkeypatch, link):
    """Every question to the database fails like that; the client sees what a reader sees."""

    def break_with(error: Exception):
        def fail(*_told):
            raise error

        monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", fail)
        client.raise_request_exception = False
        return client

    return break_with


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
@pytest.mark.parametrize("path", ["/", "/cari/?q=kapal", "/nowhere-at-all/"])
def test_a_page_that_needs_the_database_says_that_it_comes_back(broken, kind, path):
    answer = broken(kind(SECRET)).get(path, headers={"accept": "text/html"})
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert (answer["Cache-Control"], answer["Content-Language"]) == ("no-store", "id")
    assert '<html lang="id">' in text and f'href="{path}"' in text
    assert "hunter2" not in text


def test_who_sent_something_is_not_told_that_it_is_lost(broken, settings):
    # The connection may have ended between the commit and its answer.
    settings.LANGUAGE_CODE = "en"
    answer = broken(OperationalError(SECRET)).post("/komentar/1/tulis/", {"body": "Setuju."})
    assert answer.status_code == 503
    assert "It is not certain whether what you just sent has arrived." in answer.content.decode()


def test_who_met_a_fault_of_ours_is_told_what_became_of_what_was_sent(broken, settings):
    settings.LANGUAGE_CODE = "en"
    client = broken(ValueError("a fault"))
    sent = client.post("/komentar/1/tulis/", {"body": "Setuju."})
    assert sent.status_code == 500
    assert "It is not certain whether what you just sent has arrived." in sent.content.decode()
    assert "what you just sent" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    "error",
    [
        failed(OperationalError, DiskFull),
        failed(OperationalError, OutOfMemory),
        failed(InternalError, ReadOnlySqlTransaction),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EROFS, "Read-only file system"),
    ],
    ids=lambda error: str(error),
)
def test_a_full_disk_passes_like_an_outage_and_is_logged(broken, caplog, error):
    answer = broken(error).get("/", headers={"accept": "text/html"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert [one.levelname for one in caplog.records if one.name == "django.request"] == ["ERROR"]


@pytest.mark.parametrize("path", ["/admin/login/", "/akun/masuk/"])
def test_who_wants_to_sign_in_is_told_of_signing_in(broken, settings, path):
    settings.LANGUAGE_CODE = "en"
    answer = broken(OperationalError(SECRET)).get(path)
    assert answer.status_code == 503
    assert "Nobody can sign in for a moment" in answer.content.decode()


@pytest.mark.django_db
def test_the_page_bears_the_name_of_the_paper_that_was_read_before(page_cache, rf):
    assert b"masthead" not in away(rf.get("/")).content
    PublicationFactory(name="Kabar Selayar")
    with recording.recording():
        Frame.load()
    assert b'<a class="nameplate" href="/">Kabar Selayar</a>' in away(rf.get("/")).content


def test_pieces_and_scripts_get_what_they_read(broken):
    client = broken(OperationalError(SECRET))
    piece = client.get("/komentar/1/formulir/", headers={"x-fragment": "1"})
    assert piece.status_code == 503
    assert piece.content.decode().startswith("<p ") and b"<html" not in piece.content
    told = client.get("/feed.json", headers={"accept": "application/json"})
    assert (told.status_code, list(json.loads(told.content))) == (503, ["error"])
    feed = client.get("/rss.xml", headers={"accept": "*/*"})
    assert (feed.status_code, feed["Content-Type"]) == (503, "text/plain; charset=utf-8")


def test_at_the_desk_too(broken, client):
    client.cookies["sessionid"] = "abcdefghijklmnop"
    answer = broken(OperationalError(SECRET)).get("/admin/articles/article/")
    assert answer.status_code == 503


def test_two_who_waited_for_each_other_are_a_fault_of_ours(broken):
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected("deadlock detected")
    assert broken(error).get("/").status_code == 500


@pytest.mark.parametrize("is_down", [True, False])
def test_an_outage_is_logged_once_and_not_for_everybody_who_asks(broken, link, caplog, is_down):
    link.is_down = is_down
    broken(OperationalError("away")).get("/")
    lines = [one for one in caplog.records if one.name == "django.request"]
    assert len(lines) == (0 if is_down else 1)


def test_no_connection_is_tried_while_the_link_is_down(monkeypatch):
    down = Link()
    down.is_down = True
    monkeypatch.setattr("pagecache.backend.base.DatabaseWrapper.link", down)
    wrapper = DatabaseWrapper({"NAME": "x", "HOST": "192.0.2.1"})
    with pytest.raises(OperationalError, match="being tried"):
        wrapper.connect()
