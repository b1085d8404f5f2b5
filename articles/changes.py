"""Changes to a public story: written in a working copy, which readers never see, and published at once.

A working copy is a row of its own that points at the story (`Article.changes_to`), with its own rows below it, so
everything that the desk does with a story it does with the copy: the form, the register, handing in and returning.
What it is, is kept in the story's history. There is one copy of a story, for all who work on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from . import checks, keeping, revisions, versions
from .choices import Status
from .models import Article
from .slugs import is_free
from .snapshots import CONTENTS, Snapshot, apply, differing, snapshot
from .workflow import MOVES, Refused, why_not

if TYPE_CHECKING:
    from accounts.models import User


def copy_of(story: Article) -> Article | None:
    """The working copy of a story; None while nobody changes it."""
    return Article.objects.filter(changes_to=story.pk).first()


def begin(story: Article, *, by: User) -> Article:
    """The working copy of a public story: the one there is, or a new one that is what readers see.

    Raises Refused for a story that is not public, and for who may not change it.
    """
    with transaction.atomic():
        row = Article.objects.lock(story)
        if known := copy_of(row):
            return known
        if reason := why_not(row, MOVES["begin_changes"], by):
            raise Refused(reason)
        copy = Article.objects.create(
            changes_to=row,
            headline=row.headline,
            slug=row.slug,
            section_id=row.section_id,
            created_by=by,
            version=_last_number(row),
        )
        apply(copy, snapshot(row))
    return copy


def begin_with(story: Article, contents: Snapshot, *, by: User, note: str, tab: str) -> Article:
    """The first save of somebody who opened the public story itself: a working copy with it.

    Raises Stale when there is a copy already, with what somebody else has written since.
    """
    with transaction.atomic():
        Article.objects.lock(story)
        if known := copy_of(story):
            raise versions.Stale(known, story.version, list(revisions.of(known)[:1]))
        copy = begin(story, by=by)
        apply(copy, contents)
        revisions.record(copy, by=by, note=note, tab=tab)
    return copy


def publish(copy: Article, *, by: User, why: str = "") -> Article:
    """Make the story what its working copy is, for readers too, and end the copy. The story.

    `why` stands in the history.

    Refused for who may not publish, for a blocking finding that the public version has not, when the story
    was withdrawn or changed by another way since, or when its new address is taken.
    """
    with transaction.atomic():
        row = Article.objects.lock(copy)
        if reason := why_not(row, MOVES["publish_changes"], by):
            raise Refused(reason)
        story = _story_of(row)
        if story.status != Status.PUBLISHED:
            raise Refused(_("The story is not public any more, so it cannot be changed."))
        if _changed_since(story, row):
            raise Refused(
                _("The public story was changed by another way since: compare it in the history.")
            )
        if story.published_on and not is_free(story, story.published_on, row.slug):
            raise Refused(_("Another story of this day has this address."))
        before = checks.before_publishing(story)
        contents = snapshot(row)
        if worse := checks.made_worse(before, checks.before_publishing(row)):
            raise Refused(" ".join(finding.message for finding in worse))
        apply(story, contents)
        revisions.record(story, by=by, note=why or _("Changes published"))
        _end(row)
    return story


def discard(copy: Article, *, by: User) -> Article:
    """Give the changes up; the story stays as readers know it, and the history keeps what was written."""
    with transaction.atomic():
        row = Article.objects.lock(copy)
        if reason := why_not(row, MOVES["discard_changes"], by):
            raise Refused(reason)
        revisions.record(row, by=by, note=_("Changes discarded"))
        story = _story_of(row)
        _end(row)
    return story


def differs(copy: Article) -> list[str]:
    """The keys in which a working copy differs from what readers see, in the order of the form."""

    return [key for key in differing(snapshot(copy.story), snapshot(copy)) if key in CONTENTS]


def _story_of(copy: Article) -> Article:
    """The story as it stands now; `lock` has locked it with its copy."""
    return Article.objects.get(working_copy=copy)


def _last_number(story: Article) -> int:
    return story.revisions.values_list("number", flat=True).first() or 0


def _changed_since(story: Article, copy: Article) -> bool:
    later = story.revisions.filter(is_working=False, created_at__gt=copy.created_at)
    return any(set(one.changed) & set(CONTENTS) for one in later)


def _end(copy: Article) -> None:
    # What somebody typed into the copy and has not saved outlives it; see models.keeping for the missing keys.
    keeping.move(from_copy=copy)
    copy.presences.all().delete()
    copy.delete()
