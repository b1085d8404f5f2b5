"""EMAIL_URL: the SMTP server that mails are handed to, as Django's settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# "smtp" speaks in the open until STARTTLS, "smtps" is encrypted from the first byte.
PORTS = {"smtp": 25, "smtps": 465}
# Seconds; only the job worker waits for them.
TIMEOUT = 30


def settings_for(address: str) -> dict[str, Any]:
    """Return Django's EMAIL_* settings for `smtp://user:password@host:587/?tls=True`.

    Without an address the host is empty: mails then stay in the outbox. `tls=True` asks for
    STARTTLS; `smtps://` is the older way, on port 465. Characters with a meaning in an address
    are written %40 in user and password.

    Raises ImproperlyConfigured, in one sentence and without the password.
    """
    if not address:
        return {"EMAIL_HOST": ""}
    try:
        parts = urlsplit(address)
        port = parts.port
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise _unusable("it is not an address") from None
    if parts.scheme not in PORTS:
        raise _unusable("it begins with smtp:// or smtps://")
    if not parts.hostname:
        raise _unusable("it names no server")
    if parts.path not in {"", "/"} or parts.fragment:
        raise _unusable("nothing but ?tls=True may follow the server")
    is_starttls = False
    for name, value in options:
        if name != "tls" or value.lower() not in {"true", "false", "1", "0"}:
            raise _unusable("the only option is tls=True or tls=False")
        is_starttls = value.lower() in {"true", "1"}
    if is_starttls and parts.scheme == "smtps":
        raise _unusable("smtps:// is encrypted already and takes no tls=True")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (587 if is_starttls else PORTS[parts.scheme]),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": is_starttls,
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT,
    }


def _unusable(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"EMAIL_URL cannot be used: {why}, such as smtp://user:password@mail.example:587/?tls=True."
    )
