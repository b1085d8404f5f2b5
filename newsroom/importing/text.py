"""Names, titles and addresses of another system, as ours can hold them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import unquote

from django.utils.text import slugify

_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_LINE_END = re.compile(r"<br\s*/?>|</(?:p|div|li|blockquote|h[1-6]|tr)\s*>", re.IGNORECASE)
_INVISIBLE = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_EXTENSION = re.compile(r"\.(?:html?|php|aspx?)$", re.IGNORECASE)
# What PostgreSQL cannot hold.
_NUL = "\x00"


def plain_line(source: str) -> str:
    """One line of words out of a title or name that may hold tags and entities."""
    return " ".join(plain_lines(source).split())


def plain_lines(source: str) -> str:
    """The words of a short HTML text with its line breaks, as plain text."""
    text = _LINE_END.sub("\n", _INVISIBLE.sub("", source))
    text = html.unescape(_TAG.sub("", text)).replace(_NUL, "")
    text = re.sub(r"[^\S\n]+\n", "\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words, with "…" where something is missing."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, _tail = cut.rpartition(" ")
    is_within_word = not text[limit - 1].isspace()
    if is_within_word and space and len(head) > limit // 2:
        cut = head
    return cut.rstrip(" ,.;:-") + "…"


def slug_of(*candidates: str, limit: int) -> str:
    """The first candidate of which an address can be made, as one; "" when there is none.

    Percent-encoded addresses are decoded first, and endings such as ".html" are left out.
    """
    for candidate in candidates:
        slug = slugify(_EXTENSION.sub("", unquote(candidate).strip("/")))[:limit].strip("-_")
        if slug:
            return slug
    return ""


def free_slug(slug: str, is_taken: Callable[[str], bool], *, limit: int) -> str:
    """`slug`, or the first of slug-2, slug-3, … that is not taken."""
    if not is_taken(slug):
        return slug
    number = 2
    while True:
        ending = f"-{number}"
        candidate = slug[: limit - len(ending)].rstrip("-_") + ending
        if not is_taken(candidate):
            return candidate
        number += 1


def term_key(slug: str, name: str) -> str:
    """By what a category or tag is known within its site, however its address is written."""
    decoded = unquote(slug).strip()
    return slugify(decoded) or decoded.lower() or slugify(name) or name.lower()
