"""Where a request comes from, as little of it as is needed: the block, hashed, changing monthly."""

from __future__ import annotations

import hmac
import ipaddress
from hashlib import sha256

from django.conf import settings
from django.utils import timezone


def block_of(address: str) -> str:
    """The network that an address belongs to: /24 of IPv4, /48 of IPv6; "" for what is none.

    Whoever has one IPv6 address has billions; a mobile carrier puts thousands of readers behind
    one of IPv4. So a block says little, and no comment is refused for it alone.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    length = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{length}", strict=False))


def hashed_block(address: str) -> str:
    """The block under this month's key, 32 characters; "" without an address.

    It can be compared with others of the month and not turned back without the server's secret.
    """
    block = block_of(address)
    if not block:
        return ""
    key = f"{settings.SECRET_KEY}:comments.network:{timezone.now():%Y-%m}".encode()
    return hmac.new(key, block.encode(), sha256).hexdigest()[:32]


def hashed_email(email: str) -> str:
    """An e-mail address under a key, 64 characters: whether it was banned, not whose it is."""
    return hashed_emails(email)[0]


def hashed_emails(email: str) -> list[str]:
    """The same, and behind it those under earlier secrets (SECRET_KEY_FALLBACKS): by each a ban may be known."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = (f"{secret}:comments.ban".encode() for secret in secrets)
    typed = email.strip().lower().encode()
    return [hmac.new(key, typed, sha256).hexdigest() for key in keys]
