"""Subscribers on the desk: found by exactly their address, and taken off at their wish."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.base import DeskAdmin, NeverDeleted

from .. import subscribing
from ..choices import WITH_ADDRESS, LeftBy, Standing
from ..models import Subscriber


@admin.register(Subscriber)
class SubscriberAdmin(NeverDeleted, DeskAdmin):
    """A list shows no whole address, counts nothing and gives nothing to carry away.

    Nobody is added here: whoever wants the newsletter says so themselves.
    """

    change_form_template = "admin/newsletter/subscriber.html"
    list_display = ["address", "standing", "confirmed_at"]
    ordering = ["-id"]
    # Not searched by Django: see get_search_results.
    search_fields = ["email"]
    search_help_text = gettext_lazy("The whole e-mail address")
    fields = [
        *("email", "standing", "chosen", "asked_at", "form_in_words", "confirmed_at"),
        *("left_at", "left_by_in_words"),
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        return (queryset.filter(subscribing.of(term)) if term else queryset), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The page has buttons and no form.
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        skipped: set[str] = set()
        if obj is not None and obj.standing not in WITH_ADDRESS:
            skipped = {"email", "chosen"}
        elif obj is not None:
            skipped = {"left_at", "left_by_in_words"}
        return [name for name in self.fields if name not in skipped]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    @admin.display(description=gettext_lazy("address"))
    def address(self, subscriber: Subscriber) -> str:
        return subscriber.masked or _("deleted")

    @admin.display(description=gettext_lazy("sections"))
    def chosen(self, subscriber: Subscriber) -> str:
        if subscriber.wants_all:
            return _("all")
        return ", ".join(section.name for section in subscriber.sections.all()) or _("none")

    @admin.display(description=gettext_lazy("by the form"))
    def form_in_words(self, subscriber: Subscriber) -> str:
        return subscriber.get_asked_by_display()

    @admin.display(description=gettext_lazy("left by"))
    def left_by_in_words(self, subscriber: Subscriber) -> str:
        return subscriber.get_left_by_display()

    def get_urls(self) -> list[Any]:
        move = self.admin_site.admin_view(self.move_view)
        return [
            path("<int:key>/move/", move, name="newsletter_subscriber_move"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        may = request.user.has_perm("newsletter.change_subscriber")
        return super().change_view(request, object_id, form_url, {"may_move": may})

    def move_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Take an address off, never write to it again, or allow that it is typed again. POST only."""
        if not request.user.has_perm("newsletter.change_subscriber"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        subscriber = Subscriber.objects.filter(pk=key).first()
        back = reverse("admin:newsletter_subscriber_changelist")
        if subscriber is None:
            messages.error(request, _("This subscription is gone already."))
            return HttpResponseRedirect(back)
        with transaction.atomic():
            told = self._move(subscriber, request.POST.get("do", ""))
            if told:
                self.log_change(request, subscriber, told)
        if told:
            messages.success(request, told)
            if Subscriber.objects.filter(pk=key).exists():
                back = reverse("admin:newsletter_subscriber_change", args=[key])
        else:
            messages.error(request, _("That was done already, or is not possible any more."))
        return HttpResponseRedirect(back)

    def _move(self, subscriber: Subscriber, what: str) -> str:
        """Do it and say so; empty when there was nothing to do."""
        if what == "remove" and subscribing.leave(subscriber, by=LeftBy.DESK):
            return _("Taken off. The address is deleted.")
        if what == "block" and subscribing.block(subscriber):
            return _("Taken off. Nobody who types this address makes us write to it again.")
        if what == "unblock" and subscribing.unblock(subscriber):
            return _("Its owner can subscribe again.")
        return ""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kw: Any) -> Any:
        subscriber = kw.get("obj")
        if subscriber is not None:
            context |= {
                "has_address": subscriber.standing in WITH_ADDRESS,
                "is_blocked": subscriber.standing == Standing.BLOCKED,
            }
        return super().render_change_form(request, context, *args, **kw)
