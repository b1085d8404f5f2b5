"""The terms of commenting: a public page, the same for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.views.frame import Frame, render_page

from ..terms import VERSION_NAME


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    frame = Frame.load()
    meta = frame.meta(_("Terms of commenting"), reverse("reader_terms"))
    context = {"version_name": VERSION_NAME}
    return render_page(request, "comments/terms.html", context, frame=frame, meta=meta)
