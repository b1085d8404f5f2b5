"""A connection that knows of outages: none is tried while the link is down, and all can be cut when it is."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from .. import outage


class DatabaseWrapper(base.DatabaseWrapper):
    link = outage.link

    def connect(self) -> None:
        if self.link.is_down:
            raise OperationalError(f"The {self.link.name} cannot be reached; it is being tried.")
        super().connect()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        self.link.watch(connection)
        return connection
