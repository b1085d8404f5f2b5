"""Whether readers can read a name that a public story protects (Press Council regulation 1/2019), after it came out.

Before it comes out the check "identity" looks, and comments that name somebody wait for a moderator. What neither can
know is what comes later: an entry of the register, another spelling of a name, a comment from before the story was
protected, a line that somebody enters around the forms. A job looks again and tells the desk.

One function is the only door to `IdentityLeak`: `sweep`. What was mended is gone from it with the next sweep.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from itertools import chain

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles.choices import PublicPlace
from articles.models import Article, Correction, IdentityLeak
from articles.people import told
from articles.people.protecting import found_in, names_of
from articles.querysets import ArticleQuerySet
from comments.models import Comment, ModerationEvent

logger = logging.getLogger(__name__)

# What came out or was changed lately is looked at every few minutes, the rest at night.
LATELY = datetime.timedelta(days=2)
LONGEST_NAME: int = IdentityLeak._meta.get_field("name").max_length or 0

Leak = tuple[str, int | None, str]


class Failed(Exception):
    """Some stories could not be looked at; the others were."""


def sweep(*, since: datetime.datetime | None = None) -> int:
    """Look at all public stories that protect identities; return how many names readers can read.

    Args:
        since: only at those that came out, were changed or commented, whose comments were decided, or whose corrections
            were held back or shown again, from then on.

    A story that is not public, or protects nobody any more, has no leaks. Of a withdrawn one readers have the notice
    and its addresses. One story that cannot be looked at keeps nobody from looking at the others: Failed is raised
    after all had their turn, so that the job is one that failed.
    """
    IdentityLeak.objects.exclude(article__in=_protecting()).delete()
    stories = _protecting()
    if since is not None:
        decided = ModerationEvent.objects.filter(created_at__gte=since).values("comment__article")
        held = Correction.objects.filter(held_at__gte=since).values("article")
        talked = Comment.objects.filter(created_at__gte=since).values("article")
        stories = stories.filter(
            Q(publish_at__gte=since)
            | Q(updated_at__gte=since)
            | Q(withdrawn_at__gte=since)
            | Q(pk__in=talked)
            | Q(pk__in=decided)
            | Q(pk__in=held)
        )
    total, failed = 0, []
    for key in stories.order_by("pk").values_list("pk", flat=True):
        try:
            total += sweep_story(key)
        except Exception:
            logger.exception("Story %s could not be looked at for protected names.", key)
            failed.append(str(key))
    if failed:
        raise Failed(f"Not looked at for protected names: {', '.join(failed)}.")
    return total


def sweep_story(key: int) -> int:
    """Look at the story with that key; return how many names readers can read.

    It is locked meanwhile, so that what is found is of the story as it is, and two sweeps do not undo one another.
    """
    with transaction.atomic():
        story = _protecting().select_for_update(no_key=True).filter(pk=key).first()
        if story is None:
            IdentityLeak.objects.filter(article=key).delete()
            return 0
        found = set(_leaks(story))
        known = {
            (leak.place, leak.row, leak.name): leak.pk
            for leak in IdentityLeak.objects.filter(article=story)
        }
        gone = [pk for leak, pk in known.items() if leak not in found]
        IdentityLeak.objects.filter(pk__in=gone).delete()
        IdentityLeak.objects.bulk_create(
            IdentityLeak(article=story, place=place, row=row, name=name)
            for place, row, name in sorted(found - known.keys(), key=str)
        )
    return len(found)


def _protecting() -> ArticleQuerySet:
    return Article.objects.published_or_withdrawn().filter(is_identity_protected=True)


def sweep_lately() -> int:
    """The look every few minutes."""
    return sweep(since=timezone.now() - LATELY)


def _leaks(story: Article) -> Iterator[Leak]:
    known = names_of(story)
    texts = [told.beside(story)]
    if not story.is_withdrawn:
        texts += [told.written(story), _comments(story)]
    for place, row, text in chain.from_iterable(texts):
        for _person, name in found_in(known, text):
            yield str(place), row, name[:LONGEST_NAME]


def _comments(story: Article) -> Iterator[told.Told]:
    shown = Comment.objects.visible().filter(article=story).order_by("pk")
    for key, name, body in shown.values_list("pk", "author_name", "body").iterator():
        yield PublicPlace.COMMENT, key, f"{name} \n {body}"
