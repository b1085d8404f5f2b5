"""What is said when a form comes back without its token: the session has ended meanwhile."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import resolve
from django.utils import translation

from ads.views import signing


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Where there are forms, a page that says how to go on; elsewhere there are none."""
    if request.path.startswith("/akun/"):
        response = render(request, "account/stale.html", status=403)
        response["Cache-Control"] = "no-store, private"
        return response
    found = resolve(request.path) if request.path.startswith("/persetujuan/") else None
    if found and found.view_name == "ads:sign_off":
        return signing.stale(request, **found.kwargs)
    if not request.path.startswith("/admin/"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    language = getattr(request.user, "language", None) or translation.get_language() or "id"
    with translation.override(language):
        return render(request, "admin/session_ended.html", status=403)
