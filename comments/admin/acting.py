"""Addresses of the desk that act: POST alone, and what somebody typed outlives a lost session.

Whoever was signed out meanwhile signs in and stands before the comment again, with a sentence and
with every word that was typed. What a form refuses comes back filled in by the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from ..models import MAX_LENGTH
from .place import Place, number

# In the session: what was typed, and that a session was lost.
TYPED = "desk_typed"
SIGNED_OUT = "desk_signed_out"
# The fields that persons type or choose; keys, states and tokens are not kept.
_FIELDS = ("body", "note", "revision", "length", "ban_reason")


def acting(site: Any, route: str, view: Callable[..., HttpResponse], name: str) -> Any:
    """The path of a view that acts. GET is answered with a sentence and a way back."""
    inner = site.admin_view(view)

    @wraps(inner)
    def guarded(request: HttpRequest, **keys: Any) -> HttpResponse:
        back = _back(request, name, keys)
        if not site.has_permission(request):
            if request.method == "POST":
                keep(request, keys.get("pk") or number(request.POST.get("comment", "")) or 0)
                request.session[SIGNED_OUT] = True
            return redirect_to_login(back, reverse("admin:login"))
        if request.method != "POST":
            context = {**site.each_context(request), "back_url": back}
            response = render(request, "admin/comments/only_by_button.html", context, status=405)
            response["Allow"] = "POST"
            return response
        return inner(request, **keys)

    return path(route, guarded, name=name)


def keep(request: HttpRequest, about: int) -> None:
    """Keep what was typed about a comment (0: about several) for the next page."""
    typed = {
        field: request.POST[field].replace("\x00", "")[:MAX_LENGTH]
        for field in _FIELDS
        if request.POST.get(field)
    }
    if typed:
        request.session[TYPED] = {"about": about, "fields": typed}


def typed_about(request: HttpRequest, about: int) -> dict[str, str]:
    """What was typed about it and not taken yet; it is given once."""
    kept = request.session.get(TYPED)
    if not kept or kept["about"] != about:
        return {}
    del request.session[TYPED]
    fields: dict[str, str] = kept["fields"]
    return fields


def back_to_comment(request: HttpRequest) -> str:
    """The page of the comment that a POST came from, or its place in the queue; "" for neither."""
    comment = number(request.POST.get("comment", ""))
    if comment is None:
        return ""
    if request.POST.get("back") == "page":
        return reverse("admin:comments_comment_change", args=[comment])
    return Place(request.POST).url(c=comment)


def _back(request: HttpRequest, name: str, keys: dict[str, Any]) -> str:
    """The page that the button stands on."""
    if name.startswith("comments_word_"):
        return reverse("admin:comments_word_changelist")
    if name.startswith("comments_ban_"):
        return back_to_comment(request) or reverse("admin:comments_ban_change", args=[keys["pk"]])
    if "pk" in keys:
        return reverse("admin:comments_comment_change", args=[keys["pk"]])
    return back_to_comment(request) or Place(request.POST).url()
