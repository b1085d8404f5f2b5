"""The one door to other sites: asks them, and never an address inside of a network.

A name is resolved once, every address that it has is checked, and the connection goes to one of those: a name that
answers differently the second time gains nothing. A redirect is an address like any other and is checked like one.
Only http and https, without a password; in bounded time and size. Proxies of the environment are not used: what they
resolve, nobody here has seen.
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
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from urllib.parse import quote, urljoin, urlsplit

from django.utils.translation import gettext as _

MAX_BYTES = 40 * 1024 * 1024
MAX_REDIRECTS = 5
# Seconds, for one file with all its redirects.
TIME_LIMIT = 60
ANSWER_LIMIT = 15
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
_CHUNK = 64 * 1024
_NOT_PUBLIC = [
    ipaddress.ip_network(net)
    for net in (
        # These carry an IPv4 address in them, which could be one inside of a network: NAT64, 6to4, Teredo.
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"),
        # Not every Python knows these: protocols' own, relays of 6to4, sites as they were once meant, examples.
        *("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20"),
    )
]


class Refused(Exception):
    """Nothing was asked, or nothing came of it; the message is the reason."""


@dataclass(frozen=True)
class _Target:
    """An address taken apart: where to connect, and what to ask for there."""

    address: str
    host: str
    port: int
    path: str
    is_tls: bool


def fetch(address: str, *, accept: str = "*/*") -> IO[bytes]:
    """The contents of `address` as a temporary file, which the caller closes. Raises Refused."""
    deadline = time.monotonic() + TIME_LIMIT
    for _turn in range(MAX_REDIRECTS + 1):
        target = _read(address)
        with _asked("GET", target, deadline, {"Accept": accept}) as response:
            location = response.getheader("Location")
            if response.status not in REDIRECTS or not location:
                _require_ok(response, target)
                return _contents(response, target, deadline)
        address = urljoin(address, location)
    raise Refused(_("%(address)s redirects too often.") % {"address": address})


def post(address: str, form: bytes, *, seconds: float) -> None:
    """Send an encoded form; any 2xx is well. Raises Refused.

    A redirect is not followed: what is said is meant for this address and no other. Unlike `fetch` it takes any port,
    since the address is one of the settings and not of somebody's text.
    """
    target = _read(address, any_port=True)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with _asked("POST", target, time.monotonic() + seconds, headers, form) as response:
        if not 200 <= response.status < 300:
            _require_ok(response, target)


def checked_addresses(host: str, port: int) -> list[str]:
    """The addresses of `host`, all of them public. Raises Refused when one is not."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(_("%(host)s is not known.") % {"host": host}) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(map(is_public, addresses)):
        raise Refused(_("%(host)s is inside of a network, not on the internet.") % {"host": host})
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if any(ip in network for network in _NOT_PUBLIC):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _read(address: str, *, any_port: bool = False) -> _Target:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused(_("%(address)s is no address.") % {"address": address}) from error
    usual = PORTS.get(parts.scheme)
    is_usual = port in {None, usual} or (any_port and port != 0)
    if usual is None or not host or not is_usual or "@" in parts.netloc:
        raise Refused(_("%(address)s is no ordinary web address.") % {"address": address})
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return _Target(address, host, port or usual, path, parts.scheme == "https")


@contextlib.contextmanager
def _asked(
    method: str,
    target: _Target,
    deadline: float,
    headers: dict[str, str],
    body: bytes | None = None,
) -> Iterator[http.client.HTTPResponse]:
    """The answer, as long as its connection is open. Raises Refused for whatever goes wrong within."""
    try:
        connection = _connect(target, deadline)
        # A server that sends a byte now and then would never run into a socket's own limit.
        watch = threading.Timer(_remaining(deadline, TIME_LIMIT), _hang_up, [connection.sock])
        watch.daemon = True
        watch.start()
        try:
            usual = {
                "User-Agent": "Newsroom",
                "Accept-Encoding": "identity",
                "Connection": "close",
            }
            connection.request(method, target.path, body, usual | headers)
            yield connection.getresponse()
        finally:
            watch.cancel()
            connection.close()
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise Refused(
            _("%(address)s could not be fetched: %(error)s")
            % {"address": target.address, "error": error}
        ) from error


def _connect(target: _Target, deadline: float) -> http.client.HTTPConnection:
    stream = _stream(checked_addresses(target.host, target.port), target.port, deadline)
    if target.is_tls:
        stream = ssl.create_default_context().wrap_socket(stream, server_hostname=target.host)
    connection = http.client.HTTPConnection(target.host, target.port)
    # The connection is made: http.client only speaks over it.
    connection.sock = stream
    return connection


def _stream(addresses: list[str], port: int, deadline: float) -> socket.socket:
    """A connection to the first of these that takes one: a machine without IPv6 has no way to the others."""
    *others, last = addresses
    for address in others:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), timeout=_remaining(deadline))
    return socket.create_connection((last, port), timeout=_remaining(deadline))


def _require_ok(response: http.client.HTTPResponse, target: _Target) -> None:
    if response.status != 200:
        raise Refused(
            _("%(address)s answers with %(status)d.")
            % {"address": target.address, "status": response.status}
        )


def _contents(response: http.client.HTTPResponse, target: _Target, deadline: float) -> IO[bytes]:
    contents = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 – the caller closes it
    size = 0
    while chunk := response.read1(_CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise Refused(
                _("%(address)s is larger than %(limit)d MB.")
                % {"address": target.address, "limit": MAX_BYTES // 1024 // 1024}
            )
        contents.write(chunk)
        _remaining(deadline)
    # Cut off, by the watch or by the server: a part of a file is none.
    _remaining(deadline)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
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
