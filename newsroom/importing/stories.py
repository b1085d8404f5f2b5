"""Stories and pages of an export become ours."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import revisions
from articles.choices import Status
from articles.models import Article, ArticlePhoto, Byline, Page, Photo, TaggedArticle
from articles.sanitise import plain_text
from newsroom.models import ImportedItem

from .bodies import convert
from .context import Context
from .extension import Extension
from .ledger import Kind, Standing
from .library import Library, TextPictures
from .records import PageRecord, StoryRecord, TextRecord, digest_of
from .redirects import Redirects
from .terms import UNSORTED, Terms
from .text import free_slug, shorten, slug_of

HEADLINE_LENGTH, TITLE_LENGTH, SLUG_LENGTH = 250, 200, 120
BEGINNING = 80
# Nobody wrote these, or somebody threw them away.
_LEFT_OUT = {"trash", "auto-draft", "inherit"}
_STATUSES = {"publish": Status.PUBLISHED, "future": Status.PUBLISHED, "pending": Status.IN_REVIEW,
             "draft": Status.DRAFT}  # fmt: skip
# A change within this time of publication is part of publishing.
_PUBLISHING_TIME = datetime.timedelta(minutes=2)


class Stories:
    """Takes stories and pages over, in the transaction of each item."""

    def __init__(self, context: Context, terms: Terms, library: Library, *, is_wordpress: bool) -> None:
        self._context = context
        self._terms = terms
        self._library = library
        self._extension = Extension(context)
        self._redirects = Redirects(context)
        self._is_wordpress = is_wordpress

    def find(self, key: str) -> Article | None:
        """The story that an item of the export became, if it is still here."""
        item = self._context.ledger.get(Kind.ARTICLE, key)
        return Article.objects.filter(pk=item.object_id).first() if item else None

    def story(self, record: StoryRecord) -> None:
        """Import a story, unless it is here already or was edited here."""
        if self._is_left_out(record, "articles"):
            return
        pictures = self._library.pictures_of(record)
        item = self._context.ledger.get(Kind.ARTICLE, record.key)
        digest = _digest(record, pictures)
        standing = self._context.ledger.standing(item, digest)
        article = Article.objects.filter(pk=item.object_id).first() if item else None
        if item is None:
            article = self._new_story(record, pictures)
        elif standing is Standing.UNCHANGED:
            self._context.report.unchanged("articles")
        elif not self._may_overwrite("articles", record, item, article and _story_state(article)):
            pass
        elif article is not None:
            self._fill_story(article, record, pictures)
            self._context.ledger.update(item, _digest(record, pictures), _story_state(article))
            self._context.report.imported("articles")
        if article is not None and article.publish_at is not None and record.data is None:
            self._redirects.take(record, article=article)

    def page(self, record: PageRecord) -> None:
        """Import a page, unless it is here already or was edited here."""
        if self._is_left_out(record, "pages"):
            return
        pictures = self._library.pictures_of(record)
        item = self._context.ledger.get(Kind.PAGE, record.key)
        digest = _digest(record, pictures)
        standing = self._context.ledger.standing(item, digest)
        page = Page.objects.filter(pk=item.object_id).first() if item else None
        if item is None:
            page = Page()
            self._fill_page(page, record, pictures)
            self._context.ledger.remember(
                Kind.PAGE, record.key, page.pk, _digest(record, pictures), state=_page_state(page)
            )
            self._context.report.imported("pages")
        elif standing is Standing.UNCHANGED:
            self._context.report.unchanged("pages")
        elif not self._may_overwrite("pages", record, item, page and _page_state(page)):
            pass
        elif page is not None:
            self._fill_page(page, record, pictures)
            self._context.ledger.update(item, _digest(record, pictures), _page_state(page))
            self._context.report.imported("pages")
        if page is not None and page.is_published and record.data is None:
            self._redirects.take(record, page=page)

    def _is_left_out(self, record: TextRecord, kind: str) -> bool:
        if record.status not in _LEFT_OUT:
            return False
        self._context.report.skipped(
            kind, record.label, _("Its state there is “%(state)s”.") % {"state": record.status}
        )
        return True

    def _may_overwrite(
        self, kind: str, record: TextRecord, item: ImportedItem, state: str | None
    ) -> bool:
        if state is None:
            reason = _("It was deleted here since.")
        elif state != item.state:
            reason = _("It was edited here since and stays as it is.")
        else:
            return True
        self._context.report.skipped(kind, record.label, reason)
        return False

    # Stories

    def _new_story(self, record: StoryRecord, pictures: TextPictures) -> Article:
        article = Article()
        self._fill_story(article, record, pictures)
        self._context.ledger.remember(
            Kind.ARTICLE, record.key, article.pk, _digest(record, pictures),
            state=_story_state(article),
        )
        self._context.report.imported("articles")
        return article

    def _fill_story(self, article: Article, record: StoryRecord, pictures: TextPictures) -> None:
        """Write the story as the export has it, and a revision that says where it came from."""
        is_new = article.pk is None
        section_key, other_sections = self._section_of(record)
        article.body = self._body(record, pictures)
        if record.data is not None:
            self._extension.fill_article(article, record)
        else:
            article.headline = self._title(record, HEADLINE_LENGTH, article.body)
            article.standfirst = record.excerpt
            article.section_id = self._section_id(record, section_key)
            self._set_status(article, record)
            if is_new:
                article.slug = slug_of(record.slug, record.title, limit=SLUG_LENGTH) or "berita"
                article.created_at = record.moment.at(self._context.clock.zone) or timezone.now()
        if is_new and article.published_on:
            same_day = Article.objects.filter(published_on=article.published_on)
            article.slug = _unused(same_day, article.slug)
        article.save()
        updated_at = article.updated_at
        if record.data is not None:
            self._extension.fill_rows(article, record)
            tags = [self._terms.id_of(Kind.TAG, slug) for slug in record.data.get("tags", [])]
        else:
            self._sign(article, record)
            self._lead(article, pictures.featured)
            tags = self._tags(record, other_sections)
        self._tag(article, tags)
        for term in record.other_terms:
            self._context.report.problem(record.label, _("%(term)s was left out.") % {"term": term})
        revisions.record(
            article, by=None, note=_("Taken over from %(source)s") % {"source": self._context.ledger.source}
        )
        if article.updated_at != updated_at:
            # Taking over is no change by the newsroom: the time is the old site's.
            article.updated_at = updated_at
            article.save(update_fields=["updated_at"])

    def _set_status(self, article: Article, record: StoryRecord) -> None:
        """Drafts stay drafts; what was public or planned is so again; anything else is a draft."""
        status = _STATUSES.get(record.status, Status.DRAFT)
        reason = ""
        if record.has_password:
            reason = _("It had a password there; it is a draft here.")
        elif record.status not in _STATUSES:
            reason = _("Its state there is “%(state)s”; it is a draft here.") % {"state": record.status}
        publish_at = record.moment.at(self._context.clock.zone)
        if status == Status.PUBLISHED and not reason and publish_at is None:
            reason = _("It has no date; it is a draft here.")
        if reason:
            status = Status.DRAFT
            self._context.report.problem(record.label, reason)
        article.status = status
        if status != Status.PUBLISHED or publish_at is None:
            article.publish_at = None
            if article.published_on is None or article.pk is None:
                article.published_on = None
            return
        article.publish_at = publish_at
        if article.published_on is None:
            article.published_on = publish_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        modified = record.modified.at(self._context.clock.zone)
        is_later = modified is not None and modified - publish_at > _PUBLISHING_TIME
        article.updated_at = modified if is_later and publish_at <= timezone.now() else None

    def _section_of(self, record: StoryRecord) -> tuple[str, list[tuple[str, str]]]:
        """The section that a story stands in, and the others, which become tags."""
        sections = [(key, name) for key, name in record.sections if key not in UNSORTED]
        if not sections:
            return "", []
        keys = [key for key, _name in sections]
        primary = self._terms.section_by_number.get(record.primary_section, "")
        if primary not in keys:
            parents = {self._terms.section_parents.get(key) for key in keys}
            # "Daerah > Sinjai": what stands below the other says more.
            primary = next((key for key in keys if key not in parents), keys[0])
        return primary, [(key, name) for key, name in sections if key != primary]

    def _section_id(self, record: StoryRecord, key: str) -> int:
        if key and (number := self._terms.id_of(Kind.SECTION, key)) is not None:
            return number
        if not self._is_wordpress:
            for _key, name in record.tags:
                if (number := self._terms.section_named(name)) is not None:
                    return number
        return self._terms.default_section_id()

    def _sign(self, article: Article, record: StoryRecord) -> None:
        article.bylines.all().delete()
        numbers = [self._terms.id_of(Kind.AUTHOR, login) for login, _name in record.authors]
        Byline.objects.bulk_create(
            Byline(article=article, author_id=number, position=position)
            for position, number in enumerate(dict.fromkeys(filter(None, numbers)))
        )

    def _lead(self, article: Article, photo: Photo | None) -> None:
        article.article_photos.all().delete()
        if photo is not None:
            ArticlePhoto.objects.create(article=article, photo=photo)

    def _tags(self, record: StoryRecord, sections: list[tuple[str, str]]) -> list[int | None]:
        tags: list[int | None] = [
            self._terms.id_of(Kind.TAG, key) or self._terms.tag_id(name) for key, name in record.tags
        ]
        return tags + [self._terms.tag_id(name) for _key, name in sections]

    def _tag(self, article: Article, numbers: list[int | None]) -> None:
        TaggedArticle.objects.filter(content_object=article).delete()
        TaggedArticle.objects.bulk_create(
            TaggedArticle(content_object=article, tag_id=number)
            for number in dict.fromkeys(filter(None, numbers))
        )

    # Pages

    def _fill_page(self, page: Page, record: PageRecord, pictures: TextPictures) -> None:
        page.body = self._body(record, pictures)
        if record.data is not None:
            self._extension.fill_page(page, record)
        else:
            page.title = self._title(record, TITLE_LENGTH, page.body)
            page.is_published = record.status == "publish" and not record.has_password
            if record.status == "publish" and record.has_password:
                self._context.report.problem(
                    record.label, _("It had a password there; it is not public here.")
                )
            if page.pk is None:
                page.slug = slug_of(record.slug, record.title, limit=SLUG_LENGTH)
        if page.pk is None:
            page.slug = _unused(Page.objects.all(), page.slug or "halaman")
        page.save()

    # Both

    def _title(self, record: TextRecord, limit: int, body: str) -> str:
        if len(record.title) > limit:
            self._context.report.problem(
                record.label,
                _("The title is longer than %(limit)d characters and was cut.") % {"limit": limit},
            )
        # A story without a title is known by how it begins.
        begins = plain_text(body).partition("\n")[0]
        return shorten(record.title, limit) or shorten(begins, BEGINNING) or _("Untitled")

    def _body(self, record: TextRecord, pictures: TextPictures) -> str:
        if record.data is not None:
            return self._extension.body(record, pictures)
        converted = convert(record.body, pictures.as_pictures(), is_wordpress=self._is_wordpress)
        for note in dict.fromkeys(converted.notes):
            self._context.report.problem(record.label, note)
        if pictures.missing:
            self._context.report.problem(
                record.label,
                _("Pictures of a gallery are not in the library and were left out: %(numbers)s.")
                % {"numbers": ", ".join(dict.fromkeys(pictures.missing))},
            )
        return converted.html


def _unused(rows: QuerySet[Any], slug: str) -> str:
    return free_slug(slug, lambda other: rows.filter(slug=other).exists(), limit=SLUG_LENGTH)


def _digest(record: TextRecord, pictures: TextPictures) -> str:
    """Of what the export says and of the pictures that are here for it: they may come later."""
    return digest_of(record.digest(), pictures.fingerprint())


def _story_state(article: Article) -> str:
    snapshot = revisions.snapshot(article)
    # Related stories are linked when all of an export's stories are here.
    snapshot.pop("related", None)
    return digest_of(snapshot, article.status)


def _page_state(page: Page) -> str:
    return digest_of(page.title, page.slug, page.body, page.is_published)
