"""Stories of an export become ours."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import changes, revisions
from articles.choices import Status
from articles.models import Article, ArticlePhoto, Byline, Photo, TaggedArticle
from articles.snapshots import snapshot

from .context import Context
from .ledger import Kind
from .library import Library, TextPictures
from .records import StoryRecord, digest_of
from .terms import UNSORTED, Terms
from .text import slug_of
from .texts import SLUG_LENGTH, Texts, unused

HEADLINE_LENGTH = 250
_STATUSES = {
    "publish": Status.PUBLISHED,
    "future": Status.PUBLISHED,
    "pending": Status.IN_REVIEW,
    "draft": Status.DRAFT,
}
# A change within this time of publication is part of publishing.
_PUBLISHING_TIME = datetime.timedelta(minutes=2)


class Stories(Texts[Article, StoryRecord]):
    """Takes stories over, with who signs them, their section, tags and lead photo."""

    model, kind, count = Article, Kind.ARTICLE, "articles"

    def __init__(
        self, context: Context, terms: Terms, library: Library, *, is_wordpress: bool
    ) -> None:
        super().__init__(context, library, is_wordpress=is_wordpress)
        self._terms = terms

    def state(self, article: Article) -> str:
        """What stands here now, locked: nobody saves between this look and what the import writes."""
        Article.objects.lock(article)
        article.refresh_from_db()
        if changes.copy_of(article):
            # Somebody is writing the next version of it.
            return ""
        return _state(snapshot(article), article.status)

    def has_old_addresses(self, article: Article) -> bool:
        return article.publish_at is not None

    def fill(self, article: Article, record: StoryRecord, pictures: TextPictures) -> str:
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
            article.slug = unused(same_day, article.slug)
        article.save()
        updated_at = article.updated_at
        if not is_new:
            article.bylines.all().delete()
            article.article_photos.all().delete()
            TaggedArticle.objects.filter(content_object=article).delete()
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
        revision = revisions.record(
            article,
            by=None,
            note=_("Taken over from %(source)s") % {"source": self._context.ledger.source},
        )
        if article.updated_at != updated_at:
            # Taking over is no change by the newsroom: the time is the old site's.
            article.updated_at = updated_at
            article.save(update_fields=["updated_at"])
        return _state(revision.snapshot, article.status) if revision else self.state(article)

    def _set_status(self, article: Article, record: StoryRecord) -> None:
        """Drafts stay drafts; what was public or planned is so again; anything else is a draft."""
        status = _STATUSES.get(record.status, Status.DRAFT)
        reason = ""
        if record.has_password:
            reason = _("It had a password there; it is a draft here.")
        elif not record.status:
            reason = _("It has no state there; it is a draft here.")
        elif record.status not in _STATUSES:
            reason = _("Its state there is “%(state)s”; it is a draft here.") % {
                "state": record.status
            }
        publish_at = record.moment.at(self._context.clock.zone)
        if status == Status.PUBLISHED and not reason and publish_at is None:
            reason = _("It has no date; it is a draft here.")
        if reason:
            status = Status.DRAFT
            self._context.report.problem(record.label, reason)
        article.status = status
        if status != Status.PUBLISHED or publish_at is None:
            article.publish_at = None
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
        numbers = [self._terms.id_of(Kind.AUTHOR, login) for login, _name in record.authors]
        Byline.objects.bulk_create(
            Byline(article=article, author_id=number, position=position)
            for position, number in enumerate(dict.fromkeys(filter(None, numbers)))
        )

    def _lead(self, article: Article, photo: Photo | None) -> None:
        if photo is not None:
            ArticlePhoto.objects.create(article=article, photo=photo)

    def _tags(self, record: StoryRecord, sections: list[tuple[str, str]]) -> list[int | None]:
        tags: list[int | None] = [
            self._terms.id_of(Kind.TAG, key) or self._terms.tag_id(name)
            for key, name in record.tags
        ]
        return tags + [self._terms.tag_id(name) for _key, name in sections]

    def _tag(self, article: Article, numbers: list[int | None]) -> None:
        TaggedArticle.objects.bulk_create(
            TaggedArticle(content_object=article, tag_id=number)
            for number in dict.fromkeys(filter(None, numbers))
        )


def _state(snapshot: dict[str, Any], status: str) -> str:
    # Related stories are linked when all of an export's stories are here.
    return digest_of({k: v for k, v in snapshot.items() if k != "related"}, status)
