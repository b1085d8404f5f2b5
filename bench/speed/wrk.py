"""wrk, and how to read what it says."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# wrk's scripts: a list of addresses, one after the other; and the same, telling statuses and pages by the second.
LIST = Path(__file__).with_name("addresses.lua")
TELLING = Path(__file__).with_name("telling.lua")
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Said:
    """What wrk said: answers and seconds, answers a second, times in milliseconds, and what went wrong.

    `told` is what the script printed: for each second since 1970, how many answers of each kind.
    """

    number: int
    rate: float
    p50: float
    p99: float
    bad: int = 0
    broken: int = 0
    told: dict[str, dict[str, int]] = field(default_factory=dict)


def read(text: str) -> Said:
    """Read wrk's report. Raises ValueError when it is none."""
    number = re.search(r"(\d+) requests in", text)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if not number or not rate:
        raise ValueError(f"This is no report of wrk: {text[:200]!r}")
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text
    )
    told = re.search(r"^told (\{.*\})$", text, re.M)
    return Said(
        number=int(number[1]),
        rate=float(rate[1]),
        p50=_percentile(text, 50),
        p99=_percentile(text, 99),
        bad=int(bad[1]) if bad else 0,
        broken=sum(int(n) for n in errors.groups()) if errors else 0,
        told=json.loads(told[1]) if told else {},
    )


def _percentile(text: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)\s*$", text, re.M)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def command(
    url: str,
    *,
    seconds: float,
    connections: int,
    core: int | None,
    headers: Mapping[str, str],
    script: Path | None = None,
    arguments: Sequence[str] = (),
) -> list[str]:
    """The command line; `core` is where wrk is held, None for anywhere. Less than a second is a second."""
    words = [] if core is None else ["taskset", "-c", str(core)]
    words += ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency"]
    words += ["--timeout", "10s"]
    for name, value in headers.items():
        words += ["-H", f"{name}: {value}"]
    if script is not None:
        words += ["-s", str(script)]
    words.append(url)
    return words if script is None else [*words, "--", *arguments]


def run(url: str, **options: object) -> Said:
    """Run it to its end; see `command` for the options."""
    words = command(url, **options)  # type: ignore[arg-type]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return read(done.stdout + done.stderr)
