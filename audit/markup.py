"""The Nu HTML checker, and what the head of a page has to agree about with the table of pages."""

from __future__ import annotations

import json
import subprocess
import tempfile
from html.parser import HTMLParser
from pathlib import Path

from .asking import Answer, get
from .judging import Court
from .pages import Page
from .tools import MODULES

NAME = "html"
JAR = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
# A picture larger than that is not shown by WhatsApp; bytes.
MOST_PREVIEW = 300_000


class Head(HTMLParser):
    """The meta elements and links of a page, by name or property and by relation."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.meta[given.get("name") or given.get("property", "")] = given.get("content", "")
        elif tag == "link":
            self.links.setdefault(given.get("rel", ""), given.get("href", ""))


def judge(court: Court) -> None:
    """Judge the pages as they come over the wire: no error; warnings are told."""
    with tempfile.TemporaryDirectory(prefix="newsroom-audit-") as folder:
        files: dict[str, Page] = {}
        for page in court.pages:
            answer = get(court.base, page.address, **court.cookie_header(page))
            if answer.status != page.kind.status:
                court.report.fault(
                    NAME, page.kind.name, f"answered {answer.status}, not {page.kind.status}"
                )
            _look_at_head(court, page, answer)
            file = Path(folder) / f"{page.kind.name}.html"
            file.write_bytes(answer.body)
            files[file.name] = page
            court.report.note(page.kind.name, html_errors=0)
        _check(court, files, folder)
    court.say(f"  {NAME}: {len(court.pages)} pages")


def _check(court: Court, files: dict[str, Page], folder: str) -> None:
    command = ["java", "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run(
        [*command, *(str(Path(folder) / name) for name in files)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        court.report.fault(NAME, "all", f"the checker failed: {done.stderr.strip()[-300:]}")
        return
    for message in json.loads(done.stdout)["messages"]:
        page = files[message["url"].rpartition("/")[2]].kind.name
        said = f"{message['message']} (line {message.get('lastLine')}: {message.get('extract', '').strip()!r})"
        if message["type"] == "error" or message["type"].endswith("error"):
            court.report.note(page, html_errors=court.report.figures[page]["html_errors"] + 1)
            court.report.fault(NAME, page, said)
        else:
            court.report.mention(NAME, page, said)


def _look_at_head(court: Court, page: Page, answer: Answer) -> None:
    name, report = page.kind.name, court.report
    head = Head(answer.text)
    said = head.meta.get("robots", "") + answer.headers.get("x-robots-tag", "")
    is_indexed = "noindex" not in said
    if page.kind.status == 200 and is_indexed != page.kind.is_indexed:
        expected = "may" if page.kind.is_indexed else "may not"
        report.fault(NAME, name, f"search engines {expected} list it, but it says “{said}”")
    if page.kind.is_indexed:
        wanted = court.base + page.address
        if head.links.get("canonical") != wanted:
            report.fault(NAME, name, f"canonical is {head.links.get('canonical')}, not {wanted}")
        for needed in ("description", "og:title", "og:type", "og:url", "og:image", "og:locale"):
            if not head.meta.get(needed):
                report.fault(NAME, name, f"has no {needed}")
    picture = head.meta.get("og:image", "")
    if picture.startswith(court.base):
        preview = get(court.base, picture.removeprefix(court.base))
        if preview.status != 200 or not preview.headers["content-type"].startswith("image/"):
            report.fault(NAME, name, f"the picture of its preview does not come: {picture}")
        report.require(
            NAME, name, "bytes of the preview's picture", len(preview.body), MOST_PREVIEW
        )
