"""Feeds and sitemaps: read by a feed parser, and held against their rules.

RSS 2.0, Atom 1.0 (RFC 4287), JSON Feed 1.1, the sitemaps protocol 0.9 and Google's rules for news sitemaps.
"""

from __future__ import annotations

import datetime
import json
import subprocess
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from .asking import Answer, get
from .judging import Court
from .markup import Head
from .tools import FOLDER

NAME = "feeds"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
MOST_ADDRESSES = 50_000
MOST_NEWS = 1_000
NEWS_AGE = datetime.timedelta(days=2)

# What a rule complains of.
Complaints = Iterator[str]


def judge(court: Court) -> None:
    """Judge every feed that the front page and a section name, and every sitemap that robots.txt names."""
    feeds = {address: get(court.base, address) for address in _feed_addresses(court)}
    for address, answer in feeds.items():
        _hold(court, address, answer, _rules_of_feed(answer))
        _ask_again(court, address, answer)
    _read(court, feeds)
    _judge_sitemaps(court)


def _feed_addresses(court: Court) -> list[str]:
    from articles.models import Section

    slug = Section.objects.values_list("slug", flat=True)[0]
    names = ("rss.xml", "atom.xml", "feed.json")
    return [f"/{name}" for name in names] + [f"/rubrik/{slug}/{name}" for name in names]


def _hold(
    court: Court, address: str, answer: Answer, rules: Callable[[Answer], Complaints]
) -> None:
    """Write down what the rules complain of; what cannot be read at all is one complaint."""
    if answer.status != 200:
        court.report.fault(NAME, address, f"answered {answer.status}")
        return
    try:
        for complaint in rules(answer):
            court.report.fault(NAME, address, complaint)
    except (ElementTree.ParseError, ValueError, KeyError, TypeError) as error:
        court.report.fault(NAME, address, f"cannot be read: {type(error).__name__}: {error}")
    court.say(f"  {NAME}: {address}")


def _rules_of_feed(answer: Answer) -> Callable[[Answer], Complaints]:
    kind = answer.headers.get("content-type", "")
    if "json" in kind:
        return json_feed
    return atom if "atom" in kind else rss


def _ask_again(court: Court, address: str, answer: Answer) -> None:
    """Whoever has a feed already is told so (304), by either of the two ways to ask."""
    for name, header in (("etag", "If_None_Match"), ("last-modified", "If_Modified_Since")):
        known = answer.headers.get(name)
        if known is None:
            court.report.fault(NAME, address, f"says no {name}")
        elif (again := get(court.base, address, **{header: known}).status) != 304:
            court.report.fault(NAME, address, f"asked again by {name} it answered {again}, not 304")


def _read(court: Court, feeds: dict[str, Answer]) -> None:
    asked = [{"name": address, "body": answer.text} for address, answer in feeds.items()]
    done = subprocess.run(
        ["node", "feeds.mjs"],
        cwd=FOLDER,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        court.report.fault(NAME, "all", f"the feed parser failed: {done.stderr.strip()[-300:]}")
    for line in done.stdout.splitlines():
        said = json.loads(line)
        if "error" in said:
            court.report.fault(NAME, said["name"], f"a feed reader cannot read it: {said['error']}")
        elif not (said["feed"].get("items") or said["feed"].get("entries")):
            court.report.fault(NAME, said["name"], "a feed reader finds nothing in it")


def rss(answer: Answer) -> Complaints:
    """RSS 2.0, with the extensions that the publication's feeds promise."""
    yield from _content_type(answer, "application/rss+xml")
    root = ElementTree.fromstring(answer.body)
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        yield "is no RSS 2.0"
        return
    yield from _has(channel, "title", "link", "description", "language", "lastBuildDate")
    if not any(link.get("rel") == "self" for link in channel.iter(f"{ATOM}link")):
        yield "names no address of its own (atom:link rel=self)"
    guids = [item.findtext("guid") for item in channel.iter("item")]
    if len(set(guids)) != len(guids):
        yield "has the same guid twice"
    for item in channel.iter("item"):
        yield from _has(item, "title", "link", "guid", "pubDate", f"{CONTENT}encoded")
        guid = item.find("guid")
        if guid is not None and guid.get("isPermaLink") != "false":
            yield f"takes the guid {guid.text} for an address"
        yield from _moment(item.findtext("pubDate"), parsedate_to_datetime)
        yield from _absolute(item.findtext("link"))
        for media in item.iter(f"{MEDIA}content"):
            yield from _absolute(media.get("url"))
            yield from _has(media, f"{MEDIA}credit")


def atom(answer: Answer) -> Complaints:
    """Atom 1.0 (RFC 4287)."""
    yield from _content_type(answer, "application/atom+xml")
    root = ElementTree.fromstring(answer.body)
    if root.tag != f"{ATOM}feed":
        yield "is no Atom"
        return
    yield from _has(root, *(f"{ATOM}{name}" for name in ("id", "title", "updated")))
    if not any(link.get("rel") == "self" for link in root.findall(f"{ATOM}link")):
        yield "names no address of its own (link rel=self)"
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    if len(set(ids)) != len(ids):
        yield "has the same id twice"
    for entry in entries:
        yield from _has(
            entry, *(f"{ATOM}{name}" for name in ("id", "title", "updated", "published", "content"))
        )
        if root.find(f"{ATOM}author") is None:
            yield from _has(entry, f"{ATOM}author")
        for name in ("updated", "published"):
            yield from _moment(entry.findtext(f"{ATOM}{name}"), datetime.datetime.fromisoformat)
        for link in entry.findall(f"{ATOM}link"):
            yield from _absolute(link.get("href"))


def json_feed(answer: Answer) -> Complaints:
    """JSON Feed 1.1."""
    yield from _content_type(answer, "application/feed+json")
    feed = json.loads(answer.body)
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"is of version {feed.get('version')}"
    for name in ("title", "home_page_url", "feed_url", "language"):
        if not feed.get(name):
            yield f"has no {name}"
    ids = [item["id"] for item in feed["items"]]
    if len(set(ids)) != len(ids):
        yield "has the same id twice"
    for item in feed["items"]:
        if not isinstance(item["id"], str):
            yield f"has an id that is no text: {item['id']}"
        if not (item.get("content_html") or item.get("content_text")):
            yield f"has nothing to read in {item['id']}"
        yield from _absolute(item.get("url"))
        for name in ("date_published", "date_modified"):
            if item.get(name):
                yield from _moment(item[name], datetime.datetime.fromisoformat)


def _judge_sitemaps(court: Court) -> None:
    robots = get(court.base, "/robots.txt")
    named = [
        line.partition(":")[2].strip()
        for line in robots.text.splitlines()
        if line.lower().startswith("sitemap:")
    ]
    if not named:
        court.report.fault(NAME, "/robots.txt", "names no sitemap")
    addresses: list[str] = []
    for url in named:
        path = url.removeprefix(court.base)
        answer = get(court.base, path)
        if b"<sitemapindex" not in answer.body:
            _hold(court, path, answer, news_sitemap)
            continue
        _hold(court, path, answer, sitemap_index)
        for part in _locations(answer):
            inner = get(court.base, part.removeprefix(court.base))
            _hold(court, part.removeprefix(court.base), inner, sitemap)
            addresses += _locations(inner)
    if len(set(addresses)) != len(addresses):
        court.report.fault(NAME, "sitemaps", "name an address twice")
    for url in addresses:
        _ask_for(court, url)
    court.say(f"  {NAME}: {len(addresses)} addresses of the sitemaps")


def _ask_for(court: Court, url: str) -> None:
    """What a sitemap names answers, may be listed and says that this is its address."""
    answer = get(court.base, url.removeprefix(court.base))
    head = Head(answer.text)
    if answer.status != 200:
        court.report.fault(NAME, "sitemaps", f"{url} answers {answer.status}")
    elif "noindex" in head.meta.get("robots", ""):
        court.report.fault(NAME, "sitemaps", f"{url} may not be listed")
    elif head.links.get("canonical") != url:
        court.report.fault(NAME, "sitemaps", f"{url} says that it is {head.links.get('canonical')}")


def _locations(answer: Answer) -> list[str]:
    root = ElementTree.fromstring(answer.body)
    return [loc.text or "" for loc in root.iter(f"{SITEMAP}loc")]


def sitemap_index(answer: Answer) -> Complaints:
    """An index of sitemaps."""
    yield from _of_sitemaps(answer, "sitemapindex", "sitemap")


def sitemap(answer: Answer) -> Complaints:
    """One sitemap."""
    yield from _of_sitemaps(answer, "urlset", "url")


def news_sitemap(answer: Answer) -> Complaints:
    """A news sitemap: two days, a thousand stories, each with publication, date and title."""
    yield from sitemap(answer)
    root = ElementTree.fromstring(answer.body)
    stories = root.findall(f"{SITEMAP}url")
    if len(stories) > MOST_NEWS:
        yield f"names {len(stories)} stories, more than {MOST_NEWS}"
    oldest = datetime.datetime.now(datetime.UTC) - NEWS_AGE - datetime.timedelta(minutes=5)
    for story in stories:
        news = story.find(f"{NEWS}news")
        if news is None:
            yield f"has no news:news for {story.findtext(f'{SITEMAP}loc')}"
            continue
        yield from _has(news, f"{NEWS}publication", f"{NEWS}title", f"{NEWS}publication_date")
        publication = news.find(f"{NEWS}publication")
        if publication is not None:
            yield from _has(publication, f"{NEWS}name", f"{NEWS}language")
        said = news.findtext(f"{NEWS}publication_date")
        yield from _moment(said, datetime.datetime.fromisoformat)
        if said and datetime.datetime.fromisoformat(said) < oldest:
            yield f"names a story of {said}, older than two days"


def _of_sitemaps(answer: Answer, outer: str, inner: str) -> Complaints:
    yield from _content_type(answer, "application/xml")
    root = ElementTree.fromstring(answer.body)
    if root.tag != f"{SITEMAP}{outer}":
        yield f"is no {outer}"
    lines = root.findall(f"{SITEMAP}{inner}")
    if not 0 < len(lines) <= MOST_ADDRESSES:
        yield f"has {len(lines)} lines, and 1 to {MOST_ADDRESSES} are allowed"
    for line in lines:
        yield from _absolute(line.findtext(f"{SITEMAP}loc"))
        if changed := line.findtext(f"{SITEMAP}lastmod"):
            yield from _moment(changed, datetime.datetime.fromisoformat)


def _content_type(answer: Answer, wanted: str) -> Complaints:
    said = answer.headers.get("content-type", "")
    if said.partition(";")[0] != wanted:
        yield f"is sent as {said}, not {wanted}"


def _has(element: ElementTree.Element, *names: str) -> Complaints:
    for name in names:
        found = element.find(name)
        if found is None or not ("".join(found.itertext()).strip() or len(found)):
            yield f"has no {name.rpartition('}')[2]} in {element.tag.rpartition('}')[2]}"


def _moment(said: str | None, parse: Callable[[str], Any]) -> Complaints:
    """A time has an offset, and has come."""
    if not said:
        return
    moment = parse(said)
    if moment.tzinfo is None:
        yield f"says a time without an offset: {said}"
    elif moment > datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1):
        yield f"says a time that has not come: {said}"


def _absolute(url: str | None) -> Complaints:
    if url is None or not urlsplit(url).netloc or urlsplit(url).scheme not in {"http", "https"}:
        yield f"has an address that is not whole: {url}"
