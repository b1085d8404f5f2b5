"""Tells Sentry of faults when SENTRY_DSN is set; nothing of it is loaded otherwise."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from . import logs
from .scrub import HIDDEN, scrub_all

# Of a request Sentry gets its address and these headers; no cookie, no form, no address of a reader.
HEADERS = frozenset({"accept", "content-type", "host", "user-agent"})


def is_dsn(text: str) -> bool:
    """Whether it is http or https, names a key and a host, and ends with a project's number."""
    try:
        parts = urlsplit(text)
        has_port = parts.port != 0
    except ValueError:
        return False
    project = parts.path.rpartition("/")[2]
    is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and has_port
    return is_address and bool(parts.username) and project.isascii() and project.isdigit()


def is_installed() -> bool:
    return find_spec("sentry_sdk") is not None


def begin(dsn: str, environment: str, **options: Any) -> None:
    """Tell Sentry from now on; nothing without a DSN.

    Args:
        options: of `sentry_sdk.init`, beside ours: another transport in tests.
    """
    if not dsn:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        # Forms hold passwords, and variables of a frame hold everything.
        max_request_body_size="never",
        include_local_variables=False,
        # What was logged before, and which statements ran: both with values. Only the fault itself goes.
        max_breadcrumbs=0,
        # The machine's name is nobody's business.
        server_name="",
        before_send=cleaned,
        **options,
    )


def cleaned(event: Any, hint: Any = None) -> Any:
    """An event as it may leave: every text of it scrubbed as a line of the log is, and named as its request is."""
    if isinstance(request := event.get("request"), dict):
        headers = request.get("headers") or {}
        kept = {name: told for name, told in headers.items() if name.lower() in HEADERS}
        request = {"url": request.get("url", ""), "method": request.get("method", "")}
        event["request"] = request | {"headers": kept}
    event.pop("user", None)
    for exception in (event.get("exception") or {}).get("values", []):
        for frame in (exception.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)
    if doing := logs.unit.get():
        event["tags"] = {**(event.get("tags") or {}), doing[0]: doing[1]}
    # The extra data of a job are its arguments.
    if isinstance(extra := event.get("extra"), dict):
        event["extra"] = dict.fromkeys(extra, HIDDEN)
    return scrub_all(event)
