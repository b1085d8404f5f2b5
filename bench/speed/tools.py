"""The programs that measure: wrk and nginx, installed where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PROGRAMS = ("wrk", "nginx", "taskset")


def missing() -> list[str]:
    """What is not there after an attempt to install it; as root on Debian the attempt is made."""
    lacking = [name for name in PROGRAMS if find(name) is None]
    is_debian = shutil.which("apt-get") is not None and Path("/etc/debian_version").exists()
    if lacking and is_debian and os.geteuid() == 0:
        packages = ["util-linux" if name == "taskset" else name for name in lacking]
        # A server that only measures has no use for a service of the system.
        policy = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for words in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *packages]):
            subprocess.run(
                ["apt-get", *words], env=os.environ | policy, capture_output=True, check=False
            )
        lacking = [name for name in PROGRAMS if find(name) is None]
    return lacking


def find(name: str) -> str | None:
    """Where a program is; those of the system are not on everybody's PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
