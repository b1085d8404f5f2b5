"""Live coverage for machines: schema.org's LiveBlogPosting beside the story's own NewsArticle.

https://developers.google.com/search/docs/appearance/structured-data/article and https://schema.org/LiveBlogPosting.
Times are those printed on the page, each with the offset of its place.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from .. import disclosure
from ..absolute import absolute
from ..models import LiveEntry
from ..sanitise import plain_text
from ..syndication import instant
from .showing import Page

# The page is for people first: what machines read twice is bounded.
MOST_UPDATES = 20
LONGEST_BODY = 1500
# As in cards: nothing can close the script element.
_SCRIPT_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def live_blog(page: Page) -> dict[str, Any]:
    """LiveBlogPosting of the newest entries; withdrawn ones are not among them."""
    coverage = page.coverage
    article = coverage.article
    url = absolute(article.get_absolute_url())
    shown = [entry for entry in page.entries if not entry.is_withdrawn][:MOST_UPDATES]
    moments = [moment for entry in shown for moment in (entry.entered_at, entry.changed_at)]
    last = max(filter(None, [coverage.begun_at, coverage.ended_at, *moments]))
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "@id": f"{url}#langsung",
        "url": url,
        "mainEntityOfPage": url,
        "isPartOf": {"@id": f"{url}#article"},
        "headline": article.headline,
        "inLanguage": settings.LANGUAGE_CODE,
        "datePublished": instant(coverage.begun_at.astimezone(article.zone)),
        "dateModified": instant(last.astimezone(article.zone)),
        "coverageStartTime": instant(coverage.begun_at.astimezone(article.zone)),
        "publisher": {"@id": absolute("/#publication")},
        "author": {"@id": absolute("/#publication")},
        "liveBlogUpdate": [_update(entry, url) for entry in shown],
    }
    if article.standfirst:
        data["description"] = article.standfirst
    if coverage.ended_at:
        data["coverageEndTime"] = instant(coverage.ended_at.astimezone(article.zone))
    return data


def _update(entry: LiveEntry, url: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "BlogPosting",
        "@id": f"{url}#{entry.anchor}",
        "url": f"{url}?entri={entry.number}#{entry.anchor}",
        "headline": entry.name,
        "articleBody": plain_text(disclosure.entry_text(entry))[:LONGEST_BODY],
        "datePublished": instant(entry.local_happened_at),
        "dateModified": instant(entry.local_changed_at or entry.local_happened_at),
    }
    if entry.author:
        data["author"] = {
            "@type": "Person",
            "name": entry.author.name,
            "url": absolute(entry.author.get_absolute_url()),
        }
    if photo := disclosure.entry_photo(entry):
        data["image"] = absolute(photo.image.storage.url(photo.fitting("", 1200).name))
    return data


def script_of(page: Page) -> SafeString:
    """The same as the safe contents of a script element."""
    text = json.dumps(live_blog(page), ensure_ascii=False)
    return mark_safe(text.translate(_SCRIPT_ESCAPES))
