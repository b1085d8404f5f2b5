"""Changes to a public story: written in a working copy, which readers never see, and published at once.

A working copy is a row of its own that points at the story (`Article.changes_to`), with its own rows below it, so
everything that the desk does with a story it does with the copy: the form, the register, handing in and returning.
What it is, is kept in the story's history. There is one copy of a story, for all who work on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from auditlog.choices import Action
from auditlog.writing import write as write_audit

from . import checks, keeping, revisions, versions
from .choices import Status
from .models import Article, IgnoredFinding, Photo
from .people.protecting import close_pages
from .slugs import is_free
from .snapshots import CONTENTS, Snapshot, apply, comparable, differing, snapshot
from .workflow import MOVES, Refused, why_not

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Written:
    """The working copy that was written; `lost` is what is gone from the newsroom, see `snapshots.apply`."""

    copy: Article
    lost: list[str]


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
        revisions.keep_beginning(row)
        copy = Article.objects.create(
            changes_to=row,
            headline=row.headline,
            slug=row.slug,
            section_id=row.section_id,
            created_by=by,
            version=_last_number(row),
        )
        apply(copy, snapshot(row))
        _ignore_as_in(row, copy)
    return copy


def begin_with(
    story: Article, contents: Snapshot, *, by: User, note: str, tab: str, seen: int | None
) -> Written:
    """The save of somebody who opened the public story itself: its working copy, with it.

    `seen` is the version of the story that the form began with. What the same form (`tab`) wrote into the
    copy before is written over. Raises Stale when somebody else has changed the story since, or has written in
    its copy at any time: that form showed the story, whatever version it names. Raises Refused when there may
    be no copy, when the copy is not this person's to write in now, and as `versions.write` does.
    """
    with transaction.atomic():
        row = Article.objects.lock(story)
        versions.require_seen(row, seen, tab=tab)
        known = copy_of(row)
        copy = known or begin(row, by=by)
        if known:
            # What the form is compared with is what the copy began with, not what the copy is by now.
            versions.require_seen(known, _least(seen, _begun_at(known)), tab=tab)
        if not Article.objects.editable_by(by).filter(pk=copy.pk).exists():
            raise Refused(
                _("The changes are “%(state)s” now, so nothing can be added to them.")
                % {"state": copy.get_status_display()}
            )
        lost = versions.write(copy, contents)
        revisions.record(copy, by=by, note=note, tab=tab)
    return Written(copy, lost)


def publish(copy: Article, *, by: User, why: str = "") -> Article:
    """Make the story what its working copy is, for readers too, and end the copy. The story.

    `why` stands in the history.

    Refused for who may not publish, for a blocking finding that the public version has not, for an advising one
    without a `why`, when the story was withdrawn or changed by another way since, or when its new address is taken.
    """
    try:
        with transaction.atomic():
            return _publish(_lock(copy), by, why)
    except IntegrityError:
        raise Refused(
            _("Another story took the same address at this moment. Please try again.")
        ) from None


def discard(copy: Article, *, by: User, why: str = "") -> Article:
    """Give the changes up; the story stays as readers know it, and the history keeps what was written.

    `why` stands in the history. Refused for whose they are not, and when they were ended by somebody else.
    """
    with transaction.atomic():
        row = _lock(copy)
        if reason := why_not(row, MOVES["discard_changes"], by):
            raise Refused(reason)
        revisions.record(row, by=by, note=why or _("Changes discarded"))
        story = _story_of(row)
        _end(row)
    return story


def differs(copy: Article) -> list[str]:
    """The keys in which a working copy differs from what readers see, in the order of the form."""
    return [key for key in differing(snapshot(copy.story), snapshot(copy)) if key in CONTENTS]


def _publish(row: Article, by: User, why: str) -> Article:
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
    worse = checks.more(before, checks.before_publishing(row))
    if stopped := checks.stopping(worse, why):
        raise Refused(stopped)
    apply(story, contents)
    _ignore_as_in(row, story)
    if story.is_identity_protected:
        # While they were being written, readers still knew the people of the story by it.
        close_pages(story)
    note = checks.in_history(worse, why) or _("Changes published")
    revisions.record(story, by=by, note=note)
    write_audit(Action.STORY_CHANGED, by=by, about=story, details={"why": note})
    _end(row)
    return story


def _lock(copy: Article) -> Article:
    """The copy, locked with its story. Refused when a colleague has ended it meanwhile."""
    try:
        return Article.objects.lock(copy)
    except Article.DoesNotExist:
        raise Refused(_("These changes were published or discarded meanwhile.")) from None


def _story_of(copy: Article) -> Article:
    """The story as it stands now; `lock` has locked it with its copy."""
    return Article.objects.get(working_copy=copy)


def _last_number(story: Article) -> int:
    return story.revisions.values_list("number", flat=True).first() or 0


def _begun_at(copy: Article) -> int:
    """The version of the story that a working copy began with."""
    own = revisions.of(copy).values_list("number", flat=True).last()
    return copy.version if own is None else own - 1


def _least(seen: int | None, begun_at: int) -> int | None:
    return None if seen is None else min(seen, begun_at)


def _changed_since(story: Article, copy: Article) -> bool:
    """Whether the story got something, since its copy was begun, that publishing the copy would take away.

    What was changed in both in the same way, as a photo that was replaced everywhere, is no such thing.
    """
    own = story.revisions.filter(is_working=False)
    later = own.filter(created_at__gt=copy.created_at).values_list("changed", flat=True)
    changed = {key for keys in later for key in keys} & set(CONTENTS)
    if not changed:
        return False
    begun = own.filter(created_at__lte=copy.created_at).first()
    was = _with_standing_photos(begun.snapshot if begun else {})
    now, new = _with_standing_photos(snapshot(story)), _with_standing_photos(snapshot(copy))
    return any(now[key] != was.get(key) and now[key] != new[key] for key in changed)


def _with_standing_photos(contents: Snapshot) -> Snapshot:
    """With the photos that took the place of replaced ones: that is done everywhere, and at once."""
    rows = comparable("photos", contents.get("photos", []))
    replaced = dict(
        Photo.objects.filter(
            pk__in=[row["photo_id"] for row in rows], replaced_by__isnull=False
        ).values_list("pk", "replaced_by_id")
    )
    standing = [row | {"photo_id": replaced.get(row["photo_id"], row["photo_id"])} for row in rows]
    return contents | {"photos": standing}


def _ignore_as_in(source: Article, target: Article) -> None:
    """What the copy desk was told to leave alone in one, it leaves alone in the other."""
    IgnoredFinding.objects.bulk_create(
        (
            IgnoredFinding(
                article=target, kind=one.kind, text=one.text, ignored_by_id=one.ignored_by_id
            )
            for one in source.ignored_findings.all()
        ),
        ignore_conflicts=True,
    )


def _end(copy: Article) -> None:
    # What somebody wrote and could not save, or has not saved yet, waits at the story from now on; see
    # models.keeping for the missing keys.
    copy.late_saves.update(article=copy.changes_to)
    keeping.move(from_copy=copy)
    # Whoever has a link to the copy comes to the story's own page.
    copy.preview_links.update(article=copy.changes_to)
    copy.presences.all().delete()
    copy.delete()
