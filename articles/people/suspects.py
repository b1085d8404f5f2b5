"""The list of likely duplicates: found at night, read by the desk.

By night and not when somebody is entered: the register offers near names while a reporter types,
and what got past that is often seen only beside an office or a story entered later. A night's run
reads everybody once and costs seconds; the desk reads an index.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..choices import Verdict
from ..models import DuplicatePair, IdentityJudgement, Person, PersonAlias, Tenure
from . import identity
from .duplicates import AGAINST, Candidate, Entry, Reason, likely_pairs
from .spans import were_together

# A longer list is worked off from its top and found again; nobody reads two thousand pairs.
KEPT = 2_000
LATER = datetime.timedelta(days=14)
# Stories in which both stand are counted no further.
TOGETHER_COUNTED = 20
_CHUNK = 500

Pair = tuple[int, int]


def find() -> int:
    """Compare everybody and write the list anew; return how many pairs are in it.

    Pairs that were told apart are left out, whichever entries of the two people were judged. What
    was put off stays put off.
    """
    roots = dict(Person.objects.values_list("pk", "merged_into"))
    apart = _told_apart(roots)
    found = likely_pairs(list(_entries(roots)), at_most=2 * KEPT)
    pairs = [pair for pair in found if (pair.one, pair.other) not in apart]
    del found
    rows = sorted(_with_evidence(pairs), key=lambda row: (-row.is_strong, -row.score))[:KEPT]
    with transaction.atomic():
        # Judged while we compared, it must not come back: the judge waits, or we see the verdict.
        # Not the table is locked: a judge holds the people, whom the new rows refer to, before it.
        identity.one_by_one()
        later = {
            (row.one_id, row.other_id): row.later_until
            for row in DuplicatePair.objects.filter(later_until__isnull=False)
        }
        roots = dict(Person.objects.values_list("pk", "merged_into"))
        apart = _told_apart(roots)
        rows = [
            row
            for row in rows
            if (row.one_id, row.other_id) not in apart
            and not any(roots.get(pk, pk) for pk in (row.one_id, row.other_id))
        ]
        for row in rows:
            row.later_until = later.get((row.one_id, row.other_id))
        DuplicatePair.objects.all().delete()
        DuplicatePair.objects.bulk_create(rows, batch_size=_CHUNK)
    return len(rows)


def open_pairs(day: datetime.date) -> QuerySet[DuplicatePair]:
    """What is to be judged on that day, the likeliest first."""
    return DuplicatePair.objects.filter(
        Q(later_until__isnull=True) | Q(later_until__lte=day),
        one__merged_into__isnull=True,
        other__merged_into__isnull=True,
    )


def put_off(pair: DuplicatePair, day: datetime.date) -> None:
    """Take a pair off the list for LATER, for everybody; also when the list was written anew since."""
    with transaction.atomic():
        identity.one_by_one()
        pairs = DuplicatePair.objects.filter(one=pair.one_id, other=pair.other_id)
        pairs.update(later_until=day + LATER)


def reasons_in_words(pair: DuplicatePair) -> list[tuple[str, bool]]:
    """Why the two are listed: sentences, each with whether it speaks against their being one."""
    return [_in_words(*reason) for reason in pair.reasons]


def _in_words(reason: str, number: int = 0) -> tuple[str, bool]:
    if reason == Reason.TOGETHER:
        words = ngettext(
            "Both stand in %(count)s story: probably two people, unless one was entered twice there",
            "Both stand in %(count)s stories: probably two people, unless one was entered twice there",
            number,
        )
        counted = f"{number}+" if number >= TOGETHER_COUNTED else str(number)
        return words % {"count": counted}, True
    return _sentences().get(reason, reason), reason in AGAINST


def _sentences() -> Mapping[str, str]:
    return {
        Reason.SAME_NAME: _("Same name, titles apart"),
        Reason.SPELLING: _("Same name in another spelling"),
        Reason.ORDER: _("Same words in another order"),
        Reason.INITIALS: _("An initial fits a word of the other name"),
        Reason.MORE_WORDS: _("One name has more words"),
        Reason.ONE_LETTER: _("One letter differs"),
        Reason.SINGLE_NAME: _("The same single name"),
        Reason.NOTED_NAME: _("By another name noted for one of them"),
        Reason.SAME_OFFICE_THEN: _("Same office at the same time"),
        Reason.SAME_OFFICE: _("Same office, at different times"),
        Reason.SAME_ORGANISATION: _("Same institution"),
        Reason.MAN_AND_WOMAN: _("H. and Hj.: a man and a woman"),
    }


def _entries(roots: Mapping[int, int | None]) -> Iterator[Entry]:
    """Everybody who stands, with the names and institutions of all their entries."""
    own: dict[int, str] = {}
    more: dict[int, list[str]] = defaultdict(list)
    sex: dict[int, str] = {}
    people = Person.objects.values_list("pk", "merged_into", "name", "religious_prefix")
    for pk, merged_into, name, prefix in people.iterator(chunk_size=2000):
        if merged_into is None:
            own[pk] = name
        else:
            more[merged_into].append(name)
        if found := _sex(prefix):
            sex.setdefault(merged_into or pk, found)
    for pk, name in PersonAlias.objects.values_list("person", "name").iterator(chunk_size=2000):
        more[roots.get(pk) or pk].append(name)
    institutions: dict[int, set[int]] = defaultdict(set)
    for pk, organisation in Tenure.objects.values_list("person", "post__organisation"):
        institutions[roots.get(pk) or pk].add(organisation)
    for pk, name in own.items():
        names = tuple(dict.fromkeys([name, *more.pop(pk, ())]))
        yield Entry(pk, names, frozenset(institutions.pop(pk, ())), sex.get(pk, ""))


def _sex(prefix: str) -> str:
    """What a pilgrim's title says: "Hj." is a woman's, "H." and "K.H." are men's."""
    words = {word.rstrip(".").lower().replace(".", "") for word in prefix.split()}
    if "hj" in words:
        return "f"
    return "m" if words & {"h", "kh"} else ""


def _told_apart(roots: Mapping[int, int | None]) -> set[Pair]:
    """Pairs of people that somebody judged to be two, by the entries that stand."""
    standing = IdentityJudgement.objects.filter(
        verdict=Verdict.DIFFERENT, undone_at__isnull=True
    ).values_list("person", "other")
    apart = set()
    for one, other in standing:
        low, high = sorted((roots.get(one) or one, roots.get(other) or other))
        apart.add((low, high))
    return apart


def _with_evidence(candidates: Sequence[Candidate]) -> Iterator[DuplicatePair]:
    """The pairs weighed with offices and stories; so many at a time that memory stays small."""
    today = timezone.localdate()
    for start in range(0, len(candidates), _CHUNK):
        chunk = candidates[start : start + _CHUNK]
        held = _tenures({pk for pair in chunk for pk in (pair.one, pair.other)})
        together = _stories_together([(pair.one, pair.other) for pair in chunk])
        for pair in chunk:
            more = list(_offices(held[pair.one], held[pair.other], today))
            number = together.get((pair.one, pair.other), 0)
            if number:
                more.append(Reason.TOGETHER)
            found = pair.with_more(more)
            if found is not None:
                yield DuplicatePair(
                    one_id=pair.one,
                    other_id=pair.other,
                    is_strong=found.is_strong,
                    score=found.score,
                    reasons=[
                        [reason, number] if reason == Reason.TOGETHER else [reason]
                        for reason in found.reasons
                    ],
                )


def _tenures(people: Collection[int]) -> Mapping[int, list[Tenure]]:
    """The offices of these people, with those of the entries merged into them."""
    rows = Tenure.objects.filter(
        Q(person__in=people) | Q(person__merged_into__in=people)
    ).select_related("post", "person")
    found: dict[int, list[Tenure]] = defaultdict(list)
    for row in rows:
        found[row.person.merged_into_id or row.person_id].append(row)
    return found


def _offices(
    one: Sequence[Tenure], other: Sequence[Tenure], today: datetime.date
) -> Iterator[Reason]:
    """The strongest of: the same office at the same time, the same office, the same institution."""
    posts = {row.post_id for row in one} & {row.post_id for row in other}
    for post in posts:
        mine, theirs = ([row for row in rows if row.post_id == post] for rows in (one, other))
        if were_together(mine, theirs, today):
            yield Reason.SAME_OFFICE_THEN
            return
    if posts:
        yield Reason.SAME_OFFICE
    elif {row.post.organisation_id for row in one} & {row.post.organisation_id for row in other}:
        yield Reason.SAME_ORGANISATION


_TOGETHER = """
    SELECT pair.one, pair.other, stories.number
    FROM unnest(%s::bigint[], %s::bigint[]) AS pair (one, other)
    CROSS JOIN LATERAL (SELECT count(*) AS number FROM (
        SELECT 1 FROM articles_appearance a
        JOIN articles_appearance b ON b.article_id = a.article_id AND b.person_id = pair.other
        WHERE a.person_id = pair.one LIMIT %s) AS found) AS stories
    WHERE stories.number > 0
"""


def _stories_together(pairs: Sequence[Pair]) -> Mapping[Pair, int]:
    """In how many public stories both stand, counted up to TOGETHER_COUNTED."""
    with connection.cursor() as cursor:
        sides = [[pair[side] for pair in pairs] for side in (0, 1)]
        cursor.execute(_TOGETHER, [*sides, TOGETHER_COUNTED])
        return {(one, other): number for one, other, number in cursor.fetchall()}
