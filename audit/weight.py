"""What a reader's first visit fetches and how steadily it stands: bytes over the wire, other hosts, layout shift."""

from __future__ import annotations

import time
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from .judging import DESK, PHONE, Court
from .pages import Page
from .walking import to_the_end

NAME = "weight"
# Bytes, headers of the answers included: of 1,000, the stricter way to count a kilobyte.
MOST_SCRIPT = 12_000
MOST_LIGHT = 30_000
# Seconds that a script takes to come, where it does.
SLOWLY = 0.4
_SHIFTS = """
window.__shifts = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    if (shift.hadRecentInput) continue;
    const moved = shift.sources.map((source) => source.node?.outerHTML?.slice(0, 120) ?? "").join("; ");
    window.__shifts.push([shift.value, moved]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


def judge(court: Court) -> None:
    """Weigh every page on a phone, and look for layout shift and foreign hosts on a desk, too."""
    with court.browser() as browser:
        for page in court.pages:
            shift = 0.0
            for width in (PHONE, DESK):
                context = court.reader(browser, page, width, "light")
                try:
                    context.add_init_script(_SHIFTS)
                    if width != PHONE:
                        # As on a slow line: what a script changes, it changes after the first paint.
                        context.route("**/*.js", _keep_waiting)
                    shown = context.new_page()
                    fetched = _watched(context.new_cdp_session(shown))
                    faults: list[str] = []
                    shown.on("pageerror", partial(_hear_error, faults))
                    shown.on("console", partial(_hear_line, faults))
                    to_the_end(shown, court.base + page.address)
                    for value, moved in shown.evaluate("window.__shifts"):
                        shift += value
                        court.report.fault(
                            NAME, page.kind.name, f"shift of {value:.4f} at {width} px – {moved}"
                        )
                    _take(court, page, fetched, faults, is_weighed=width == PHONE)
                finally:
                    context.close()
            court.report.note(page.kind.name, shift=round(shift, 4))
            court.progress(NAME, page)


def _keep_waiting(route: Any) -> None:
    time.sleep(SLOWLY)
    route.continue_()


def _watched(session: Any) -> dict[str, dict[str, Any]]:
    """What the page asks for from now on, by the browser's number for it."""
    fetched: dict[str, dict[str, Any]] = {}

    def asked(event: dict[str, Any]) -> None:
        fetched[event["requestId"]] = {"url": event["request"]["url"], "type": "", "bytes": 0}

    def answered(event: dict[str, Any]) -> None:
        if event["requestId"] in fetched:
            answer = event["response"]
            fetched[event["requestId"]] |= {"type": event["type"], "status": answer["status"]}

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in fetched:
            fetched[event["requestId"]]["bytes"] = event["encodedDataLength"]

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    return fetched


def _hear_error(faults: list[str], error: Any) -> None:
    faults.append(str(error))


def _hear_line(faults: list[str], line: Any) -> None:
    # A page that is meant to be answered 404 or 410 is itself told as an error; files are looked at in `_take`.
    if line.type == "error" and not line.text.startswith("Failed to load resource"):
        faults.append(line.text)


def _take(
    court: Court,
    page: Page,
    fetched: dict[str, dict[str, Any]],
    faults: list[str],
    *,
    is_weighed: bool,
) -> None:
    name, report = page.kind.name, court.report
    for text in faults:
        report.fault(NAME, name, f"the browser complains: {text}")
    asked = [one for one in fetched.values() if not one["url"].startswith(("data:", "blob:"))]
    own = urlsplit(court.base).netloc
    for one in asked:
        if urlsplit(one["url"]).netloc != own:
            report.fault(NAME, name, f"asks another host: {one['url']}")
        if one.get("status", 200) >= 400 and one["type"] != "Document":
            report.fault(NAME, name, f"{one['status']} for {one['url']}")
    document = next((one for one in asked if one["type"] == "Document"), {})
    if document.get("status") != page.kind.status:
        report.fault(NAME, name, f"answered {document.get('status')}, not {page.kind.status}")
    if not is_weighed:
        return

    def of(*types: str) -> int:
        return sum(one["bytes"] for one in asked if one["type"] in types)

    script, images, fonts = of("Script"), of("Image", "Media"), of("Font")
    rest = sum(one["bytes"] for one in asked) - images - fonts
    report.note(
        name,
        kilobytes=round(rest / 1000, 1),
        script=round(script / 1000, 1),
        images=round(images / 1000),
        fonts=round(fonts / 1000),
        style=round(of("Stylesheet") / 1000, 1),
        document=round(of("Document") / 1000, 1),
        requests=len(asked),
    )
    if page.kind.is_article:
        report.require(NAME, name, "bytes of script", script, MOST_SCRIPT)
    if page.kind.is_light:
        report.require(NAME, name, "bytes without fonts and photos", rest, MOST_LIGHT)
