"""A new reader: an address proved by a code, a name, the terms; as a browser goes through it."""

import datetime
import re

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import doors
from accounts.models import User
from comments.models import Reader
from comments.terms import VERSION
from tests.accounts.conftest import ADDRESS, code_in, sign_up, user_of
from tests.factories import StaffFactory, UserFactory


def test_sign_up_makes_a_reader_once_the_code_is_typed(client, mailoutbox):
    response = sign_up(client, "Rani@Example.org", "  Rani   Lestari ")
    assert response.url == "/akun/daftar/kode/"
    response = client.post("/akun/daftar/kode/", {"code": code_in(mailoutbox[0])})
    assert response.url == "/akun/"
    user = User.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == (
        "rani@example.org",
        "Rani Lestari",
        False,
    )
    reader = Reader.objects.get()
    assert reader.terms_version == VERSION
    assert timezone.now() - reader.terms_accepted_at < datetime.timedelta(minutes=1)
    assert EmailAddress.objects.get().verified
    assert user_of(client) == str(user.pk)


def test_code_stands_in_the_subject_and_may_be_typed_with_spaces(client, mailoutbox):
    sign_up(client, ADDRESS)
    code = code_in(mailoutbox[0])
    assert mailoutbox[0].subject == f"{code} is your code to sign up"
    client.post("/akun/daftar/kode/", {"code": f" {code[:3]} {code[3:]} "})
    assert user_of(client)


def test_code_field_can_be_filled_in_by_a_phone(client):
    sign_up(client, ADDRESS)
    page = client.get("/akun/daftar/kode/").content.decode()
    field = re.search(r'<input[^>]*name="code"[^>]*>', page)[0]
    assert 'autocomplete="one-time-code"' in field
    assert 'inputmode="numeric"' in field


def test_attack_05_unproved_address_gets_nothing(client, mailoutbox):
    sign_up(client, ADDRESS, "Rani Lestari")
    user = User.objects.get()
    assert (user.name, user_of(client), Reader.objects.count()) == ("", None, 0)
    assert client.get("/akun/").status_code == 302
    # Not even the name is kept from others.
    sign_up(Client(), "other@example.org", "Rani Lestari")
    assert len(mailoutbox) == 2


def test_unproved_address_can_sign_up_again_with_another_name(client, mailoutbox):
    sign_up(Client(), ADDRESS, "Not Rani")
    sign_up(client, ADDRESS, "Rani Lestari")
    client.post("/akun/daftar/kode/", {"code": code_in(mailoutbox[1])})
    assert User.objects.get().name == "Rani Lestari"


def test_unproved_address_is_forgotten_after_a_day():
    sign_up(Client(), ADDRESS)
    assert doors.forget_unproven() == 0
    User.objects.update(created_at=timezone.now() - datetime.timedelta(hours=25))
    assert doors.forget_unproven() == 1
    assert User.objects.count() == 0


def test_accounts_that_are_real_are_never_forgotten(reader):
    reader("Rani Lestari")
    StaffFactory()
    UserFactory(name="Imported")
    User.objects.update(created_at=timezone.now() - datetime.timedelta(days=400))
    assert doors.forget_unproven() == 0


def test_sign_up_needs_the_terms(client, mailoutbox):
    response = client.post("/akun/daftar/", {"email": ADDRESS, "name": "Rani Lestari"})
    assert "Without the terms nobody can comment here." in response.content.decode()
    assert (mailoutbox, User.objects.count()) == ([], 0)


def test_name_that_was_taken_meanwhile_is_asked_for_again(client, mailoutbox, reader):
    sign_up(client, ADDRESS, "Rani Lestari", next="/terkini/")
    reader("Rani Lestari")
    response = client.post("/akun/daftar/kode/", {"code": code_in(mailoutbox[0])})
    assert response.url == "/akun/?next=%2Fterkini%2F"
    assert "Another reader has this name" in client.get(response.url).content.decode()
    again = {"do": "join", "name": "Rani Lestari Anwar", "terms": "on", "next": "/terkini/"}
    assert client.post("/akun/", again).url == "/terkini/"
    assert User.objects.get(email=ADDRESS).name == "Rani Lestari Anwar"
