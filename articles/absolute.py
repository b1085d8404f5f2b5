"""Addresses and identifiers for the world outside: absolute, and never taken from a request."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.html import escape

if TYPE_CHECKING:
    from .models import Article

# A link or a picture in a cleaned body: the sanitiser writes every value in double quotes.
_TAG_WITH_ADDRESS = re.compile(r'<(?:a|img)(?:\s+[a-z-]+="[^"]*")*\s*>')
_ADDRESS = re.compile(r'\b(href|src)="([^"]*)"')


def absolute(path: str) -> str:
    """The address of `path` on this site; what is absolute already stays as it is."""
    if path.startswith("/") and not path.startswith("//") and "/." not in path:
        return _site(settings.SITE_URL) + path
    return urljoin(settings.SITE_URL + "/", path)


@lru_cache(maxsize=4)
def _site(url: str) -> str:
    return urljoin(url + "/", "/").removesuffix("/")


def tag_uri(article: Article) -> str:
    """A name for the story that stays when its slug, section or address changes (RFC 4151)."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{article.published_on:%Y-%m-%d}:article-{article.pk}"


def with_absolute_links(body: str, base: str) -> str:
    """A cleaned body in which each link and picture can be followed from anywhere.

    `base` is the absolute address of the page that the body stands on.
    """

    def mend_address(found: re.Match[str]) -> str:
        try:
            address = urljoin(base, unescape(found[2]))
        except ValueError:  # such as "http://[": no base helps, and the page shows it as it is
            return found[0]
        return f'{found[1]}="{escape(address)}"'

    return _TAG_WITH_ADDRESS.sub(lambda tag: _ADDRESS.sub(mend_address, tag[0]), body)
