"""Faults under a writing load: what was acknowledged is there, what was not says so.

    make faults                                      every fault, two rounds each, about ten minutes
    make faults ARGS="--only database web-worker"    some of them
    make faults ARGS="--rounds 20 --seed 7"          longer, and another chance
    make faults ARGS="--document"                    writes the table into docs/faults.md

A house of its own (`newsroom.house.run` in a folder of /tmp, with a small corpus) is written to over HTTP as
people do it, while something is killed, filled up, set wrong or broken at random moments. Everybody who writes keeps a
ledger, which is held against the database, the files, the pages and the mail server afterwards. Exit code 1 when
anything was lost, doubled or passed over in silence.
"""

from __future__ import annotations

import argparse
import datetime
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE_DIR))
DOCUMENT = BASE_DIR / "docs" / "faults.md"
RESULTS = BASE_DIR / "bench" / "results" / "faults.json"
ROUNDS, SEED = 2, 20261127
BEGUN = time.monotonic()


def measure(options: argparse.Namespace) -> int:
    from bench.faults import letters, people, table
    from bench.faults.causes import FAULTS
    from bench.faults.house import House
    from bench.faults.ledger import Ledger
    from bench.faults.running import try_fault

    known = [fault.name for fault in FAULTS]
    if unknown := sorted(set(options.only) - set(known)):
        sys.exit(f"There is no fault “{unknown[0]}”: {', '.join(known)}.")
    chosen = [fault for fault in FAULTS if not options.only or fault.name in options.only]
    ledger, rows = Ledger(), []
    say("making and starting a house with a small corpus …")
    with House(options.keep_log) as house:
        writers = people.prepare(house)
        facts = about(options)
        for fault in chosen:
            say(f"{fault.title} …")
            row = try_fault(house, writers, ledger, fault, options.rounds, options.seed)
            rows.append(row)
            for line in [row.why] if row.why else table.complaints([row]) or ["all is there"]:
                say(f"  {line}")
        if house.more:
            house.restart()
        say("letters that are on their way …")
        letters.wait(house)
        pieces = [piece for fault in chosen for piece in ledger.pieces(fault.name)]
        post = letters.judge(house, pieces)
    complaints = table.complaints(rows, post)
    said = "\n\n".join(
        [
            f"{facts['date'][:10]}, commit {facts['commit'][:12]}, {facts['machine']}; PostgreSQL {facts['postgresql']}; "
            f"seed {options.seed}, `make faults{facts['arguments']}`, {time.monotonic() - BEGUN:.0f} s.",
            table.table(rows),
            table.kinds_line(rows),
            table.letters_line(post),
            "\n".join(complaints) or "Nothing was lost, doubled or passed over in silence.",
        ]
    )
    print(said, flush=True)
    table.write(options.output, table.as_json(facts, rows, post))
    if options.document:
        DOCUMENT.write_text(table.documented(DOCUMENT.read_text(), said))
    return 1 if complaints else 0


def about(options: argparse.Namespace) -> dict[str, Any]:
    """On what and of what it was found."""
    from bench.advertising.house import machine
    from newsroom.house.clone import commit

    asked = [f"--only {' '.join(options.only)}"] if options.only else []
    asked += [f"--rounds {options.rounds}"] if options.rounds != ROUNDS else []
    asked += [f"--seed {options.seed}"] if options.seed != SEED else []
    return machine() | {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": commit(apart_from="bench/results"),
        "arguments": f' ARGS="{" ".join(asked)}"' if asked else "",
        "is_root": os.geteuid() == 0,
        "seed": options.seed,
    }


def say(line: str) -> None:
    print(f"{time.monotonic() - BEGUN:6.0f} s  {line}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="FAULT")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--document", action="store_true", help="write the table into docs/faults.md"
    )
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the JSON goes")
    parser.add_argument("--keep-log", type=Path, help="where the log of the house goes")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds is 1 or more")
    # Also then the house is stopped, and its disks are taken away.
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit("stopped"))
    return measure(options)


if __name__ == "__main__":
    sys.exit(main())
