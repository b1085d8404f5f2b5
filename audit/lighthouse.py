"""Lighthouse: its mobile preset, simulated throttling, the median of several runs where performance has to be 100."""

from __future__ import annotations

import json
import statistics
import subprocess
from typing import Any

from .judging import BROWSER_ARGUMENTS, Court
from .pages import Page
from .tools import FOLDER

NAME = "lighthouse"
# The audits that a page cannot pass which is meant to be answered so.
OF_AN_ERROR = ["http-status-code", "errors-in-console"]
OF_THE_UNINDEXED = ["is-crawlable"]
SCORES = ("accessibility", "best-practices", "seo")


def judge(court: Court) -> None:
    """Judge every page; the best of several runs is not chosen, their median is."""
    jobs = [
        {
            "name": page.kind.name,
            "url": court.base + page.address,
            "runs": court.runs if page.kind.is_fast else 1,
            "skip": _skipped(page),
            "headers": court.cookie_header(page),
        }
        for page in court.pages
    ]
    asked = {
        "chromium": court.chromium,
        "arguments": ["--headless=new", *BROWSER_ARGUMENTS],
        "jobs": jobs,
    }
    by_name = {page.kind.name: page for page in court.pages}
    with subprocess.Popen(
        ["node", "lighthouse.mjs"],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked))
        process.stdin.close()
        for line in process.stdout:
            said = json.loads(line)
            court.progress(NAME, by_name[said["name"]])
            _take(court, by_name[said["name"]], said)
    if process.returncode:
        court.report.fault(NAME, "all", f"Lighthouse ended with code {process.returncode}.")


def _skipped(page: Page) -> list[str]:
    skipped = OF_AN_ERROR if page.kind.status >= 400 else []
    return skipped + (OF_THE_UNINDEXED if not page.kind.is_indexed else [])


def _take(court: Court, page: Page, said: dict[str, Any]) -> None:
    name, runs = page.kind.name, said["runs"]
    if not runs:
        court.report.fault(NAME, name, f"was not judged: {said['error']}")
        return

    def middle(values: list[float]) -> float:
        return statistics.median(values)

    performance = round(middle([run["scores"]["performance"] for run in runs]))
    court.report.note(
        name,
        performance=performance,
        **{score: min(run["scores"][score] for run in runs) for score in SCORES},
        largest_paint=round(middle([run["largest_paint"] for run in runs]) / 1000, 1),
        blocking=round(middle([run["blocking"] for run in runs])),
        lighthouse_shift=max(run["shift"] for run in runs),
        lighthouse_runs=runs,
    )
    if page.kind.is_fast and performance < 100:
        each = ", ".join(str(run["scores"]["performance"]) for run in runs)
        court.report.fault(
            NAME,
            name,
            f"performance {performance} ({each}), largest paint "
            f"{middle([run['largest_paint'] for run in runs]):.0f} ms, "
            f"blocked {middle([run['blocking'] for run in runs]):.0f} ms, "
            f"answered in {middle([run['response'] for run in runs]):.0f} ms",
        )
    shifted = sorted({where for run in runs for where in run["shifted"] if where})
    what = " of ".join(["layout shift", *shifted[:1]])
    court.report.require(NAME, name, what, max(run["shift"] for run in runs), 0)
    for failed in (failed for run in runs for failed in run["failed"]):
        where = "; ".join(where for where in failed["where"] if where)
        court.report.fault(
            NAME,
            name,
            f"{failed['category']}: {failed['title']} ({failed['id']})"
            + (f" – {where}" if where else ""),
        )
