"""Addresses as WordPress and Blogger write them, taken apart: no table knows them all, and most follow from their form.

What is here looks nothing up: it says under which other spellings an address may be entered, and which list, feed or
search of ours stands in the place of one of theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qsl, unquote, urlencode

# What hangs on the address of a text and leads to another form of it: for phones, for feed readers, to be put into
# other pages, its further pages, a page of its comments, a picture in it.
_TAIL = re.compile(
    r"/(?:amp|feed(?:/(?:rss2?|rdf|atom))?|embed|trackback|page/\d+|comment-page-\d+|attachment/[^/]+|\d{1,3})/?$"
)
# The same before it, of those who write it there, and that of servers that cannot rewrite addresses.
_HEAD = re.compile(r"^/(?:amp|index\.php|m)(?=/.)")
# A picture below its text: /2020/12/slug/picture/.
_BELOW_DATED = re.compile(r"^(/\d{4}/\d\d/(?:\d\d/)?[^/]+/)[^/]+/?$")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")

_LABEL = re.compile(
    r"^/(?:category|kategori|search/label|label|topik|topic|tag)/(?P<path>[^?]+?)(?P<feed>/feed(?:/(?:rss2?|rdf|atom))?)?/?$"
)
_AUTHOR = re.compile(r"^/author/(?P<slug>[^/]+)/?$")
_FEED = re.compile(r"^(?:/feed(?:/(?P<form>rss2?|rdf|atom))?|/rss2?|/atom)/?$")
_BLOGGER_FEED = re.compile(r"^/feeds/posts/(?:default|summary|full)(?:/-/(?P<label>[^/]+))?/?$")
_BLOGGER_MONTH = re.compile(r"^/(?P<year>\d{4})_(?P<month>\d\d)(?:_\d\d)?_archive\.html$")
_NEWS_SITEMAP = re.compile(r"^/(?:news[-_]sitemap|sitemap[_-]?news)(?:\d+|-index)?\.xml$")
_SITEMAP = re.compile(
    r"^/(?:wp-sitemap[-\w]*|sitemap[_-]?index\d*|(?:post|page|category|post_tag|author)[-_]sitemap\d*)\.xml$"
)
_TIME = re.compile(r"^(?P<year>\d{4})(?P<month>\d\d)?(?P<day>\d\d)?$")


class Kind(Enum):
    """What of ours is meant: a section or else a tag, somebody who signs, or `Meant.path` itself."""

    LABEL = "label"
    AUTHOR = "author"
    PATH = "path"


@dataclass(frozen=True)
class Meant:
    """`name` is a slug or a label as it was written; `feed` the form of it that was asked for, if any."""

    kind: Kind
    name: str = ""
    feed: str = ""
    path: str = ""


def spellings(path: str) -> list[str]:
    """Under which addresses a text may be entered that is asked for at `path`, the likeliest first.

    `path` itself is the first; with and without the last slash, and without what leads to other forms of the text.
    """
    found = [path]
    bare = _HEAD.sub("", path)
    while (shorter := _TAIL.sub("", bare)) != bare and shorter:
        found.append(bare)
        bare = shorter
    found.append(bare)
    if below := _BELOW_DATED.match(path):
        found.append(below[1])
    both = [(one, one.rstrip("/") if one.endswith("/") else f"{one}/") for one in found]
    return [
        one for one in dict.fromkeys(one for pair in both for one in pair) if one not in ("", "/")
    ]


def as_written(encoded: str) -> list[str]:
    """A percent-encoded address as browsers write it, and as WordPress does, whose exports have small letters."""
    small = _ENCODED.sub(lambda byte: byte[0].lower(), encoded)
    return [encoded] if small == encoded else [encoded, small]


def queries(query: str) -> list[str]:
    """The query whole, and each of its pairs alone: "p=12" of "p=12&preview=true"."""
    return list(dict.fromkeys([query, *query.split("&")])) if query else []


def meant(path: str, query: str) -> Meant | None:
    """What of ours an address of a list, a feed or a search of theirs means; None for any other."""
    told = dict(parse_qsl(query))
    if path in ("/", "/index.php"):
        return _by_query(told)
    if path.rstrip("/") == "/search" and told.get("q"):
        return _search(told["q"])
    if found := _FEED.match(path):
        return Meant(Kind.PATH, path=_feed_path(found["form"] or path.strip("/")))
    if found := _BLOGGER_FEED.match(path):
        feed = "rss" if told.get("alt") == "rss" else "atom"
        if found["label"]:
            return Meant(Kind.LABEL, unquote(found["label"]), feed=feed)
        return Meant(Kind.PATH, path=_feed_path(feed))
    if found := _LABEL.match(path):
        feed = "" if not found["feed"] else "atom" if found["feed"].endswith("atom") else "rss"
        return Meant(Kind.LABEL, _last(_TAIL.sub("", "/" + found["path"])), feed=feed)
    if found := _AUTHOR.match(_TAIL.sub("", path)):
        return Meant(Kind.AUTHOR, unquote(found["slug"]))
    if found := _BLOGGER_MONTH.match(path):
        return _archive(found["year"] + found["month"])
    if _NEWS_SITEMAP.match(path):
        return Meant(Kind.PATH, path="/sitemap-news.xml")
    if _SITEMAP.match(path):
        return Meant(Kind.PATH, path="/sitemap.xml")
    if re.fullmatch(r"/page/\d+/?", path):
        return Meant(Kind.PATH, path="/terkini/")
    return None


def _by_query(told: dict[str, str]) -> Meant | None:
    if words := told.get("s"):
        return _search(words)
    if feed := told.get("feed"):
        return Meant(Kind.PATH, path=_feed_path(feed))
    for name in ("category_name", "tag"):
        if label := told.get(name):
            return Meant(Kind.LABEL, _last(label))
    if author := told.get("author_name"):
        return Meant(Kind.AUTHOR, author)
    if "year" in told:
        moment = told["year"]
        for part in ("monthnum", "day"):
            if not told.get(part):
                break
            moment += told[part].zfill(2)
        return _archive(moment)
    if len(told.get("m", "")) >= 4:  # "m=1" is Blogger's for phones
        return _archive(told["m"])
    return Meant(Kind.PATH, path="/terkini/") if "paged" in told else None


def _search(words: str) -> Meant:
    return Meant(Kind.PATH, path=f"/cari/?{urlencode({'q': words[:200]})}")


def _archive(moment: str) -> Meant | None:
    """The archive of "2020", "202012" or "20201202"; longer ones have the time of day behind."""
    found = _TIME.match(moment[:8])
    if found is None or not 1 <= int(found["month"] or 1) <= 12 or found["year"] == "0000":
        return None
    parts = [part for part in found.groups() if part]
    return Meant(Kind.PATH, path=f"/arsip/{'/'.join(parts)}/")


def _feed_path(form: str) -> str:
    return "/atom.xml" if form == "atom" else "/rss.xml"


def _last(path: str) -> str:
    """The nearest of categories that lie in each other: "daerah/sinjai" is about Sinjai."""
    return unquote(path.rstrip("/").rpartition("/")[2])
