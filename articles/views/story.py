"""A story's own page; what stands there when it is gone is in `gone`."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .. import disclosure
from ..cards import article_meta
from ..choices import BylineRole
from ..models import Article, Author
from ..readership import most_read
from .frame import Frame, render_page
from .gone import notice_of
from .register import register_of

LATEST = 6
MOST_READ = 5


@require_safe
def article(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    story = _find(year, month, day, slug)
    return notice_of(request, story) or show(request, story)


def show(
    request: HttpRequest, story: Article, *, template: str = "articles/article.html", **more: Any
) -> HttpResponse:
    """The page of a story from `for_page()`; `more` goes into the template, as for a preview."""
    frame = Frame.load()
    latest = Article.objects.published().exclude(pk=story.pk).for_line().newest_first()
    return render_page(
        request,
        template,
        {
            "article": story,
            "photos": disclosure.photos(story),
            "writers": _writers(story),
            "signatures": _signatures(story),
            "initials": _initials(story),
            "tags": disclosure.tags(story),
            "corrections": disclosure.corrections(story),
            "register": register_of(story),
            "related": [link.related for link in story.public_related_links],
            "latest": latest[:LATEST],
            "most_read": most_read(MOST_READ, beside=story).stories,
            **more,
        },
        frame=frame,
        meta=article_meta(story, frame.publication),
    )


def _writers(story: Article) -> list[Author]:
    """Those named at the top: who wrote it. All bylines stand at its end."""
    writing = {BylineRole.REPORTER, BylineRole.CONTRIBUTOR}
    return [line.author for line in story.bylines.all() if line.role in writing]


def _signatures(story: Article) -> dict[str, list[Author]]:
    """All who made it, under what they did, in the order of the bylines."""
    by_role: dict[str, list[Author]] = {}
    for line in story.bylines.all():
        by_role.setdefault(line.get_role_display(), []).append(line.author)
    return by_role


def _initials(story: Article) -> str:
    """The closing mark: "rahma/has"."""
    marks = [line.author.initials for line in story.bylines.all() if line.author.initials]
    return "/".join(dict.fromkeys(marks))


def _find(year: int, month: int, day: int, slug: str) -> Article:
    """The story at an address, public or gone. Raises Http404."""
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        raise Http404("No such day") from None
    story = Article.objects.addressable().for_page().filter(published_on=date, slug=slug).first()
    if story is None:
        raise Http404(f"No story {slug} on {date}")
    return story
