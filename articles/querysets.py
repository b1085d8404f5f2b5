"""What the public may see, and the joins each kind of page needs; both nowhere else."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from .choices import Kind, Status

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Article


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

    def published(self, *, at: datetime.datetime | None = None) -> ArticleQuerySet:
        """What the public may see now. Scheduling is this comparison with the clock, not a job.

        With `at`, what it may see at that time if nothing changes until then: for previews alone.
        """
        now = at or timezone.now()
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
            status__in=[Status.PUBLISHED, Status.WITHDRAWN], publish_at__lte=timezone.now()
        )

    def published_or_withdrawn(self) -> ArticleQuerySet:
        """What feeds and ledgers may speak of: published stories, and the notices of withdrawn ones.

        Of a story whose time is over nobody hears any more, only its address answers.
        """
        now = timezone.now()
        not_over = Q(unpublish_at__isnull=True) | Q(unpublish_at__gt=now)
        return self.addressable().filter(Q(status=Status.WITHDRAWN) | not_over)

    def over(self) -> ArticleQuerySet:
        """Stories that were public until their time ended; agrees with `Article.is_over`."""
        now = timezone.now()
        return self.filter(status=Status.PUBLISHED, publish_at__lte=now, unpublish_at__lte=now)

    def scheduled(self) -> ArticleQuerySet:
        return self.filter(status=Status.PUBLISHED, publish_at__gt=timezone.now())

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

    def signed_by(self, author: models.Model) -> ArticleQuerySet:
        byline = apps.get_model("articles", "Byline")
        return self.filter(Exists(byline.objects.filter(article=OuterRef("pk"), author=author)))

    def tagged(self, tag: models.Model) -> ArticleQuerySet:
        """Stories with the tag; a tag may be a name, so never one that protects identities."""
        tagged = apps.get_model("articles", "TaggedArticle")
        with_tag = tagged.objects.filter(content_object=OuterRef("pk"), tag=tag)
        return self.filter(Exists(with_tag)).unprotected()

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

    def headlined(self, text: str) -> ArticleQuerySet:
        """Stories whose headline has words that begin like each of `text`; none for no word."""
        words = re.findall(r"\w+", text)
        if not words:
            return self.none()
        query = " & ".join(f"{word}:*A" for word in words)
        return self.filter(search=SearchQuery(query, search_type="raw", config="simple"))

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

    def for_feed(self) -> ArticleQuerySet:
        """With what an entry of a feed or a sitemap shows: the text, names and tags too."""
        return (
            self.select_related("section", "place")
            .defer("search")
            .prefetch_related(_lead_photo(), _bylines(), "tags", "corrections")
        )

    def for_page(self) -> ArticleQuerySet:
        """With everything that the story's own page shows."""
        related = apps.get_model("articles", "RelatedArticle")
        attendance = apps.get_model("articles", "Attendance")
        return (
            # A village lies in a district, a regency and a province.
            self.select_related("section", "place__parent__parent__parent")
            .defer("search")
            .prefetch_related(
                Prefetch(
                    "article_photos",
                    queryset=apps.get_model("articles", "ArticlePhoto").objects.select_related(
                        "photo"
                    ),
                ),
                _bylines(),
                "tags",
                "corrections",
                Prefetch(
                    "attendances",
                    queryset=attendance.objects.select_related(
                        "person__merged_into",
                        "organisation",
                        "represents_person__merged_into",
                        "represents_organisation",
                        "represents_post__organisation",
                        "tenure__post__organisation",
                    ),
                ),
                Prefetch(
                    "related_links",
                    queryset=related.objects.filter(
                        related__in=apps.get_model("articles", "Article").objects.published()
                    ).select_related("related__section", "related__place"),
                    to_attr="public_related_links",
                ),
            )
        )


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
