"""Tells a hub that feeds have changed, so that who subscribed there learns of it at once (https://www.w3.org/TR/websub/).

Nothing happens at the moment when a story is scheduled for: what readers see is a query, and so is what a hub was
told. Once a minute a job compares the feed with what it told last; a hub that does not answer is told the minute
after, and nobody's publishing ever waits for it. Without WEBSUB_HUB nothing of this happens.
"""

from __future__ import annotations

import logging
import urllib.error
import urllib.request
from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from .absolute import absolute
from .disclosure import changed_at
from .syndication import instant, stories

logger = logging.getLogger(__name__)

FORMATS = ("rss", "atom", "json_feed")
SECONDS = 10
# What was told last. Losing it costs one needless word to the hub.
_TOLD = "articles.websub.told"

# Address of a story's section by the key of the story, with when it last changed.
Feed = dict[int, tuple[str, str]]


class HubAway(Exception):
    """The hub cannot be reached, or does not take what it is told."""


def tell() -> list[str]:
    """Tell the hub which feeds have changed since it was told last; their addresses.

    A hub that is away is left for the next time, with a line in the log.
    """
    if not settings.WEBSUB_HUB:
        return []
    now: Feed = {one.pk: (one.section.slug, instant(changed_at(one))) for one in stories()}
    told: Feed | None = cache.get(_TOLD)
    if told == now:
        return []
    sections = {now[pk][0] for pk in now if told is None or told.get(pk) != now[pk]}
    # What left the feed because it is over, or went to another section.
    sections |= {
        slug for pk, (slug, _when) in (told or {}).items() if pk in now and slug != now[pk][0]
    }
    topics = topics_of(sorted(sections))
    try:
        _say(settings.WEBSUB_HUB, topics)
    except HubAway as error:
        logger.warning("The hub %s was not told of changed feeds: %s", settings.WEBSUB_HUB, error)
        return []
    cache.set(_TOLD, now, timeout=None)
    return topics


def topics_of(sections: Iterable[str]) -> list[str]:
    """The addresses of the feeds of the publication and of these sections."""
    paths = [reverse(f"articles:{name}") for name in FORMATS]
    paths += [
        reverse(f"articles:section_{name}", args=[slug]) for slug in sections for name in FORMATS
    ]
    return [absolute(path) for path in paths]


def _say(hub: str, topics: list[str]) -> None:
    # As every hub understands it: https://github.com/pubsubhubbub, 0.4, section 7; WebSub leaves it open.
    body = urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(hub, body), timeout=SECONDS):
            return
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise HubAway(str(error) or type(error).__name__) from error
