"""How often the desk's door may be tried, and by whom it cannot be shut."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts import limits
from accounts.models import Tries
from auditlog.choices import Action
from auditlog.models import Entry
from tests.accounts.at_the_door import DESK, colleague, is_in, type_password

OTHER = {"REMOTE_ADDR": "203.0.113.7"}
SHUT = "Too many attempts. Try again in 15 minutes."


@pytest.fixture(autouse=True)
def still(time_machine: Any) -> None:
    time_machine.move_to("2026-11-27T10:00:00Z", tick=False)


def guess(client: Client, user: Any, times: int, **more: Any) -> list[str]:
    """Type a wrong password so often; return what was answered, each answer once."""
    answers = [
        " ".join(str(error) for error in response.context["form"].non_field_errors())
        for response in (type_password(client, user, "salah", **more) for _ in range(times))
    ]
    return [*dict.fromkeys(answers)]


class Nobody:
    email = "nobody@example.org"


def test_ten_wrong_passwords_shut_the_account_to_strangers_for_a_quarter_of_an_hour(
    client, time_machine
):
    user = colleague()
    assert guess(client, user, 10) == [
        "This e-mail address and password do not open the desk. Check both; capital letters "
        "count in the password."
    ]
    assert guess(client, user, 1) == [SHUT]
    # The right one opens nothing either, from anywhere.
    assert SHUT in type_password(Client(), user, **OTHER).content.decode()
    time_machine.shift(14 * 60)
    assert "Try again in 1 minute." in type_password(client, user).content.decode()
    time_machine.shift(60)
    assert type_password(client, user).url == DESK


def test_an_account_that_is_not_there_answers_the_same(client):
    user = colleague()
    known = [guess(client, user, 10), guess(client, user, 2)]
    assert [guess(Client(), Nobody, 10, **OTHER), guess(Client(), Nobody, 2, **OTHER)] == known


def test_capital_letters_and_spaces_are_no_way_around(client):
    user = colleague(email="rahma@example.org")
    guess(client, user, 10)
    response = client.post("/admin/login/", {"username": " RAHMA@example.org", "password": "salah"})
    assert SHUT in response.content.decode()


def test_the_right_password_begins_the_count_anew(client):
    user = colleague()
    guess(client, user, 9)
    assert type_password(client, user).url == DESK
    stranger = Client()
    assert len(guess(stranger, user, 10)) == 1
    assert guess(stranger, user, 1) == [SHUT]


def test_the_audit_log_says_that_an_account_was_shut_to_strangers(client):
    user = colleague()
    guess(client, user, 12)
    rows = Entry.objects.filter(action=Action.REFUSED, object_id=str(user.pk)).order_by("id")
    assert [row.details for row in rows] == [{}] * 10 + [{"shut_minutes": 15}]


def test_the_owner_is_told_once_however_long_it_goes_on(client, mailoutbox, time_machine):
    user = colleague()
    for _ in range(4):
        guess(client, user, 12)
        time_machine.shift(15 * 60)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([user.email], "Somebody tries to open your account")
    ]
    guess(Client(), Nobody, 12, **OTHER)
    assert len(mailoutbox) == 1


def test_a_clock_that_was_ahead_shuts_nobody_out_until_that_day_comes(client, time_machine):
    user = colleague()
    time_machine.shift(24 * 3600)
    guess(client, user, 10)
    assert guess(client, user, 1) == [SHUT]
    time_machine.shift(-24 * 3600)
    assert type_password(client, user).url == DESK


def test_strangers_do_not_shut_out_who_was_here_before(client):
    user = colleague()
    type_password(client, user)
    client.post("/admin/logout/")
    guess(Client(), user, 11, **OTHER)
    assert SHUT in type_password(Client(), user).content.decode()
    assert type_password(client, user).url == DESK
    assert is_in(client)


def test_who_was_here_before_has_ten_tries_too(client):
    user = colleague()
    type_password(client, user)
    client.post("/admin/logout/")
    assert len(guess(client, user, 10)) == 1
    assert guess(client, user, 1) == [SHUT]


def test_the_cookie_of_one_account_is_worth_nothing_for_another(client):
    mine, other = colleague(), colleague()
    type_password(client, mine)
    client.post("/admin/logout/")
    guess(Client(), other, 10, **OTHER)
    assert SHUT in type_password(client, other).content.decode()


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "\x7f", "1" * 5000])
def test_a_made_up_cookie_is_a_strangers(value, client):
    user = colleague()
    guess(Client(), user, 10, **OTHER)
    client.cookies["perangkat"] = value
    assert SHUT in type_password(client, user).content.decode()


def test_sixty_wrong_passwords_shut_a_network_but_not_who_was_here_before(client):
    known, unknown = colleague(), colleague()
    type_password(client, known)
    client.post("/admin/logout/")
    for number in range(6):
        one = type("One", (), {"email": f"{number}@example.org"})
        guess(Client(), one, 10)
    assert SHUT in type_password(Client(), unknown).content.decode()
    assert type_password(Client(), unknown, **OTHER).url == DESK
    assert type_password(client, known).url == DESK


def test_an_ipv6_network_is_what_one_customer_has(client):
    for number in range(6):
        one = type("One", (), {"email": f"{number}@example.org"})
        guess(Client(), one, 10, REMOTE_ADDR=f"2001:db8:1:2::{number}")
    user = colleague()
    assert SHUT in type_password(client, user, REMOTE_ADDR="2001:db8:1:2:ffff::1").content.decode()
    assert type_password(client, user, REMOTE_ADDR="2001:db8:1:3::1").url == DESK


def test_counts_are_forgotten_after_a_day(client, time_machine):
    guess(client, Nobody, 1)
    time_machine.shift(23 * 3600)
    limits.forget_old()
    assert Tries.objects.count() == 2
    time_machine.shift(2 * 3600)
    limits.forget_old()
    assert Tries.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_tries_that_come_at_once_are_counted_one_by_one():
    def one(_number: int) -> bool:
        try:
            limits.take("account:together", 10, 15)
        except limits.Shut:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        taken = [*threads.map(one, range(24))]
    assert taken.count(True) == 10
