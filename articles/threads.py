"""Story threads: which stories follow one another, and the only door to a story's place among them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from . import keyset
from .models import Article, Instalment, StoryThread, TaggedArticle
from .people.protecting import why_not_said
from .slugs import save_with_slug

SUGGESTED = 5
# Of each tag of a story so many of the newest stories are looked at for the threads that they are part of.
LOOKED_AT = 40
# A name can stand in the texts of a thread only while somebody looks whom its protected stories protect.
PROTECTED_LOOKED_AT = 100


class Refused(Exception):
    """`str()` is a sentence for the desk."""


# Of the cursors of the index: those behind all threads that go on.
_ENDED = "selesai-"


@dataclass(frozen=True)
class Around:
    """The public instalments before and after one; None at an end of the thread."""

    before: Instalment | None
    after: Instalment | None


def public(thread: StoryThread) -> QuerySet[Instalment]:
    """The instalments of a thread that readers see; in which order is said by `placed_at`."""
    return thread.instalments.filter(_is_public(), placed_at__isnull=False)


def with_newest() -> QuerySet:
    """The threads with public stories: those that go on first, and the newest story first.

    Each with `newest_at` and `newest`, the place and the key of its newest public instalment. One look into an index
    for each thread that there is: hundreds of threads take some milliseconds.
    """
    newest = Instalment.objects.filter(
        _is_public(), thread=OuterRef("pk"), placed_at__isnull=False
    ).order_by("-placed_at", "-article_id")
    return (
        StoryThread.objects.annotate(
            newest_at=Subquery(newest.values("placed_at")[:1]),
            newest=Subquery(newest.values("pk")[:1]),
            has_ended=Q(ended_on__isnull=False),
        )
        .filter(newest_at__isnull=False)
        .order_by("has_ended", "-newest_at", "-pk")
    )


def page_of_index(cursor: str = "") -> keyset.Slice:
    """A page of `with_newest`, each with its newest instalment as `latest`; two queries. Raises BadCursor.

    A cursor is that of `articles.keyset`, and says whether the threads behind it have all ended.
    """
    rows = with_newest()
    if cursor:
        has_ended = cursor.startswith(_ENDED)
        position = keyset.Position.parse(cursor.removeprefix(_ENDED))
        beyond = Q(newest_at__lt=position.moment) | Q(newest_at=position.moment, pk__lt=position.pk)
        rows = rows.filter(beyond & Q(has_ended=has_ended) | Q(has_ended__gt=has_ended))
    found = list(rows[: keyset.PAGE_SIZE + 1])
    items = found[: keyset.PAGE_SIZE]
    # What was withdrawn meanwhile is asked for again.
    public = Instalment.objects.filter(_is_public(), pk__in=[thread.newest for thread in items])
    latest = {row.pk: row for row in with_lines(public)}
    for thread in items:
        thread.latest = latest.get(thread.newest)
    older = ""
    if len(found) > len(items):
        last = items[-1]
        here = keyset.Position(last.newest_at, last.pk)
        older = f"{_ENDED if last.has_ended else ''}{here}"
    return keyset.Slice(items, older, is_first=not cursor)


def around(instalment: Instalment) -> Around:
    """What came before and after a story in its thread, each with what a line shows; one query.

    Two looks into one index, however long the thread is.
    """
    if instalment.placed_at is None:
        return Around(None, None)
    rows = Instalment.objects.filter(
        _is_public(), thread=instalment.thread_id, placed_at__isnull=False
    )
    here = {"placed_at": instalment.placed_at}
    earlier = rows.filter(placed_at__lte=instalment.placed_at).exclude(
        **here, article_id__gte=instalment.article_id
    )
    later = rows.filter(placed_at__gte=instalment.placed_at).exclude(
        **here, article_id__lte=instalment.article_id
    )
    before = earlier.order_by("-placed_at", "-article_id").values("pk")[:1]
    after = later.order_by("placed_at", "article_id").values("pk")[:1]
    both = Instalment.objects.filter(Q(pk=Subquery(before)) | Q(pk=Subquery(after))).order_by()
    found = with_lines(both)
    place = (instalment.placed_at, instalment.article_id)
    ends: dict[bool, Instalment] = {(row.placed_at, row.article_id) < place: row for row in found}
    return Around(ends.get(True), ends.get(False))


def with_lines(rows: QuerySet[Instalment]) -> QuerySet[Instalment]:
    """With what a line of words shows of each story."""
    return rows.select_related("article__section", "article__place").defer(
        "article__body", "article__search"
    )


def named(name: str) -> StoryThread | None:
    """The thread of that name, in whatever case."""
    return StoryThread.objects.filter(name__iexact=" ".join(name.split())).first()


def place(
    article: Article,
    name: str,
    *,
    line: str = "",
    happened_at: datetime.datetime | None = None,
) -> Instalment:
    """Make a story part of the thread of that name, which is begun if there is none; it leaves any other.

    Of a working copy it is the story that is placed. Raises Refused when the texts name somebody whom the story
    protects.
    """
    with transaction.atomic():
        # Before its instalment, as whoever publishes it does.
        story = Article.objects.lock(article.story)
        thread = named(name) or _begun(name)
        require_unnamed([story], thread.name, thread.intro, thread.key_facts, line)
        if thread.pk and line:
            # It stands beside them.
            require_unnamed(protected_in(thread), line)
        instalment, _is_new = Instalment.objects.update_or_create(
            article=story, defaults={"thread": thread, "line": line, "happened_at": happened_at}
        )
    return instalment


def _begun(name: str) -> StoryThread:
    thread = StoryThread(name=" ".join(name.split()))
    try:
        with transaction.atomic():
            save_with_slug(thread, thread.name, "perkembangan")
    except IntegrityError:
        # Somebody began it at the same time.
        found = named(name)
        if found is None:
            raise
        return found
    return thread


def take_out(article: Article) -> None:
    """Let a story be part of no thread."""
    Instalment.objects.filter(article=article.story).delete()


def require_unnamed(stories: Iterable[Article], *texts: str) -> None:
    """Raise Refused when `texts`, which readers see beside these stories, name somebody whom one protects."""
    for story in stories:
        if sentence := why_not_said(story, *texts):
            raise Refused(sentence)


def protected_in(thread: StoryThread) -> Sequence[Article]:
    """The newest stories of a thread that protect identities."""
    return list(
        Article.objects.filter(instalment__thread=thread, is_identity_protected=True)
        .defer("body", "search")
        .order_by("-instalment__id")[:PROTECTED_LOOKED_AT]
    )


def suggestions(article: Article) -> list[StoryThread]:
    """Threads that go on and that a story may belong to: those of related stories and of stories with its tags.

    The likeliest first. Flat: of each of its tags only the newest stories are looked at.
    """
    story = article.story
    tags = list(article.tags.values_list("pk", flat=True)[:10])
    tagged = [
        TaggedArticle.objects.filter(tag=tag, listed_at__isnull=False)
        .order_by("-listed_at", "-content_object_id")
        .values("content_object_id")[:LOOKED_AT]
        for tag in tags
    ]
    linked = article.related_links.values_list("related_id", flat=True)
    keys: list[int] = list(linked)
    for rows in tagged:
        keys += [row["content_object_id"] for row in rows]
    threads = (
        StoryThread.objects.filter(ended_on__isnull=True, instalments__article__in=set(keys))
        .exclude(instalments__article=story)
        .annotate(in_common=Count("instalments"))
        .order_by("-in_common", "-id")
    )
    return list(threads[:SUGGESTED])


def _is_public() -> Exists:
    published = Article.objects.published(at=timezone.now())
    return Exists(published.filter(pk=OuterRef("article")))
