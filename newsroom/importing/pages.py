"""Pages of an export become ours."""

from __future__ import annotations

from django.utils.translation import gettext as _

from articles.models import Page

from .ledger import Kind
from .library import TextPictures
from .records import PageRecord, digest_of
from .text import slug_of
from .texts import SLUG_LENGTH, Texts, unused

TITLE_LENGTH = 200


class Pages(Texts[Page, PageRecord]):
    """Takes standing pages over. They have no comments, authors or place in a tree here."""

    model, kind, count = Page, Kind.PAGE, "pages"

    def state(self, page: Page) -> str:
        return digest_of(page.title, page.slug, page.body, page.is_published)

    def has_old_addresses(self, page: Page) -> bool:
        return page.is_published

    def fill(self, page: Page, record: PageRecord, pictures: TextPictures) -> str:
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
            page.slug = unused(Page.objects.all(), page.slug or "halaman")
        page.save()
        return self.state(page)
