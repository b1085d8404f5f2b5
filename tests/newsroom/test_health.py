"""What a supervisor and a load balancer ask."""

import datetime
import threading
import time

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from newsroom.house.backend.base import DatabaseWrapper, ServerNotRunning
from newsroom.house.errors import HouseError
from newsroom.tasks import deliver_mail
from newsroom.watch import figures
from pagecache.outage import Link

GB = 1 << 30


@pytest.fixture(autouse=True)
def _new_process(monkeypatch):
    monkeypatch.setattr("newsroom.health._known.is_migrated", False)
    rooms = [figures.Room(name, 10 * GB, 100 * GB) for name in ("VAR_DIR", "MEDIA_ROOT")]
    monkeypatch.setattr("newsroom.watch.figures.rooms", lambda: rooms)


def told(client, address="/readyz", **environ):
    response = client.get(address, **environ)
    return response.status_code, response.json()


def late(minutes):
    at = timezone.now() - datetime.timedelta(minutes=minutes)
    return deliver_mail.configure(schedule_at=at).defer(mail_id=1)


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_tells_each_part_to_who_asks_on_the_machine(client):
    status, answer = told(client)
    for name in ("database", "migrations", "jobs"):
        assert answer["parts"][name].pop("milliseconds") >= 0
    assert (status, answer) == (
        200,
        {
            "ok": True,
            "parts": {
                "database": {"ok": True},
                "migrations": {"ok": True, "waiting": 0},
                "jobs": {"ok": True, "seconds_late": 0, "allowed": 900},
                "disk": {
                    "ok": True,
                    "free_mb": {"VAR_DIR": 10240, "MEDIA_ROOT": 10240},
                    "required_mb": 500,
                },
            },
        },
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "environ",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "unix:"},
        # Behind a proxy everybody comes from this machine; who writes its header is not believed either.
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Basic abcdefghijklmnopqrstuvwx"},
        {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer ä"},
    ],
)
@pytest.mark.parametrize("token", ["", "abcdefghijklmnopqrstuvwx"])
def test_others_hear_only_whether_it_is_well(client, settings, environ, token):
    settings.METRICS_TOKEN = token
    assert told(client, **environ) == (200, {"ok": True})
    assert client.get("/metrics", **environ).status_code == 403


@pytest.mark.django_db
def test_who_has_the_token_hears_all_from_anywhere(client, settings):
    settings.METRICS_TOKEN = "abcdefghijklmnopqrstuvwx"
    asked = {
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_AUTHORIZATION": "Bearer abcdefghijklmnopqrstuvwx",
    }
    assert "parts" in told(client, **asked)[1]
    assert client.get("/metrics", **asked).status_code == 200


@pytest.mark.django_db
def test_readyz_reads_the_migrations_once(client, django_assert_num_queries):
    client.get("/readyz")
    # Each of three parts has a savepoint and a limit of its own; database and jobs ask one question each.
    with django_assert_num_queries(3 * 3 + 2):
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_says_when_a_migration_waits(client, monkeypatch):
    monkeypatch.setattr(
        "newsroom.health.MigrationExecutor.migration_plan", lambda self, targets: ["one"]
    )
    status, answer = told(client)
    assert (status, answer["ok"], answer["parts"]["migrations"]["waiting"]) == (503, False, 1)


@pytest.mark.django_db
def test_readyz_says_when_jobs_are_late(client, settings):
    late(minutes=14)
    assert told(client)[0] == 200
    late(minutes=16)
    status, answer = told(client)
    assert status == 503
    assert answer["parts"]["jobs"]["ok"] is False
    assert answer["parts"]["jobs"]["seconds_late"] in range(960, 970)
    settings.JOBS_LATE_SECONDS = 3600
    assert told(client)[0] == 200


@pytest.mark.django_db
def test_a_balancer_can_ask_for_what_concerns_it(client):
    late(minutes=60)
    assert told(client, "/readyz?only=database,migrations")[0] == 200
    assert list(told(client, "/readyz?only=disk")[1]["parts"]) == ["disk"]


@pytest.mark.parametrize(
    "only", ["nothing", "database,", ",", "database,disk,jobs,x", "%00", "a" * 999]
)
def test_a_part_that_there_is_not_is_refused(client, only):
    response = client.get(f"/readyz?only={only}")
    assert response.status_code == 400
    assert response.json() == {"error": "The parts are database, migrations, jobs, disk."}


@pytest.mark.django_db
@pytest.mark.parametrize(("free", "status"), [(500, 200), (499, 503), (-1, 503)])
def test_readyz_says_when_a_disk_is_nearly_full(client, monkeypatch, free, status):
    room = figures.Room("MEDIA_ROOT", free * figures.MEGABYTE, 100 * GB)
    monkeypatch.setattr("newsroom.watch.figures.rooms", lambda: [room])
    assert told(client)[0] == status


@pytest.mark.parametrize("was_migrated", [True, False])
@pytest.mark.parametrize("error", [OperationalError, InterfaceError, ServerNotRunning])
def test_readyz_says_when_the_database_goes_while_it_is_asked(
    client, monkeypatch, error, was_migrated
):
    def gone(connection):
        raise error("refused")

    monkeypatch.setattr("newsroom.health._known.is_migrated", was_migrated)
    monkeypatch.setattr("newsroom.health.reachable", lambda: True)
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", gone)
    monkeypatch.setattr("django.db.transaction.Atomic.__enter__", gone)
    status, answer = told(client)
    away = {"ok": False, "why": "database unreachable"}
    assert status == 503
    assert [answer["parts"][name] for name in ("database", "migrations", "jobs")] == [away] * 3
    assert answer["parts"]["disk"]["ok"] is True


def test_a_database_that_does_not_answer_keeps_nobody_waiting(client, monkeypatch):
    for_ever = threading.Event()

    def hang(**told):
        for_ever.wait(30)
        raise psycopg.OperationalError

    monkeypatch.setattr("newsroom.health.PATIENCE", 0.05)
    monkeypatch.setattr("newsroom.health.psycopg.connect", hang)
    began = time.monotonic()
    try:
        assert told(client)[0] == 503
        assert time.monotonic() - began < 5
    finally:
        for_ever.set()


@pytest.mark.parametrize("error", [psycopg.OperationalError, OSError])
def test_a_database_that_refuses_is_away(client, monkeypatch, error):
    def refuse(**told):
        raise error("too many clients")

    monkeypatch.setattr("newsroom.health.psycopg.connect", refuse)
    assert told(client)[0] == 503


@pytest.mark.parametrize(
    ("is_down", "lines"), [(True, []), (False, ["Service Unavailable: /readyz"])]
)
def test_readyz_adds_no_line_to_an_outage_that_was_logged(
    client, monkeypatch, caplog, is_down, lines
):
    link = Link()
    link.is_down = is_down
    monkeypatch.setattr("newsroom.health.link", link)
    monkeypatch.setattr("newsroom.health.reachable", lambda: False)
    for _asked in range(2):
        assert client.get("/readyz").status_code == 503
    said = [one.getMessage() for one in caplog.records if one.name == "django.request"]
    assert said == lines * 2


@pytest.mark.django_db
def test_a_method_that_an_address_does_not_know_is_not_logged(client, caplog):
    assert client.post("/readyz").status_code == 405
    assert client.post("/metrics").status_code == 405
    assert client.get("/tidak-ada").status_code == 404
    assert client.delete("/healthz").status_code == 405
    said = [one.getMessage() for one in caplog.records if one.name == "django.request"]
    assert said == ["Not Found: /tidak-ada"]


def test_an_embedded_server_that_does_not_start_is_a_database_that_is_down(monkeypatch):
    class Broken:
        def ensure_running(self):
            raise HouseError("The disk is full.")

    monkeypatch.setattr("newsroom.house.backend.base.server_of", lambda settings: Broken())
    wrapper = DatabaseWrapper({"NAME": "x"})
    with pytest.raises(OperationalError, match="The disk is full") as caught:
        wrapper.get_connection_params()
    assert isinstance(caught.value, HouseError)
