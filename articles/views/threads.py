"""What goes on over many stories: all of it, and each as a timeline."""

from __future__ import annotations

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache import recording

from .. import keyset, share_pictures, threads
from ..choices import CorrectionKind
from ..models import Correction, Instalment, StoryThread
from ..structured import breadcrumb_json_ld, thread_json_ld
from .frame import Frame, render_page

# What ?urut= says for the order in which things happened; without it the newest stands first.
FROM_THE_BEGINNING = "awal"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All threads with public stories: those that go on, then those that have ended."""
    recording.shows("threads")
    try:
        found = threads.page_of_index(request.GET.get("sebelum", ""))
    except keyset.BadCursor:
        raise Http404("Malformed cursor") from None
    frame = Frame.load()
    name, path = _("Developments"), reverse("articles:threads")
    meta = frame.meta(
        name,
        path,
        description=_("What goes on over many stories, each with its timeline."),
        data=[breadcrumb_json_ld([(frame.publication.name, "/"), (name, path)])]
        if found.is_first
        else (),
        is_indexed=found.is_first,
    )
    return render_page(request, "articles/threads.html", {"threads": found}, frame=frame, meta=meta)


@require_safe
def thread(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(StoryThread, slug=slug)
    recording.shows(f"of-thread:{found.pk}")
    is_rising = request.GET.get("urut", "") == FROM_THE_BEGINNING
    cursor = request.GET.get("sesudah" if is_rising else "sebelum", "")
    try:
        instalments = keyset.cut(
            threads.public(found),
            cursor,
            by="placed_at",
            then_by="article_id",
            is_rising=is_rising,
            shown=_shown,
        )
    except keyset.BadCursor:
        raise Http404("Malformed cursor") from None
    if not instalments.items:
        raise Http404("No public story is part of this thread")
    frame = Frame.load()
    path = found.get_absolute_url()
    meta = frame.meta(
        found.name,
        path,
        description=found.intro
        or _("What has happened so far, story by story: %(name)s") % {"name": found.name},
        data=[
            thread_json_ld(found, instalments.items, frame.publication, is_rising=is_rising),
            breadcrumb_json_ld(
                [
                    (frame.publication.name, "/"),
                    (_("Developments"), reverse("articles:threads")),
                    (found.name, path),
                ]
            ),
        ],
        is_indexed=instalments.is_first and not is_rising,
        picture=share_pictures.of_thread(found, frame.publication),
    )
    context = {"thread": found, "instalments": instalments, "is_rising": is_rising}
    return render_page(request, "articles/thread.html", context, frame=frame, meta=meta)


def _shown(cut: QuerySet[Instalment]) -> QuerySet[Instalment]:
    """With each story as a line shows it, and when it was last corrected."""
    corrections = Correction.objects.filter(
        ~Q(kind=CorrectionKind.WITHDRAWAL), article=OuterRef("article")
    )
    last = corrections.order_by().values("article").values(last=Max("created_at"))
    rows = threads.with_lines(Instalment.objects.filter(pk__in=cut.values("pk")))
    corrected: QuerySet[Instalment] = rows.annotate(corrected_at=Subquery(last))
    return corrected
