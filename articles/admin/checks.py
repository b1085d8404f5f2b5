"""The checks before publishing: what they find is shown before the move, and how strict each is, is set here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from auditlog.choices import Action
from auditlog.writing import write as write_audit

from .. import checks, workflow
from ..forms.checks import StrictnessForm
from ..models import Article, CheckRule
from ..workflow import Move
from .base import DeskAdmin, NeverDeleted

# The moves before which the checks are looked at. Changes to a public story are compared with it; see the door.
CHECKED = frozenset({"publish", "schedule"})


class ChecksMixin:
    """What the pages of moves show and ask of the checks."""

    def found_before(self, article: Article, move: Move) -> list[checks.Finding]:
        """What stops the move, and what it asks a reason for; nothing for other moves."""
        if move.name not in CHECKED or article.is_working_copy:
            return []
        return [one for one in checks.before_publishing(article) if one.is_blocking or one.is_asked]

    @staticmethod
    def refused_before(article: Article, move: Move) -> str:
        """What the time says against publishing now; a schedule is asked for its own time first."""
        if move.name != "publish" or article.is_working_copy:
            return ""
        return workflow.why_not_at(article, timezone.now()) or ""

    @staticmethod
    def asks_once(article: Article, move: Move) -> bool:
        """Whether a story without a text is handed in: nearly always a slip of the thumb."""
        return move.name == "submit" and not article.body

    def asks_why(self, article: Article, move: Move) -> bool:
        """Whether the move's page comes first, for a reason. What is blocked is refused at once."""
        found = self.found_before(article, move)
        return bool(found) and not any(one.is_blocking for one in found)


@admin.register(CheckRule)
class CheckRuleAdmin(NeverDeleted, DeskAdmin):
    """All checks on one page: its list is its form. Who may only look sees what holds."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """GET shows how strict each check is; POST sets it, all of them or none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_change = self.has_change_permission(request)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        form = StrictnessForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._save(request, form)
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": capfirst(self.opts.verbose_name_plural),
            "form": form,
            "may_change": may_change,
        }
        return TemplateResponse(request, "admin/articles/checks.html", context)

    def _save(self, request: HttpRequest, form: StrictnessForm) -> None:
        with transaction.atomic():
            for rule, before in form.save():
                told = f"{before} → {rule.get_severity_display()}"
                write_audit(Action.SETTINGS, by=request.user, about=rule, details={"message": told})
        messages.success(request, _("Saved. It holds from the next publication on."))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:articles_checkrule_changelist")
        )
