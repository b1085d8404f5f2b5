"""Story threads on the desk: their own page, and a story's place in one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import threads, wording
from ..forms.threads import InstalmentForm, Instalments, PlaceForm, ThreadForm
from ..models import Article, Instalment, StoryThread
from .base import DeskAdmin, DeskFields, NeverDeleted
from .taxonomy import SlugFromName

SUGGESTED_NAMES = 10
PLACE = "articles.add_instalment"


class InstalmentInline(DeskFields, admin.StackedInline):
    model = Instalment
    form = InstalmentForm
    formset = Instalments
    extra = 0
    autocomplete_fields = ["article"]
    fields = ["article", "line", "happened_at"]
    verbose_name_plural = gettext_lazy("Stories, the newest first")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related("article")
        return rows.defer("article__body", "article__search")


class OpenFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "ended"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("0", _("goes on")), ("1", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in {"0", "1"}:
            return queryset
        return queryset.filter(ended_on__isnull=self.value() == "0")


@admin.register(StoryThread)
class StoryThreadAdmin(SlugFromName, NeverDeleted, DeskAdmin):
    """A thread without a public story has no page, so nothing needs to be deleted."""

    form = ThreadForm
    list_display = ["name", "state"]
    list_filter = [OpenFilter]
    search_fields = ["name"]
    ordering = ["-id"]
    inlines = [InstalmentInline]
    fieldsets = [
        (None, {"fields": ["name", "intro", "key_facts", "ended_on"]}),
        (gettext_lazy("Address"), {"fields": ["slug"], "classes": ["collapse"]}),
    ]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        # Before their instalments, as whoever publishes one of them does.
        Article.objects.lock_all(
            row.instance.article_id for row in formset.forms if row.instance.article_id
        )
        super().save_formset(request, form, formset, change)

    @admin.display(description=gettext_lazy("state"))
    def state(self, thread: StoryThread) -> str:
        if thread.ended_on is None:
            return _("goes on")
        return _("ended on %(day)s") % {"day": date_format(thread.ended_on, "j F Y")}


class ThreadMixin:
    """Adds `…/<id>/thread/`, where an editor says of which thread a story is part, and the names for it.

    That is no part of the text: readers see it at once, also of a story whose changes wait in a working copy.
    """

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "articles_article_thread"
        return [
            path("threads/", wrap(self.thread_names_view), name=f"{name}_names"),
            path("<int:object_id>/thread/", wrap(self.thread_view), name=name),
            *super().get_urls(),
        ]

    def thread_names_view(self, request: HttpRequest) -> JsonResponse:
        """The type-ahead: threads that have what was typed in their name, those that go on first."""
        if not request.user.has_perm(PLACE):
            raise PermissionDenied
        text = " ".join(request.GET.get("q", "")[:100].replace("\x00", "").split())
        found = StoryThread.objects.filter(name__icontains=text) if text else []
        rows = found and found.order_by("-ended_on", "-id")[:SUGGESTED_NAMES]
        return JsonResponse(
            {
                "results": [
                    {"name": row.name, "detail": "" if row.ended_on is None else _("ended")}
                    for row in rows
                ]
            }
        )

    def thread_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """GET shows the form, POST places the story or takes it out."""
        if not request.user.has_perm(PLACE):
            raise PermissionDenied
        article = self.get_object(request, unquote(str(object_id)))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        story = article.story
        known = Instalment.objects.filter(article=story).select_related("thread").first()
        if request.method == "POST" and "take_out" in request.POST:
            threads.take_out(story)
            messages.success(request, _("The story is part of no thread."))
            return HttpResponseRedirect(self._form_of(article))
        form = PlaceForm(request.POST or None, article=story, initial=_initial(known))
        form.fields["name"].widget.attrs |= {
            "class": "vTextField",
            "data-suggest": reverse(f"{self.admin_site.name}:articles_article_thread_names"),
            "autocomplete": "off",
        }
        if request.method == "POST" and form.is_valid():
            try:
                instalment = form.save()
            except threads.Refused as refused:
                form.add_error(None, str(refused))
            else:
                told = _("The story is part of “%(thread)s”; readers see it as soon as it is out.")
                if story.is_published:
                    told = _("The story is part of “%(thread)s”; readers see it at once.")
                messages.success(request, told % {"thread": instalment.thread})
                return HttpResponseRedirect(self._form_of(article))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Story thread"),
            "opts": self.opts,
            "article": article,
            "state": wording.state_of(article),
            "known": known,
            "form": form,
            "suggestions": threads.suggestions(article),
            "may_change_thread": request.user.has_perm("articles.change_storythread"),
        }
        return TemplateResponse(request, "admin/articles/thread.html", context)

    def _form_of(self, article: Any) -> str:
        return reverse(f"{self.admin_site.name}:articles_article_change", args=[article.pk])


def _initial(known: Instalment | None) -> dict[str, Any]:
    if known is None:
        return {}
    return {
        "name": known.thread.name,
        "line": known.line,
        "happened_at": known.happened_at,
    }
