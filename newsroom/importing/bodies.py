"""The text of an imported item, whatever its editor, as the HTML that our own editor writes.

Gutenberg's block comments go and their contents stay; the classic editor's blank lines become
paragraphs; headings, pictures, players and loose text get the few forms that `articles.sanitise`
lets through. Pictures that are in our library become figures, all others links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from articles.sanitise import clean_body

from .markup import Markup, Picture
from .shortcodes import Shortcodes

# Conditions for an old browser; what else begins like them would stop Python's parser.
_CONDITION = re.compile(r"<!\[(?:if|endif)[^\]>]*\]>", re.IGNORECASE)

__all__ = ["Converted", "Picture", "Pictures", "convert"]


@dataclass(frozen=True, slots=True)
class Pictures:
    """How a text finds its pictures in the library.

    `find` takes an address and a number of the old site, either may be empty; `gallery` takes
    the numbers that a gallery names, or none for all pictures of the item.
    """

    find: Callable[[str, str], Picture | None]
    gallery: Callable[[list[str]], Iterable[str]]


@dataclass(slots=True)
class Converted:
    html: str
    notes: list[str] = field(default_factory=list)


def convert(source: str, pictures: Pictures, *, is_wordpress: bool = True) -> Converted:
    """Return the text as clean HTML, and a sentence for everything that could not be kept.

    `is_wordpress` says that blank lines make paragraphs outside of blocks and that brackets may
    be shortcodes; Blogger's texts are HTML as they stand.
    """
    notes: list[str] = []
    source = source.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    source = _CONDITION.sub("", source).replace("<![CDATA[", "").replace("<![", "<! [")
    if is_wordpress:
        source = Shortcodes(pictures.gallery, notes).replace(source)
    markup = Markup(pictures.find, notes, has_blank_line_paragraphs=is_wordpress)
    markup.feed(source)
    markup.close()
    if markup.empty_blocks:
        notes.append(
            _("Blocks that the old site filled by itself were left out: %(names)s.")
            % {"names": ", ".join(sorted(markup.empty_blocks))}
        )
    return Converted(clean_body(markup.html), notes)
