"""The only door to who is who: two entries are one person, two people, or that is taken back.

An entry keeps its name, its address, its lines and everything else whatever is judged, so that
undoing a judgement is taking it back and nothing has to be unmixed. What readers see of somebody
is what the standing entry has: its photo, its note and whether there is a page at all. A merge
copies none of that and never opens a page; an editor who wants the other entry's portrait puts it
on the standing one.

Each function is one transaction. Judgements follow one another, whoever they are about: writing the
appearances of a story locks others who stand in it, so two judgements about four people can want
each other's. Then it locks the stories of the entries that will stand for something else, then all
entries concerned, each in one order: a register that is being saved (`hold`) and a merge wait for
each other instead of writing past each other.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..choices import Verdict
from ..models import Article, Attendance, DuplicatePair, IdentityJudgement, Person
from .names import printable

if TYPE_CHECKING:
    from accounts.models import User

# Whoever may add a judgement may take one back.
JUDGE = "articles.add_identityjudgement"
NOTE_LENGTH = IdentityJudgement._meta.get_field("note").max_length or 0


class Refused(Exception):
    """What was asked for may not be; `str()` is a sentence for the desk."""


def merge(entry: Person, into: Person, *, by: User, note: str = "") -> IdentityJudgement:
    """Judge that both entries are one person; the one that stands for `into` stands for both.

    An entry that gave way before acts through the one that stands for it. Whether the person has
    a page is what the entry that stands says; a merge does not make anybody public.

    Args:
        note: why, in the judge's words; cut at NOTE_LENGTH.

    Raises Refused when they are one person already, or when somebody judged that any two of
    their entries are different people: that is undone first.
    """
    with _locked([entry, into], moving=[entry]) as trees:
        loser, winner = trees[entry.pk], trees[into.pk]
        if loser is winner:
            raise Refused(
                _("%(one)s and %(other)s are one person already.")
                % {"one": entry.printed_name, "other": into.printed_name}
            )
        if against := _told_apart(loser.entries, winner.entries):
            raise Refused(
                _("%(sentence)s Undo that first, if it was a mistake.")
                % {"sentence": in_words(against)}
            )
        judgement = _judge(loser.root, winner.root, Verdict.SAME, by, note)
        _settle(loser.entries | winner.entries)
        _forget_pairs(loser.entries)
        return judgement


def tell_apart(one: Person, other: Person, *, by: User, note: str = "") -> IdentityJudgement:
    """Judge that the entries are two people: they cannot be merged, and are not offered again.

    Raises Refused when they are one person by a judgement, or were told apart already.
    """
    with _locked([one, other]) as trees:
        left, right = trees[one.pk], trees[other.pk]
        if left is right:
            raise Refused(
                _("%(one)s and %(other)s are merged. Undo that first, if it was a mistake.")
                % {"one": one.printed_name, "other": other.printed_name}
            )
        if known := _told_apart(left.entries, right.entries):
            raise Refused(in_words(known))
        judgement = _judge(one.pk, other.pk, Verdict.DIFFERENT, by, note)
        _pairs_between(left.entries, right.entries).delete()
        return judgement


def undo(judgement: IdentityJudgement, *, by: User) -> None:
    """Take a judgement back. It stays readable, with who took it back and when.

    Of "the same person": the entry that gave way stands for itself again, and for the entries
    that had given way to it before; of A into B, B into C, undoing the first leaves A alone and
    {B, C}, undoing the second leaves {A, B} and C. Each shows what it always had.

    Raises Refused when it was undone already.
    """
    moving = [judgement.person] if judgement.verdict == Verdict.SAME else []
    with _locked([judgement.person, judgement.other], moving=moving) as trees:
        row = IdentityJudgement.objects.select_related("undone_by").get(pk=judgement.pk)
        if row.undone_at:
            raise Refused(
                _("This was undone already, by %(name)s on %(day)s.")
                % {"name": row.undone_by or "–", "day": _day(row.undone_at)}
            )
        row.undone_at, row.undone_by = timezone.now(), by
        row.save(update_fields=["undone_at", "undone_by"])
        if row.verdict == Verdict.SAME:
            _settle(trees[row.person_id].entries)


def take_in(judgement: IdentityJudgement) -> None:
    """Write a judgement that was made in another installation, with its judge and its time.

    The same one is there once only; that it was undone there since is taken over. Raises Refused
    when it cannot stand beside what was judged here.
    """
    both = [judgement.person, judgement.other]
    with _locked(both, moving=both) as trees:
        known = IdentityJudgement.objects.filter(
            person=judgement.person,
            other=judgement.other,
            verdict=judgement.verdict,
            judged_at=judgement.judged_at,
        ).first()
        left, right = trees[judgement.person_id], trees[judgement.other_id]
        entries = left.entries | right.entries
        if known is not None:
            if judgement.undone_at and not known.undone_at:
                known.undone_at, known.undone_by = judgement.undone_at, judgement.undone_by
                known.save(update_fields=["undone_at", "undone_by"])
                _settle(entries)
            return
        if not judgement.undone_at:
            # Of "same", the entry that gave way stood then: the edges are those of that place.
            known_here = _told_apart(left.entries, right.entries)
            has_way = left.root != judgement.person_id and judgement.verdict == Verdict.SAME
            if left is right or known_here or has_way:
                raise Refused(
                    _("It was judged here already who %(one)s and %(other)s are.")
                    % {"one": judgement.person.printed_name, "other": judgement.other.printed_name}
                )
        judgement.save()
        _settle(entries)
        if not judgement.undone_at and judgement.verdict == Verdict.SAME:
            _forget_pairs(left.entries)


def standing_judgements(person: Person) -> QuerySet[IdentityJudgement]:
    """What holds about any entry of the person, the latest first."""
    entries = Person.objects.entries_of(person)
    return (
        IdentityJudgement.objects.filter(
            Q(person__in=entries) | Q(other__in=entries), undone_at__isnull=True
        )
        .select_related("person", "other", "judged_by")
        .order_by("-judged_at", "-id")
    )


def in_words(judgement: IdentityJudgement) -> str:
    """One sentence: who judged what, and when."""
    sentence = (
        _("%(judge)s judged on %(day)s that %(one)s and %(other)s are one person.")
        if judgement.verdict == Verdict.SAME
        else _("%(judge)s judged on %(day)s that %(one)s and %(other)s are different people.")
    )
    return sentence % {
        "judge": judgement.judged_by or "–",
        "day": _day(judgement.judged_at),
        "one": judgement.person.printed_name,
        "other": judgement.other.printed_name,
    }


def one_by_one() -> None:
    """Wait for whoever judges, or writes the list of likely duplicates, until this transaction ends.

    To be called first in the transaction, before a story or an entry is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('articles.identity'))")


def hold(people: Iterable[int | None]) -> None:
    """Keep these entries, and those that stand for them, from being merged until the transaction ends.

    For whoever writes several lines of a register: line by line the database holds them in the
    order of the lines, and a merge locks them in the order of their keys. Held all at once and in
    that same order, one of the two waits and neither is thrown out.
    """
    keys = sorted({key for key in people if key is not None})
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM articles_person WHERE id = ANY(%(keys)s) OR id IN"
            " (SELECT merged_into_id FROM articles_person WHERE id = ANY(%(keys)s))"
            " ORDER BY id FOR KEY SHARE",
            {"keys": keys},
        )


class _Tree:
    """All entries of one person, and which of them stands."""

    def __init__(self, root: int, entries: Iterable[int]) -> None:
        self.root = root
        self.entries = frozenset(entries)


@contextmanager
def _locked(
    entries: Collection[Person], *, moving: Collection[Person] = ()
) -> Iterator[dict[int, _Tree]]:
    """The trees of these entries, by entry, as they are once nobody else can change them.

    Of the trees of `moving` the stories are locked too, and first, as whoever saves a story does.

    Raises Refused when a tree changed while we waited for its lock: whoever asked saw another one.
    """
    with transaction.atomic():
        one_by_one()
        asked = {entry.pk for entry in entries}
        concerned = _members(asked)
        moved = _members(entry.pk for entry in moving)
        stories = Attendance.objects.filter(Q(person__in=moved) | Q(represents_person__in=moved))
        list(
            Article.objects.filter(pk__in=stories.values("article"))
            .order_by("pk")
            .select_for_update(no_key=True)
            .values_list("pk", flat=True)
        )
        # A whole lock: it waits for registers that name an entry and are not committed yet.
        rows = dict(
            Person.objects.filter(pk__in=concerned)
            .order_by("pk")
            .select_for_update()
            .values_list("pk", "merged_into")
        )
        if _members(asked) != concerned or not asked <= rows.keys():
            raise Refused(_("Somebody else judged about these people just now. Look again."))
        by_root: dict[int, set[int]] = defaultdict(set)
        for pk, merged_into in rows.items():
            by_root[merged_into or pk].add(pk)
        trees = [_Tree(root, members) for root, members in by_root.items()]
        yield {pk: tree for tree in trees for pk in tree.entries}


def _members(entries: Iterable[int]) -> set[int]:
    """These entries and all others of the same people."""
    known = Person.objects.filter(pk__in=entries).values_list("pk", "merged_into")
    roots = {merged_into or pk for pk, merged_into in known}
    return set(
        Person.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots)).values_list(
            "pk", flat=True
        )
    )


def _told_apart(left: Collection[int], right: Collection[int]) -> IdentityJudgement | None:
    """The standing judgement that an entry of one side and one of the other are two people."""
    return (
        IdentityJudgement.objects.filter(
            _between(left, right), verdict=Verdict.DIFFERENT, undone_at__isnull=True
        )
        .select_related("person", "other", "judged_by")
        .first()
    )


def _between(
    left: Collection[int], right: Collection[int], one: str = "person", other: str = "other"
) -> Q:
    return Q(**{f"{one}__in": left, f"{other}__in": right}) | Q(
        **{f"{one}__in": right, f"{other}__in": left}
    )


def _judge(one: int, other: int, verdict: Verdict, by: User, note: str) -> IdentityJudgement:
    words = printable(note)[:NOTE_LENGTH]
    try:
        with transaction.atomic():
            return IdentityJudgement.objects.create(
                person_id=one, other_id=other, verdict=verdict, note=words, judged_by=by
            )
    except IntegrityError:
        # The locks make this impossible; the constraints would hold all the same.
        raise Refused(_("These two were judged already.")) from None


def _settle(entries: Collection[int]) -> None:
    """Write the root of each of these entries, as the standing judgements have it."""
    gave_way = dict(
        IdentityJudgement.objects.filter(
            person__in=entries, verdict=Verdict.SAME, undone_at__isnull=True
        ).values_list("person", "other")
    )
    by_root: dict[int, list[int]] = defaultdict(list)
    for entry in entries:
        root = entry
        while root in gave_way:
            root = gave_way[root]
        by_root[root].append(entry)
    for root, members in sorted(by_root.items()):
        rows = Person.objects.filter(pk__in=members)
        rows.filter(pk=root, merged_into__isnull=False).update(merged_into=None)
        rows.exclude(pk=root).exclude(merged_into=root).update(merged_into=root)


def _pairs_between(left: Collection[int], right: Collection[int]) -> QuerySet[DuplicatePair]:
    return DuplicatePair.objects.filter(_between(left, right, "one", "other"))


def _forget_pairs(entries: Collection[int]) -> None:
    """An entry that gave way is nobody's likely duplicate; the night finds what is left of it."""
    DuplicatePair.objects.filter(Q(one__in=entries) | Q(other__in=entries)).delete()


def _day(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")
