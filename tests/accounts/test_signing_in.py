"""Readers sign in by a code; staff, closed and demo accounts do not."""

import datetime
import re

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.test import Client

from accounts.models import Session, User
from accounts.sessions import SessionStore
from comments.models import Reader
from tests.accounts.conftest import ADDRESS, ask, code_in, other_than, sign_up, user_of
from tests.factories import StaffFactory, UserFactory


def test_reader_signs_in_by_a_code(client, mailoutbox, reader):
    user = reader(email=ADDRESS)
    assert ask(client, "RANI@example.ORG").url == "/akun/kode/"
    response = client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert (response.url, user_of(client)) == ("/akun/", str(user.pk))


def test_session_of_a_reader_lasts_sixty_days(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    rest = client.session.get_expiry_age()
    assert rest == 60 * 24 * 3600


def test_session_key_is_new_after_signing_in(client, mailoutbox, reader):
    """Session fixation: a key that somebody planted before is worth nothing after."""
    reader(email=ADDRESS)
    ask(client)
    planted = client.session.session_key
    client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_session_knows_its_account(client, mailoutbox, reader):
    user = reader(email=ADDRESS)
    ask(client)
    client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert [session.account_id for session in user.sessions.all()] == [user.pk]


def test_a_database_that_fails_is_not_taken_for_a_session_that_was_ended(
    client, reader, monkeypatch
):
    client.force_login(reader(email=ADDRESS))
    session = client.session
    lost = OperationalError("server closed the connection unexpectedly")

    def fail(*_told, **_more):
        raise lost

    with monkeypatch.context() as broken:
        broken.setattr("accounts.models.Session.save", fail)
        with pytest.raises(OperationalError) as raised:
            session.save()
    assert raised.value is lost
    session.flush()
    with pytest.raises(UpdateError):
        SessionStore(client.cookies["sessionid"].value).save()


def test_code_is_good_once(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    code = code_in(mailoutbox[0])
    client.post("/akun/kode/", {"code": code})
    client.post("/akun/keluar/")
    assert client.post("/akun/kode/", {"code": code}).url == "/akun/masuk/"
    assert user_of(client) is None


def test_code_is_good_only_in_the_browser_that_asked(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    thief = Client()
    ask(thief, "thief@example.org")
    thief.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert user_of(thief) is None


def test_new_code_makes_the_old_one_worthless(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    client.post("/akun/kode/", {"action": "resend"})
    old, new = map(code_in, mailoutbox)
    client.post("/akun/kode/", {"code": old if old != new else other_than(new)})
    assert user_of(client) is None
    client.post("/akun/kode/", {"code": new})
    assert user_of(client)


def test_code_expires_after_a_quarter_of_an_hour(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client, next="/terkini/")
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=15, seconds=1)
    with time_machine.travel(later, tick=False):
        typed = {"code": code_in(mailoutbox[0]), "next": "/terkini/"}
        response = client.post("/akun/kode/", typed)
        assert response.url == "/akun/masuk/?next=%2Fterkini%2F"
        assert "This code is no longer good" in client.get(response.url).content.decode()
    assert user_of(client) is None


def test_three_wrong_codes_end_it(client, mailoutbox, reader):
    reader(email=ADDRESS)
    ask(client)
    code = code_in(mailoutbox[0])
    for _attempt in range(2):
        page = client.post("/akun/kode/", {"code": other_than(code)})
        assert "That is not the code of the latest mail." in page.content.decode()
    assert client.post("/akun/kode/", {"code": other_than(code)}).url == "/akun/masuk/"
    assert "Too many attempts" in client.get("/akun/masuk/").content.decode()
    client.post("/akun/kode/", {"code": code})
    assert user_of(client) is None


def test_three_wrong_codes_end_a_sign_up_too(client, mailoutbox):
    sign_up(client, ADDRESS)
    code = code_in(mailoutbox[0])
    for _attempt in range(3):
        client.post("/akun/daftar/kode/", {"code": other_than(code)})
    client.post("/akun/daftar/kode/", {"code": code})
    assert (user_of(client), Reader.objects.count()) == (None, 0)


@pytest.mark.parametrize("is_known", [True, False])
def test_brute_force_stops_at_five_codes_in_ten_minutes_from_any_number_of_browsers(
    mailoutbox, reader, is_known
):
    if is_known:
        reader(email=ADDRESS)
    answers = [ask(Client()).status_code for _browser in range(6)]
    assert answers == [302, 302, 302, 302, 302, 200]
    assert len(mailoutbox) == 5
    assert "Wait ten minutes" in ask(Client()).content.decode()


def test_brute_force_of_a_day_ends_at_twenty_codes(mailoutbox, reader):
    reader(email=ADDRESS)
    start = datetime.datetime(2026, 11, 26, 8, tzinfo=datetime.UTC)
    for quarter in range(8):
        with time_machine.travel(start + datetime.timedelta(minutes=15 * quarter), tick=False):
            for _browser in range(4):
                ask(Client())
    assert len(mailoutbox) == 20


def test_sign_up_has_the_same_limit(mailoutbox):
    answers = [sign_up(Client(), ADDRESS).status_code for _browser in range(6)]
    assert answers == [302, 302, 302, 302, 302, 429]
    assert len(mailoutbox) == 5


# Who may not


def test_staff_get_no_code_but_a_letter_that_sends_them_to_the_desk(client, mailoutbox):
    StaffFactory(email="redaktur@example.org")
    for post in (ask, sign_up):
        post(client, "redaktur@example.org")
        mail = mailoutbox.pop()
        assert mail.subject == "Sign in at the desk"
        assert not re.search(r"\d{6}", mail.subject + mail.body)
        assert "/admin/login/" in mail.body


def test_code_is_worthless_for_whoever_became_staff_meanwhile(client, mailoutbox, reader):
    user = reader(email=ADDRESS)
    ask(client)
    user.is_staff = True
    user.save()
    response = client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert (response.url, user_of(client)) == ("/akun/ditutup/", None)


def test_closed_account_cannot_sign_in(client, mailoutbox, reader):
    reader(email=ADDRESS, is_active=False)
    ask(client)
    assert mailoutbox[0].subject == "Your account is closed"


def test_code_is_worthless_once_the_account_is_closed(client, mailoutbox, reader):
    user = reader(email=ADDRESS)
    ask(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    response = client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert (response.url, user_of(client)) == ("/akun/ditutup/", None)
    assert client.get("/akun/ditutup/").status_code == 200


def test_demo_account_gets_no_code_outside_the_demo(settings, client, mailoutbox, reader):
    reader(email=ADDRESS, is_demo=True)
    settings.DEMO = False
    ask(client)
    assert mailoutbox[0].subject == "Your account is closed"
    settings.DEMO = True
    ask(client)
    assert "is your code" in mailoutbox[1].subject


def test_password_of_a_reader_opens_nothing_here(client):
    UserFactory(email=ADDRESS, name="Rani", password="padi-menguning-1")
    response = client.post("/akun/masuk/", {"login": ADDRESS, "password": "padi-menguning-1"})
    assert (response.url, user_of(client)) == ("/akun/kode/", None)
