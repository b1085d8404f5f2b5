"""What must not stand in a log: taken out of every line at the last moment, whoever wrote it.

A line is looked at as text, once it is whole: a message, what was put into it, and the traceback below. So a library
that logs an address or an error of the database that quotes a row is covered like a line of our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

HIDDEN = "•••"
# Longer than any line somebody reads; what follows is left out.
LONGEST = 20_000

# Every repetition has an end: a line is made of what strangers send.
# Names whose values are secret wherever they stand: in a query string, in JSON, in what Python prints.
_SECRET = (
    r"[\w-]{0,40}(?:passw(?:or)?d|passphrase|sandi|secret|token|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|authorization|session(?:id|_key)|credential|dsn)[\w-]{0,40}"
)
# Those that are secret in an address only; elsewhere they are words like any other.
_IN_ADDRESS = "code|kode|key|kunci|sig|signature|email|surel|alamat"
# Addresses in which the key is the path. A new one belongs here and to `pagecache.addresses.NEVER`.
_PATHS = r"laporan|persetujuan|admin/login/end|pratinjau(?:/berita)?|buletin/(?:konfirmasi|rubrik|berhenti)"

_Replacement = str | Callable[[re.Match[str]], str]
_RULES: list[tuple[re.Pattern[str], _Replacement]] = [
    (re.compile(rf"(?i)(/(?:{_PATHS})/)(?!berita/)[^/\s\"'<>?#]+"), rf"\g<1>{HIDDEN}"),
    # To the end of the line: several cookies stand in one.
    (
        re.compile(r"(?i)\b((?:set-)?cookie|(?:proxy-)?authorization)(\"?'?\s*[:=]\s*)[^\n]+"),
        rf"\g<1>\g<2>{HIDDEN}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\g<1> {HIDDEN}"),
    # postgres://user:password@host
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+(?=@)"), rf"\g<1>{HIDDEN}"),
    (
        re.compile(
            rf"(?i)(\\?[\"']?\b{_SECRET}\\?[\"']?\s*[:=]\s*)"
            r"(\[?\\?\"[^\"\n]*\"\]?|\[?\\?'[^'\n]*'\]?|[^\s,&;)}\]\"']+)"
        ),
        rf"\g<1>{HIDDEN}",
    ),
    (re.compile(rf"(?i)([?&](?:{_IN_ADDRESS})=)[^&\s\"'#]+"), rf"\g<1>{HIDDEN}"),
    # Sign-in codes, wherever they are called so.
    (re.compile(r"(?i)\b\d{6}\b(?=[^\n\d]{0,40}\b(?:kode|code)\b)"), HIDDEN),
    (re.compile(r"(?i)(\b(?:kode|code)\b[^\n\d]{0,40})\b\d{6}\b"), rf"\g<1>{HIDDEN}"),
    # What PostgreSQL quotes: a row, the values of a key, a piece of the statement with its values.
    (
        re.compile(r"(?s)Failing row contains \(.*?\)\.(?=\n|$)"),
        f"Failing row contains ({HIDDEN}).",
    ),
    (re.compile(r"(\([^\n]{1,200}?\)=)\([^\n]*\)"), rf"\g<1>({HIDDEN})"),
    (re.compile(r"(?m)^LINE \d+: .*(?:\n\s*\^)?"), f"LINE {HIDDEN}"),
    # Last, so that nobody's address stands in what the others left.
    (
        re.compile(r"([\w+-])[\w.+'-]{0,64}(@|%40)((?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,24})\b"),
        rf"\g<1>{HIDDEN}\g<2>\g<3>",
    ),
]


def scrub(text: str) -> str:
    """The same text without passwords, keys, cookies, codes and whole e-mail addresses."""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} …"
    for secret in _of_this_installation():
        text = text.replace(secret, HIDDEN)
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


def scrub_all(value: Any) -> Any:
    """The same for whatever JSON can hold; what stands under a secret name is left out whole."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if _is_secret(str(key)) else scrub_all(found)
            for key, found in value.items()
        }
    if isinstance(value, list | tuple):
        return [scrub_all(one) for one in value]
    return value


_SECRET_NAME = re.compile(rf"(?i){_SECRET}|(?:set-)?cookies?|csrf[\w-]*")


def _is_secret(name: str) -> bool:
    return _SECRET_NAME.fullmatch(name) is not None


def _of_this_installation() -> list[str]:
    """Secrets that are known word for word; short ones would take ordinary words out of the text."""
    if not settings.configured:
        return []
    bucket = getattr(settings, "STORAGES", {}).get("default", {}).get("OPTIONS", {})
    found = [
        getattr(settings, "SECRET_KEY", ""),
        *getattr(settings, "SECRET_KEY_FALLBACKS", []),
        getattr(settings, "EMAIL_HOST_PASSWORD", ""),
        getattr(settings, "METRICS_TOKEN", ""),
        getattr(settings, "SENTRY_DSN", ""),
        *(database.get("PASSWORD", "") for database in settings.DATABASES.values()),
        bucket.get("access_key"),
        bucket.get("secret_key"),
        _password_in(getattr(settings, "CACHE_URL", "")),
    ]
    known = [secret for secret in found if secret and len(secret) >= 6]
    # As addresses have them, too: of the mail server, of the database, of the cache server.
    return list(dict.fromkeys([*known, *(quote(secret, safe="") for secret in known)]))


def _password_in(address: str) -> str:
    return unquote(urlsplit(address).password or "") if address else ""
