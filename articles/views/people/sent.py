"""Who came and who was sent: how often the holders of an institution's offices are represented."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from ...models import Appearance, Attendance, Organisation, Person, Post, Tenure
from ...people import offices
from .company import IN_PERSON

# Of those who came instead, for each office.
MOST_NAMED = 3


@dataclass(frozen=True)
class Substitute:
    """Those who came instead: the office as printed, "" where none was printed, and how often."""

    office: str
    count: int


@dataclass(frozen=True)
class Presence:
    """An office in the stories counted: its holders came themselves, or others came for them.

    `more` kinds of those who came instead are not in `by`.
    """

    post: Post
    came: int
    represented: int
    by: Sequence[Substitute]
    more: int


@dataclass(frozen=True)
class Sent:
    """The figures of one institution, and over how many stories of which time they are.

    `delegations`: stories with people of the institution who are not named. `for_all`: stories
    where somebody stood in for the institution as such.
    """

    offices: Sequence[Presence]
    delegations: int
    for_all: int
    stories: int
    first: datetime.datetime
    last: datetime.datetime

    def __bool__(self) -> bool:
        return bool(self.offices or self.delegations or self.for_all)


def sent_by(
    organisation: Organisation, posts: Sequence[Post], appearances: Sequence[Appearance]
) -> Sent | None:
    """Count over the institution's latest `appearances`, newest first; two queries.

    `posts` are the institution's, with their tenures and whom these are. Who stands in for somebody
    by name stands in for the offices that this one held there that day.

    None where there is nothing to count. It is stories that are counted, not lines: two who came
    for one official at one event are one representation. People are not named.
    """
    if not appearances:
        return None
    stories = [row.article_id for row in appearances]
    post_of = {tenure.pk: post.pk for post in posts for tenure in post.tenures.all()}
    came: dict[int, set[int]] = defaultdict(set)
    # By the keys of the tenures: a join would begin with all that these ever attended.
    themselves = Attendance.objects.filter(
        article__in=stories, tenure__in=list(post_of), capacity__in=IN_PERSON
    )
    for story, key in themselves.order_by().values_list("article", "tenure"):
        came[post_of[key]].add(story)
    instead: dict[int, set[int]] = defaultdict(set)
    by: dict[int, Counter[str]] = defaultdict(Counter)
    delegations, for_all = set(), set()
    held: dict[int, list[Tenure]] = defaultdict(list)
    for post in posts:
        for tenure in post.tenures.all():
            held[offices.root_of(tenure.person)].append(tenure)
    # By keys and subqueries: where a joined row is asked in an OR, every post and person there is would be read.
    merged = Person.objects.filter(merged_into__in=held).values("pk")
    whom = Person.objects.filter(pk=OuterRef("represents_person")).values("merged_into")
    rows = Attendance.objects.filter(
        Q(organisation=organisation)
        | Q(represents_organisation=organisation)
        | Q(represents_post__in=[post.pk for post in posts])
        | Q(represents_person__in=list(held))
        | Q(represents_person__in=merged),
        article__in=stories,
    ).values_list(
        *("article", "organisation", "represents_organisation", "represents_post"),
        Coalesce(Subquery(whom), "represents_person", output_field=BigIntegerField()),
        Coalesce("article__event_on", "article__published_on"),
        "office_as_printed",
    )
    for story, sender, for_whom, for_post, for_person, day, office in rows:
        of_person = {t.post_id for t in held.get(for_person, ()) if offices.is_held_on(t, day)}
        for key in {for_post} if for_post else of_person:
            instead[key].add(story)
            by[key][office] += 1
        if sender == organisation.pk:
            delegations.add(story)
        if for_whom == organisation.pk:
            for_all.add(story)
    presences = [
        Presence(
            post,
            len(came.get(post.pk, ())),
            len(instead[post.pk]),
            [Substitute(*pair) for pair in by[post.pk].most_common(MOST_NAMED)],
            max(len(by[post.pk]) - MOST_NAMED, 0),
        )
        for post in posts
        if post.pk in came or post.pk in instead
    ]
    found = Sent(
        presences,
        len(delegations),
        len(for_all),
        len(stories),
        appearances[-1].at,
        appearances[0].at,
    )
    return found or None
