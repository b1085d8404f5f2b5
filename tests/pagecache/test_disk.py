"""The file that the processes of a machine share: what it holds, what it lets go, and what becomes of it in trouble."""

from __future__ import annotations

import logging
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from pagecache import disk as disk_module
from pagecache.clock import EVERYTHING
from pagecache.disk import BATCH, PARTS_TO_GO, WAITING, SharedDisk
from pagecache.installed import mark_of_this_code
from pagecache.keeper import Kept

PLENTY = 10_000_000
NOBODY = 65534
# What is killed in the middle of writing: it says when there is something in the file, and goes on.
WRITER = """
import sys
from pathlib import Path
from pagecache.disk import SharedDisk
from pagecache.keeper import Kept
disk = SharedDisk(Path(sys.argv[1]), 10_000_000)
disk.hear([(7, ["gone:1"])])
number = 0
while True:
    for _turn in range(300):
        disk.put(f"/{number}/", Kept(str(number) * 5000, frozenset(), frozenset(), 7, 10, made_at=number))
        number += 1
    disk.flush()
    if number == 300:
        print("written", flush=True)
"""


def kept(value: Any = "page", made_at: float = 1.0, position: int = 5) -> Kept[Any]:
    return Kept(value, frozenset({"story:1"}), frozenset({"latest"}), position, 10, made_at=made_at)


def write(disk: SharedDisk, key: str, entry: Kept[Any]) -> None:
    disk.put(key, entry)
    disk.flush()


def keys(path: Path) -> list[str]:
    """In the order in which they were made."""
    with closing(sqlite3.connect(path)) as file:
        return [key for (key,) in file.execute("SELECT key FROM kept ORDER BY made_at")]


def bytes_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as file:
        return int(file.execute("SELECT total(size) FROM kept").fetchone()[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pages" / "kept.sqlite3"


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What was said so far, for people."""
    caplog.set_level(logging.WARNING, "pagecache.disk")
    return lambda: caplog.messages


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """How files are opened from now on: `timeout` in seconds, `pragma` for each connection."""
    real, how = sqlite3.connect, {"timeout": 2.0, "pragma": ""}

    def connect(path: Path, timeout: float) -> sqlite3.Connection:
        made = real(path, timeout=how["timeout"])
        made.execute(how["pragma"])
        return made

    monkeypatch.setattr(disk_module.sqlite3, "connect", connect)
    return how


@contextmanager
def folder_that_may_not_be_written() -> Iterator[Path]:
    """For root, who may write everywhere, as somebody else."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        os.chmod(name, 0o555)
        before = os.geteuid()
        if before == 0:
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(before)
            os.chmod(name, 0o755)


class TestSharing:
    def test_what_one_process_kept_another_one_finds_and_looks_at_anew(self, path):
        one, other = SharedDisk(path, PLENTY), SharedDisk(path, PLENTY)
        entry = kept("page")
        entry.looked = 99, False
        write(one, "/a/", entry)
        found = other.get("/a/")
        assert (found.value, found.hard, found.soft) == ("page", entry.hard, entry.soft)
        assert (found.position, found.made_at, found.looked) == (5, 1.0, (-1, True))
        assert one.get("/b/") is None

    def test_what_was_made_later_stays_whoever_writes_last(self, path):
        one, other = SharedDisk(path, PLENTY), SharedDisk(path, PLENTY)
        write(one, "/a/", kept("new", made_at=2.0))
        write(other, "/a/", kept("old", made_at=1.0))
        assert one.get("/a/").value == other.get("/a/").value == "new"
        write(other, "/a/", kept("newest", made_at=3.0))
        assert one.get("/a/").value == "newest"

    def test_tags_are_noticed_for_all_processes_each_at_its_last_position(self, path):
        one, other = SharedDisk(path, PLENTY), SharedDisk(path, PLENTY)
        assert one.noticed() == {}
        assert one.hear([(7, ["story:1", "latest"]), (9, ["story:1"])]) is True
        # Heard later by a process that is behind.
        assert other.hear([(8, ["story:1", "gone:2"])]) is True
        assert one.noticed() == other.noticed() == {"story:1": 9, "latest": 7, "gone:2": 8}
        assert SharedDisk(path, PLENTY).noticed() == one.noticed()

    def test_a_notice_of_everything_empties_the_file_and_is_remembered(self, path):
        one, other = SharedDisk(path, PLENTY), SharedDisk(path, PLENTY)
        write(one, "/a/", kept())
        one.hear([(7, ["story:1"])])
        other.hear([(8, [EVERYTHING])])
        assert one.get("/a/") is None
        assert one.noticed() == {EVERYTHING: 8}

    def test_of_another_database_nothing_is_left(self, path):
        one, other = SharedDisk(path, PLENTY), SharedDisk(path, PLENTY)
        write(one, "/a/", kept())
        one.hear([(7, ["story:1"])])
        other.clear()
        assert (one.get("/a/"), one.noticed()) == (None, {})


class TestRoom:
    def test_the_oldest_go_first_and_the_rest_stays_within_the_limit(self, path):
        chance, limit = random.Random(7), 100_000
        disk = SharedDisk(path, limit)
        written = [f"/{number}/" for number in range(200)]
        most = 0
        for number, key in enumerate(written):
            write(disk, key, kept(chance.randbytes(2_000), made_at=number))
            most = max(most, bytes_of(path))
        # Each of these is more than a fiftieth of the limit, so after each it was added up what there is.
        assert limit - 2_200 < most <= limit
        found = keys(path)
        assert found == written[-len(found) :]
        assert len(found) >= (limit // 2_200) * (100 - PARTS_TO_GO) // 100

    def test_a_file_that_shrinks_lets_go_a_part_of_its_entries_at_once(self, path):
        write(SharedDisk(path, PLENTY), "/before/", kept(made_at=0.0))
        for number in range(9):
            write(SharedDisk(path, PLENTY), f"/{number}/", kept(made_at=number + 1.0))
        write(SharedDisk(path, 1), "/last/", kept(made_at=99.0))
        gone = 1 + 11 * PARTS_TO_GO // 100
        assert keys(path) == [*(f"/{number}/" for number in range(gone - 1, 9)), "/last/"]

    def test_what_nobody_can_write_in_time_is_left_out(self, path, monkeypatch):
        disk = SharedDisk(path, PLENTY)
        with monkeypatch.context() as patch:
            patch.setattr(disk, "_keep_writing", lambda: None)
            for number in range(WAITING + 5):
                disk.put(f"/{number}/", kept(made_at=number))
        disk._keep_writing()
        disk.flush()
        assert keys(path) == [f"/{number}/" for number in range(WAITING)]
        assert WAITING > BATCH


class TestTrouble:
    def test_an_entry_that_cannot_be_read_is_as_good_as_not_there(self, path, said):
        disk = SharedDisk(path, PLENTY)
        for key in ("/a/", "/b/"):
            write(disk, key, kept(key))
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE kept SET entry = ? WHERE key = '/a/'", [b"no entry"])
        assert disk.get("/a/") is None
        assert disk.get("/b/").value == "/b/"
        assert said() == []

    @pytest.mark.parametrize("broken", ["garbage", "cut short"])
    def test_a_broken_file_is_said_once_and_costs_what_was_kept(self, path, said, broken):
        before = SharedDisk(path, PLENTY)
        for number in range(50):
            write(before, f"/{number}/", kept(random.Random(number).randbytes(3_000)))
        with closing(sqlite3.connect(path)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if broken == "garbage":
                path.write_bytes(b"no database at all " * 1_000)
            else:
                os.truncate(path, path.stat().st_size // 2)
        disk = SharedDisk(path, PLENTY)
        for number in range(50):
            disk.get(f"/{number}/")
        write(disk, "/new/", kept("new"))
        assert disk.get("/new/") is None
        assert disk.noticed() == {}
        # Whoever tells need not tell again.
        assert disk.hear([(7, ["gone:1"])]) is True
        disk.clear()
        assert [words.partition(" (")[0] for words in said()] == [
            "Pages are not kept on disk any more"
        ]
        # Whoever begins next has a new one.
        after = SharedDisk(path, PLENTY)
        write(after, "/new/", kept("new"))
        assert after.get("/new/").value == "new"

    def test_a_full_disk_is_no_error_for_the_reader(self, path, said, connections):
        write(SharedDisk(path, PLENTY), "/a/", kept("a"))
        connections["pragma"] = "PRAGMA max_page_count = 1"
        disk = SharedDisk(path, PLENTY)
        assert disk.get("/a/").value == "a"
        write(disk, "/b/", kept(random.Random(7).randbytes(100_000)))
        assert (disk.get("/a/"), disk.get("/b/")) == (None, None)
        write(disk, "/c/", kept())
        assert len(said()) == 1 and said()[0].endswith("database or disk is full")
        # Of what nobody could be told to hide, whoever begins next shows nothing.
        connections["pragma"] = ""
        assert SharedDisk(path, PLENTY).get("/a/") is None

    def test_a_folder_that_may_not_be_written_is_no_error_for_the_reader(self, said):
        with folder_that_may_not_be_written() as folder:
            disk = SharedDisk(folder / "kept.sqlite3", PLENTY)
            assert disk.get("/a/") is None
            write(disk, "/a/", kept())
            assert disk.hear([(7, ["story:1"])]) is True
            assert (disk.get("/a/"), disk.noticed()) == (None, {})
            assert list(folder.iterdir()) == []
        assert len(said()) == 1

    def test_no_folder_can_be_made_is_no_error_for_the_reader(self, tmp_path, said):
        (tmp_path / "pages").write_text("in the way")
        disk = SharedDisk(tmp_path / "pages" / "kept.sqlite3", PLENTY)
        write(disk, "/a/", kept())
        assert disk.get("/a/") is None
        assert len(said()) == 1

    def test_while_somebody_holds_the_file_notices_have_to_be_told_again(
        self, path, said, connections
    ):
        connections["timeout"] = 0.0
        disk = SharedDisk(path, PLENTY)
        write(disk, "/a/", kept("a"))
        with closing(sqlite3.connect(path, timeout=0.0)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            assert disk.hear([(7, ["gone:1"])]) is False
            # Who reads does not wait.
            assert disk.get("/a/").value == "a"
            holder.execute("ROLLBACK")
        assert disk.hear([(7, ["gone:1"])]) is True
        assert disk.noticed() == {"gone:1": 7}
        assert said() == []

    def test_a_writer_that_is_killed_leaves_a_file_that_can_be_read(self, path):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"written\n"
            writer.send_signal(signal.SIGKILL)
        disk = SharedDisk(path, PLENTY)
        found = keys(path)
        assert found[:300] == [f"/{number}/" for number in range(300)]
        for key in found:
            assert disk.get(key).value == key.strip("/") * 5000
        assert disk.noticed() == {"gone:1": 7}
        write(disk, "/after/", kept("after", made_at=1e9))
        assert disk.get("/after/").value == "after"


def test_pages_that_were_made_by_other_settings_are_in_another_file(settings: Any) -> None:
    marks = {mark_of_this_code.__wrapped__()}
    settings.SEND_PERMISSIONS_POLICY = not settings.SEND_PERMISSIONS_POLICY
    marks.add(mark_of_this_code.__wrapped__())
    settings.SITE_URL = "https://elsewhere.example"
    marks.add(mark_of_this_code.__wrapped__())
    assert len(marks) == 3
