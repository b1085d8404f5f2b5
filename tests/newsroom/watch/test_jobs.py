"""Jobs that wait, are late, failed, or were left by a worker that died."""

import datetime
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from newsroom import tasks
from newsroom.models import JobFailure
from newsroom.watch import jobs, logs, working
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now


def defer(minutes=None, task=tasks.deliver_mail, **arguments):
    if minutes is None:
        return task.defer(**(arguments or {"mail_id": 1}))
    at = NOW() - datetime.timedelta(minutes=minutes)
    return task.configure(schedule_at=at).defer(**(arguments or {"mail_id": 1}))


def put(job_id, status, attempts=0, worker=None):
    """Put a job into a state, as workers do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            [worker, job_id],
        )
        if status != "doing":
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job_id]
            )
        cursor.execute(
            "UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", [attempts, job_id]
        )


def worker(seconds_silent=0):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds_silent],
        )
        return cursor.fetchone()[0]


def state(job_id):
    return ProcrastinateJob.objects.values_list("status", "attempts").get(pk=job_id)


def asked_for(job_id, minutes):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - make_interval(mins => %s) WHERE job_id = %s",
            [minutes, job_id],
        )


# Waiting and late


def test_nothing_waits_and_nothing_is_late():
    assert jobs.counts() == jobs.Counts(waiting=0, late=0, doing=0, failed=0)
    assert jobs.seconds_late() == 0


def test_a_job_whose_time_has_not_come_is_not_late():
    defer(minutes=-60)
    assert jobs.seconds_late() == 0
    assert jobs.counts() == jobs.Counts(waiting=1, late=0, doing=0, failed=0)


def test_a_job_with_a_time_is_late_from_then_on():
    defer(minutes=20)
    defer(minutes=5)
    assert 1200 <= jobs.seconds_late() < 1260
    assert jobs.counts() == jobs.Counts(waiting=2, late=1, doing=0, failed=0)


def test_a_job_without_a_time_is_late_from_the_asking_on():
    job = defer()
    assert jobs.seconds_late() < 60
    asked_for(job, minutes=30)
    assert 1800 <= jobs.seconds_late() < 1860
    assert jobs.counts().late == 1


def test_a_job_in_hand_is_not_late_however_long_it_takes():
    job = defer(minutes=90)
    put(job, "doing", worker=worker())
    assert jobs.seconds_late() == 0
    assert jobs.counts() == jobs.Counts(waiting=0, late=0, doing=1, failed=0)


# Failed


def test_a_failed_job_is_listed_with_the_reason_and_without_secrets():
    job = defer()
    put(job, "failed", attempts=1)
    jobs.note_failure(job, ValueError("no such\nletter to rani@example.org, password=x\x00"))
    (found,) = jobs.failed(10)
    assert found.pop("at") <= NOW()
    assert found == {
        "id": job,
        "task_name": "newsroom.deliver_mail",
        "attempts": 1,
        "sentence": "ValueError: no such letter to r•••@example.org, password=•••",
    }


def test_a_reason_that_is_too_long_is_cut_and_one_without_words_is_its_kind():
    job = defer()
    put(job, "failed")
    jobs.note_failure(job, ValueError("x" * 5000))
    assert len(jobs.failed(1)[0]["sentence"]) == 300
    jobs.note_failure(job, KeyError())
    assert jobs.failed(1)[0]["sentence"] == "KeyError"


def test_a_failed_job_of_which_nothing_was_written_down_is_listed_too():
    job = defer()
    put(job, "failed")
    (found,) = jobs.failed(10)
    assert (found["id"], found["sentence"]) == (job, "")
    assert found["at"] is not None


def test_trying_again_lets_it_wait_at_once():
    job = defer(minutes=5)
    put(job, "failed", attempts=2)
    jobs.try_again(job)
    assert state(job) == ("todo", 3)
    assert jobs.failed(10) == []
    assert jobs.seconds_late() < 60
    with pytest.raises(jobs.NotPossible):
        jobs.try_again(job)


def test_giving_up_says_who_and_lists_it_no_more():
    job, person = defer(), StaffFactory()
    put(job, "failed")
    jobs.give_up(job, by=person)
    assert jobs.failed(10) == []
    assert jobs.counts().failed == 0
    failure = JobFailure.objects.get(pk=job)
    assert (failure.given_up_by, failure.given_up_at is None) == (person, False)
    with pytest.raises(jobs.NotPossible):
        jobs.give_up(job, by=person)


@pytest.mark.parametrize("status", ["todo", "doing", "succeeded", "cancelled", "aborted"])
def test_only_failed_jobs_are_tried_again_or_given_up(status):
    job = defer()
    if status != "todo":
        put(job, status)
    for do in (jobs.try_again, lambda key: jobs.give_up(key, by=StaffFactory())):
        with pytest.raises(jobs.NotPossible):
            do(job)
        with pytest.raises(jobs.NotPossible):
            do(987654321)
    assert state(job)[0] == status


def test_a_job_whose_like_waits_already_is_not_tried_again():
    task = tasks.take_from_dead_workers
    job = defer(task=task, timestamp=1)
    put(job, "failed")
    defer(task=task, timestamp=2)
    with pytest.raises(jobs.NotPossible):
        jobs.try_again(job)
    assert state(job)[0] == "failed"


def test_the_database_wants_a_name_beside_a_time():
    with pytest.raises(IntegrityError, match="given_up_by_somebody"), transaction.atomic():
        JobFailure.objects.create(job=1, given_up_at=NOW())


# Dead workers


def test_what_a_dead_worker_left_is_done_again():
    job = defer()
    put(job, "doing", worker=worker(seconds_silent=61))
    assert jobs.take_from_dead_workers() == 1
    assert state(job) == ("todo", 1)
    assert jobs.take_from_dead_workers() == 0


def test_what_a_forgotten_worker_left_is_done_again():
    job = defer()
    put(job, "doing", worker=None)
    tasks.take_from_dead_workers(timestamp=0)
    assert state(job) == ("todo", 1)


def test_what_a_living_worker_does_is_left_to_it():
    job = defer()
    put(job, "doing", worker=worker(seconds_silent=59))
    assert jobs.take_from_dead_workers() == 0
    assert state(job) == ("doing", 0)


def test_what_kills_the_workers_fails_at_the_fifth_time():
    job = defer()
    put(job, "doing", attempts=4)
    assert jobs.take_from_dead_workers() == 0
    assert state(job) == ("failed", 5)
    assert jobs.failed(10)[0]["sentence"] == jobs.KILLS


def test_one_whose_like_waits_already_ends_and_is_no_failure():
    task = tasks.take_from_dead_workers
    job = defer(task=task, timestamp=1)
    put(job, "doing")
    other = defer(task=task, timestamp=2)
    assert jobs.take_from_dead_workers() == 0
    assert state(job)[0] == "aborted"
    assert state(other)[0] == "todo"
    assert jobs.counts().failed == 0


# Forgetting


@pytest.mark.parametrize(
    ("status", "days", "is_kept"),
    [
        ("succeeded", 2, True),
        ("succeeded", 4, False),
        ("cancelled", 4, False),
        ("aborted", 4, False),
        ("failed", 29, True),
        ("failed", 31, False),
        ("todo", 99, True),
        ("doing", 99, True),
    ],
)
def test_ended_jobs_are_forgotten_with_their_reasons(status, days, is_kept):
    job = defer()
    if status != "todo":
        put(job, status)
    jobs.note_failure(job, ValueError())
    asked_for(job, minutes=days * 24 * 60)
    assert jobs.forget_ended() == (0 if is_kept else 1)
    assert ProcrastinateJob.objects.filter(pk=job).exists() is is_kept
    assert JobFailure.objects.filter(pk=job).exists() is is_kept


# In a worker


@pytest.mark.django_db(transaction=True)
def test_a_worker_writes_down_why_and_its_lines_carry_the_number(monkeypatch):
    seen, lines = [], []

    def fails(mail_id):
        seen.append(logs.unit.get())
        logging.getLogger("newsroom.test").warning("inside")
        raise ValueError("cannot write to rani@example.org")

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(logs.JSONFormatter().format(record))

    # The worker's thread ends with its connection open otherwise.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    monkeypatch.setattr("newsroom.mail.deliver", fails)
    job = defer()
    keep = Keep()
    logging.getLogger().addHandler(keep)
    try:
        # In a thread of its own: where a browser was tested before, this one has an event loop that runs.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(
                call_command, "procrastinate", "worker", "--one-shot", "--queues", "mail"
            ).result()
    finally:
        logging.getLogger().removeHandler(keep)
    assert seen == [("job_id", str(job))]
    ours = [line for line in lines if f'"job_id": "{job}"' in line]
    assert len(ours) == 2
    assert "inside" in ours[0] and "ended with status: Error" in ours[1]
    assert not any("rani@" in line for line in lines)
    assert jobs.failed(10)[0]["sentence"] == "ValueError: cannot write to r•••@example.org"
    assert logs.unit.get() is None


def test_a_reason_that_cannot_be_written_does_not_hide_the_failure(monkeypatch):
    def broken(job_id, error):
        raise IntegrityError

    class Context:
        class job:
            id = 1

    def fails():
        raise ValueError("first")

    monkeypatch.setattr(jobs, "note_failure", broken)
    with pytest.raises(ValueError, match="first"):
        working.note_failure(fails, Context, None)
