"""The desk speaks the language its user chose, the public site always the publication's; a view leaves its name;
the audit log hears from where something is asked; no page may use what no page needs."""

from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from accounts.network import client_address
from auditlog.asking import asked

from .watch.doorway import NAME, VIEW


class DeskLanguageMiddleware:
    """Activate a signed-in person's own language under /admin/ and nowhere else.

    Public pages never look at a cookie or a header, so that they are the same for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/admin/") and request.user.is_authenticated:
            with translation.override(request.user.language):
                return self.get_response(request)
        return self.get_response(request)


class ViewNameMiddleware:
    """Leave the name of the view where who counts requests finds it (`newsroom.watch.doorway`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        request.META[VIEW] = match.view_name or match._func_path


class AskingMiddleware:
    """Let what is written into the audit log meanwhile say from which address and in which request it was asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with asked(client_address(request), request.META.get(NAME, "")):
            return self.get_response(request)


class PagePolicyMiddleware(CSPMiddleware):
    """django-csp's, for pages that are kept: the policy that nearly all of them share is put together once.

    That takes a twentieth of rendering a story of which the parts are kept. A nonce is for one answer, so no page that
    is kept may ask for one.
    """

    # What django-csp's decorators leave on an answer that has a policy of its own.
    OWN = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.shared = build_policy()

    def process_request(self, request: HttpRequest) -> None:
        pass

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if settings.DEBUG or any(name in response.__dict__ for name in self.OWN):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.shared)
        return response


class PermissionsPolicyMiddleware:
    """Say with each answer which of a browser's abilities no page of ours uses (FORBIDDEN_FEATURES).

    Static files are no pages, and a page fetches a dozen: with them it would be a tenth heavier. With
    SEND_PERMISSIONS_POLICY off the web server in front says it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.SEND_PERMISSIONS_POLICY:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.policy = ", ".join(f"{name}=()" for name in settings.FORBIDDEN_FEATURES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_file = request.path_info.startswith(settings.STATIC_URL) and response.status_code < 400
        if not is_file:
            response["Permissions-Policy"] = self.policy
        return response
