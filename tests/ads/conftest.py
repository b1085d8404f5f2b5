"""What every test of advertising has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ads.flood import flood, same


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    """No test is refused for what the ones before it sent from the same address."""
    flood.forget()
    same.forget()
    yield
    flood.forget()
    same.forget()
