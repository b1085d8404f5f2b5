"""Filters of the list of stories."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..choices import Status


class StateFilter(admin.SimpleListFilter):
    """By state; a scheduled story is one that is published at a time to come."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (Status.DRAFT, _("draft")),
            (Status.IN_REVIEW, _("in review")),
            (Status.RETURNED, _("returned")),
            (Status.APPROVED, _("approved")),
            ("scheduled", _("scheduled")),
            (Status.PUBLISHED, _("published")),
            (Status.WITHDRAWN, _("withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value == "scheduled":
            return queryset.scheduled()
        if value == Status.PUBLISHED:
            return queryset.published()
        return queryset.filter(status=value) if value in Status.values else queryset


class MineFilter(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("my own"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.owned_by(request.user) if self.value() == "1" else queryset
