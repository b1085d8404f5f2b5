"""Changes to a public story on the desk: where they are, what they change, and their end."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from .. import changes, wording, workflow
from ..choices import Status
from ..forms.moves import ENDS_CHANGES, ChangesForm
from ..models import Article
from ..shown import compare
from ..snapshots import CONTENTS, Snapshot, snapshot


class ChangesMixin:
    """Adds `…/<id>/changes/`, and what a story's form says about its working copy."""

    def get_urls(self) -> list[Any]:
        return [
            path(
                "<path:object_id>/changes/",
                self.admin_site.admin_view(self.changes_view),
                name="articles_article_changes",
            ),
            *super().get_urls(),
        ]

    def changes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What a working copy would change for readers, with the buttons that publish or end it."""
        # What it compares is what the history keeps, the register of a protected story with it.
        if not self.has_view_permission(request) or not request.user.has_perm(
            "articles.view_revision"
        ):
            raise PermissionDenied
        article = self.get_object(request, unquote(object_id))
        copy = article and (article if article.is_working_copy else changes.copy_of(article))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if copy is None:
            return HttpResponseRedirect(self.change_url(article))
        possible = workflow.moves_for(copy, request.user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Changes to a public story"),
            "article": copy,
            "state": wording.state_of(copy),
            "form": ChangesForm(article=copy),
            "endings": [
                (move, self.step_url(copy, move.name), move.name == "discard_changes")
                for move in possible
                if move.name in ENDS_CHANGES
            ],
            "is_editable": self.has_change_permission(request, copy),
            "diffs": changed_for_readers(copy),
        }
        return TemplateResponse(request, "admin/articles/changes.html", context)

    def copy_to_open(self, request: HttpRequest, article: Article | None) -> Article | None:
        """The working copy that is opened instead of a public story, unless somebody asks for the latter."""
        if article is None or request.method != "GET" or "public" in request.GET:
            return None
        if article.status != Status.PUBLISHED or article.is_working_copy:
            return None
        copies = Article.objects.editable_by(request.user)
        return copies.filter(changes_to=article.pk).first()

    def words_of_changes(self, request: HttpRequest, article: Article | None) -> dict[str, Any]:
        """For the template of the form: whether it shows a working copy, or a story that has one."""
        if article is None:
            return {}
        if article.is_working_copy:
            story = self.change_url(article.story)
            return {
                "is_copy": True,
                "changes_to": article.changes_to_id,
                "changes_url": self.changes_url(article),
                "story_url": f"{story}?public=1",
            }
        is_out = article.is_out
        copy = changes.copy_of(article) if is_out else None
        return {
            "is_out": is_out,
            # A form of changes that were ended comes back with an error: it goes on being theirs.
            "changes_to": article.pk if getattr(request, "_is_copy_ended", False) else None,
            "waiting_copy": copy,
            "waiting_state": wording.state_of(copy) if copy else "",
            "changes_url": self.changes_url(copy) if copy else "",
        }

    def of_changes(self, article: Article, move: workflow.Move) -> dict[str, Any]:
        """For the page before a move that ends changes: what they are."""
        if move.name not in ENDS_CHANGES or not article.is_working_copy:
            return {}
        return {"diffs": changed_for_readers(article), "has_diffs": True}

    def changes_url(self, copy: Article) -> str:
        return reverse(f"{self.admin_site.name}:articles_article_changes", args=[copy.pk])


def changed_for_readers(copy: Article) -> list[Any]:
    """What differs between the public story and its working copy, for difference.html."""
    return compare(_contents(copy.story), _contents(copy))


def _contents(article: Article) -> Snapshot:
    # The times of a copy are its story's, as they are now.
    whole = snapshot(article)
    return {key: whole[key] for key in CONTENTS}
