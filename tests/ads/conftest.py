"""What every test of advertising has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ads.flood import flood, same
from ads.views.reports import opened


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    """No test is refused for what the ones before it sent from the same address."""
    for one in (flood, same, opened):
        one.forget()
    yield
    for one in (flood, same, opened):
        one.forget()
