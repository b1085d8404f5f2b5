"""The headings of a long text: their addresses in the page, and what its table of contents lists.

The ids are made of the words of a heading when the page is rendered; what is stored has none. They begin with
PREFIX, so that no heading, whatever its words, takes an id that the page has for something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from django.utils.html import strip_tags
from django.utils.text import slugify

PREFIX = "bagian"
LONGEST_ID = 60
# With fewer headings, or fewer words, the text itself is overlooked as quickly as a list of it.
LEAST_HEADINGS = 3
LEAST_WORDS = 500
# More would be a text of its own: then only the parts are listed, and it stays folded everywhere.
MOST_OPEN = 12

# The values of attributes stand in double quotes in what the sanitiser writes.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>')
_VOID = {"br", "hr", "img"}
_HEADINGS = {"h2": 2, "h3": 3}


@dataclass(frozen=True)
class Heading:
    """`level` is 2 or 3; `id` is unique in its text and the same while the words are."""

    level: int
    id: str
    text: str


def with_ids(body: str) -> tuple[str, list[Heading]]:
    """A clean text whose headings have ids, and these headings in their order.

    Those that stand in something else, such as a box or a quotation, are no parts of the text and stay as they are.
    """
    pieces: list[str] = []
    found: list[Heading] = []
    taken: set[str] = set()
    depth = done = start = 0
    for tag in _TAG.finditer(body):
        is_end, name, _attributes = tag.groups()
        if name in _VOID:
            continue
        if not is_end:
            if depth == 0:
                start = tag.end()
            depth += 1
            continue
        depth = max(depth - 1, 0)
        if depth or name not in _HEADINGS:
            continue
        words = " ".join(unescape(strip_tags(body[start : tag.start()])).split())
        if not words:
            continue
        heading = Heading(_HEADINGS[name], _unused_id(words, taken), words)
        found.append(heading)
        opening = body.rindex("<", done, start)
        pieces += [body[done:opening], f'<{name} id="{heading.id}">']
        done = start
    return "".join([*pieces, body[done:]]), found


def contents(headings: Sequence[Heading], words: int) -> list[Heading]:
    """What the table of contents of a text of so many words lists; nothing for one that needs none.

    Of a text with very many headings the parts, without theirs.
    """
    if len(headings) < LEAST_HEADINGS or words < LEAST_WORDS:
        return []
    parts = [one for one in headings if one.level == min(each.level for each in headings)]
    return parts if len(headings) > MOST_OPEN and len(parts) >= LEAST_HEADINGS else list(headings)


def _unused_id(words: str, taken: set[str]) -> str:
    slug = slugify(words)[:LONGEST_ID].strip("-")
    first = f"{PREFIX}-{slug}" if slug else PREFIX
    found, number = first, 1
    while found in taken:
        number += 1
        found = f"{first}-{number}"
    taken.add(found)
    return found
