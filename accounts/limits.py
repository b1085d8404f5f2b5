"""How often the desk's door may be tried: counted in the database, one request after the other.

Who knows a browser's cookie (`devices.known`) is counted by that browser. Everybody else is counted by the address
that was typed, whether or not there is such an account, and by the network. So a stranger can shut the door for
strangers alone, and for a quarter of an hour.
"""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from auditlog.choices import Action
from auditlog.writing import write

from . import devices, letters
from .doors import account_of, may_sign_in
from .models import Tries, User
from .network import client_address

# Of an account or a browser; of a network, behind which a whole newsroom may sit.
OF_ONE, OF_NETWORK = 10, 60
MINUTES = 15
# By no more do the clocks of two of our servers.
CLOCKS_DIFFER = datetime.timedelta(minutes=1)
# The owner hears of it once in so many minutes, however long somebody goes on.
BETWEEN_LETTERS = 6 * 60


class Shut(Exception):
    """No more tries for now. `minutes`: until there are again, at least 1."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


@dataclass(frozen=True)
class Attempt:
    """One try that was counted already."""

    keys: tuple[str, ...]
    email: str
    is_last: bool

    def failed(self) -> None:
        """Tell the owner of the account when that was the last try."""
        if self.is_last and (account := account_of(self.email)) is not None and account.is_staff:
            write(Action.REFUSED, about=account, details={"shut_minutes": MINUTES})
            _tell_owner(account)

    def succeeded(self) -> None:
        """The count of the one begins anew; that of the network gets this try back."""
        one, *others = self.keys
        Tries.objects.filter(key=one).delete()
        Tries.objects.filter(key__in=others, used__gt=0).update(used=F("used") - 1)


def password(request: HttpRequest, email: str) -> Attempt:
    """Count a try with a password, before it is looked at. Raises Shut."""
    account = account_of(email)
    device = devices.known(request, account) if account else None
    if device is not None:
        one, *others = (f"device:{device.pk}",)
    else:
        name = sha256(email.strip().lower().encode()).hexdigest()
        one, *others = (f"account:{name}", f"network:{_network(request)}")
    for key in others:
        take(key, OF_NETWORK, MINUTES)
    return Attempt((one, *others), email, take(one, OF_ONE, MINUTES))


def proof(user: User) -> Attempt:
    """Count a try of somebody who is past the password: a code, or the password once more. Raises Shut."""
    key = f"proof:{user.pk}"
    return Attempt((key,), user.email, take(key, OF_ONE, MINUTES))


def take(key: str, limit: int, minutes: int) -> bool:
    """Use up one of `limit` tries; True when it was the last. Raises Shut when there was none.

    From the last one on the time begins anew.
    """
    now = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        found = Tries.objects.filter(key=key).first()
        end = found.since + datetime.timedelta(minutes=minutes) if found else now
        # A beginning that lies ahead was written while the machine's clock was wrong.
        if found is None or end <= now or found.since > now + CLOCKS_DIFFER:
            found = Tries(key=key, used=0, since=now)
        if found.used >= limit:
            raise Shut(max(1, -int(-(end - now).total_seconds() // 60)))
        found.used += 1
        if found.used == limit:
            found.since = now
        found.save()
    return found.used == limit


def forget_old() -> int:
    """Counts that no longer matter; how many there were."""
    long_ago = timezone.now() - datetime.timedelta(days=1)
    return Tries.objects.filter(since__lt=long_ago).delete()[0]


def _network(request: HttpRequest) -> str:
    """The address; of IPv6 the part that one customer of a provider has."""
    address = client_address(request)
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)


def _tell_owner(account: User) -> None:
    if not may_sign_in(account):
        return
    try:
        take(f"letter:{account.pk}", 1, BETWEEN_LETTERS)
    except Shut:
        return
    letters.send("desk_shut", account.email, {"shut_minutes": MINUTES})
