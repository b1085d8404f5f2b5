"""How the pictures of the guides are taken: a browser, somebody signed in, and a small file in docs/screenshots."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
WIDE, NARROW = (1280, 800), (360, 740)
# Small enough for a page of documentation.
WIDTH, QUALITY = 960, 72


def sign_in(
    browser: Browser, base: str, account: list[str], size: tuple[int, int], then: str = "/admin/"
) -> Page:
    """A page of a new browser profile, `size` wide and high in CSS pixels, signed in at the desk.

    `account` is the address and the password. The caller closes `page.context`.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        base_url=base,
        locale="id-ID",
        has_touch=size == NARROW,
    )
    page = context.new_page()
    page.goto(f"/admin/login/?next={then}")
    page.fill("[name=username]", account[0])
    page.fill("[name=password]", account[1])
    page.click("[type=submit]")
    page.wait_for_load_state()
    return page


def keep(page: Page, name: str, size: tuple[int, int], guide: str) -> None:
    """Photograph what is on the screen as docs/screenshots/<guide>-<name>.webp."""
    from PIL import Image

    page.wait_for_timeout(400)
    picture: Image.Image = Image.open(io.BytesIO(page.screenshot()))
    if size[0] > WIDTH:
        picture = picture.resize((WIDTH, WIDTH * size[1] // size[0]), Image.Resampling.LANCZOS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture.save(FOLDER / f"{guide}-{name}.webp", "WEBP", quality=QUALITY, method=6)
