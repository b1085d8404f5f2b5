"""Handing one letter to the mail server, so that it is known what became of it.

Python's `sendmail` tells that something failed, and not whether the server had the letter by then. Here each step
is asked by itself: what is refused before the text has gone out was certainly not delivered; once the text is on
its way, only the server's own answer counts, and where none comes nobody can know.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from types import TracebackType
from typing import Protocol

from django.conf import settings

ACCEPTED, GO_ON = 250, 354
# With these a server says that it knows no such mailbox, and also all else that it holds against a letter; …
_ABOUT_A_MAILBOX = {550, 551, 553}
# … many say by an enhanced code (RFC 3463) which of both it is. No network address is taken for one.
_ENHANCED = re.compile(r"(?<![\d.])[245]\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
# 5.1.x is of an address; these two are of the sender's.
_OF_THE_SENDER = {7, 8}


class Fate(Enum):
    ACCEPTED = "accepted"
    # Certainly not taken: it may be tried again, …
    LATER = "later"
    # … or never, since the letter is refused for good, …
    REFUSED = "refused"
    # … or since there is no such address. What is held against us, our host or our quota is none of that.
    NO_SUCH_ADDRESS = "no such address"
    # The server cannot be reached or takes nothing from us: no fault of this letter, and not delivered.
    NO_SERVER = "no server"
    # The line broke after the text had begun to go out.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """What became of a letter; `words` are the server's, without the address."""

    fate: Fate
    words: str = ""


class Carrier(Protocol):
    """Whoever takes letters to the server; tests have their own."""

    def carry(self, sender: str, recipient: str, letter: bytes) -> Outcome: ...


class Postman:
    """A carrier over SMTP with the settings of EMAIL_URL; one connection for as many letters as it lasts.

    Used as a context. It never raises for what a server or a line does.
    """

    def __init__(self) -> None:
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Postman:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._hang_up()

    def carry(self, sender: str, recipient: str, letter: bytes) -> Outcome:
        """Hand over one letter.

        Args:
            sender: as in From; only its address is told to the server.
            letter: the whole message, with CRLF.
        """
        try:
            line = self._line or self._call()
            refused = self._announce(line, parseaddr(sender)[1], recipient)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Outcome(Fate.NO_SERVER, _words(error, recipient))
        if refused is not None:
            return refused
        try:
            code, answer = line.data(letter)
        except smtplib.SMTPDataError as error:
            # It did not even want the text.
            return self._judged(error.smtp_code, error.smtp_error, recipient)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Outcome(Fate.UNKNOWN, _words(error, recipient))
        if code == ACCEPTED:
            return Outcome(Fate.ACCEPTED)
        return self._judged(code, answer, recipient)

    def _call(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        line = kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT or 30)
        self._line = line
        if settings.EMAIL_USE_TLS:
            line.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            line.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        return line

    def _announce(self, line: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
        """Say who writes to whom; None when both are taken."""
        line.ehlo_or_helo_if_needed()
        code, answer = line.mail(sender)
        if code != ACCEPTED:
            # What is held against the sender holds for every letter.
            raise smtplib.SMTPSenderRefused(code, answer, sender)
        code, answer = line.rcpt(recipient)
        if code in {ACCEPTED, 251}:
            return None
        words = _told(code, answer, recipient)
        line.rset()
        return Outcome(_fate_of_recipient(code, words), words)

    def _judged(self, code: int, answer: bytes | str, recipient: str) -> Outcome:
        words = _told(code, answer, recipient)
        if self._line is not None:
            try:
                self._line.rset()
            except (smtplib.SMTPException, OSError):
                self._hang_up()
        return Outcome(_fate_of_letter(code), words)

    def _hang_up(self) -> None:
        if self._line is not None:
            try:
                self._line.quit()
            except (smtplib.SMTPException, OSError):
                self._line.close()
            self._line = None


def _fate_of_letter(code: int) -> Fate:
    return Fate.REFUSED if code >= 500 else Fate.LATER


def _fate_of_recipient(code: int, words: str) -> Fate:
    """What a refused RCPT says; of the address only where the server says nothing else."""
    found = _ENHANCED.search(words)
    is_of_address = found is None or (found[1] == "1" and int(found[2]) not in _OF_THE_SENDER)
    if code in _ABOUT_A_MAILBOX and is_of_address:
        return Fate.NO_SUCH_ADDRESS
    return _fate_of_letter(code)


def _words(error: Exception, recipient: str) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _told(error.smtp_code, error.smtp_error, recipient)
    return _without(recipient, str(error) or type(error).__name__)


def _told(code: int, answer: bytes | str, recipient: str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return _without(recipient, f"{code} {' '.join(text.split())}")


def _without(recipient: str, words: str) -> str:
    """Servers like to repeat the address; what is kept of a failure must not."""
    lowered, place = words.lower(), -1
    while (place := lowered.find(recipient.lower())) >= 0:
        words = f"{words[:place]}…{words[place + len(recipient) :]}"
        lowered = words.lower()
    return words.replace("\x00", "")[:300]
