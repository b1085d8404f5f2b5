"""The addresses that stories and pages had lead to them for ever."""

from __future__ import annotations

from django.utils.translation import gettext as _

from articles.models import Article, Page, Redirect

from .context import Context
from .records import TextRecord


class Redirects:
    """Notes old addresses; the table of redirects itself says which are known already."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def take(self, record: TextRecord, target: Article | Page) -> None:
        """Let each old address of `record` lead to the story or page that it became."""
        if not record.old_paths:
            return
        article = target if isinstance(target, Article) else None
        page = target if isinstance(target, Page) else None
        report = self._context.report
        new: list[Redirect] = []
        known = Redirect.objects.in_bulk(record.old_paths, field_name="path")
        for path in record.old_paths:
            redirect = known.get(path)
            if path in {target.get_absolute_url(), "/"}:
                # It stands at the same address as ever, or was the other site's front page;
                # ours stays where it is.
                continue
            if redirect is None:
                new.append(Redirect(path=path, article=article, page=page))
                report.imported("redirects")
            elif (redirect.article_id, redirect.page_id) == (
                article.pk if article else None,
                page.pk if page else None,
            ):
                report.unchanged("redirects")
            else:
                report.skipped(
                    "redirects",
                    f"{record.label}: {path}",
                    _("This address leads to something else already."),
                )
        Redirect.objects.bulk_create(new)
