"""People, institutions and offices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ..models import (
    Organisation,
    OrganisationAlias,
    Person,
    PersonAlias,
    Post,
    Tenure,
)
from ..people import identity, lookup, spans
from ..people.names import is_name, printable
from .base import Completion, DeskAdmin, DeskFields, NeverDeleted
from .duplicates import DuplicatesMixin, who_is_who
from .filters import MergedFilter
from .logged import LoggedValues
from .taxonomy import SlugFromName


class NamedForm(forms.ModelForm):
    """Names and titles as they are seen; a name has letters of its own beside the titles."""

    def _clean_fields(self) -> None:
        super()._clean_fields()
        for field in self.fields.keys() & {
            *("name", "religious_prefix", "academic_prefix", "rank", "degrees")
        }:
            if field in self.cleaned_data:
                self.cleaned_data[field] = printable(self.cleaned_data[field])
        name = self.cleaned_data.get("name")
        if name is not None and not is_name(name):
            self.add_error(
                "name",
                gettext("Write the name itself: without titles, nothing that can be read is left."),
            )


class RowForm(forms.ModelForm):
    """A line of a table: nothing takes the head of its column for the label of a field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("aria-label", capfirst(field.label or ""))


class NamedRowForm(RowForm, NamedForm):
    pass


class PersonAliasInline(admin.TabularInline):
    model = PersonAlias
    form = NamedRowForm
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
class PersonAdmin(DuplicatesMixin, LoggedValues, SlugFromName, NeverDeleted, DeskAdmin):
    form = NamedForm
    change_form_template = "admin/articles/person.html"
    change_list_template = "admin/articles/people.html"
    list_display = ["printed_name", "is_public", "created_at"]
    list_filter = [MergedFilter, "is_public"]
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

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("merged_into")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """By every name of every entry of a person; to choose from are only those that stand."""
        if words := lookup.words_of_name(search_term):
            queryset = queryset.filter(pk__in=lookup.entries_named(words))
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            offices = Tenure.objects.select_related("post__organisation")
            queryset = queryset.standing().prefetch_related(Prefetch("tenures", offices))
        return queryset, False

    def search_row_by_row(self, request: HttpRequest, queryset: QuerySet, text: str) -> QuerySet:
        """What the list finds, for `KeysetList`."""
        words = lookup.words_of_name(text)
        return lookup.whether_named(queryset, words) if words else queryset

    @staticmethod
    def autocomplete_label(person: Person) -> str:
        """Namesakes are told apart by their latest office."""
        tenure = next(iter(person.tenures.all()), None)
        if tenure is None:
            return person.printed_name
        organisation = tenure.post.organisation
        return (
            f"{person.printed_name} · {tenure.printed_title}, "
            f"{organisation.short_name or organisation.name}"
        )

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kw: Any) -> Any:
        person = kw.get("obj")
        may_look = person is not None and request.user.has_perm("articles.view_identityjudgement")
        context |= {
            "who": who_is_who(person) if may_look else {},
            "may_judge": request.user.has_perm(identity.JUDGE),
        }
        return super().render_change_form(request, context, *args, **kw)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Nobody is deleted: says what to do instead."""
        person = self.get_object(request, unquote(object_id))
        if person is None or not self.has_view_permission(request, person):
            return super().delete_view(request, object_id, extra_context)
        messages.error(
            request,
            gettext(
                "An entry of a person is not deleted: stories refer to it. If the person was entered "
                "twice, merge the two; if there shall be no page, untick “has a public page”."
            ),
        )
        return HttpResponseRedirect(reverse("admin:articles_person_change", args=[person.pk]))

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if formset.model is Tenure:
                changed = [row for row, _fields in formset.changed_objects]
                for tenure in [*formset.new_objects, *changed]:
                    self._warn_of_crowding(request, tenure)

    @staticmethod
    def _warn_of_crowding(request: HttpRequest, tenure: Tenure) -> None:
        """More people than seats is said and not refused: dates are corrected one by one."""
        others = spans.crowding(tenure, timezone.localdate())
        if not others:
            return
        seats = tenure.post.seats
        sentence = ngettext(
            "%(post)s has %(seats)s seat, and by these dates %(names)s held it at the same time. "
            "It is saved all the same; is a date wrong, or was somebody acting?",
            "%(post)s has %(seats)s seats, and by these dates %(names)s held it at the same time. "
            "It is saved all the same; is a date wrong, or was somebody acting?",
            seats,
        )
        names = ", ".join(sorted({row.person.printed_name for row in others}))
        words = {"post": tenure.post, "seats": seats, "names": names}
        messages.warning(request, sentence % words)


class OrganisationAliasInline(admin.TabularInline):
    model = OrganisationAlias
    form = RowForm
    extra = 0
    verbose_name_plural = _("Other names and abbreviations")


class OrganisationForm(forms.ModelForm):
    """Says which circle would be drawn; the database refuses it too."""

    def clean_parent(self) -> Organisation | None:
        parent = self.cleaned_data["parent"]
        above, seen = parent, set()
        while above is not None and above.pk not in seen and self.instance.pk:
            if above.pk == self.instance.pk:
                raise forms.ValidationError(_circle(parent, self.instance))
            seen.add(above.pk)
            above = above.parent
        return parent


def _circle(parent: Organisation, organisation: Organisation) -> str:
    if parent.pk == organisation.pk:
        return gettext("An organisation is no part of itself.")
    return gettext("%(parent)s is itself a part of %(name)s.") % {
        "parent": parent.name,
        "name": organisation.name,
    }


@admin.register(Organisation)
class OrganisationAdmin(LoggedValues, SlugFromName, NeverDeleted, DeskAdmin):
    form = OrganisationForm
    list_display = ["name", "short_name", "parent", "is_public"]
    list_filter = ["is_public"]
    list_select_related = ["parent"]
    search_fields = ["name", "short_name"]
    autocomplete_fields = ["parent", "place"]
    inlines = [OrganisationAliasInline]
    fields = ["name", "short_name", "parent", "place", "note", "is_public", "slug"]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            # Two halves of a circle at the same moment: the form of neither could see the other.
            if "no part of itself" not in str(error):
                raise
            messages.error(request, gettext("An organisation is no part of itself."))
            return HttpResponseRedirect(request.get_full_path())

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
class PostAdmin(LoggedValues, NeverDeleted, DeskAdmin):
    list_display = ["title", "organisation", "protocol_rank"]
    list_select_related = ["organisation"]
    search_fields = ["title", "organisation__name", "organisation__short_name"]
    autocomplete_fields = ["organisation", "place"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("organisation")
