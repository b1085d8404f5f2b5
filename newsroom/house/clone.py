"""Of which version of the code a figure was taken."""

from __future__ import annotations

import subprocess
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]


def commit(*, apart_from: str) -> str:
    """The commit of this clone, with a word when files differ from it.

    Args:
        apart_from: the folder into which figures are written.
    """

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(BASE_DIR), *words], capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    known = git("rev-parse", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no", "--", f":!{apart_from}")
    return (known or "unknown") + (" with changes" if changed else "")
