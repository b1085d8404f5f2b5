"""Who stands before a form: nobody we know, an account that has still to join, or a writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.http import urlencode

if TYPE_CHECKING:
    from accounts.models import User

SIGN_IN = "/akun/masuk/"
SIGN_UP = "/akun/daftar/"
OWN_PAGE = "/akun/"


@dataclass(frozen=True)
class Visitor:
    """`user` is None for whoever is not signed in; `may_write` also asks for the present terms."""

    user: User | None = None
    may_write: bool = False

    def way_in(self, back: str) -> str:
        """Where to go before anything can be written; it leads back to `back`, a path of ours."""
        return _with_next(OWN_PAGE if self.user else SIGN_IN, back)


def sign_up(back: str) -> str:
    return _with_next(SIGN_UP, back)


def visitor_of(request: HttpRequest) -> Visitor:
    """Who sent the request. Reads the session: never for a page that is kept for everybody."""
    user = request.user
    if not user.is_authenticated:
        return Visitor()
    return Visitor(user, may_write=True)


def _with_next(address: str, back: str) -> str:
    return f"{address}?{urlencode({'next': back})}"
