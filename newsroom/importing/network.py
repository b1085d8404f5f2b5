"""Fetches a picture from the old site, never from an address inside of a network.

The name is resolved once, every address it has is checked, and the connection goes to a checked
address, so a name that answers differently the second time gains nothing. Redirects are checked
in the same way. Proxies of the environment are not used.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import tempfile
import threading
import time
from typing import IO
from urllib.parse import quote, urljoin, urlsplit

from django.utils.translation import gettext as _

MAX_BYTES = 40 * 1024 * 1024
MAX_REDIRECTS = 5
# Seconds, for one picture with all its redirects.
TIME_LIMIT = 60
ANSWER_LIMIT = 15
PORTS = {"http": 80, "https": 443}
_CHUNK = 64 * 1024
# Ranges that carry an IPv4 address in them, which could be one inside of a network.
_TRANSLATED = [
    ipaddress.ip_network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]


class FetchRefused(Exception):
    """The picture was not fetched; the message is the reason."""


def fetch(address: str) -> IO[bytes]:
    """Return the contents of `address` as a temporary file. Raises FetchRefused."""
    deadline = time.monotonic() + TIME_LIMIT
    for _turn in range(MAX_REDIRECTS + 1):
        answer = _request(address, deadline)
        if isinstance(answer, str):
            address = urljoin(address, answer)
            continue
        return answer
    raise FetchRefused(_("%(address)s redirects too often.") % {"address": address})


def checked_addresses(host: str, port: int) -> list[str]:
    """The addresses of `host`, all of them public. Raises FetchRefused when one is not."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchRefused(_("%(host)s is not known.") % {"host": host}) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(map(is_public, addresses)):
        raise FetchRefused(
            _("%(host)s is inside of a network, not on the internet.") % {"host": host}
        )
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif any(ip in network for network in _TRANSLATED):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _request(address: str, deadline: float) -> IO[bytes] | str:
    """The contents, or the address to which the server redirects."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise FetchRefused(_("%(address)s is no address.") % {"address": address}) from error
    usual_port = PORTS.get(parts.scheme)
    if usual_port is None or not host or port not in {None, usual_port} or parts.username:
        raise FetchRefused(_("%(address)s is no ordinary web address.") % {"address": address})
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    try:
        connection = _connect(host, usual_port, parts.scheme == "https", deadline)
        # A server that sends a byte now and then would never run into a socket's own limit.
        watch = threading.Timer(_remaining(deadline, TIME_LIMIT), _hang_up, [connection.sock])
        watch.daemon = True
        watch.start()
        try:
            connection.request(
                "GET",
                target,
                headers={
                    "User-Agent": "Newsroom import",
                    "Accept": "image/*",
                    "Accept-Encoding": "identity",
                    "Connection": "close",
                },
            )
            return _answer(connection.getresponse(), address, deadline)
        finally:
            watch.cancel()
            connection.close()
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise FetchRefused(
            _("%(address)s could not be fetched: %(error)s") % {"address": address, "error": error}
        ) from error


def _connect(host: str, port: int, is_tls: bool, deadline: float) -> http.client.HTTPConnection:
    addresses = checked_addresses(host, port)
    stream = socket.create_connection((addresses[0], port), timeout=_remaining(deadline))
    if is_tls:
        stream = ssl.create_default_context().wrap_socket(stream, server_hostname=host)
    connection = http.client.HTTPConnection(host, port)
    # The connection is made: http.client only speaks over it.
    connection.sock = stream
    return connection


def _answer(response: http.client.HTTPResponse, address: str, deadline: float) -> IO[bytes] | str:
    location = response.getheader("Location")
    if response.status in {301, 302, 303, 307, 308} and location:
        return location
    if response.status != 200:
        raise FetchRefused(
            _("%(address)s answers with %(status)d.")
            % {"address": address, "status": response.status}
        )
    contents = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 – the caller closes it
    size = 0
    while chunk := response.read1(_CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise FetchRefused(
                _("%(address)s is larger than %(limit)d MB.")
                % {"address": address, "limit": MAX_BYTES // 1024 // 1024}
            )
        contents.write(chunk)
        _remaining(deadline)
    contents.seek(0)
    return contents


def _hang_up(stream: socket.socket) -> None:
    with contextlib.suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)


def _remaining(deadline: float, at_most: float = ANSWER_LIMIT) -> float:
    """Seconds until the deadline, at most those that one answer may take."""
    rest = deadline - time.monotonic()
    if rest <= 0:
        raise TimeoutError(_("it took too long"))
    return min(rest, at_most)
