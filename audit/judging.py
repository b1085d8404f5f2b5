"""What every judge is given: the pages, where they are, a browser, and a place for what it finds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .pages import Page
from .results import Report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

# Nothing that the browser itself would like to fetch may disturb what is measured.
BROWSER_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE, TABLET, DESK = 360, 768, 1440
THEMES = ("light", "dark")
_HEIGHTS = {PHONE: 740, TABLET: 1024, DESK: 900}


@dataclass
class Court:
    """One audit.

    Args:
        base: the address of the site.
        chromium: the path of the browser.
        pages: what is judged.
        cookie: of a reader who has signed in, as `asking.readers_cookie` gives it.
        runs: how often Lighthouse looks at a page that has to be fast.
    """

    base: str
    chromium: str
    pages: list[Page]
    cookie: dict[str, str]
    runs: int = 3
    report: Report = field(default_factory=Report)
    began: float = field(default_factory=time.monotonic)

    def progress(self, judge: str, page: Page) -> None:
        """Say what has just been judged."""
        self.say(f"  {judge}: {page.kind.name}  {page.address}")

    def say(self, line: str) -> None:
        print(f"{time.monotonic() - self.began:6.0f} s  {line}", flush=True)

    def cookie_header(self, page: Page) -> dict[str, str]:
        """The headers with which that page is asked for."""
        if not page.kind.is_readers_own or not self.cookie:
            return {}
        return {"Cookie": f"{self.cookie['name']}={self.cookie['value']}"}

    @contextmanager
    def browser(self) -> Iterator[Browser]:
        """A running browser."""
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=self.chromium, args=BROWSER_ARGUMENTS
            )
            yield browser
            browser.close()

    def reader(
        self, browser: Browser, page: Page, width: int, theme: str, **more: object
    ) -> BrowserContext:
        """A new profile without a cache, as wide as that, who may see the page. The caller closes it."""
        options = {
            "viewport": {"width": width, "height": _HEIGHTS[width]},
            "color_scheme": theme,
            "locale": "id-ID",
            "timezone_id": "Asia/Makassar",
            "is_mobile": width == PHONE,
            "has_touch": width != DESK,
            **more,
        }
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        if page.kind.is_readers_own and self.cookie:
            context.add_cookies([{**self.cookie, "url": self.base}])  # type: ignore[typeddict-item]
        return context
