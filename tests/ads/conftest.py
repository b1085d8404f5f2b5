"""What every test of advertising has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ads.flood import flood, same
from ads.spool import Spool
from ads.views.reports import opened


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    """No test is refused for what the ones before it sent from the same address."""
    for one in (flood, same, opened):
        one.forget()
    yield
    for one in (flood, same, opened):
        one.forget()


@pytest.fixture(autouse=True)
def spool(spool_of_this_test: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spool:
    """Where this test's messages wait while the database is away; they are written when the test says so."""
    one = Spool(tmp_path / "told.sqlite3", 100)
    monkeypatch.setattr(one, "write_soon", lambda: None)
    monkeypatch.setattr("ads.spool.waiting", lambda: one)
    return one
