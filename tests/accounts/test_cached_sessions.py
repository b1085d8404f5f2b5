"""Sessions with copies on a real Valkey server: quicker, and over in the moment in which they are ended."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import caches
from django.db import connection
from django.test import Client, RequestFactory

from accounts import cached_sessions, devices
from accounts.models import Session, User
from accounts.sessions import name_of_copy
from newsroom import valkey
from newsroom.retention import table
from tests.accounts.at_the_door import PASSWORD, PHONE, colleague, is_in, type_password
from tests.engines import Valkey

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(cached: Valkey) -> User:
    return colleague("reporter")


@pytest.fixture
def phone(user: User, django_capture_on_commit_callbacks: Any) -> Client:
    client = Client(HTTP_USER_AGENT=PHONE, REMOTE_ADDR="36.71.20.9")
    with django_capture_on_commit_callbacks(execute=True):
        type_password(client, user)
    return client


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def who(key: str) -> Any:
    """Whom a request with that cookie is of, as a view learns it."""
    request = RequestFactory().get("/")
    request.COOKIES["sessionid"] = key
    SessionMiddleware(lambda request: None).process_request(request)
    cached_sessions.AccountMiddleware(lambda request: None).process_request(request)
    return request.user if request.user.is_authenticated else None


def copy_of(key: str) -> str | None:
    return caches["sessions"].get(name_of_copy(key))


def test_a_session_and_its_account_are_one_question_once_it_was_read(
    phone: Client, user: User, django_assert_num_queries: Any
) -> None:
    key = key_of(phone)
    with django_assert_num_queries(2):
        assert who(key) == user
    for _turn in range(2):
        with django_assert_num_queries(1):
            assert who(key) == user


def test_the_server_is_told_no_key_and_no_copy_of_a_session_without_an_account(
    phone: Client, cached: Valkey
) -> None:
    who(key_of(phone))
    store = cached_sessions.SessionStore()
    store["wanted"] = "x"
    store.create()
    cached_sessions.SessionStore(store.session_key).load()
    kept = list(caches["sessions"].client().scan_iter())
    assert kept == [f"test:1:{name_of_copy(key_of(phone))}".encode()]
    assert key_of(phone).encode() not in kept[0]
    assert key_of(phone) not in (copy_of(key_of(phone)) or "")


def by_itself(client: Client, user: User) -> None:
    (row,) = devices.shown(user)
    assert devices.end(user, row["key"])


def all_of_them(client: Client, user: User) -> None:
    devices.end_all(user)


def new_password(client: Client, user: User) -> None:
    user.set_password("padi-menguning-2")
    user.save()


def signed_out(client: Client, user: User) -> None:
    client.post("/admin/logout/")


def shut(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def erased(client: Client, user: User) -> None:
    user.delete()


def by_hand(client: Client, user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_session WHERE account_id = %s", [user.pk])


def swept(client: Client, user: User) -> None:
    Session.objects.update(expire_date=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    assert table.forget_sessions() == 1


ENDED: list[Callable[[Client, User], None]] = [
    *(by_itself, all_of_them, new_password, signed_out, shut, erased, by_hand, swept)
]


@pytest.mark.parametrize("end", ENDED)
def test_a_session_that_was_ended_is_over_though_its_copy_is_there(
    phone: Client, user: User, cached: Valkey, end: Callable[[Client, User], None]
) -> None:
    """As when the server could not be told: it was away, or a slow process wrote the copy after all."""
    key = key_of(phone)
    assert who(key) == user
    copy = copy_of(key)
    assert copy
    end(phone, user)
    caches["sessions"].set(name_of_copy(key), copy, 600)
    assert who(key) is None
    assert not is_in(phone)


@pytest.mark.parametrize("end", [one for one in ENDED if one not in (shut, by_hand, swept)])
def test_its_copy_goes_in_the_moment_in_which_it_is_certain(
    phone: Client,
    user: User,
    end: Callable[[Client, User], None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    key = key_of(phone)
    who(key)
    with django_capture_on_commit_callbacks(execute=True):
        end(phone, user)
        assert end is signed_out or copy_of(key)
    assert copy_of(key) is None


def test_a_copy_goes_after_an_hour_whoever_forgot_it(phone: Client) -> None:
    who(key_of(phone))
    name = f"test:1:{name_of_copy(key_of(phone))}"
    assert 3500 < caches["sessions"].client().ttl(name) <= cached_sessions.KEPT


def test_what_another_process_wrote_into_a_session_counts(phone: Client, user: User) -> None:
    """Though its word to the server was lost, or came before that of a slower one."""
    key = key_of(phone)
    who(key)
    copy = copy_of(key)
    store = cached_sessions.SessionStore(key)
    store["saved_copies"] = ["a:1"]
    store.save()
    caches["sessions"].set(name_of_copy(key), copy, 600)
    assert cached_sessions.SessionStore(key)["saved_copies"] == ["a:1"]
    assert who(key) == user


def test_a_forged_copy_opens_nothing(phone: Client, user: User) -> None:
    """Even one that is signed: a session is what the database has."""
    other = colleague("editor")
    store = cached_sessions.SessionStore("x" * 32)
    forged = store.encode({"_auth_user_id": str(other.pk), "_auth_user_backend": "accounts.backends.DemoAwareBackend",
                           "_auth_user_hash": other.get_session_auth_hash()})  # fmt: skip
    for key in ("x" * 32, key_of(phone)):
        caches["sessions"].set(name_of_copy(key), forged, 600)
    assert who("x" * 32) is None
    assert who(key_of(phone)) == user


def test_the_desk_goes_on_while_the_server_is_gone_and_after(
    phone: Client, user: User, cached: Valkey
) -> None:
    assert is_in(phone)
    cached.kill()
    assert is_in(phone)
    later = Client(HTTP_USER_AGENT=PHONE)
    assert type_password(later, user, PASSWORD).status_code == 302
    assert is_in(later)
    assert valkey.breaker.is_open
    cached.start()
    valkey.breaker._again_at = 0
    assert is_in(phone)
    assert is_in(later)
    assert not valkey.breaker.is_open


def test_what_was_ended_while_the_server_was_gone_is_over_when_it_is_back(
    phone: Client, user: User, cached: Valkey, django_capture_on_commit_callbacks: Any
) -> None:
    assert is_in(phone)
    valkey.breaker.failed(OSError("gone"))
    with django_capture_on_commit_callbacks(execute=True):
        devices.end_all(user)
    valkey.breaker._again_at = 0
    assert copy_of(key_of(phone)), "the server was told after all, and this test shows nothing"
    assert not is_in(phone)


def test_without_the_setting_ending_one_costs_what_it_did(
    settings: Any, db: None, django_assert_num_queries: Any
) -> None:
    assert settings.SESSION_ENGINE == "accounts.sessions"
    user = colleague("reporter")
    Client().force_login(user)
    with django_assert_num_queries(1):
        assert Session.objects.filter(account=user).delete()[0] == 1
