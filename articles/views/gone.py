"""The notices that stand at the address of a story that is not public any more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..models import Article
from .frame import Frame, render_page


def notice_of(request: HttpRequest, story: Article) -> HttpResponse | None:
    """What the address answers (410) once the story was withdrawn or its time is over; None before.

    The headline stays out of both: it may be what had to be withdrawn, and what is over is told nowhere.
    """
    if story.is_withdrawn:
        return _gone(request, story, "articles/withdrawn.html", _("Story withdrawn"))
    if story.is_over:
        return _gone(request, story, "articles/over.html", _("Story no longer public"))
    return None


def _gone(request: HttpRequest, story: Article, template: str, title: str) -> HttpResponse:
    frame = Frame.load()
    meta = frame.meta(title, story.get_absolute_url(), is_indexed=False)
    return render_page(request, template, {"article": story}, frame=frame, meta=meta, status=410)
