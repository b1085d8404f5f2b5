"""Migrations that a running version would not bear are refused, each with what to do instead."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.core.management import CommandError, call_command
from django.db import migrations, models
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from newsroom.management.commands.lint_migrations import recorded
from newsroom.upgrades.linting import RELEASED, Release, judge, last_release, lint

# As `manage.py lint_migrations` does it, outside of a transaction: CONCURRENTLY asks for that.
pytestmark = pytest.mark.django_db(transaction=True)

INDEX = models.Index(fields=["place"], name="sample_place")
POSITIVE = models.CheckConstraint(condition=models.Q(seen__gte=0), name="sample_seen_positive")
UNIQUE = models.UniqueConstraint(fields=["title"], name="sample_title_once")


def released() -> ProjectState:
    """The models of the version that runs."""
    state = ProjectState()
    for operation in (
        migrations.CreateModel(
            "Section", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]
        ),
        migrations.CreateModel(
            "Story",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("title", models.CharField(max_length=50)),
                ("place", models.TextField(null=True)),
                ("seen", models.IntegerField(db_default=0)),
                ("section_number", models.BigIntegerField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["title"], name="sample_title")]},
        ),
    ):
        operation.state_forwards("sample", state)
    return state


def migration(number: int, *operations: Any, atomic: bool = True) -> migrations.Migration:
    made = type("Migration", (migrations.Migration,), {"operations": operations, "atomic": atomic})
    return made(f"{number:04}_later", "sample")


def said(*several: migrations.Migration) -> list[str]:
    return [sentence for _name, sentence in judge(several, released())]


def add(name: str, kind: models.Field) -> migrations.AddField:
    return migrations.AddField("story", name, kind)


def state_alone(operation: Any) -> migrations.SeparateDatabaseAndState:
    return migrations.SeparateDatabaseAndState(state_operations=[operation])


REFUSED = {
    "an index": (
        [migrations.AddIndex("story", INDEX)],
        "Nobody could write to sample_story while its index is made: use AddIndexConcurrently",
    ),
    "an index by SQL": (
        [migrations.RunSQL("create unique index if not exists x on public.sample_story (title)")],
        "Nobody could write to sample_story while its index is made: use AddIndexConcurrently",
    ),
    "an index that goes": (
        [migrations.RemoveIndex("story", "sample_title")],
        "Dropping sample_title stops everybody at its table behind whoever reads for long: use RemoveIndexConcurrently",
    ),
    "a field that is not null, with a default of Django's": (
        [add("mood", models.CharField(max_length=9, default="calm"))],
        "The version that runs does not write sample_story.mood, and Django takes its default away again",
    ),
    "a column that is not null, without any": (
        [migrations.RunSQL("ALTER TABLE sample_story ADD COLUMN mood text NOT NULL")],
        "The version that runs does not write sample_story.mood, so its INSERTs would fail: null=True, or a db_default",
    ),
    "a default that differs from row to row": (
        [add("token", models.UUIDField(db_default=RandomUUID()))],
        "sample_story would be written anew, since gen_random_uuid() differs from row to row: add token with null=True",
    ),
    "a generated column": (
        [
            add(
                "twice",
                models.GeneratedField(
                    expression=models.F("seen") * 2,
                    output_field=models.IntegerField(),
                    db_persist=True,
                ),
            )
        ],
        "sample_story would be written anew with twice",
    ),
    "a unique field": (
        [add("code", models.IntegerField(null=True, unique=True))],
        "Nobody could read sample_story while the index of the unique code is made",
    ),
    "a field with a check": (
        [add("words", models.PositiveIntegerField(null=True))],
        "All rows of sample_story would be read under a lock that nobody passes, for the check of words",
    ),
    "a check": (
        [migrations.AddConstraint("story", POSITIVE)],
        "All rows of sample_story would be read under a lock, for sample_seen_positive: use AddConstraintNotValid",
    ),
    "a foreign key": (
        [
            migrations.RunSQL(
                "ALTER TABLE sample_story ADD CONSTRAINT sample_fk FOREIGN KEY (section_number)"
                " REFERENCES sample_section (id)"
            )
        ],
        "All rows of sample_story would be read under a lock, for sample_fk: use ADD CONSTRAINT … NOT VALID by RunSQL",
    ),
    "a check without a name": (
        [migrations.RunSQL("ALTER TABLE sample_story ADD CHECK (seen > 0)")],
        "All rows of sample_story would be read under a lock, for a constraint",
    ),
    "a unique constraint": (
        [migrations.AddConstraint("story", UNIQUE)],
        "Nobody could read sample_story while the index of sample_title_once is made: make a unique index CONCURRENTLY",
    ),
    "not null on what is there": (
        [
            migrations.RunSQL("ALTER TABLE sample_story ALTER COLUMN place SET NOT NULL"),
        ],
        "All rows of sample_story would be read under a lock that nobody passes: say “place is not null” as a"
        " CheckConstraint",
    ),
    "another type": (
        [migrations.AlterField("story", "seen", models.BigIntegerField(db_default=0))],
        "sample_story would be written anew for another type of seen",
    ),
    "a shorter text": (
        [migrations.AlterField("story", "title", models.CharField(max_length=40))],
        "sample_story would be written anew for another type of title",
    ),
    "a field with another name": (
        [migrations.RenameField("story", "place", "town")],
        "The version that runs knows sample_story by its old names: leave them (db_table, db_column)",
    ),
    "a model with another name": (
        [migrations.RenameModel("Section", "Desk")],
        "The version that runs knows sample_section by its old names",
    ),
    "a field that goes": (
        [migrations.RemoveField("story", "place")],
        "The version that runs reads sample_story.place: remove the field in this release's state alone",
    ),
    "a model that goes": (
        [migrations.DeleteModel("Section")],
        "The version that runs reads sample_section: delete the model in this release's state alone",
    ),
    "a field out of the state that every row needs": (
        [state_alone(migrations.RemoveField("story", "title"))],
        "The new version does not write sample_story.title any more, so its INSERTs would fail: make it null=True",
    ),
    "a default of the database that goes": (
        [migrations.AlterField("story", "seen", models.IntegerField(default=0))],
        "The version that runs asks the database for the default of sample_story.seen",
    ),
    "all rows changed": (
        [migrations.RunSQL("UPDATE sample_story SET place = 'Sinjai'")],
        "Rows of sample_story would be locked until the migration ends: change them in pieces",
    ),
    "rows deleted": (
        [migrations.RunSQL("-- the old ones\nDELETE FROM sample_story WHERE seen = 0")],
        "Rows of sample_story would be locked until the migration ends",
    ),
    "code beside a change": (
        [add("mood", models.TextField(null=True)), migrations.RunPython(migrations.RunPython.noop)],
        "The locks of the schema's changes are kept until the RunPython beside them is done",
    ),
    "the second statement of a text": (
        [migrations.RunSQL("SELECT ';'; /* ; */ DROP INDEX sample_title; -- ;")],
        "Dropping sample_title stops everybody at its table",
    ),
    "a table locked": (
        [migrations.RunSQL("LOCK TABLE sample_story")],
        "“LOCK” locks the whole table, also against reading, until the migration ends",
    ),
    "a block": (
        [migrations.RunSQL("DO $$ BEGIN DROP TABLE sample_story; END $$")],
        "What a DO block does cannot be read here",
    ),
    "what nobody has judged": (
        [migrations.RunSQL("ALTER TABLE sample_story SET TABLESPACE slow")],
        "Nobody has said yet what “ALTER TABLE sample_story SET TABLESPACE slow” does to a table in use.",
    ),
    "a statement that nobody has judged": (
        [migrations.RunSQL("REFRESH MATERIALIZED VIEW sample_figures")],
        "Nobody has said yet what “REFRESH MATERIALIZED VIEW sample_figures” does to a table in use.",
    ),
    "validated at once": (
        [
            AddConstraintNotValid("story", POSITIVE),
            ValidateConstraint("story", "sample_seen_positive"),
        ],
        "VALIDATE CONSTRAINT reads all rows, and what stands beside it keeps its lock until that is done",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_a_running_version_does_not_bear_is_refused_with_what_to_do_instead(what):
    operations, sentence = REFUSED[what]
    found = said(migration(2, *operations))
    assert len(found) == 1, found
    assert found[0].startswith(sentence)


def test_a_migration_that_is_not_atomic_has_one_operation():
    two = AddIndexConcurrently("story", INDEX), RemoveIndexConcurrently("story", "sample_title")
    found = said(migration(2, *two, atomic=False))
    assert found == [
        "A migration that is not atomic has one operation: whatever fails in it can then be done again."
    ]


BORNE = {
    "a field that may be null": [add("mood", models.TextField(null=True))],
    "a reference that may be null": [
        add(
            "section",
            models.ForeignKey("sample.Section", models.PROTECT, null=True, db_index=False),
        )
    ],
    "a field with a default of the database": [add("mood", models.TextField(db_default="calm"))],
    "the time of now in all rows": [add("made_at", models.DateTimeField(db_default=Now()))],
    "a longer text": [migrations.AlterField("story", "title", models.CharField(max_length=90))],
    "a text without end": [migrations.AlterField("story", "title", models.TextField())],
    "a field that may be null now": [
        migrations.AlterField("story", "title", models.CharField(max_length=50, null=True))
    ],
    "a check for what comes": [AddConstraintNotValid("story", POSITIVE)],
    "a new table with all that belongs to it": [
        migrations.CreateModel(
            "Reader",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=9, unique=True)),
                ("story", models.ForeignKey("sample.Story", models.CASCADE)),
                ("age", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddIndex("reader", models.Index(fields=["age"], name="sample_age")),
        migrations.AddField("reader", "mood", models.TextField(default="calm")),
        migrations.RunSQL("UPDATE sample_reader SET age = 1"),
        # Django looks for the name of this one in the database, which has no such table.
        migrations.AlterUniqueTogether("reader", {("name", "age")}),
        migrations.AlterUniqueTogether("reader", set()),
        migrations.AlterField(
            "reader", "story", models.ForeignKey("sample.Story", models.CASCADE, db_index=False)
        ),
    ],
    "a trigger": [
        migrations.RunSQL(
            """
            CREATE FUNCTION sample_note() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN UPDATE sample_story SET seen = 1; RETURN NULL; END $$;
            CREATE TRIGGER sample_note AFTER INSERT ON sample_story EXECUTE FUNCTION sample_note();
            """
        )
    ],
    "code alone": [migrations.RunPython(migrations.RunPython.noop)],
    "what only models know": [migrations.AlterModelOptions("story", {"ordering": ["title"]})],
    "a field out of the state that rows do without": [
        state_alone(migrations.RemoveField("story", "place"))
    ],
}


@pytest.mark.parametrize("what", BORNE)
def test_what_only_adds_is_borne(what):
    assert said(migration(2, *BORNE[what])) == []


def test_an_index_made_and_dropped_concurrently_is_borne():
    assert said(migration(2, AddIndexConcurrently("story", INDEX), atomic=False)) == []
    assert said(migration(2, RemoveIndexConcurrently("story", "sample_title"), atomic=False)) == []


def test_a_check_is_validated_by_a_migration_of_its_own():
    first = migration(2, AddConstraintNotValid("story", POSITIVE))
    assert said(first, migration(3, ValidateConstraint("story", "sample_seen_positive"))) == []


def test_a_column_may_go_once_the_version_that_runs_does_not_know_it():
    """Three releases: may be null, out of the state, dropped; each is judged by the models of the one before."""
    drop = migrations.RunSQL('ALTER TABLE sample_story DROP COLUMN "place" CASCADE')
    gone = state_alone(migrations.RemoveField("story", "place"))
    assert "The version that runs reads sample_story.place" in said(migration(2, gone, drop))[0]
    next_state = released()
    gone.state_forwards("sample", next_state)
    assert list(judge([migration(3, drop)], next_state)) == []


def test_a_migration_that_somebody_accepted_is_not_judged_but_what_it_makes_is_known():
    first = migration(2, migrations.AddIndex("story", INDEX))
    second = migration(3, migrations.RemoveIndex("story", "sample_place"))
    accepted = {("sample", "0002_later"): "a hundred rows"}
    assert list(judge([first, second], released(), accepted)) == []
    assert [name for name, _sentence in judge([first, second], released())] == [
        ("sample", "0002_later")
    ]


def test_all_migrations_of_now_are_borne_by_the_last_release():
    call_command("lint_migrations")


def test_what_came_later_is_judged_with_the_models_of_the_release():
    leaves = dict(last_release().leaves) | {"articles": "0008_identities"}
    found = list(lint(Release(frozenset(leaves.items()), {})))
    assert found
    assert {name for name, _sentence in found} == {("articles", "0009_appearances")}


def test_a_released_migration_cannot_be_taken_away():
    with pytest.raises(ValueError, match=r"newsroom\.0001_gone was released and is not there"):
        list(lint(Release(frozenset({("newsroom", "0001_gone")}), {})))


def test_a_refusal_ends_the_command_with_a_line_for_each(monkeypatch, capsys):
    monkeypatch.setattr(
        "newsroom.management.commands.lint_migrations.lint",
        lambda release: iter([(("sample", "0002_later"), "No.")]),
    )
    with pytest.raises(CommandError, match=r"0038-upgrades\.md"):
        call_command("lint_migrations")
    assert capsys.readouterr().err == "sample.0002_later: No.\n"


def test_nothing_is_accepted_without_a_reason(tmp_path):
    file = tmp_path / "released.toml"
    file.write_text('[migrations]\n[accepted]\n"ads.0009_x" = " "\n')
    with pytest.raises(ValueError, match=r"accepts ads\.0009_x without a reason"):
        last_release(file)


def test_a_release_is_written_down_with_every_app():
    told = tomllib.loads(recorded())
    assert told["accepted"] == {}
    assert set(told["migrations"]) >= {"articles", "ads", "comments", "procrastinate", "taggit"}
    assert told.keys() == tomllib.loads(RELEASED.read_text()).keys()
