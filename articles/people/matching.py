"""Who is meant by what a reporter typed: found among the known, offered, or entered anew.

Nothing here guesses: a typed name is somebody known only when the key of the name, or of
another spelling noted for the person, is the same. Likely matches are offered, never taken.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from ..models import Organisation, OrganisationAlias, Person, PersonAlias, Tenure
from ..slugs import save_with_slug
from . import names
from .alike import is_a_letter_off
from .offices import agrees, offices_on

if TYPE_CHECKING:
    from accounts.models import User

KEY_LENGTH = Person._meta.get_field("name_key").max_length or 0
# "perwakilan Bappeda" is Bappeda's delegation; the words say nothing about which institution.
_DELEGATION = re.compile(
    r"^(?:para\s+)?(?:perwakilan|utusan|delegasi|representatives of)(?:\s+dari)?(?:\s+|$)",
    re.IGNORECASE,
)


def people_named(printed: str) -> QuerySet[Person]:
    """Everybody known by exactly this name, titles and case apart, or noted under it.

    The entries that stand: a name of an entry that was merged finds whom it was merged into.
    """
    key = names.name_key(printed)[:KEY_LENGTH]
    if not key:
        return Person.objects.none()
    entries = Person.objects.filter(name_key=key).annotate(root=Coalesce("merged_into_id", "id"))
    noted = PersonAlias.objects.filter(name_key=key).annotate(
        root=Coalesce("person__merged_into_id", "person_id")
    )
    roots = entries.values("root").union(noted.values("root"))
    return Person.objects.filter(pk__in=roots).order_by("name", "id")


def organisations_named(printed: str) -> QuerySet[Organisation]:
    """Every institution with exactly this name, short name or noted abbreviation."""
    name = without_delegation(printed)
    if not name:
        return Organisation.objects.none()
    noted = OrganisationAlias.objects.filter(organisation=OuterRef("pk"), name__iexact=name)
    return Organisation.objects.filter(
        Q(name__iexact=name) | Q(short_name__iexact=name) | Exists(noted)
    ).order_by("name", "id")


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


def own_words(typed: str, organisation: Organisation) -> str:
    """What a delegation's line keeps: empty for just the words that its institution gives by itself."""
    printed = delegation_as_printed(typed, organisation)
    return "" if printed == delegation_as_printed("", organisation) else printed


def shares_a_word(printed: str, person: Person) -> bool:
    """Whether a printed name can still be this person's: "A. Karsina" for Andi Karsina can.

    A word of the name may be spelt otherwise ("Djoefri" for Jufri) or differ by a letter. The
    names of all entries of the person count.
    """
    typed = set(f"{names.name_key(printed)} {names.fold_key(printed)}".split())
    entries = Person.objects.entries_of(person)
    noted = PersonAlias.objects.filter(person__in=entries)
    keys = entries.values_list("name_key", "fold_key").union(
        noted.values_list("name_key", "fold_key")
    )
    known = {word for key in keys for word in " ".join(key).split()}
    return bool(typed & known) or any(
        is_a_letter_off(word, other) for word in typed for other in known
    )


def tenure_printed_as(person: Person, office: str, day: datetime.date) -> Tenure | None:
    """The office of that day that the printed words say; None when they say another one.

    One whose title is exactly printed comes before one that it can be short for.
    """
    wanted = " ".join(office.split()).casefold()
    held = offices_on([person], day)[person.pk]
    for tenure in held:
        if wanted in {tenure.printed_title.casefold(), tenure.post.title.casefold()}:
            return tenure
    return next((tenure for tenure in held if agrees(office, tenure.post)), None)


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
    return getattr(Person._meta.get_field(field), "max_length", None) or 0
