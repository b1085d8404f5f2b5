"""Sessions in the database, as Django's own, that know whose they are.

Deleting an account has to end its sessions, and Django's table could only be searched by opening
every row.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

HERE = "desk_here"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from .models import Session  # the app registry is not there yet when this is loaded

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session = super().create_model_instance(data)
        account = data.get(SESSION_KEY)
        session.account_id = int(account) if account else None
        # How it came in, and when it was last here (accounts/devices.py).
        here = data.get(HERE) or {}
        session.agent = here.get("agent", "")
        session.network = here.get("network", "")
        session.signed_in_at = _instant(here.get("signed_in_at"))
        session.seen_at = _instant(here.get("seen_at"))
        return session


def _instant(seconds: float | None) -> datetime.datetime | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)
