"""The desk: Django's admin as the newsroom's back office.

The first screen answers "what waits for me" (`newsroom.waiting`); everything else is the plain
admin with our own templates.
"""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import PasswordChangeView
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.urls import include, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import devices, second_factor
from accounts.forms import DeskLoginForm, LanguageForm, OwnPasswordForm
from accounts.models import Language
from articles.models import Article, Publication

from . import waiting
from .desk_config import fill_desk
from .roles import ROLES

APPS = {
    label: place
    for place, label in enumerate(
        ["articles", "comments", "newsletter", "ads", "accounts", "auditlog"]
    )
}


class LabelledAutocomplete(AutocompleteJsonView):
    """Completion that says more than a row's name where the model's admin has more to say."""

    def process_request(self, request: HttpRequest) -> tuple[Any, ...]:
        # PostgreSQL takes no text with a NUL in it.
        term, *rest = super().process_request(request)
        return (term.replace("\x00", ""), *rest)

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, Any]:
        result = super().serialize_result(obj, to_field_name)
        label = getattr(self.model_admin, "autocomplete_label", None)
        return result | {"text": label(obj)} if label else result


class Desk(admin.AdminSite):
    site_title = _("Desk")
    site_header = _("Desk")
    index_title = _("What waits for you")
    index_template = "admin/desk.html"
    login_form = DeskLoginForm
    enable_nav_sidebar = False

    def is_member(self, request: HttpRequest) -> bool:
        """Whether somebody who works here is signed in, whatever is still asked of them."""
        return super().has_permission(request)

    def has_permission(self, request: HttpRequest) -> bool:
        """The one place that lets anybody in; every view of the desk asks it.

        Who has to have a second factor and has not shown it is led to it by the door (`login`).
        """
        if not (self.is_member(request) and second_factor.is_settled(request)):
            return False
        devices.seen(request)
        return True

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The door. Django's signs in by the password alone, so this is its body with our view."""
        from accounts.door_pages import entering, frame  # as in get_urls

        if request.method == "GET":
            if self.has_permission(request):
                return HttpResponseRedirect(reverse("admin:index"))
            if self.is_member(request):
                return frame.on_the_way(request)
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        if REDIRECT_FIELD_NAME not in {*request.GET, *request.POST}:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        request.current_app = self.name
        view = entering.DeskSignIn.as_view(
            extra_context=context,
            authentication_form=self.login_form,
            template_name="admin/login.html",
        )
        return view(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's, with our form."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
            template_name="registration/password_change_form.html",
        )
        request.current_app = self.name
        return view(request)

    def get_urls(self) -> list[Any]:
        fill_desk()
        from accounts.door_pages import door_urls  # as below
        from ads.admin.reports import report_urls  # its models are loaded when addresses are

        from .watch.page import status_urls  # as above

        return [
            *door_urls(self),
            path("status/", include(status_urls(self))),
            path("case/<int:key>/", self.admin_view(self.case_view), name="story_case"),
            path("language/", self.admin_view(self.language_view), name="language"),
            path("ads/report/", include(report_urls(self))),
            *super().get_urls(),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        # A picture is seen while it is still on its way up, and one that was pasted before it is refused.
        return csp_update({"img-src": ["blob:", "data:"]})(super().admin_view(view, cacheable))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        publication = Publication.current()
        from comments.admin.acting import SIGNED_OUT  # registers at this site when it is loaded

        if request.user.is_authenticated and request.session.pop(SIGNED_OUT, False):
            told = _(
                "You were signed out meanwhile; nothing was done yet. What you typed is still here."
            )
            messages.warning(request, str(told))
        return super().each_context(request) | {
            "publication": publication,
            "site_header": publication.name,
            "languages": Language.choices,
            "unsaved_days": settings.UNSAVED_TEXTS_KEPT_DAYS,
        }

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {
            "panels": waiting.panels_for(request.user),
            "may_search": request.user.has_perm("articles.view_article"),
            "may_write": request.user.has_perm("articles.add_article"),
            "may_plan": request.user.has_perm("articles.submit_article"),
            "may_arrange": request.user.has_perm("articles.add_frontlayout"),
            # For whom it is the work of the day; others have its panel.
            "may_decide": request.user.has_perm("comments.moderate_comment")
            and not request.user.has_perm("articles.add_article"),
            "may_sell": request.user.has_perm("ads.book_flight"),
            "may_watch": request.user.has_perm("newsroom.watch_site"),
            "masthead_url": self._masthead_url(request),
        }
        return super().index(request, context | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What the paper is made of first, the machinery last; within each by name."""
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: (APPS.get(app["app_label"], len(APPS)), app["name"]))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return LabelledAutocomplete.as_view(admin_site=self)(request)

    def language_view(self, request: HttpRequest) -> HttpResponse:
        """Change the language of one's own desk. POST only."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = LanguageForm(request.POST)
        if form.is_valid():
            request.user.language = form.cleaned_data["language"]
            request.user.save(update_fields=["language"])
        back = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(
            back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return HttpResponseRedirect(back if is_ours else reverse("admin:index"))

    def case_view(self, request: HttpRequest, key: int) -> HttpResponseBase:
        """The case of a story as a ZIP. POST only, because that it was taken is written down."""
        from . import casefile  # models, which are not there when the desk is made

        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        article = get_object_or_404(Article, pk=key)
        try:
            name, case = casefile.build(article, by=request.user)
        except casefile.Unavailable:
            sentence = gettext(
                "The store of photos does not answer, and a case without them would not be whole. Try again later."
            )
            messages.error(request, sentence)
            return HttpResponseRedirect(reverse("admin:articles_article_history", args=[key]))
        return FileResponse(case, as_attachment=True, filename=name)

    @staticmethod
    def role_label(name: str) -> Any:
        """What the newsroom calls a role; the name itself when the table does not know it."""
        return ROLES[name][0] if name in ROLES else name

    @staticmethod
    def _masthead_url(request: HttpRequest) -> str:
        """Where to complete the masthead, for whoever can, while it is not complete."""
        can = request.user.has_perm("articles.change_publication")
        if not can or Publication.current().is_legally_complete:
            return ""
        return reverse("admin:articles_publication_change", args=[1])
