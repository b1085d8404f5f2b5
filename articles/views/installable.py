"""The site as something to be installed: manifest, service worker, and the page for when there is no line.

The worker (static/site/worker.js) shows kept stories only while there is no line, says of when they are, and lets go
of those that were taken from the public as soon as there is one; docs/decisions/0032-found-and-shared.md.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache import recording
from pagecache.addresses import NEVER, NEVER_ENDING, TRACKING, TRACKING_PREFIXES

from ..choices import CorrectionKind, Status
from ..conditional import respond
from ..drawn import icon
from ..models import Article, Correction, Publication, Redirect, Section
from ..share_pictures import icon_path
from .colours import colours_address
from .frame import CACHE_CONTROL, Frame, render_page

# What is kept on a reader's device: a phone's share of a small paper, about 10 MB with its pictures.
MOST_STORIES, MOST_PICTURES, MOST_FILES, MOST_DAYS = 30, 8, 80, 14
# A copy is not shown after MOST_DAYS, so nobody needs to hear of what was withdrawn before.
_TOLD_DAYS = MOST_DAYS + 1
_MOST_TOLD = 1000
_OF_STORY = r"^/\d{4}/\d\d/\d\d/[-\w]+/$"
# Telephones cut a longer one below the icon.
_SHORT_NAME = 12
_PAPER = "#fffefb"
_SHELL = ("site/site.css", "site/site.js", "site/fonts/newsroom-serif.woff2")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """https://www.w3.org/TR/appmanifest/"""
    publication = Publication.current()
    found = {
        "id": "/",
        "name": publication.name,
        "short_name": _short(publication.name),
        "description": publication.tagline,
        "lang": settings.LANGUAGE_CODE,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "categories": ["news"],
        "icons": [_icon(publication, kind) for kind in ("192", "512", "maskable")],
        "shortcuts": [
            {"name": _("Latest"), "url": reverse("articles:latest")},
            {"name": _("Read without a connection"), "url": reverse("articles:offline")},
        ],
    }
    body = json.dumps({name: value for name, value in found.items() if value}, ensure_ascii=False)
    return _for_browsers(request, body, "application/manifest+json; charset=utf-8")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; where SERVICE_WORKER is off, the one that takes it away."""
    if not settings.SERVICE_WORKER:
        return _for_browsers(request, _program("worker_ends"), "text/javascript; charset=utf-8")
    colours = colours_address(Section.objects.all())
    told = {
        "page": reverse("articles:offline"),
        "gone": reverse("articles:withdrawn"),
        "files": [*map(static, _SHELL), colours],
        "colours": colours.partition("?")[0],
        "never": [path for path in NEVER if path not in (settings.STATIC_URL, settings.MEDIA_URL)],
        "neverEnding": NEVER_ENDING,
        "tracking": sorted(TRACKING),
        "trackingPrefixes": TRACKING_PREFIXES,
        "most": MOST_STORIES,
        "mostPictures": MOST_PICTURES,
        "mostFiles": MOST_FILES,
        "days": MOST_DAYS,
        "language": settings.LANGUAGE_CODE,
        "saysOffline": _("You are offline: the page that you asked for needs a connection."),
        "saysKept": _("You are offline. This story was kept on {time}; it may have changed since."),
        "saysWhen": _("Kept on {time}; it may have changed since."),
    }
    body = f"const KEPT = {json.dumps(told, ensure_ascii=False)};\n{_program('worker')}"
    return _for_browsers(request, body, "text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the worker keeps, into which it writes what can be read."""
    # What is breaking today would stand there for weeks.
    frame = replace(Frame.load(), breaking=None)
    meta = frame.meta(_("Read without a connection"), reverse("articles:offline"), is_indexed=False)
    context = {"most": MOST_STORIES, "days": MOST_DAYS}
    return render_page(request, "articles/offline.html", context, frame=frame, meta=meta)


@require_safe
def withdrawn(request: HttpRequest) -> HttpResponse:
    """The paths, former ones too, of stories of which no device is to show the copy that it has.

    Those that were withdrawn or ended lately, or of which a correction names somebody and was held back.
    """
    recording.shows("corrections", "latest")
    since = timezone.now() - datetime.timedelta(days=_TOLD_DAYS)
    withdrawals = Correction.objects.filter(kind=CorrectionKind.WITHDRAWAL, created_at__gte=since)
    gone = Article.objects.filter(
        status=Status.WITHDRAWN, pk__in=withdrawals.values("article")
    ).order_by("-pk")
    over = Article.objects.filter(
        status=Status.PUBLISHED, unpublish_at__gte=since, unpublish_at__lte=timezone.now()
    ).order_by("-unpublish_at")
    held = Correction.objects.filter(held_at__gte=since).exclude(held_why="")
    with_held = Article.objects.published().filter(pk__in=held.values("article")).order_by("-pk")
    stories = [
        *with_held.only("slug", "published_on", "status", "unpublish_at")[:_MOST_TOLD],
        *gone.only("slug", "published_on", "status", "unpublish_at")[:_MOST_TOLD],
        *over.only("slug", "published_on", "status", "unpublish_at")[:_MOST_TOLD],
    ]
    paths = [story.get_absolute_url() for story in stories]
    # A copy has the name under which it was read.
    former = Redirect.objects.filter(article__in=stories, path__regex=_OF_STORY)
    body = json.dumps([*paths, *former.values_list("path", flat=True)])
    return _for_browsers(request, body, "application/json")


def _for_browsers(request: HttpRequest, body: str, content_type: str) -> HttpResponse:
    response = respond(request, body, content_type)
    response["Cache-Control"] = CACHE_CONTROL
    return response


def _icon(publication: Publication, kind: str) -> dict[str, Any]:
    side, _share = icon.KINDS[kind]
    return {
        "src": icon_path(publication, kind),
        "sizes": f"{side}x{side}",
        "type": "image/png",
        "purpose": "maskable" if kind == "maskable" else "any",
    }


def _short(name: str) -> str:
    """As many of its words as fit below an icon; the initials where not even the first does."""
    short = ""
    for word in name.split():
        longer = f"{short} {word}".strip()
        if len(longer) > _SHORT_NAME:
            break
        short = longer
    return short or icon.initials_of(name) or name


@lru_cache(maxsize=2)
def _program(name: str) -> str:
    return (settings.BASE_DIR / f"static/site/{name}.js").read_text(encoding="utf-8")
