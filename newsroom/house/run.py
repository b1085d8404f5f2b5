"""`make run`: prepares the installation, starts the web server and the job worker, and watches over both.

Guarantees: SIGINT, SIGTERM or SIGHUP stops everything that was started and nothing else; so does the end of the
`make` above it, and on Linux even a kill of this process. When the web server or the worker ends by itself, the
rest is stopped and the exit code is not zero.
"""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import IO

from newsroom import database
from newsroom.house import ports
from newsroom.house.errors import HouseError, sentence_for
from newsroom.house.keeper import end_with_parent
from newsroom.house.postgres import EmbeddedPostgres, server_at
from newsroom.house.prepare import (
    DEMO_ACCOUNTS,
    last_change,
    say,
    say_accounts,
    set_demo_default,
)

BASE_DIR = Path(__file__).resolve().parents[2]
GATE = "NEWSROOM_GATE"  # see `serving`
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_PATIENCE = 10.0
# How often the processes are looked at, in seconds; a signal is answered at once.
WATCH_EVERY = 0.25


class Supervisor:
    """The processes of one installation, from start to stop.

    Args:
        environ: the environment that they get.
        address: host and port for the web server.
    """

    def __init__(self, environ: dict[str, str], address: tuple[str, int]) -> None:
        self.environ = environ
        self.host, self.port = address
        self.var_dir = database.var_dir(BASE_DIR, environ)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.is_stopping = threading.Event()
        self.parent = os.getppid()

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a Python process of its own group: a Ctrl-C at the terminal reaches only the supervisor."""
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=BASE_DIR,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
        self.processes[name] = process
        return process

    def stop(self) -> None:
        """Stop every process: politely, and after ten seconds not."""
        for process in self.processes.values():
            signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            # What the process left behind in its group, or the process itself when it did not listen.
            signal_group(process, signal.SIGKILL)
            process.wait()
        self.processes.clear()

    def embedded_server(self) -> EmbeddedPostgres | None:
        """Return the embedded server that this installation uses, or None with a DATABASE_URL."""
        if self.environ.get("DATABASE_URL", "").strip():
            return None
        settings = database.settings_for(self.environ, self.var_dir)
        home = Path(settings["EMBEDDED_HOME"])
        return server_at(home, is_throwaway=settings["EMBEDDED_IS_THROWAWAY"])

    def run(self) -> int:
        """Do it all; return the exit code. Raises HouseError for what a person can mend."""
        for signum in STOP_SIGNALS:
            signal.signal(signum, self._note)
        server = gate = None
        try:
            accounts = self.var_dir / DEMO_ACCOUNTS
            accounts_before = last_change(accounts)
            gate = self.close_gate()
            preparing = self.start("preparation", "newsroom.house.prepare", "run")
            self.start_web_server()
            # Held from here to the end, so that the server does not stop between two of its users.
            server = self.embedded_server()
            if server is not None:
                server.ensure_running()
            if not self.wait_for(preparing):
                return 0 if self.is_stopping.is_set() else preparing.returncode or 1
            gate.close()
            del self.processes["preparation"]
            say("Starting the web server and the job worker …")
            # The worker comes second: on a small machine it would keep the first page waiting.
            if not self.wait_for_page():
                return self.outcome()
            self.start_worker()
            self.announce(is_new=last_change(accounts) != accounts_before)
            while not self.is_over():
                if server is not None:
                    server.ensure_running()
                self.is_stopping.wait(WATCH_EVERY)
            return self.outcome()
        finally:
            for signum in STOP_SIGNALS:
                signal.signal(signum, signal.SIG_IGN)
            if self.is_stopping.is_set():
                say("\nStopping …")
            self.stop()
            if gate is not None:
                gate.close()
            if server is not None:
                server.release()

    def close_gate(self) -> IO[str]:
        """Keep the web server from serving, though not from loading, until the returned file is closed."""
        self.var_dir.mkdir(parents=True, exist_ok=True)
        gate = (self.var_dir / f"gate-{self.port}").open("w")
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HouseError(
                f"Another `make run` is just starting here on port {self.port}."
            ) from None
        self.environ[GATE] = gate.name
        return gate

    def start_web_server(self) -> None:
        """Start the web server."""
        self.start(
            "web server",
            *("granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port)),
            *("--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"),
            "newsroom.house.serving:application",
        )

    def start_worker(self) -> None:
        """Start the job worker; on a stop it has five seconds for the jobs in hand."""
        command = ("manage", "procrastinate", "worker", "--shutdown-graceful-timeout", "5")
        self.start("job worker", *command)

    def wait_for(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until a process has done its work well. False when it failed or everything is to stop."""
        while process.poll() is None and not self.is_stopping.wait(0.02):
            self.notice_make()
        return process.poll() == 0 and not self.is_stopping.is_set()

    def wait_for_page(self) -> bool:
        """Wait until the web server answers. False when something ended first."""
        while not self.is_over():
            connection = http.client.HTTPConnection(reachable(self.host), self.port, timeout=2)
            try:
                connection.request("GET", "/healthz")
                connection.getresponse()
                return True
            except (OSError, http.client.HTTPException):
                self.is_stopping.wait(0.02)
            finally:
                connection.close()
        return False

    def announce(self, *, is_new: bool) -> None:
        """Print the addresses and where the demo accounts are; their passwords only when they are new."""
        site = f"http://{reachable(self.host)}:{self.port}/"
        say(f"\nReader's site: {site}  Desk: {site}admin/")
        if self.environ.get("DEMO") == "1":
            say_accounts(self.var_dir, is_new=is_new)
        say("Ctrl-C stops everything.")

    def is_over(self) -> bool:
        """Say whether everything is to stop: told so, or one of the processes has ended."""
        self.notice_make()
        return self.is_stopping.is_set() or any(
            p.poll() is not None for p in self.processes.values()
        )

    def outcome(self) -> int:
        """Return the exit code, after a sentence about a process that ended by itself."""
        if self.is_stopping.is_set():
            return 0
        for name, process in self.processes.items():
            if process.poll() is not None:
                how = f"exit code {process.returncode}"
                if process.returncode < 0:
                    how = signal.Signals(-process.returncode).name
                print(
                    f"The {name} ended by itself ({how}); stopping the rest.",
                    file=sys.stderr,
                    flush=True,
                )
        return 1

    def notice_make(self) -> None:
        """Stop when the `make` above was interrupted or is gone.

        Make passes SIGTERM on to what it runs, but not SIGINT or SIGHUP, which it expects the terminal to send to
        everybody: sent to make alone, it waits for its child, with the signal blocked meanwhile.
        """
        if self.environ.get("MAKELEVEL") and (
            os.getppid() != self.parent or is_interrupted_make(self.parent)
        ):
            self.is_stopping.set()

    def _note(self, signum: int, frame: FrameType | None) -> None:
        self.is_stopping.set()


def is_interrupted_make(pid: int) -> bool:
    """Say whether a process is a make that waits for its children to end after a signal; False if not told."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        about = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        blocked = int(about["SigBlk"], 16)
        return about["Name"].endswith("make") and any(
            blocked >> (signum - 1) & 1 for signum in STOP_SIGNALS
        )
    return False


def signal_group(process: subprocess.Popen[bytes], signum: int) -> None:
    """Signal a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signum)


def reachable(host: str) -> str:
    """Return the name under which this machine reaches an address that the server listens on."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)


def main() -> int:
    """Run until told to stop; one sentence instead of a traceback for what a person can mend."""
    environ = dict(os.environ)
    set_demo_default(environ)
    try:
        os.environ.update(environ)
        # What is wrong with the settings is said once, here, before anything has started.
        import_module("newsroom.settings")
        address = ports.listening_address(environ)
        ports.ensure_free(*address)
        return Supervisor(environ, address).run()
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
