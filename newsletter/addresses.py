"""E-mail addresses as people type them: cleaned, or refused in a sentence that says what to do."""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST = 254
# What thumbs make of the hosts that most readers have.
_SLIPS = {
    **dict.fromkeys(
        ("gmail.con", "gmail.co", "gmail.cm", "gmial.com", "gmai.com", "gmal.com", "gamil.com"),
        "gmail.com",
    ),
    **dict.fromkeys(("gmail.co.id", "gmail.com.id", "gnail.com", "gmil.com"), "gmail.com"),
    **dict.fromkeys(("yaho.com", "yahoo.con", "yahoo.cm", "yahho.com"), "yahoo.com"),
    **dict.fromkeys(("yahoo.co.d", "yaho.co.id", "yahoo.coid"), "yahoo.co.id"),
    **dict.fromkeys(("hotmail.con", "hotmial.com", "hotmal.com"), "hotmail.com"),
    **dict.fromkeys(("outlook.con", "outlok.com", "outloo.com"), "outlook.com"),
}


class BadAddress(ValueError):
    """`str()` is a sentence for whoever typed it."""


def clean(typed: str) -> str:
    """The address that was meant, in small letters and with a host that every mail server reads.

    Raises BadAddress.
    """
    # Phones put a space behind a completed word; "mailto:" comes with a copied link.
    email = typed.strip().removeprefix("mailto:").strip().lower()
    if not email:
        raise BadAddress(_("Write your e-mail address."))
    name, at, host = email.rpartition("@")
    if not at or not name:
        raise BadAddress(
            _("An e-mail address has an @ in it, such as name@example.com. Please check it.")
        )
    if "," in email or ";" in email or " " in email:
        raise BadAddress(_("Write one address only, without spaces or commas."))
    if not name.isascii():
        raise BadAddress(_("We can only write to addresses of Latin letters before the @."))
    try:
        host = host.encode("idna").decode("ascii")
        validate_email(email := f"{name}@{host}")
    except (UnicodeError, ValidationError):
        raise BadAddress(
            _("This address is not complete or has a slip in it. Please check it.")
        ) from None
    if len(email) > LONGEST:
        raise BadAddress(_("This address is too long to be one. Please check it."))
    if meant := _SLIPS.get(host):
        raise BadAddress(_("Did you mean %(address)s?") % {"address": f"{name}@{meant}"})
    return email


def fingerprint(email: str) -> str:
    """The address under the server's secret, 64 characters: whether it was here, not whose it is."""
    return fingerprints(email)[0]


def fingerprints(email: str) -> list[str]:
    """The same, and behind it those under earlier secrets (SECRET_KEY_FALLBACKS): by each a row may be known."""
    typed = email.strip().lower().encode()
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = (f"{secret}:newsletter.address".encode() for secret in secrets)
    return [hmac.new(key, typed, sha256).hexdigest() for key in keys]
