"""The address the web server will listen on, judged before anything else is done."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping

from newsroom.house.errors import HouseError

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = "8000"


def listening_address(environ: Mapping[str, str] = os.environ) -> tuple[str, int]:
    """Return host and port from `HOST` and `PORT`. HouseError when the port is not a port."""
    given = environ.get("PORT", "").strip() or DEFAULT_PORT
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65536:
        raise HouseError(f"PORT has to be a number from 1 to 65535, not {given!r}.")
    return environ.get("HOST", "").strip() or DEFAULT_HOST, int(given)


def ensure_free(host: str, port: int) -> None:
    """Raise HouseError unless this machine can listen on the address now."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As the web server does it: addresses that only wait out an old connection count as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise HouseError(
                f"Port {port} is taken by another program: stop it, or choose another one, as in "
                f"`make run PORT={port + 1 if port < 65535 else port - 1}`."
            ) from None
        if error.errno == errno.EACCES:
            raise HouseError(
                f"This account may not listen on port {port}: choose one above 1023."
            ) from None
        raise HouseError(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}."
        ) from None
