"""Who is meant by what a reporter typed: found among the known, offered, or entered anew.

Nothing here guesses: a typed name is somebody known only when the key of the name, or of
another spelling noted for the person, is the same. Likely matches are offered, never taken.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.utils import translation
from django.utils.translation import gettext as _

from ..choices import DatePrecision
from ..models import Organisation, OrganisationAlias, Person, PersonAlias, Post, Tenure
from ..slugs import save_with_slug
from . import names

if TYPE_CHECKING:
    from accounts.models import User

LIMIT = 10
KEY_LENGTH = Person._meta.get_field("name_key").max_length or 0
# "perwakilan Bappeda" is Bappeda's delegation; the words say nothing about which institution.
_DELEGATION = re.compile(
    r"^(?:para\s+)?(?:perwakilan|utusan|delegasi|representatives of)(?:\s+dari)?(?:\s+|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Suggestion:
    """One line under a field: what it points at, and what choosing it fills in."""

    ref: str
    name: str
    office: str = ""
    tenure: int | None = None
    detail: str = ""


def suggest(text: str, *, day: datetime.date, with_posts: bool = False) -> list[dict[str, object]]:
    """At most LIMIT known people and institutions for the beginning of words in `text`.

    Each word is looked for in names, other spellings and the offices held on `day`; titles in
    front of a name are ignored. A person with several offices that day stands there once for
    each. With `with_posts`, offices without a holder's name are offered too, and first.
    """
    words = names.name_key(text).split()
    if not words:
        return []
    found = _posts_suggested(words) if with_posts else []
    found += _people_suggested(words, day)
    found += _organisations_suggested(words)
    return [asdict(suggestion) for suggestion in found[:LIMIT]]


def people_named(printed: str) -> QuerySet[Person]:
    """Everybody known by exactly this name, titles and case apart, or noted under it."""
    key = names.name_key(printed)[:KEY_LENGTH]
    if not key:
        return Person.objects.none()
    noted = PersonAlias.objects.filter(person=OuterRef("pk"), name_key=key)
    return Person.objects.filter(Q(name_key=key) | Exists(noted)).order_by("name", "id")


def organisations_named(printed: str) -> QuerySet[Organisation]:
    """Every institution with exactly this name, short name or noted abbreviation."""
    name = without_delegation(printed)
    if not name:
        return Organisation.objects.none()
    noted = OrganisationAlias.objects.filter(organisation=OuterRef("pk"), name__iexact=name)
    return Organisation.objects.filter(
        Q(name__iexact=name) | Q(short_name__iexact=name) | Exists(noted)
    ).order_by("name", "id")


def posts_named(printed: str) -> QuerySet[Post]:
    """Every office with exactly this title."""
    title = " ".join(printed.split())
    return Post.objects.filter(title__iexact=title).order_by("protocol_rank", "id")


def without_delegation(printed: str) -> str:
    """The institution in "perwakilan Bappeda"."""
    return _DELEGATION.sub("", " ".join(printed.split()))


def delegation_as_printed(typed: str, organisation: Organisation) -> str:
    """What the register prints for a delegation: the typed words, or "perwakilan …" before them."""
    typed = " ".join(typed.split())
    if _DELEGATION.match(typed):
        return typed
    with translation.override(settings.LANGUAGE_CODE):
        return _("representatives of %(organisation)s") % {
            "organisation": typed or organisation.short_name or organisation.name
        }


def shares_a_word(printed: str, person: Person) -> bool:
    """Whether a printed name can still be this person's: "A. Karsina" for Andi Karsina can."""
    typed = set(names.name_key(printed).split())
    keys = [person.name_key, *person.aliases.values_list("name_key", flat=True)]
    return any(typed & set(key.split()) for key in keys)


def offices_on(people: Iterable[Person], day: datetime.date) -> dict[int, list[Tenure]]:
    """The offices that each person held on that day, by the person's key, highest first."""
    tenures = (
        Tenure.objects.filter(person__in=list(people))
        .select_related("post__organisation")
        .order_by("post__protocol_rank", "-started_on", "id")
    )
    held: dict[int, list[Tenure]] = defaultdict(list)
    for tenure in tenures:
        if is_held_on(tenure, day):
            held[tenure.person_id].append(tenure)
    return held


def is_held_on(tenure: Tenure, day: datetime.date) -> bool:
    """Whether the office was held that day, as far as its dates are known.

    An end that is known to the month or the year counts to the last day of it.
    """
    if tenure.started_on and _first_day(tenure.started_on, tenure.start_precision) > day:
        return False
    return not tenure.ended_on or _last_day(tenure.ended_on, tenure.end_precision) >= day


def tenure_printed_as(person: Person, office: str, day: datetime.date) -> Tenure | None:
    """The tenure of that day whose title is what was printed; None when it is another text."""
    wanted = " ".join(office.split()).casefold()
    for tenure in offices_on([person], day).get(person.pk, []):
        if wanted in {tenure.printed_title.casefold(), tenure.post.title.casefold()}:
            return tenure
    return None


def enter_person(printed: str, *, by: User | None, is_public: bool) -> Person:
    """Enter somebody new, with the parts of the printed name."""
    parts = names.parse(printed)
    fields = {part: text[: _max_length(part)] for part, text in parts.as_fields().items()}
    person = Person(is_public=is_public, created_by=by, **fields)
    save_with_slug(person, parts.name, "tokoh")
    return person


def enter_organisation(printed: str) -> Organisation:
    """Enter a new institution under the name that was typed."""
    name = without_delegation(printed)[:160]
    organisation = Organisation(name=name)
    save_with_slug(organisation, name, "lembaga")
    return organisation


def _max_length(field: str) -> int:
    return Person._meta.get_field(field).max_length or 0


def _starts_a_word(field: str, word: str) -> Q:
    return Q(**{f"{field}__istartswith": word}) | Q(**{f"{field}__icontains": f" {word}"})


def _people_suggested(words: list[str], day: datetime.date) -> list[Suggestion]:
    people = Person.objects.all()
    for word in words:
        noted = PersonAlias.objects.filter(_starts_a_word("name_key", word), person=OuterRef("pk"))
        office = Tenure.objects.filter(
            _starts_a_word("post__title", word)
            | _starts_a_word("post__organisation__name", word)
            | _starts_a_word("post__organisation__short_name", word),
            Q(ended_on__isnull=True) | Q(ended_on__gte=day),
            person=OuterRef("pk"),
        )
        people = people.filter(_starts_a_word("name_key", word) | Exists(noted) | Exists(office))
    by_name = Case(
        When(name_key__startswith=words[0], then=Value(0)),
        When(name_key__contains=f" {words[0]}", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = list(people.order_by(by_name, "name", "id")[:LIMIT])
    held = offices_on(found, day)
    suggestions = []
    for person in found:
        for tenure in held.get(person.pk) or [None]:
            suggestions.append(_of_person(person, tenure))
    return suggestions


def _of_person(person: Person, tenure: Tenure | None) -> Suggestion:
    ref = f"person:{person.pk}"
    if tenure is None:
        return Suggestion(ref, person.printed_name, detail=_("no office on that day"))
    organisation = tenure.post.organisation
    return Suggestion(
        ref,
        person.printed_name,
        office=tenure.printed_title,
        tenure=tenure.pk,
        detail=f"{tenure.printed_title} – {organisation.short_name or organisation.name}",
    )


def _posts_suggested(words: list[str]) -> list[Suggestion]:
    posts = Post.objects.select_related("organisation")
    for word in words:
        posts = posts.filter(_starts_a_word("title", word))
    ordered = posts.order_by("protocol_rank", "title", "id")[:4]
    return [
        Suggestion(f"post:{post.pk}", post.title, detail=post.organisation.name) for post in ordered
    ]


def _organisations_suggested(words: list[str]) -> list[Suggestion]:
    organisations = Organisation.objects.all()
    for word in words:
        noted = OrganisationAlias.objects.filter(
            _starts_a_word("name", word), organisation=OuterRef("pk")
        )
        organisations = organisations.filter(
            _starts_a_word("name", word) | _starts_a_word("short_name", word) | Exists(noted)
        )
    ordered = organisations.order_by(Length("name"), "name", "id")[:4]
    return [
        Suggestion(
            f"organisation:{organisation.pk}",
            organisation.short_name or organisation.name,
            detail=_("delegation – %(name)s") % {"name": organisation.name},
        )
        for organisation in ordered
    ]


def _first_day(day: datetime.date, precision: str) -> datetime.date:
    if precision == DatePrecision.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision == DatePrecision.MONTH else day


def _last_day(day: datetime.date, precision: str) -> datetime.date:
    if precision == DatePrecision.YEAR:
        return day.replace(month=12, day=31)
    if precision == DatePrecision.MONTH:
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day
