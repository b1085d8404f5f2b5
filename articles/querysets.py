"""What the public may see, and the joins each kind of page needs; both nowhere else."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce

from pagecache import instant

from .bundles import NOW, Bundle, bundled
from .choices import Kind, Status
from .search_blocks import Block
from .search_windows import nearest_by_number, newest_by_number

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.paging import NumberedPage

    from .models import Article


# So many of a list's next headlines are read before the index of their words is asked.
HEADLINES_READ = 1000


class ArticleQuerySet(models.QuerySet):
    def lock(self, article: Article) -> Article:
        """The row of `article` as it is now, locked until the transaction ends.

        The story that a working copy changes is locked before the copy, so that nobody waits in a
        circle. Comments and views of a locked story are still written.
        """
        rows = self.select_for_update(no_key=True)
        if article.changes_to_id:
            rows.only("pk").get(pk=article.changes_to_id)
        locked: Article = rows.get(pk=article.pk)
        return locked

    def lock_all(self, keys: Iterable[int]) -> None:
        """Lock those stories in the same way; always in one order, so that nobody waits in a circle."""
        rows = self.select_for_update(no_key=True).filter(pk__in=list(keys))
        list(rows.order_by("pk").values_list("pk"))

    def published(self, *, at: datetime.datetime | None = None) -> ArticleQuerySet:
        """What the public may see now. Scheduling is this comparison with the clock, not a job.

        With `at`, what it may see at that time if nothing changes until then: for previews alone.
        """
        now = at or instant.now()
        return self.filter(
            Q(unpublish_at__isnull=True) | Q(unpublish_at__gt=now),
            status=Status.PUBLISHED,
            publish_at__lte=now,
        )

    def without_copies(self) -> ArticleQuerySet:
        """Stories of their own, without the working copies of public ones."""
        return self.filter(changes_to__isnull=True)

    def addressable(self) -> ArticleQuerySet:
        """What answers at a public address: published stories; those whose time is over and
        withdrawn ones, by a notice."""
        return self.filter(
            status__in=[Status.PUBLISHED, Status.WITHDRAWN], publish_at__lte=instant.now()
        )

    def published_or_withdrawn(self) -> ArticleQuerySet:
        """What feeds and ledgers may speak of: published stories, and the notices of withdrawn ones.

        Of a story whose time is over nobody hears any more, only its address answers.
        """
        now = instant.now()
        not_over = Q(unpublish_at__isnull=True) | Q(unpublish_at__gt=now)
        return self.addressable().filter(Q(status=Status.WITHDRAWN) | not_over)

    def over(self) -> ArticleQuerySet:
        """Stories that were public until their time ended; agrees with `Article.is_over`."""
        now = instant.now()
        return self.filter(status=Status.PUBLISHED, publish_at__lte=now, unpublish_at__lte=now)

    def scheduled(self) -> ArticleQuerySet:
        return self.filter(status=Status.PUBLISHED, publish_at__gt=instant.now())

    def unpaid(self) -> ArticleQuerySet:
        """Without paid stories: for the news sitemap, Terpopuler and breaking news."""
        return self.exclude(kind=Kind.PAID)

    def unprotected(self) -> ArticleQuerySet:
        """Without stories that protect identities: for whatever tells who is in them."""
        return self.filter(is_identity_protected=False)

    def newest_first(self) -> ArticleQuerySet:
        return self.order_by("-publish_at", "-id")

    def published_between(
        self, start: datetime.datetime, end: datetime.datetime
    ) -> ArticleQuerySet:
        """Stories published in the half-open span from `start` to `end`."""
        return self.filter(publish_at__gte=start, publish_at__lt=end)

    def editable_by(self, user: User) -> ArticleQuerySet:
        """The stories whose text this person may change.

        Who may edit the stories of others edits all but withdrawn ones; a reporter, the own
        ones (begun or signed) until they are handed in.
        """
        if not user.has_perm("articles.change_article"):
            return self.none()
        if user.has_perm("articles.change_any_article"):
            return self.exclude(status=Status.WITHDRAWN)
        return self.owned_by(user).filter(status__in=[Status.DRAFT, Status.RETURNED])

    def headlined(self, text: str, *, most: int, page: NumberedPage | None = None) -> list[int]:
        """The keys of the newest `most` stories whose headline has words that begin like each of `text`.

        With a `page`, those of that page of their list instead, and one more. None for no word. Two queries, three
        with a page.
        """
        if page is None:
            found = self.newest_headlined(text, most=most)
            return list(found.values_list("id", flat=True))
        asked, last = beginnings(text), self._last()
        if asked is None or last is None:
            return []
        headline = SearchVector("headline", config="simple")
        rows = self.order_by().annotate(found_by=headline + Block("id"), read_by=headline)
        return nearest_by_number(rows, asked, by="id", read=HEADLINES_READ, **page.asked(last))

    def newest_headlined(self, text: str, *, most: int) -> models.QuerySet:
        """The keys that `headlined` finds without a page, as a query that nobody has asked yet."""
        asked, last = beginnings(text), self._last()
        if asked is None or last is None:
            return self.none().values("id")
        headline = SearchVector("headline", config="simple")
        rows = self.order_by().annotate(found_by=headline + Block("id"))
        return newest_by_number(rows, asked, by="id", last=last, most=most)

    def _last(self) -> int | None:
        last: int | None = self.model._default_manager.aggregate(last=models.Max("pk"))["last"]
        return last

    def owned_by(self, user: User) -> ArticleQuerySet:
        """Stories that the person began or signs."""
        byline = apps.get_model("articles", "Byline")
        begun = self.model._default_manager.order_by().filter(created_by=user).values("pk")
        signed = byline.objects.order_by().filter(author__user=user).values("article")
        # Each by its own index; an OR of both would read the archive.
        return self.filter(pk__in=begun.union(signed))

    def for_line(self) -> ArticleQuerySet:
        """With what one line of words shows: section and place."""
        return self.select_related("section", "place").defer("body", "search")

    def for_list(self) -> ArticleQuerySet:
        """With what a line or a card of a list shows: a line's, and the lead photo."""
        return self.for_line().prefetch_related(_lead_photo())

    def for_cards(self, keys: Collection[int] | models.QuerySet) -> ArticleQuerySet:
        """The stories of these keys with what cards show of them: section, place, lead photo, number of comments.

        One query. The first photo of each is looked up story by story, which is why this takes the keys of one
        page, or a query that is cut to it: of a whole list it would be looked up before the list is cut.
        """
        count = Coalesce(F("discussion__shown_count"), 0)
        stories: ArticleQuerySet = self.filter(pk__in=keys).for_line()._with_lead()
        counted: Any = stories.annotate(comment_count=count)
        cards: ArticleQuerySet = counted
        return cards

    def for_feed(self, keys: Collection[int] | models.QuerySet) -> ArticleQuerySet:
        """The stories of these keys with what an entry of a feed shows: the text, names and tags too; four queries."""
        return (
            self.filter(pk__in=keys)
            .select_related("section", "place")
            .defer("search")
            ._with_lead()
            .prefetch_related(_bylines(), "tags", "corrections")
        )

    def _with_lead(self) -> ArticleQuerySet:
        """With the first photo as `lead`, an attribute that a story without one does not have."""
        article_photo = apps.get_model("articles", "ArticlePhoto")
        first = article_photo.objects.filter(article=OuterRef("pk")).order_by("position", "id")
        is_first = Q(article_photos__pk=Subquery(first.values("pk")[:1]))
        lead = FilteredRelation("article_photos", condition=is_first)
        with_lead: Any = self.annotate(lead=lead, has_lead_fetched=Value(True))
        stories: ArticleQuerySet = with_lead.select_related("lead__photo")
        return stories

    def for_page(self) -> ArticleQuerySet:
        """With everything that the story's own page shows; one query."""
        return bundled(self.defer("search"), _of_the_page())


def beginnings(text: str) -> SearchQuery | None:
    """A search for words that begin like each of `text`; None where it has none."""
    words = re.findall(r"\w+", text)
    query = " & ".join(f"{word}:*" for word in words)
    return SearchQuery(query, search_type="raw", config="simple") if words else None


def _bylines() -> Prefetch:
    byline = apps.get_model("articles", "Byline")
    return Prefetch("bylines", queryset=byline.objects.select_related("author"))


def _lead_photo() -> Prefetch:
    article_photo = apps.get_model("articles", "ArticlePhoto")
    first_of_each = (
        article_photo.objects.order_by("article_id", "position", "id")
        .distinct("article_id")
        .select_related("photo")
    )
    return Prefetch("article_photos", queryset=first_of_each, to_attr="lead_photos")


@cache
def _of_the_page() -> Sequence[Bundle]:
    def rows(name: str) -> models.QuerySet:
        found: models.QuerySet = apps.get_model("articles", name).objects.filter(
            article=OuterRef("pk")
        )
        return found

    tagged = apps.get_model("articles", "TaggedArticle").objects
    article = apps.get_model("articles", "Article")
    # Asked about each: a list of all that are public would be the archive.
    is_public = Exists(article.objects.published(at=NOW).filter(pk=OuterRef("related")))
    # Paid stories are labelled in lists, and never what somebody is led to.
    of_section = article.objects.published(at=NOW).unpaid().filter(section=OuterRef("section_id"))
    # Two conditions instead of an OR, so that the index bounds the look; see keyset.py.
    here = {"publish_at": OuterRef("publish_at")}
    before = of_section.filter(publish_at__lte=OuterRef("publish_at")).exclude(
        **here, pk__gte=OuterRef("pk")
    )
    after = of_section.filter(publish_at__gte=OuterRef("publish_at")).exclude(
        **here, pk__lte=OuterRef("pk")
    )
    in_a_line = (
        *("id", "headline", "slug", "kind", "sponsor", "status", "section_id"),
        *("publish_at", "published_on", "unpublish_at"),
    )
    section = apps.get_model("articles", "Section").objects.filter(pk=OuterRef("section_id"))
    place = apps.get_model("articles", "Place").objects.filter(pk=OuterRef("place_id"))
    return (
        Bundle("section", section.order_by(), is_one=True),
        # A village lies in a district, a regency and a province.
        Bundle("place", place.order_by(), joins=("parent__parent__parent",), is_one=True),
        Bundle("article_photos", rows("ArticlePhoto"), joins=("photo",), owner="article"),
        Bundle("bylines", rows("Byline"), joins=("author",), owner="article"),
        Bundle(
            "tags",
            tagged.filter(content_object=OuterRef("pk")).order_by("pk"),
            joins=("tag",),
            each="tag",
        ),
        Bundle("corrections", rows("Correction"), owner="article"),
        Bundle(
            "attendances",
            rows("Attendance"),
            joins=(
                "person__merged_into",
                "organisation",
                "represents_person__merged_into",
                "represents_organisation",
                "represents_post__organisation",
                "tenure__post__organisation",
            ),
            owner="article",
        ),
        # For when one of them comes out: nothing of them is shown.
        Bundle(
            "related_to_come",
            rows("RelatedArticle").filter(~is_public),
            joins=("related",),
            without=_all_but(article, "id", "status", "publish_at", "unpublish_at"),
            is_list=True,
            is_beside=True,
        ),
        Bundle(
            "public_related_links",
            rows("RelatedArticle").filter(is_public),
            joins=("related__section", "related__place"),
            without=("body", "search"),
            owner="article",
            is_list=True,
            is_beside=True,
        ),
        Bundle(
            "thread_places", rows("Instalment"), joins=("thread",), owner="article", is_list=True
        ),
        *(
            Bundle(
                name,
                found[:1],
                without=_all_but(article, *in_a_line),
                is_list=True,
                is_beside=True,
            )
            for name, found in (
                ("before_in_section", before.order_by("-publish_at", "-pk")),
                ("after_in_section", after.order_by("publish_at", "pk")),
            )
        ),
    )


def _all_but(model: type[models.Model], *columns: str) -> Sequence[str]:
    return [one.column for one in model._meta.concrete_fields if one.column not in columns]
