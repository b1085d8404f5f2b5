"""Stories, pages, photos and comments as items of a WordPress export."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from email.utils import format_datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from articles import models as articles
from articles.choices import Status
from comments.choices import State
from comments.models import Comment

from .rows import export_number, permanent_address, row_data
from .text import plain_line, plain_lines
from .wxr import Writer, is_carried

CHUNK = 200
# What follows from other rows or from the moment of saving.
_DERIVED = {"body", "saved_at", "version", "changes_to", "live"}
_STATUSES = {
    Status.DRAFT: "draft", Status.RETURNED: "draft", Status.IN_REVIEW: "pending",
    Status.APPROVED: "pending", Status.PUBLISHED: "publish", Status.WITHDRAWN: "private",
}  # fmt: skip
_COMMENT_STATES = {
    State.APPROVED: "1",
    State.UNREVIEWED: "1",
    State.PENDING: "0",
    State.SPAM: "spam",
}


class Items:
    """Writes the items; each method yields once per item, so that the caller can show progress."""

    def __init__(self, write: Writer) -> None:
        self._write = write
        self._zone = ZoneInfo(settings.TIME_ZONE)

    def photos(self) -> Iterator[None]:
        for photo in (
            articles.Photo.objects.select_related("created_by").order_by("pk").iterator(CHUNK)
        ):
            title = photo.image.name.rpartition("/")[2]
            self._open_item(photo, title, f"{settings.SITE_URL}{photo.image.url}", photo.created_at)
            self._texts("", photo.caption)
            self._item_fields(
                photo, title.rpartition(".")[0], "inherit", "attachment", photo.created_at
            )
            write = self._write
            write.text("wp:attachment_url", f"{settings.SITE_URL}{photo.image.url}")
            write.meta("wp:postmeta", "_wp_attached_file", photo.image.name)
            write.meta("wp:postmeta", "_wp_attachment_image_alt", photo.alt_text)
            write.meta("wp:postmeta", "_media_credit", photo.credit)
            write.meta("wp:postmeta", "_newsroom_photo", row_data(photo))
            write.close("item")
            yield

    def pages(self) -> Iterator[None]:
        for page in articles.Page.objects.order_by("pk").iterator(CHUNK):
            self._open_item(page, page.title, f"{settings.SITE_URL}{page.get_absolute_url()}", None)
            self._texts(page.body, "")
            status = "publish" if page.is_published else "draft"
            self._item_fields(page, page.slug, status, "page", None)
            self._write.meta("wp:postmeta", "_newsroom_page", {"row": _with_body(page)})
            self._write.close("item")
            yield

    def stories(self) -> Iterator[None]:
        rows = (
            articles.Article.objects.without_copies()
            .select_related("section", "place", "created_by")
            .defer("search")
            .annotate(
                has_comments=models.Exists(Comment.objects.filter(article=models.OuterRef("pk")))
            )
            .prefetch_related(
                models.Prefetch("bylines", articles.Byline.objects.select_related("author")),
                models.Prefetch(
                    "article_photos", articles.ArticlePhoto.objects.select_related("photo")
                ),
                "attendances__person",
                "attendances__organisation",
                "attendances__tenure",
                "attendances__represents_person",
                "attendances__represents_post",
                "attendances__represents_organisation",
                models.Prefetch(
                    "corrections", articles.Correction.objects.select_related("created_by")
                ),
                models.Prefetch(
                    "taggedarticle_set",
                    articles.TaggedArticle.objects.select_related("tag").order_by("pk"),
                ),
            )
            .order_by("pk")
        )
        for article in rows.iterator(CHUNK):
            self._story(article)
            yield

    def _story(self, article: articles.Article) -> None:
        write = self._write
        moment = article.publish_at or article.created_at
        bylines, photos = list(article.bylines.all()), list(article.article_photos.all())
        creator = bylines[0].author.slug if bylines else ""
        link = f"{settings.SITE_URL}{article.get_absolute_url()}"
        self._open_item(article, article.headline, link, moment, creator)
        self._texts(article.body, article.standfirst)
        status = "future" if article.is_scheduled else _STATUSES[Status(article.status)]
        if article.is_over:
            # Another system knows no end: there it would be public again.
            status = "private"
        self._item_fields(article, article.slug, status, "post", moment)
        section = article.section
        write.text(
            "category", escape(section.name, quote=False), domain="category", nicename=section.slug
        )
        for tagged in article.taggedarticle_set.all():
            name = escape(tagged.tag.name, quote=False)
            write.text("category", name, domain="post_tag", nicename=tagged.tag.slug)
        for byline in bylines if len(bylines) > 1 else ():
            name = escape(byline.author.name, quote=False)
            write.text("category", name, domain="author", nicename=byline.author.slug)
        if photos:
            write.meta("wp:postmeta", "_thumbnail_id", export_number(photos[0].photo))
        write.meta(
            "wp:postmeta",
            "_newsroom_article",
            {
                "row": _with_body(article),
                "bylines": _lines(bylines),
                "photos": _lines(photos),
                "attendances": _lines(article.attendances.all()),
                "corrections": _lines(reversed(article.corrections.all())),
                "tags": [tagged.tag.slug for tagged in article.taggedarticle_set.all()],
                **_live(article),
            },
        )
        # Annotated by the query above.
        if getattr(article, "has_comments", True):
            for comment in article.comments.in_threads().iterator(CHUNK):
                self._comment(comment)
        write.close("item")

    def _open_item(
        self,
        row: models.Model,
        title: str,
        link: str,
        moment: datetime.datetime | None,
        creator: str = "",
    ) -> None:
        write = self._write
        write.open("item")
        write.text("title", escape(title, quote=False))
        write.text("link", link)
        write.text("pubDate", format_datetime(moment) if moment else "")
        write.text("dc:creator", creator)
        write.text("guid", permanent_address(row), isPermaLink="false")
        write.text("description")

    def _texts(self, body: str, excerpt: str) -> None:
        """The texts; pictures get whole addresses, so that another system can fetch them."""
        whole = f'src="{settings.SITE_URL}{settings.MEDIA_URL}'
        self._write.text("content:encoded", body.replace(f'src="{settings.MEDIA_URL}', whole))
        self._write.text("excerpt:encoded", escape(excerpt, quote=False))

    def _item_fields(
        self, row: models.Model, slug: str, status: str, kind: str, moment: datetime.datetime | None
    ) -> None:
        write = self._write
        write.text("wp:post_id", export_number(row))
        write.text("wp:post_date", _plain(moment, self._zone))
        write.text("wp:post_date_gmt", _plain(moment, datetime.UTC))
        write.text("wp:comment_status", "open" if kind == "post" else "closed")
        write.text("wp:ping_status", "closed")
        write.text("wp:post_name", slug)
        write.text("wp:status", status)
        write.text("wp:post_parent", 0)
        write.text("wp:menu_order", 0)
        write.text("wp:post_type", kind)
        write.text("wp:post_password")
        write.text("wp:is_sticky", 0)

    def _comment(self, comment: Comment) -> None:
        write = self._write
        name, body = escape(comment.author_name, quote=False), escape(comment.body, quote=False)
        exact: dict[str, Any] = {}
        if comment.state in {State.UNREVIEWED, State.REMOVED, State.ERASED}:
            exact["state"] = comment.state
        if comment.is_by_staff:
            exact["is_by_staff"] = True
        for field in ("edited_at", "corrected_at"):
            if moment := getattr(comment, field):
                exact[field] = moment.astimezone(datetime.UTC).isoformat()
        if comment.created_at.microsecond:
            exact["created_at"] = comment.created_at.astimezone(datetime.UTC).isoformat()
        if not is_carried(body) or plain_lines(body) != comment.body:
            exact["body"] = comment.body
        if not is_carried(name) or plain_line(name) != comment.author_name:
            exact["author_name"] = comment.author_name
        write.open("wp:comment")
        write.text("wp:comment_id", comment.pk)
        write.text("wp:comment_author", name)
        # Addresses of readers stay here.
        for empty in ("author_email", "author_url", "author_IP"):
            write.text(f"wp:comment_{empty}")
        write.text("wp:comment_date", _plain(comment.created_at, self._zone))
        write.text("wp:comment_date_gmt", _plain(comment.created_at, datetime.UTC))
        write.text("wp:comment_content", body)
        write.text("wp:comment_approved", _COMMENT_STATES.get(State(comment.state), "trash"))
        write.text("wp:comment_type", "comment")
        write.text("wp:comment_parent", comment.parent_id or 0)
        write.text("wp:comment_user_id", 0)
        if exact:
            write.meta("wp:commentmeta", "_newsroom_comment", exact)
        write.close("wp:comment")


def _live(article: articles.Article) -> dict[str, Any]:
    """The live coverage of a story that has it. What its entries said before stays here, as earlier versions do."""
    if not article.live:
        return {}
    coverage = articles.Coverage.objects.select_related("begun_by", "ended_by").get(pk=article.pk)
    entries = coverage.entries.select_related(
        *("place", "photo", "author", "entered_by", "changed_by", "withdrawn_by")
    )
    rows = entries.order_by("number").iterator(CHUNK)
    return {
        "coverage": row_data(coverage),
        "live_entries": [row_data(row, without={"coverage"}) for row in rows],
    }


def _lines(rows: Any) -> list[dict[str, Any]]:
    return [row_data(row, without={"article"}) for row in rows]


def _with_body(row: articles.Article | articles.Page) -> dict[str, Any]:
    """The columns of a story or page, with its body only where XML would change it."""
    data = row_data(row, without=_DERIVED)
    if not is_carried(row.body):
        data["body"] = row.body
    return data


def _plain(moment: datetime.datetime | None, zone: datetime.tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else "0000-00-00 00:00:00"
