"""What readers are told of a story by the newsroom itself, as plain texts: for looking whether it names somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from django.db.models import Q
from django.utils import timezone

from ..choices import PublicPlace
from ..models import Article, BreakingNews, Correction, Instalment, LiveEntry, Redirect
from ..sanitise import plain_text

# Of a long thread the newest.
LINES_LOOKED_AT = 200
_LINKED = re.compile(r'href="([^"]*)"')
# A place, the key of its row where there are many, and the text.
Told = tuple[PublicPlace, int | None, str]


def written(article: Article) -> Iterator[Told]:
    """What its writers can mend before it comes out: the text, the live coverage, what its thread says."""
    # A name in an address that the text leads to is as public as one in its words.
    linked = (unquote(address) for address in _LINKED.findall(article.body))
    own = (article.headline, article.standfirst, article.body_text, article.slug, *linked)
    yield PublicPlace.STORY, None, " ".join(own)
    if text := _live_text(article):
        yield PublicPlace.LIVE, None, text
    if text := _thread_text(article):
        yield PublicPlace.THREAD, None, text


def beside(article: Article) -> Iterator[Told]:
    """What stands elsewhere: corrections, addresses that lead to it, lines above every page. Three queries."""
    corrections = Correction.objects.filter(article=article, held_why="").order_by("pk")
    for key, text in corrections.values_list("pk", "text"):
        yield PublicPlace.CORRECTION, key, text
    leading = Redirect.objects.filter(Q(article=article) | Q(target=article.get_absolute_url()))
    for key, path in leading.order_by("pk").values_list("pk", "path"):
        yield PublicPlace.ADDRESS, key, unquote(path)
    lines = BreakingNews.objects.filter(
        article=article, ended_at__isnull=True, ends_at__gt=timezone.now()
    )
    for key, text in lines.order_by("pk").values_list("pk", "text"):
        yield PublicPlace.BREAKING, key, text


def _live_text(article: Article) -> str:
    """What readers have of its live coverage: entries, and why some were withdrawn."""
    if not article.story.live:
        return ""
    rows = LiveEntry.objects.filter(coverage=article.story.pk).order_by("number")
    return " \n ".join(
        entry.withdrawal_word
        if entry.is_withdrawn
        else f"{entry.title} \n {plain_text(entry.text)} \n {entry.caption}"
        for entry in rows
    )


def _thread_text(article: Article) -> str:
    """What readers have of the thread that it is part of, and of the lines in it."""
    row = Instalment.objects.select_related("thread").filter(article=article.story).first()
    if row is None:
        return ""
    thread = row.thread
    others = Instalment.objects.filter(thread=thread).exclude(pk=row.pk).order_by("-pk")
    lines = others.values_list("line", flat=True)[:LINES_LOOKED_AT]
    # Its own is not shown while it protects somebody; it is as easily written without the name.
    return " \n ".join((thread.name, thread.intro, thread.key_facts, row.line, *lines))
