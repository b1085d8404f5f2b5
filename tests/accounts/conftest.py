"""A newsroom that sends its letters into `mailoutbox`, and readers who follow the steps of the door."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from comments import readers, terms
from tests.factories import PublicationFactory, UserFactory


@pytest.fixture(autouse=True)
def newsroom(settings: Any, db: None) -> None:
    """English, a publication, and no limit used up by another test."""
    settings.LANGUAGE_CODE = "en"
    cache.clear()
    PublicationFactory()


@pytest.fixture
def reader(db: None) -> Callable[..., User]:
    """Make an account with a name that has accepted the terms: `reader("Rani Lestari")`."""

    def make(name: str = "Rani Lestari", **fields: Any) -> User:
        user = UserFactory(name="", **fields)
        readers.join(user, name=name, terms_version=terms.VERSION)
        return user

    return make


def code_in(mail: Any) -> str:
    """The six figures of a letter."""
    found = re.search(r"\b(\d{6})\b", mail.subject)
    assert found, mail.subject
    return found[1]


def sign_up(client: Client, email: str, name: str = "Rani Lestari", **more: Any) -> Any:
    return client.post("/akun/daftar/", {"email": email, "name": name, "terms": "on", **more})


ADDRESS = "rani@example.org"


def ask(client: Client, email: str = ADDRESS, **more: Any) -> Any:
    """Ask for a code to sign in with."""
    return client.post("/akun/masuk/", {"login": email, **more})


def user_of(client: Client) -> str | None:
    """The number of the account that a browser is signed in with."""
    return client.session.get("_auth_user_id")


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"
