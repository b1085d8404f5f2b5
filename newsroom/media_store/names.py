"""What a file of media may be called."""

from __future__ import annotations

from pathlib import PurePosixPath


def checked(name: str) -> str:
    """The same name: a path below the folder, without detours. Raises ValueError for any other."""
    path = PurePosixPath(name)
    if (
        not path.parts
        or path.is_absolute()
        or ".." in path.parts
        or str(path) != name
        or "\0" in name
    ):
        raise ValueError(f"{name!r} is not a name of a file of media")
    return name
