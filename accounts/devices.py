"""The browsers that somebody signed in with at the desk: known again by a cookie, listed, ended."""

from __future__ import annotations

import datetime
import ipaddress
import re
import time
import uuid
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from . import letters
from .models import Device, Session, User
from .network import client_address
from .sessions import HERE

COOKIE = "perangkat"
COOKIE_DAYS = 400
# How exact “last seen” is, in seconds: a session is not written at every page.
SEEN_EVERY = 600
# How many days the link of a letter ends the sign-in that it tells of.
LINK_DAYS = 7
_SALT_COOKIE, _SALT_LINK = "accounts.device", "accounts.end_sign_in"

_SYSTEMS = [
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X|Macintosh", "macOS"),
    ("Linux", "Linux"),
]
# The first that fits: most browsers also call themselves Chrome and Safari.
_BROWSERS = [
    ("Edg(?:e|A|iOS)?/", "Edge"),
    ("OPR/|Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("UCBrowser/", "UC Browser"),
    ("Firefox/|FxiOS/", "Firefox"),
    ("Chrome/|CriOS/", "Chrome"),
    ("Safari/", "Safari"),
]


def known(request: HttpRequest, account: User) -> Device | None:
    """The device whose cookie this browser shows, if that account has signed in with it."""
    try:
        key = uuid.UUID(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT_COOKIE))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
    return Device.objects.filter(account=account, key=key).first()


def note(request: HttpRequest, account: User, *, is_first: bool) -> Device:
    """Remember with what somebody has just signed in, and write to them when it is new.

    `is_first`: nobody has ever signed in to that account, so nothing is news. `set_cookie` has to follow.
    """
    now = time.time()
    request.session[HERE] = {
        "agent": request.META.get("HTTP_USER_AGENT", "")[:300],
        "network": coarse(client_address(request)),
        "signed_in_at": now,
        "seen_at": now,
    }
    device = known(request, account)
    is_new = device is None
    if device is None:
        device = Device.objects.create(account=account)
    else:
        Device.objects.filter(pk=device.pk).update(last_at=timezone.now())
    request.session[HERE]["device"] = device.pk
    if is_new and not is_first:
        _write(request, account)
    return device


def set_cookie(response: HttpResponse, device: Device) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps(str(device.key), salt=_SALT_COOKIE),
        max_age=COOKIE_DAYS * 24 * 3600,
        path=reverse("admin:index"),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def seen(request: HttpRequest) -> None:
    """Note now and then that a signed-in browser is still at work."""
    here = request.session.get(HERE)
    if here and time.time() - here["seen_at"] > SEEN_EVERY:
        request.session[HERE] = here | {"seen_at": time.time()}


def signed_in(account: User) -> QuerySet[Session]:
    """Where somebody is signed in now, the latest first."""
    rows = Session.objects.filter(account=account, expire_date__gt=timezone.now())
    return rows.order_by("-seen_at", "-session_key")


def shown(account: User, request: HttpRequest | None = None) -> list[dict[str, Any]]:
    """The same as pages show it; `is_here` is the browser that asks."""
    here = request.session.session_key if request is not None else None
    return [
        {
            "key": name_of(row),
            "browser": browser_of(row.agent),
            "network": row.network,
            "signed_in_at": row.signed_in_at,
            "seen_at": row.seen_at,
            "is_here": row.session_key == here,
        }
        for row in signed_in(account)
    ]


def end(account: User, key: str) -> bool:
    """End one session by the name that pages have for it; False when it is not there.

    Its browser is a stranger from then on.
    """
    return _end([row for row in signed_in(account) if name_of(row) == key]) > 0


def end_all(account: User, *, but: str | None = None) -> int:
    """End all sessions but that of a session key; return how many."""
    return _end([row for row in signed_in(account) if row.session_key != but])


def _end(rows: list[Session]) -> int:
    devices = [(row.get_decoded().get(HERE) or {}).get("device") for row in rows]
    Device.objects.filter(pk__in=[pk for pk in devices if pk]).delete()
    Session.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def forget_old() -> int:
    """Devices whose cookie has ended; how many there were."""
    long_ago = timezone.now() - datetime.timedelta(days=COOKIE_DAYS)
    return Device.objects.filter(last_at__lt=long_ago).delete()[0]


def name_of(session: Session) -> str:
    """A session's name in pages and addresses: the key itself opens it and stands nowhere."""
    return signing.Signer(salt="accounts.session").signature(session.session_key)[:40]


def link_to_end(request: HttpRequest) -> str:
    """The address, for a letter, of a page that ends this session."""
    row = Session(session_key=request.session.session_key)
    token = signing.dumps([request.user.pk, name_of(row)], salt=_SALT_LINK)
    return f"{settings.SITE_URL}{reverse('admin:end_sign_in', args=[token])}"


def named_by(token: str) -> tuple[User, str] | None:
    """Whose session the link of a letter names, and its name; None for one that is none or too old."""
    try:
        pk, key = signing.loads(token, salt=_SALT_LINK, max_age=LINK_DAYS * 24 * 3600)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk).first()
    return None if user is None else (user, key)


def browser_of(agent: str) -> str:
    """What people call a browser: “Chrome on Android”."""
    browser = next((name for sign, name in _BROWSERS if re.search(sign, agent)), "")
    system = next((name for sign, name in _SYSTEMS if re.search(sign, agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser that does not say its name")


def coarse(address: str) -> str:
    """An address without what tells households apart: 36.71.20.x."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return f"{address.rpartition('.')[0]}.x"
    return str(ipaddress.ip_network(f"{found}/48", strict=False).network_address) + "x"


def _write(request: HttpRequest, account: User) -> None:
    letters.send(
        "new_device",
        account.email,
        {
            "at": timezone.localtime(),
            # Words of ours in the letter's own language, never what a stranger's program calls itself.
            "browser": lazy(browser_of, str)(request.session[HERE]["agent"]),
            "network": request.session[HERE]["network"],
            "end_url": link_to_end(request),
            "link_days": LINK_DAYS,
        },
    )
