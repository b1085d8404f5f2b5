"""What a supervisor asks."""

import pytest
from django.db import InterfaceError, OperationalError

from newsroom.house.backend.base import DatabaseWrapper, ServerNotRunning
from newsroom.house.errors import HouseError
from pagecache.outage import Link


@pytest.fixture(autouse=True)
def _new_process(monkeypatch):
    monkeypatch.setattr("newsroom.health._known.is_migrated", False)


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_is_ready_when_migrated(client):
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_reads_the_migrations_once(client, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(1):
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_says_when_a_migration_waits(client, monkeypatch):
    monkeypatch.setattr(
        "newsroom.health.MigrationExecutor.migration_plan", lambda self, targets: ["one"]
    )
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not migrated\n")


@pytest.mark.parametrize("was_migrated", [True, False])
@pytest.mark.parametrize("error", [OperationalError, InterfaceError, ServerNotRunning])
def test_readyz_says_when_the_database_is_gone(client, monkeypatch, error, was_migrated):
    def gone(connection):
        raise error("refused")

    monkeypatch.setattr("newsroom.health._known.is_migrated", was_migrated)
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", gone)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database unreachable\n")


@pytest.mark.parametrize(
    ("is_down", "lines"), [(True, []), (False, ["Service Unavailable: /readyz"])]
)
def test_readyz_adds_no_line_to_an_outage_that_was_logged(
    client, monkeypatch, caplog, is_down, lines
):
    def gone(connection):
        raise OperationalError("refused")

    link = Link()
    link.is_down = is_down
    monkeypatch.setattr("newsroom.health.link", link)
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", gone)
    for _asked in range(2):
        assert client.get("/readyz").status_code == 503
    said = [one.getMessage() for one in caplog.records if one.name == "django.request"]
    assert said == lines * 2


@pytest.mark.django_db
def test_a_method_that_an_address_does_not_know_is_not_logged(client, caplog):
    assert client.post("/readyz").status_code == 405
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
