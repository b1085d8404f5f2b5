from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from newsroom.upgrades.locks import patiently
from newsroom.upgrades.squashed import refuse_in_between


class Command(migrate.Command):
    """Django's own, which does not keep readers waiting behind a lock that somebody else holds.

    What it cannot bring up to date it leaves as it is.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        work = super().handle
        refuse_in_between(connections[options["database"]])
        patiently(
            connections[options["database"]],
            lambda: work(*args, **options),
            say=self.stderr.write,
        )
