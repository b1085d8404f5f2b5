"""What Prometheus reads, from several processes, with and without a database."""

import datetime
import io
import json
import os
from types import SimpleNamespace

import pytest
from django.core.handlers.wsgi import WSGIHandler
from prometheus_client.parser import text_string_to_metric_families

from ads.spool import Told, waiting
from newsroom.backup import record
from newsroom.models import OutgoingMail
from newsroom.watch import figures, meters, replica, shared
from newsroom.watch.doorway import Watched
from pagecache.replica import ALIAS
from pagecache.wire import conninfo
from tests.pages import connections_stay

pytestmark = pytest.mark.django_db


def backup_ended(moment, *, is_verified=True, error=""):
    record.note("backup", ended_at=moment, is_verified=is_verified, error=error)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def read(client):
    text = client.get("/metrics").content.decode()
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def ask(address, **environ):
    told = []
    whole = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "QUERY_STRING": "",
        "HTTP_HOST": "testserver",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **environ,
    }
    with connections_stay():
        b"".join(Watched(WSGIHandler())(whole, lambda *answer: told.append(answer[0])))
    return told[-1]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        # The tests' own server follows nobody.
        (None, "it follows no other server"),
        ("host=127.0.0.1 port=1", "connection to server at"),
    ],
)
def test_a_replica_of_no_use_is_down_and_its_distance_unknown(client, monkeypatch, address, why):
    monkeypatch.setattr(replica, "settings", SimpleNamespace(DATABASES={ALIAS: {}}))
    own = conninfo("tests")
    monkeypatch.setattr(replica, "conninfo", lambda *_names: address or own)
    assert replica.standing().why.startswith(why)
    found = read(client)
    assert found["newsroom_replica_up",] == 0
    assert not [name for name, *_labels in found if "behind" in name]


def test_without_a_replica_nothing_is_told_of_one(client):
    assert not [name for name, *_labels in read(client) if "replica" in name or "read" in name]


def requests(client, view, status):
    return read(client).get(("newsroom_requests_total", ("status", status), ("view", view)), 0)


@pytest.mark.parametrize(
    ("address", "view", "status"),
    [
        ("/healthz", "healthz", "200"),
        ("/tidak-ada-sama-sekali", "none", "404"),
        ("/tokoh/tidak-ada/", "articles:person", "404"),
        ("/admin/", "admin:index", "302"),
    ],
)
def test_a_request_is_counted_by_its_view_and_status_and_timed(client, address, view, status):
    before = requests(client, view, status)
    timed = ("newsroom_request_seconds_count", ("view", view))
    times = read(client).get(timed, 0)
    ask(address)
    assert requests(client, view, status) == before + 1
    assert read(client)[timed] == times + 1


def test_addresses_that_strangers_make_up_make_no_figures_of_their_own(client):
    ask("/tidak-ada")
    before = len(read(client))
    for number in range(20):
        ask(f"/tidak-ada-{number}/")
        ask(f"/tokoh/siapa-{number}/")
    known = {name for name in read(client) if "siapa" in str(name)}
    assert known == set()
    assert len(read(client)) <= before + 30


def test_errors_of_the_database_are_counted_by_kind(client, monkeypatch):
    from django.db import OperationalError

    def gone(request):
        raise OperationalError("refused")

    name = ("newsroom_database_errors_total", ("kind", "OperationalError"))
    before = read(client).get(name, 0)
    monkeypatch.setattr("newsroom.health.may_see_details", gone)
    with pytest.raises(OperationalError):
        client.get("/metrics")
    monkeypatch.undo()
    assert read(client)[name] == before + 1


def test_what_waits_is_told(client, settings, own_folder):
    settings.JOBS_LATE_SECONDS = 900
    for fate in ({}, {"given_up_at": "2026-11-27T00:00Z", "last_error": "no"}):
        OutgoingMail.objects.create(to="a@example.org", sender="b@example.org", subject="x", **fate)
    waiting().keep(Told((), {}, 0.0))
    backup_ended("2020-01-01T00:00:00+08:00")
    found = read(client)
    assert found["newsroom_letters", ("state", "waiting")] == 1
    assert found["newsroom_letters", ("state", "failed")] == 1
    assert found["newsroom_letters", ("state", "newsletter_waiting")] == 0
    assert found["newsroom_jobs", ("state", "failed")] == 0
    assert found["newsroom_database_up",] == 1
    assert found["newsroom_database_bytes",] > 1_000_000
    assert found["newsroom_told_waiting",] in (0, 1)
    assert found["newsroom_backup_age_seconds",] > 86_400
    process = ("process", str(os.getpid()))
    assert found["newsroom_process_memory_bytes", process] > 1_000_000


def test_the_database_is_asked_five_questions(client, django_assert_num_queries):
    client.get("/metrics")
    with django_assert_num_queries(5):
        client.get("/metrics")


def test_without_a_database_the_rest_is_told(client, monkeypatch):
    monkeypatch.setattr("newsroom.health.reachable", lambda: False)
    found = read(client)
    assert found["newsroom_database_up",] == 0
    assert ("newsroom_letters", ("state", "waiting")) not in found
    assert ("newsroom_disk_free_bytes", ("folder", "VAR_DIR")) in found


@pytest.mark.parametrize(
    "moment",
    [5, "gestern", None, "2020-01-01T00:00:00", "2999-01-01T00:00:00Z"],
)
def test_a_note_about_a_backup_that_cannot_be_read_is_none(own_folder, moment):
    backup_ended(moment)
    assert figures.last_backup() is None


def test_a_backup_that_failed_or_was_not_restored_on_the_side_is_none(own_folder):
    backup_ended("2020-01-01T00:00:00Z", error="Voll.")
    backup_ended("2020-01-02T00:00:00Z", is_verified=False)
    assert figures.last_backup() is None
    backup_ended("2020-01-03T00:00:00Z")
    backup_ended("2020-01-04T00:00:00Z", error="Voll.")
    assert figures.last_backup() == datetime.datetime(2020, 1, 3, tzinfo=datetime.UTC)


def test_room_is_told_of_a_folder_that_is_not_there_yet(settings, own_folder):
    settings.MEDIA_ROOT = own_folder / "not" / "yet"
    assert [room.free > 0 for room in figures.rooms()] == [True, True]


# Several processes


def other(number, value, memory=5):
    file = shared.folder() / f"{number}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        json.dumps(
            [
                [
                    "newsroom_pages",
                    "x",
                    "counter",
                    [["newsroom_pages_total", {"how": "hit"}, value]],
                ],
                [
                    "newsroom_process_memory_bytes",
                    "x",
                    "gauge",
                    [["newsroom_process_memory_bytes", {"process": str(number)}, memory]],
                ],
            ]
        )
    )


def test_counts_of_all_processes_are_added_up_and_the_dead_ones_hold_nothing(client):
    other(os.getppid(), 3)
    # No process has such a number.
    other(2**31 - 5, 4)
    found = read(client)
    assert found["newsroom_pages_total", ("how", "hit")] == 7
    held = {name[1][1] for name in found if name[0] == "newsroom_process_memory_bytes"}
    assert held == {str(os.getpid()), str(os.getppid())}


def test_what_a_process_wrote_is_what_another_reads(client, page_cache, monkeypatch):
    monkeypatch.setattr(meters, "page_cache", lambda: page_cache)
    page_cache.given["hit"] = 12
    shared.write(shared.snapshot())
    mine = shared.folder() / f"{os.getpid()}.json"
    mine.rename(mine.with_name(f"{os.getppid()}.json"))
    assert read(client)["newsroom_pages_total", ("how", "hit")] == 24


@pytest.mark.parametrize("text", ["", "{", "nonsense"])
def test_a_file_that_is_no_snapshot_is_left_out(client, text):
    shared.folder().mkdir(parents=True)
    (shared.folder() / "1.json").write_text(text)
    assert client.get("/metrics").status_code == 200


def begun(own_folder, monkeypatch, *servers):
    """Begin beside the folders of these servers; which of them are left."""
    started = []
    monkeypatch.setattr(shared.threading.Thread, "start", lambda thread: started.append(thread))
    for number in servers:
        (own_folder / "metrics" / str(number)).mkdir(parents=True)
    shared.begin()
    assert [thread.name for thread in started] == ["metrics"]
    return {int(folder.name) for folder in (own_folder / "metrics").iterdir()}


def test_servers_that_ended_are_forgotten_when_none_runs(own_folder, monkeypatch):
    assert begun(own_folder, monkeypatch, 2**31 - 5, 2**31 - 6) == set()


def test_what_an_ended_server_counted_stays_while_another_runs(own_folder, monkeypatch):
    assert begun(own_folder, monkeypatch, 2**31 - 5, 1) == {2**31 - 5, 1}


def test_counts_of_the_other_server_of_this_machine_are_added(client, monkeypatch):
    other(os.getppid(), 3)
    shared.folder().rename(shared.folder().with_name("1"))
    assert read(client)["newsroom_pages_total", ("how", "hit")] == 3


@pytest.mark.parametrize("name", ["", "x", "-1x", "9" * 30])
def test_what_is_no_number_is_no_process(name):
    assert shared.is_alive(name) is False


# The page cache


def test_pages_are_counted_by_how_they_came(reader, page_cache):
    from tests.factories import PublicationFactory

    PublicationFactory()
    for _time in range(3):
        assert reader.get("/terkini/").status == 200
    assert page_cache.given == {"hit": 2, "old": 0, "disk": 0, "made": 1, "kept": 0}
