"""A test that commits leaves the database as it was when it was new, whatever it wrote."""

from __future__ import annotations

import datetime
import threading
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase

from ads import partitions
from ads.models import Placement
from articles.models import Place, WrongForm
from comments import readers, terms
from tests.as_new import LARGEST_EMPTY_TABLE, NewDatabase
from tests.factories import (
    ArticleFactory,
    BylineFactory,
    PersonFactory,
    PlaceFactory,
    SectionFactory,
    StaffFactory,
    TagFactory,
    UserFactory,
)
from tests.races import somebody_waits_for_me

pytestmark = pytest.mark.django_db(transaction=True)

# What the migrations bring; everything else is empty in a new database.
BROUGHT = {
    *("django_migrations", "django_content_type"),
    *("auth_permission", "auth_group", "auth_group_permissions"),
    *("articles_place", "articles_wrongform", "ads_category", "ads_placement"),
    # Told to whoever kept pages of another database.
    "pagecache_notice",
}
Rows = dict[str, list[str]]


def rows() -> Rows:
    """Every row of every table, partitions too, as a text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = [text for (text,) in cursor.fetchall()]
    return found


def places_on_the_disk(table: str) -> list[tuple[str, str]]:
    """Where each row stands and who wrote it: another writing, even of the same values, shows."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT ctid::text, xmin::text FROM "{table}" ORDER BY 1')
        return cursor.fetchall()


def value(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def story_with_everything() -> None:
    user = UserFactory(name="")
    readers.join(user, name="Rani Lestari", terms_version=terms.VERSION)
    StaffFactory().groups.add(Group.objects.get(name="editor"))
    SectionFactory()
    TagFactory()
    PersonFactory()
    BylineFactory(article=ArticleFactory(is_public=True))


def rows_that_were_brought_changed() -> None:
    Group.objects.get(name="reporter").permissions.clear()
    Group.objects.filter(name="editor").update(name="editors")
    Group.objects.filter(name="moderator").delete()
    Permission.objects.all()[3].delete()
    ContentType.objects.create(app_label="gone", model="gone")
    Placement.objects.update(name="")
    WrongForm.objects.update(is_active=False)


def rows_that_were_brought_gone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE articles_place, auth_permission, ads_category CASCADE")


def places_under_a_new_one() -> None:
    parent = PlaceFactory()
    PlaceFactory(parent=parent)


def tables_of_other_days() -> None:
    partitions.make([datetime.date(2031, 5, 1), datetime.date(2031, 5, 2)])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_behind (id bigint)")


ACTS = [
    story_with_everything,
    places_under_a_new_one,
    rows_that_were_brought_changed,
    rows_that_were_brought_gone,
    tables_of_other_days,
]


def test_a_test_finds_nothing_but_what_the_migrations_bring() -> None:
    assert {table for table, texts in rows().items() if texts} == BROUGHT


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_everything_is_as_before_whatever_is_committed(
    django_db_setup: NewDatabase, act: Any
) -> None:
    before = rows()
    act()
    assert rows() != before
    django_db_setup.restore()
    assert rows() == before


def test_every_test_case_that_commits_is_followed_by_it() -> None:
    class Committing(TransactionTestCase):
        def test(self) -> None:
            for act in ACTS:
                act()

    before = rows()
    result = unittest.TestResult()
    Committing("test")(result)
    assert (result.testsRun, result.failures, result.errors) == (1, [], [])
    assert rows() == before


def test_what_nobody_touched_is_not_written_again(django_db_setup: NewDatabase) -> None:
    before = {table: places_on_the_disk(table) for table in BROUGHT}
    one = WrongForm.objects.first()
    WrongForm.objects.filter(pk=one.pk).update(is_active=not one.is_active)
    django_db_setup.restore()
    after = {table: places_on_the_disk(table) for table in BROUGHT}
    assert len({*after["articles_wrongform"]} - {*before["articles_wrongform"]}) == 1
    del before["articles_wrongform"], after["articles_wrongform"]
    assert after == before


def test_a_number_is_never_given_out_twice(django_db_setup: NewDatabase) -> None:
    first, place = SectionFactory().pk, Place.objects.latest("pk").pk
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE articles_place_id_seq RESTART")
    django_db_setup.restore()
    assert SectionFactory().pk == first + 1
    assert value("SELECT nextval('articles_place_id_seq')") > place


def test_a_writer_that_has_not_committed_is_waited_for(django_db_setup: NewDatabase) -> None:
    has_written, waited = threading.Event(), []

    def write() -> None:
        with closed_at_the_end(), transaction.atomic():
            SectionFactory()
            has_written.set()
            waited.append(somebody_waits_for_me())

    writer = threading.Thread(target=write)
    writer.start()
    assert has_written.wait(20)
    django_db_setup.restore()
    writer.join(20)
    assert waited == [True]
    assert rows()["articles_section"] == []


def test_a_writer_that_never_ends_is_named_and_ended(
    django_db_setup: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.as_new.PATIENCE", "100ms")
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("UPDATE articles_place SET code = code")
    with pytest.raises(AssertionError, match=r"open transactions: .*SET code = code"):
        django_db_setup.restore()
    django_db_setup.restore()
    with pytest.raises(OperationalError), other.cursor() as cursor:
        cursor.execute("SELECT 1")
    other.close()


def test_thousands_of_rows_leave_no_pages_for_others_to_read(django_db_setup: NewDatabase) -> None:
    size = "SELECT pg_relation_size('newsroom_cache')"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO newsroom_cache SELECT n::text, repeat('x', 1000), now() FROM generate_series(1, 2000) n"
        )
    assert value(size) > LARGEST_EMPTY_TABLE
    django_db_setup.restore()
    assert value(size) == 0


def test_a_table_that_is_gone_is_told(django_db_setup: NewDatabase) -> None:
    before = rows()
    with (
        pytest.raises(AssertionError, match=r"a test dropped \['newsroom_cache'\]"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DROP TABLE newsroom_cache")
        django_db_setup.restore()
    assert rows() == before


@contextmanager
def closed_at_the_end() -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()
