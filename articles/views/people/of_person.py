"""The page of a person: offices over time, stories by capacity, company."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache import recording

from ... import agenda
from ...models import Person, Tenure
from ...people.offices import as_printed
from ...people.querysets import PersonQuerySet
from ...share_pictures import of_person
from ...structured import breadcrumb_json_ld, person_json_ld
from ..frame import Frame, render_page
from .company import companions_of, printed_of
from .offices import OPEN_OFFICES, Office, offices_of, timeline_of
from .stories import (
    LinesOfPerson,
    appearances_of,
    capacity_of,
    page_of,
    recent,
    tallies_of,
    with_counts,
)


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody with a public page; 404 for everybody else, whether we know them or not.

    What is counted and drawn stands on the first page of all stories alone: the pages behind it
    and those of one capacity are lists, and not indexed.
    """
    word = capacity_of(request)
    found = public_person(slug, with_counts(Person.objects.all()))
    # The offices are those of today, and the picture of them ends today.
    agenda.until_tomorrow()
    entries: list[int] = found.entries  # type: ignore[attr-defined]
    offices = offices_of_person(found)
    stories = page_of(request, appearances_of(found, word), LinesOfPerson(found, entries))
    is_whole = stories.is_first and not word
    frame = Frame.load()
    return render_page(
        request,
        "articles/person.html",
        {
            "person": found,
            "current": [office.tenure for office in offices if office.is_current],
            "tallies": tallies_of(found, word),
            "capacity": word,
            "stories": stories,
            "is_whole": is_whole,
            **(_whole(found, entries, offices) if is_whole else {}),
        },
        frame=frame,
        meta=frame.meta(
            found.printed_name,
            found.get_absolute_url(),
            description=found.note or _described(offices),
            kind="profile",
            data=[
                person_json_ld(found, [office.tenure for office in offices]),
                breadcrumb_json_ld(
                    [
                        (frame.publication.name, "/"),
                        (_("People"), reverse("articles:people")),
                        (found.printed_name, found.get_absolute_url()),
                    ]
                ),
            ]
            if is_whole
            else (),
            is_indexed=is_whole and found.is_indexed,  # type: ignore[attr-defined]
            popolo_path=reverse("articles:person_popolo", args=[found.slug]),
            picture=of_person(found, newest_office(offices), frame.publication),
        ),
    )


def public_person(slug: str, people: PersonQuerySet | None = None) -> Person:
    """The person at that address, with `is_indexed` and the keys of all `entries`; one query.

    `people` is how they are to be fetched beyond that. Raises Http404 for one without a page.
    """
    entries = Person.objects.filter(Q(pk=OuterRef("pk")) | Q(merged_into=OuterRef("pk")))
    rows = Person.objects.all() if people is None else people
    found: Person = get_object_or_404(
        rows.public()
        .select_related("photo")
        .annotate(
            is_indexed=Exists(Person.objects.indexed().filter(pk=OuterRef("pk"))),
            entries=ArraySubquery(entries.order_by("pk").values("pk")),
        ),
        slug=slug,
    )
    # How many stories there are decides what search engines are told.
    recording.shows(*(f"of-person:{pk}" for pk in found.entries))  # type: ignore[attr-defined]
    return found


def offices_of_person(found: Person) -> list[Office]:
    """The offices of all entries of somebody whom `public_person` has found, latest first."""
    entries: list[int] = found.entries  # type: ignore[attr-defined]
    recording.shows(*(f"person:{pk}" for pk in entries))
    return offices_of(tenures_of(entries))


def newest_office(offices: list[Office]) -> str:
    """What is held now, and of several that which was taken last; else what was held last. Empty where nothing is."""
    for office in offices:
        if office.is_current:
            return as_printed(office.tenure)
    for office in offices:
        if not office.is_coming:
            return _("Formerly %(office)s") % {"office": as_printed(office.tenure)}
    return ""


def tenures_of(entries: list[int]) -> list[Tenure]:
    """The tenures of all entries of a person, latest first."""
    return list(
        Tenure.objects.filter(person__in=entries).select_related("person", "post__organisation")
    )


def _whole(found: Person, entries: list[int], offices: list[Office]) -> dict[str, Any]:
    tenures = [office.tenure for office in offices]
    latest = recent(appearances_of(found))
    cut = OPEN_OFFICES if len(offices) > OPEN_OFFICES + 1 else len(offices)
    return {
        "offices": offices[:cut],
        "earlier_offices": offices[cut:],
        "timeline": timeline_of(offices),
        "companions": companions_of(found, latest),
        "printed": printed_of(found, entries, latest, tenures),
        "counted": len(latest),
        "organisations": list(
            {t.post.organisation_id: t.post.organisation for t in tenures}.values()
        ),
    }


def _described(offices: list[Office]) -> str:
    """For search engines, where the desk has written no note: what is held, or was held last."""
    held = [office.tenure for office in offices if office.is_current][:3]
    held = held or [office.tenure for office in offices][:1]
    return "; ".join(f"{tenure.printed_title}, {tenure.post.organisation.name}" for tenure in held)
