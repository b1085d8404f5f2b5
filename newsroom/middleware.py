"""The desk speaks the language its user chose; the public site always the publication's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation


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
