"""The rules for comments, who is banned, and whether a story takes comments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.base import DeskAdmin, NeverDeleted
from articles.choices import Kind
from articles.models import Article

from .. import bans, moderation
from ..models import Ban, Discussion, Policy
from .acting import acting, back_to_comment


class PolicyForm(forms.ModelForm):
    closed_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of stories without comments"),
        choices=Kind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Policy
        fields = [
            "is_open",
            "closed_kinds",
            "closes_after_days",
            "sections_shown_first",
        ]
        widgets = {"sections_shown_first": forms.CheckboxSelectMultiple}


@admin.register(Policy)
class PolicyAdmin(NeverDeleted, DeskAdmin):
    """One row: its list is its form."""

    form = PolicyForm
    # Scores come into force only from the page that tried them.
    readonly_fields = ["hold_score", "spam_score"]
    change_form_template = "admin/comments/policy.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        # Before anybody changed the rules there is no row; looking at the form makes none.
        return Policy.current() if object_id == "1" else None

    def response_change(self, request: HttpRequest, obj: Policy) -> HttpResponse:
        messages.success(request, _("The rules for comments are saved."))
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[1]))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[1]))


class InForce(admin.SimpleListFilter):
    title = gettext_lazy("in force")
    parameter_name = "force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("now", _("in force")), ("past", _("over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        holds = Q(lifted_at=None) & (Q(until=None) | Q(until__gt=timezone.now()))
        if self.value() == "now":
            return queryset.filter(holds)
        return queryset.exclude(holds) if self.value() == "past" else queryset


@admin.register(Ban)
class BanAdmin(NeverDeleted, DeskAdmin):
    """Bans begin at a comment, in the queue; here they are looked up and lifted."""

    change_form_template = "admin/comments/ban.html"
    list_display = ["account", "reason_in_short", "started_at", "ends", "state"]
    list_filter = [InForce]
    list_select_related = ["reader", "by"]
    search_fields = ["reader__name__istartswith"]
    search_help_text = gettext_lazy("Beginning of a name")
    fields = ["reader", "reason", "started_at", "until", "by", "lifted_at", "lifted_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("account"))
    def account(self, ban: Ban) -> str:
        return str(ban)

    @admin.display(description=gettext_lazy("reason"))
    def reason_in_short(self, ban: Ban) -> str:
        return Truncator(ban.reason).chars(60)

    @admin.display(description=gettext_lazy("until"), ordering="until")
    def ends(self, ban: Ban) -> Any:
        return ban.until or _("for ever")

    @admin.display(description=gettext_lazy("state"))
    def state(self, ban: Ban) -> str:
        if ban.is_in_force:
            return _("in force")
        return _("lifted") if ban.lifted_at else _("over")

    def get_urls(self) -> list[Any]:
        return [
            acting(self.admin_site, "<int:pk>/lift/", self.lift_view, "comments_ban_lift"),
            *super().get_urls(),
        ]

    def lift_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm(moderation.MODERATE):
            raise PermissionDenied
        ban = Ban.objects.filter(pk=pk).first()
        if ban is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        try:
            bans.lift(ban, by=request.user)
        except moderation.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The ban is lifted."))
        return HttpResponseRedirect(
            back_to_comment(request) or reverse("admin:comments_ban_change", args=[pk])
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        may = request.user.has_perm(moderation.MODERATE)
        return super().change_view(request, object_id, form_url, {"may_lift": may})


@admin.register(Discussion)
class DiscussionAdmin(NeverDeleted, DeskAdmin):
    """Whether one story takes comments; reached from the story or from a comment of it."""

    change_form_template = "admin/comments/discussion.html"
    fields = ["openness"]
    radio_fields = {"openness": admin.VERTICAL}
    list_display = ["article", "openness", "shown_count"]
    list_filter = ["openness"]
    list_select_related = ["article"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("article__body", "article__search")

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        # A story has no row before its first comment; looking at the form makes none.
        key = unquote(object_id)
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            return None
        found = Discussion.objects.select_related("article").filter(pk=key).first()
        article = None if found else Article.objects.filter(pk=key).first()
        return found or (Discussion(article=article) if article else None)

    def save_model(self, request: HttpRequest, obj: Discussion, form: Any, change: bool) -> None:
        # The counts in the row belong to the database: only what stands on the form is written.
        with moderation.locked(obj.pk):
            Discussion.objects.filter(pk=obj.pk).update(openness=obj.openness)

    def response_change(self, request: HttpRequest, obj: Discussion) -> HttpResponse:
        messages.success(
            request, _("Comments: %(openness)s.") % {"openness": obj.get_openness_display()}
        )
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[obj.pk]))
