"""Advertising, measured: candidates, beacons under kills, the fairness of the draw, roll-ups.

    .venv/bin/python bench/ads.py                      everything, about eight minutes
    .venv/bin/python bench/ads.py answers odds         some sections: answers, beacons, odds, rolling
    .venv/bin/python bench/ads.py answers --rounds 3   fewer rounds
    .venv/bin/python bench/ads.py --json               the same for machines

Each run has a folder and a PostgreSQL of its own (fsync on), and leaves neither. The server is held on the
first core, who asks on the second. Ratios within one run are what counts; rates depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.advertising.house import House, machine, prepare

SECTIONS = ("answers", "beacons", "odds", "rolling")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("sections", nargs="*", help=", ".join(SECTIONS))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=7, help="of candidates and constant bytes")
    parser.add_argument("--seconds", type=int, default=4, help="of each of them")
    parser.add_argument(
        "--live", type=int, nargs="+", default=[10, 500, 1000], help="flights, for candidates"
    )
    parser.add_argument("--clients", type=int, default=4, help="processes that send beacons")
    parser.add_argument("--wild", type=int, default=30, help="seconds under kills")
    parser.add_argument("--draws", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=1_000_000, help="to roll up")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"No section is called {', '.join(sorted(unknown))}.")
    folder = prepare()
    with House(folder) as house:
        figures: dict[str, Any] = {"machine": machine()}
        if not options.json:
            for name, value in figures["machine"].items():
                print(f"{name:<12}{value}")
        for section in options.sections or SECTIONS:
            found, report = SECTION[section](house, options)
            figures[section] = found
            if not options.json:
                print(f"\n## {section}\n\n{report}", flush=True)
    if options.json:
        print(json.dumps(figures, indent=2))
    return 0


def answers(house: House, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from bench.advertising import answers

    found = answers.measure(
        house, sizes=options.live, rounds=options.rounds, seconds=options.seconds
    )
    return found, answers.report(found)


def beacons(house: House, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from bench.advertising import beacons

    found = beacons.measure(house, clients=options.clients, seconds=options.wild)
    return found, beacons.report(found)


def odds(house: House, options: argparse.Namespace) -> tuple[list[dict[str, Any]], str]:
    from bench.advertising import odds

    with odds.browser_of(house.folder) as browser:
        found = odds.measure(options.draws, browser)
    return found, odds.report(found)


def rolling(house: House, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    from bench.advertising import rolling

    found = rolling.measure(house, events=options.events)
    return found, rolling.report(found)


SECTION: dict[str, Callable[[House, argparse.Namespace], tuple[Any, str]]] = {
    "answers": answers,
    "beacons": beacons,
    "odds": odds,
    "rolling": rolling,
}

if __name__ == "__main__":
    sys.exit(main())
