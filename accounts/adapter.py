"""How django-allauth behaves here: who may come in, where to, and what the mails say."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from . import letters
from .doors import account_of, may_sign_in, may_use_code, note_sign_in
from .models import User

# Seconds. A reader who comes back each week is not asked again; staff keep Django's two weeks.
READERS_SESSION = 60 * 24 * 3600


class ReaderAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("That is not the code of the latest mail. Check the six figures."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait ten minutes and ask for a new code then."
        ),
        "rate_limited": _("Too many attempts. Wait ten minutes and ask for a new code then."),
        "email_taken": _("This address has an account already. Sign in with it."),
    }

    # Where to

    def is_safe_url(self, url: str | None) -> bool:
        """Only a path on this site; no other address, not even of a host that is ours too."""
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, None)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("reader_page")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("reader_page")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the limits count by; never one that a visitor could have written."""
        try:
            return super().get_client_ip(request)
        except (ImproperlyConfigured, PermissionDenied):
            # It came past the proxies, or through a socket: whoever does shares one limit.
            return request.META.get("REMOTE_ADDR") or "unknown"

    # Who

    def login(self, request: HttpRequest, user: User) -> None:
        """The last step of every way in by a code. Whatever changed since it was sent counts."""
        if not may_use_code(user):
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_inactive")))
        super().login(request, user)
        request.session.set_expiry(READERS_SESSION)
        note_sign_in(request)

    # What is said

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Pages say themselves what went well; a message would wait in a cookie for the next."""
        if level >= messages.ERROR:
            super().add_message(request, level, *args, **kwargs)

    def send_account_already_exists_mail(self, email: str) -> None:
        self.send_mail("account/email/account_already_exists", email, {})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of our letters; where no code is due, the one that fits the address.

        The page says the same in every case, so only the owner of an address learns what the
        newsroom knows about it.
        """
        name = template_prefix.rpartition("/")[2]
        if name in {"unknown_account", "account_already_exists"}:
            name = _letter_for(account_of(email))
        letter = {
            "code": context.get("code", ""),
            "sign_in_url": _address("account_login"),
            "sign_up_url": _address("account_signup"),
        }
        letters.send(name, email, letter)


def _letter_for(account: User | None) -> str:
    if account is None:
        return "unknown_account"
    if not may_sign_in(account):
        return "closed_account"
    return "staff_account" if account.is_staff else "account_already_exists"


def _address(name: str) -> str:
    """The absolute address of a page, from the settings; where the reader was going is kept."""
    path = reverse(name)
    if current.request is not None:
        path = passthrough_next_redirect_url(current.request, path, "next")
    return f"{settings.SITE_URL}{path}"
