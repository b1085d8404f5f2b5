"""What was done, by whom and when: to be read, never to be changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from auditlog.wording import pairs

from ..models import Record
from .base import SalesAdmin


@admin.register(Record)
class RecordAdmin(SalesAdmin):
    list_display = ["created_at", "deed", "by", "advertiser", "flight", "creative", "note"]
    list_filter = ["deed"]
    list_select_related = ["by", "advertiser", "flight", "creative"]
    search_fields = [
        *("advertiser__name__icontains", "flight__name__icontains", "note__icontains"),
    ]
    search_help_text = gettext_lazy("Advertiser or flight")
    fields = [
        *("created_at", "deed", "by", "name", "advertiser", "campaign", "flight", "creative"),
        *("note", "in_words"),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("changes"))
    def in_words(self, record: Record) -> str:
        about = record.creative or record.flight or record.campaign or record.advertiser or record
        return "; ".join(pairs(about._meta.label_lower, record.changes))
