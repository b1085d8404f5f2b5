"""`make screenshots`: every kind of page at three widths, light and dark, on one sheet to look at.

    make screenshots                                all, into VAR_DIR/screenshots
    make screenshots ARGS="--only article*"         some kinds of pages
    make screenshots ARGS="--docs"                  the few small ones of docs/, too

The pages are those of `make audit`. Whole pages are photographed, when what loads late has loaded.
"""

from __future__ import annotations

import argparse
import html
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newsroom.house.camera import keep
from newsroom.house.errors import HouseError, sentence_for

from . import site, tools
from .asking import get, readers_cookie
from .judging import DESK, PHONE, TABLET, THEMES, Court
from .pages import Page, found, unknown
from .walking import to_the_end

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS = (PHONE, TABLET, DESK)
# Those that stand in docs/screenshots/, as they appear on the screen.
SHOWN = [
    ("front", PHONE, "light"),
    ("article-photos", PHONE, "light"),
    ("article-photos", PHONE, "dark"),
    ("person", DESK, "light"),
]
SIZES = {PHONE: (360, 740), TABLET: (768, 1024), DESK: (1440, 900)}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make screenshots",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="KIND", help="names, with *")
    parser.add_argument("--into", type=Path, default=site.home() / "screenshots")
    parser.add_argument("--docs", action="store_true", help="renew those in docs/screenshots")
    options = parser.parse_args()
    if wrong := unknown(options.only):
        parser.error(wrong)
    chromium = tools.chromium_of(site.home())
    with site.running(site.home() / "audit") as running:
        pages, _missing = found(options.only)
        options.into.mkdir(parents=True, exist_ok=True)
        court = Court(running.base, chromium, pages, readers_cookie())
        with court.browser() as browser:
            for page in pages:
                get(running.base, page.address)
                for width in WIDTHS:
                    for theme in THEMES:
                        _take(court, browser, page, width, theme, options.into, options.docs)
                court.progress("screenshots", page)
    sheet = options.into / "index.html"
    sheet.write_text(_sheet(pages))
    print(f"Look at {sheet}")
    return 0


def file_name(page: Page, width: int, theme: str) -> str:
    return f"{page.kind.name}-{width}-{theme}.png"


def _take(
    court: Court,
    browser: Browser,
    page: Page,
    width: int,
    theme: str,
    into: Path,
    is_documented: bool,
) -> None:
    context = court.reader(browser, page, width, theme)
    try:
        shown = context.new_page()
        to_the_end(shown, court.base + page.address)
        shown.screenshot(path=into / file_name(page, width, theme), full_page=True)
        if is_documented and (page.kind.name, width, theme) in SHOWN:
            keep(shown, f"{page.kind.name}-{width}-{theme}", SIZES[width], "site")
    finally:
        context.close()


def _sheet(pages: list[Page]) -> str:
    """All of them side by side, small; each opens as large as it is."""
    rows = []
    for page in pages:
        shots = "".join(
            f'<a href="{name}"><img src="{name}" alt="{width} px, {theme}" loading="lazy" height="420"></a>\n'
            for theme in THEMES
            for width in WIDTHS
            for name in [file_name(page, width, theme)]
        )
        title = html.escape(f"{page.kind.title}  {page.address}")
        rows.append(f"<h2>{title}</h2>\n<p>{shots}</p>\n")
    style = "body{font:16px/1.4 sans-serif;margin:1rem}p{white-space:nowrap;overflow:auto}"
    style += "img{width:auto;max-height:420px;object-fit:cover;object-position:top;border:1px solid #999}"
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Screenshots</title>\n'
        f"<style>{style}</style>\n<h1>Every kind of page</h1>\n{''.join(rows)}</html>\n"
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (HouseError, OSError) as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        sys.exit(sentence)
    except KeyboardInterrupt:
        sys.exit(130)
