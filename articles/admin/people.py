"""People, institutions and offices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import (
    Organisation,
    OrganisationAlias,
    Person,
    PersonAlias,
    Post,
    Tenure,
)
from ..people.names import name_key
from .base import Completion, DeskAdmin, DeskFields, NeverDeleted
from .taxonomy import SlugFromName


class PersonAliasInline(admin.TabularInline):
    model = PersonAlias
    extra = 0
    verbose_name_plural = _("Other names and spellings")


class TenureForm(forms.ModelForm):
    """An office of a person; the chosen one came with the row and is not asked for again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["post"].widget if "post" in self.fields else None
        if self.instance.post_id and isinstance(widget, Completion):
            widget.known = {str(self.instance.post_id): self.instance.post}


class TenureInline(DeskFields, admin.StackedInline):
    model = Tenure
    form = TenureForm
    extra = 0
    autocomplete_fields = ["post"]
    verbose_name_plural = _("Offices")
    fields = [
        ("post", "kind"),
        ("started_on", "start_precision"),
        ("ended_on", "end_precision"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("post__organisation", "person")


@admin.register(Person)
class PersonAdmin(SlugFromName, NeverDeleted, DeskAdmin):
    list_display = ["printed_name", "is_public", "created_at"]
    list_filter = ["is_public"]
    search_fields = ["name"]
    search_help_text = _("Name or another spelling; titles do not matter.")
    autocomplete_fields = ["photo"]
    inlines = [TenureInline, PersonAliasInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *("name", "religious_prefix", "academic_prefix", "rank", "degrees"),
                    *("is_public", "note", "photo"),
                ]
            },
        ),
        (_("Address"), {"fields": ["slug"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_("name"), ordering="name")
    def printed_name(self, person: Person) -> str:
        return person.printed_name

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        for word in name_key(search_term).split():
            noted = PersonAlias.objects.filter(person=OuterRef("pk"), name_key__contains=word)
            queryset = queryset.filter(Q(name_key__contains=word) | Exists(noted))
        return queryset, False

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


class OrganisationAliasInline(admin.TabularInline):
    model = OrganisationAlias
    extra = 0
    verbose_name_plural = _("Other names and abbreviations")


@admin.register(Organisation)
class OrganisationAdmin(SlugFromName, NeverDeleted, DeskAdmin):
    list_display = ["name", "short_name", "parent", "is_public"]
    list_filter = ["is_public"]
    list_select_related = ["parent"]
    search_fields = ["name", "short_name"]
    autocomplete_fields = ["parent", "place"]
    inlines = [OrganisationAliasInline]
    fields = ["name", "short_name", "parent", "place", "note", "is_public", "slug"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        for word in search_term.split():
            noted = OrganisationAlias.objects.filter(
                organisation=OuterRef("pk"), name__icontains=word
            )
            queryset = queryset.filter(
                Q(name__icontains=word) | Q(short_name__icontains=word) | Exists(noted)
            )
        return queryset, False


@admin.register(Post)
class PostAdmin(NeverDeleted, DeskAdmin):
    list_display = ["title", "organisation", "protocol_rank"]
    list_select_related = ["organisation"]
    search_fields = ["title", "organisation__name", "organisation__short_name"]
    autocomplete_fields = ["organisation", "place"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("organisation")
