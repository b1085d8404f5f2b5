"""The door for passwords: as Django's own, but demo accounts open it only in the demo."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from . import sessions


class DemoAwareBackend(ModelBackend):
    """Sign in by e-mail and password.

    A demo account has a password that is printed on a terminal, so it must never open a
    real newsroom: outside the demo (`settings.DEMO`) it is as if it did not exist, also
    for sessions that are already open.
    """

    def user_can_authenticate(self, user) -> bool:
        if getattr(user, "is_demo", False) and not settings.DEMO:
            return False
        return super().user_can_authenticate(user)

    def get_user(self, user_id: Any) -> Any:
        """The account, read anew or just now together with its session."""
        session = sessions.asked.get()
        account = session.account if session is not None else None
        if account is None or account.pk != user_id:
            return super().get_user(user_id)
        session.account = None
        return account if self.user_can_authenticate(account) else None
