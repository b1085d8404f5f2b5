"""Going through a page as a reader does: to its end, until everything has come that comes late."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Down a screen at a time, for each as long as two frames, then up again.
_TO_THE_END = """async () => {
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo(0, y);
    await frames();
  }
  await Promise.all([...document.images].map((image) => image.decode().catch(() => 0)));
  await frames();
  scrollTo(0, 0);
  await frames();
}"""


def to_the_end(page: Page, url: str) -> None:
    """Open an address and scroll through it, so that pictures which load late are there."""
    page.goto(url, wait_until="load")
    page.wait_for_load_state("networkidle")
    page.evaluate(_TO_THE_END)
    page.wait_for_load_state("networkidle")
