"""The outbox on the desk: which letters went out, and why one did not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.base import DeskAdmin, NeverDeleted

from . import audit_admin  # noqa: F401 - registers the audit log
from .mail import without_figures
from .models import OutgoingMail


@admin.register(OutgoingMail)
class OutgoingMailAdmin(NeverDeleted, DeskAdmin):
    """Read only. In production nobody reads a letter here: it may hold a code.

    The demo sends nothing, so everybody who works there may read the letters.
    """

    list_display = ["created_at", "to", "topic", "fate"]
    list_filter: list[Any] = []
    search_fields = ["to__istartswith"]
    ordering = ["-created_at", "-id"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = ["to", "topic", "created_at", "fate", "attempts", "last_error"]
        return fields if settings.IS_PRODUCTION else ["to", "topic", "text", *fields[2:]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.get_fields(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return user.is_superuser or (settings.DEMO and user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("subject"))
    def topic(self, mail: OutgoingMail) -> str:
        return without_figures(mail.subject) if settings.IS_PRODUCTION else mail.subject

    @admin.display(description=gettext_lazy("state"))
    def fate(self, mail: OutgoingMail) -> str:
        if mail.sent_at:
            return _("Sent")
        if mail.given_up_at:
            return _("Given up")
        if not settings.EMAIL_HOST:
            return _("Kept here, not sent")
        return _("Tried again later") if mail.attempts else _("On its way")
