"""What a process loads it keeps: whoever has no use for a library never loads it. In processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from newsroom.tasks import sweep_identities_lately
from tests.factories import ArticleFactory, PublicationFactory
from tests.importing.test_again import environment

# Pillow; what opens sealed keys and reads passkeys.
PICTURES = {"PIL"}
KEYS = {"cryptography", "fido2", "accounts.factor_codes", "accounts.passkeys"}
# The desk, the addresses of all pages, and what only they need.
DESK = {
    "newsroom.urls",
    "newsroom.desk",
    "newsroom.health",
    "articles.admin",
    "allauth.account.views",
}
METERS = {"prometheus_client"}

PAGE = """
import sys
from newsroom.wsgi import application
answered = []
environ = {
    "REQUEST_METHOD": "GET", "PATH_INFO": PATH, "SCRIPT_NAME": "", "QUERY_STRING": "",
    "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
    "HTTP_HOST": "127.0.0.1", "wsgi.input": sys.stdin.buffer, "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
}
page = b"".join(application(environ, lambda status, headers, *error: answered.append(status)))
assert answered == ["200 OK"] and SAYS.encode() in page, (answered, page)
"""
WORK = """
import django
django.setup()
from django.core.management import call_command
from procrastinate.contrib.django import app
# By the clock other jobs are due at other times of the day.
app.periodic_registry.periodic_tasks.clear()
call_command("work", once=True)
"""
LOAD = """
import threading
from newsroom.house.web import load
load()
from django.db import connections
assert threading.active_count() == 1
assert [one.connection for one in connections.all(initialized_only=True)] in ([], [None])
"""
CHECK = """
import django
django.setup()
from django.contrib import admin
from django.core import checks
assert admin.site._registry == {}
from articles.models import Tag
checks.run_checks(tags=["admin"])
assert len(admin.site._registry) > 40
admin.site._registry[Tag].list_display = ["nothing"]
assert [one.id for one in checks.run_checks(tags=["admin"])] == ["admin.E108"]
"""
FORK = """
import os
from newsroom.house.web import load
load()
from ads.rotation import rotation
from pagecache.installed import mark_of_this_code
assert mark_of_this_code.cache_info().currsize == 1
drawn = set()
for _worker in range(2):
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, str(rotation._chance.random()).encode())
        os._exit(0)
    os.wait()
    drawn.add(os.read(read, 100))
assert len(drawn) == 2, drawn
"""
SUPERVISE = """
from newsroom.house import run, trial
assert trial.settings_are_right()
"""


def loaded(folder: Path, program: str, among: set[str], **names: str) -> set[str]:
    """Which of these modules a process has loaded when the program has run in it."""
    lines = [f"{name} = {value!r}" for name, value in names.items()]
    lines += [program, f"import sys; print(*({among!r} & sys.modules.keys()))"]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        env=environment(
            DJANGO_SETTINGS_MODULE="tests.pagecache.site_settings", VAR_DIR=str(folder)
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.django_db(transaction=True)
def test_who_serves_readers_alone_loads_nothing_that_opens_keys_or_draws_pictures(
    tmp_path: Path,
) -> None:
    PublicationFactory()
    story = ArticleFactory(is_public=True)
    found = loaded(
        tmp_path, PAGE, PICTURES | KEYS, PATH=story.get_absolute_url(), SAYS=story.headline
    )
    assert found == set()


@pytest.mark.django_db
def test_who_opens_the_door_of_the_desk_without_a_code_loads_nothing_that_opens_keys(
    tmp_path: Path,
) -> None:
    assert loaded(tmp_path, PAGE, KEYS, PATH="/admin/login/", SAYS="</html>") == set()


@pytest.mark.django_db(transaction=True)
def test_the_job_worker_loads_neither_desk_nor_pages_even_where_a_job_names_a_story(
    tmp_path: Path,
) -> None:
    ArticleFactory(is_public=True, is_identity_protected=True)
    job = sweep_identities_lately.defer(timestamp=0)
    assert loaded(tmp_path, WORK, PICTURES | KEYS | DESK | METERS) == set()
    assert ProcrastinateJob.objects.get(pk=job).status == "succeeded"


def test_what_stands_at_the_desk_is_loaded_before_it_is_checked(tmp_path: Path) -> None:
    assert loaded(tmp_path, CHECK, {"newsroom.urls"}) == set()


def test_the_supervisor_does_not_keep_what_the_settings_load(
    tmp_path: Path,
) -> None:
    assert loaded(tmp_path, SUPERVISE, {"environs", "django.conf", "asyncio"}) == set()


def test_what_web_workers_are_forked_from_has_no_thread_and_no_connection(
    tmp_path: Path,
) -> None:
    assert loaded(tmp_path, LOAD, {"newsroom.urls"}) == {"newsroom.urls"}


def test_web_workers_draw_advertisements_each_by_its_own_chance_and_keep_pages_of_the_code_they_have(
    tmp_path: Path,
) -> None:
    assert loaded(tmp_path, FORK, {"newsroom.urls"}) == {"newsroom.urls"}


@pytest.mark.parametrize("patience", ["-3", "nan", "inf", "86401"])
def test_the_job_worker_is_told_a_patience_that_is_one(patience: str) -> None:
    with pytest.raises(CommandError, match=r"--patience is seconds, 0 to 86400; it is "):
        call_command("work", "--once", f"--patience={patience}")
