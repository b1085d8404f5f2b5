"""What every test has: compiled translations, media of its own, and a word when browser tests cannot run."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as project_settings

from newsroom.house import browser as house_browser
from newsroom.house.prepare import compile_translations

NO_BROWSER = (
    "no Chromium on the PATH and none downloaded by Playwright "
    "(`make browser` downloads one; as root on Debian `make test` installs it)"
)


# Everybody tries the same examples, so that a run says something about the change and not about its luck.
# HYPOTHESIS_PROFILE=default looks for new ones. No test is timed: machines are shared.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations once, before any process of the run reads them."""
    if not hasattr(config, "workerinput"):
        compile_translations()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none; refuse what would empty the others' tables."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction") and not mark.kwargs.get("serialized_rollback"):
            # The roles that it leaves behind have other keys: the next such test could not load its own.
            raise pytest.UsageError(
                f"{item.nodeid}: transaction=True needs serialized_rollback=True"
            )
    if find_chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly how many browser tests did not run: a green line must not hide them."""
    skipped = [
        r for r in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(r.longrepr)
    ]
    if skipped:
        line = f"{len(skipped)} BROWSER TESTS WERE SKIPPED: {NO_BROWSER}"
        terminalreporter.write_line(line, red=True, bold=True)


def find_chromium() -> str | None:
    """Return the path of the browser for the tests, or None."""
    return house_browser.find(Path(project_settings.VAR_DIR).parent / "browsers")


@pytest.fixture(autouse=True)
def media_root(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A media folder of this test's own; made only when something is written."""
    folder = tmp_path_factory.getbasetemp() / "media" / uuid.uuid4().hex
    settings.UPLOADS_ROOT = folder.parent / f"{folder.name}-parts"
    settings.MEDIA_ROOT = folder
    yield folder
