"""The addresses that things had on their old site."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from .records import Site

MAX_PATH = 500
# Google's picture servers say in the path or at its end how large a copy they send.
_GOOGLE_SIZE = re.compile(r"/[swh]\d{2,4}(?:-[a-z0-9-]+)?(?=/)|=[swh]\d{2,4}[a-z0-9-]*$")
_GOOGLE_HOSTS = (".blogspot.com", ".googleusercontent.com", ".ggpht.com")
SIZE_ENDING = re.compile(r"-(?:\d{1,5}x\d{1,5}|scaled|rotated)(?=\.[A-Za-z0-9]{2,5}$)")


def host_of(address: str) -> str:
    """The host without "www." and in lower case; empty for an address without one."""
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def path_of(address: str) -> str:
    """The path as it reads, decoded; empty for an address without one."""
    try:
        return unquote(urlsplit(address.strip()).path)
    except ValueError:
        return ""


def source_of(site: Site, file_name: str) -> str:
    """What tells this site's items from those of others: its address, else its title."""
    address = site.base_url or site.link
    host = host_of(address)
    if host:
        path = urlsplit(address.strip()).path.rstrip("/")
        return f"{host}{path}"[:200]
    return (site.title or file_name)[:200]


def old_path(address: str, site: Site) -> str:
    """Path and query of an address on the old site; "" when it was elsewhere or has none."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    if parts.scheme not in {"", "http", "https"}:
        return ""
    if parts.hostname:
        own = {host_of(site.base_url), host_of(site.link)} - {""}
        if own and host_of(address) not in own:
            return ""
    path = parts.path if parts.path.startswith("/") else ""
    whole = f"{path or '/'}?{parts.query}" if parts.query else path
    if whole.strip("/") == "" or whole.startswith("//") or len(whole) > MAX_PATH:
        return ""
    return whole


def media_key(address: str, own_host: str = "") -> str:
    """By what a picture's address is known: host and path, without size, scheme and query.

    An address without a host is one of the site itself, `own_host`.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    host = (parts.hostname or own_host).removeprefix("www.")
    path = unquote(parts.path)
    if host.endswith(_GOOGLE_HOSTS):
        path = _GOOGLE_SIZE.sub("", path)
    return (host + SIZE_ENDING.sub("", path))[:500]


def largest(address: str) -> str:
    """The address under which the largest copy of a picture is served."""
    if host_of(address).endswith(_GOOGLE_HOSTS):
        return _GOOGLE_SIZE.sub(lambda size: f"{size[0][0]}s2400", address)
    return address
