"""The whole publication as a WordPress export, which our importer reads back.

WordPress takes from it what it knows. What it has no place for stands in custom fields that
begin with "_newsroom_", and in records of an own namespace that it passes over; together they
bring back the same rows. docs/importing.md lists what is left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from email.utils import format_datetime
from html import escape
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from articles import models as articles
from articles.choices import Status
from comments.choices import State
from comments.models import Comment

from .progress import Progress
from .rows import export_number, key_of, permanent_address, row_data
from .text import plain_line, plain_lines
from .wxr import Writer, as_json, is_carried

CHUNK = 200
# What follows from other rows or from the moment of saving.
_DERIVED = {"body", "saved_at", "version"}
_STATUSES = {
    Status.DRAFT: "draft", Status.RETURNED: "draft", Status.IN_REVIEW: "pending",
    Status.APPROVED: "pending", Status.PUBLISHED: "publish", Status.WITHDRAWN: "private",
}  # fmt: skip
_COMMENT_STATES = {State.APPROVED: "1", State.PENDING: "0", State.SPAM: "spam"}
# Rows of their own, parents before what points at them.
_EXTENSIONS: tuple[type[models.Model], ...] = (
    articles.Place, articles.Organisation, articles.Person, articles.Post, articles.Tenure,
)  # fmt: skip


class Export:
    """Writes everything into `out`, row by row; `progress` is shown on `notices`."""

    def __init__(self, out: IO[str], notices: IO[str]) -> None:
        self._write = Writer(out)
        self._notices = notices
        self._zone = ZoneInfo(settings.TIME_ZONE)
        self._done = 0

    def run(self) -> int:
        """Write the export; return how many rows it holds."""
        self._progress = Progress(self._notices, self._count())
        publication = articles.Publication.current()
        self._write.head()
        self._write.text("title", publication.name)
        self._write.text("link", settings.SITE_URL)
        self._write.text("description", publication.tagline)
        self._write.text("pubDate", format_datetime(timezone.now()))
        self._write.text("language", settings.LANGUAGE_CODE)
        self._write.text("wp:wxr_version", "1.2")
        self._write.text("wp:base_site_url", settings.SITE_URL)
        self._write.text("wp:base_blog_url", settings.SITE_URL)
        # By this the importer knows its own; in an export of WordPress the same fields would be old.
        self._write.text("newsroom:export", "1")
        for row in articles.Publication.objects.all():
            self._record("publication", row)
        self._accounts()
        self._terms()
        self._photos()
        for model in _EXTENSIONS:
            self._extensions(model)
        self._pages()
        self._stories()
        self._links()
        self._write.foot()
        self._progress.finish()
        return self._done

    def _count(self) -> int:
        counted = (
            articles.Author, articles.Section, articles.Tag, articles.Photo, articles.Page,
            articles.Article, articles.Redirect, *_EXTENSIONS[1:],
        )  # fmt: skip
        return sum(model.objects.count() for model in counted)

    def _step(self) -> None:
        self._done += 1
        self._progress.step(self._done)

    # Names

    def _accounts(self) -> None:
        """Those whose names stand in the history of the newsroom; never readers'."""
        accounts = get_user_model()
        numbers: set[int] = set()
        for model in (*_EXTENSIONS, articles.Article, articles.Author, articles.Photo, articles.Correction):
            for field in model._meta.concrete_fields:
                if field.related_model is accounts:
                    numbers |= set(
                        model.objects.exclude(**{field.name: None})
                        .values_list(field.attname, flat=True)
                        .distinct()
                    )
        for account in accounts.objects.filter(pk__in=numbers).order_by("pk"):
            data = {"email": account.email, "name": account.name, "language": account.language}
            self._data_record("account", account.email, data)

    def _terms(self) -> None:
        write = self._write
        for author in articles.Author.objects.select_related("user").order_by("pk"):
            write.open("wp:author")
            write.text("wp:author_id", author.pk)
            write.text("wp:author_login", author.slug)
            write.text("wp:author_email", author.user.email if author.user else "")
            write.text("wp:author_display_name", escape(author.name, quote=False))
            write.text("newsroom:data", as_json(row_data(author)))
            write.close("wp:author")
            self._step()
        for section in articles.Section.objects.order_by("pk"):
            write.open("wp:category")
            write.text("wp:term_id", section.pk * 2)
            write.text("wp:category_nicename", section.slug)
            write.text("wp:category_parent")
            write.text("wp:cat_name", escape(section.name, quote=False))
            write.text("wp:category_description", escape(section.description, quote=False))
            write.meta("wp:termmeta", "_newsroom_section", row_data(section))
            write.close("wp:category")
            self._step()
        for tag in articles.Tag.objects.order_by("pk").iterator(CHUNK):
            write.open("wp:tag")
            write.text("wp:term_id", tag.pk * 2 + 1)
            write.text("wp:tag_slug", tag.slug)
            write.text("wp:tag_name", escape(tag.name, quote=False))
            write.meta("wp:termmeta", "_newsroom_tag", row_data(tag))
            write.close("wp:tag")
            self._step()

    # Rows that WordPress does not know

    def _extensions(self, model: type[models.Model]) -> None:
        name = model._meta.model_name or ""
        for row in _parents_first(model):
            data = row_data(row)
            if hasattr(row, "aliases"):
                data["aliases"] = list(row.aliases.values_list("name", flat=True))
            self._data_record(name, key_of(row), data)
            self._step()

    def _record(self, kind: str, row: models.Model) -> None:
        self._data_record(kind, key_of(row), row_data(row))

    def _data_record(self, kind: str, key: str, data: dict[str, Any]) -> None:
        self._write.text("newsroom:record", as_json(data), kind=kind, key=key)

    def _links(self) -> None:
        """What points at stories, after all of them."""
        related = articles.RelatedArticle.objects.select_related("article", "related")
        current: articles.Article | None = None
        lines: list[dict[str, Any]] = []
        for row in related.order_by("article_id", "position", "pk").iterator(CHUNK):
            if current is not None and row.article_id != current.pk:
                self._data_record("related", key_of(current), {"related": lines})
                lines = []
            current = row.article
            lines.append({"related": key_of(row.related), "position": row.position})
        if current is not None:
            self._data_record("related", key_of(current), {"related": lines})
        for redirect in articles.Redirect.objects.select_related("article", "page").order_by("pk").iterator(CHUNK):
            self._data_record("redirect", redirect.path, row_data(redirect))
            self._step()

    # Items

    def _photos(self) -> None:
        for photo in articles.Photo.objects.select_related("created_by").order_by("pk").iterator(CHUNK):
            title = photo.image.name.rpartition("/")[2]
            self._open_item(photo, title, f"{settings.SITE_URL}{photo.image.url}", photo.created_at)
            self._texts("", photo.caption)
            self._item_fields(photo, title.rpartition(".")[0], "inherit", "attachment", photo.created_at)
            write = self._write
            write.text("wp:attachment_url", f"{settings.SITE_URL}{photo.image.url}")
            write.meta("wp:postmeta", "_wp_attached_file", photo.image.name)
            write.meta("wp:postmeta", "_wp_attachment_image_alt", photo.alt_text)
            write.meta("wp:postmeta", "_media_credit", photo.credit)
            write.meta("wp:postmeta", "_newsroom_photo", row_data(photo))
            write.close("item")
            self._step()

    def _pages(self) -> None:
        for page in articles.Page.objects.order_by("pk").iterator(CHUNK):
            self._open_item(page, page.title, f"{settings.SITE_URL}{page.get_absolute_url()}", None)
            self._texts(page.body, "")
            status = "publish" if page.is_published else "draft"
            self._item_fields(page, page.slug, status, "page", None)
            self._write.meta("wp:postmeta", "_newsroom_page", {"row": _with_body(page)})
            self._write.close("item")
            self._step()

    def _stories(self) -> None:
        rows = (
            articles.Article.objects.select_related("section", "place", "created_by")
            .defer("search")
            .annotate(has_comments=models.Exists(Comment.objects.filter(article=models.OuterRef("pk"))))
            .prefetch_related(
                models.Prefetch("bylines", articles.Byline.objects.select_related("author")),
                models.Prefetch("article_photos", articles.ArticlePhoto.objects.select_related("photo")),
                "attendances__person", "attendances__organisation", "attendances__tenure",
                "attendances__represents_person", "attendances__represents_post",
                "attendances__represents_organisation",
                models.Prefetch("corrections", articles.Correction.objects.select_related("created_by")),
                models.Prefetch(
                    "taggedarticle_set", articles.TaggedArticle.objects.select_related("tag").order_by("pk")
                ),
            )
            .order_by("pk")
        )
        for article in rows.iterator(CHUNK):
            self._story(article)
            self._step()

    def _story(self, article: articles.Article) -> None:
        write = self._write
        moment = article.publish_at or article.created_at
        bylines, photos = list(article.bylines.all()), list(article.article_photos.all())
        creator = bylines[0].author.slug if bylines else ""
        link = f"{settings.SITE_URL}{article.get_absolute_url()}"
        self._open_item(article, article.headline, link, moment, creator)
        self._texts(article.body, article.standfirst)
        status = "future" if article.is_scheduled else _STATUSES[Status(article.status)]
        self._item_fields(article, article.slug, status, "post", moment)
        section = article.section
        write.text("category", escape(section.name, quote=False), domain="category", nicename=section.slug)
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
            },
        )
        if article.has_comments:
            for comment in article.comments.in_threads().iterator(CHUNK):
                self._comment(comment)
        write.close("item")

    def _open_item(
        self, row: models.Model, title: str, link: str, moment: datetime.datetime | None, creator: str = ""
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
        if comment.state in {State.REMOVED, State.ERASED}:
            exact["state"] = comment.state
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


def _lines(rows: Any) -> list[dict[str, Any]]:
    return [row_data(row, without={"article"}) for row in rows]


def _with_body(row: models.Model) -> dict[str, Any]:
    """The columns of a story or page, with its body only where XML would change it."""
    data = row_data(row, without=_DERIVED)
    if not is_carried(row.body):
        data["body"] = row.body
    return data


def _plain(moment: datetime.datetime | None, zone: datetime.tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else "0000-00-00 00:00:00"


def _parents_first(model: type[models.Model]) -> Iterator[models.Model]:
    """All rows of a kind that an export lists, each after the one that it is part of.

    Places with an official code come with every installation, so only others are listed.
    """
    rows = model.objects.order_by("pk")
    if model is articles.Place:
        rows = rows.filter(code__isnull=True)
    fields = [f.name for f in model._meta.concrete_fields if f.is_relation]
    rows = rows.select_related(*fields) if fields else rows
    if "parent" not in fields:
        yield from rows.iterator(CHUNK)
        return
    waiting: dict[int, list[models.Model]] = {}
    written: set[int] = set()
    numbers = set(rows.values_list("pk", flat=True))
    for row in rows.iterator(CHUNK):
        if row.parent_id in numbers and row.parent_id not in written:
            waiting.setdefault(row.parent_id, []).append(row)
            continue
        ready = [row]
        while ready:
            first = ready.pop(0)
            yield first
            written.add(first.pk)
            ready = waiting.pop(first.pk, []) + ready
