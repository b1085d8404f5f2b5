"""Hostile input that others collected goes in at every way in, and comes out at every way out: nothing runs.

What a page holds is judged by a browser's own parser, for all of the payloads; the first 500 of them are opened as
readers and editors open pages, in a browser that tells of everything that runs, asks for anything elsewhere or is
stopped by the policy.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from ads.reports import paper, report_on, sheet
from articles.models import Article, Publication
from newsletter import letters
from newsletter.models import Delivery
from tests.attacks import corpus
from tests.factories import PublicationFactory, StaffFactory
from tests.importing.conftest import comment, item, wxr
from tests.newsletter import make as newsletters

from .conftest import DESK

pytestmark = pytest.mark.browser

FAULTS = (Path(__file__).parent / "faults.js").read_text()
# What a payload would do first.
WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = (...told) => { window.ran.push(`${name}(${told})`); return null; };
addEventListener("securitypolicyviolation", (event) =>
  window.ran.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


@pytest.fixture(scope="module")
def parser(browser: Browser) -> Iterator[Page]:
    """A page that is only asked what other pages would be."""
    page = browser.new_page()
    yield page
    page.close()


def faults(parser: Page, html: str, *, is_letter: bool = False) -> list[str]:
    """What stands in a page that is not ours to run, load or draw."""
    told = {"html": html, "isLetter": is_letter, "site": project.SITE_URL}
    found: list[str] = parser.evaluate(FAULTS, told)
    return found


def test_the_judge_finds_what_there_is_to_find(parser: Page) -> None:
    for wrong in (
        "<script>alert(1)</script>", "<script src=//x.example/a.js></script>", "<p onclick=alert(1)>x</p>",
        "<a href=' java\\tscript:alert(1)'>x</a>".replace("\\t", "\t"), "<svg><a xlink:href=javascript:alert(1)>x</a></svg>",
        "<img src=https://x.example/a.gif>", "<p style='color:red'>x</p>", "<style>p{}</style>", "<base href=//x.example>",
        "<meta http-equiv=refresh content='0;url=//x.example'>", "<iframe src=/a></iframe>", "<object data=/a></object>",
        "<form action=https://x.example></form>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<template><img src=x onerror=alert(1)></template>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<link rel=stylesheet href=//x.example>",
    ):  # fmt: skip
        assert faults(parser, wrong), wrong
    clean = '<p><a href="https://x.example/">x</a><img src="/media/a.webp" alt=""><script type="application/ld+json">{}</script>'
    assert faults(parser, clean) == []


def fragments(response: Any) -> list[str]:
    """Each piece of HTML in an answer: the page, or what stands in a feed or a document."""
    kind = response["Content-Type"]
    text = b"".join(response).decode()
    if kind.startswith("text/html"):
        return [text]
    if "xml" in kind:
        tree = ElementTree.fromstring(text)
        # Of RSS what it takes for HTML, of Atom what says so.
        found = [*tree.iterfind(".//item/description"), *tree.iter(CONTENT)]
        found += [one for one in tree.iter() if one.get("type") == "html"]
        return [one.text for one in found if one.text]
    if "json" in kind:
        return [one for key, one in _texts(json.loads(text)) if "html" in key]
    return []


def _texts(told: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(told, str):
        yield key, told
    elif isinstance(told, dict):
        for name, one in told.items():
            yield from _texts(one, name)
    elif isinstance(told, list):
        for one in told:
            yield from _texts(one, key)


def judge(parser: Page, client: Client, addresses: list[str]) -> int:
    """Ask for all of them; how many pieces of HTML were judged."""
    judged = 0
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        for html in fragments(response):
            wrong = faults(parser, html)
            assert wrong == [], (address, wrong[:3])
            judged += 1
    return judged


@pytest.mark.django_db
def test_no_page_feed_or_document_holds_what_could_run(
    parser: Page, settings: Any, tmp_path: Path
) -> None:
    settings.PAGE_CACHE_PAGES = False
    found = corpus.payloads()
    assert len(found) > 3300
    site = corpus.take_in(found, stories=30)
    staff = Client()
    staff.force_login(StaffFactory(is_superuser=True, language="en"))
    assert judge(parser, Client(), site.public) > 170
    assert judge(parser, staff, site.desk) > 35
    searched = [f"/cari/?{urlencode({'q': text})}" for text in corpus.packed(found, 190)[::100]]
    missing = [f"/{urlencode({'': text})[1:]}/" for text in corpus.packed(found, 190)[::150]]
    judge(parser, Client(), searched)
    for address in missing:
        assert faults(parser, Client().get(address).content.decode()) == [], address
    _judge_letters(parser, site)
    _judge_reports(site)


def _judge_letters(parser: Page, site: corpus.Attacked) -> None:
    issue, row = newsletters.made_issue(), newsletters.subscriber()
    delivery = Delivery.objects.create(issue=issue, subscriber=row)
    letter = letters.Post(issue).letter_to(row, delivery)
    assert letter is not None
    message = message_from_bytes(letter.source, policy=policy.default)
    assert message["To"] == row.email and not message.defects
    _plain, html = message.iter_parts()
    assert faults(parser, html.get_content(), is_letter=True) == []


def _judge_reports(site: corpus.Attacked) -> None:
    campaign = site.rows["campaign"]
    report = report_on(campaign)
    text = "".join(sheet.lines(campaign, report.period)).removeprefix(sheet.MARK)
    for line in list(csv.reader(io.StringIO(text), delimiter=";"))[1:]:
        assert not [cell for cell in line[1:6] if cell.startswith(tuple("=+-@\t\r"))]
        assert all(cell.isdecimal() for cell in line[-4:])
    pdf = paper.written(report, Publication.current())
    assert not re.search(rb"/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFile|URI)\b", pdf)


@pytest.mark.django_db
def test_no_imported_story_or_comment_holds_what_could_run(parser: Page, tmp_path: Path) -> None:
    PublicationFactory()
    # What XML cannot hold cannot be in a file.
    found = [
        re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", one).replace("]]>", "]] >")
        for one in corpus.payloads()
    ]
    items = []
    for number in range(30):
        own = found[number::30]
        talk = comment(
            number + 1, "\n".join(own[:20]), comment_author=f"<![CDATA[{own[1][:100]}]]>"
        )
        body = "\n\n".join(own)
        items.append(
            item(number + 1, " ".join(own[:3])[:200], body, creator=own[0][:60], inner=talk)
        )
    file = tmp_path / "export.xml"
    file.write_text(wxr(*items))
    call_command(
        "import_wordpress", str(file), report=str(tmp_path / "r.json"), stdout=io.StringIO()
    )
    stories = list(Article.objects.published())
    assert len(stories) == 30
    addresses = [story.get_absolute_url() for story in stories]
    addresses += [f"/komentar/{story.pk}/isi/" for story in stories] + [
        "/",
        "/rss.xml",
        "/feed.json",
    ]
    addresses += [f"{story.get_absolute_url()}ninjs.json" for story in stories]
    assert judge(parser, Client(), addresses) > 90


# In the browser, as people open pages


class Watching:
    """A page that tells of all that ran, was stopped, or was asked for elsewhere."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.page = context.new_page()
        self.site = site
        self.happened: list[str] = []
        self.page.add_init_script(WATCH)
        self.page.on(
            "dialog", lambda dialog: (self.happened.append(dialog.message), dialog.dismiss())
        )
        self.page.on("popup", lambda popup: self.happened.append(f"popup {popup.url}"))
        self.page.on("request", self._asked)
        self.page.on("console", self._said)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.site, "blob:", "data:")):
            self.happened.append(f"asked {request.url}")

    def _said(self, message: Any) -> None:
        if "Content Security Policy" in message.text or "Permissions-Policy" in message.text:
            self.happened.append(message.text)

    def open(self, address: str) -> None:
        self.page.goto(address, wait_until="load")
        # What stands below the fold, and what a script of ours brings.
        self.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        self.happened += self.page.evaluate("window.ran")
        told = {"html": None, "isLetter": True, "site": self.site}
        self.happened += self.page.evaluate(FAULTS, told)
        assert self.happened == [], (address, self.happened[:5])
        assert urlsplit(self.page.url).path == urlsplit(address).path


@pytest.fixture
def watching(new_context: Callable[..., BrowserContext], live_server: Any) -> Watching:
    return Watching(new_context(**DESK), live_server.url)


@pytest.mark.django_db(transaction=True)
def test_what_runs_in_the_browser_is_noticed(watching: Watching, live_server: Any) -> None:
    """Whoever watches has to see: a page that does run something."""
    PublicationFactory()
    watching.open("/privasi/")
    watching.page.route("**/kontak/", lambda route: route.fulfill(
        content_type="text/html", body="<img src=x onerror=alert(1)><img src=https://x.example/a.gif>"
    ))  # fmt: skip
    with pytest.raises(AssertionError):
        watching.open("/kontak/")
    happened = " ".join(watching.happened)
    assert "alert(1)" in happened and "asked https://x.example/a.gif" in happened
    assert "onerror" in happened
    # And a page of ours that somebody got something into: the policy stops it, and that is noticed too.
    watching.happened.clear()
    watching.page.goto("/privasi/")
    ran = watching.page.evaluate(
        """() => new Promise((done) => {
            addEventListener("securitypolicyviolation", () => done(window.ran));
            document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=alert(1)>");
        })"""
    )
    assert [line.partition(" ")[0] for line in ran] == ["policy:"]
    assert "script-src" in ran[0]


@pytest.mark.django_db(transaction=True)
def test_the_first_500_run_nowhere(watching: Watching, live_server: Any) -> None:
    found = corpus.payloads()[:500]
    site = corpus.take_in(found, stories=5)
    pages = [story.get_absolute_url() for story in site.stories]
    rows = site.rows
    pages += [
        rows[name].get_absolute_url()
        for name in ("section", "author", "thread", "office", "person", "page")
    ]
    pages += ["/", "/terkini/", "/tokoh/", "/ralat/", "/redaksi/"]
    pages += [f"/cari/?{urlencode({'q': text})}" for text in corpus.packed(found, 190)[::100]]
    for address in pages:
        watching.open(address)
    for story in site.stories:
        watching.open(f"{story.get_absolute_url()}komentar/")
    _talk_opens(watching, site)
    staff = Client()
    staff.force_login(StaffFactory(is_superuser=True, language="en"))
    cookie = {
        "name": "sessionid",
        "value": staff.cookies["sessionid"].value,
        "url": live_server.url,
    }
    watching.page.context.add_cookies([cookie])
    # The one page with styles in it, which the policy knows by their hashes.
    letter = reverse("admin:newsletter_issue_letter", args=[f"{timezone.localdate():%Y-%m-%d}"])
    for address in [*site.desk, letter]:
        watching.open(address)


def _talk_opens(watching: Watching, site: corpus.Attacked) -> None:
    """Comments as a script of ours puts them below a story."""
    watching.open(site.stories[0].get_absolute_url())
    watching.page.get_by_role("button", name=re.compile("^Tampilkan .* komentar")).click()
    watching.page.locator(".word-text").first.wait_for()
    told = {"html": None, "isLetter": True, "site": watching.site}
    watching.happened += watching.page.evaluate("window.ran")
    watching.happened += watching.page.evaluate(FAULTS, told)
    assert watching.happened == []
