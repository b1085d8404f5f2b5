"""Who stands before a form: nobody we know, an account that has still to join, or a writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from . import bans, readers

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Visitor:
    """`user` is None for whoever is not signed in; `may_write` also asks for the present terms.

    `banned` is what a banned reader is told; empty for everybody else.
    """

    user: User | None = None
    may_write: bool = False
    banned: str = ""

    def way_in(self, back: str) -> str:
        """Where to go before anything can be written; it leads back to `back`, a path of ours."""
        return _with_next("reader_page" if self.user else "account_login", back)


def visitor_of(request: HttpRequest) -> Visitor:
    """Who sent the request. Reads the session: never for a page that is kept for everybody."""
    user = request.user
    if not user.is_authenticated:
        return Visitor()
    ban = bans.ban_in_force(user)
    return Visitor(
        user,
        may_write=ban is None and readers.has_current_terms(readers.reader_of(user)),
        banned=bans.told(ban) if ban else "",
    )


def sign_up(back: str) -> str:
    """Where somebody new gets an account and then comes to `back`, a path of ours."""
    return _with_next("account_signup", back)


def _with_next(name: str, back: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': back})}"
