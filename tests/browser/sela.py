"""A page with slots in a browser, with what it tells caught and answered on the way."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from ads.models import Placement
from articles.models import Article
from tests.factories import ArticleFactory

TEXT = "<p>Paragraf. " + "Kata demi kata sampai penuh. " * 12 + "</p>"
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((one) => one.value)))
    .observe({ type: "layout-shift", buffered: true });
"""


@dataclass
class Told:
    """What the browser told, as the server would have got it."""

    arrivals: list[dict[str, Any]] = field(default_factory=list)
    marks: list[list[str]] = field(default_factory=list)
    is_down: bool = False

    def kinds(self, placement: str) -> str:
        """What was told of a placement's showings, in order: "", "m" or "mv"."""
        number = str(Placement.objects.get(key=placement).pk)
        return "".join(kind for token, kind in self.marks if token.split("-")[1] == number)

    def drawn(self, placement: str) -> list[int]:
        """The creatives drawn at a placement, by arrival; 0 where it was free."""
        number = Placement.objects.get(key=placement).pk
        pairs = (one for arrival in self.arrivals for one in arrival["drawn"])
        return [creative for place, creative, _mark in pairs if place == number]


def catch(context: BrowserContext) -> Told:
    """Answer what is told, per the contract, and keep it."""
    told = Told()

    def arrive(route: Route) -> None:
        if told.is_down:
            return route.abort()
        told.arrivals.append(json.loads(route.request.post_data or ""))
        number = len(told.arrivals)
        shown = [
            f"{number}-{place}-{creative}" for place, creative, _mark in told.arrivals[-1]["drawn"]
        ]
        return route.fulfill(json={"shown": shown})

    def tell(route: Route) -> None:
        if told.is_down:
            return route.abort()
        told.marks += json.loads(route.request.post_data or "")["told"]
        return route.fulfill(status=204)

    context.route("**/s/tiba*", arrive)
    context.route("**/s/lihat*", tell)
    return told


def story(**more: Any) -> Article:
    return ArticleFactory(is_public=True, body=TEXT * 12, **more)


def space(page: Page, key: str) -> Locator:
    return page.locator(f'[data-sela="{key}"] .sela-space')


def link(page: Page, key: str) -> Locator:
    return space(page, key).locator("a.sela-link")


def open_story(page: Page, article: Article) -> None:
    """Open a story and wait until the slot in its text is filled."""
    page.goto(article.get_absolute_url())
    expect(space(page, "article-text").locator("a")).to_be_attached()


def scroll_to(page: Page, key: str, share: float) -> None:
    """Bring that part of a slot's height into the window, from below."""
    box = space(page, key).evaluate(
        """(space, share) => {
            const box = space.getBoundingClientRect();
            scrollTo({ top: scrollY + box.top + box.height * share - innerHeight, behavior: "instant" });
            const now = space.getBoundingClientRect();
            return [now.top, now.height, innerHeight];
        }""",
        share,
    )
    top, height, window = box
    assert abs((window - top) / height - share) < 0.008
    settle(page)


def settle(page: Page) -> None:
    """Wait until the browser has told its observers; with a stopped clock too, since frames go on."""
    # Two real frames: an observer is told in the frame after a change.
    page.screenshot(clip={"x": 0, "y": 0, "width": 1, "height": 1})
    page.screenshot(clip={"x": 0, "y": 0, "width": 1, "height": 1})
