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
            ("over", _("time over")),
            (Status.WITHDRAWN, _("withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value == "scheduled":
            return queryset.scheduled()
        if value == "over":
            return queryset.over()
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


class MergedFilter(admin.SimpleListFilter):
    """Without those that were merged into another entry, unless somebody asks for them."""

    title = _("entries")
    parameter_name = "entries"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("merged", _("merged into another")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield first | {"display": _("standing")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "merged":
            return queryset.filter(merged_into__isnull=False)
        return queryset if self.value() == "all" else queryset.standing()
