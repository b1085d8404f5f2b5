"""People, institutions, posts and who held them when, as Popolo: open data of public offices.

Every document is a collection of `persons`, `organizations`, `posts` and `memberships`, so that
one reader of them reads all. A thing is known by its address; what has no page has no address and
is not in it. Dates are as exact as they are known: "2017-08-01", "2017-08", "2017".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from pagecache import recording

from .absolute import absolute
from .conditional import respond
from .models import Article, Attendance, Organisation, Person, Place, Post, Tenure
from .ninjs import PLACE_CODES
from .people.querysets import OrganisationQuerySet, PersonQuerySet
from .structured import Data, honorific_prefix, partial_date, portrait_url
from .views.frame import CACHE_CONTROL
from .views.people.of_person import public_person
from .views.people.offices import without_repeats

# Institutions and people in one document of the whole; the next one is named in it.
ENTRIES = 400

_CURSOR = re.compile(r"(lembaga|tokoh)-([0-9]{1,18})")


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody with a public page, the offices held, and the institutions of these.

    The address of a merged entry leads to that of the person.
    """
    try:
        shown = public_person(slug)
    except Http404:
        standing = Person.objects.public().filter(merged__slug=slug).first()
        if standing is None:
            raise
        target = reverse("articles:person_popolo", args=[standing.slug])
        return HttpResponsePermanentRedirect(target)
    found = list(_people(Person.objects.filter(pk=shown.pk)))
    tenures = _tenures_of(found)
    organisations = {t.post.organisation_id: t.post.organisation for t in tenures}
    posts = {t.post_id: t.post for t in tenures}
    return _answer(request, _document(found, organisations.values(), posts.values(), tenures))


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """An institution with a public page, its posts, and the people who hold or held them."""
    found = [get_object_or_404(_organisations(), slug=slug)]
    posts = [post for row in found for post in row.posts.all()]
    tenures = list(
        Tenure.objects.filter(post__in=posts).select_related(
            "person__merged_into", "post__organisation"
        )
    )
    standing = {t.person.merged_into_id or t.person_id for t in tenures}
    people = list(_people(Person.objects.public().filter(pk__in=standing)))
    return _answer(request, _document(people, found, posts, tenures))


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All institutions, then all people, ENTRIES to a document; `next` is the address of the rest.

    Only people whom search engines may find: a list of everybody who was ever mentioned is
    nobody's business. Raises Http404 for a cursor that no document printed.
    """
    recording.shows("people")
    kind, after = _position(request.GET.get("setelah", ""))
    organisations: list[Organisation] = []
    people: list[Person] = []
    next_cursor = ""
    if kind == "lembaga":
        rows = _organisations().filter(pk__gt=after).order_by("pk")
        organisations = list(rows[: ENTRIES + 1])
        after = 0
    if len(organisations) > ENTRIES:
        organisations.pop()
        next_cursor = f"lembaga-{organisations[-1].pk}"
    else:
        room = ENTRIES - len(organisations)
        people = list(
            _people(Person.objects.indexed().filter(pk__gt=after)).order_by("pk")[: room + 1]
        )
        if len(people) > room:
            people.pop()
            next_cursor = f"tokoh-{people[-1].pk if people else 0}"
    posts = [post for row in organisations for post in row.posts.all()]
    found = _document(people, organisations, posts, _tenures_of(people))
    if next_cursor:
        found["next"] = absolute(f"{reverse('articles:popolo')}?setelah={next_cursor}")
    return _answer(request, found)


def _position(cursor: str) -> tuple[str, int]:
    if not cursor:
        return "lembaga", 0
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Http404("Malformed cursor")
    return match[1], int(match[2])


def _answer(request: HttpRequest, document: Data) -> HttpResponse:
    body = json.dumps(document, ensure_ascii=False)
    response = respond(request, body, "application/json; charset=utf-8")
    response["Cache-Control"] = CACHE_CONTROL
    # Readers find the page; for machines the page names this.
    response["X-Robots-Tag"] = "noindex"
    return response


def _people(rows: PersonQuerySet) -> PersonQuerySet:
    """These people with their portraits, and the other entries whose names may be told.

    An entry that was merged into a public one had been somebody's private entry before: its name
    is told when it was public itself, or when a public story prints it.
    """
    printed = Attendance.objects.filter(
        person=OuterRef("pk"), article__in=Article.objects.published().unprotected()
    )
    merged = Person.objects.annotate(is_printed=Exists(printed)).order_by("pk")
    return rows.select_related("photo").prefetch_related(
        Prefetch("merged", merged, to_attr="other_entries")
    )


def _organisations() -> OrganisationQuerySet:
    posts = Post.objects.select_related("organisation", "place")
    public = Organisation.objects.public().filter(pk=OuterRef("parent"))
    return (
        Organisation.objects.public()
        .select_related("parent", "place")
        .annotate(is_parent_public=Exists(public))
        .prefetch_related(Prefetch("posts", posts))
    )


def _tenures_of(people: Iterable[Person]) -> list[Tenure]:
    entries = [pk for person in people for pk in (person.pk, *(o.pk for o in person.other_entries))]
    return list(
        Tenure.objects.filter(person__in=entries).select_related(
            "person__merged_into", "post__organisation__place", "post__place"
        )
    )


def _document(
    people: Sequence[Person],
    organisations: Iterable[Organisation],
    posts: Iterable[Post],
    tenures: Iterable[Tenure],
) -> Data:
    """The collection of these; memberships are only those of these people."""
    public = {person.pk for person in people}
    return {
        "persons": [_person(person) for person in people],
        "organizations": [_organisation(row) for row in organisations if row.is_public],
        "posts": [_post(post) for post in posts if post.organisation.is_public],
        "memberships": [
            _membership(tenure)
            for tenure in without_repeats(tenures)
            if tenure.person.standing_entry.pk in public
        ],
    }


def _person(person: Person) -> Data:
    url = absolute(person.get_absolute_url())
    others = [row for row in person.other_entries if row.is_public or row.is_printed]
    return _known(
        {
            "id": url,
            "name": person.name,
            "honorific_prefix": honorific_prefix(person),
            "honorific_suffix": person.degrees,
            "other_names": [
                {"name": name}
                for name in dict.fromkeys(row.name for row in others)
                if name != person.name
            ],
            "identifiers": [
                {"scheme": "url", "identifier": address}
                for address in (url, *(absolute(row.get_absolute_url()) for row in others))
            ],
            "summary": person.note,
            "image": portrait_url(person),
        }
    )


def _organisation(row: Organisation) -> Data:
    url = absolute(row.get_absolute_url())
    # Only where it was asked for: an institution that a membership names is told without it.
    is_parent_public = getattr(row, "is_parent_public", False)
    return _known(
        {
            "id": url,
            "name": row.name,
            "other_names": [{"name": row.short_name}] if row.short_name else [],
            "identifiers": [{"scheme": "url", "identifier": url}],
            "parent_id": absolute(row.parent.get_absolute_url())
            if is_parent_public and row.parent
            else "",
            "area": row.place and _area(row.place),
            "summary": row.note,
        }
    )


def _post(post: Post) -> Data:
    return _known(
        {
            "id": _post_id(post),
            "label": post.title,
            "organization_id": absolute(post.organisation.get_absolute_url()),
            "area": post.place and _area(post.place),
        }
    )


def _membership(tenure: Tenure) -> Data:
    """A term of office. An institution without a page is named and has no address; nor has its post."""
    person = absolute(tenure.person.standing_entry.get_absolute_url())
    organisation = tenure.post.organisation
    of = (
        {
            "organization_id": absolute(organisation.get_absolute_url()),
            "post_id": _post_id(tenure.post),
        }
        if organisation.is_public
        else {"organization": {"name": organisation.name}}
    )
    return _known(
        {
            "id": f"{person}#masa-jabatan-{tenure.pk}",
            "person_id": person,
            **of,
            "role": tenure.printed_title,
            "start_date": partial_date(tenure.started_on, tenure.start_precision),
            "end_date": partial_date(tenure.ended_on, tenure.end_precision),
        }
    )


def _post_id(post: Post) -> str:
    return f"{absolute(post.organisation.get_absolute_url())}#jabatan-{post.pk}"


def _area(place: Place) -> Data:
    identifiers = [{"scheme": PLACE_CODES, "identifier": place.code}] if place.code else []
    return _known({"name": place.name, "classification": place.kind, "identifiers": identifiers})


def _known(data: Data) -> Data:
    return {name: value for name, value in data.items() if value not in ("", None, [], {})}
