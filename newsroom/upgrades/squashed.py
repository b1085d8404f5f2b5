"""Migrations that were put together into fewer (docs/decisions/0044-squashed-migrations.md).

Where all that a migration replaces were applied, Django knows that it is applied too. Where only some were, it would
leave it out and go on with others, so that is said before anything is done.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from newsroom.house.errors import HouseError

Name = tuple[str, str]

# The last commit that has all of the migrations that were replaced.
LAST_WITH_THEM = "674d6d5"


def is_in_between(recorded: Collection[Name]) -> bool:
    """Whether somebody applied only a part of what one of the migrations replaces."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    replacing = [one.replaces for one in loader.disk_migrations.values() if one.replaces]
    return any(0 < sum(name in recorded for name in names) < len(names) for names in replacing)


def refuse_in_between(connection: BaseDatabaseWrapper) -> None:
    """Raises HouseError for a database that this version cannot bring up to date."""
    if is_in_between(MigrationRecorder(connection).applied_migrations()):
        raise HouseError(
            _(
                "The database lacks some of the migrations that have since been put together: bring it up to date first"
                " with the last version that has them (commit %(commit)s, manage.py migrate), then with this one."
            )
            % {"commit": LAST_WITH_THEM}
        )
