"""What must not grow with the archive, as `bench/growth.py` measures it, as rows of the table."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .rows import Row

BASE_DIR = Path(__file__).resolve().parents[2]
AIM, AIM_OF_SEARCH = 1.5, 3.0


def measure(sizes: Sequence[int]) -> list[Row]:
    """Run it as a program of its own: it has databases and settings of its own."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "growth.json"
        command = [sys.executable, str(BASE_DIR / "bench" / "growth.py"), "--json", str(result)]
        command += ["--sizes", ",".join(map(str, sizes))]
        subprocess.run(command, check=True)
        return rows_of(json.loads(result.read_text()))


def rows_of(result: Mapping[str, Any]) -> list[Row]:
    """Pages and lists in one row, searches in another; each says what is worst."""
    sizes = result["sizes"]
    kinds = {False: ("any public page or changelist", AIM), True: ("search", AIM_OF_SEARCH)}
    rows = []
    for is_search, (name, aim) in kinds.items():
        row = Row(f"{name} at {sizes[-1]:,} ÷ at {sizes[0]:,} (p50)", f"≤ {aim:g}")
        pages = {n: p for n, p in result["pages"].items() if n.startswith("search") == is_search}
        for page, found in pages.items():
            curve = dict(zip(map(str, sizes), found["p50"], strict=True))
            row.parts[page] = {"curve": curve, "ratio": found["ratio"], "queries": found["queries"]}
        if len(sizes) < 2 or not pages:
            row.why = "it needs two sizes"
        else:
            worst = max(pages, key=lambda page: pages[page]["ratio"])
            over = sum(page["ratio"] > aim for page in pages.values())
            row.value = (
                f"{pages[worst]['ratio']:.2f} at worst ({worst}); {over} of {len(pages)} above"
            )
            row.is_met = over == 0
        rows.append(row)
    return rows
