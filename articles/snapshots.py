"""A whole story as JSON-ready values, and a story made to be what such values say."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import F, Model
from django.utils.text import capfirst

from .models import (
    Article,
    ArticlePhoto,
    Attendance,
    Author,
    Byline,
    Organisation,
    Person,
    Photo,
    Place,
    Post,
    RelatedArticle,
    Section,
    Tenure,
)

Snapshot = dict[str, Any]

FIELDS = (
    *("headline", "standfirst", "body", "slug", "kind", "sponsor", "section_id", "place_id"),
    *("event_on", "is_identity_protected", "is_unverified", "is_tragedy"),
)
ATTENDANCE_FIELDS = (
    *("person_id", "organisation_id", "group_label", "group_count", "name_as_printed"),
    *("office_as_printed", "tenure_id", "capacity", "represents_person_id", "represents_post_id"),
    *("represents_organisation_id", "represents_as_printed"),
)
ROWS = ("tags", "bylines", "photos", "attendances", "related")
# When a story is public is moved by the workflow alone: kept in each snapshot, never put back by `apply`.
TIMES = ("publish_at", "not_before", "unpublish_at")
# What was printed with a story's photo and belongs to the library: kept, and no change of the story.
OF_THE_LIBRARY = ("credit", "is_ai_generated")
# What somebody writes, in the order in which the form shows it.
CONTENTS = (*FIELDS, *ROWS)

# Rows that others refer to may be gone since: what is then left out, and what is only emptied.
_NEEDED = {"section_id": Section}
_OPTIONAL = {"place_id": Place}
_LINE_OPTIONAL: dict[str, type[Model]] = {
    "tenure_id": Tenure,
    "represents_person_id": Person,
    "represents_post_id": Post,
    "represents_organisation_id": Organisation,
}


def snapshot(article: Article) -> Snapshot:
    """Everything a reader sees of a story, read afresh from the database.

    Keys: CONTENTS and TIMES. The times of a working copy are those of the story that it changes.
    """
    row = Article.objects.select_related("changes_to").get(pk=article.pk)
    contents: Snapshot = {field: getattr(row, field) for field in FIELDS}
    contents["event_on"] = row.event_on and row.event_on.isoformat()
    contents["tags"] = sorted(row.tags.values_list("name", flat=True))
    contents["bylines"] = list(row.bylines.values("author_id", "role"))
    contents["photos"] = list(
        row.article_photos.values(
            *("photo_id", "caption", "alt_text"),
            credit=F("photo__credit"),
            is_ai_generated=F("photo__is_ai_generated"),
        )
    )
    contents["attendances"] = list(row.attendances.values(*ATTENDANCE_FIELDS))
    contents["related"] = list(row.related_links.values_list("related_id", flat=True))
    for field in TIMES:
        moment = getattr(row.story, field)
        contents[field] = moment and moment.astimezone(datetime.UTC).isoformat()
    return contents


def differing(before: Snapshot | None, after: Snapshot) -> list[str]:
    """The keys whose values differ, in the order of the form; all of them when nothing was before.

    A key that an older snapshot did not know yet is no change.
    """
    if before is None:
        return [key for key in (*CONTENTS, *TIMES) if after.get(key)]
    return [
        key
        for key in (*CONTENTS, *TIMES)
        if key in before and comparable(key, before[key]) != comparable(key, after.get(key))
    ]


def comparable(key: str, value: Any) -> Any:
    """What of a snapshot's value is the story's own: of its photos not what the library says of them."""
    if key != "photos" or not value:
        return value
    return [{k: v for k, v in row.items() if k not in OF_THE_LIBRARY} for row in value]


def as_printed(article: Article, contents: Snapshot) -> None:
    """Give the photos of a story that was read for a page the credits of then; nothing is written."""
    known = {row["photo_id"]: row for row in contents.get("photos") or []}
    for line in article.article_photos.all():
        then = known.get(line.photo_id, {})
        for field in (f for f in OF_THE_LIBRARY if f in then):
            setattr(line.photo, field, then[field])


def apply(article: Article, contents: Snapshot, keys: tuple[str, ...] = CONTENTS) -> list[str]:
    """Make `article` what `contents` says of `keys`, and save it; its state stays as it is.

    Rows that are the same stay the same rows. To be called on a locked story, with a revision recorded
    after it. Returns what could not be put back because it is gone from the newsroom since, by the names
    that forms use ("Section"). Raises IntegrityError where the contents would break a rule of the table.
    """
    lost: list[str] = []
    for field in (f for f in FIELDS if f in keys and f in contents):
        value = contents[field]
        if field == "event_on" and value:
            value = datetime.date.fromisoformat(value)
        known = (_NEEDED | _OPTIONAL).get(field)
        if known and value and not known._default_manager.filter(pk=value).exists():
            lost.append(str(capfirst(known._meta.verbose_name)))
            if field in _NEEDED:
                continue
            value = None
        setattr(article, field, value)
    article.save(update_fields=[*FIELDS, "saved_at"])
    if "tags" in keys:
        article.tags.set(contents.get("tags", []))
    for key in (k for k in ROWS[1:] if k in keys and k in contents):
        lost += _APPLY[key](article, contents[key])
    return list(dict.fromkeys(lost))


def _apply_rows(
    article: Article,
    model: type[Model],
    wanted: list[dict[str, Any]],
    fields: tuple[str, ...],
    needed: dict[str, type[Model]],
) -> list[str]:
    """The story's rows of `model` in the order of `wanted`, each with `fields` as they stand there."""
    lost: list[str] = []
    for field, target in needed.items():
        asked = {row[field] for row in wanted if row.get(field)}
        there = set(target._default_manager.filter(pk__in=asked).values_list("pk", flat=True))
        if asked - there:
            lost.append(str(capfirst(target._meta.verbose_name)))
        wanted = [row for row in wanted if not row.get(field) or row[field] in there]
    manager = model._default_manager.filter(article=article)
    free: dict[tuple[Any, ...], list[Any]] = {}
    for row in manager.order_by("position", "pk"):
        free.setdefault(tuple(getattr(row, field) for field in fields), []).append(row)
    kept, new = [], []
    for position, values in enumerate(wanted):
        same = free.get(tuple(values.get(field) for field in fields))
        if same:
            row = same.pop(0)
            row.position = position
            kept.append(row)
        else:
            known = {field: values[field] for field in fields if field in values}
            new.append(model(article=article, position=position, **known))
    # Before the new ones: a subject that stands there twice would meet its constraint.
    manager.exclude(pk__in=[row.pk for row in kept]).delete()
    model._default_manager.bulk_update(kept, ["position"])
    model._default_manager.bulk_create(new)
    return lost


def _apply_attendances(article: Article, wanted: list[dict[str, Any]]) -> list[str]:
    lines = [dict(line) for line in wanted]
    for field, model in _LINE_OPTIONAL.items():
        asked = {line[field] for line in lines if line.get(field)}
        there = set(model._default_manager.filter(pk__in=asked).values_list("pk", flat=True))
        for line in lines:
            if line.get(field) and line[field] not in there:
                line[field] = None
    subjects: dict[str, type[Model]] = {"person_id": Person, "organisation_id": Organisation}
    return _apply_rows(article, Attendance, lines, ATTENDANCE_FIELDS, subjects)


def _apply_photos(article: Article, wanted: list[dict[str, Any]]) -> list[str]:
    """Where a photo was replaced since, everywhere, an older version of a story has the new one too."""
    asked = [row["photo_id"] for row in wanted]
    replaced = dict(
        Photo.objects.filter(pk__in=asked, replaced_by__isnull=False).values_list(
            "pk", "replaced_by_id"
        )
    )
    rows = {
        standing: row | {"photo_id": standing}
        for row in wanted
        if (standing := replaced.get(row["photo_id"], row["photo_id"]))
    }
    fields = ("photo_id", "caption", "alt_text")
    return _apply_rows(article, ArticlePhoto, [*rows.values()], fields, {"photo_id": Photo})


def _apply_related(article: Article, wanted: list[int]) -> list[str]:
    rows: list[dict[str, Any]] = [{"related_id": key} for key in wanted if key != article.pk]
    return _apply_rows(article, RelatedArticle, rows, ("related_id",), {"related_id": Article})


_APPLY: dict[str, Callable[[Article, Any], list[str]]] = {
    "bylines": lambda article, rows: _apply_rows(
        article, Byline, rows, ("author_id", "role"), {"author_id": Author}
    ),
    "photos": _apply_photos,
    "attendances": _apply_attendances,
    "related": _apply_related,
}
