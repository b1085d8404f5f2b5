"""What is kept how long: every model is in the table, each kind goes by itself, and the page says the same."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts.models import Session
from auditlog import chain
from auditlog.models import Entry
from auditlog.writing import write
from newsroom import tasks
from newsroom.models import Forgetting
from newsroom.retention import forgetting, table
from newsroom.retention.not_personal import NOT_PERSONAL
from pagecache.keeper import KEPT_SECONDS
from pagecache.models import Notice
from tests.factories import PublicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def publication() -> Any:
    return PublicationFactory()


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def kind(key: str, forget: Any, **fields: Any) -> table.Kind:
    return table.Kind(key, key, "x", "y", lambda: "z", (), forget, **fields)


def in_table() -> set[str]:
    return {model for one in table.TABLE for model in one.models}


def test_every_model_is_in_the_table_or_keeps_nothing_of_people():
    known = in_table() | set(NOT_PERSONAL)
    models = {model._meta.label for model in apps.get_models(include_auto_created=False)}
    assert sorted(models - known) == [], "say in newsroom/retention/table.py what it keeps of whom"
    assert sorted(known - models) == [], "there is no such model"
    assert sorted(in_table() & set(NOT_PERSONAL)) == []


SUSPECT = ("email", "phone", "address", "ip", "email_hash", "address_block", "network")


def test_what_keeps_an_address_of_somebody_is_in_the_table():
    suspects = {
        model._meta.label
        for model in apps.get_models()
        if any(field.name in SUSPECT for field in model._meta.get_fields())
    }
    # The paper's own, and an address of a page.
    public = {"articles.Publication", "newsroom.ImportedItem", "ads.Proof"}
    assert sorted(suspects - in_table() - public) == []


def test_keys_are_written_once_and_each_line_says_all():
    keys = [one.key for one in table.TABLE]
    assert len(keys) == len(set(keys))
    for one in table.TABLE:
        assert all((str(one.name), str(one.data), str(one.why), str(one.period())))


def test_the_page_on_privacy_prints_the_table(client, settings):
    settings.AUDIT_LOG_KEPT_DAYS = 777
    page = client.get("/privasi/").content.decode()
    with translation.override("id"):
        for one in table.TABLE:
            assert f"<dt>{one.name}</dt>" in page
    assert "777 hari" in page


def test_everything_that_has_an_end_is_let_go(db):
    gone = forgetting.forget_due()
    assert set(gone) == {one.key for one in table.TABLE if one.forget}
    assert Forgetting.objects.filter(error="").count() == len(gone)


def test_one_that_fails_keeps_no_other_from_going(monkeypatch):
    def fail() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM nowhere_at_all")
        return 0

    done: list[str] = []
    monkeypatch.setattr(
        forgetting,
        "TABLE",
        (
            kind("one", lambda: 3),
            kind("bad", atomically(fail)),
            kind("two", lambda: done.append("x") or 4),
        ),
    )
    with pytest.raises(forgetting.Failed, match="bad"):
        forgetting.forget_due()
    rows = Forgetting.objects.in_bulk()
    assert (rows["one"].removed, rows["two"].removed) == (3, 4)
    assert rows["bad"].ended_at is None
    assert "nowhere_at_all" in rows["bad"].error
    assert done == ["x"]


def atomically(act: Any) -> Any:
    return transaction.atomic(act)


def test_what_failed_is_tried_again_in_the_next_hour_and_the_rest_at_night(
    monkeypatch, time_machine
):
    asked: list[str] = []
    broken = [True]

    def bad() -> int:
        asked.append("bad")
        if broken[0]:
            raise ValueError("no")
        return 1

    monkeypatch.setattr(
        forgetting,
        "TABLE",
        (
            kind("nightly", lambda: asked.append("nightly") or 1),
            kind("hourly", lambda: asked.append("hourly") or 1, is_hourly=True),
            kind("bad", bad),
        ),
    )
    noon = datetime.datetime(2026, 11, 27, 4, 25, tzinfo=datetime.UTC)  # 12.25 WITA

    def at(hours: float) -> list[str]:
        asked.clear()
        time_machine.move_to(noon + datetime.timedelta(hours=hours))
        with contextlib.suppress(forgetting.Failed):
            forgetting.forget_due()
        return list(asked)

    assert at(0) == ["nightly", "hourly", "bad"]
    assert at(1) == ["hourly", "bad"]
    broken[0] = False
    assert at(2) == ["hourly", "bad"]
    assert at(3) == ["hourly"]
    assert at(15) == ["nightly", "hourly", "bad"]  # 3.25 at night
    assert at(15.5) == ["hourly"]
    # The server slept through the next night.
    assert at(15 + 27) == ["nightly", "hourly", "bad"]


def test_the_job_does_it(monkeypatch):
    monkeypatch.setattr(forgetting, "TABLE", (kind("one", lambda: 3),))
    tasks.forget(0)
    assert Forgetting.objects.get().removed == 3


def test_the_desk_shows_when_each_went_last_and_how_much(admin_client, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    now = timezone.now()
    Forgetting.objects.create(kind="letters", tried_at=now, ended_at=now, removed=4711)
    Forgetting.objects.create(kind="views", tried_at=now, error="OperationalError: <away>")
    page = admin_client.get("/admin/status/").content.decode()
    assert "4711" in page.replace(".", "")
    assert "OperationalError: &lt;away&gt;" in page


def test_sessions_that_have_run_out_go_and_others_stay():
    now = timezone.now()
    for key, hours in (("old", -1), ("new", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=now + datetime.timedelta(hours=hours)
        )
    assert table.forget_sessions() == 1
    assert Session.objects.get().session_key == "new"


def test_counters_that_are_over_go_and_others_stay():
    cache.set("over", 1, -1)
    cache.set("stays", 1, 600)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE newsroom_cache SET expires = now() - interval '1 s' WHERE cache_key LIKE '%over'"
        )
    table.forget_limits()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM newsroom_cache WHERE expires < now()")
        assert cursor.fetchone() == (0,)
    assert cache.get("stays") == 1


def test_notices_are_forgotten_once_no_page_can_be_older():
    now = timezone.now()
    Notice.objects.all().delete()
    kept = datetime.timedelta(seconds=KEPT_SECONDS)
    for age in (kept, kept + datetime.timedelta(hours=23), kept + datetime.timedelta(hours=25)):
        Notice.objects.create(tags=["story:1"], at=now - age)
    assert table.forget_notices() == 1
    assert [now - one.at < kept + datetime.timedelta(days=1) for one in Notice.objects.all()] == [
        True,
        True,
    ]


def test_the_audit_log_goes_after_the_days_of_the_settings_and_stays_whole(settings, time_machine):
    write("row.settings")
    chain.seal()
    now = timezone.now()
    time_machine.move_to(now + datetime.timedelta(days=settings.AUDIT_LOG_KEPT_DAYS - 1))
    assert table.forget_audit_log() == 0
    time_machine.move_to(now + datetime.timedelta(days=settings.AUDIT_LOG_KEPT_DAYS + 1))
    assert table.forget_audit_log() == 1
    chain.seal()
    assert chain.check().begins_at == 2
    assert Entry.objects.get().action == "log.forgotten"
