"""A store of photos (moto's, which keeps them in memory) behind a door that can be broken as stores break."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import logging
import random
import socket
import struct
import threading
from collections.abc import Mapping
from typing import Any

from . import NotBack

BUCKET, FOLDER = "foto", "newsroom"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "only-for-faults",
}
# How long one that says nothing says nothing; our side waits less long than that.
HANGS = 60.0
REFUSES, SILENT, BUSY, FAULTY, CUTS = (
    "refuses connections",
    "says nothing",
    "answers 503 to most",
    "answers 500 to most",
    "breaks off in the midst",
)
BROKEN = (REFUSES, SILENT, BUSY, FAULTY, CUTS)
CODES = {BUSY: (503, "SlowDown"), FAULTY: (500, "InternalError")}
# How long it may take until somebody writes.
MET_WITHIN = 40.0
# Some go through, so that it happens in the midst of something.
MOST = 0.7
# Who writes a file asks first whether it is there.
WRITING = ("HEAD", "PUT")
# What is between two neighbours only.
_NOT_PASSED_ON = {"connection", "expect", "host", "keep-alive", "transfer-encoding"}


class Store:
    """Listens on one port from `open` to `close`; `break_as` takes one of BROKEN. What it keeps is kept meanwhile."""

    def __init__(self) -> None:
        self.port = 0
        self._door: _Door | None = None

    def open(self) -> None:
        import boto3  # with a tenth of a second of reading, for whoever tries this
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._moto.start()
        host, self._behind = self._moto.get_host_and_port()
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=f"http://{host}:{self._behind}",
            region_name="us-east-1",
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )
        self._client.create_bucket(Bucket=BUCKET)
        self._listen()

    def close(self) -> None:
        self._hang_up()
        self._moto.stop()

    @property
    def environ(self) -> Mapping[str, str]:
        """What the house is started with to have its photos there."""
        address = f"s3://{BUCKET}/{FOLDER}?endpoint=http://127.0.0.1:{self.port}"
        return {"MEDIA_STORE": address, **KEYS}

    def break_as(self, how: str, chance: random.Random) -> None:
        if how == REFUSES:
            self._hang_up()
        elif self._door is not None:
            self._door.chance = random.Random(chance.getrandbits(64))
            self._door.mended.clear()
            self._door.met.clear()
            self._door.how = how

    def mend(self) -> None:
        """Raises NotBack when nobody who wrote has met what was broken; of a store that refuses, nobody knows."""
        if self._door is None:
            self._listen()
            return
        is_met = not self._door.how or self._door.met.wait(MET_WITHIN)
        how, self._door.how = self._door.how, ""
        self._door.mended.set()
        if not is_met:
            raise NotBack(f"nobody wrote to the store that {how}")

    def read(self, name: str) -> bytes:
        """A file, past the door. Raises OSError."""
        from botocore.exceptions import ClientError

        try:
            answer = self._client.get_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")
            return bytes(answer["Body"].read())
        except ClientError as error:
            raise OSError(str(error)) from error

    def _listen(self) -> None:
        self._door = _Door(self.port, self._behind)
        self.port = self._door.server_address[1]
        threading.Thread(target=self._door.serve_forever, args=(0.05,), daemon=True).start()

    def _hang_up(self) -> None:
        """As a process that was killed: nobody listens, and who was being served is so no more."""
        if (door := self._door) is not None:
            self._door = None
            door.mended.set()
            door.shutdown()
            door.server_close()
            door.cut_all()


class _Door(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, behind: int) -> None:
        self.behind = behind
        self.how = ""
        self.chance = random.Random(0)
        self.mended = threading.Event()
        # Somebody who wrote was treated so.
        self.met = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Passing)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """At once: what a handler has broken off is not ended in order."""
        self._open.discard(request)
        self.close_request(request)

    def cut_all(self) -> None:
        for line in list(self._open):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who is killed in the midst of a question hangs up."""


class _Passing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A header and its body go out together.
    wbufsize = -1
    server: _Door

    def _pass(self) -> None:
        door, how = self.server, self.server.how
        length = int(self.headers.get("Content-Length") or 0)
        # Where one that breaks off does: in the question, before the answer, or in it; or not at all.
        place = door.chance.choice(("question", "before", "answer", "")) if how == CUTS else ""
        is_refused = how in CODES and door.chance.random() < MOST
        if self.command in WRITING and (how == SILENT or place or is_refused):
            door.met.set()
        if how == SILENT:
            door.mended.wait(HANGS)
            self._reset()
            return
        if place == "question" and length:
            self.rfile.read(length // 2)
            self._reset()
            return
        sent = self.rfile.read(length)
        if is_refused:
            self._refuse(*CODES[how])
            return
        status, headers, body = self._ask(sent)
        if place == "before":
            self._reset()
            return
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _NOT_PASSED_ON:
                self.send_header(name, value)
        self.end_headers()
        if place == "answer" and len(body) > 1:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self._reset()
            return
        self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass

    def handle_expect_100(self) -> bool:
        """Who asks first whether to send waits for a second else."""
        is_welcome = super().handle_expect_100()
        self.wfile.flush()
        return is_welcome

    def _ask(self, sent: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=HANGS)
        try:
            passed = {
                name: value
                for name, value in self.headers.items()
                if name.lower() not in _NOT_PASSED_ON
            }
            line.request(self.command, self.path, sent, passed)
            answer = line.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            line.close()

    def _refuse(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _reset(self) -> None:
        """The other side is told that the line is broken, not that all was said."""
        self.close_connection = True
        now = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)

    def log_message(self, *arguments: object) -> None:
        """Nothing."""
