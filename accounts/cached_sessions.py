"""Sessions of the database, with copies on the cache server (CACHE_URL) that spare a question.

A copy alone opens nothing. The question for the account of a request, which is asked in any case, says too whether the
session is there still and is what the copy says. So a session that was ended, in whatever way, is over with the next
request, whether or not the cache server could be told. Only sessions that belong to somebody have copies: of others
nobody would ask. docs/decisions/0041-bucket-and-cache-server.md
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.core.cache import caches
from django.db.models import Exists
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from . import sessions
from .sessions import forget, name_of_copy

# Seconds. A copy that nobody took away is gone after so long.
KEPT = 3600


class SessionStore(sessions.SessionStore):
    def load(self) -> dict[str, Any]:
        key = self.session_key
        copy = caches["sessions"].get(name_of_copy(key)) if key else None
        if isinstance(copy, str):
            data: dict[str, Any] = self.decode(copy)
            if SESSION_KEY in data and self._is_confirmed(copy, data[SESSION_KEY]):
                return data
            forget([key])
        return self._load_row()

    def save(self, must_create: bool = False) -> None:
        super().save(must_create)
        # Who reads it next copies it: a copy made here could come after that of a later save.
        forget([self.session_key])

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        super().delete(session_key)
        forget([key])

    def _is_confirmed(self, copy: str, account: str) -> bool:
        from .models import User  # as in accounts/sessions.py

        row = self.model.objects.filter(
            session_key=self.session_key, session_data=copy, expire_date__gt=timezone.now()
        )
        # Kept for `accounts.backends`, which would ask for the same.
        self.account = User._default_manager.filter(Exists(row), pk=account).first()
        return self.account is not None

    def _load_row(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]
        if row is None:
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        if SESSION_KEY in data:
            left = (row.expire_date - timezone.now()).total_seconds()
            name = name_of_copy(row.session_key)
            caches["sessions"].set(name, row.session_data, min(KEPT, left))
        return data


class AccountMiddleware(AuthenticationMiddleware):
    """As Django's own, and the backend is told whose session it is."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        account: Any = SimpleLazyObject(lambda: _account_of(request))
        request.user = account


def _account_of(request: HttpRequest) -> Any:
    token = sessions.asked.set(request.session)
    try:
        return get_user(request)
    finally:
        sessions.asked.reset(token)
