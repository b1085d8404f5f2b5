"""A story's history: each save that changed something is a whole snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from .models import Article, Revision
from .slugs import keep_old_address

if TYPE_CHECKING:
    from accounts.models import User

FIELDS = (
    *("headline", "standfirst", "body", "slug", "kind", "sponsor", "section_id", "place_id"),
    *("event_on", "is_identity_protected", "is_unverified", "is_tragedy"),
)
ATTENDANCE_FIELDS = (
    *("person_id", "organisation_id", "group_label", "group_count", "name_as_printed"),
    *("office_as_printed", "tenure_id", "capacity", "represents_person_id", "represents_post_id"),
    *("represents_organisation_id", "represents_as_printed"),
)
# A change of these is housekeeping: the reader's text stays as it was, and so does "Diperbarui".
NOT_A_REAL_CHANGE = {"slug", "section_id", "tags", "related"}


def snapshot(article: Article) -> dict[str, Any]:
    """Everything a reader sees of a story, as JSON-ready values, read afresh from the database."""
    row = Article.objects.get(pk=article.pk)
    contents = {field: getattr(row, field) for field in FIELDS}
    contents["event_on"] = row.event_on and row.event_on.isoformat()
    contents["tags"] = sorted(row.tags.values_list("name", flat=True))
    contents["bylines"] = list(row.bylines.values("author_id", "role"))
    contents["photos"] = list(row.article_photos.values("photo_id", "caption", "alt_text"))
    contents["attendances"] = list(row.attendances.values(*ATTENDANCE_FIELDS))
    contents["related"] = list(row.related_links.values_list("related_id", flat=True))
    return contents


def record(article: Article, *, by: User | None, note: str = "") -> Revision | None:
    """Keep what the story is now as its next revision.

    Returns None when nothing has changed and there is no note: a save that did nothing leaves
    no trace. To be called after the story and its rows are saved, in the same transaction. A published
    story whose text has really changed gets its `updated_at`, and one whose slug has changed
    gets a redirect from the old address; `article` is brought up to date with both.
    """
    with transaction.atomic():
        # Serialises the numbers of two people who save the same story; what is read of its state
        # is read from the locked row.
        row = Article.objects.select_for_update().get(pk=article.pk)
        article.status, article.publish_at = row.status, row.publish_at
        article.published_on = row.published_on
        article.version, article.updated_at = row.version, row.updated_at
        last = article.revisions.order_by("-number").first()
        now = snapshot(article)
        changed = set(now) if last is None else {k for k in now if now[k] != last.snapshot.get(k)}
        is_same = last is not None and not changed and last.status == article.status
        if is_same and not note:
            return None
        if last is not None and changed and article.is_published:
            if changed - NOT_A_REAL_CHANGE and last.status == article.status:
                article.updated_at = timezone.now()
            if "slug" in changed:
                keep_old_address(article, last.snapshot["slug"])
        article.version += 1
        Article.objects.filter(pk=article.pk).update(
            updated_at=article.updated_at, version=article.version
        )
        highest = article.revisions.aggregate(highest=Max("number"))["highest"] or 0
        return Revision.objects.create(
            article=article,
            number=highest + 1,
            snapshot=now,
            status=article.status,
            note=note[:300],
            created_by=by,
        )
