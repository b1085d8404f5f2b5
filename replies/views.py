"""The form, what comes after it, and how a request stands. Kept by nobody; no cookie, no account."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.views.frame import Frame

from . import cases
from .forms import RequestForm, StatusForm

LONGEST_STORY = 500


# No token against forgery: the form needs no right, and nothing here goes by a session.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """GET: the form, with the story that a link named. POST: takes a request and confirms it by mail."""
    if request.method != "POST":
        story = request.GET.get("berita", "").replace("\x00", "")[:LONGEST_STORY]
        return _form(request, RequestForm(initial={"berita": story}))
    form = RequestForm(request.POST)
    if form.is_by_a_program:
        # It learns nothing from what it is told.
        return _taken()
    if not form.is_valid():
        return _form(request, form, status=422)
    email = form.cleaned_data["surel"].lower()
    if not ratelimit.consume(request, action="reply_form") or not ratelimit.consume(
        request, action="reply_letter", key=email
    ):
        form.add_error(
            None, _("Too many requests came from you just now. Please try again in an hour.")
        )
        return _form(request, form, status=429)
    cases.receive(**form.received())
    return _taken()


@require_safe
def taken(request: HttpRequest) -> HttpResponse:
    return _page(request, "replies/taken.html", {}, _("The request is sent"))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """How a request stands, for whoever knows its number and the address it was sent with."""
    form = StatusForm(request.POST if request.method == "POST" else None)
    found, code = None, 200
    if form.is_bound and form.is_valid():
        if not ratelimit.consume(request, action="reply_status"):
            form.add_error(None, _("Too many attempts. Wait ten minutes, then try again."))
            code = 429
        else:
            found = cases.find(form.cleaned_data["nomor"], form.cleaned_data["surel"])
            if found is None:
                # The same for a number that is not there.
                form.add_error(None, _("No request has this number and this e-mail address."))
                code = 404
    elif form.is_bound:
        code = 422
    context = {"form": form, "found": found}
    return _page(request, "replies/status.html", context, _("How a request stands"), code)


def _taken() -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse("replies:taken")})


def _form(request: HttpRequest, form: RequestForm, status: int = 200) -> HttpResponse:
    fields = [field for field in form if field.name != "situs"]
    context = {"form": form, "fields": fields}
    return _page(request, "replies/form.html", context, _("Right of reply"), status)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], title: str, status: int = 200
) -> HttpResponse:
    frame = Frame.load()
    meta = frame.meta(title, request.path, is_indexed=False)
    html = loader.get_template(template).render({**frame.context(meta), **context})
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
