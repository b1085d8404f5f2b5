"""The rows of stories: text, register, names, labels, the first revision, views and corrections."""

from __future__ import annotations

import datetime
import json
import random
from typing import Any

from . import words
from .copying import Rows, line
from .plan import ATTENDEES, BYLINES, TAGS_OF_STORY, VIEWED_HOURS, Plan, skewed

WORDS_OF_STORY = 400
SENTENCES_OF_PARAGRAPH = 3
HOUR = datetime.timedelta(hours=1)

# What is written of each table, in this order.
COLUMNS = {
    "articles_article": (
        "id headline standfirst body slug kind sponsor section_id place_id event_on status publish_at "
        "published_on updated_at desk_note is_identity_protected is_unverified is_tragedy not_before "
        "unpublish_at changes_to_id withdrawal_ground withdrawal_notice withdrawal_requested_at "
        "withdrawal_requested_by_id withdrawn_at withdrawn_by_id version created_at created_by_id saved_at"
    ),
    "articles_attendance": (
        "id article_id position person_id group_label name_as_printed office_as_printed tenure_id "
        "capacity represents_as_printed"
    ),
    "articles_taggedarticle": "id content_object_id tag_id listed_at",
    "articles_byline": "id article_id author_id role position listed_at",
    "articles_revision": (
        "id article_id number snapshot status note changed created_at created_by_id"
    ),
    "articles_relatedarticle": "id article_id related_id position",
    "articles_correction": "id article_id kind text created_at created_by_id",
    "articles_articleviews": "id article_id hour views",
}
# Every so many stories, at which remainder: what is not an ordinary published news story.
_STATES = {10: "draft", 60: "in_review", 110: "returned", 160: "approved"}
_CAPACITIES = ("attended", "quoted", "attended", "mentioned", "attended", "organiser")


def rare(plan: Plan) -> frozenset[int]:
    """The ages of the stories that have the rare word; among them the newest and none unpublished."""
    step = max(plan.articles // words.RARE_STORIES, 1)
    return frozenset(
        next(age for age in range(number * step, plan.articles) if status(age) == "published")
        for number in range(min(words.RARE_STORIES, plan.articles // 3))
    )


def status(age: int) -> str:
    """The state of the story of that age: one of fifty is not out, one of a thousand withdrawn."""
    return _STATES.get(age % 200, "withdrawn" if age % 1000 == 500 else "published")


def add_story(plan: Plan, age: int, has_rare_word: bool, rows: Rows) -> None:
    """Add every row of one story but its comments to `rows`."""
    chance = random.Random(age)
    index, pk, came_out = plan.index(age), plan.article(age), plan.moment(age)
    state = status(age)
    is_out = state in {"published", "withdrawn"}
    number = {table: plan.first[table] for table in COLUMNS}
    lines = _register(plan, chance)
    body_words = words.text(chance, WORDS_OF_STORY)
    if has_rare_word:
        body_words[len(body_words) // 2] = words.RARE_WORD
    headline = words.headline(chance)
    tags = _distinct(chance, len(plan.tags), TAGS_OF_STORY)
    kind = "paid" if age % 100 == 55 else "feature" if age % 20 == 7 else "news"
    authors = _distinct(chance, len(plan.authors), BYLINES)
    creator = plan.staff[age % len(plan.staff)]
    related = plan.article(age + 1) if age % 5 == 1 and age + 1 < plan.articles else None
    contents: dict[str, Any] = {
        "headline": headline,
        "standfirst": words.sentences(chance, words.text(chance, 16))[0],
        "body": _body(chance, body_words, lines[0]["name_as_printed"]),
        "slug": f"{headline.lower().replace(' ', '-')[:100]}-{pk}",
        "kind": kind,
        "sponsor": "Toko Makmur" if kind == "paid" else "",
        "section_id": plan.sections[skewed(chance, len(plan.sections))],
        "place_id": plan.places[skewed(chance, len(plan.places))] if age % 10 else None,
        "event_on": None,
        "is_identity_protected": age % 100 == 33,
        "is_unverified": age % 200 == 77,
        "is_tragedy": age % 50 == 3,
        "tags": sorted(plan.tags[place][1] for place in tags),
        "bylines": [
            {"author_id": plan.authors[place], "role": role}
            for place, role in zip(authors, ("reporter", "editor"), strict=True)
        ],
        "photos": [],
        "attendances": lines,
        "related": [related] if related else [],
        "publish_at": came_out.astimezone(datetime.UTC).isoformat() if is_out else None,
        "not_before": None,
        "unpublish_at": None,
    }
    updated_at = came_out + 2 * HOUR if age % 20 == 4 and state == "published" else None
    is_withdrawn = state == "withdrawn"
    notice = "Berita ini dicabut atas permintaan Dewan Pers." if is_withdrawn else ""
    row = {
        **{
            field: contents[field]
            for field in COLUMNS["articles_article"].split()
            if field in contents
        },
        "id": pk,
        "status": state,
        "publish_at": came_out if is_out else None,
        "published_on": came_out.astimezone(plan.zone).date() if is_out else None,
        "updated_at": updated_at,
        "desk_note": "",
        "changes_to_id": None,
        "withdrawal_ground": "press_council" if is_withdrawn else "",
        "withdrawal_notice": notice,
        "withdrawal_requested_at": came_out + HOUR if is_withdrawn else None,
        "withdrawal_requested_by_id": plan.staff[0] if is_withdrawn else None,
        "withdrawn_at": came_out + 2 * HOUR if is_withdrawn else None,
        "withdrawn_by_id": plan.staff[1] if is_withdrawn else None,
        "version": 1,
        "created_at": came_out - 2 * HOUR,
        "created_by_id": creator,
        "saved_at": updated_at or came_out,
    }
    rows["articles_article"].append(
        line(row[column] for column in COLUMNS["articles_article"].split())
    )
    for place, attendance in enumerate(lines):
        rows["articles_attendance"].append(
            line(
                [
                    *(number["articles_attendance"] + index * ATTENDEES + place, pk, place),
                    *(attendance["person_id"], "", attendance["name_as_printed"]),
                    *(attendance["office_as_printed"], attendance["tenure_id"]),
                    *(attendance["capacity"], ""),
                ]
            )
        )
    # As the triggers keep it, which do not see what is copied.
    listed_at = came_out if state == "published" else None
    rows["articles_taggedarticle"].extend(
        line(
            [
                number["articles_taggedarticle"] + index * TAGS_OF_STORY + place,
                pk,
                plan.tags[tag][0],
                None if row["is_identity_protected"] else listed_at,
            ]
        )
        for place, tag in enumerate(tags)
    )
    rows["articles_byline"].extend(
        line(
            [
                *(number["articles_byline"] + index * BYLINES + place, pk),
                *(byline["author_id"], byline["role"], place, listed_at),
            ]
        )
        for place, byline in enumerate(contents["bylines"])
    )
    changed = [key for key, value in contents.items() if value]
    snapshot = json.dumps(contents, ensure_ascii=False)
    rows["articles_revision"].append(
        line(
            [
                *(number["articles_revision"] + index, pk, 1, snapshot, state, "", changed),
                *(came_out, creator),
            ]
        )
    )
    if related:
        rows["articles_relatedarticle"].append(
            line([number["articles_relatedarticle"] + index, pk, related, 0])
        )
    if is_withdrawn or (age % 200 == 44 and is_out):
        kind_of_note = "withdrawal" if is_withdrawn else "correction"
        rows["articles_correction"].append(
            line(
                [
                    *(number["articles_correction"] + index, pk, kind_of_note),
                    *(notice or "Nama dusun yang benar tertulis sekarang.", came_out + 2 * HOUR),
                    creator,
                ]
            )
        )
    if state == "published":
        first_hour = came_out.replace(minute=0, second=0)
        rows["articles_articleviews"].extend(
            line(
                [
                    *(number["articles_articleviews"] + index * VIEWED_HOURS + place, pk),
                    *(first_hour + place * HOUR, 1 + skewed(chance, 400) // (place + 1)),
                ]
            )
            for place in range(VIEWED_HOURS)
        )


def _register(plan: Plan, chance: random.Random) -> list[dict[str, Any]]:
    """Six different people, those of the first numbers far more often."""
    people = [plan.people[place] for place in _distinct(chance, len(plan.people), ATTENDEES)]
    return [
        {
            "person_id": person.person,
            "organisation_id": None,
            "group_label": "",
            "group_count": None,
            "name_as_printed": person.printed,
            "office_as_printed": person.office,
            "tenure_id": person.tenure,
            "capacity": chance.choice(_CAPACITIES),
            "represents_person_id": None,
            "represents_post_id": None,
            "represents_organisation_id": None,
            "represents_as_printed": "",
        }
        for person in people
    ]


def _body(chance: random.Random, body_words: list[str], name: str) -> str:
    found = words.sentences(chance, body_words)
    found[1] = f"{found[1][:-1]}, kata {name}."
    return "".join(
        f"<p>{' '.join(found[start : start + SENTENCES_OF_PARAGRAPH])}</p>"
        for start in range(0, len(found), SENTENCES_OF_PARAGRAPH)
    )


def _distinct(chance: random.Random, count: int, wanted: int) -> list[int]:
    found: dict[int, None] = {}
    while len(found) < wanted:
        found[skewed(chance, count)] = None
    return list(found)
