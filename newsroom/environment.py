"""Numbers and switches out of the environment. What is empty counts as not set."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

# In lower case.
_WORDS = {
    **dict.fromkeys(("1", "on", "true", "yes", "t", "y"), True),
    **dict.fromkeys(("0", "off", "false", "no", "f", "n"), False),
}


def number(name: str, default: int, least: int, most: int) -> int:
    """The whole number of that variable. Raises ImproperlyConfigured when it is none, or none of these."""
    said = os.environ.get(name, "").strip()
    if not said:
        return default
    try:
        found = int(said)
    except ValueError:
        found = None
    if found is None or not least <= found <= most:
        raise ImproperlyConfigured(f"{name} is “{said}”; it is a whole number, {least} to {most}.")
    return found


def switch(name: str, default: bool) -> bool:
    """Whether that variable says yes. Raises ImproperlyConfigured when it says neither yes nor no."""
    said = os.environ.get(name, "").strip()
    if not said:
        return default
    if said.lower() not in _WORDS:
        raise ImproperlyConfigured(
            f"{name} is “{said}”; it is 1 or 0, on or off, true or false, yes or no."
        )
    return _WORDS[said.lower()]
