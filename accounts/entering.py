"""Coming in at the desk: the password first, then what proves the second factor, and only then a session."""

from __future__ import annotations

import time
from hmac import compare_digest
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from . import devices, second_factor
from .backends import DemoAwareBackend
from .models import User

# In the session: whose password was right and whose code is awaited; when somebody last proved who they are.
AWAITED, PROVED_AT = "desk_awaited", "desk_proved_at"
AWAITED_MINUTES = 10
# Whoever changes what opens the door has to have proved within these minutes that it is theirs.
FRESH_MINUTES = 15


def after_password(request: HttpRequest, user: User, url: str) -> HttpResponse:
    """Let somebody in whose password was right, or ask for the second factor. `url`: where they were going."""
    if not second_factor.has(user):
        return enter(request, user, url)
    request.session[AWAITED] = {
        "user": user.pk,
        # Another password meanwhile, and this one opens nothing.
        "hash": user.get_session_auth_hash(),
        "at": time.time(),
        "url": url,
    }
    return HttpResponseRedirect(reverse("admin:login_code"))


def awaited(request: HttpRequest) -> tuple[User, str] | None:
    """Whose second factor this browser is to show, and where they were going; None for nobody."""
    kept = request.session.get(AWAITED)
    if not kept or time.time() - kept["at"] > AWAITED_MINUTES * 60:
        return None
    user = User.objects.filter(pk=kept["user"], is_staff=True).first()
    if user is None or not DemoAwareBackend().user_can_authenticate(user):
        return None
    if not compare_digest(kept["hash"], user.get_session_auth_hash()):
        return None
    return user, kept["url"]


def enter(request: HttpRequest, user: User, url: str, *, by_factor: bool = False) -> HttpResponse:
    """Sign in, note with what, and go on."""
    is_first = user.last_login is None
    login(request, user, "accounts.backends.DemoAwareBackend")
    request.session.pop(AWAITED, None)
    prove(request)
    if by_factor:
        second_factor.pass_here(request, user)
    device = devices.note(request, user, is_first=is_first)
    response = HttpResponseRedirect(url)
    devices.set_cookie(response, device)
    return response


def prove(request: HttpRequest) -> None:
    request.session[PROVED_AT] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    proved_at: Any = request.session.get(PROVED_AT, 0)
    return bool(time.time() - proved_at < FRESH_MINUTES * 60)
