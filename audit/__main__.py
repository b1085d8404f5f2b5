"""`make audit`: the reader's pages before judges that others wrote; docs/audit.md says what they judge.

    make audit                                      everything, about a quarter of an hour
    make audit ARGS="--only article front"          some kinds of pages; * stands for anything: article*
    make audit ARGS="--tools axe,html"              some judges: lighthouse, axe, weight, html, feeds
    make audit ARGS="--document"                    the table into docs/audit.md, too

Ends with 1 when a requirement is missed. A whole run is written to audit/results/latest.json.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Callable
from pathlib import Path

from newsroom.house.clone import commit
from newsroom.house.errors import HouseError, sentence_for

from . import axe, feeds, lighthouse, markup, results, site, tools, weight
from .asking import get, readers_cookie
from .judging import Court
from .pages import found, unknown

RESULTS = Path(__file__).resolve().parent / "results" / "latest.json"
DOCUMENT = site.BASE_DIR / "docs" / "audit.md"
JUDGES: dict[str, Callable[[Court], None]] = {
    # Lighthouse last: it takes the longest.
    markup.NAME: markup.judge,
    feeds.NAME: feeds.judge,
    weight.NAME: weight.judge,
    axe.NAME: axe.judge,
    lighthouse.NAME: lighthouse.judge,
}


def main() -> int:
    options = _options()
    judges = [name for name in JUDGES if not options.tools or name in options.tools]
    chromium = tools.ensure(site.home(), judges=set(judges))
    print(
        "Starting the demo publication; the first time it is loaded, which takes a minute or two …"
    )
    with site.running(site.home() / "audit") as running:
        pages, missing = found(options.only)
        court = Court(running.base, chromium, pages, readers_cookie(), options.runs)
        _warm_up(court)
        for name in judges:
            court.say(f"{name} …")
            JUDGES[name](court)
        report = court.report
        facts = {
            "commit": commit(apart_from="audit/results"),
            "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
            "runs": options.runs,
            "versions": tools.versions(chromium),
        }
    print(f"\n{results.lines(report.findings)}\n\n{results.table(pages, report)}\n")
    if not options.only and not options.tools:
        results.write(RESULTS, facts, pages, missing, report)
        print(f"Written to {RESULTS.relative_to(site.BASE_DIR)}.")
        if options.document:
            DOCUMENT.write_text(results.documented(DOCUMENT.read_text(), facts, pages, report))
    number = len(report.faults)
    print(f"{number} faults." if number else "Every requirement is met.")
    return 1 if number else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make audit", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="KIND", help="names, with *")
    parser.add_argument("--tools", type=lambda text: text.split(","), default=[], metavar="JUDGES")
    parser.add_argument("--runs", type=int, default=3, help="of Lighthouse for fast pages; 3")
    parser.add_argument("--document", action="store_true", help="the table into docs/audit.md")
    options = parser.parse_args()
    if wrong := unknown(options.only):
        parser.error(wrong)
    if strangers := set(options.tools) - set(JUDGES):
        parser.error(
            f"No judge is called {', '.join(sorted(strangers))}; there are {', '.join(JUDGES)}."
        )
    return options


def _warm_up(court: Court) -> None:
    """Have each page rendered and kept, as they are when readers come."""
    for _time in range(2):
        for page in court.pages:
            get(court.base, page.address, Accept_Encoding="gzip, deflate, br")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (HouseError, OSError) as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        sys.exit(sentence)
    except KeyboardInterrupt:
        sys.exit(130)
