"""Three guesses at a code, however many come at once; slips of the finger are none."""

import pytest
from allauth.account import forms
from django.test import Client

from tests.accounts.conftest import ADDRESS, ask, code_in, other_than, sign_up, user_of
from tests.races import at_once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/akun/kode/", "/akun/daftar/kode/"])
def test_of_sixteen_guesses_at_once_three_are_looked_at(
    client, mailoutbox, reader, monkeypatch, path
):
    if path == "/akun/kode/":
        reader(email=ADDRESS)
        ask(client)
    else:
        sign_up(client, ADDRESS)
    code = code_in(mailoutbox[0])
    looked_at = []
    compare = forms.compare_user_code

    def noting(**pair):
        looked_at.append(pair["actual"])
        return compare(**pair)

    monkeypatch.setattr(forms, "compare_user_code", noting)

    def guess():
        browser = Client()
        browser.cookies = client.cookies.copy()
        return browser.post(path, {"code": other_than(code)}).status_code

    at_once(*[guess] * 16)
    assert 1 <= len(looked_at) <= 3
    client.post(path, {"code": code})
    assert user_of(client) is None


@pytest.mark.parametrize("typed", ["", "abc", "12345", "١٢٣٤٥٦"])
def test_what_cannot_be_a_code_uses_up_no_try(client, mailoutbox, reader, typed):
    reader(email=ADDRESS)
    ask(client)
    for _slip in range(5):
        assert client.post("/akun/kode/", {"code": typed}).status_code == 200
    client.post("/akun/kode/", {"code": code_in(mailoutbox[0])})
    assert user_of(client)


def test_after_the_last_wrong_code_the_sign_up_form_holds_what_was_typed(client, mailoutbox):
    sign_up(client, ADDRESS, "Rani Lestari")
    for _attempt in range(3):
        gone = client.post("/akun/daftar/kode/", {"code": other_than(code_in(mailoutbox[0]))})
    html = client.get(gone.url).content.decode()
    assert f'value="{ADDRESS}"' in html
    assert 'value="Rani Lestari"' in html


def test_refused_names_use_up_no_sign_up(client, mailoutbox):
    for _attempt in range(25):
        assert sign_up(client, ADDRESS, "Admin").status_code == 200
    assert sign_up(client, ADDRESS, "Rani Lestari").status_code == 302


def test_limit_of_sign_ups_gives_the_form_back_with_what_was_typed(mailoutbox):
    for _browser in range(6):
        response = sign_up(Client(), ADDRESS, "Rani Lestari")
    html = response.content.decode()
    assert response.status_code == 429
    assert f'value="{ADDRESS}"' in html
    assert 'value="Rani Lestari"' in html
    assert "Wait ten minutes" in html
