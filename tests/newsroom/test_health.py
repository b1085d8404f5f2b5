"""What a supervisor asks."""

import pytest
from django.db import InterfaceError, OperationalError

from newsroom.house.backend.base import DatabaseWrapper, ServerNotRunning
from newsroom.house.errors import HouseError


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


def test_an_embedded_server_that_does_not_start_is_a_database_that_is_down(monkeypatch):
    class Broken:
        def ensure_running(self):
            raise HouseError("The disk is full.")

    monkeypatch.setattr("newsroom.house.backend.base.server_of", lambda settings: Broken())
    wrapper = DatabaseWrapper({"NAME": "x"})
    with pytest.raises(OperationalError, match="The disk is full") as caught:
        wrapper.get_connection_params()
    assert isinstance(caught.value, HouseError)
