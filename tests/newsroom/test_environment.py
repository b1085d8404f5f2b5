"""Variables of the environment: what counts, and what is said of what does not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom.environment import number, switch

NAME = "NEWSROOM_TEST_VARIABLE"


@pytest.mark.parametrize("said", [None, "", " ", "\t"])
def test_what_is_empty_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, said: str | None) -> None:
    monkeypatch.delenv(NAME, raising=False)
    if said is not None:
        monkeypatch.setenv(NAME, said)
    assert number(NAME, 7, 1, 10) == 7
    assert switch(NAME, True) is True
    assert switch(NAME, False) is False


@pytest.mark.parametrize(("said", "found"), [("1", 1), ("10", 10), (" 5 ", 5), ("-3", -3)])
def test_a_number_in_its_range_is_taken(
    monkeypatch: pytest.MonkeyPatch, said: str, found: int
) -> None:
    monkeypatch.setenv(NAME, said)
    assert number(NAME, 7, -3, 10) == found


@pytest.mark.parametrize(
    "said", ["0", "11", "-1", "1.5", "banyak", "5 MB", "0x5", "{{OTHER}}", "9" * 5000]
)
def test_any_other_is_refused_with_its_name_its_value_and_the_range(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv(NAME, said)
    with pytest.raises(ImproperlyConfigured) as refused:
        number(NAME, 7, 1, 10)
    assert str(refused.value) == f"{NAME} is “{said}”; it is a whole number, 1 to 10."


@pytest.mark.parametrize("said", ["1", "on", "true", "yes", "True", "ON", " yes "])
def test_a_switch_is_on_by_any_word_that_is_named(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv(NAME, said)
    assert switch(NAME, False) is True


@pytest.mark.parametrize("said", ["0", "off", "false", "no", "False", "OFF", " no "])
def test_a_switch_is_off_by_any_word_that_is_named(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv(NAME, said)
    assert switch(NAME, True) is False


@pytest.mark.parametrize("said", ["2", "ya", "nyala", "{{OTHER}}"])
def test_any_other_switch_is_refused_with_its_name_its_value_and_the_words(
    monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv(NAME, said)
    with pytest.raises(ImproperlyConfigured) as refused:
        switch(NAME, False)
    assert str(refused.value) == (
        f"{NAME} is “{said}”; it is 1 or 0, on or off, true or false, yes or no."
    )


@pytest.mark.parametrize(
    ("said", "found"), [("", []), ("one,two", ["one", "two"]), (" one, ", ["one"])]
)
def test_earlier_secrets_are_named_in_a_list(said: str, found: list[str]) -> None:
    """An empty one among them would sign for everybody."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from newsroom import settings; print(settings.SECRET_KEY_FALLBACKS)",
        ],
        env={**os.environ, "SECRET_KEY_FALLBACKS": said},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str(found)


# What a process has loaded and how it is set up, once all of the site is there.
LOADED = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
import django
django.setup()
import newsroom.urls
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.handlers.wsgi import WSGIHandler
WSGIHandler()
print(sorted({"boto3", "botocore", "redis", "storages"} & sys.modules.keys()))
print(settings.SESSION_ENGINE, sorted(settings.CACHES), type(default_storage.url and default_storage._wrapped).__name__)
print([one for one in settings.MIDDLEWARE if "Authentication" in one or one.startswith("accounts.")])
"""


def loaded(**environ: str) -> list[str]:
    told = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.splitlines()


def test_without_a_bucket_and_a_cache_server_nothing_of_either_is_loaded() -> None:
    assert loaded() == [
        "[]",
        "accounts.sessions ['database', 'default'] FileSystemStorage",
        "['django.contrib.auth.middleware.AuthenticationMiddleware']",
    ]


def test_settings_alone_lead_to_both() -> None:
    found = loaded(
        MEDIA_STORE="s3://photos?endpoint=http://127.0.0.1:1",
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="y",
        CACHE_URL="valkey://127.0.0.1:1/0",
    )
    assert found[1:] == [
        "accounts.cached_sessions ['database', 'default', 'sessions'] BucketStorage",
        "['accounts.cached_sessions.AccountMiddleware']",
    ]
