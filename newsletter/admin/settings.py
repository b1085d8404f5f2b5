"""When the newsletter goes out: one row, whose list is its form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from articles.admin.base import DeskAdmin, NeverDeleted

from ..models import Newsletter

# The browser's own clock, not the one of Django's desk with its links.
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


@admin.register(Newsletter)
class NewsletterAdmin(NeverDeleted, DeskAdmin):
    fields = ["is_on", "send_at", "order"]
    radio_fields = {"order": admin.VERTICAL}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "send_at":
            return db_field.formfield(widget=CLOCK)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        # Before anybody has set anything there is no row yet; looking at the form makes none.
        return Newsletter.current() if object_id == "1" else None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:newsletter_newsletter_change", args=[1]))
