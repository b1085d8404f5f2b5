"""Requests on the desk: the oldest that waits first, what is overdue in red, and the buttons of its page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.base import DeskAdmin, NeverDeleted
from articles.models import Correction

from . import cases
from .choices import OPEN, Case
from .models import Request

# Corrections of the story that can be chosen as the answer.
MOST_ANSWERS = 20


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("yes", _("waits for us")), ("late", _("overdue")), ("no", _("closed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Request]) -> QuerySet[Request]:
        if self.value() == "yes":
            return queryset.filter(state__in=OPEN)
        if self.value() == "late":
            return queryset.filter(state__in=OPEN, due_at__lt=timezone.now())
        return queryset.exclude(state__in=OPEN) if self.value() == "no" else queryset


@admin.register(Request)
class RequestAdmin(NeverDeleted, DeskAdmin):
    """Nobody adds or edits a request: what was asked stays as it was asked."""

    change_form_template = "admin/replies/request.html"
    list_display = ["number", "created_at", "age", "state", "capacity", "about"]
    list_filter = [WaitingFilter, "state"]
    list_select_related = ["article"]
    ordering = ["-created_at", "-id"]
    fields = [
        *("number", "created_at", "age", "state", "about", "name", "capacity", "email", "phone"),
        *("wrong", "wanted", "correction"),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The page has buttons and no form.
        return False

    def get_urls(self) -> list[Any]:
        move = self.admin_site.admin_view(self.move_view)
        return [path("<int:key>/move/", move, name="replies_request_move"), *super().get_urls()]

    @admin.display(description=gettext_lazy("number"), ordering=F("created_at"))
    def number(self, row: Request) -> str:
        return row.number

    @admin.display(description=gettext_lazy("age"))
    def age(self, row: Request) -> Any:
        if not row.is_open:
            return "–"
        words = timesince(row.created_at)
        if not row.is_overdue:
            return words
        return format_html('<strong class="errornote">{} · {}</strong>', words, _("overdue"))

    @admin.display(description=gettext_lazy("story"))
    def about(self, row: Request) -> Any:
        if row.article is None:
            return row.story
        url = reverse("admin:articles_article_change", args=[row.article_id])
        return format_html('<a href="{}">{}</a>', url, row.article.headline)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        context = self._context(request, row) if row is not None else {}
        return super().change_view(request, object_id, form_url, context)

    def _context(self, request: HttpRequest, row: Request) -> dict[str, Any]:
        may = request.user.has_perm(cases.ANSWER) and not row.forgotten_at
        answers = Correction.objects.exclude(kind="withdrawal").filter(article=row.article)
        return {
            "moves": [(to, to.label) for to, source in cases.MOVES.items() if row.state in source]
            if may
            else [],
            "answers": answers[:MOST_ANSWERS] if row.article_id else [],
            "steps": row.steps.select_related("by"),
            "correct_url": f"{reverse('admin:articles_correction_add')}?article={row.article_id}"
            if row.article_id
            else "",
        }

    def move_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Bring a request to another state. POST only."""
        if not request.user.has_perm(cases.ANSWER):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = Request.objects.filter(pk=key).first()
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(key))
        to, chosen = request.POST.get("to", ""), request.POST.get("correction", "")
        is_key = chosen.isascii() and chosen.isdecimal() and len(chosen) < 19
        correction = Correction.objects.filter(pk=chosen).first() if is_key else None
        back = HttpResponseRedirect(reverse("admin:replies_request_change", args=[key]))
        if to not in Case.values:
            messages.error(request, _("This button is not there any more."))
            return back
        try:
            note = request.POST.get("note", "")
            cases.move(row, Case(to), by=request.user, note=note, correction=correction)
        except cases.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Done; whoever asked is told by mail."))
        return back
