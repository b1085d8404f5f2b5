"""axe-core: accessibility at the width of a phone and of a desk, light and dark."""

from __future__ import annotations

from typing import Any

from .judging import DESK, PHONE, THEMES, Court
from .pages import Page
from .tools import MODULES
from .walking import to_the_end

NAME = "axe"
# WCAG 2.2 AA and what axe calls good practice; the size of targets is off unless it is asked for.
_RUN = """() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations", "incomplete"],
})"""
_SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def judge(court: Court) -> None:
    """Judge every page four times: it has to have no violation, and nothing that sticks out sideways."""
    source = (MODULES / "axe-core" / "axe.min.js").read_text()
    with court.browser() as browser:
        for page in court.pages:
            number = 0
            for width in (PHONE, DESK):
                for theme in THEMES:
                    context = court.reader(browser, page, width, theme)
                    try:
                        shown = context.new_page()
                        to_the_end(shown, court.base + page.address)
                        # Past the site's own policy, which lets no foreign script in.
                        shown.evaluate(source)
                        number += _take(court, page, shown.evaluate(_RUN), f"{width} px, {theme}")
                        wide = shown.evaluate(_SIDEWAYS)
                        court.report.require(
                            NAME, page.kind.name, f"px wider than {width} px", wide, 0
                        )
                    finally:
                        context.close()
            court.report.note(page.kind.name, axe=number)
            court.progress(NAME, page)


def _take(court: Court, page: Page, said: dict[str, Any], where: str) -> int:
    """Write down what was found; how many places have a violation."""
    number = 0
    for violation in said["violations"]:
        nodes = violation["nodes"]
        number += len(nodes)
        places = "; ".join(node["html"][:160] for node in nodes[:3])
        court.report.fault(
            NAME,
            page.kind.name,
            f"{violation['id']} ({where}, {len(nodes)}×): {violation['help']} – {places}",
        )
    for doubt in said["incomplete"]:
        court.report.mention(
            NAME, page.kind.name, f"cannot tell: {doubt['id']} ({len(doubt['nodes'])}×)"
        )
    return number
