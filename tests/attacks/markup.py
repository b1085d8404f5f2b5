"""What stands in a page that could run or be drawn by somebody else, found without a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Data for machines, which no browser runs.
DATA = {"application/ld+json", "application/json"}
_RUNS = re.compile(r"^[\x00-\x20]*(?:javascript|vbscript|data)[\x00-\x20]*:", re.I)
LEADS = {
    "href",
    "src",
    "action",
    "formaction",
    "xlink:href",
    "data",
    "poster",
    "srcdoc",
    "background",
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") not in DATA
        ):
            self.faults.append(f"<{tag}> of its own")
        if tag in {"object", "embed", "applet"} or (tag == "base" and "href" in given):
            self.faults.append(f"<{tag}>")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.faults.append("<meta> that leads on")
        if tag == "iframe" and "srcdoc" in given:
            self.faults += faults(given["srcdoc"])
            if "allow-scripts" in given.get("sandbox", "allow-scripts"):
                self.faults.append("a frame that may run scripts")
        for name, value in given.items():
            if name.startswith("on") or name == "style":
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name in LEADS - {"srcdoc"} and _RUNS.match(value):
                self.faults.append(f"<{tag} {name}={value!r}>")


def faults(html: str) -> list[str]:
    """What is wrong with a page, a line each."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults
