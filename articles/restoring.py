"""Bringing back what a story was, whole or in single fields, as its next version.

A draft is written itself; a public story gets its working copy, so that readers see nothing of it until the changes
are published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from . import changes, versions
from .models import Article, Revision
from .people.protecting import close_pages
from .workflow import MOVES, Refused, why_not

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Restored:
    """The row that was written, the story or its working copy; `lost` is what is gone from the newsroom."""

    article: Article
    lost: list[str]


def written_by(story: Article) -> Article:
    """The row that is written when somebody changes the story now: its working copy, if it has one."""
    return changes.copy_of(story) or story


def why_may_not(row: Article, user: User) -> str | None:
    """Why the person cannot bring anything back into `row`, as a sentence; None when it is possible.

    `row` is what `written_by` says.
    """
    if row.is_out:
        return why_not(row, MOVES["begin_changes"], user)
    if Article.objects.editable_by(user).filter(pk=row.pk).exists():
        return None
    return _("You may not change this story as it stands now.")


def restore(
    story: Article, revision: Revision, *, by: User, seen: int | None, keys: tuple[str, ...]
) -> Restored:
    """Make the story, or its working copy, what it was in `revision`, as far as `keys` say.

    `seen` is the version of `written_by(story)` that the choice was made against. Raises versions.Stale when
    somebody wrote since, ValueError for a revision of another story, and Refused for who may not change the
    story, for fields that cannot stand with the others, and where a story that waits for its time would get a
    blocking finding.
    """
    with transaction.atomic():
        return _restore(story, revision, by, seen, keys)


def _restore(
    story: Article, revision: Revision, by: User, seen: int | None, keys: tuple[str, ...]
) -> Restored:
    target = written_by(Article.objects.lock(story))
    if reason := why_may_not(target, by):
        raise Refused(reason)
    if target.is_out:
        versions.require_seen(target, seen)
        target = changes.begin(target, by=by)
        # What older copies held, given up since, is nothing that this one could overwrite.
        seen = target.version
    lost = versions.restore(target, revision, by=by, seen=seen, keys=keys)
    target = Article.objects.get(pk=target.pk)
    if target.is_identity_protected:
        close_pages(target)
    return Restored(target, lost)
