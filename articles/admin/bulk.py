"""Many stories of the list at once: a section, tags, approving, publishing.

Each line of the list carries the version that it shows. A story that was changed since is refused by its name, and so
is one that may not be changed; the others are done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import changes, revisions, versions, workflow
from ..forms.bulk import AddTagsForm, BulkForm, PublishForm, SectionForm, waved_name
from ..forms.seen import read_seen
from ..models import Article
from ..snapshots import Snapshot, apply, snapshot
from .moves import make
from .outgoing import looked_at, plainly, why_not_in_bulk

# As many as the list shows on one page, and some.
MOST = 100

Seen = tuple[int, int | None]


@dataclass(frozen=True)
class Bulk:
    """Something that is done with many stories. `title` is also the button."""

    name: str
    title: Any
    permission: str
    form: type[BulkForm]
    do: Callable[[Article, Any, int | None, dict[str, Any]], None]


def _set_section(row: Article, by: Any, seen: int | None, values: dict[str, Any]) -> None:
    _change(row, by, seen, {"section_id": values["section"].pk}, _("Section changed in the list"))


def _add_tags(row: Article, by: Any, seen: int | None, values: dict[str, Any]) -> None:
    there = {tag.casefold(): tag for tag in row.tags.values_list("name", flat=True)}
    tags = {tag.casefold(): tag for tag in values["tags"]} | there
    _change(row, by, seen, {"tags": sorted(tags.values())}, _("Tags added in the list"))


def _approve(row: Article, by: Any, seen: int | None, values: dict[str, Any]) -> None:
    make(row, "approve", by=by, seen=seen)


def _publish(row: Article, by: Any, seen: int | None, values: dict[str, Any]) -> None:
    if reason := why_not_in_bulk(row):
        raise workflow.Refused(reason)
    waved = values.get(waved_name(row.pk), "")
    make(row, "publish", by=by, seen=seen, values={"waved": waved})


BULKS = {
    bulk.name: bulk
    for bulk in (
        Bulk(
            "section",
            gettext_lazy("Move to a section…"),
            "articles.change_article",
            SectionForm,
            _set_section,
        ),
        Bulk("tags", gettext_lazy("Add tags…"), "articles.change_article", AddTagsForm, _add_tags),
        Bulk("approve", gettext_lazy("Approve…"), "articles.review_article", BulkForm, _approve),
        Bulk(
            "publish", gettext_lazy("Publish…"), "articles.publish_article", PublishForm, _publish
        ),
    )
}


class BulkMixin:
    """Adds the choice above the list, and `…/bulk/<name>/` with what it asks."""

    def get_urls(self) -> list[Any]:
        return [
            path(
                "bulk/<slug:name>/",
                self.admin_site.admin_view(self.bulk_view),
                name="articles_article_bulk",
            ),
            *super().get_urls(),
        ]

    # The list

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if not request.user.has_perm("articles.change_article"):
            return {}
        return {
            bulk.name: (bulk.do, bulk.name, bulk.title)
            for bulk in BULKS.values()
            if request.user.has_perm(bulk.permission)
        }

    @admin.display(
        description=mark_safe(
            '<input type="checkbox" id="action-toggle" aria-labelledby="action-toggle-name">'
        )
    )
    def action_checkbox(self, article: Article) -> str:
        """The box names the version that its line shows, too."""
        label = _("Choose “%(headline)s”") % {"headline": article.headline}
        box = forms.CheckboxInput(
            {"class": "action-select", "aria-label": label}, lambda _value: False
        )
        return box.render(ACTION_CHECKBOX_NAME, f"{article.pk}:{article.version}")

    def response_action(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        """The page that asks, for the chosen lines."""
        sent = [*request.POST.getlist("action"), ""]
        index = request.POST.get("index", "0")
        name = sent[min(int(index), len(sent) - 1)] if index.isdecimal() and len(index) < 4 else ""
        bulk = self._bulk(request, name)
        if bulk is None:
            messages.warning(request, _("Choose what to do with these stories."))
            return HttpResponseRedirect(request.get_full_path())
        chosen = _chosen(request)
        form = bulk.form(keys=dict(chosen))
        return self._ask_for_all(request, bulk, form, chosen, request.GET.urlencode())

    # The page

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask, and do it: one transaction for each story."""
        bulk = self._bulk(request, name)
        if bulk is None or not self.has_view_permission(request):
            raise PermissionDenied
        back = request.POST.get("back", "")[:1000]
        url = reverse(f"{self.admin_site.name}:articles_article_changelist")
        chosen = _chosen(request)
        form = bulk.form(request.POST, keys=dict(chosen))
        if request.method != "POST" or not chosen:
            return HttpResponseRedirect(url)
        if not form.is_valid():
            return self._ask_for_all(request, bulk, form, chosen, back)
        done = sum(
            self._do_one(request, bulk, key, seen, form.cleaned_data) for key, seen in chosen
        )
        if done:
            told = ngettext("%(count)d story is done.", "%(count)d stories are done.", done)
            messages.success(request, told % {"count": done})
        return HttpResponseRedirect(f"{url}?{back}" if back else url)

    @staticmethod
    def _bulk(request: HttpRequest, name: str) -> Bulk | None:
        bulk = BULKS.get(name)
        if bulk is None or not request.user.has_perm("articles.change_article"):
            return None
        return bulk if request.user.has_perm(bulk.permission) else None

    @staticmethod
    def _do_one(
        request: HttpRequest, bulk: Bulk, key: int, seen: int | None, values: dict[str, Any]
    ) -> bool:
        """Whether it was done; what was not is told with the story's name."""
        article = Article.objects.filter(pk=key).select_related("changes_to").first()
        if article is None:
            messages.error(request, _("A story that you chose is not there any more."))
            return False
        try:
            with transaction.atomic():
                bulk.do(Article.objects.lock(article), request.user, seen, values)
        except (versions.Stale, workflow.Refused) as refused:
            url = reverse("admin:articles_article_change", args=[article.pk])
            told = format_html('<a href="{}">{}</a>: {}', url, article.headline, str(refused))
            messages.error(request, told)
            return False
        except Article.DoesNotExist:
            messages.error(request, _("A story that you chose is not there any more."))
            return False
        return True

    def _ask_for_all(
        self, request: HttpRequest, bulk: Bulk, form: BulkForm, chosen: list[Seen], back: str
    ) -> HttpResponse:
        seen = dict(chosen)
        stories = Article.objects.filter(pk__in=seen).order_by("-pk")
        if bulk.name == "publish":
            stories = stories.select_related("section", "place", "changes_to").defer("search")
            lines = looked_at(stories, request.user)
        else:
            lines = plainly(stories.for_line())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(bulk.title).rstrip("…"),
            "form": form,
            "bulk": bulk,
            # With the version that the list showed, not the one there is by now.
            "stories": [
                (line, _box(line.story, seen), _field(form, line.reason)) for line in lines
            ],
            "fields": [] if bulk.name == "publish" else form.visible_fields(),
            "may_go": any(not line.is_stopped for line in lines),
            "box": ACTION_CHECKBOX_NAME,
            "back": back,
            "url": reverse(f"{self.admin_site.name}:articles_article_bulk", args=[bulk.name]),
        }
        return TemplateResponse(request, "admin/articles/bulk.html", context)


def _box(story: Article, seen: dict[int, int | None]) -> str:
    version = seen[story.pk]
    return f"{story.pk}:{'' if version is None else version}"


def _field(form: BulkForm, name: str) -> forms.BoundField | None:
    return form[name] if name else None


def _chosen(request: HttpRequest) -> list[Seen]:
    """The stories that were chosen, each with the version that its line showed."""
    return list(dict(_pairs(request.POST.getlist(ACTION_CHECKBOX_NAME)[:MOST])).items())


def _pairs(sent: list[str]) -> Iterator[Seen]:
    for one in sent:
        key, _colon, seen = one.partition(":")
        if key.isascii() and key.isdecimal() and len(key) < 19:
            yield int(key), read_seen(seen)


def _change(row: Article, by: Any, seen: int | None, contents: Snapshot, note: str) -> None:
    """Write some fields of a story: into it, or, when it is public, by a change that is published at once."""
    if not Article.objects.editable_by(by).filter(pk=row.pk).exists():
        raise workflow.Refused(_("This story is not yours to change now."))
    versions.require_seen(row, seen)
    if not row.is_out:
        revisions.keep_beginning(row)
        apply(row, contents, tuple(contents))
        revisions.record(row, by=by, note=note)
        return
    if changes.copy_of(row):
        raise workflow.Refused(_("There are changes to it that are not published yet."))
    before = snapshot(row)
    written = changes.begin_with(row, before | contents, by=by, note=note, tab="", seen=seen)
    changes.publish(written.copy, by=by, why=note)
