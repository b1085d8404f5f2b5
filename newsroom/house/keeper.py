"""Keeps one embedded PostgreSQL server: starts it, and stops it as soon as nobody uses it any more.

Whoever uses the server holds a shared lock on the file `users`; the keeper waits for the exclusive one. The
kernel gives it exactly when the last user has gone, in whatever way: finished, interrupted or killed. So there
are no process numbers to count and none to go stale.

Runs on its own, in isolated mode, and imports nothing of the project:
    python -I -S keeper.py LOCKS_FOLDER LOG ACCOUNT REMOVE_AFTER PROGRAM ARGUMENT…
ACCOUNT is "uid:gid", or "-" for the account that started the keeper; REMOVE_AFTER is a folder to take away at
the end when it is empty, or "-".
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType


class Ended(Exception):
    """The server ended, or the keeper was told to end it."""


def end_with_parent(signum: int) -> Callable[[], None] | None:
    """Return what a new process has to do so that it gets a signal when its parent has died.

    For `preexec_fn`. Only Linux can; elsewhere None. Everything is looked up now, because after the fork the
    process may have become an account that cannot read Python's files.
    """
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # here: nobody but Linux needs it

    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(1, signum)  # 1 is PR_SET_PDEATHSIG

    return bind


def interrupt(signum: int, frame: FrameType | None) -> None:
    raise Ended


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server: a fast shutdown first, an immediate one when that takes too long."""
    for signum, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, None)):
        if server.poll() is not None:
            return
        server.send_signal(signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(patience)
            return


def main(locks: str, log: str, account: str, remove_after: str, *command: str) -> int:
    keeping = os.open(os.path.join(locks, "keeper"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(keeping, fcntl.LOCK_EX)
    users = os.open(os.path.join(locks, "users"), os.O_RDWR | os.O_CREAT, 0o600)
    uid, gid = (None, None) if account == "-" else (int(part) for part in account.split(":"))
    with open(log, "ab", buffering=0) as output:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            start_new_session=True,
            # A fast shutdown, should the keeper itself be killed.
            preexec_fn=end_with_parent(signal.SIGINT),
        )

    def look(signum: int, frame: FrameType | None) -> None:
        # The signal also comes when the server was only stopped in its tracks, and may go on.
        if server.poll() is not None:
            raise Ended

    try:
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signum, interrupt)
        signal.signal(signal.SIGCHLD, look)
        if server.poll() is None:
            fcntl.flock(users, fcntl.LOCK_EX)
    except Ended:
        pass
    for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    stop(server)
    if remove_after != "-":
        with contextlib.suppress(OSError):
            os.rmdir(remove_after)
    return server.returncode or 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
