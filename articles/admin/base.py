"""What all lists and forms of the desk have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest

from accounts.paging import KeysetList
from auditlog.desk import Audited

from ..forms.fields import DayInput, GrowingText


class Completion(AutocompleteSelect):
    """Django's completing field, which also survives a value that is no key at all.

    `known` holds rows by their key that need no query, such as the one chosen before.
    """

    known: dict[str, Any] = {}

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> list[Any]:
        keys = [key for key in value if str(key).isascii() and str(key).isdecimal()]
        if keys and all(str(key) in self.known for key in keys):
            options = [
                self.create_option(name, key, str(self.known[str(key)]), True, index)
                for index, key in enumerate(keys)
            ]
            return [(None, [self.create_option(name, "", "", False, 0), *options], 0)]
        groups = super().optgroups(name, [key for key in keys if len(str(key)) < 19], attr)
        if self.is_required:
            # HTML wants an empty first choice in a required select; Django leaves it out here.
            groups[0][1].insert(0, self.create_option(name, "", "", False, 0))
        return groups


class DeskFields:
    """Fields as the desk draws them: the browser's calendar, growing texts, bare completion."""

    formfield_overrides = {
        models.DateField: {"widget": DayInput},
        models.TextField: {"widget": GrowingText(rows=3)},
    }

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Completion(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # No "+", pencil and eye beside a choice: on a phone they are traps, and popups at that.
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class DeskAdmin(Audited, DeskFields, admin.ModelAdmin):
    """A model's pages on the desk. Rows are not deleted here unless the subclass says so."""

    show_full_result_count = False
    # Counting every filter's choices is a scan of the table for each.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    # A list with everything on one page has no use on a phone and no bound on a server.
    list_max_show_all = 0
    save_on_top = False
    # Bulk deletion past a model's own rules; single rows are deleted on their page.
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        return KeysetList

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return self.list_select_related or False


class NeverDeleted:
    """For rows that others refer to or that are history."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
