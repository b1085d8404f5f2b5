"""What browsers tell while the database is away: taken, kept through kills, and written once."""

from __future__ import annotations

import datetime
import time
import uuid
from collections import Counter
from dataclasses import replace

import pytest
import time_machine
from django.db import Error, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from ads import events, roll_up
from ads.choices import DiscardReason, EventKind
from ads.models import HourCount, RolledHour
from ads.rotation import Rotation
from ads.spool import NoRoom, Spool, Told, record_or_keep
from pagecache.outage import Link
from tests.factories import StaffFactory

from .beacons import arrival, arrive, click, discards, now_minus, placement, post, tell
from .beacons import events as written
from .factories import FlightFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Link:
    """A link to the database that the test takes down."""
    one = Link()
    for module in ("ads.spool", "ads.rotation"):
        monkeypatch.setattr(f"{module}.link", one)
    return one


@pytest.fixture
def creative(link):
    return FlightFactory().creatives.get()


@pytest.fixture
def away(link, monkeypatch):
    """Nothing in here may ask the database."""

    def refuse(*_told):
        raise OperationalError("away")

    link.is_down = True
    with connection.execute_wrapper(refuse):
        yield link


def row(kind: EventKind = EventKind.PAGE, at: int | None = None) -> events.Row:
    at = now_minus() if at is None else at
    return events.Row(kind, uuid.uuid4(), at, None, None, None, None, "phone")


def keep(spool: Spool, *rows: events.Row, **more) -> None:
    spool.keep(Told(rows, more.pop("discarded", {}), more.pop("now", time.time()), **more))


class TestTaken:
    def test_a_view_that_is_seen_and_clicked_in_an_outage_is_counted_once_it_is_over(
        self, client, creative, link, spool
    ):
        spool.remember_links({creative.pk: creative.link})
        top = placement()
        link.is_down = True
        with connection.execute_wrapper(lambda *told: pytest.fail("The database was asked.")):
            (token,) = arrive(client, (top, creative.pk))
            assert tell(client, (token, "m"), (token, "v")).status_code == 204
        answer = click(client, creative.pk, token)
        assert (answer.status_code, answer["Location"]) == (302, creative.link)
        assert written() == []
        link.is_down = False
        assert spool.write() == 3
        assert [kind for kind, *_of in written()] == ["c", "m", "p", "s", "v"]
        assert (discards(), spool.is_empty()) == ({}, True)
        # And the whole of it again, by a browser that saw no answer: nothing of it counts twice.
        link.is_down = True
        tell(client, (token, "m"), (token, "v"))
        link.is_down = False
        spool.write()
        assert len(written()) == 5

    def test_a_click_leads_where_it_leads_while_nothing_can_be_asked(self, client, spool, away):
        spool.remember_links({7: "https://toko.example/"})
        answer = click(client, 7, "x")
        assert (answer.status_code, answer["Location"]) == (302, "https://toko.example/")
        assert answer["Referrer-Policy"] == "origin"
        assert click(client, 8, "x").status_code == 503

    def test_what_is_sold_is_known_for_clicks_and_candidates_go_on(self, creative, spool, link):
        source = Rotation(seconds=4)
        source.renew()
        assert spool.link_of(creative.pk) == creative.link
        link.is_down = True
        with connection.execute_wrapper(lambda *told: pytest.fail("The database was asked.")):
            source._read_at = 0.0
            assert source.answer("article-1") is not None
        with pytest.raises(OperationalError):
            Rotation(seconds=4).answer("article-1")

    def test_lateness_is_judged_by_when_it_came(self, client, creative, link, spool):
        at = now_minus(7190)
        link.is_down = True
        (token,) = arrive(client, (placement(), creative.pk), at=at)
        with time_machine.travel(time.time() + 60):
            assert post(client, "/s/lihat", {"told": [[token, "m"]]}).status_code == 204
        link.is_down = False
        spool.write()
        assert [kind for kind, *_of in written()] == ["p", "s"]
        assert list(discards()) == [("late", placement(), creative.pk)]

    @pytest.mark.parametrize("is_staff", [True, False])
    def test_who_could_not_be_asked_about_is_asked_about_later(
        self, client, creative, link, spool, is_staff
    ):
        who = StaffFactory() if is_staff else User.objects.create_user("r@example.com", name="R")
        client.force_login(who)
        link.is_down = True

        def refuse(execute, sql, *rest):
            if "session" in sql:
                raise OperationalError("away")
            return execute(sql, *rest)

        with connection.execute_wrapper(refuse):
            arrive(client, (placement(), creative.pk))
        link.is_down = False
        spool.write()
        if is_staff:
            assert written() == []
            assert discards() == {
                ("staff", None, None): 1,
                ("staff", placement(), creative.pk): 1,
            }
        else:
            assert [kind for kind, *_of in written()] == ["p", "s"]

    def test_replays_are_told_apart_from_what_is_told_again(self, client, link, spool):
        one = arrival()
        link.is_down = True
        for path in ("/s/tiba", "/s/tiba", "/s/tiba?lagi", "/s/tiba?lagi"):
            assert post(client, path, one).status_code == 200
        link.is_down = False
        spool.write()
        assert [kind for kind, *_of in written()] == ["p"]
        assert discards() == {("replay", None, None): 1}

    def test_what_was_on_its_way_when_the_connection_broke_is_known(self, monkeypatch, link, spool):
        one = row()
        real = events._run

        def commit_and_break(values):
            real(values)
            raise OperationalError("the connection is lost")

        monkeypatch.setattr("ads.events._run", commit_and_break)
        assert record_or_keep([one], Counter(), time.time()) == {}
        monkeypatch.undo()
        spool_of_test = spool
        assert spool_of_test.write() == 1
        assert len(written()) == 1
        assert discards() == {}

    def test_an_error_of_ours_is_not_taken_for_an_outage(self, monkeypatch, link, spool):
        def fail(values):
            raise IntegrityError("ours")

        monkeypatch.setattr("ads.events._run", fail)
        with pytest.raises(IntegrityError):
            record_or_keep([row()], Counter(), time.time())
        assert spool.is_empty()


class TestBound:
    def test_what_finds_no_room_is_not_acknowledged_and_said(self, client, link, spool, caplog):
        spool.most = 2
        link.is_down = True
        codes = [post(client, "/s/tiba", arrival()).status_code for _ in range(4)]
        assert codes == [200, 200, 503, 503]
        said = [one.getMessage() for one in caplog.records if one.name == "ads.spool"]
        assert said == ["No room for what browsers tell: there are 2 already (1 so far)."]
        link.is_down = False
        spool.write()
        assert post(client, "/s/tiba", arrival()).status_code == 200
        link.is_down = True
        assert post(client, "/s/tiba", arrival()).status_code == 200

    def test_a_file_that_cannot_be_written_is_no_room(self, tmp_path):
        (tmp_path / "broken").write_bytes(b"no database at all, but long enough to be read" * 99)
        with pytest.raises(NoRoom):
            keep(Spool(tmp_path / "broken", 5), row())

    def test_the_file_is_for_its_owner_alone(self, spool):
        keep(spool, row())
        assert spool.path.stat().st_mode & 0o077 == 0


class TestWriting:
    def test_many_are_written_in_batches_with_their_discards_by_hour(self, spool, monkeypatch):
        monkeypatch.setattr("ads.spool.BATCH", 7)
        now = time.time()
        forged = (DiscardReason.FORGED, None, None)
        for number in range(20):
            keep(spool, row(), discarded={forged: 2}, now=now - 3600 * (number % 2))
        assert spool.write() == 20
        assert len(written()) == 20
        assert discards().keys() == {forged}
        with connection.cursor() as cursor:
            cursor.execute("SELECT count FROM ads_discard ORDER BY hour")
            assert cursor.fetchall() == [(20,), (20,)]

    def test_an_hour_that_was_done_is_made_anew_when_events_of_it_come_after_all(self, spool):
        at = timezone.now() - datetime.timedelta(hours=5)
        hour = roll_up.hour_of(at)
        RolledHour.objects.create(hour=hour, rolled_at=timezone.now())
        fresh = roll_up.hour_of(timezone.now())
        RolledHour.objects.create(hour=fresh, rolled_at=timezone.now())
        served = events.Row(
            EventKind.SERVED,
            uuid.uuid4(),
            int(at.timestamp()),
            placement(),
            None,
            None,
            None,
            "phone",
        )
        keep(spool, served, row())
        spool.write()
        assert list(RolledHour.objects.values_list("hour", flat=True)) == [fresh]
        roll_up.catch_up()
        assert HourCount.objects.get(hour=hour).served == 1

    def test_one_that_cannot_be_written_does_not_keep_the_others(self, spool, caplog):
        good = [row(), row()]
        keep(spool, good[0])
        keep(spool, replace(row(), device="no such screen at all"))
        keep(spool, good[1])
        spool.write()
        assert len(written()) == 2
        assert "is left out" in caplog.text
        assert spool.is_empty()

    def test_while_another_process_writes_this_one_does_not(self, spool):
        other = Spool(spool.path, 100)
        keep(spool, row())
        with other._alone() as is_alone:
            assert is_alone
            assert spool.write() == 0
        assert spool.write() == 1


@pytest.mark.django_db(transaction=True)
class TestKilled:
    """Whoever writes is killed, or hears nothing any more, at each of its steps."""

    FORGED = (DiscardReason.FORGED, None, None)

    def fill(self, spool: Spool) -> None:
        for _number in range(3):
            keep(spool, row(), discarded={self.FORGED: 1})

    def assert_once(self, spool: Spool) -> None:
        # A process that begins anew.
        Spool(spool.path, 100).write()
        assert len(written()) == 3
        assert discards() == {("forged", None, None): 3}
        assert spool.is_empty()

    def test_before_the_commit(self, spool, monkeypatch):
        self.fill(spool)
        real = spool._change

        def die(statement, *values):
            real(statement, *values)
            raise KeyboardInterrupt

        monkeypatch.setattr(spool, "_change", die)
        with pytest.raises(KeyboardInterrupt):
            spool.write()
        assert written() == []
        self.assert_once(spool)

    def test_between_the_commit_and_the_end(self, spool, monkeypatch):
        self.fill(spool)
        real = spool._change

        def die(statement, *values):
            if statement.startswith("DELETE"):
                raise KeyboardInterrupt
            real(statement, *values)

        monkeypatch.setattr(spool, "_change", die)
        with pytest.raises(KeyboardInterrupt):
            spool.write()
        assert len(written()) == 3
        self.assert_once(spool)

    def test_while_the_transaction_goes_on_elsewhere(self, spool):
        """The server has not noticed yet that nobody listens to it."""
        self.fill(spool)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            spool._change("UPDATE told SET written_in = ?", cursor.fetchone()[0])
            with pytest.raises(Error, match="not ended"):
                spool.write()
        # It wrote something else than these three, so they count as written: its word is what counts.
        spool.write()
        assert written() == []

    def test_a_transaction_of_another_database_says_nothing(self, spool):
        self.fill(spool)
        spool._change("UPDATE told SET written_in = ?", 2**60)
        self.assert_once(spool)

    def test_the_thread_writes_when_the_database_is_back_and_ends(self, tmp_path, link):
        one = Spool(tmp_path / "with-a-thread.sqlite3", 100)
        link.is_down = True
        keep(one, row())
        thread = one._thread
        assert thread is not None
        assert written() == []
        link.judge(is_down=False)
        thread.join(30)
        assert (len(written()), one._thread, one.is_empty()) == (1, None, True)
        # Nothing waits: no thread is started for it.
        one.write_soon()
        assert one._thread is None


@given(
    rows=st.lists(
        st.builds(
            events.Row,
            kind=st.sampled_from(EventKind),
            showing=st.uuids(),
            at=st.integers(0, 2**40),
            placement=st.none() | st.integers(1, 2**62),
            creative=st.none() | st.integers(1, 2**62),
            article=st.none() | st.integers(1, 2**62),
            section=st.none() | st.integers(1, 2**62),
            device=st.sampled_from(["phone", "desktop"]),
        ),
        max_size=4,
    ).map(tuple),
    discarded=st.dictionaries(
        st.tuples(
            st.sampled_from(DiscardReason),
            st.none() | st.integers(1, 9),
            st.none() | st.integers(1, 9),
        ),
        st.integers(1, 99),
    ),
    now=st.floats(0, 1e10),
    is_retold=st.booleans(),
    session=st.text(max_size=40),
)
def test_a_message_comes_back_as_it_was_kept(rows, discarded, now, is_retold, session):
    told = Told(rows, discarded, now, is_retold, session)
    assert Told.from_text(told.to_text()) == told
