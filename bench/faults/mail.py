"""A mail server that can be broken in the ways in which mail servers break, and knows what it has taken."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from email import message_from_string

from tests.newsroom.smtp import Server, Session

# How long one that hangs says nothing; our side waits less long than that.
HANGS = 90.0
BROKEN = {
    "refuses connections": {},
    "hangs": {},
    "says 451 to recipients": {"RCPT": "451 try again later"},
    "says 554 at the door": {},
    "dies in the midst of the letter": {},
}


class _Session(Session):
    server: MailServer

    def handle(self) -> None:
        if self.server.how == "hangs":
            self.server.mended.wait(HANGS)
            return
        if self.server.how == "says 554 at the door":
            self.say("554 no service here")
            return
        if self.server.how == "dies in the midst of the letter":
            self._die()
            return
        super().handle()

    def _die(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline():
            if line[:4].upper() == b"DATA":
                self.say("354 go on")
                self.rfile.readline()
                return
            self.say("250 fine")


class MailServer:
    """Listens on one port from `open` to `close`; `break_as` takes one of BROKEN."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.letters: list[tuple[str, str]] = []
        self.arrived_at: list[float] = []
        self.mended = threading.Event()
        self._server: _Listening | None = None

    def open(self) -> None:
        self.mended.set()
        self._listen("", {})

    def close(self) -> None:
        self.mended.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def break_as(self, how: str) -> None:
        self.close()
        self.mended.clear()
        if how != "refuses connections":
            self._listen(how, BROKEN[how])

    def mend(self) -> None:
        self.close()
        self.open()

    def taken(self) -> Counter[tuple[str, str]]:
        """How often a letter was taken, by recipient and Message-ID."""
        return Counter(
            (to, str(message_from_string(text)["Message-ID"])) for to, text in list(self.letters)
        )

    def _listen(self, how: str, answers: dict[str, str]) -> None:
        self._server = _Listening(self, how, answers)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


class _Listening(Server):
    def __init__(self, mail: MailServer, how: str, answers: dict[str, str]) -> None:
        self.how, self.mended = how, mail.mended
        self._port = mail.port
        super().__init__(**answers)
        self.RequestHandlerClass = _Session
        self.letters = _Noting(mail)

    def handle_error(self, request: object, client_address: object) -> None:
        """Who is killed in the midst of a letter hangs up; that is what is being tried."""

    def server_bind(self) -> None:
        self.server_address = ("127.0.0.1", self._port)
        super().server_bind()


class _Noting(list):  # type: ignore[type-arg]
    """The list of a server's letters, which are those of the one whose port it has."""

    def __init__(self, mail: MailServer) -> None:
        super().__init__()
        self.mail = mail

    def append(self, letter: tuple[str, str]) -> None:
        self.mail.letters.append(letter)
        self.mail.arrived_at.append(time.monotonic())
