"""What the public site emits, item by item; docs/standards.md says which test holds which."""

from __future__ import annotations

import datetime
import json
import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest

from articles import photos
from articles.choices import Kind
from articles.drawn import icon
from audit import weight
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    CorrectionFactory,
    PersonFactory,
    PlaceFactory,
    PublicationFactory,
    SectionFactory,
    TenureFactory,
    image_file,
)

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs/standards.md"
NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
SITE = "https://kabar.example"
# Bytes over the wire; the others are those of the audit.
MOST_FONTS = 60_000


def named_tests() -> list[tuple[str, str]]:
    """File and name of each test that the table names."""
    return re.findall(r"`(tests/[\w/]+\.py)::(?:\w+::)?(\w+)`", TABLE.read_text())


class Asked(HTMLParser):
    """The addresses that a browser asks for by itself when it shows a page; not those that only lead elsewhere."""

    ATTRIBUTES = {"src", "srcset", "imagesrcset", "poster", "data", "background"}
    LINKS = {
        "stylesheet",
        "preload",
        "modulepreload",
        "prefetch",
        "preconnect",
        "dns-prefetch",
        "icon",
    }
    LINKS |= {"apple-touch-icon", "mask-icon", "manifest"}

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def of(cls, html: str) -> list[str]:
        parser = cls()
        parser.feed(html)
        return parser.found

    @staticmethod
    def of_style(css: str) -> list[str]:
        found = re.findall(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""", css)
        return [address for pair in found for address in pair if address]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in self.ATTRIBUTES:
                self.found += [one.split()[0] for one in (value or "").split(",") if one.strip()]
            elif name == "style":
                self.found += self.of_style(value or "")
        told = dict(attrs)
        if tag == "link" and self.LINKS & set((told.get("rel") or "").split()):
            self.found.append(told.get("href") or "")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style":
            self.found += self.of_style(data)


@lru_cache
def source(file: str) -> str:
    return (ROOT / file).read_text()


def test_every_item_names_where_it_is_made_and_a_test_that_exists():
    rows = [line for line in TABLE.read_text().splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 40
    for row in rows:
        _item, made, held, _end = [*row.strip("|").split(" | "), ""]
        assert "`tests/" in held, row
        for path in re.findall(r"`([\w/]+\.\w+)`", made):
            assert (ROOT / path).exists(), path
    missing = [(file, name) for file, name in named_tests() if f"def {name}(" not in source(file)]
    assert missing == []


def test_whatever_a_browser_asks_for_by_itself_is_told():
    html = """
        <link rel="icon preload" href="//a/1"><link rel="alternate canonical" href="https://no/">
        <link rel="modulepreload" href="https://a/2"><a href="https://no/">…</a>
        <meta property="og:image" content="https://no/"><img src="https://a/3" srcset="https://a/4 1x, https://a/5 2x">
        <style>@import "https://a/6"; p { background: url('https://a/7') }</style>
        <p style="background: url(https://a/8)"><iframe src="https://a/9"></iframe>
        <script type="application/ld+json">{"url": "https://no/"}</script>
    """
    assert {address.rpartition("/")[2] for address in Asked.of(html)} == set("123456789")


pytestmark = pytest.mark.django_db


@pytest.fixture
def page_of(client, settings):
    settings.SITE_URL = SITE

    def read(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.content.decode()

    return read


def documents(html: str) -> dict[str, dict]:
    found = re.findall('<script type="application/ld\\+json">(.*?)</script>', html)
    return {one["@type"]: one for one in map(json.loads, found)}


def test_the_dates_that_readers_see_are_those_of_the_markup(page_of):
    story = ArticleFactory(
        is_public=True,
        publish_at=NOON,
        updated_at=NOON + datetime.timedelta(hours=2),
        place=PlaceFactory(),
    )
    html = page_of(story.get_absolute_url())
    head = re.search(r'<header class="full-head">.*?</header>', html, re.S)[0]
    assert re.findall(r'<p class="(published|updated)">.*?datetime="([^"]+)"', head, re.S) == [
        ("published", "2026-11-20T12:00:00+08:00"),
        ("updated", "2026-11-20T14:00:00+08:00"),
    ]
    data = documents(html)["NewsArticle"]
    assert data["datePublished"] == "2026-11-20T12:00:00+08:00"
    assert data["dateModified"] == "2026-11-20T14:00:00+08:00"
    assert 'property="article:published_time" content="2026-11-20T12:00:00+08:00"' in html
    assert 'property="article:modified_time" content="2026-11-20T14:00:00+08:00"' in html


@pytest.mark.parametrize("path", ["/", "/redaksi/"])
def test_front_page_and_masthead_say_who_publishes_and_by_which_rules(page_of, path):
    PublicationFactory(ownership="Dimiliki karyawannya.")
    said = documents(page_of(path))["NewsMediaOrganization"]
    assert {
        name: said[name] for name in said if name.endswith(("Policy", "Info", "Principles", "head"))
    } == {
        "masthead": f"{SITE}/redaksi/",
        "correctionsPolicy": f"{SITE}/ralat/",
        "ethicsPolicy": f"{SITE}/pedoman-media-siber/",
        "publishingPrinciples": f"{SITE}/pedoman-media-siber/",
        "ownershipFundingInfo": f"{SITE}/redaksi/",
        "actionableFeedbackPolicy": f"{SITE}/kontak/",
    }
    mark = icon.mark_of("Kabar Tompolangi")
    assert said["logo"]["url"] == f"{SITE}/ikon/512/{mark}.png"


def test_pages_of_people_and_authors_are_profiles(page_of):
    story = ArticleFactory(is_public=True)
    person = PersonFactory(name="Andi")
    AttendanceFactory(article=story, person=person)
    author = BylineFactory(article=story).author
    for path in (person.get_absolute_url(), author.get_absolute_url()):
        profile = documents(page_of(path))["ProfilePage"]
        assert profile["mainEntity"]["@type"] == "Person"
        assert profile["url"] == f"{SITE}{path}"


def test_pages_below_the_front_page_say_where_they_lie(page_of):
    PublicationFactory()
    section = SectionFactory(name="Desa", slug="desa")
    story = ArticleFactory(is_public=True, section=section, headline="Panen")
    tenure = TenureFactory()
    AttendanceFactory(article=story, person=tenure.person, tenure=tenure)
    for path, names in (
        (story.get_absolute_url(), ["Kabar Tompolangi", "Desa", "Panen"]),
        ("/rubrik/desa/", ["Kabar Tompolangi", "Desa"]),
        (tenure.person.get_absolute_url(), None),
        (tenure.post.organisation.get_absolute_url(), None),
    ):
        trail = documents(page_of(path))["BreadcrumbList"]["itemListElement"]
        assert [step["position"] for step in trail] == list(range(1, len(trail) + 1))
        assert trail[-1]["item"] == f"{SITE}{path}"
        assert names is None or [step["name"] for step in trail] == names


def test_a_paid_story_is_told_from_news_wherever_machines_look(page_of, client):
    story = ArticleFactory(is_public=True, kind=Kind.PAID, sponsor="PT X", headline="Rumah")
    html = page_of(story.get_absolute_url())
    said = documents(html)["AdvertiserContentArticle"]
    assert said["sponsor"] == {"@type": "Organization", "name": "PT X"}
    assert 'property="og:title" content="Advertorial: Rumah"' in html
    assert "<title>Advertorial: Rumah</title>" in page_of("/rss.xml")
    assert story.get_absolute_url() not in page_of("/sitemap-news.xml")
    assert client.get(f"{story.get_absolute_url()}ninjs.json").json()["genre"] == [
        {"name": "Advertorial"}
    ]


def test_the_lead_photo_is_told_in_the_three_shapes_and_as_a_card(page_of):
    story = ArticleFactory(is_public=True)
    photo = photos.store(image_file(size=(800, 600)), by=None, credit="Rina")
    photos.make_renditions(photo)
    ArticlePhotoFactory(article=story, photo=photo, alt_text="Perahu")
    html = page_of(story.get_absolute_url())
    images = documents(html)["NewsArticle"]["image"]
    assert [round(one["width"] / one["height"], 2) for one in images] == [1.78, 1.33, 1.0]
    assert {one["creditText"] for one in images} == {"Rina"}
    found = dict(re.findall(r'<meta property="(og:image[:\w]*)" content="([^"]*)">', html))
    assert found["og:image"].startswith(f"{SITE}/media/photos/")
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["og:image:alt"] == "Perahu"


@pytest.mark.parametrize("path", ["/", "/terkini/", "/redaksi/"])
def test_every_page_names_itself_its_feeds_its_manifest_and_its_colour(page_of, path):
    html = page_of(path)
    assert f'<link rel="canonical" href="{SITE}{path}">' in html
    kinds = re.findall('<link rel="alternate" type="([^"]+)"', html)
    assert kinds == ["application/rss+xml", "application/atom+xml", "application/feed+json"]
    assert '<link rel="manifest" href="/manifest.webmanifest"' in html
    assert re.findall('<meta name="theme-color" content="([^"]+)" media="([^"]+)">', html) == [
        ("#fffefb", "(prefers-color-scheme: light)"),
        ("#151412", "(prefers-color-scheme: dark)"),
    ]


def test_ads_txt_says_that_nothing_is_sold_programmatically(client):
    answer = client.get("/ads.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "placeholder.example.com, placeholder, DIRECT, placeholder" in answer.content.decode()


def test_an_article_is_light_and_asks_nobody_else(page_of):
    """Without photos; as kept pages and static files are sent, compressed, with fonts apart."""
    text = "".join(f"<p>{' '.join(f'kata{n * m}' for n in range(60))}</p>" for m in range(8))
    story = ArticleFactory(is_public=True, body=text, tags=["laut"], place=PlaceFactory())
    for _number in range(8):
        AttendanceFactory(article=story)
    BylineFactory(article=story)
    CorrectionFactory(article=story)
    html = page_of(story.get_absolute_url())
    asked = Asked.of(html)
    files = [address.partition("?")[0] for address in asked if address.startswith("/static/")]
    styles = "".join(source(file[1:]) for file in files if file.endswith(".css"))
    assert files and styles
    asked += Asked.of_style(styles)
    assert [address for address in asked if re.match(r"\s*(?:[a-z]+:)?//", address, re.I)] == []
    sizes = {
        file: len(brotli.compress((ROOT / file[1:]).read_bytes())) for file in dict.fromkeys(files)
    }
    fonts = sum(size for file, size in sizes.items() if file.endswith(".woff2"))
    script = sum(size for file, size in sizes.items() if file.endswith(".js"))
    page = len(brotli.compress(html.encode(), quality=5))
    assert script <= weight.MOST_SCRIPT
    assert fonts <= MOST_FONTS
    assert page + sum(sizes.values()) - fonts <= weight.MOST_LIGHT
