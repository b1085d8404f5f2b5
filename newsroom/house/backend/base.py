"""The database engine `newsroom.house.backend`: as Django's for PostgreSQL, with a server that starts by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.postgresql.client import DatabaseClient as PostgresClient
from django.db.utils import OperationalError

from newsroom.house.errors import HouseError
from newsroom.house.postgres import EmbeddedPostgres, server_at
from pagecache.backend import base


def server_of(settings: dict[str, Any]) -> EmbeddedPostgres:
    """Return the embedded server that one entry of DATABASES speaks of."""
    return server_at(
        Path(settings["EMBEDDED_HOME"]), is_throwaway=settings["EMBEDDED_IS_THROWAWAY"]
    )


class ServerNotRunning(HouseError, OperationalError):
    """The embedded server does not start: to a person one sentence, to the code a database that is down."""


class DatabaseClient(PostgresClient):
    """`manage.py dbshell` with the psql that came with the server."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Any
    ) -> tuple[list[str], dict[str, str] | None]:
        server = server_of(settings_dict)
        server.ensure_running()
        args, env = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [str(server.cluster.programs / "psql"), *args[1:]], env


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded server."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Make sure that the server runs before anybody learns how to reach it.

        This and not `get_new_connection` is the place: the job worker takes the parameters and opens
        connections of its own.
        """
        try:
            server_of(self.settings_dict).ensure_running()
        except HouseError as error:
            raise ServerNotRunning(str(error)) from error
        return super().get_connection_params()
