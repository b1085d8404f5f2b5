"""Where the installation keeps its things, and which database it speaks to.

`VAR_DIR` is one folder for everything that is kept: the embedded database, media, caches, built files. A second
installation beside the first needs no more than another `VAR_DIR`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from newsroom.house import cluster, postgres

SCHEMES = ("postgres", "postgresql")
# What may stand after the "?" of an address; anything else is a slip that would pass unnoticed.
OPTIONS = frozenset(
    "application_name channel_binding connect_timeout gssencmode options passfile require_auth service sslcert "
    "sslcrl sslkey sslmode sslnegotiation sslpassword sslrootcert target_session_attrs tcp_user_timeout".split()
)
# Seconds. A reader waits for no longer when the database does not answer; without it the system takes minutes. The
# embedded server is on this machine, which may be busy.
CONNECT_TIMEOUT = "2"
EMBEDDED_CONNECT_TIMEOUT = "5"
CONNECTION_MAX_AGE = 60


def var_dir(base_dir: Path, environ: Mapping[str, str]) -> Path:
    """Return the folder that holds everything the installation keeps.

    Args:
        base_dir: the folder of the clone.
        environ: `VAR_DIR` in it decides; a relative one is taken from the clone.

    Without `VAR_DIR` it is `var` in the clone, and for root a folder of this clone's own under /var/lib: root's
    database works as an account without rights, and for that account to reach the clone, parent folders would
    have to be opened to everyone.
    """
    named = environ.get("VAR_DIR", "").strip()
    if named:
        return Path(os.path.abspath(base_dir / Path(named).expanduser()))
    if os.geteuid() != 0:
        return base_dir / "var"
    mark = hashlib.sha256(os.fsencode(base_dir.resolve())).hexdigest()[:12]
    return Path("/var/lib") / f"newsroom-{mark}"


def settings_for(environ: Mapping[str, str], var_dir: Path) -> dict[str, Any]:
    """Return the entry "default" of Django's DATABASES.

    Args:
        environ: `DATABASE_URL` names the server; without it the embedded one is used. `DATABASE_IS_THROWAWAY=1`
            says that the embedded one may lose its data, as the tests' may.
        var_dir: the home of the embedded server lies in it.

    Raises ImproperlyConfigured, in one sentence and without the password, for an address that is not one.
    """
    address = environ.get("DATABASE_URL", "").strip()
    common = {"CONN_MAX_AGE": CONNECTION_MAX_AGE, "CONN_HEALTH_CHECKS": True}
    if address:
        return common | parse_address(address)
    server = postgres.server_at(
        var_dir / "postgres", is_throwaway=environ.get("DATABASE_IS_THROWAWAY") == "1"
    )
    return common | {
        "ENGINE": "newsroom.house.backend",
        "NAME": cluster.DATABASE,
        "USER": cluster.ROLE,
        "HOST": str(server.cluster.socket_folder),
        "PORT": postgres.PORT,
        "OPTIONS": {"connect_timeout": EMBEDDED_CONNECT_TIMEOUT},
        "EMBEDDED_HOME": str(server.home),
        "EMBEDDED_IS_THROWAWAY": server.is_throwaway,
    }


def replica_for(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the entry of DATABASES for the server that `DATABASE_REPLICA_URL` names; None where there is none.

    Raises ImproperlyConfigured as `settings_for`.
    """
    address = environ.get("DATABASE_REPLICA_URL", "").strip()
    if not address:
        return None
    return parse_address(address, "DATABASE_REPLICA_URL") | {
        "ENGINE": "pagecache.replica",
        # A page that meets a connection that was lost is rendered again; to ask each time costs every page a turn.
        "CONN_MAX_AGE": CONNECTION_MAX_AGE,
        "TEST": {"MIRROR": "default"},
    }


def parse_address(address: str, variable: str = "DATABASE_URL") -> dict[str, Any]:
    """Return Django's settings for `postgres://user:password@host:port/name?option=value`.

    A socket's folder is given as `postgres:///name?host=/run/postgresql` or percent-encoded in the place of the
    host. Raises ImproperlyConfigured for another engine, a missing name, a bad port or an unknown option.
    """
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES:
        found = (
            f"not with {parts.scheme}://"
            if parts.scheme and "://" in address
            else "not as this one does"
        )
        raise ImproperlyConfigured(
            f"{variable} has to begin with postgres://, {found}: only PostgreSQL is used."
        )
    name = unquote(parts.path[1:])
    if not name or "/" in name:
        raise ImproperlyConfigured(
            f"{variable} has to end with the name of one database, as in postgres://user@host/newsroom."
        )
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(
            f"The port in {variable} has to be a number from 1 to 65535."
        ) from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    # Sockets live in paths with capital letters too, which `hostname` would lower.
    if host.startswith("/") and "%2f" in parts.netloc.lower():
        host = unquote(parts.netloc.rpartition("@")[2].partition(":")[0])
    unknown = sorted(set(options) - OPTIONS)
    if unknown:
        raise ImproperlyConfigured(
            f"{variable} has an option that PostgreSQL does not know: {', '.join(unknown)}."
        )
    return {
        "ENGINE": "pagecache.backend",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": {"connect_timeout": CONNECT_TIMEOUT} | options,
    }
