"""Migrations that were put together: who has all of the old ones has nothing to do, who has some is told what to do."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import translation

from newsroom.backup.catalogue import Backup
from newsroom.backup.problem import Problem
from newsroom.backup.restoring import Restore
from newsroom.house import prepare
from newsroom.house.errors import HouseError
from newsroom.upgrades.squashed import is_in_between

Name = tuple[str, str]

_loader = MigrationLoader(None, load=False)
_loader.load_disk()
NEW: dict[Name, list[Name]] = {
    name: list(one.replaces) for name, one in _loader.disk_migrations.items() if one.replaces
}
CHAINS: dict[str, list[Name]] = defaultdict(list)
for _name in sorted(name for names in NEW.values() for name in names):
    CHAINS[_name[0]].append(_name)
# What an installation had recorded that stood at the last of the old ones.
OLD = [name for chain in CHAINS.values() for name in chain]
# What came after them.
LATER = [name for name in _loader.disk_migrations if name[0] in CHAINS and name not in NEW]

LACKS = (
    "The database lacks some of the migrations that have since been put together: bring it up to date first with the"
    " last version that has them (commit 674d6d5, manage.py migrate), then with this one."
)


def record(names: list[Name]) -> None:
    """Make the database say that of all that was put together exactly these were applied."""
    rows = MigrationRecorder(connection).migration_qs
    for app, name in (*NEW, *OLD):
        rows.filter(app=app, name=name).delete()
    for app, name in names:
        rows.create(app=app, name=name)


def waiting() -> list[Name]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(one.app_label, one.name) for one, _is_backwards in plan]


def test_each_old_one_is_replaced_once_and_by_another_name() -> None:
    assert {app: len(chain) for app, chain in CHAINS.items()} == {
        "accounts": 4,
        "ads": 8,
        "articles": 42,
        "comments": 7,
        "newsletter": 2,
        "newsroom": 6,
    }
    for chain in CHAINS.values():
        assert [int(name[:4]) for _app, name in chain] == list(range(1, len(chain) + 1))
    assert not set(OLD) & set(_loader.disk_migrations)


@pytest.mark.django_db
def test_an_installation_at_the_last_of_the_old_ones_has_nothing_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    record(OLD)
    assert waiting() == []
    call_command("ready")
    prepare.migrate()
    assert capsys.readouterr().out == "The database is up to date.\n"

    call_command("migrate")
    assert "No migrations to apply." in capsys.readouterr().out
    assert set(NEW) <= set(MigrationRecorder(connection).applied_migrations())


@pytest.mark.django_db
def test_a_new_database_whose_making_was_interrupted_goes_on_with_the_rest() -> None:
    record([])
    for app, name in LATER:
        MigrationRecorder(connection).migration_qs.filter(app=app, name=name).delete()
    plan = waiting()
    assert sorted(plan) == sorted([*NEW, *LATER])
    done, rest = plan[:10], plan[10:]
    assert not set(done) & set(LATER)
    record([name for one in done for name in NEW[one]])
    assert waiting() == rest


@pytest.mark.parametrize("app", ["accounts", "articles", "comments", "newsletter", "newsroom"])
def test_wherever_an_older_installation_stands_it_is_in_between(app: str) -> None:
    chain = CHAINS[app]
    assert [is_in_between(chain[:length]) for length in range(len(chain) + 1)] == [
        False,
        *[True] * (len(chain) - 1),
        False,
    ]


def test_the_notices_of_ads_were_the_last_and_stand_alone() -> None:
    chain = CHAINS["ads"]
    assert [is_in_between(chain[:length]) for length in range(1, 8)] == [*[True] * 6, False]
    assert NEW["ads", "0005_notices"] == chain[7:]


@pytest.mark.django_db
def test_a_database_in_between_is_left_as_it_is_and_told_what_to_do(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing depends on the migration that this one is in between of: Django would leave it out, and say that all is well.
    record([name for name in OLD if name != ("articles", "0039_notices_of_indexes")])
    assert waiting() == []
    for begin in (
        lambda: call_command("migrate"),
        lambda: call_command("ready"),
        prepare.migrate,
    ):
        with pytest.raises(HouseError) as refused, translation.override("en"):
            begin()
        assert str(refused.value) == LACKS

    monkeypatch.setattr("newsroom.health._known.is_migrated", False)
    with translation.override("en"):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    told = answer.json()["parts"]["migrations"]
    assert (told["ok"], told["why"]) == (False, LACKS)


@pytest.mark.django_db
def test_a_backup_in_between_is_not_restored(tmp_path: Path) -> None:
    migrations = [f"{app}.{name}" for app, name in OLD[1:]]
    backup = Backup(tmp_path, {"migrations": migrations})
    with pytest.raises(Problem) as refused, translation.override("en"):
        Restore(backup, key=None, is_replacing=True, progress=None)  # type: ignore[arg-type]
    assert str(refused.value) == (
        "The backup lacks some of the migrations that have since been put together: restore it first with the last"
        " version that has them (commit 674d6d5), and make another one there."
    )
