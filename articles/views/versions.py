"""How a story was changed since it came out, where the publication shows that (`public_versions`)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache import recording

from .. import disclosure, public_versions
from ..models import Article
from .frame import Frame, render_page
from .gone import notice_of
from .story import address_of


@require_safe
def versions(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    """The versions of a story, newest first; with `versi`, one of them beside the one before it.

    404 where none are shown, 410 once the story is gone.
    """
    date, slug = address_of(year, month, day, slug)
    story = (
        Article.objects.addressable()
        .select_related("place")
        .defer("body", "search")
        .filter(published_on=date, slug=slug)
        .first()
    )
    frame = Frame.load()
    # Once they are not shown any more, no reader gets them from what was kept.
    recording.shows("site")
    if story is None:
        raise Http404(f"No story {slug} on {date}")
    if gone := notice_of(request, story):
        return gone
    if not public_versions.are_shown(story, frame.publication):
        raise Http404("Its versions are not shown")
    recording.shows(f"versions:{story.pk}")
    steps = public_versions.of(story)
    if not steps:
        raise Http404("Nothing of its history is kept")
    asked = request.GET.get("versi", "")
    step = _chosen(steps, asked) if asked else None
    path = reverse("articles:versions", args=[year, month, day, slug])
    title = _("Versions of “%(headline)s”") % {"headline": story.headline}
    # The newest text alone is what is to be found.
    meta = frame.meta(title, path, is_indexed=False)
    context = {
        "article": story,
        "steps": steps,
        "step": step,
        "has_corrections": bool(disclosure.corrections(story)),
        "compared": step.compared() if step and not step.is_held_back else None,
    }
    return render_page(request, "articles/versions.html", context, frame=frame, meta=meta)


def _chosen(steps: list[public_versions.Step], asked: str) -> public_versions.Step:
    """Raises Http404."""
    # One address for each: "02" is none.
    for step in steps:
        if str(step.version.number) == asked:
            return step
    raise Http404("No such version")
