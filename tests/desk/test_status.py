"""How the site is running, on the desk: who sees it, what it says, what its buttons do."""

import datetime

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from newsroom import tasks
from newsroom.backup import record
from newsroom.models import JobFailure, OutgoingMail
from newsroom.watch import database, figures, jobs
from newsroom.watch.replica import Behind, Standing

STATUS = "/admin/status/"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def chief(member, at_desk):
    return at_desk(member("chief_editor", name="Ratna"))


def failed(reason="ValueError: the picture is broken"):
    job = tasks.deliver_mail.defer(mail_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
    if reason:
        JobFailure.objects.create(job=job, sentence=reason)
    return job


def page(client):
    response = client.get(STATUS)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("administrator", 200),
        ("chief_editor", 200),
        ("editor", 403),
        ("reporter", 403),
        ("moderator", 403),
        ("ad_desk", 403),
    ],
)
def test_chief_editors_and_administrators_see_it(member, at_desk, role, status):
    client = at_desk(member(role))
    assert client.get(STATUS).status_code == status
    assert (STATUS in client.get("/admin/").content.decode()) is (status == 200)
    job = failed()
    for move in ("again", "give-up"):
        answer = client.post(f"{STATUS}job/{job}/{move}/").status_code
        assert answer == (302 if status == 200 else 403)


def test_readers_and_strangers_are_led_to_the_door(client, db):
    assert client.get(STATUS).status_code == 302
    job = failed()
    assert client.post(f"{STATUS}job/{job}/again/").status_code == 302
    assert ProcrastinateJob.objects.get(pk=job).status == "failed"


@pytest.mark.parametrize("move", ["again", "give-up"])
def test_a_button_is_pressed_and_not_followed(chief, move):
    job = failed()
    assert chief.get(f"{STATUS}job/{job}/{move}/").status_code == 405
    assert ProcrastinateJob.objects.get(pk=job).status == "failed"


def test_a_failed_job_is_tried_again(chief):
    job = failed()
    assert "the picture is broken" in page(chief)
    answer = chief.post(f"{STATUS}job/{job}/again/", follow=True).content.decode()
    assert "The job waits to be done again." in answer
    assert "No job has failed." in answer
    assert ProcrastinateJob.objects.get(pk=job).status == "todo"


def test_a_failed_job_is_given_up(chief):
    job = failed()
    answer = chief.post(f"{STATUS}job/{job}/give-up/", follow=True).content.decode()
    assert "The job is given up and is listed no more." in answer
    assert "the picture is broken" not in answer
    assert JobFailure.objects.get(pk=job).given_up_by.name == "Ratna"


@pytest.mark.parametrize("move", ["again", "give-up"])
def test_what_went_on_meanwhile_is_said(chief, move):
    job = failed()
    jobs.try_again(job)
    for number in (job, 987654321):
        answer = chief.post(f"{STATUS}job/{number}/{move}/", follow=True).content.decode()
        assert "Nothing was done: the job has gone on meanwhile" in answer
    assert chief.post(f"{STATUS}job/x/{move}/").status_code == 404
    assert chief.post(f"{STATUS}job/{10**30}/{move}/").status_code in (302, 404)


def test_reasons_are_words_and_never_markup(chief):
    failed("ValueError: <script>alert(1)</script>")
    failed(jobs.KILLS)
    failed("")
    text = page(chief)
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "Begun again and again, and each time the worker died." in text
    assert "Why it failed was not written down; the log has it." in text


def test_a_late_job_is_an_alarm(chief):
    assert "Is the job worker running?" not in page(chief)
    at = timezone.now() - datetime.timedelta(minutes=31)
    tasks.deliver_mail.configure(schedule_at=at).defer(mail_id=1)
    assert "A job has been due for 31 minutes and nobody has begun it." in page(chief)


def test_letters_say_why_and_not_to_whom(chief):
    now = timezone.now()
    for fate in (
        {},
        {"sent_at": now},
        {"given_up_at": now, "last_error": "550 no <rani@example.org>", "attempts": 2},
    ):
        OutgoingMail.objects.create(
            to="rani@example.org", sender="n@x.example", subject="123456", **fate
        )
    text = page(chief)
    assert "rani@example.org" not in text
    assert "550 no &lt;r•••@example.org&gt;" in text
    assert "2 attempts" in text
    assert "The last letter went out on" in text
    assert "123456" not in text


def test_the_last_backup_is_told_or_that_there_is_none(chief, own_folder):
    assert "No backup is known of." in page(chief)
    at = timezone.now() - datetime.timedelta(hours=7)
    record.note("backup", ended_at=at.isoformat(), is_verified=True)
    assert "7\xa0hours ago" in page(chief)


def test_a_full_disk_is_an_alarm(chief, monkeypatch):
    rooms = [figures.Room("VAR_DIR", 1 << 20, 1 << 30), figures.Room("MEDIA_ROOT", -1, 0)]
    monkeypatch.setattr("newsroom.watch.page.figures.rooms", lambda: rooms)
    text = page(chief)
    assert '<dd class="status-alarm">1.0\xa0MB of 1.0\xa0GB free</dd>' in text
    assert '<dd class="status-alarm">not known</dd>' in text


def test_how_statements_are_counted_is_said_where_they_are_not(chief):
    text = page(chief)
    assert "CREATE EXTENSION pg_stat_statements" in text
    assert "articles_article" in text or "newsroom_" in text


def test_the_page_asks_the_same_number_of_questions_whatever_waits(
    chief, django_assert_num_queries
):
    page(chief)
    with django_assert_num_queries(18):
        page(chief)
    for _n in range(3):
        failed()
        OutgoingMail.objects.create(
            to="a@x.example", sender="n@x.example", subject="x", given_up_at=timezone.now(), last_error="no"
        )  # fmt: skip
    with django_assert_num_queries(18):
        page(chief)


def test_the_page_speaks_the_language_of_its_reader(member, at_desk):
    text = page(at_desk(member("chief_editor", language="id")))
    assert "Keadaan situs" in text
    assert "No job has failed" not in text


# Statements


@pytest.fixture
def counted(db):
    """A stand-in for pg_stat_statements: what matters is what is shown of it."""

    def make(rows):
        with connection.cursor() as cursor:
            cursor.execute('CREATE SCHEMA "odd name"')
            cursor.execute(
                'CREATE TABLE "odd name".pg_stat_statements'
                " (query text, calls bigint, mean_exec_time float, total_exec_time float, dbid oid)"
            )
            for query, total in rows:
                cursor.execute(
                    'INSERT INTO "odd name".pg_stat_statements SELECT %s, 2, %s / 2, %s, oid'
                    " FROM pg_database WHERE datname = current_database()",
                    [query, total, total],
                )

    return make


def test_only_statements_whose_values_are_left_out_are_shown(counted, monkeypatch):
    counted(
        [
            ("SELECT *\n  FROM comments_comment WHERE id = $1", 3000.0),
            ("ALTER ROLE news PASSWORD 'geheim'", 9000.0),
            ("COPY (SELECT 'rani@example.org') TO STDOUT", 8000.0),
            ("select 'rani@example.org' || $1", 1000.0),
            ("WITH x AS (SELECT 1) UPDATE " + "y" * 400, 500.0),
        ]
    )
    real = connection.cursor

    class Installed:
        """The first question is whether it is installed, and where."""

        def __init__(self):
            self.cursor = real()
            self.is_first = True

        def __enter__(self):
            return self

        def __exit__(self, *told):
            self.cursor.close()

        def execute(self, text, values=None):
            if "pg_extension" not in text:
                self.is_first = False
                self.cursor.execute(text, values)

        def fetchone(self):
            return ('"odd name"',)

        def fetchall(self):
            return self.cursor.fetchall()

    with monkeypatch.context() as there:
        there.setattr(database.connection, "cursor", Installed)
        found = database.slowest(10)
    assert [one.text for one in found[:2]] == [
        "SELECT * FROM comments_comment WHERE id = $1",
        "select '…' || $1",
    ]
    assert (found[0].calls, found[0].mean_ms, found[0].total_seconds) == (2, 1500.0, 3.0)
    assert len(found) == 3
    assert found[2].text.endswith("yyy …")
    assert len(found[2].text) == database.LONGEST_STATEMENT + 2


@pytest.mark.parametrize("text", ["select 'it''s rani", "select 'a' 'b'", "select $1"])
def test_nothing_quoted_is_shown(text):
    assert "rani" not in database.shown(text)
    assert "'a'" not in database.shown(text)


def test_an_extension_that_is_not_loaded_is_as_good_as_not_there(db, monkeypatch):
    class Broken:
        def execute(self, text, values=None):
            if "pg_extension" not in text:
                raise ProgrammingError("must be loaded via shared_preload_libraries")

        def fetchone(self):
            return ("public",)

        def __enter__(self):
            return self

        def __exit__(self, *told):
            pass

    with monkeypatch.context() as there:
        there.setattr(database.connection, "cursor", Broken)
        assert database.slowest(10) is None


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(behind=Behind(0, 0.0, 120)), "has every change"),
        (Standing(behind=Behind(1, 2.4, 120)), "1 change behind, for 2 s"),
        (Standing(behind=Behind(30, 61.0, 12_000)), "30 changes behind, for 61 s"),
        (Standing(why="connection refused"), "lost; pages are read from the database"),
    ],
)
def test_it_says_how_the_replica_stands(chief, monkeypatch, standing, said):
    monkeypatch.setattr("newsroom.watch.replica.standing", lambda: standing)
    text = page(chief)
    assert said in text and standing.why in text
    assert ('class="status-alarm">lost;' in text) is standing.is_lost


def test_without_a_replica_nothing_is_said_of_one(chief):
    assert "Replica" not in page(chief)
