"""People and institutions: what they hold and held, and where they appear."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Left, Upper
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..models import Article, Attendance, Organisation, Person, Post, Tenure
from ..structured import organisation_json_ld, person_json_ld
from .frame import Frame, render_page, slice_of

PER_PAGE = 60


@dataclass(frozen=True)
class Span:
    """A tenure and its place on the scale of the timeline, both in hundredths of its width."""

    tenure: Tenure
    start: float
    width: float
    is_current: bool


@dataclass(frozen=True)
class Office:
    """A post with those who hold it and those who held it, latest first."""

    title: str
    holders: Sequence[Tenure]
    former: Sequence[Tenure]

    @classmethod
    def of(cls, post: Post) -> Office:
        """From a post whose tenures are fetched."""
        tenures = post.tenures.all()
        return cls(
            post.title,
            [tenure for tenure in tenures if _is_current(tenure)],
            [tenure for tenure in tenures if not _is_current(tenure)],
        )


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """All public people by name; the next page begins after the last one's address."""
    rows = Person.objects.public()
    after = request.GET.get("setelah", "")
    if after:
        last = rows.filter(slug=after).first() if "\x00" not in after else None
        if last is None:
            raise Http404("No such person")
        rows = rows.filter(name_key__gte=last.name_key).exclude(
            name_key=last.name_key, pk__lte=last.pk
        )
    found = list(
        rows.annotate(letter=Upper(Left("name_key", 1)))
        .prefetch_related(Prefetch("tenures", _current_tenures(), to_attr="current_tenures"))
        .order_by("name_key", "pk")[: PER_PAGE + 1]
    )
    frame = Frame.load()
    return render_page(
        request,
        "articles/people.html",
        {
            "people": found[:PER_PAGE],
            "after": found[PER_PAGE - 1].slug if len(found) > PER_PAGE else "",
            "is_first": not after,
        },
        frame=frame,
        meta=frame.meta(_("People"), reverse("articles:people"), is_indexed=not after),
    )


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Person.objects.public().select_related("photo"), slug=slug)
    tenures = list(found.tenures.select_related("post__organisation"))
    own_line = Attendance.objects.filter(person=found).select_related(
        "represents_person", "represents_post", "represents_organisation"
    )
    rows = (
        Article.objects.published()
        .naming_person(found)
        .for_list()
        .prefetch_related(Prefetch("attendances", own_line, to_attr="own_lines"))
    )
    stories = slice_of(request, rows)
    frame = Frame.load()
    return render_page(
        request,
        "articles/person.html",
        {
            "person": found,
            "current": [tenure for tenure in tenures if _is_current(tenure)],
            "timeline": _timeline(tenures),
            "scale": _scale(tenures),
            "stories": stories,
        },
        frame=frame,
        meta=frame.meta(
            found.printed_name,
            found.get_absolute_url(),
            description=found.note,
            kind="profile",
            data=[person_json_ld(found, tenures)],
            is_indexed=stories.is_first,
        ),
    )


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(
        Organisation.objects.public()
        .select_related("parent", "place")
        .annotate(
            is_parent_public=Exists(Organisation.objects.public().filter(pk=OuterRef("parent")))
        ),
        slug=slug,
    )
    held = Prefetch("tenures", Tenure.objects.select_related("person"))
    posts = Post.objects.filter(organisation=found).prefetch_related(held)
    rows = Article.objects.published().naming_organisation(found).for_list()
    stories = slice_of(request, rows)
    frame = Frame.load()
    return render_page(
        request,
        "articles/organisation.html",
        {
            "organisation": found,
            "parts": list(found.parts.public()),
            "posts": [Office.of(post) for post in posts],
            "stories": stories,
        },
        frame=frame,
        meta=frame.meta(
            found.name,
            found.get_absolute_url(),
            description=found.note,
            data=[organisation_json_ld(found, is_parent_public=found.is_parent_public)],
            is_indexed=stories.is_first,
        ),
    )


def _current_tenures() -> QuerySet[Tenure]:
    today = timezone.localdate()
    return Tenure.objects.select_related("post__organisation").filter(
        Q(started_on__isnull=True) | Q(started_on__lte=today),
        Q(ended_on__isnull=True) | Q(ended_on__gte=today),
    )


def _is_current(tenure: Tenure) -> bool:
    today = timezone.localdate()
    return (tenure.started_on is None or tenure.started_on <= today) and (
        tenure.ended_on is None or tenure.ended_on >= today
    )


def _scale(tenures: Iterable[Tenure]) -> tuple[int, int] | None:
    """First and last year of the timeline, or None when no beginning is known."""
    starts = [tenure.started_on.year for tenure in tenures if tenure.started_on]
    return (min(starts), timezone.localdate().year) if starts else None


def _timeline(tenures: Sequence[Tenure]) -> list[Span]:
    """The tenures, latest first, on a scale from the first year to the end of this one."""
    years = _scale(tenures)
    if years is None:
        return [Span(tenure, 0, 0, _is_current(tenure)) for tenure in tenures]
    first = datetime.date(years[0], 1, 1)
    today = timezone.localdate()
    whole = max((today - first).days, 1)
    spans = []
    for tenure in tenures:
        start = tenure.started_on or tenure.ended_on or today
        end = min(tenure.ended_on or today, today)
        left = 100 * (start - first).days / whole
        width = max(100 * (end - start).days / whole, 0.8)
        spans.append(Span(tenure, round(min(left, 99.2), 2), round(width, 2), _is_current(tenure)))
    return spans
