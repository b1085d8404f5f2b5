"""Old addresses: of imported systems, of stories whose slug changed, of dates without a story,
and of entries of people that were merged into another one."""

from __future__ import annotations

import re

from django.db.models import Exists, OuterRef
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from .. import former, public_versions
from ..models import Article, Byline, Person, Publication, Redirect, Section, TaggedArticle

# A made-up query of a hundred parts is no address of anybody.
MOST_SPELLINGS = 60
LONGEST = Redirect._meta.get_field("path").max_length or 0
# What stands below the address of a story moves with it.
_BELOW = re.compile(r"(/[0-9]{4}/[0-9]{2}/[0-9]{2}/[^/]+/)(riwayat/|ninjs\.json)")


def old_address(request: HttpRequest) -> HttpResponse | None:
    """Where the content of an address we do not know stands now, or None.

    The address with its query is tried first ("/?p=12", "/index.php?id=4"), then without, then its other
    spellings (`articles.former`), each as it was sent and as it reads decoded. One query, two more for an address
    among the people, and two for a list of another system. Leads only to what answers there, and to a merged person's
    page without a step between.
    """
    if request.method not in {"GET", "HEAD"}:
        return None
    if below := _BELOW.fullmatch(request.path):
        return _below(*below.groups())
    page = _page_of_person(request.path)
    # A person's own page that is not there as asked (a made-up cursor) leads nowhere.
    if page and page != request.path:
        return HttpResponsePermanentRedirect(page)
    candidates = [path for path in _spellings(request) if len(path) <= LONGEST]
    rows = (
        Redirect.objects.select_related("article", "page")
        .annotate(has_story=Exists(Article.objects.addressable().filter(pk=OuterRef("article"))))
        .filter(path__in=candidates)
    )
    found = {redirect.path: redirect for redirect in rows}
    for path in candidates:
        redirect = found.get(path)
        target = _target(redirect) if redirect and _answers(redirect) else ""
        if target and target != request.path:
            return HttpResponsePermanentRedirect(target)
    target = _list_of(former.meant(request.path, request.META.get("QUERY_STRING", "")))
    return HttpResponsePermanentRedirect(target) if target else None


def _below(path: str, rest: str) -> HttpResponse | None:
    """To where the versions or the ninjs of a story stand that has moved; to the story itself where none are shown."""
    stories = Article.objects.addressable()
    rows = Redirect.objects.filter(path=path, article__in=stories).select_related("article")
    redirect = rows.defer("article__body", "article__search").first()
    if redirect is None or redirect.article is None:
        return None
    address = redirect.get_absolute_url()
    if address == path:
        return None
    if rest == "ninjs.json" or public_versions.are_shown(redirect.article, Publication.current()):
        return HttpResponsePermanentRedirect(address + rest)
    # They may be shown one day.
    return HttpResponseRedirect(address)


def _list_of(meant: former.Meant | None) -> str:
    """The address of our list, feed or search in the place of theirs; empty where nothing would answer."""
    if meant is None or meant.kind is former.Kind.PATH:
        return meant.path if meant else ""
    slug = slugify(meant.name)
    if meant.kind is former.Kind.AUTHOR:
        return reverse("articles:author", args=[slug]) if slug and _signs(slug) else ""
    if section := Section.objects.filter(slug=slug).first():
        return (
            reverse(f"articles:section_{meant.feed}", args=[slug])
            if meant.feed
            else section.get_absolute_url()
        )
    # As on the tag's own page: never one of a story that protects identities alone.
    listed = TaggedArticle.objects.filter(
        tag__slug=slug, listed_at__lte=timezone.now(), content_object__is_identity_protected=False
    )
    return reverse("articles:tag", args=[slug]) if slug and listed.exists() else ""


def _signs(slug: str) -> bool:
    """Whether there is a page of that author: of somebody who signs a public story."""
    signed = Byline.objects.filter(author__slug=slug, listed_at__lte=timezone.now())
    return signed.exists()


def _spellings(request: HttpRequest) -> list[str]:
    query = request.META.get("QUERY_STRING", "")
    written = [request.path, *former.as_written(request.get_full_path().partition("?")[0])]
    paths = [f"{path}?{part}" for part in former.queries(query) for path in written]
    paths += [spelling for path in written for spelling in former.spellings(path)]
    # PostgreSQL's text cannot hold it, so no row can match.
    return [path for path in dict.fromkeys(paths) if "\x00" not in path][:MOST_SPELLINGS]


def _target(redirect: Redirect) -> str:
    """Where it leads; empty when that is somebody who has no page."""
    target = redirect.get_absolute_url()
    page = _page_of_person(target)
    return target if page is None else page


def _page_of_person(address: str) -> str | None:
    """The page of whom this address of a person's entry is; empty when the person has none.

    None when it is no such address. A merged entry has the page of the entry that stands for it:
    one step, however many judgements lie between, and its own again when they are undone.
    """
    slug = _slug_of("person", address)
    entry = slug and Person.objects.filter(slug=slug).values_list("pk", "merged_into").first()
    if not entry:
        return None
    pk, merged_into = entry
    page = Person.objects.public().filter(pk=merged_into or pk).first()
    return page.get_absolute_url() if page else ""


def _slug_of(view: str, address: str) -> str:
    """The slug in an address of that kind; empty in any other."""
    try:
        found = resolve(address)
    except Resolver404:
        return ""
    return found.kwargs["slug"] if found.view_name == f"articles:{view}" else ""


def _answers(redirect: Redirect) -> bool:
    if redirect.article:
        return redirect.has_story
    if redirect.page:
        return redirect.page.is_published
    author = _slug_of("author", redirect.target)
    return not author or _signs(author)


@require_safe
def dated(
    request: HttpRequest, year: int, month: int | None = None, day: int | None = None
) -> HttpResponse:
    """/2020/, /2020/12/ and /2020/12/02/ as other systems have them: our archive."""
    given = [part for part in (year, month, day) if part is not None]
    names = {1: "archive_year", 2: "archive_month", 3: "archive_day"}
    target = reverse(f"articles:{names[len(given)]}", args=given)
    return old_address(request) or HttpResponsePermanentRedirect(target)
