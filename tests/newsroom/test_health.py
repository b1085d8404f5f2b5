"""What a supervisor asks."""

import pytest
from django.db import OperationalError


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_is_ready_when_migrated(client):
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_says_when_a_migration_waits(client, monkeypatch):
    monkeypatch.setattr(
        "newsroom.health.MigrationExecutor.migration_plan", lambda self, targets: ["one"]
    )
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not migrated\n")


def test_readyz_says_when_the_database_is_gone(client, monkeypatch):
    def gone(connection):
        raise OperationalError("refused")

    monkeypatch.setattr("newsroom.health.MigrationExecutor", gone)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database unreachable\n")
