"""What every test has: compiled translations, media of its own, and a word when browser tests cannot run."""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as project_settings

from ads.spool import Spool
from newsroom.house import browser as house_browser
from newsroom.house.prepare import compile_translations
from pagecache import instant
from pagecache.installed import PageCache
from tests import as_new, pages
from tests.engines import bucket, cached, s3, trouble, valkey_of_session  # noqa: F401 - fixtures of all

NO_BROWSER = (
    "no Chromium on the PATH and none downloaded by Playwright "
    "(`make browser` downloads one; as root on Debian `make test` installs it)"
)
HOUSE = Path(__file__).parent / "house"


# Everybody tries the same examples, so that a run says something about the change and not about its luck.
# HYPOTHESIS_PROFILE=default looks for new ones. No test is timed: machines are shared.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_configure(config: pytest.Config) -> None:
    """Compile the translations once, before any process of the run reads them."""
    if not hasattr(config, "workerinput"):
        compile_translations()
    # Tests ask what stands at the desk, some while they are collected: it is loaded with the addresses.
    import_module(project_settings.ROOT_URLCONF)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest begin first, and skip what needs a browser where there is none."""
    # A test that starts a whole installation takes as long as hundreds of others: were it the last, the other
    # processes of the run would wait for it.
    items.sort(key=lambda item: HOUSE not in item.path.parents)
    if find_chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look at what stays until the end no more: tests make much rubbish, and each search for it went over all of that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[as_new.NewDatabase]:
    """The test database, which every test finds as if it were new."""
    with django_db_blocker.unblock():
        new = as_new.keep()
    with as_new.instead_of_flushing(new):
        yield new


@pytest.fixture(scope="module")
def thousands(django_db_setup: as_new.NewDatabase, django_db_blocker: Any) -> Iterator[None]:
    """For a module that writes thousands of rows: rolled back, all that come after it would still read them."""
    yield
    with django_db_blocker.unblock():
        django_db_setup.shrink()


@pytest.fixture(autouse=True)
def media_root(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A media folder of this test's own; made only when something is written."""
    folder = tmp_path_factory.getbasetemp() / "media" / uuid.uuid4().hex
    settings.UPLOADS_ROOT = folder.parent / f"{folder.name}-parts"
    settings.MEDIA_ROOT = folder
    yield folder


class OwnClock(instant.Moment):
    """Hears nothing: tests travel in time, and the database does not come along."""

    def hear(self, told: float, asked_at: float) -> None:
        pass


@pytest.fixture(autouse=True)
def own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of this process is gone by, also where a listener runs; tests/pagecache/test_instant.py tries the other."""
    monkeypatch.setattr(instant, "moment", OwnClock())


@pytest.fixture(autouse=True)
def spool_of_this_test(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What browsers told while the database was away waits for this test alone; no file is made before."""
    one = Spool(tmp_path_factory.getbasetemp() / "told" / f"{uuid.uuid4().hex}.sqlite3", 100)
    monkeypatch.setattr("ads.spool.waiting", lambda: one)


@pytest.fixture
def page_cache(monkeypatch: pytest.MonkeyPatch) -> PageCache:
    """A page cache that is on for this test alone; `page_cache.clock.notice(tag)` tells it of a change."""
    cache = pages.small_page_cache()
    monkeypatch.setattr("pagecache.parts.page_cache", lambda: cache)
    return cache


@pytest.fixture
def reader(page_cache: PageCache) -> pages.Reader:
    """Somebody who asks for pages through that page cache."""
    return pages.Reader(page_cache)
