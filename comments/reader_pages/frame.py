"""What the pages of an account have in common: the public site's look, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from articles.views.frame import Frame

# A name that came back unsent because nobody was signed in any more, in the session.
TYPED_NAME = "typed_name"

View = Callable[..., HttpResponse]


def frame_context(title: str, path: str) -> dict[str, Any]:
    """What base.html needs around a page that no search engine is to know."""
    frame = Frame.load()
    return {
        **frame.context(frame.meta(title, path, is_indexed=False)),
        # The demo and a fresh installation send no mail: the pages say where it can be read.
        "is_mail_kept": not settings.EMAIL_HOST and not settings.IS_PRODUCTION,
    }


def private(response: HttpResponse) -> HttpResponse:
    """Kept nowhere: neither by a proxy nor by the browser of a borrowed phone."""
    patch_cache_control(response, private=True, no_store=True)
    return response


def own_page(view: View) -> View:
    """A view for whoever is signed in; others are sent to the door and come back afterwards."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") == "name" and not request.user.is_authenticated:
            # The session ended while the page was open: the new name waits for its owner.
            request.session[TYPED_NAME] = request.POST.get("name", "")[:200]
        return private(at_the_door(request, *args, **kwargs))

    at_the_door = login_required(view, login_url="account_login")
    return wrapped


def show(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context = {**frame_context(title, request.path), **context}
    return private(render(request, template, context, status=status))
