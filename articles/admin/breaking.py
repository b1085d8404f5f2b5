"""Breaking news on the desk: announced, corrected by a better line, taken down."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import front
from ..forms.front import ADVISED_LINE, BreakingForm
from ..models import BreakingNews
from .base import DeskAdmin, NeverDeleted
from .front import moment


def length_words(length: object) -> str:
    """What is said of a line that is longer than advised."""
    return _(
        "{length} characters: with more than {advised}, the line takes much of a phone's screen."
    ).format(length=length, advised=ADVISED_LINE)


@admin.register(BreakingNews)
class BreakingNewsAdmin(NeverDeleted, DeskAdmin):
    """Lines are added and taken down; what stood above the pages is never rewritten."""

    list_display = ["text", "standing", "begins", "ends", "created_by"]
    list_select_related = ["created_by", "ended_by"]
    ordering = ["-id"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        end = self.admin_site.admin_view(self.end_view)
        return [
            path("<int:key>/end/", end, name="articles_breakingnews_end"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("state"))
    def standing(self, news: BreakingNews) -> str:
        now = timezone.now()
        if news.ended_at:
            return _("taken down by %(name)s") % {"name": news.ended_by}
        if news.ends_at <= now:
            return _("over")
        return _("to come") if news.starts_at > now else _("runs")

    @admin.display(description=gettext_lazy("from"))
    def begins(self, news: BreakingNews) -> str:
        return moment(news.starts_at)

    @admin.display(description=gettext_lazy("until"))
    def ends(self, news: BreakingNews) -> str:
        return moment(news.ended_at or news.ends_at)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._ask(request, BreakingForm(initial=self._to_begin_with(request)))
        form = BreakingForm(request.POST)
        if form.is_valid():
            try:
                news = front.announce(by=request.user, **form.cleaned_data)
            except front.Refused as refused:
                form.add_error(None, str(refused))
            else:
                return self._tell(request, news)
        return self._ask(request, form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One line, with what can be done with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        news = self._news(unquote(object_id))
        if news is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": news.text,
            "news": news,
            "state": self.standing(news),
            "begins": moment(news.starts_at),
            "ends": moment(news.ended_at or news.ends_at),
            "is_open": news.ended_at is None and news.ends_at > timezone.now(),
            "may_break": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/articles/front/news.html", context)

    def end_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Take a line down now. POST only."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if news := self._news(str(key)):
            front.end(news, by=request.user)
            messages.success(request, _("The line stands on no page any more."))
        return HttpResponseRedirect(reverse("admin:articles_breakingnews_changelist"))

    def _ask(self, request: HttpRequest, form: BreakingForm) -> HttpResponse:
        typed = str(form["text"].value() or "")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Announce breaking news"),
            "form": form,
            "is_better": bool(form["replaces"].value()),
            "lengths": {
                "short": _("{length} characters"),
                "long": length_words("{length}"),
            },
            "told": length_words(len(typed)) if len(typed) > ADVISED_LINE else "",
        }
        return TemplateResponse(request, "admin/articles/front/announce.html", context)

    def _to_begin_with(self, request: HttpRequest) -> dict[str, Any]:
        """With `?better=` the line that is to be corrected."""
        old = self._news(request.GET.get("better", ""))
        if old is None:
            return {}
        now = timezone.now()
        initial = {"text": old.text, "article": old.article_id, "replaces": old.pk}
        for name, at in (("starts_at", old.starts_at), ("ends_at", old.ends_at)):
            if at > now:
                initial[name] = timezone.localtime(at).replace(tzinfo=None)
        return initial

    def _tell(self, request: HttpRequest, news: BreakingNews) -> HttpResponse:
        times = {"start": moment(news.starts_at), "end": moment(news.ends_at)}
        told = _("Stands above every page from %(start)s until %(end)s.") % times
        messages.success(request, told)
        if len(news.text) > ADVISED_LINE:
            messages.warning(request, length_words(len(news.text)))
        return HttpResponseRedirect(reverse("admin:articles_breakingnews_changelist"))

    @staticmethod
    def _news(key: str) -> BreakingNews | None:
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            return None
        rows = BreakingNews.objects.select_related("article", "created_by", "ended_by")
        return rows.filter(pk=int(key)).first()
