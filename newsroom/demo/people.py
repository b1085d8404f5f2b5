"""The demo's people, institutions and offices, and the registers of its stories."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from articles.models import (
    Article,
    Attendance,
    Organisation,
    OrganisationAlias,
    Person,
    PersonAlias,
    Place,
    Post,
    Tenure,
)
from articles.slugs import slug_of, unused_slug

from . import files

NAME_PARTS = ("religious_prefix", "academic_prefix", "rank", "name", "degrees", "note")


@dataclass(frozen=True)
class People:
    """Who there is, by the keys of people.toml."""

    persons: dict[str, Person]
    organisations: dict[str, Organisation]
    posts: dict[str, Post]

    def add_register(self, article: Article, rows: list[dict[str, Any]]) -> None:
        """Write a story's register; names and offices not given are those of the event's day."""
        for position, row in enumerate(rows):
            person = self.persons[row["person"]] if "person" in row else None
            printed = row.get("office_as_printed", "")
            tenure = self._tenure(person, article.event_on, printed) if person else None
            Attendance.objects.create(
                article=article,
                position=position,
                person=person,
                organisation=self.organisations[row["organisation"]]
                if "organisation" in row
                else None,
                group_label=row.get("group", ""),
                group_count=row.get("count"),
                name_as_printed=row.get("name_as_printed")
                or (person.printed_name if person else ""),
                office_as_printed=row.get("office_as_printed")
                or (tenure.printed_title if tenure else ""),
                tenure=tenure,
                capacity=row.get("capacity", "attended"),
                represents_as_printed=row.get("represents_as_printed", ""),
                **self._represented(row.get("represents", "")),
            )

    def _represented(self, reference: str) -> dict[str, Person | Post | Organisation]:
        kind, _colon, key = reference.partition(":")
        if not key:
            return {}
        known: dict[str, dict[str, Any]] = {
            "person": {**self.persons},
            "post": {**self.posts},
            "organisation": {**self.organisations},
        }
        return {f"represents_{kind}": known[kind][key]}

    @staticmethod
    def _tenure(person: Person, day: datetime.date | None, printed: str) -> Tenure | None:
        """The office held on `day` that the register prints; else the highest one held then."""
        if day is None:
            return None
        held = Q(started_on__isnull=True) | Q(started_on__lte=day)
        held &= Q(ended_on__isnull=True) | Q(ended_on__gte=day)
        tenures = list(
            person.tenures.filter(held).select_related("post").order_by("post__protocol_rank", "pk")
        )
        as_printed = (tenure for tenure in tenures if tenure.post.title in printed)
        return next(as_printed, None) or (tenures[0] if tenures and not printed else None)


def load_people(places: dict[str, Place]) -> People:
    """Make everybody and everything of people.toml."""
    persons = {row["key"]: _person(row) for row in files.rows("people.toml", "people")}
    organisations: dict[str, Organisation] = {}
    for row in files.rows("people.toml", "organisations"):
        organisations[row["key"]] = _organisation(row, organisations, places)
    posts = {
        row["key"]: Post.objects.create(
            title=row["title"],
            organisation=organisations[row["organisation"]],
            place=places.get(row.get("place", "")),
            seats=row.get("seats", 1),
            protocol_rank=row.get("protocol_rank", 500),
        )
        for row in files.rows("people.toml", "posts")
    }
    for row in files.rows("people.toml", "tenures"):
        Tenure.objects.create(
            person=persons[row["person"]],
            post=posts[row["post"]],
            kind=row.get("kind", "definitive"),
            started_on=row.get("started_on"),
            start_precision=row.get("start_precision", "day"),
            ended_on=row.get("ended_on"),
            end_precision=row.get("end_precision", "day"),
        )
    return People(persons, organisations, posts)


def _person(row: dict[str, Any]) -> Person:
    person = Person.objects.create(
        **{part: row.get(part, "") for part in NAME_PARTS},
        slug=unused_slug(Person.objects.all(), row["name"], "tokoh"),
        is_public=row.get("is_public", True),
    )
    for alias in row.get("aliases", []):
        PersonAlias.objects.create(person=person, name=alias)
    return person


def _organisation(
    row: dict[str, Any], known: dict[str, Organisation], places: dict[str, Place]
) -> Organisation:
    organisation = Organisation.objects.create(
        name=row["name"],
        short_name=row.get("short_name", ""),
        slug=slug_of(row["key"], "lembaga"),
        parent=known.get(row.get("parent", "")),
        place=places.get(row.get("place", "")),
    )
    for alias in row.get("aliases", []):
        OrganisationAlias.objects.create(organisation=organisation, name=alias)
    return organisation
