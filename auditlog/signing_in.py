"""Who came to the desk, who left, and who was not let in. Readers come and go unwritten."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from .choices import Action
from .writing import write


def listen() -> None:
    user_logged_in.connect(_came, dispatch_uid="auditlog.came")
    user_logged_out.connect(_left, dispatch_uid="auditlog.left")
    user_login_failed.connect(_refused, dispatch_uid="auditlog.refused")


def _came(sender: Any, *, user: Any, **kwargs: Any) -> None:
    if user.is_staff:
        write(Action.SIGNED_IN, by=user, about=user)


def _left(sender: Any, *, user: Any, **kwargs: Any) -> None:
    if user is not None and user.is_staff:
        write(Action.SIGNED_OUT, by=user, about=user)


def _refused(sender: Any, *, credentials: Any, **kwargs: Any) -> None:
    """About the account that was tried, if it works here; nobody is known to have done it."""
    typed = str(credentials.get("username") or credentials.get("email") or "")
    accounts = get_user_model().objects.filter(is_staff=True)
    account = accounts.filter(email__iexact=typed.replace("\x00", "")).first()
    write(
        Action.REFUSED,
        about=account,
        details={} if account else {"typed": masked(typed)},
    )


def masked(typed: str) -> str:
    """What may be kept of what was typed: a stranger's address, or a password in the wrong field."""
    name, at, host = typed.strip().rpartition("@")
    return f"{name[:1]}•••@{host[:80]}" if at and name else "•••"
