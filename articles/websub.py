"""Tells a hub that feeds have changed, so that who subscribed there learns of it at once (https://www.w3.org/TR/websub/).

Nothing happens at the moment when a story is scheduled for: what readers see is a query, and so is what a hub was
told. Once a minute a job compares each feed with what it told last; a hub that does not answer is told the minute
after, and nobody's publishing ever waits for it. Without WEBSUB_HUB nothing of this happens.
"""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache

from . import outgoing
from .absolute import absolute
from .addresses import path_of
from .models import Section
from .syndication import changes

logger = logging.getLogger(__name__)

FORMATS = ("rss", "atom", "json_feed")
SECONDS = 10
# What was told last. Losing it costs one needless word to the hub.
_TOLD = "articles.websub.told"

# The feed of the whole publication, beside those of sections by their slugs.
_OF_ALL = ""
# By feed the keys of its stories, in order, with when each last changed.
Feeds = dict[str, list[tuple[int, str]]]


class HubAway(Exception):
    """The hub cannot be reached, or does not take what it is told."""


def tell() -> list[str]:
    """Tell the hub which feeds have changed since it was told last; their addresses. Two queries for each feed.

    A hub that is away is left for the next time, with a line in the log.
    """
    if not settings.WEBSUB_HUB:
        return []
    now: Feeds = {_OF_ALL: changes()}
    now |= {section.slug: changes(section) for section in Section.objects.all()}
    told: Feeds = cache.get(_TOLD) or {}
    # Whatever came, left, moved or became another one: of each feed itself, since an old story still stands in that of
    # its section, and one that is over stands in none.
    changed = [name for name, entries in now.items() if entries != told.get(name, [])]
    topics = [topic for name in changed for topic in topics_of(name)]
    if not topics:
        return []
    try:
        _say(settings.WEBSUB_HUB, topics)
    except HubAway as error:
        logger.warning("The hub %s was not told of changed feeds: %s", settings.WEBSUB_HUB, error)
        return []
    cache.set(_TOLD, now, timeout=None)
    return topics


def topics_of(name: str) -> list[str]:
    """The addresses of a feed in each of its forms."""
    paths = [path_of(f"section_{form}", name) if name else path_of(form) for form in FORMATS]
    return [absolute(path) for path in paths]


def _say(hub: str, topics: list[str]) -> None:
    # As every hub understands it: https://github.com/pubsubhubbub, 0.4, section 7; WebSub leaves it open.
    body = urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]).encode()
    try:
        outgoing.post(hub, body, seconds=SECONDS)
    except outgoing.Refused as error:
        raise HubAway(str(error)) from error
