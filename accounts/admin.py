"""Accounts of the staff. What a person may do comes from roles alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from auditlog.choices import Action
from auditlog.desk import Audited

from . import devices, second_factor
from .door_pages.frame import page
from .forms import ColleaguesPasswordForm, RolesField, StaffChangeForm, StaffCreationForm
from .models import User
from .paging import KeysetList

# A group is a role and its permissions come from a table; editing them by hand would not last.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


class WhoFilter(admin.SimpleListFilter):
    """Whoever works here, unless readers are asked for or somebody is searched."""

    title = _("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("readers", _("readers"))]

    def choices(self, changelist: Any) -> Any:
        staff, *others = super().choices(changelist)
        return [staff | {"display": _("works here")}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "readers":
            return queryset.filter(is_staff=False)
        return queryset if request.GET.get("q") else queryset.filter(is_staff=True)


@admin.register(User)
class StaffAdmin(Audited, UserAdmin):
    """Whoever may change accounts gives roles; only an administrator makes administrators.

    An administrator's account, password included, is closed to everybody else: otherwise
    changing it would be a way up.
    """

    audited_values = ["is_active", "is_staff", "is_superuser", "groups"]
    audited_as = Action.ACCESS
    form = StaffChangeForm
    add_form = StaffCreationForm
    change_password_form = ColleaguesPasswordForm
    ordering = ["name", "id"]
    list_display = ["name", "email", "roles", "factor", "is_active"]
    list_filter = [WhoFilter, "is_active", "groups"]
    # Beginnings, which an index finds among forty thousand readers.
    search_fields = ["name__istartswith", "email__istartswith"]
    filter_horizontal = []
    show_full_result_count = False
    actions = None
    readonly_fields = ["last_login", "created_at", "way_in"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Roles"), {"fields": ["is_active", "is_staff", "groups"]}),
        (_("Coming in"), {"fields": ["way_in"]}),
        (_("Desk"), {"fields": ["language", "last_login", "created_at"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": [
                    *("email", "name", "language", "password1", "password2"),
                    *("is_staff", "groups"),
                ],
            },
        ),
    ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        return KeysetList

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(
            require_http_methods(["GET", "HEAD", "POST"])(self.sign_ins)
        )
        return [
            path("<int:pk>/sign-ins/", view, name="accounts_user_sign_ins"),
            *super().get_urls(),
        ]

    def sign_ins(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where a colleague is signed in and with what second factor; both can be ended, which is recorded."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        account = self.get_queryset(request).filter(pk=pk).first()
        if account is None:
            raise Http404
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if request.method == "POST":
            self._end_or_reset(request, account)
            return HttpResponseRedirect(reverse("admin:accounts_user_sign_ins", args=[pk]))
        return page(
            self.admin_site,
            request,
            "sign_ins.html",
            gettext("Coming in: %s") % account,
            account=account,
            rows=devices.shown(account, request),
            factors=second_factor.factors(account),
            is_needed=second_factor.needs(account),
        )

    def _end_or_reset(self, request: HttpRequest, account: User) -> None:
        what = request.POST.get("do")
        if what == "end" and devices.end_all(account):
            done = _("Signed out everywhere.")
        elif what == "reset" and second_factor.reset(account):
            done = _("The second factor was reset.")
        else:
            messages.info(request, gettext("There was nothing to do."))
            return
        self.log_change(request, account, str(done))
        messages.success(request, str(done))

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and request.user.is_superuser:
            return [*fieldsets, (_("Administrator"), {"fields": ["is_superuser"]})]
        return fieldsets

    def get_queryset(self, request: HttpRequest) -> Any:
        return second_factor.with_whether(super().get_queryset(request)).prefetch_related("groups")

    @admin.display(description=_("second factor"))
    def factor(self, user: Any) -> str:
        if user.has_factor:
            return gettext("set up")
        # Such a colleague can open nothing until it is.
        return gettext("not set up yet") if second_factor.needs(user) else gettext("not required")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True} | super().get_changeform_initial_data(request)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            label_of = getattr(self.admin_site, "role_label", str)
            return RolesField(
                Group.objects.order_by("id"),
                required=False,
                label=capfirst(_("roles")),
                label_of=label_of,
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Without the wrapper that offers to add a group.
        if db_field.name == "groups":
            return self.formfield_for_manytomany(db_field, request)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # What an account wrote keeps its author; it is made inactive instead.
        return False

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        label_of = getattr(self.admin_site, "role_label", str)
        names = [str(label_of(group.name)) for group in user.groups.all()]
        return ", ".join([str(_("Administrator")), *names] if user.is_superuser else names) or "–"

    @admin.display(description=_("second factor and devices"))
    def way_in(self, user: User) -> str:
        has = _("set up") if second_factor.has(user) else _("no second factor")
        url = reverse("admin:accounts_user_sign_ins", args=[user.pk])
        return format_html('{} · <a href="{}">{}</a>', has, url, _("Devices and second factor"))
