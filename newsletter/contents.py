"""What stands in an issue: the lead, the sections with their newest stories, the corrections."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from articles import disclosure, front
from articles.models import Article, ArticleViews, Correction, Section

from .choices import EntryKind, Order
from .models import Entry

# A section with more says so by its link; a letter is read on the way to work.
PER_SECTION = 6
CORRECTIONS = 10
# More stories than a day has are not looked at.
LOOKED_AT = 500


@dataclass(frozen=True)
class Contents:
    """The entries in their order, of no issue yet; none when nothing came out."""

    entries: Sequence[Entry]

    def __bool__(self) -> bool:
        return bool(self.entries)

    @property
    def lead(self) -> Entry:
        return self.entries[0]


def gather(since: datetime.datetime, until: datetime.datetime, order: str) -> Contents:
    """What came out after `since`, up to `until`, is public now and stood in no issue yet; four queries.

    Paid stories stand last in their section under their label, and never lead. Corrections alone make no
    issue: they stand in the next one with a story.
    """
    span = {"publish_at__gt": since, "publish_at__lte": until}
    told = Entry.objects.filter(article=OuterRef("pk"), correction=None)
    rows = Article.objects.published().filter(~Exists(told), **span)
    newest = list(rows.for_list().newest_first()[:LOOKED_AT])
    if not any(not story.is_paid for story in newest):
        return Contents(())
    ranked = _as_on_the_front(newest) if order == Order.FRONT else _by_reads(newest)
    ranked.sort(key=lambda story: story.is_paid)
    lead, rest = ranked[0], ranked[1:]
    entries = [_story(lead, EntryKind.LEAD)]
    for section in sorted({story.section for story in rest}, key=_place_of_section):
        own = [story for story in rest if story.section == section]
        entries += [_story(story, EntryKind.STORY) for story in own[:PER_SECTION]]
    entries += [_correction(one) for one in _corrections(since, until)]
    for position, entry in enumerate(entries):
        entry.position = position
    return Contents(entries)


def _place_of_section(section: Section) -> tuple[int, str, int]:
    return section.position, section.name, section.pk


def _as_on_the_front(newest: Sequence[Article]) -> list[Article]:
    """In the order of the front page as it is now; what does not stand there follows, newest first."""
    found = front.fill(front.placed(), {story.pk: story for story in newest}, newest)
    top = [one for one in (found.lead, *found.secondary, *found.pinned) if one is not None]
    return [*top, *(story for story in newest if story not in top)]


def _by_reads(newest: Sequence[Article]) -> list[Article]:
    """The most read first; of those read alike the newer."""
    counted = (
        ArticleViews.objects.filter(article__in=[story.pk for story in newest])
        .order_by()
        .values_list("article_id")
        .annotate(total=Sum("views"))
    )
    views = dict(counted)
    return sorted(newest, key=lambda story: -views.get(story.pk, 0))


def _corrections(since: datetime.datetime, until: datetime.datetime) -> Sequence[Correction]:
    rows = Correction.objects.filter(
        ~Exists(Entry.objects.filter(correction=OuterRef("pk"))),
        held_why="",
        created_at__gt=since,
        created_at__lte=until,
        article__in=Article.objects.published(),
    )
    shown = rows.select_related("article__section", "article__place")
    return list(shown.order_by("created_at", "id")[:CORRECTIONS])


def _story(story: Article, kind: EntryKind) -> Entry:
    return Entry(
        kind=kind,
        article=story,
        section=story.section,
        headline=story.headline,
        text=story.standfirst,
        label=label_of(story),
        was_protected=story.is_identity_protected,
    )


def _correction(correction: Correction) -> Entry:
    story = correction.article
    return Entry(
        kind=EntryKind.CORRECTION,
        article=story,
        correction=correction,
        section=story.section,
        headline=story.headline,
        text=correction.public_text,
        label=str(correction.get_kind_display()),
        was_protected=story.is_identity_protected,
    )


def label_of(story: Article) -> str:
    """What has to stand above the headline: the word of a paid story, and who paid for it."""
    mark = disclosure.label(story)
    if not mark:
        return ""
    return f"{mark} · " + _("paid for by %(name)s") % {"name": story.sponsor}
