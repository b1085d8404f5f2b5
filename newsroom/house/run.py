"""`make run`: prepares the installation, starts the web server and the job worker, and watches over both.

Guarantees: SIGINT, SIGTERM or SIGHUP stops everything that was started and nothing else; so does the end of the
`make` above it, and on Linux even a kill of this process. What ends by itself, the web server, the job worker or the
embedded database, is started again; but not a process that has never worked, see `restarts`: then the rest is stopped
and the exit code is not zero.
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
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import IO

from newsroom import database
from newsroom.house import ports, trial
from newsroom.house.errors import HouseError, complain, sentence_for
from newsroom.house.keeper import end_with_parent
from newsroom.house.postgres import EmbeddedPostgres, server_at
from newsroom.house.prepare import (
    DEMO_ACCOUNTS,
    last_change,
    say,
    say_accounts,
    set_demo_default,
)
from newsroom.house.restarts import Restarts

BASE_DIR = Path(__file__).resolve().parents[2]
GATE = "NEWSROOM_GATE"  # see `serving`
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_PATIENCE = 10.0
MOST_WEB_WORKERS = 64
# How often the processes are looked at, in seconds; a signal is answered at once.
WATCH_EVERY = 0.25
# How long what could not be started again is left alone, in seconds.
TROUBLE_PAUSE = 5.0
WEB, WORKER = "web server", "job worker"


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
        # Of those that are started again: the pauses, when each was started, and when it is to be started again.
        self.restarts = {WEB: Restarts(), WORKER: Restarts()}
        self.began: dict[str, float] = {}
        self.due: dict[str, float | None] = {}
        # Until it has answered once, its code or its settings may be wrong.
        self.has_served = False

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
            wait_for_group(process)
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
            self.watch(server)
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

    def watch(self, server: EmbeddedPostgres | None) -> None:
        """Start again what may be, until everything is to stop. What cannot be started is said once and tried on."""
        trouble, quiet_until = "", 0.0
        while not self.is_over():
            if time.monotonic() >= quiet_until:
                try:
                    # Readers read on without a database, and nobody without a web server.
                    self.look_after(WEB, self.start_web_server)
                    # Before the worker, which would only end again without it.
                    if server is not None:
                        server.ensure_running(is_given_up=self.is_over)
                    self.look_after(WORKER, self.start_worker)
                    trouble = ""
                except (HouseError, OSError) as error:
                    quiet_until = time.monotonic() + TROUBLE_PAUSE
                    said = sentence_for(error) or f"{error}."
                    if said != trouble and not self.is_over():
                        complain(f"{said} It is tried again until it works.")
                    trouble = said
            self.is_stopping.wait(WATCH_EVERY)

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
        """Start the web server: WEB_WORKERS processes, two without it.

        Four threads each: with one, kept pages go out a quarter faster, but everybody waits behind whoever has a page
        rendered; more would hold more connections to the database. The other settings of granian changed nothing
        that could be measured. A worker that ended is replaced while the others serve.
        """
        self.began[WEB], self.due[WEB] = time.monotonic(), None
        workers = web_workers(self.environ)
        self.start(
            WEB,
            # One alone has nobody to share memory with.
            "newsroom.house.web" if workers > 1 else "granian",
            *("--interface", "wsgi", "--host", self.host, "--port", str(self.port)),
            *("--workers", str(workers), "--blocking-threads", "4", "--no-ws"),
            # Who is told to end while it begins does not hear it.
            *("--log-level", "warning", "--workers-kill-timeout", "3"),
            *("--respawn-failed-workers", "--respawn-interval", "0"),
            "newsroom.house.serving:application",
        )

    def start_worker(self) -> None:
        """Start the job worker; on a stop it has five seconds for the jobs in hand."""
        self.began[WORKER], self.due[WORKER] = time.monotonic(), None
        self.start(WORKER, "manage", "work", "--patience", "5")

    def look_after(self, name: str, start: Callable[[], None]) -> None:
        """Start a process again when it ended, after a pause. The worker ends with its connection, and with code 0."""
        process, restarts = self.processes[name], self.restarts[name]
        if process.poll() is None:
            return
        now = time.monotonic()
        due = self.due[name]
        if due is None:
            # What it left behind in its group would work beside the next one.
            signal_group(process, signal.SIGKILL)
            pause = restarts.after(now - self.began[name], process.returncode)
            self.due[name] = now + pause
            if not restarts.is_hopeless:
                complain(
                    f"The {name} ended by itself ({how(process)}); it is started again in {pause:.0f} s."
                )
        elif now >= due:
            start()

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
                self.has_served = True
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
        """Say whether everything is to stop: told so, or a process has ended that is not started again."""
        self.notice_make()
        return self.is_stopping.is_set() or bool(self.ended())

    def ended(self) -> dict[str, subprocess.Popen[bytes]]:
        """Return the processes that ended by themselves and are not started again."""
        return {
            name: process
            for name, process in self.processes.items()
            if process.poll() is not None and not self.is_started_again(name)
        }

    def is_started_again(self, name: str) -> bool:
        """Say whether a process that ends by itself is looked after."""
        restarts = self.restarts.get(name)
        if restarts is None or restarts.is_hopeless:
            return False
        return name != WEB or self.has_served

    def outcome(self) -> int:
        """Return the exit code, after a sentence about a process that ended by itself."""
        if self.is_stopping.is_set():
            return 0
        for name, process in self.ended().items():
            complain(f"The {name} ended by itself ({how(process)}); stopping the rest.")
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


def how(process: subprocess.Popen[bytes]) -> str:
    """Say how a process ended: its exit code, or the signal that killed it."""
    if process.returncode < 0:
        return signal.Signals(-process.returncode).name
    return f"exit code {process.returncode}"


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


def web_workers(environ: Mapping[str, str]) -> int:
    """How many web processes WEB_WORKERS asks for, two without it. Raises HouseError when it is no such number."""
    said = environ.get("WEB_WORKERS", "").strip() or "2"
    if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= MOST_WEB_WORKERS:
        raise HouseError(f"WEB_WORKERS is “{said}”; it is 1 to {MOST_WEB_WORKERS}.")
    return int(said)


def signal_group(process: subprocess.Popen[bytes], signum: int) -> None:
    """Signal a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signum)


def wait_for_group(process: subprocess.Popen[bytes], patience: float = 2.0) -> None:
    """Wait for those whom a killed process leaves behind: they still hold what they used, such as the database.

    Where nobody buries orphans they stay in the table for good; so not for longer than `patience`, in seconds.
    """
    deadline = time.monotonic() + patience
    with contextlib.suppress(ProcessLookupError, PermissionError):
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.01)


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
        if not trial.settings_are_right():
            return 1
        web_workers(environ)
        address = ports.listening_address(environ)
        ports.ensure_free(*address)
        return Supervisor(environ, address).run()
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        complain(sentence)
        return 1


if __name__ == "__main__":
    sys.exit(main())
