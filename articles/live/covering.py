"""The only door to live coverage: it begins and ends; entries are added, changed, pinned and withdrawn.

Each function locks the coverage, so its numbers and positions have no gaps and no two are the same; writes what it
did into `LiveRecord` in the same transaction; and raises `Refused`, with a sentence for the person, for what may not
be. What is kept of the pages that show it ends with the commit, by triggers. Where a function locks the story too,
the story comes first.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ..choices import LiveAct, Status
from ..models import Article, Coverage, LiveEntry, LiveRecord, Photo
from ..models.live import MOST_PINNED
from ..picturing import with_other_picture
from ..sanitise import clean_body
from .saying import LONGEST_WORD, Changed, Refused, Words, contents, require_unnamed, say

if TYPE_CHECKING:
    from accounts.models import User

MAY_WRITE = "articles.write_live"
MAY_LEAD = "articles.lead_live"


def why_not_write(article: Article, user: User) -> str | None:
    """Why this person cannot add entries to a story's coverage now, as a sentence; None when they can."""
    if not user.has_perm(MAY_WRITE):
        return _("Your role does not allow this.")
    if article.live == "":
        return _("There is no live coverage of this story.")
    if article.live == "ended":
        return _("The live coverage has ended.")
    return _why_not_of(article)


def why_not_change(entry: LiveEntry, user: User) -> str | None:
    """Why this person cannot change that entry, as a sentence; None when they can.

    Reporters change their own while the coverage runs; whoever leads it changes all, also after its end.
    """
    if entry.is_withdrawn:
        return _("The entry has been withdrawn.")
    if user.has_perm(MAY_LEAD):
        return None
    if not user.has_perm(MAY_WRITE):
        return _("Your role does not allow this.")
    if entry.entered_by_id != user.pk:
        return _("This is a colleague's entry.")
    if not entry.coverage.is_running:
        return _("The live coverage has ended: an editor changes the entry.")
    return None


def begin(article: Article, *, by: User) -> Coverage:
    """Begin live coverage of a story, or take up again what has ended. A story that is not out may have it too."""
    _require_lead(by)
    if article.is_working_copy:
        article = article.story
    with transaction.atomic():
        article = Article.objects.lock(article)
        if reason := _why_not_of(article):
            raise Refused(reason)
        coverage = Coverage.objects.select_for_update().filter(pk=article.pk).first()
        if coverage is None:
            coverage = Coverage.objects.create(
                article=article, begun_at=timezone.now(), begun_by=by
            )
            _record(coverage, LiveAct.BEGUN, by)
            return coverage
        if coverage.is_running:
            raise Refused(_("The live coverage is running already."))
        coverage.ended_at = coverage.ended_by = None
        _save_moved(coverage, "ended_at", "ended_by")
        _record(coverage, LiveAct.REOPENED, by)
    return coverage


def end(article: Article, *, by: User) -> Coverage:
    """End it: the page says so, open pages stop asking, and nobody adds to it."""
    _require_lead(by)
    with transaction.atomic():
        Article.objects.lock(article)
        coverage = _locked(article.pk)
        if not coverage.is_running:
            raise Refused(_("The live coverage has ended."))
        coverage.ended_at, coverage.ended_by = timezone.now(), by
        _save_moved(coverage, "ended_at", "ended_by")
        _record(coverage, LiveAct.ENDED, by)
    return coverage


def add(article: Article, words: Words, *, by: User, key: uuid.UUID | None = None) -> LiveEntry:
    """Add an entry, public at once if the story is.

    Args:
        key: what the form calls it. An entry that is here under that name already is returned as it is, whatever has
            happened since: a request that comes twice adds nothing. None gives it a name.
    """
    key = key or uuid.uuid4()
    with _coverage_of(article.pk) as coverage:
        # Under the lock, so that of two requests at once the second finds the entry of the first.
        earlier = LiveEntry.objects.select_related("coverage").filter(key=key).first()
        if earlier is not None:
            if (earlier.coverage_id, earlier.entered_by_id) != (article.pk, by.pk):
                raise Refused(_("This entry has come already, by somebody else."))
            return earlier
        if reason := why_not_write(coverage.article, by):
            raise Refused(reason)
        now = timezone.now()
        coverage.last_number += 1
        _save_moved(coverage, "last_number")
        entry = LiveEntry(
            coverage=coverage,
            number=coverage.last_number,
            key=key,
            position=coverage.position,
            entered_at=now,
            entered_by=by,
        )
        say(entry, words, now)
        entry.save(force_insert=True)
        _record(coverage, LiveAct.ADDED, by, entry)
    return entry


def was_added_as(entry: LiveEntry, words: Words) -> bool:
    """Whether an entry that `add` returned came with this text, whatever it says since; imported ones did."""
    record = entry.records.filter(act=LiveAct.ADDED).first()
    return record is None or record.contents["text"] == clean_body(words.text)


def change(entry: LiveEntry, words: Words, *, by: User, seen: int) -> LiveEntry:
    """Change what an entry says; readers are told when that was. Without a difference nothing happens.

    Args:
        seen: the `position` of the entry that the person saw.

    Raises Changed when somebody has changed it since.
    """
    with _coverage_of(entry.coverage_id) as coverage:
        entry = _entry(coverage, entry)
        if reason := why_not_change(entry, by):
            raise Refused(reason)
        if entry.position != seen:
            raise Changed(_("The entry was changed since you opened it: read it again."))
        before = contents(entry)
        now = timezone.now()
        say(entry, words, now)
        if contents(entry) == before:
            return entry
        entry.changed_at, entry.changed_by = now, by
        _save_at_next(coverage, entry)
        _record(coverage, LiveAct.CHANGED, by, entry)
    return entry


def pin(entry: LiveEntry, *, by: User) -> LiveEntry:
    """Set an entry among the key points, behind those that stand there. Pinned already, nothing happens."""
    _require_lead(by)
    with _coverage_of(entry.coverage_id) as coverage:
        entry = _entry(coverage, entry)
        if entry.is_withdrawn:
            raise Refused(_("The entry has been withdrawn."))
        if entry.pin is not None:
            return entry
        taken = _pinned(coverage)
        if len(taken) >= MOST_PINNED:
            raise Refused(
                _("There are %(number)d key points already: take one off first.")
                % {"number": MOST_PINNED}
            )
        entry.pin = len(taken) + 1
        _save_at_next(coverage, entry)
        _record(coverage, LiveAct.PINNED, by, entry)
    return entry


def unpin(entry: LiveEntry, *, by: User) -> LiveEntry:
    """Take an entry off the key points; those behind it move up. Not pinned, nothing happens."""
    _require_lead(by)
    with _coverage_of(entry.coverage_id) as coverage:
        entry = _entry(coverage, entry)
        if entry.pin is not None:
            _take_off(coverage, entry)
            _save_at_next(coverage, entry)
            _record(coverage, LiveAct.UNPINNED, by, entry)
    return entry


def withdraw(entry: LiveEntry, *, by: User, word: str) -> LiveEntry:
    """Take an entry from the readers for good; a line with `word` stays in its place."""
    _require_lead(by)
    word = " ".join(word.replace("\x00", "").split())
    if not word:
        raise Refused(_("Say in a word why: readers see it in the place of the entry."))
    if len(word) > LONGEST_WORD:
        raise Refused(_("The word is too long: %(limit)d characters.") % {"limit": LONGEST_WORD})
    with _coverage_of(entry.coverage_id) as coverage:
        entry = _entry(coverage, entry)
        if entry.is_withdrawn:
            raise Refused(_("The entry has been withdrawn."))
        require_unnamed(coverage.article, word)
        _take_off(coverage, entry)
        entry.withdrawn_at, entry.withdrawn_by = timezone.now(), by
        entry.withdrawal_word = word
        _save_at_next(coverage, entry)
        _record(coverage, LiveAct.WITHDRAWN, by, entry)
    return entry


def hold_with(photo: Photo) -> None:
    """Lock every coverage that shows the photo, for `replace_photo` in the same transaction.

    An entry that is added locks its coverage before its photo: whoever locks both does it in that order.
    """
    keys = _entries_with(photo).values("coverage_id")
    list(Coverage.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def replace_photo(old: Photo, new: Photo, *, by: User) -> list[Article]:
    """Put `new` wherever readers see `old` in an entry, beside its text and in it; return the stories.

    Each is a change of the entry, so pages that are open show it. A withdrawn entry stays as it was. Whoever calls
    asks for the permission, as for `articles.photos.replace`.
    """
    stories = []
    keys = set(_entries_with(old).values_list("coverage_id", flat=True))
    for key in sorted(keys):
        with _coverage_of(key) as coverage:
            rows = _entries_with(old).filter(coverage=coverage).order_by("number")
            for row in rows:
                entry = _entry(coverage, row)
                if entry.photo == old:
                    entry.photo = new
                entry.text = with_other_picture(entry.text, old, new)
                entry.changed_at, entry.changed_by = timezone.now(), by
                _save_at_next(coverage, entry)
                _record(coverage, LiveAct.CHANGED, by, entry)
            stories.append(coverage.article)
    return stories


def _entries_with(photo: Photo) -> QuerySet[LiveEntry]:
    has_it = Q(photo=photo) | Q(text__contains=photo.image.name)
    return LiveEntry.objects.filter(has_it, withdrawn_at__isnull=True)


# The lock


@contextmanager
def _coverage_of(story: int) -> Iterator[Coverage]:
    with transaction.atomic():
        yield _locked(story)


def _locked(story: int) -> Coverage:
    """The coverage of a story, locked; its entries are changed under this lock alone."""
    rows = Coverage.objects.select_for_update(no_key=True, of=("self",))
    coverage = rows.select_related("article__place").filter(pk=story).first()
    if coverage is None:
        raise Refused(_("There is no live coverage of this story."))
    # The lock may have been waited for: what the story's row said when the question was asked is of before.
    coverage.article.live = "running" if coverage.is_running else "ended"
    return coverage


def _entry(coverage: Coverage, entry: LiveEntry) -> LiveEntry:
    """The row as it is now."""
    found = LiveEntry.objects.select_related("place", "photo", "author").get(pk=entry.pk)
    found.coverage = coverage
    return found


def _save_moved(coverage: Coverage, *fields: str) -> None:
    coverage.position += 1
    coverage.save(update_fields=["position", *fields])


def _save_at_next(coverage: Coverage, entry: LiveEntry) -> None:
    _save_moved(coverage)
    entry.position = coverage.position
    entry.save(force_update=True)


# The rules


def _require_lead(by: User) -> None:
    if not by.has_perm(MAY_LEAD):
        raise Refused(_("Your role does not allow this."))


def _why_not_of(article: Article) -> str | None:
    if article.is_working_copy:
        return _("These are changes to a public story: the live coverage is the story's own.")
    if article.status == Status.WITHDRAWN:
        return _("The story has been withdrawn.")
    if article.is_over:
        return _("The story is not public any more.")
    return None


def _pinned(coverage: Coverage) -> list[LiveEntry]:
    return list(coverage.entries.filter(pin__isnull=False).order_by("pin"))


def _take_off(coverage: Coverage, entry: LiveEntry) -> None:
    """Off the key points, and those behind it one place up, each after the one before."""
    if entry.pin is None:
        return
    behind = [one for one in _pinned(coverage) if one.pin and one.pin > entry.pin]
    entry.pin = None
    LiveEntry.objects.filter(pk=entry.pk).update(pin=None)
    for one in behind:
        LiveEntry.objects.filter(pk=one.pk).update(pin=(one.pin or 0) - 1)


# The history


def _record(
    coverage: Coverage, act: LiveAct, by: User, entry: LiveEntry | None = None
) -> LiveRecord:
    return LiveRecord.objects.create(
        coverage=coverage,
        entry=entry,
        act=act,
        contents=contents(entry) if entry else {},
        by=by,
    )
