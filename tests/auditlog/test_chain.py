"""Nobody changes what the log says: the database refuses, and the chain tells of whoever went around it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from auditlog import chain
from auditlog.choices import Action
from auditlog.models import Anchor, Entry
from auditlog.writing import write
from tests.factories import StaffFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def told(number: int) -> list[Entry]:
    return [write(Action.CHANGED, details={"n": n, "é": [True, None, "x"]}) for n in range(number)]


def around_the_triggers(statement: str, *values: Any) -> None:
    """As somebody who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE auditlog_entry SET name = '' WHERE true",
        "UPDATE auditlog_entry SET details = '{}'",
        "UPDATE auditlog_entry SET position = NULL, hash = ''",
        "UPDATE auditlog_entry SET hash = repeat('0', 64)",
        "DELETE FROM auditlog_entry",
        "TRUNCATE auditlog_entry",
        "UPDATE auditlog_anchor SET position = 7",
        "DELETE FROM auditlog_anchor",
        "TRUNCATE auditlog_anchor",
    ],
)
@pytest.mark.parametrize("is_sealed", [True, False])
def test_the_database_refuses_to_change_or_remove_a_row(statement, is_sealed):
    told(3)
    chain.seal()
    chain.forget(Entry.objects.get(position=2).at)
    if not is_sealed:
        told(1)
    before = list(Entry.objects.order_by("pk").values())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Entry.objects.order_by("pk").values()) == before
    assert len(before) >= 3


def test_a_row_cannot_say_another_time_or_come_sealed():
    then = timezone.now() - datetime.timedelta(days=9)
    row = Entry.objects.create(action=Action.CHANGED, at=then, position=1, hash="0" * 64)
    row.refresh_from_db()
    assert row.at > then + datetime.timedelta(days=8)
    assert (row.position, row.hash) == (None, "")


def test_rows_are_sealed_in_one_chain_in_their_order():
    rows = told(3)
    assert chain.seal() == 3
    rows += told(2)
    assert chain.check().unsealed == 2
    assert chain.seal() == 2
    assert chain.seal() == 0
    places = list(Entry.objects.order_by("position").values_list("pk", "position"))
    assert places == [(row.pk, place) for place, row in enumerate(rows, 1)]
    found = chain.check()
    assert (found.rows, found.begins_at, found.unsealed) == (5, 1, 0)
    assert found.head == chain.head() == chain.Head(5, Entry.objects.get(position=5).hash)


def test_an_empty_log_is_whole():
    assert chain.check() == chain.Found(0, 1, chain.Head(), 0)


@pytest.mark.parametrize(
    "change",
    [
        *("name = 'X', account = 1", "account = 7", "action = 'row.added'", "kind = 'x'"),
        *("object_id = '9'", "label = 'x'", "address = '::1'", "request_id = 'x'"),
        *("details = '{}'", "at = at + interval '1 microsecond'", "hash = repeat('a', 64)"),
    ],
)
def test_the_first_row_that_was_changed_around_the_triggers_is_named(change):
    rows = told(4)
    chain.seal()
    numbers = [rows[1].pk, rows[2].pk]
    around_the_triggers(f"UPDATE auditlog_entry SET {change} WHERE id = ANY(%s)", numbers)
    with pytest.raises(chain.Broken, match=rf"\b{rows[1].pk}\b"):
        chain.check()


def test_a_row_that_was_taken_out_is_missed_at_the_next_one():
    rows = told(3)
    chain.seal()
    around_the_triggers("DELETE FROM auditlog_entry WHERE id = %s", rows[1].pk)
    with pytest.raises(chain.Broken, match=rf"\b{rows[2].pk}\b.*\b2\b"):
        chain.check()


def test_rows_taken_off_the_beginning_are_missed():
    rows = told(3)
    chain.seal()
    around_the_triggers("DELETE FROM auditlog_entry WHERE id = %s", rows[0].pk)
    with pytest.raises(chain.Broken, match=rf"\b{rows[1].pk}\b.*\b1\b"):
        chain.check()


def test_a_head_kept_elsewhere_tells_of_rows_taken_off_the_end_and_of_a_new_chain():
    rows = told(3)
    chain.seal()
    kept = chain.head()
    around_the_triggers("DELETE FROM auditlog_entry WHERE id = %s", rows[2].pk)
    assert chain.check().rows == 2
    with pytest.raises(chain.Broken, match=r"\b2\b"):
        chain.check([kept])
    told(1)
    chain.seal()
    assert chain.check().rows == 3
    with pytest.raises(chain.Broken, match="elsewhere"):
        chain.check([kept])


def test_old_rows_go_and_the_rest_stays_a_chain():
    rows = told(5)
    chain.seal()
    kept_before, middle = chain.head(), Entry.objects.get(position=3)
    early = chain.Head(1, Entry.objects.get(position=1).hash)
    assert chain.forget(middle.at) == 2
    chain.seal()
    assert list(Entry.objects.order_by("position").values_list("position", flat=True)) == [
        3,
        4,
        5,
        6,
    ]
    last = Entry.objects.get(position=6)
    assert last.action == Action.FORGOTTEN
    anchor = Anchor.objects.get()
    assert last.details == {"rows": 2, "position": 2, "hash": anchor.hash}
    found = chain.check([kept_before, early])
    assert (found.rows, found.begins_at) == (4, 3)
    assert chain.forget(middle.at) == 0
    assert Anchor.objects.count() == 1
    assert rows[2].pk == middle.pk


def test_all_may_be_old_and_the_chain_goes_on(monkeypatch):
    monkeypatch.setattr(chain, "CHUNK", 2)
    told(5)
    chain.seal()
    assert chain.forget(timezone.now() + datetime.timedelta(days=1)) == 5
    assert [anchor.position for anchor in Anchor.objects.order_by("pk")] == [2, 4, 5]
    assert chain.head().position == 5
    chain.seal()
    assert chain.check().begins_at == 6
    assert chain.check().head.position == 8


def test_what_is_not_sealed_is_not_forgotten():
    told(2)
    assert chain.forget(timezone.now() + datetime.timedelta(days=1)) == 0
    assert Entry.objects.count() == 2


def test_an_anchor_that_nobody_signed_is_no_beginning():
    told(3)
    chain.seal()
    second = Entry.objects.get(position=2)
    Anchor.objects.create(position=2, hash=second.hash, rows=2, signature="x" * 43)
    around_the_triggers("DELETE FROM auditlog_entry WHERE position <= 2")
    with pytest.raises(chain.Broken, match="not signed"):
        chain.check()


def test_an_anchor_is_read_with_an_earlier_secret_too(settings):
    told(2)
    chain.seal()
    chain.forget(timezone.now() + datetime.timedelta(days=1))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    assert chain.head().position == 2
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(chain.Broken):
        chain.head()


def test_a_broken_beginning_is_not_removed():
    rows = told(3)
    chain.seal()
    around_the_triggers("UPDATE auditlog_entry SET label = 'x' WHERE id = %s", rows[0].pk)
    with pytest.raises(chain.Broken), transaction.atomic():
        chain.forget(timezone.now() + datetime.timedelta(days=1))
    assert Entry.objects.count() == 3


def test_a_removed_row_that_was_put_back_is_named():
    told(3)
    chain.seal()
    first = Entry.objects.get(position=1)
    chain.forget(Entry.objects.get(position=2).at)
    around_the_triggers(
        "INSERT INTO auditlog_entry (id, at, name, action, kind, object_id, label, address, request_id, details,"
        " position, hash) VALUES (%s, %s, '', %s, '', '', '', '', '', '{}', 1, %s)",
        *(first.pk, first.at, first.action, first.hash),
    )
    with pytest.raises(chain.Broken, match=rf"\b{first.pk}\b"):
        chain.check()


@pytest.mark.django_db(transaction=True)
def test_many_who_write_and_seal_at_once_make_one_chain():
    def work() -> None:
        for _turn in range(5):
            told(2)
            chain.seal()

    at_once(*[work] * 4)
    chain.seal()
    found = chain.check()
    assert (found.rows, found.unsealed, found.head.position) == (40, 0, 40)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_committed_late_comes_into_the_chain_later():
    with transaction.atomic():
        late = told(1)[0]

        def other() -> None:
            told(1)
            assert chain.seal() == 1

        at_once(other)
    assert chain.seal() == 1
    late.refresh_from_db()
    assert late.position == 2
    assert chain.check().rows == 2


def test_what_is_rolled_back_was_not_done():
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        told(1)
        raise Stop
    assert not Entry.objects.exists()


def test_the_command_prints_the_head_and_reads_the_chain():
    told(2)
    chain.seal()
    out = StringIO()
    call_command("audit_log", stdout=out)
    head = out.getvalue().strip()
    assert head == str(chain.head())
    call_command("audit_log", "--check", "--head", head, stdout=(out := StringIO()))
    assert out.getvalue().endswith(f"{head}\n")
    around_the_triggers("UPDATE auditlog_entry SET label = 'x' WHERE position = 2")
    number = Entry.objects.get(position=2).pk
    with pytest.raises(CommandError, match=rf"\b{number}\b"):
        call_command("audit_log", "--check")
    with pytest.raises(CommandError, match="no head"):
        call_command("audit_log", "--head", "12")


def test_whoever_is_gone_stays_named():
    user = StaffFactory(name="Andi", email="andi@kabar.example")
    row = write(Action.SETTINGS, by=user)
    user.delete()
    row.refresh_from_db()
    assert row.name == "Andi (andi@kabar.example)"
