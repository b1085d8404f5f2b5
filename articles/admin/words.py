"""What the newsroom teaches its copy desk: the table of wrong forms and the words of the house."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..forms.words import OwnWordForm, PasteForm, WrongFormForm
from ..models import OwnWord, WrongForm
from .base import DeskAdmin, NeverDeleted


@admin.register(WrongForm)
class WrongFormAdmin(NeverDeleted, DeskAdmin):
    """Turned off rather than deleted: the table that comes with the project is not lost."""

    form = WrongFormForm
    change_list_template = "admin/articles/wrong_forms.html"
    list_display = ["wrong", "right", "note", "use"]
    list_filter = ["is_active"]
    search_fields = ["wrong", "right"]
    search_help_text = gettext_lazy("A part of the wrong or the right form.")

    @admin.display(description=gettext_lazy("in use"), ordering="is_active")
    def use(self, form: WrongForm) -> str:
        return _("in use") if form.is_active else _("turned off")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("paste/", wrap(self.paste_view), name="articles_wrongform_paste"),
            *super().get_urls(),
        ]

    def paste_view(self, request: HttpRequest) -> HttpResponse:
        """Many forms at once, a line each; with an error nothing is saved and all comes back."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PasteForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            new, known = form.save()
            told = ngettext("%(n)d form was added.", "%(n)d forms were added.", new) % {"n": new}
            if known:
                told += " " + ngettext(
                    "%(n)d was in the table already.", "%(n)d were in the table already.", known
                ) % {"n": known}
            messages.success(request, told)
            return HttpResponseRedirect(reverse("admin:articles_wrongform_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Paste wrong forms"),
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/paste_forms.html", context)


@admin.register(OwnWord)
class OwnWordAdmin(DeskAdmin):
    """Added by anybody who writes, removed by editors; a word is not changed into another."""

    form = OwnWordForm
    list_display = ["word", "added_by", "added_at"]
    list_select_related = ["added_by"]
    search_fields = ["word"]
    search_help_text = gettext_lazy("A part of the word.")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: OwnWord, form: Any, change: bool) -> None:
        obj.added_by = request.user
        super().save_model(request, obj, form, change)
