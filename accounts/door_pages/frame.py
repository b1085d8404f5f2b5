"""Who may see the pages about coming in, and their frame."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .. import entering, second_factor


def own(
    site: Any,
    view: Callable[..., HttpResponse],
    methods: tuple[str, ...],
    *,
    is_early: bool = False,
    is_fresh: bool = False,
) -> Callable[..., HttpResponse]:
    """A page of everybody who works here, about themselves.

    `is_early`: also for who is on the way to setting up a second factor. `is_fresh`: after proving once more who
    one is, when that was some time ago.
    """
    allowed = {*methods, "HEAD"} if "GET" in methods else {*methods}

    @never_cache
    @sensitive_post_parameters()
    @require_http_methods(sorted(allowed))
    @wraps(view)
    def guarded(request: HttpRequest, **keys: Any) -> HttpResponse:
        if not site.is_member(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not site.has_permission(request) and not (is_early and waits_for_setup(request)):
            return on_the_way(request)
        if is_fresh and not entering.is_fresh(request):
            way = request.path if "GET" in methods else reverse("admin:second_factor")
            return HttpResponseRedirect(f"{reverse('admin:prove')}?{urlencode({'next': way})}")
        return view(site, request, **keys)

    return guarded


def waits_for_setup(request: HttpRequest) -> bool:
    """Signed in, in need of a second factor, and without one."""
    return not second_factor.is_settled(request) and not second_factor.has(request.user)


def on_the_way(request: HttpRequest) -> HttpResponse:
    """Where somebody goes who is signed in and may not open the desk yet."""
    if waits_for_setup(request):
        return HttpResponseRedirect(reverse("admin:second_factor"))
    # There is one, and this browser has not shown it: from the beginning.
    logout(request)
    return HttpResponseRedirect(reverse("admin:login"))


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where the page was asked to lead afterwards, if that is a path of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, None)
    return asked if is_ours else reverse(otherwise)


def page(
    site: Any, request: HttpRequest, template: str, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    frame = site.each_context(request)
    return TemplateResponse(
        request, f"admin/door/{template}", {**frame, "title": title, **context}, status=status
    )
