"""The whole publication as a WordPress export, which our importer reads back.

WordPress takes from it what it knows. What it has no place for stands in custom fields that
begin with "_newsroom_", and in records of an own namespace that it passes over; together they
bring back the same rows. docs/importing.md lists what is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import format_datetime
from html import escape
from typing import IO, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from articles import models as articles

from .exporting_items import CHUNK, Items
from .progress import Progress
from .rows import key_of, row_data
from .wxr import Writer, as_json

# Rows of their own, parents before what points at them.
_EXTENSIONS: tuple[type[models.Model], ...] = (
    articles.Place, articles.Organisation, articles.Person, articles.Post, articles.Tenure,
    articles.IdentityJudgement,
)  # fmt: skip


class Export:
    """Writes everything into `out`, row by row; `progress` is shown on `notices`."""

    def __init__(self, out: IO[str], notices: IO[str]) -> None:
        self._write = Writer(out)
        self._notices = notices
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
        items = Items(self._write)
        self._all(items.photos())
        for model in _EXTENSIONS:
            self._extensions(model)
        self._all(items.pages())
        self._all(items.stories())
        self._links()
        self._write.foot()
        self._progress.finish()
        return self._done

    def _count(self) -> int:
        counted: tuple[type[models.Model], ...] = (
            articles.Author, articles.Section, articles.Tag, articles.Photo, articles.Page,
            articles.Article, articles.Redirect, articles.StoryThread, *_EXTENSIONS[1:],
        )  # fmt: skip
        return sum(model._default_manager.count() for model in counted)

    def _all(self, items: Iterator[None]) -> None:
        for _item in items:
            self._step()

    def _step(self) -> None:
        self._done += 1
        self._progress.step(self._done)

    # Names

    def _accounts(self) -> None:
        """Those whose names stand in the history of the newsroom; never readers'."""
        accounts = get_user_model()
        numbers: set[int] = set()
        others: tuple[type[models.Model], ...] = (
            articles.Article, articles.Author, articles.Photo, articles.Correction,
        )  # fmt: skip
        for model in (*_EXTENSIONS, *others):
            for field in model._meta.concrete_fields:
                if field.related_model is accounts:
                    numbers |= set(
                        model._default_manager.exclude(**{field.name: None})
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
        self._threads()
        for redirect in (
            articles.Redirect.objects.select_related("article", "page")
            .order_by("pk")
            .iterator(CHUNK)
        ):
            self._data_record("redirect", redirect.path, row_data(redirect))
            self._step()

    def _threads(self) -> None:
        """Each thread with its stories, in their order."""
        for thread in articles.StoryThread.objects.order_by("pk"):
            data = row_data(thread)
            instalments = thread.instalments.select_related("article").order_by("pk")
            data["stories"] = [
                {"story": key_of(row.article)} | row_data(row, without=("thread", "article"))
                for row in instalments
            ]
            self._data_record("storythread", key_of(thread), data)
            self._step()


def _parents_first(model: type[models.Model]) -> Iterator[models.Model]:
    """All rows of a kind that an export lists, each after the one that it is part of.

    Places with an official code come with every installation, so only others are listed.
    """
    rows = model._default_manager.order_by("pk")
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
