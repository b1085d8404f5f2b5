"""Threads as everybody sees them: pages and pieces that are kept for all, without cookie or token.

Where the story itself is gone, its notice stands instead, and what was said under it is not shown.
None of them is to be indexed: the story is what should be found, and a copy of what readers said
about people would outlive its removal here.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import disclosure
from articles.models import Article
from articles.views.frame import Frame, render_page
from articles.views.gone import notice_of
from pagecache import recording

from .. import threads
from ..addresses import discussion_path
from ..choices import Order, State
from ..models import Comment
from ..openness import talk_of
from .answers import public_fragment
from .finding import comment_with_story, order_of, public_story, story_at


@require_safe
def discussion(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    """The page of a story's comments."""
    article = story_at(year, month, day, slug)
    if request.path != discussion_path(article):
        return HttpResponsePermanentRedirect(discussion_path(article))
    if notice := notice_of(request, article):
        return notice
    frame = Frame.load()
    context = _threads(request, article)
    meta = frame.meta(
        _("Comments: %(headline)s") % {"headline": disclosure.title(article)},
        discussion_path(article),
        is_indexed=False,
    )
    context["talk"] = talk_of(article)
    return render_page(request, "comments/discussion.html", context, frame=frame, meta=meta)


@require_safe
def thread_list(request: HttpRequest, article_id: int) -> HttpResponse:
    """A page of threads as a fragment, to be opened in place."""
    article = public_story(article_id)
    context = _threads(request, article)
    context["talk"] = talk_of(article)
    return public_fragment(request, "comments/threads.html", context)


@require_safe
def replies(request: HttpRequest, comment_id: int) -> HttpResponse:
    """More replies of a thread as a fragment; `comment_id` is its first comment."""
    root = _root(comment_id)
    found = _replies_after(root, request.GET.get("sesudah", ""))
    context = {"article": root.article, "root": root, "replies": found}
    context["talk"] = talk_of(root.article)
    return public_fragment(request, "comments/replies.html", context)


@require_safe
def comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """A comment's own address: its thread, with it marked.

    Of a thread's first comment the whole thread, page by page; of a reply what it answers, the
    reply and what follows it. A hidden comment is not there (404); where one was taken down, the
    page says so and leads to the discussion. One that was removed or erased is gone (410), unless
    its place still holds a thread together.
    """
    marked = comment_with_story(comment_id)
    article = marked.article
    recording.shows(f"talk:{article.pk}")
    if notice := notice_of(request, article):
        return notice
    if not article.is_published:
        raise Http404("No such comment")
    frame = Frame.load()
    meta = frame.meta(
        _("Comment on: %(headline)s") % {"headline": disclosure.title(article)},
        reverse("comments:comment", args=[marked.pk]),
        is_indexed=False,
    )
    if not marked.is_listed or not marked.is_reachable:
        if marked.is_reachable and marked.state == State.PENDING:
            raise Http404("No such comment")
        is_gone = marked.is_reachable and marked.state in {State.REMOVED, State.ERASED}
        context: dict[str, Any] = {"article": article, "comment": marked, "is_gone": is_gone}
        return render_page(
            request,
            "comments/gone.html",
            context,
            frame=frame,
            meta=meta,
            status=410 if is_gone else 404,
        )
    cursor = request.GET.get("sesudah", "")
    context = {"article": article, "marked": marked, "is_first": not cursor}
    if marked.parent_id is None:
        context |= {"root": marked, "replies": _replies_after(marked, cursor or "first")}
    else:
        context["around"] = around = threads.around(marked)
        context["root"] = around.root
    context["talk"] = talk_of(article)
    return render_page(request, "comments/thread.html", context, frame=frame, meta=meta)


def _threads(request: HttpRequest, article: Article) -> dict[str, Any]:
    order, cursor = order_of(request), request.GET.get("sesudah", "")
    try:
        page = threads.page_of_threads(article, order, cursor)
    except threads.BadCursor:
        raise Http404("Malformed cursor") from None
    return {
        "article": article,
        "page": page,
        "order": order,
        "orders": list(Order),
        "pinned": threads.pinned(article) if page.is_first else [],
    }


def _root(comment_id: int) -> Comment:
    root = comment_with_story(comment_id)
    if not root.article.is_published or root.parent_id is not None or not root.is_listed:
        raise Http404("No such thread")
    return root


def _replies_after(root: Comment, cursor: str) -> threads.Replies:
    """The replies of a thread after a cursor of that thread; "first" for its beginning."""
    if cursor == "first":
        return threads.replies_after(root.article, f"{root.pk}.0-0")
    if not cursor.startswith(f"{root.pk}."):
        raise Http404("Malformed cursor")
    try:
        return threads.replies_after(root.article, cursor)
    except threads.BadCursor:
        raise Http404("Malformed cursor") from None
