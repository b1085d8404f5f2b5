"""The demo's texts as they stand in its TOML files, next to this module."""

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
_AGE = re.compile(r"^(\+?)(\d+)([mhd])$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def rows(file: str, name: str) -> list[dict[str, Any]]:
    """The tables called `name` of one file, in the order they stand there."""
    found: list[dict[str, Any]] = tomllib.loads((HERE / file).read_text(encoding="utf-8"))[name]
    return found


def stories() -> dict[str, dict[str, Any]]:
    """All stories by the stem of their file's name, in that order."""
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((HERE / "stories").glob("*.toml"))
    }


def live() -> dict[str, Any]:
    """The live coverage: its story, when it began, its entries."""
    return tomllib.loads((HERE / "live.toml").read_text(encoding="utf-8"))


def illustration(key: str) -> Path:
    return HERE / "illustrations" / f"{key}.webp"


def moment(age: str, now: datetime.datetime) -> datetime.datetime:
    """The time that lies `age` before `now`: "40m", "3h", "2d"; "+5h" lies after it.

    Raises ValueError for an age of another form.
    """
    if not (match := _AGE.match(age)):
        raise ValueError(f"An age looks like 40m, 3h, 2d or +5h, not {age!r}.")
    is_ahead, number, unit = match.groups()
    span = datetime.timedelta(**{_UNITS[unit]: int(number)})
    return now + span if is_ahead else now - span
