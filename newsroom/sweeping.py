"""Whether readers can read a name that a public story protects (Press Council regulation 1/2019), after it came out.

Before it comes out the check "identity" looks, and comments that name somebody wait for a moderator. What neither can
know is what comes later: an entry of the register, another spelling of a name, a comment from before the story was
protected, a line that somebody enters around the forms. A job looks again and tells the desk.

One function is the only door to `IdentityLeak`: `sweep`. What was mended is gone from it with the next sweep.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import chain

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles.choices import PublicPlace
from articles.models import Article, IdentityLeak
from articles.people import told
from articles.people.protecting import found_in, names_of
from comments.models import Comment

# What came out or was changed lately is looked at every hour, the rest at night.
LATELY = datetime.timedelta(days=2)
LONGEST_NAME: int = IdentityLeak._meta.get_field("name").max_length or 0

Leak = tuple[str, int | None, str]


def sweep(*, since: datetime.datetime | None = None) -> int:
    """Look at all public stories that protect identities; return how many names readers can read.

    Args:
        since: only at those that came out, were changed or commented from then on.

    A story that is not public, or protects nobody any more, has no leaks.
    """
    stories = Article.objects.published().filter(is_identity_protected=True)
    IdentityLeak.objects.exclude(article__in=stories).delete()
    if since is not None:
        talked = Comment.objects.visible().filter(created_at__gte=since).values("article")
        stories = stories.filter(
            Q(publish_at__gte=since) | Q(updated_at__gte=since) | Q(pk__in=talked)
        )
    return sum(sweep_story(story) for story in stories.order_by("pk").iterator(chunk_size=100))


def sweep_story(story: Article) -> int:
    """Look at one of them; return how many names readers can read."""
    found = set(_leaks(story))
    with transaction.atomic():
        # Two sweeps at once would both write what neither has seen.
        Article.objects.lock(story)
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


def sweep_lately() -> int:
    """The hourly look."""
    return sweep(since=timezone.now() - LATELY)


def _leaks(story: Article) -> Iterator[Leak]:
    known = names_of(story)
    for place, row, text in chain(told.written(story), told.beside(story), _comments(story)):
        for _person, name in found_in(known, text):
            yield str(place), row, name[:LONGEST_NAME]


def _comments(story: Article) -> Iterator[told.Told]:
    shown = Comment.objects.visible().filter(article=story).order_by("pk")
    for key, body in shown.values_list("pk", "body").iterator():
        yield PublicPlace.COMMENT, key, body
