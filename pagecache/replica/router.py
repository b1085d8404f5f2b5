"""Which database Django asks; in DATABASE_ROUTERS where there is a replica."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from . import reading


class Router:
    """Pages read what `reading` says, everything else the primary, wherever a row came from before."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        now = reading.current()
        return DEFAULT_DB_ALIAS if now is None else now.choose()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        reading.leave()
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS
