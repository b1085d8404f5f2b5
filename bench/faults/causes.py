"""The faults: how each is brought about, for how long, how it ends, and by what is seen that all works again."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import beside, mail, store
from .finding import uncut_photos
from .house import House, kill, signal_all
from .ledger import Piece
from .people import People, send_issue
from .public import PICTURE
from .writing import Writer

DAY = 24 * 3600
CLOCK_SOURCE = Path(__file__).with_name("clock.c")
# What is acknowledged again when all works again.
WRITING = ("story", "saving", "comment")
LETTERS, REPLICA = "letters", "pages read from the replica"

Act = Callable[[House, random.Random], None]


def nothing(_house: House, _chance: random.Random) -> None:
    """Nothing to do."""


@dataclass(frozen=True)
class Fault:
    """One row of the table.

    `begin` brings it about, `end` ends it after `lasts` seconds; what has been killed nobody mends by hand. `why_not`
    says why it cannot be tried here. `setting` has what is beside the house while it is tried, and gives what the house is
    started with for it.
    """

    name: str
    title: str
    begin: Act
    end: Act = nothing
    lasts: tuple[float, float] = (0.0, 0.0)
    recovers: tuple[str, ...] = WRITING
    why_not: Callable[[House], str] = lambda _house: ""
    setting: Callable[[House], AbstractContextManager[Mapping[str, str]]] = lambda _house: (
        nullcontext({})
    )
    # Rounds that it takes to try all of it.
    rounds: int = 1
    # What is to be under way meanwhile, beside what people write.
    prepare: Callable[[House], None] | None = None
    # Makes who comes for it, beside all others.
    more: Callable[[House, People], Iterable[Callable[..., Writer]]] = lambda _house, _people: ()
    # What of the pieces has not yet become what it is to become by itself; and what of it never will.
    waits: Callable[[House, list[Piece]], list[str]] = lambda _house, _pieces: []
    given_up: Callable[[House, list[Piece]], list[str]] = lambda _house, _pieces: []
    # Whether no reader's request may fail meanwhile.
    is_hidden: bool = False


def _web_worker(house: House, chance: random.Random) -> None:
    kill(chance.choice(house.web_workers()))


def _web_server(house: House, _chance: random.Random) -> None:
    kill(house.web_server(), *house.web_workers())


def _job_worker(house: House, _chance: random.Random) -> None:
    if worker := house.worker():
        kill(worker)


def _database(house: House, _chance: random.Random) -> None:
    kill(*house.database())


def _freeze(house: House, _chance: random.Random) -> None:
    postmaster, *_children = house.database()
    # The parent first: it can make no more children then.
    signal_all(signal.SIGSTOP, postmaster)
    signal_all(signal.SIGSTOP, *house.database())


def _thaw(house: House, _chance: random.Random) -> None:
    signal_all(signal.SIGCONT, *house.database())


def _fill_site(house: House, _chance: random.Random) -> None:
    assert house.site_disk is not None
    house.site_disk.fill()


def _free_site(house: House, _chance: random.Random) -> None:
    assert house.site_disk is not None
    house.site_disk.free()


def _fill_database(house: House, _chance: random.Random) -> None:
    assert house.database_disk is not None
    house.database_disk.fill()


def _free_database(house: House, _chance: random.Random) -> None:
    assert house.database_disk is not None
    house.database_disk.free()


def _needs_disks(house: House) -> str:
    return house.no_disks


def _needs_compiler(_house: House) -> str:
    return "" if shutil.which("cc") else "not tried: needs a C compiler, for clock.c"


@contextlib.contextmanager
def _own_clock(house: House) -> Iterator[Mapping[str, str]]:
    library, clock = house.root / "clock.so", house.root / "clock"
    if not library.exists():
        _run("cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(CLOCK_SOURCE), "-ldl")
    clock.write_bytes((0).to_bytes(8, sys.byteorder))
    yield {"LD_PRELOAD": str(library), "CLOCK_FILE": str(clock)}


def _set_clock(seconds: int) -> Act:
    def act(house: House, _chance: random.Random) -> None:
        with (house.root / "clock").open("r+b") as clock:
            clock.write(seconds.to_bytes(8, sys.byteorder, signed=True))

    return act


def _break_mail(house: House, chance: random.Random) -> None:
    house.mail.break_as(house.next_way("mail", list(mail.BROKEN)))


def _mend_mail(house: House, _chance: random.Random) -> None:
    house.mail.mend()


def _media(house: House) -> Path:
    return house.var_dir / "media"


def _take_media(house: House, _chance: random.Random) -> None:
    """As a share of the network that has gone: what stands in its place is no folder."""
    _media(house).rename(house.var_dir / "media.away")
    _media(house).write_bytes(b"")


def _give_media(house: House, _chance: random.Random) -> None:
    _media(house).unlink()
    (house.var_dir / "media.away").rename(_media(house))


def _lock_media(house: House, _chance: random.Random) -> None:
    folder = str(_media(house))
    if os.geteuid():
        for path in (_media(house), *_media(house).rglob("*/")):
            path.chmod(0o555)
        return
    _run("mount", "--bind", folder, folder)
    _run("mount", "-o", "remount,ro,bind", folder)


def _unlock_media(house: House, _chance: random.Random) -> None:
    if os.geteuid():
        for path in (_media(house), *_media(house).rglob("*/")):
            path.chmod(0o755)
        return
    with contextlib.suppress(OSError):
        _run("umount", "-l", str(_media(house)))


def _needs_mounts(house: House) -> str:
    return house.no_disks if not os.geteuid() else ""


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{command[0]}: {done.stderr.strip()}")


FAULTS = (
    Fault("web-worker", "kill -9 of a web worker", _web_worker),
    Fault("web-server", "kill -9 of the whole web server", _web_server),
    Fault(
        *("job-worker", "kill -9 of the job worker, at letters, photos and figures", _job_worker),
        recovers=(LETTERS,),
        prepare=send_issue,
    ),
    Fault("database", "kill -9 of PostgreSQL, all processes", _database),
    Fault(
        *("frozen", "PostgreSQL says nothing (SIGSTOP)", _freeze, _thaw),
        lasts=(4.0, 8.0),
    ),
    Fault(
        *("disk-site", "disk of photos and of what waits full", _fill_site, _free_site),
        lasts=(5.0, 8.0),
        recovers=("photo", *WRITING),
        why_not=_needs_disks,
    ),
    Fault(
        *("disk-database", "disk of PostgreSQL full", _fill_database, _free_database),
        lasts=(5.0, 8.0),
        why_not=_needs_disks,
    ),
    Fault(
        *("clock-ahead", "web and worker: clock a day ahead, and back", _set_clock(DAY)),
        _set_clock(0),
        lasts=(5.0, 7.0),
        why_not=_needs_compiler,
        setting=_own_clock,
    ),
    Fault(
        *("clock-behind", "web and worker: clock a day behind, and back", _set_clock(-DAY)),
        _set_clock(0),
        lasts=(5.0, 7.0),
        why_not=_needs_compiler,
        setting=_own_clock,
    ),
    Fault(
        *("mail", "mail server broken, five ways", _break_mail, _mend_mail),
        lasts=(3.0, 6.0),
        recovers=(LETTERS,),
        rounds=len(mail.BROKEN),
    ),
    Fault(
        *("media-gone", "folder of photos gone", _take_media, _give_media),
        lasts=(4.0, 7.0),
        recovers=("photo",),
    ),
    Fault(
        *("media-read-only", "folder of photos read-only", _lock_media, _unlock_media),
        lasts=(4.0, 7.0),
        recovers=("photo",),
        why_not=_needs_mounts,
    ),
    Fault(
        *(
            "replica",
            "replica behind, gone and promoted, six ways",
            beside.break_replica,
            beside.mend_replica,
        ),
        lasts=(4.0, 7.0),
        recovers=(REPLICA, *WRITING),
        setting=beside.with_replica,
        rounds=6,
        more=beside.witnesses,
        is_hidden=True,
    ),
    Fault(
        *("s3", "S3 store of photos broken, five ways", beside.break_store, beside.mend_store),
        lasts=(4.0, 7.0),
        recovers=("photo", PICTURE, *WRITING),
        why_not=beside.needs_libraries,
        setting=beside.with_store,
        rounds=len(store.BROKEN),
        more=beside.viewers,
        waits=uncut_photos,
        given_up=partial(uncut_photos, is_given_up=True),
        is_hidden=True,
    ),
)
