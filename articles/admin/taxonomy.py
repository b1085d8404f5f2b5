"""What stories are sorted by: sections, places, tags; and who signs them."""

from __future__ import annotations

from functools import partial
from typing import Any

import taggit.admin
import taggit.models
from django.contrib import admin
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import Author, Place, Section, Tag, TaggedArticle
from ..slugs import follow, save_with_slug
from .base import DeskAdmin, NeverDeleted

# A list says how often a tag is used; that it is used very often says enough.
MOST_COUNTED = 1000

if admin.site.is_registered(taggit.models.Tag):
    admin.site.unregister(taggit.models.Tag)


class SlugFromName:
    """Makes the address from the name when it is empty; a changed one leaves a redirect."""

    slug_source = "name"

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if "slug" in form.base_fields:
            form.base_fields["slug"].required = False
            form.base_fields["slug"].help_text = _("Made from the name when left empty.")
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = type(obj).objects.get(pk=obj.pk).get_absolute_url() if change else None
        self._save_with_address(request, obj, form, change)
        if before:
            follow(before, obj.get_absolute_url())

    def _save_with_address(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if obj.slug:
            super().save_model(request, obj, form, change)
            return
        save_with_slug(
            obj,
            getattr(obj, self.slug_source),
            "nama",
            save=partial(super().save_model, request, obj, form, change),
        )


@admin.register(Section)
class SectionAdmin(SlugFromName, NeverDeleted, DeskAdmin):
    list_display = ["name", "position", "colour", "slug"]
    search_fields = ["name"]


@admin.register(Place)
class PlaceAdmin(NeverDeleted, DeskAdmin):
    list_display = ["name", "kind", "parent", "timezone", "code"]
    list_filter = ["kind", "timezone"]
    list_select_related = ["parent"]
    search_fields = ["name", "code__startswith"]
    search_help_text = _("Name or official code.")
    autocomplete_fields = ["parent"]
    fields = ["name", "kind", "parent", "code", "timezone"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("parent")

    @staticmethod
    def autocomplete_label(place: Place) -> str:
        """Places of one name are told apart by what they are part of."""
        return f"{place} · {place.parent.name}" if place.parent else str(place)


class Rows(Subquery):
    """How many rows another query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@admin.register(Tag)
class TagAdmin(SlugFromName, DeskAdmin):
    list_display = ["name", "used"]
    search_fields = ["name__istartswith"]
    fields = ["name", "slug"]
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Each with how many stories have it, counted for the rows that are shown and no others, and not for ever."""
        mine = TaggedArticle.objects.filter(tag=OuterRef("pk")).order_by()
        counted = Rows(mine.values("pk")[: MOST_COUNTED + 1])
        return super().get_queryset(request).annotate(uses=counted)

    @admin.display(description=_("stories"))
    def used(self, tag: Any) -> str:
        if tag.uses > MOST_COUNTED:
            return _("more than %(number)d") % {"number": MOST_COUNTED}
        return str(tag.uses)


@admin.register(Author)
class AuthorAdmin(SlugFromName, NeverDeleted, DeskAdmin):
    list_display = ["name", "initials", "user"]
    search_fields = ["name", "initials"]
    autocomplete_fields = ["user"]
    fields = ["name", "initials", "bio", "user", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # Not joined: that would read the table of accounts, readers and all.
        return super().get_queryset(request).prefetch_related("user")

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        # Who may not see accounts cannot search them either.
        return self.autocomplete_fields if request.user.has_perm("accounts.view_user") else []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if request.user.has_perm("accounts.view_user") else ["user"]
