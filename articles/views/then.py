"""A story's page as its readers saw it at some moment: put together in a transaction that is taken back."""

from __future__ import annotations

import datetime
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from .. import revisions
from ..choices import Live, Status
from ..models import Article, Correction, Revision
from ..snapshots import CONTENTS, apply, as_printed
from .story import show

TEMPLATE = "articles/then.html"
# The address may be another story's by now, and a page shows none.
_SHOWN = tuple(key for key in CONTENTS if key != "slug")


def _corrections_at(story: Article, moment: datetime.datetime) -> list[Correction]:
    """Those that there were, with their words where readers could read them still."""
    found = list(story.corrections.filter(created_at__lte=moment))
    for correction in found:
        if correction.held_at and correction.held_at > moment:
            correction.held_why = ""
    return found


@csp_replace({"script-src": [NONE]})
def page_then(
    request: HttpRequest,
    story: Article,
    revision: Revision,
    moment: datetime.datetime,
    banner: dict[str, Any],
) -> HttpResponse:
    """The page that showed `revision` at `moment`, with the corrections and the clock of then.

    In the publication's language and without script, advertising, comments and lists of other stories.
    `banner` goes into the template, which says above the page what it is; it gets "lost", the names of what
    is gone since and cannot be shown. Names of offices and people are as they were printed.
    """
    with transaction.atomic():
        row = Article.objects.lock(story)
        lost = _put_back(row, revision)
        then = Article.objects.for_page().get(pk=story.pk)
        as_printed(then, revision.snapshot)
        # Its live coverage has a history of its own.
        then.live = Live.NONE
        then._prefetched_objects_cache["corrections"] = _corrections_at(story, moment)
        then.public_related_links = [
            link for link in then.public_related_links if link.related.publish_at <= moment
        ]
        # What stood beside it then is not known.
        then.thread_places = then.before_in_section = then.after_in_section = []
        with translation.override(settings.LANGUAGE_CODE):
            response = show(
                request,
                then,
                template=TEMPLATE,
                latest="",
                most_read="",
                thread="",
                banner={**banner, "lost": lost},
            )
        transaction.set_rollback(True)
    response["Cache-Control"] = "private, no-store"
    del response["ETag"]
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _put_back(row: Article, revision: Revision) -> list[str]:
    """Write what the story was; what is gone from the newsroom since, by name."""
    then = revision.snapshot
    row.status = Status.PUBLISHED
    row.withdrawn_at = row.withdrawn_by = None
    row.not_before = row.unpublish_at = None
    if then.get("publish_at"):
        row.publish_at = datetime.datetime.fromisoformat(then["publish_at"])
    row.updated_at = _updated_at(revision)
    row.save(
        update_fields=[
            *("status", "withdrawn_at", "withdrawn_by", "not_before", "unpublish_at"),
            *("publish_at", "updated_at"),
        ]
    )
    return apply(row, then, _SHOWN)


def _updated_at(revision: Revision) -> datetime.datetime | None:
    """When the text had last really changed after it came out, as the page said then."""
    earlier = Revision.objects.filter(
        Q(number__lte=revision.number), article=revision.article_id, is_working=False
    ).order_by("number")
    was_public, updated_at = False, None
    began = revision.snapshot.get("publish_at")
    out_since = datetime.datetime.fromisoformat(began) if began else None
    for status, changed, saved_at in earlier.values_list("status", "changed", "created_at"):
        is_public = status == Status.PUBLISHED and (out_since is None or out_since <= saved_at)
        if is_public and was_public and set(changed) - revisions.NOT_A_REAL_CHANGE:
            updated_at = saved_at
        was_public = status == Status.PUBLISHED
    return updated_at
