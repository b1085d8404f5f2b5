"""Addresses of other sites that a story may show in its place: videos, posts and maps.

Stored is only the address, as a link on a line of its own. Here it is told what it is and from where a reader who asks
for it gets it: nothing is fetched before. A site is one entry of `_SITES`; what is not there stays a link.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, parse_qs, quote, urlencode, urlsplit

Kind = Literal["video", "post", "map"]
# How much room it takes: that of a film, of a film held upright, of a post, of a map.
Shape = Literal["wide", "tall", "post", "map"]

_WORD = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
_YOUTUBE = re.compile(r"^/(?:embed|shorts|live|v)/([A-Za-z0-9_-]{6,20})(?:/|$)")
_YOUTUBE_SHORT = re.compile(r"^/([A-Za-z0-9_-]{6,20})/?$")
_INSTAGRAM = re.compile(r"^/(?:[\w.]+/)?(p|reel|reels|tv)/([A-Za-z0-9_-]{5,40})(?:/|$)")
_TIKTOK = re.compile(r"^/(?:@[\w.-]+/video|embed/v2|embed|player/v1)/(\d{8,25})(?:/|$)")
_X = re.compile(r"^/(?:\w{1,20}|i/web)/status(?:es)?/(\d{3,25})(?:/|$)")
_FACEBOOK_VIDEO = re.compile(r"^/(?:watch|reel|[^/]+/videos)(?:/|$)")
_FACEBOOK_POST = re.compile(
    r"^/(?:[^/]+/(?:posts|photos)/|(?:permalink|story|photo)\.php$|photo/?$|groups/[^/]+/(?:posts|permalink)/)"
)
_START = re.compile(r"^(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s?)?$")
_POINT = re.compile(r"@(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)")
_PLAIN_POINT = re.compile(r"^(-?\d{1,2}(?:\.\d+)?),\s*(-?\d{1,3}(?:\.\d+)?)$")
_OSM_VIEW = re.compile(r"map=(\d{1,2})/(-?\d{1,2}(?:\.\d+)?)/(-?\d{1,3}(?:\.\d+)?)")


@dataclass(frozen=True)
class Embed:
    """What an address leads to.

    `frame` is the address of the piece that can stand in a page, empty when there is none, as of an address that
    only its own site can lengthen.
    """

    site: str
    kind: Kind
    shape: Shape
    frame: str = ""


class _Site(NamedTuple):
    name: str
    origin: str
    read: Callable[[SplitResult, dict[str, str]], tuple[Kind, Shape, str] | None]


def embed_of(address: str) -> Embed | None:
    """What `address` leads to; None for a site, or a page of one, that is not known."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").lower()
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    site = _SITES.get(re.sub(r"^(?:www|m|mobile|web|id-id)\.", "", host))
    found = site.read(parts, query) if site else None
    if site is None or found is None:
        return None
    kind, shape, path = found
    return Embed(site.name, kind, shape, site.origin + path if path else "")


def _youtube(parts: SplitResult, query: dict[str, str]) -> tuple[Kind, Shape, str] | None:
    if parts.hostname == "youtu.be":
        found = _YOUTUBE_SHORT.match(parts.path)
        video = found[1] if found else ""
    elif parts.path == "/watch":
        video = query.get("v", "")
    else:
        found = _YOUTUBE.match(parts.path)
        video = found[1] if found else ""
    if not _WORD.match(video) or video == "videoseries":
        return None
    start = _START.match(query.get("t") or query.get("start") or "")
    hours, minutes, seconds = (int(part or 0) for part in start.groups()) if start else (0, 0, 0)
    begin = hours * 3600 + minutes * 60 + seconds
    shape: Shape = "tall" if parts.path.startswith("/shorts/") else "wide"
    return "video", shape, f"/embed/{video}" + (f"?start={begin}" if begin else "")


def _instagram(parts: SplitResult, query: dict[str, str]) -> tuple[Kind, Shape, str] | None:
    found = _INSTAGRAM.match(parts.path)
    if found is None:
        return None
    kind = "reel" if found[1] == "reels" else found[1]
    return ("post" if kind == "p" else "video"), "post", f"/{kind}/{found[2]}/embed/"


def _tiktok(parts: SplitResult, query: dict[str, str]) -> tuple[Kind, Shape, str] | None:
    if found := _TIKTOK.match(parts.path):
        return "video", "tall", f"/player/v1/{found[1]}"
    is_short = parts.hostname in {"vm.tiktok.com", "vt.tiktok.com"} or parts.path.startswith("/t/")
    return ("video", "tall", "") if is_short and len(parts.path) > 3 else None


def _x(parts: SplitResult, query: dict[str, str]) -> tuple[Kind, Shape, str] | None:
    found = _X.match(parts.path)
    return ("post", "post", f"/embed/Tweet.html?id={found[1]}&dnt=true") if found else None


def _facebook(parts: SplitResult, query: dict[str, str]) -> tuple[Kind, Shape, str] | None:
    if parts.path.startswith("/plugins/"):
        inner = query.get("href", "")
        if "/plugins/" in inner:
            return None
        found = embed_of(inner)
        return (found.kind, found.shape, _facebook_frame(found.kind, inner)) if found else None
    if parts.hostname == "fb.watch":
        return ("video", "wide", "") if len(parts.path) > 2 else None
    if parts.path.startswith("/share/"):
        return (
            ("video" if parts.path.startswith(("/share/v/", "/share/r/")) else "post"),
            "post",
            "",
        )
    if _FACEBOOK_VIDEO.match(parts.path):
        shape: Shape = "tall" if parts.path.startswith("/reel/") else "wide"
        return "video", shape, _facebook_frame("video", parts.geturl())
    if _FACEBOOK_POST.match(parts.path):
        return "post", "post", _facebook_frame("post", parts.geturl())
    return None


def _facebook_frame(kind: Kind, address: str) -> str:
    page = "video" if kind == "video" else "post"
    text = "false" if kind == "video" else "true"
    return f"/plugins/{page}.php?" + urlencode({"href": address, "show_text": text})


def _google_maps(parts: SplitResult, query: dict[str, str]) -> tuple[Kind, Shape, str] | None:
    if parts.hostname == "maps.app.goo.gl":
        return ("map", "map", "") if len(parts.path) > 2 else None
    if parts.path == "/maps/embed" and query.get("pb"):
        return "map", "map", "/maps/embed?" + urlencode({"pb": query["pb"]})
    if not (parts.hostname or "").startswith("maps.") and not parts.path.startswith("/maps"):
        return None
    point = _POINT.search(parts.path)
    wanted = f"{point[1]},{point[2]}" if point else query.get("q") or query.get("query") or ""
    return "map", "map", f"/maps?q={quote(wanted)}&output=embed" if wanted else ""


def _openstreetmap(parts: SplitResult, query: dict[str, str]) -> tuple[Kind, Shape, str] | None:
    if parts.path == "/export/embed.html" and query.get("bbox"):
        kept = {name: query[name] for name in ("bbox", "layer", "marker") if query.get(name)}
        return "map", "map", "/export/embed.html?" + urlencode(kept)
    found = _OSM_VIEW.search(parts.fragment)
    if found is None:
        return None
    zoom, latitude, longitude = int(found[1]), float(found[2]), float(found[3])
    # A view of about 600 by 450 pixels, at 256 pixels for the whole world at zoom 0.
    half = 300 * 360 / (256 * 2**zoom)
    box = (longitude - half, latitude - half * 0.75, longitude + half, latitude + half * 0.75)
    wanted = {"bbox": ",".join(f"{edge:.5f}" for edge in box), "layer": "mapnik"}
    if query.get("mlat") and query.get("mlon"):
        mark = f"{query['mlat']},{query['mlon']}"
        wanted |= {"marker": mark} if _PLAIN_POINT.match(mark) else {}
    return "map", "map", "/export/embed.html?" + urlencode(wanted)


_YOUTUBE_SITE = _Site("YouTube", "https://www.youtube-nocookie.com", _youtube)
_TIKTOK_SITE = _Site("TikTok", "https://www.tiktok.com", _tiktok)
_X_SITE = _Site("X", "https://platform.twitter.com", _x)
_FACEBOOK_SITE = _Site("Facebook", "https://www.facebook.com", _facebook)
_GOOGLE_SITE = _Site("Google Maps", "https://www.google.com", _google_maps)
_SITES = {
    "youtube.com": _YOUTUBE_SITE,
    "youtube-nocookie.com": _YOUTUBE_SITE,
    "youtu.be": _YOUTUBE_SITE,
    "instagram.com": _Site("Instagram", "https://www.instagram.com", _instagram),
    "tiktok.com": _TIKTOK_SITE,
    "vm.tiktok.com": _TIKTOK_SITE,
    "vt.tiktok.com": _TIKTOK_SITE,
    "x.com": _X_SITE,
    "twitter.com": _X_SITE,
    "facebook.com": _FACEBOOK_SITE,
    "fb.watch": _FACEBOOK_SITE,
    "google.com": _GOOGLE_SITE,
    "google.co.id": _GOOGLE_SITE,
    "maps.google.com": _GOOGLE_SITE,
    "maps.google.co.id": _GOOGLE_SITE,
    "maps.app.goo.gl": _GOOGLE_SITE,
    "openstreetmap.org": _Site("OpenStreetMap", "https://www.openstreetmap.org", _openstreetmap),
}
# Every origin that a frame of ours can have.
# Each begins the addresses of its frames, before the first slash.
ORIGINS = frozenset(site.origin for site in _SITES.values())
