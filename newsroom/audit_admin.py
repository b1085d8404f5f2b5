"""The audit log on the desk: read by whoever may, changed by nobody."""

from __future__ import annotations

import json
import re
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from articles.admin.base import DeskAdmin, NeverDeleted
from auditlog.choices import Action
from auditlog.models import Entry
from auditlog.wording import in_short
from auditlog.writing import as_address

# Of the staff, in the filter.
MOST_PEOPLE = 200
_OBJECT = re.compile(r"([a-z_]{1,40}\.[a-z_]{1,40})(?::([^\s:]{1,60}))?")
_REQUEST = re.compile(r"[A-Za-z0-9_-]{8,64}")


class WhoFilter(admin.SimpleListFilter):
    title = gettext_lazy("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        staff = User.objects.filter(is_staff=True).order_by("name", "pk")[:MOST_PEOPLE]
        people = [(str(user.pk), str(user)) for user in staff]
        chosen = self.used_parameters.get(self.parameter_name)
        if chosen and chosen.isdecimal() and chosen not in dict(people):
            people.append((chosen, _("account %(number)s") % {"number": chosen}))
        return [("server", _("the server")), *people]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        value = self.value()
        if value == "server":
            return queryset.filter(account__isnull=True)
        is_number = value and value.isascii() and value.isdecimal() and len(value) < 19
        return queryset.filter(account=int(value)) if is_number else queryset


class ObjectFilter(admin.SimpleListFilter):
    """A kind of row, or one row: `articles.article:12`, as the links of the list have it."""

    title = gettext_lazy("about")
    parameter_name = "about"

    KINDS = (
        *("articles.article", "accounts.user", "articles.publication", "articles.person"),
        *("comments.comment", "comments.ban", "ads.flight", "ads.creative", "replies.request"),
    )

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        kinds: list[tuple[str, Any]] = [(kind, kind_in_words(kind)) for kind in self.KINDS]
        chosen = self.used_parameters.get(self.parameter_name)
        if chosen and _OBJECT.fullmatch(chosen) and chosen not in dict(kinds):
            kind, _colon, number = chosen.partition(":")
            kinds.append((chosen, f"{kind_in_words(kind)} {number}"))
        return kinds

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        match = _OBJECT.fullmatch(self.value() or "")
        if match is None:
            return queryset
        rows = queryset.filter(kind=match[1])
        return rows.filter(object_id=match[2]) if match[2] else rows


class ActionFilter(admin.SimpleListFilter):
    title = gettext_lazy("what was done")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Action.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(action=self.value()) if self.value() in Action.values else queryset


@admin.register(Entry)
class EntryAdmin(NeverDeleted, DeskAdmin):
    """Read only; `?at__gte=` and `?at__lt=` take any span of time."""

    list_display = ["at", "who", "action_in_words", "about", "more", "address"]
    list_display_links = ["at"]
    list_filter = [WhoFilter, ActionFilter, ObjectFilter, ("at", admin.DateFieldListFilter)]
    ordering = ["-at", "-id"]
    search_fields = ["name__istartswith"]
    search_help_text = gettext_lazy("Beginning of a name or e-mail, a network address, a request")
    fields = [
        *("at", "who", "action_in_words", "about", "more", "address", "request_id"),
        *("details_in_full", "position", "hash"),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """Each look is one that an index answers, however old the log is."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if address := as_address(term):
            return queryset.filter(address=address), False
        if _REQUEST.fullmatch(term) and (found := queryset.filter(request_id=term)).exists():
            return found, False
        accounts = User.objects.filter(is_staff=True, email__istartswith=term)
        numbers = list(accounts.values_list("pk", flat=True)[:50])
        return queryset.filter(Q(name__istartswith=term) | Q(account__in=numbers)), False

    @admin.display(description=gettext_lazy("who"))
    def who(self, entry: Entry) -> str:
        if entry.account is None:
            return _("the server") if entry.action != Action.REFUSED else _("nobody known")
        return entry.name or _("reader %(number)d") % {"number": entry.account}

    @admin.display(description=gettext_lazy("what was done"), ordering="action")
    def action_in_words(self, entry: Entry) -> str:
        return capfirst(entry.get_action_display())

    @admin.display(description=gettext_lazy("about"))
    def about(self, entry: Entry) -> Any:
        if not entry.kind:
            return "–"
        words = f"{kind_in_words(entry.kind)} {entry.label or entry.object_id}"
        all_of_it = f"?about={entry.kind}:{entry.object_id}"
        return format_html('<a href="{}{}">{}</a>', _list(), all_of_it, words)

    @admin.display(description=gettext_lazy("in short"))
    def more(self, entry: Entry) -> str:
        return in_short(entry)

    @admin.display(description=gettext_lazy("details"))
    def details_in_full(self, entry: Entry) -> Any:
        text = json.dumps(entry.details, ensure_ascii=False, indent=1, sort_keys=True)
        return format_html("<pre>{}</pre>", text)


def kind_in_words(kind: str) -> str:
    """What the desk calls a kind of row; its own name when there is none of that kind any more."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind


def _list() -> str:
    return reverse("admin:auditlog_entry_changelist")
