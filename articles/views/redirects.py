"""Old addresses: of imported systems, of stories whose slug changed, of dates without a story,
and of entries of people that were merged into another one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_safe

from ..models import Article, Person, Redirect

LONGEST = Redirect._meta.get_field("path").max_length or 0


def old_address(request: HttpRequest) -> HttpResponse | None:
    """Where the content of an address we do not know stands now, or None.

    The address with its query is tried first ("/?p=12", "/index.php?id=4"), then without,
    each as it was sent and as it reads decoded. One query, and two more for an address among the
    people. Leads only to what answers there, and to a merged person's page without a step between.
    """
    if request.method not in {"GET", "HEAD"}:
        return None
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
    return None


def _spellings(request: HttpRequest) -> list[str]:
    path, query = request.path, request.META.get("QUERY_STRING", "")
    encoded = request.get_full_path().partition("?")[0]
    with_query = [f"{spelling}?{query}" for spelling in (path, encoded)] if query else []
    paths = [*with_query, path, encoded]
    # PostgreSQL's text cannot hold it, so no row can match.
    return [spelling for spelling in paths if "\x00" not in spelling]


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
    slug = _slug_of_person(address)
    entry = slug and Person.objects.filter(slug=slug).values_list("pk", "merged_into").first()
    if not entry:
        return None
    pk, merged_into = entry
    page = Person.objects.public().filter(pk=merged_into or pk).first()
    return page.get_absolute_url() if page else ""


def _slug_of_person(address: str) -> str:
    try:
        found = resolve(address)
    except Resolver404:
        return ""
    return found.kwargs["slug"] if found.view_name == "articles:person" else ""


def _answers(redirect: Redirect) -> bool:
    if redirect.article:
        return redirect.has_story
    return redirect.page.is_published if redirect.page else True


@require_safe
def dated(
    request: HttpRequest, year: int, month: int | None = None, day: int | None = None
) -> HttpResponse:
    """/2020/, /2020/12/ and /2020/12/02/ as other systems have them: our archive."""
    given = [part for part in (year, month, day) if part is not None]
    names = {1: "archive_year", 2: "archive_month", 3: "archive_day"}
    target = reverse(f"articles:{names[len(given)]}", args=given)
    return old_address(request) or HttpResponsePermanentRedirect(target)
