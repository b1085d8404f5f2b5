from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from newsroom.upgrades.locks import patiently


class Command(migrate.Command):
    """Django's own, which does not keep readers waiting behind a lock that somebody else holds."""

    def handle(self, *args: Any, **options: Any) -> None:
        work = super().handle
        patiently(
            connections[options["database"]],
            lambda: work(*args, **options),
            say=self.stderr.write,
        )
