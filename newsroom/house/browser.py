"""The Chromium that drives the browser tests: where it is, and how to get one.

python -m newsroom.house.browser
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Where Playwright keeps what it downloads: a folder for each version, laid out as each system wants it.
DOWNLOADS = (Path("~/.cache/ms-playwright"), Path("~/Library/Caches/ms-playwright"))
INSIDE = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")


def find(folder: Path) -> str | None:
    """Return the path of a Chromium, or None.

    Args:
        folder: where `install` put one for this clone.

    One on the PATH comes first, then Playwright's own download.
    """
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    for base in (*([Path(named)] if named else []), folder, *DOWNLOADS):
        for pattern in INSIDE:
            matches = sorted(base.expanduser().glob(pattern))
            if matches:
                return str(matches[-1])
    return None


def install(folder: Path) -> int:
    """Let Playwright download its Chromium into a folder; returns its exit code."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    environ = os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(folder)}
    return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    from newsroom.database import var_dir

    sys.exit(install(var_dir(Path(__file__).resolve().parents[2], os.environ) / "browsers"))
