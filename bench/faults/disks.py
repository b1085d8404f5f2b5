"""Disks of a size that can be filled: files with a file system of their own, or memory where that is not possible."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# What is asked for at once while a disk is filled up.
LUMPS = (16 << 20, 1 << 20, 64 << 10, 4 << 10)


class Disk:
    """A disk of `megabytes` at `folder`, which is made; `image` is the file that it lies in, where it lies in one.

    Raises OSError where none can be made.
    """

    def __init__(self, folder: Path, image: Path, megabytes: int) -> None:
        self.folder = folder
        self.image = image
        self._filler = folder / ".filler"
        folder.mkdir(parents=True, exist_ok=True)
        if not self._mount_file(megabytes):
            _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "none", str(folder))
        folder.chmod(0o711)

    def _mount_file(self, megabytes: int) -> bool:
        maker = shutil.which("mkfs.ext4", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if maker is None:
            return False
        with self.image.open("wb") as file:
            file.truncate(megabytes << 20)
        try:
            # Nothing held back for root, who may be who writes here.
            _run(maker, "-q", "-F", "-m", "0", str(self.image))
            _run("mount", "-o", "loop", str(self.image), str(self.folder))
        except OSError:
            self.image.unlink()
            return False
        # Others than the house would be confused by it.
        (self.folder / "lost+found").rmdir()
        return True

    def fill(self) -> None:
        """Take what is free, to the last block."""
        with self._filler.open("ab", buffering=0) as file:
            for lump in LUMPS:
                with contextlib.suppress(OSError):
                    while True:
                        os.posix_fallocate(file.fileno(), file.seek(0, 2), lump)

    def free(self) -> None:
        """Give back what `fill` took."""
        self._filler.unlink(missing_ok=True)

    def unmount(self) -> None:
        # Whoever still has a file open on it does not keep it from going.
        with contextlib.suppress(OSError):
            _run("umount", "-l", str(self.folder))
        self.image.unlink(missing_ok=True)


def why_none() -> str:
    """Why no disk can be made here; empty when one can."""
    if os.geteuid() != 0:
        return "not tried: needs root, to mount a small disk"
    with tempfile.TemporaryDirectory() as folder:
        try:
            Disk(Path(folder) / "try", Path(folder) / "image", 8).unmount()
        except OSError:
            return "not tried: this machine mounts no disk, even for root"
    return ""


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{command[0]}: {done.stderr.strip()}")
