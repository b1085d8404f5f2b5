"""A real Chromium for the tests of pages as people use them, over pytest-django's `live_server`."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.views import serve
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from newsroom.static_files import OURS, short
from tests.conftest import find_chromium

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
# Of what is waited for; a machine that others use too may take so long for it.
PATIENCE_MS = 20_000
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; a test that needs it and has none is skipped before it comes here."""
    found = find_chromium()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests of this process."""
    # Playwright runs an event loop in this thread, which Django takes for a sign of asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session", autouse=True)
def short_static_files() -> Iterator[None]:
    """Style sheets and scripts come as production serves them: what shortening broke would be seen here."""

    def serve_short(request: HttpRequest, path: str, **options: Any) -> HttpResponseBase:
        answer = serve(request, path, **options)
        suffix = Path(path).suffix
        if not path.startswith(OURS) or suffix not in {".css", ".js"}:
            return answer
        written = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        return HttpResponse(_shortened(written, suffix), content_type=answer["Content-Type"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.contrib.staticfiles.handlers.serve", serve_short)
        yield


_shortened = functools.cache(short)


@pytest.fixture
def new_context(browser: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser profile of its own for one person: `new_context(**PHONE, locale="id-ID")`.

    Addresses may be relative to the site. All profiles are closed with the test.
    """
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        settings = {"base_url": live_server.url, "locale": "id-ID", "timezone_id": "Asia/Makassar"}
        # What a worker fetches goes past the routes that tests lay; its own tests allow it.
        settings["service_workers"] = "block"
        contexts.append(browser.new_context(**{**settings, **options}))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone, 390 px wide, with touch."""
    return new_context(**PHONE).new_page()


@pytest.fixture
def laptop(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a laptop, 1440 px wide."""
    return new_context(**DESK).new_page()


def at_end_of(place: Locator) -> None:
    """Click into a paragraph or cell of the editor and go to the end of its line, to type there.

    Its library puts its own selection back 20 ms after it got the focus: a key that is pressed sooner than any
    person could would move the cursor for nothing. The page's timers fire in the order in which they are due.
    """
    place.click()
    place.evaluate("() => new Promise((done) => setTimeout(done, 40))")
    place.page.keyboard.press("End")
