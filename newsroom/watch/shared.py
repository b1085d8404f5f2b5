"""Adds up what the web processes of this machine count, whichever of them is asked.

Each writes what it has counted into a file of its own every few seconds. What prometheus_client offers for several
processes counts in files mapped into memory: on a full disk the first new page of such a file kills the process
(SIGBUS), and readers with it. A snapshot that cannot be written is merely an old one.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from prometheus_client.metrics_core import Metric

from .meters import registry

logger = logging.getLogger(__name__)

# How old the figures of the other processes may be.
EVERY_SECONDS = 5.0

Snapshot = list[list[Any]]


def folder() -> Path:
    """One for each web server: its processes have it as their parent."""
    return Path(settings.VAR_DIR) / "metrics" / str(os.getppid())


def begin() -> None:
    """Write snapshots from now on, on a thread of its own, and forget those of before, if no other server runs.

    While one does, what the ended ones counted stays in the sums: servers that are restarted in turn (deploy/systemd)
    never make them smaller, which Prometheus would take for a machine that began anew.
    """
    ours = folder()
    with suppress(OSError):
        others = [other for other in ours.parent.iterdir() if other != ours]
        if not any(is_alive(other.name) for other in others):
            for other in others:
                shutil.rmtree(other, ignore_errors=True)
    threading.Thread(target=_write_for_ever, name="metrics", daemon=True).start()


def _write_for_ever() -> None:
    pause = threading.Event()
    last: Snapshot | None = None
    is_told = False
    while True:
        try:
            now = snapshot()
            if now != last:
                write(now)
                last = now
            is_told = False
        except Exception as error:
            # Once, and not every five seconds.
            if not is_told:
                logger.warning("What this process counted cannot be written: %s", error)
            is_told = True
        pause.wait(EVERY_SECONDS)


def snapshot() -> Snapshot:
    return [
        [
            metric.name,
            metric.documentation,
            metric.type,
            [
                [sample.name, sample.labels, sample.value]
                for sample in metric.samples
                if not sample.name.endswith("_created")
            ],
        ]
        for metric in registry.collect()
    ]


def write(now: Snapshot) -> None:
    """Put it in the place of the last one, whole. Raises OSError."""
    file = folder() / f"{os.getpid()}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(now))
    beside.replace(file)


def added_up() -> list[Metric]:
    """Counters and histograms of all processes of all servers here since there was none; gauges of those that live."""
    return list(_added_up([snapshot(), *_of_others()]))


def _of_others() -> Iterator[Snapshot]:
    for file in sorted(folder().parent.glob("*/*.json")):
        if file.stem == str(os.getpid()):
            continue
        try:
            found = json.loads(file.read_text())
        except (OSError, ValueError):
            continue
        # What an ended process counted happened all the same; what it held is gone.
        yield found if is_alive(file.stem) else [one for one in found if one[2] != "gauge"]


def _added_up(snapshots: Iterable[Snapshot]) -> Iterator[Metric]:
    metrics: dict[str, Metric] = {}
    sums: dict[str, dict[tuple[Any, ...], float]] = {}
    for name, documentation, kind, samples in (one for each in snapshots for one in each):
        metrics.setdefault(name, Metric(name, documentation, kind))
        found = sums.setdefault(name, {})
        for sample, labels, value in samples:
            key = sample, tuple(labels.items())
            found[key] = found.get(key, 0.0) + value
    for name, metric in metrics.items():
        for (sample, labels), value in sums[name].items():
            metric.add_sample(sample, dict(labels), value)
        yield metric


def is_alive(process: str) -> bool:
    """Whether a process of that number is there; what is no number is nobody's."""
    try:
        os.kill(int(process), 0)
    except PermissionError:
        return True
    except (ValueError, OverflowError, OSError):
        return False
    return True
