"""Where search engines learn what is there: sitemaps by month, the news sitemap, robots.txt."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pagecache import recording

from . import archive, keyset, threads
from .absolute import absolute
from .addresses import path_of
from .conditional import respond
from .models import (
    Article,
    Author,
    Byline,
    Organisation,
    Page,
    Person,
    Publication,
    Section,
)
from .views.standing import CONTACT_SLUG
from .xmltext import xml_text

# The protocol's limit for one file.
ADDRESSES = 50_000
# The limits of the news sitemap: what is older or beyond is not looked at.
NEWS_STORIES = 1_000
NEWS_AGE = datetime.timedelta(days=2)

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_PART = re.compile(
    r"(?P<kind>[0-9]{4}-[0-9]{2}|pages|people|organisations)(?:-(?P<number>[1-9][0-9]{0,3}))?"
)

Line = tuple[str, datetime.datetime | None]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of all files, each with the last change of what is in it."""
    recording.shows("stories", "people", "site")
    lines = list(_parts())
    body = "".join(
        f"<sitemap><loc>{escape(address)}</loc>{_lastmod(changed_at)}</sitemap>\n"
        for address, changed_at in lines
    )
    return _xml(request, f'<sitemapindex xmlns="{_SITEMAP}">\n{body}</sitemapindex>\n', lines)


@require_safe
def part(request: HttpRequest, name: str) -> HttpResponse:
    """One file: the stories of a month ("2026-11"), or "pages", "people", "organisations".

    What does not fit into one file goes on in "2026-11-2". 404 for a name that the index
    does not list.
    """
    match = _PART.fullmatch(name)
    if match is None or match["number"] == "1":
        raise Http404
    start = (int(match["number"] or 1) - 1) * ADDRESSES
    recording.shows("stories", "people", "site")
    # 50,000 rows would be as many tags: those above are told with every change of any of them.
    with recording.recording() as read:
        lines = list(_lines(match["kind"], start))
    recording.take_times(read)
    if not lines:
        raise Http404
    body = "".join(
        f"<url><loc>{escape(address)}</loc>{_lastmod(changed_at)}</url>\n"
        for address, changed_at in lines
    )
    return _xml(request, f'<urlset xmlns="{_SITEMAP}">\n{body}</urlset>\n', lines)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """The stories of the last two days, without paid ones (press guidelines, point 6)."""
    recording.shows("latest")
    stories = (
        Article.objects.published()
        .unpaid()
        .filter(publish_at__gte=timezone.now() - NEWS_AGE)
        .newest_first()
        .select_related("place")
        .only(
            *("headline", "slug", "publish_at", "published_on", "unpublish_at", "status"),
            "place__timezone",
        )
    )[:NEWS_STORIES]
    name = escape(xml_text(Publication.current().name))
    lines = []
    body = ""
    for story in stories:
        address = absolute(story.get_absolute_url())
        lines.append((address, story.publish_at))
        recording.until(story.publish_at + NEWS_AGE)
        body += (
            f"<url><loc>{escape(address)}</loc><news:news>"
            f"<news:publication><news:name>{name}</news:name>"
            f"<news:language>{settings.LANGUAGE_CODE}</news:language></news:publication>"
            f"<news:publication_date>{story.local_publish_at.isoformat(timespec='seconds')}"
            "</news:publication_date>"
            f"<news:title>{escape(xml_text(story.headline))}</news:title></news:news></url>\n"
        )
    opening = f'<urlset xmlns="{_SITEMAP}" xmlns:news="{_NEWS}">\n'
    return _xml(request, f"{opening}{body}</urlset>\n", lines)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read but the desk, the search, whose pages are without end, and what only
    browsers ask for."""
    body = "\n".join(
        [
            "User-agent: *",
            "Disallow: /admin/",
            "Disallow: /s/",
            f"Disallow: {reverse('articles:search')}",
            "",
            f"Sitemap: {absolute(reverse('articles:sitemap'))}",
            f"Sitemap: {absolute(reverse('articles:sitemap_news'))}",
            "",
        ]
    )
    return respond(request, body, "text/plain; charset=utf-8")


def _xml(request: HttpRequest, body: str, lines: Iterable[Line]) -> HttpResponse:
    changed_at = max((moment for _address, moment in lines if moment), default=None)
    return respond(request, _HEAD + body, "application/xml; charset=utf-8", changed_at)


def _lastmod(moment: datetime.datetime | None) -> str:
    if moment is None:
        return ""
    return f"<lastmod>{timezone.localtime(moment).isoformat(timespec='seconds')}</lastmod>"


def _month(name: str) -> QuerySet[Article]:
    year, month = map(int, name.split("-"))
    try:
        first = datetime.date(year, month, 1)
    except ValueError:
        raise Http404 from None
    after = (
        (first + datetime.timedelta(days=31)).replace(day=1) if year < 9999 else datetime.date.max
    )
    public = Article.objects.published()
    return archive.with_last_change(public.filter(published_on__gte=first, published_on__lt=after))


def _parts() -> Iterator[Line]:
    months = archive.months()
    newest = max((last for _first, _count, last in months), default=None)
    yield _part_address("pages"), newest
    yield from _plain_parts("people", Person.objects.indexed())
    yield from _plain_parts("organisations", Organisation.objects.public())
    for first, count, last in months:
        name = f"{first:%Y-%m}"
        if count <= ADDRESSES:
            yield _part_address(name), last
            continue
        # Only a month that an import filled: one query more for each of its files.
        ordered = _month(name).order_by("published_on", "pk")
        for number, start in enumerate(range(0, count, ADDRESSES), start=1):
            piece = ordered[start : start + ADDRESSES].aggregate(last=Max("changed_at"))
            yield _part_address(name, number), piece["last"]


def _plain_parts(name: str, rows: QuerySet) -> Iterator[Line]:
    """The files of these rows. They are counted only where they could be more than one file holds."""
    keys = rows.model._default_manager.values("pk")
    span = Subquery(keys.order_by("-pk")[:1]) - Subquery(keys.order_by("pk")[:1])
    found = rows.order_by().values_list(span)[:1]
    count = 0
    for (width,) in found:
        count = rows.count() if width >= ADDRESSES else 1
    for number, _start in enumerate(range(0, count, ADDRESSES), start=1):
        yield _part_address(name, number), None


def _part_address(name: str, number: int = 1) -> str:
    name = name if number == 1 else f"{name}-{number}"
    # An old archive has hundreds of them: worked out once, each.
    return absolute(path_of("sitemap_part", name))


def _lines(kind: str, start: int) -> Iterator[Line]:
    stop = start + ADDRESSES
    if kind == "pages":
        yield from _page_lines() if start == 0 else ()
    elif kind in {"people", "organisations"}:
        people, organisations = Person.objects.indexed(), Organisation.objects.public()
        rows = (people if kind == "people" else organisations).order_by("pk").only("slug")
        yield from ((absolute(row.get_absolute_url()), None) for row in rows[start:stop])
    else:
        stories = (
            _month(kind).order_by("published_on", "pk").only("slug", "published_on", "unpublish_at")
        )
        for story in stories[start:stop]:
            yield absolute(story.get_absolute_url()), story.changed_at


def _page_lines() -> Iterator[Line]:
    """The front page, sections, authors, story threads and standing pages. Their changes are their stories'."""
    sections = list(Section.objects.annotate(changed_at=_last_change_of_section()))
    newest = max(filter(None, (section.changed_at for section in sections)), default=None)
    for name in ("front", "latest", "archive"):
        yield absolute(reverse(f"articles:{name}")), newest
    for section in sections:
        yield absolute(section.get_absolute_url()), section.changed_at
    own = Page.objects.filter(is_published=True).exclude(slug=CONTACT_SLUG)
    for page in own.order_by("pk").only("slug", "saved_at"):
        yield absolute(page.get_absolute_url()), page.saved_at
    for name in ("people", "corrections", "masthead", "guidelines", "privacy", "contact"):
        yield absolute(reverse(f"articles:{name}")), None
    # The newest story of each is looked at, in the order of the index, and not whether any of all is public.
    signed = Article.objects.published().filter(pk=OuterRef("article"))
    bylines = Byline.objects.filter(
        Exists(signed), author=OuterRef("pk"), listed_at__lte=timezone.now()
    )
    newest_signed = bylines.order_by("-listed_at", "-article_id").values("pk")[:1]
    for author in Author.objects.annotate(newest=Subquery(newest_signed)).filter(
        newest__isnull=False
    ):
        yield absolute(author.get_absolute_url()), None
    running = list(threads.with_newest())
    newest_of_all = max((thread.newest_at for thread in running), default=None)
    yield absolute(reverse("articles:threads")), newest_of_all
    for thread in running:
        yield absolute(thread.get_absolute_url()), thread.newest_at


def _last_change_of_section() -> Subquery:
    """When the section's page changed last: by one of the stories that stand on it."""
    newest = Article.objects.published().filter(section=OuterRef(OuterRef("pk"))).newest_first()
    shown = Article.objects.filter(pk__in=newest.values("pk")[: keyset.PAGE_SIZE]).order_by()
    changed = shown.annotate(changed_at=Greatest("publish_at", "updated_at"))
    return Subquery(changed.order_by("-changed_at").values("changed_at")[:1])
