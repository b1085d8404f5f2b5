"""Runs `articles.pictures` in a process of its own, one at a time on this machine.

A small server has memory for one picture: whoever comes second waits for a turn. Renditions have a
turn of their own, so that nobody who sends a photo waits for those of another.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from ..pictures.shapes import Cut
from .refusals import refused

_LOG = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[2]
# Seconds: for a decoder that does not come to an end, and for those who wait for it.
READING_SECONDS = 60
WAITING_SECONDS = 90
CUTTING_SECONDS = 300


@dataclass(frozen=True)
class Taken:
    """What the workshop made of a file: a JPEG, and what the file said.

    `ms` are of a processor, with the start of the process; `peak` is memory in bytes.
    """

    jpeg: bytes
    size: tuple[int, int]
    format: str
    sent_size: tuple[int, int]
    words: dict[str, Any]
    ms: int
    peak: int


@dataclass(frozen=True)
class Made:
    """One file that was cut; `ms` of a processor, `peak` memory in bytes so far."""

    cut: Cut
    contents: bytes
    ms: int
    peak: int


def read(source: IO[bytes]) -> Taken:
    """A file on the disk as a picture of ours. Raises PhotoRefused."""
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        found = _read(source, "read", folder)
        jpeg = (Path(folder) / "original.jpg").read_bytes()
    words = {name: found[name] for name in ("caption", "credit", "alt_text", "taken_on")}
    words["is_ai_generated"] = found["is_ai_generated"]
    sent, size = found["sent"], found["size"]
    return Taken(
        jpeg,
        (size[0], size[1]),
        found["format"],
        (sent[0], sent[1]),
        words,
        found["ms"],
        found["peak"],
    )


def read_pixels(source: IO[bytes]) -> tuple[tuple[int, int], bytes]:
    """Size and RGB bytes of a file on the disk, upright. Raises PhotoRefused."""
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        found = _read(source, "read-plain", folder)
        size = found["size"]
        return (size[0], size[1]), (Path(folder) / "pixels").read_bytes()


def cut(original: IO[bytes], cuts: Iterable[Cut], focus: tuple[float, float]) -> Iterator[Made]:
    """The files of `cuts`, one after the other as they are made.

    Ends early, with a line in the log, when the process does.
    """
    wanted = list(cuts)
    order = {"focus": focus, "cuts": [cut.as_json() for cut in wanted]}
    with tempfile.TemporaryDirectory(prefix="picture-") as folder, _turn("cutting"):
        process = _start(original, "cut", folder, json.dumps(order))
        assert process.stdout is not None
        count = 0
        try:
            for line in process.stdout:
                told = json.loads(line)
                count += 1
                file = Path(folder) / str(told["number"])
                yield Made(wanted[told["number"]], file.read_bytes(), told["ms"], told["peak"])
                file.unlink()
        finally:
            # Also when the caller gives up. The process has set itself a limit of seconds.
            process.kill()
            _rest, complaint = process.communicate()
        if count < len(wanted):
            _LOG.error("Renditions were not finished: %s", _last_line(complaint))


def _read(source: IO[bytes], kind: str, folder: str) -> dict[str, Any]:
    with _turn("reading"):
        process = _start(source, kind, folder)
        try:
            told, complaint = process.communicate(timeout=READING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise refused("too_slow") from None
    try:
        found: dict[str, Any] = json.loads(told)
    except ValueError:
        # It fell over the file: killed for its memory, or a fault in a decoder.
        _LOG.warning(
            "A picture ended its process (%s): %s", process.returncode, _last_line(complaint)
        )
        raise refused("unreadable") from None
    if reason := found.get("refused"):
        raise refused(reason, found["numbers"])
    return found


def _start(source: IO[bytes], *arguments: str) -> subprocess.Popen[bytes]:
    os.lseek(source.fileno(), 0, os.SEEK_SET)
    return subprocess.Popen(
        [sys.executable, "-m", "articles.pictures", *arguments],
        stdin=source.fileno(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=_ROOT,
        # No secret of the site is in the process that opens files of others.
        env={
            "PATH": os.environ.get("PATH", ""),
            # Else each thread of a decoder has a heap of its own.
            "MALLOC_ARENA_MAX": "1",
            "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        },
    )


def _last_line(complaint: bytes) -> str:
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:300] if lines else ""


@contextmanager
def _turn(name: str) -> Iterator[None]:
    """Hold the machine's only place for this kind of work. Raises PhotoRefused when it stays taken."""
    with open(settings.VAR_DIR / f"pictures-{name}.lock", "wb") as lock:
        until = time.monotonic() + (WAITING_SECONDS if name == "reading" else CUTTING_SECONDS)
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise refused("busy") from None
                time.sleep(0.05)
        yield
