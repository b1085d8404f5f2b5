"""A story's own page; what stands there when it is gone is in `gone`.

Most readers of a page that is not kept come for a story of the archive, so what it takes counts. It is put together
from parts that are kept by themselves: the story's own, the way to its comments with the related stories, where it
stands in a thread, and what all pages share. A story without comments of which nothing was kept takes two queries, one
more when it is part of a thread, and none when its parts were.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from pagecache import recording
from pagecache.parts import part

from .. import agenda, disclosure, dressing, public_versions, threads
from ..cards import PageMeta, article_meta
from ..choices import BylineRole, Status
from ..headings import MOST_OPEN, contents, with_ids
from ..models import Article, Author, Instalment, Publication
from ..reading_time import minutes_for, words_in
from ..subjects import Subjects, subjects_of
from . import blocks, live
from .frame import Frame, render_page
from .gone import notice_of
from .register import register_of

# Where a rendered piece is cut in two: no text of the database can hold a NUL.
CUT = "\0cut\0"
# What of a story is asked about when the page is put together.
_OUTLINE = (
    *("id", "slug", "kind", "section_id", "status", "publish_at", "published_on", "unpublish_at"),
    *("is_tragedy", "is_identity_protected", "live"),
)

# So many corrections stand open above a text; older ones fold.
CORRECTIONS_OPEN = 2
# Neighbours that are further apart are told of by their section's name, not by each day between them.
NEAR = datetime.timedelta(days=14)

Address = tuple[datetime.date, str]


@dataclass(frozen=True)
class Own:
    """What of the page is about the story, rendered: the head, and its text in two parts, the second often empty.

    `slots` is the head's piece for what stands between them. `story` has only what the rest of the page goes by,
    `related` are the stories below it, `neighbours` the way to those before and after it in its section, `place` is
    where it stands in a thread.
    """

    story: Article
    title: str
    head: SafeString
    slots: SafeString
    text: SafeString
    rest: SafeString
    related: Sequence[Article]
    neighbours: SafeString
    place: Instalment | None
    subjects: Subjects
    # Whether it needs the sheet and the script of strips and embeds, and whom it may show in a frame.
    has_elements: bool = False
    frame_origins: Sequence[str] = ()

    @property
    def size(self) -> int:
        """In bytes, about; see `pagecache.parts`."""
        texts = sum(map(sys.getsizeof, (self.head, self.text, self.rest)))
        return texts + 2000 * (1 + len(self.related))


@require_safe
def article(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    address = address_of(year, month, day, slug)
    own = _own_at(address) if recording.current() is not None else None
    if own is None:
        story = _find(address)
        return notice_of(request, story) or show(request, story)
    talk, related = part(f"below:{_key(address)}", lambda: _kept_below(address))
    thread = SafeString("")
    if own.place is not None:
        thread = part(f"thread:{_key(address)}", lambda: _kept_thread(address))
    more = {"thread": thread}
    return _page(request, "articles/article.html", Frame.load(), own, talk, related, more)


def show(
    request: HttpRequest, story: Article, *, template: str = "articles/article.html", **more: Any
) -> HttpResponse:
    """The page of a story from `for_page()`, of which nothing is kept.

    `more` goes into the template, as for a preview; with `meta` it has another head.
    """
    frame = Frame.load()
    meta = more.pop("meta", None) or article_meta(story, frame.publication)
    own = _rendered(story, frame.publication, meta, more)
    talk, related = _below(own)
    more = {"thread": _in_thread(own), **more}
    return _page(request, template, frame, own, talk, related, more)


def _page(
    request: HttpRequest,
    template: str,
    frame: Frame,
    own: Own,
    talk: SafeString,
    related: SafeString,
    more: dict[str, Any],
) -> HttpResponse:
    own = live.put_in(own, request)
    context = {"own": own, "talk": talk, "related": related, **more}
    if "latest" not in more:
        context["latest"] = blocks.latest_below(own.story)
    if "most_read" not in more:
        context["most_read"] = blocks.most_read_below(own.story)
    response = render_page(request, template, context, frame=frame)
    if own.frame_origins:
        # What django-csp's decorator sets, for what only this story may show; kept along with the page.
        response._csp_update = {"frame-src": list(own.frame_origins)}  # type: ignore[attr-defined]
    return response


def _own_at(address: Address) -> Own | None:
    """The story at an address; None when it is gone. Raises Http404."""
    return part(f"story:{_key(address)}", lambda: _read_own(address))


def _read_own(address: Address) -> Own | None:
    story: Any = _find(address)
    if not story.is_published:
        return None
    for link in story.related_to_come:
        if link.related.status == Status.PUBLISHED:
            recording.until(link.related.publish_at)
    _tell_neighbours(story)
    with recording.beside():
        publication = part("publication", _read_publication)
    return _rendered(story, publication, article_meta(story, publication), {})


def _read_publication() -> Publication:
    recording.shows("site")
    return Publication.current()


def _tell_neighbours(story: Any) -> None:
    """Say when others stand before and after the story: once there are both, only what comes in between changes it.

    So a new story of the section concerns its newest one alone, and not its archive.
    """
    ends = [row.publish_at for row in (*story.before_in_section, *story.after_in_section)]
    with recording.beside():
        if len(ends) == 2 and ends[1] - ends[0] <= NEAR:
            first, last = (moment.astimezone(datetime.UTC).date() for moment in ends)
            days = range((last - first).days + 1)
            recording.shows(*(f"day:{first + datetime.timedelta(days=n)}" for n in days))
            return
        recording.shows(f"section:{story.section_id}")
        if not story.after_in_section:
            agenda.heed()


def _rendered(story: Any, publication: Publication, meta: PageMeta, more: dict[str, Any]) -> Own:
    body = disclosure.text_of(story)
    words = words_in(body)
    corrections = disclosure.corrections(story)
    listed = contents(with_ids(body)[1], words)
    place = story.thread_places[0] if story.thread_places else None
    context = {
        "article": story,
        "publication": publication,
        "meta": meta,
        "photos": disclosure.photos(story),
        "writers": _writers(story),
        "signatures": _signatures(story),
        "initials": _initials(story),
        "tags": disclosure.tags(story),
        "corrections": corrections[:CORRECTIONS_OPEN],
        "older_corrections": corrections[CORRECTIONS_OPEN:],
        "minutes": minutes_for(words),
        "contents": listed,
        "is_short": len(listed) <= MOST_OPEN,
        "thread": place and place.thread,
        "register": register_of(story),
        "has_versions": _has_versions(story, publication),
        "slot_here": CUT,
        "live_here": live.HERE,
        "live_way_here": live.WAY_HERE,
        **more,
    }
    text, _cut, rest = loader.render_to_string("articles/story.html", context).partition(CUT)
    return Own(
        story=Article(**{name: getattr(story, name) for name in _OUTLINE}),
        title=meta.title,
        head=loader.render_to_string("components/meta.html", {"meta": meta}),
        slots=loader.render_to_string("articles/story_slots.html", context),
        text=SafeString(text),
        rest=SafeString(rest),
        related=[link.related for link in story.public_related_links],
        neighbours=SafeString(loader.render_to_string("articles/story_neighbours.html", context)),
        place=place,
        subjects=subjects_of(story),
        has_elements=dressing.has_elements(text + rest),
        frame_origins=dressing.frame_origins(text + rest),
    )


def _kept_below(address: Address) -> tuple[SafeString, SafeString]:
    # Read again: only then what is kept depends on the story.
    own = _own_at(address)
    return _below(own) if own is not None else (SafeString(""), SafeString(""))


def _below(own: Own) -> tuple[SafeString, SafeString]:
    """The way to the comments, and the related stories: both say how many comments there are."""
    context = {"story": own.story, "stories": own.related, "cut": CUT}
    below = loader.render_to_string("articles/story_below.html", context)
    talk, _cut, related = below.partition(CUT)
    return SafeString(talk), SafeString(related)


def _kept_thread(address: Address) -> SafeString:
    # Read again: only then what is kept depends on the story.
    own = _own_at(address)
    return _in_thread(own) if own is not None else SafeString("")


def _in_thread(own: Own) -> SafeString:
    """What came before and after the story in its thread; empty when it is part of none."""
    if own.place is None:
        return SafeString("")
    with recording.beside():
        recording.shows(f"of-thread:{own.place.thread_id}")
        agenda.heed()
        around = threads.around(own.place)
    context = {"thread": own.place.thread, "around": around}
    return SafeString(loader.render_to_string("articles/story_thread.html", context))


def _has_versions(story: Article, publication: Publication) -> bool:
    """Whether there is a page of them to lead to; asks nothing where none are shown or nothing was changed."""
    if not story.updated_at or not public_versions.are_shown(story, publication):
        return False
    recording.shows(f"versions:{story.pk}")
    return public_versions.has_several(story)


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


def address_of(year: int, month: int, day: int, slug: str) -> Address:
    try:
        return datetime.date(year, month, day), slug
    except ValueError:
        raise Http404("No such day") from None


def _key(address: Address) -> str:
    day, slug = address
    return f"{day}/{slug}"


def _find(address: Address) -> Article:
    """The story at an address, public or gone. Raises Http404."""
    day, slug = address
    rows = Article.objects.addressable().for_page()
    story: Article | None = rows.filter(published_on=day, slug=slug).first()
    if story is None:
        raise Http404(f"No story {slug} on {day}")
    return story
