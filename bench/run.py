"""Speed: every row of the table in docs/performance.md, in one run, against its limit.

    make bench                                  everything, about half an hour
    make bench ARGS=--quick                     shorter rounds and smaller sizes
    make bench ARGS="--only cached nginx"       some rows
    make bench ARGS="--sizes 10000 100000"      other sizes for what must not grow
    make bench ARGS="--minutes 30"              memory under load for that long

wrk and nginx are installed where they are missing, as root on Debian. The run has a folder and a PostgreSQL of its
own and leaves neither. The server is held on the first core; who asks, and PostgreSQL, on the second. Results go to
bench/results/latest.json; the picture is drawn from them by `python -m bench.speed.picture`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.advertising.house import BASE_DIR, House, machine, prepare
from bench.speed import picture, tools
from bench.speed.rows import Row, documented, table
from newsroom.house.clone import commit

BEGUN = time.monotonic()
DOCUMENT = BASE_DIR / "docs" / "performance.md"
RESULTS = BASE_DIR / "bench" / "results" / "latest.json"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--articles", type=int, help="stories for all but the growth; 10,000")
    parser.add_argument("--sizes", type=int, nargs="+", help="stories for what must not grow")
    parser.add_argument("--rounds", type=int, help="in which two things are asked in turn; 9")
    parser.add_argument("--seconds", type=int, help="of each of them; 3")
    parser.add_argument("--away", type=int, help="seconds without PostgreSQL; 60")
    parser.add_argument("--minutes", type=float, help="of load for the memory; 5")
    parser.add_argument(
        "--document", action="store_true", help="into docs/performance.md, too, and its picture"
    )
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    if unknown := set(options.only or ()) - set(ROWS):
        parser.error(f"No row is called {', '.join(sorted(unknown))}.")
    small = {"articles": 2000, "rounds": 3, "seconds": 1, "away": 10, "minutes": 0.5}
    whole = {"articles": 10_000, "rounds": 9, "seconds": 3, "away": 60, "minutes": 5}
    for name, value in (small if options.quick else whole).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.sizes = options.sizes or (
        [10_000, 30_000] if options.quick else [10_000, 100_000, 1_000_000]
    )

    lacking = tools.missing()
    if lacking:
        print(f"Not measured without {', '.join(lacking)}: install them, or run as root on Debian.")
    started = time.time()
    facts, rows = measure(options, lacking)
    print(f"\n{table(rows)}\n")
    if options.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(), facts, rows))
        if not options.only or "growth" in options.only:
            picture.draw(options.output)
    print(f"{(time.time() - started) / 60:.0f} minutes; written to {options.output}")
    return 0


def measure(options: argparse.Namespace, lacking: list[str]) -> tuple[dict[str, Any], list[Row]]:
    from bench.speed.stack import LOAD_CORE, Stack, prepare_site

    is_apart = (os.cpu_count() or 1) > 1 and hasattr(os, "sched_setaffinity")
    if is_apart:
        # What is started from here, PostgreSQL first, is on the second core unless it is held elsewhere.
        os.sched_setaffinity(0, {LOAD_CORE})
    else:
        print("One core only: server and load share it, and rates mean little.")
    folder = prepare()
    rows: list[Row] = []
    with House(folder) as house:
        say(f"Loading {options.articles} stories …")
        stack = Stack(house, options.seconds, options.rounds)
        stack.stories = prepare_site(house, options.articles)
        facts = about(len(stack.stories), options)
        for name, value in facts.items():
            print(f"{name:<12}{value}")
        for name, (needs, row) in ROWS.items():
            if options.only and name not in options.only:
                continue
            say(f"Measuring {name} …")
            begun = time.monotonic()
            found = one(name, row, needs, stack, options, lacking)
            for each in found:
                each.parts["seconds"] = round(time.monotonic() - begun)
                say(f"  {each.measure}: {each.value or 'not measured, ' + each.why}")
            rows += found
            write(options.output, facts, rows)
    return facts, rows


def one(
    name: str,
    row: Callable[[Any, argparse.Namespace], list[Row]],
    needs: tuple[str, ...],
    stack: Any,
    options: argparse.Namespace,
    lacking: list[str],
) -> list[Row]:
    """One measurement; what goes wrong in it spoils no other."""
    if absent := [program for program in needs if program in lacking]:
        return [Row(name, "", why=f"{', '.join(absent)} is not installed")]
    try:
        return row(stack, options)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        traceback.print_exc()
        return [Row(name, "", why=f"{type(error).__name__}: {error}")]


def cached(stack: Any, options: argparse.Namespace) -> list[Row]:
    from bench.speed.cached import beside_constant

    return [beside_constant(stack)]


def front(stack: Any, options: argparse.Namespace) -> list[Row]:
    from bench.speed.cached import beside_file

    return [beside_file(stack)]


def rendered(stack: Any, options: argparse.Namespace) -> list[Row]:
    from bench.speed.rendered import measure

    return measure(stack)


def visible(stack: Any, options: argparse.Namespace) -> list[Row]:
    from bench.speed.visible import measure

    return [measure(stack, 5 if options.quick else 50)]


def hot(stack: Any, options: argparse.Namespace) -> list[Row]:
    from bench.speed.hot import measure

    return [measure(stack, 5 if options.quick else 25)]


def outage(stack: Any, options: argparse.Namespace) -> list[Row]:
    from bench.speed.outage import measure

    return [measure(stack, options.away, how) for how in ("stopped", "frozen")]


def memory(stack: Any, options: argparse.Namespace) -> list[Row]:
    from bench.speed.memory import measure

    return measure(stack, options.minutes)


def growth(stack: Any, options: argparse.Namespace) -> list[Row]:
    from bench.speed.growing import measure

    if not (BASE_DIR / "bench" / "growth.py").exists():
        return [Row("growth", "≤ 1.5; search ≤ 3", why="bench/growth.py is not there")]
    return measure(options.sizes)


# The rows in the order of the table, with the programs that each needs.
ROWS: dict[str, tuple[tuple[str, ...], Callable[[Any, argparse.Namespace], list[Row]]]] = {
    "cached": (("wrk",), cached),
    "nginx": (("wrk", "nginx"), front),
    "rendered": (("wrk",), rendered),
    "growth": ((), growth),
    "visible": (("nginx",), visible),
    "outage": (("wrk",), outage),
    "hot": ((), hot),
    "memory": (("wrk",), memory),
}


def about(stories: int, options: argparse.Namespace) -> dict[str, Any]:
    """What the figures were measured on, with and of."""
    nginx = tools.find("nginx")
    version = subprocess.run([nginx, "-v"], capture_output=True, text=True) if nginx else None
    memory_kb = next(
        (line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines()), "0"
    )
    return machine() | {
        "memory": f"{int(memory_kb) / 1024 / 1024:.1f} GB",
        "nginx": version.stderr.strip().rpartition("/")[2] if version else "none",
        "commit": commit(apart_from="bench/results"),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "stories": stories,
        "options": {k: v for k, v in vars(options).items() if k != "output"},
    }


def write(output: Path, facts: dict[str, Any], rows: list[Row]) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    found = facts | {"rows": [row.as_json() for row in rows]}
    output.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def say(line: str) -> None:
    print(f"{time.monotonic() - BEGUN:6.0f} s  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
