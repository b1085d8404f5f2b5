"""One photo in the place of another, everywhere at once: a better print, or one that may not be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from .. import revisions
from ..live import covering
from ..models import Article, ArticlePhoto, LiveEntry, Page, Photo
from ..picturing import with_other_picture
from .refusals import PhotoRefused

if TYPE_CHECKING:
    from accounts.models import User


def replace(old: Photo, new: Photo, *, by: User) -> list[Article]:
    """Put `new` wherever `old` is: in stories (the public ones too), in live coverage, in texts, at people.

    `old` stays in the library as what was replaced (`replaced_by`) and is to be chosen nowhere any
    more; the file of it sent again gives `new`, and so does a restored version of a story. Each story
    gets a revision by `by`; whoever has it open is told at the next save. The captions of the stories
    stay, those of the photos too. Entries of live coverage are changed through its own door, with their
    history; withdrawn ones keep what they had. Replacing the other way round undoes it. Returns the stories that
    were changed, for a message. Raises PhotoRefused, with a sentence, when `new` has no credit, is
    `old`, or was itself replaced by a third. Whoever calls asks for the permission
    `articles.change_photo` before.
    """
    with transaction.atomic():
        # Stories before photos, as a save of a story's form locks them, and coverages between them.
        locked = _lock_stories_with(old)
        covering.hold_with(old)
        rows = Photo.objects.select_for_update().order_by("pk").in_bulk([old.pk, new.pk])
        old, new = rows[old.pk], rows[new.pk]
        if reason := _why_not(old, new):
            raise PhotoRefused(reason)
        note = _("Photo %(old)s replaced by photo %(new)s") % {"old": old.pk, "new": new.pk}
        # What came meanwhile is seen now; a story gets no new row of a photo that is locked.
        stories = _stories_with(old)
        for story in stories:
            row = locked.get(story.pk) or Article.objects.lock(story)
            revisions.keep_beginning(row)
            _replace_rows(row, old, new)
            if old.image.name in row.body:
                row.body = with_other_picture(row.body, old, new)
                row.save(update_fields=["body", "saved_at"])
            revisions.record(row, by=by, note=note)
        for page in Page.objects.filter(body__contains=old.image.name):
            page.body = with_other_picture(page.body, old, new)
            page.save(update_fields=["body", "saved_at"])
        covered = covering.replace_photo(old, new, by=by)
        # Hidden ones too: a person's photo knows nothing of the person.
        for relation in Photo._meta.get_fields(include_hidden=True):
            model: Any = relation.related_model
            if relation.one_to_many and model not in (Photo, ArticlePhoto, LiveEntry):
                field = relation.field.name  # type: ignore[union-attr]
                model._default_manager.filter(**{field: old}).update(**{field: new})
        # One step leads to the standing photo, however often one was replaced.
        Photo.objects.filter(pk=new.pk).update(replaced_by=None)
        Photo.objects.filter(Q(pk=old.pk) | Q(replaced_by=old)).exclude(pk=new.pk).update(
            replaced_by=new
        )
    return list(dict.fromkeys([*stories, *covered]))


def _why_not(old: Photo, new: Photo) -> str:
    if old.pk == new.pk:
        return _("A photo cannot be replaced by itself.")
    if not new.credit:
        return _("The new photo needs its credit first.")
    if new.replaced_by_id not in (None, old.pk):
        return _("The new photo was itself replaced by another.")
    return ""


def _lock_stories_with(photo: Photo) -> dict[int, Article]:
    """The stories that have the photo, by their keys, as they are once they are locked."""
    return {story.pk: Article.objects.lock(story) for story in _stories_with(photo)}


def _stories_with(photo: Photo) -> list[Article]:
    """In the order in which they are locked everywhere: a story before its working copy."""
    found = Article.objects.filter(
        Q(pk__in=photo.uses.values("article_id")) | Q(body__contains=photo.image.name)
    )
    return sorted(
        found.defer("search"), key=lambda story: (story.changes_to_id or story.pk, story.pk)
    )


def _replace_rows(story: Article, old: Photo, new: Photo) -> None:
    rows = story.article_photos.filter(photo=old)
    if story.article_photos.filter(photo=new).exists():
        # It has both: the new one stands already.
        rows.delete()
    else:
        rows.update(photo=new)
