"""What HTML a story may hold, in one place: the editor's toolbar and the way into the table.

`RichTextField` cleans on the way into the database, so no form, import, bulk write or
`update()` can bring anything else in. Only raw SQL goes past it.
"""

import html
import re
from typing import Any

import nh3
from django.conf import settings
from django.db import models

# The desk's editor (static/desk/prose.js) keeps exactly what stands here.
TAGS = {
    *("p", "br", "hr", "h2", "h3", "blockquote", "ul", "ol", "li"),
    *("strong", "em", "sup", "sub", "a", "code", "pre"),
    # Beside the story: with a quotation in it a pull quote, else a box of facts.
    "aside",
    *("figure", "figcaption", "img"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES: dict[str, set[str]] = {
    # Said, because nh3 would otherwise let title and lang through on every tag.
    "*": set(),
    "a": {"href", "title"},
    "ol": {"start"},
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
MOST_ROUNDS = 6
URL_SCHEMES = {"http", "https", "mailto", "tel"}

# Same meaning under another name; after cleaning these tags have no attributes left.
SYNONYMS = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}

_IMAGE_WITHOUT_SOURCE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
# What an editor leaves behind the last line; a text of nothing else is empty.
_EMPTY_ENDINGS = ("<p></p>", "<p><br></p>", "<p>&nbsp;</p>", "<p> </p>", "&nbsp;")
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote|aside|figcaption|caption|tr|pre)>|<br>|<hr>")
_CELL_END = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")
# A box in which nobody wrote anything.
_EMPTY_ASIDE = re.compile(r"<aside>(?:</?(?:blockquote|p|h3|ul|ol|li)>|<br>|\s)*</aside>")
_EMPTY_ROW = re.compile(r"<tr>\s*(?:<t[dh][^>]*>(?:</?p>|<br>|&nbsp;|\s)*</t[dh]>\s*)*</tr>\s*")
# A parser drops the first newline of a <pre>: kept, each cleaning would take another one.
_PRE_OPENING = re.compile(r"<pre>\n+")


# Browsers read such an address as one of our own; what else reads it may leave them out, and see another scheme.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _filter(tag: str, attribute: str, value: str) -> str | None:
    """Keep a picture's source only when we serve it: readers make no third-party request."""
    if attribute == "href" and _CONTROL.search(value):
        return None
    if tag == "img" and attribute == "src":
        own = value.startswith(settings.MEDIA_URL) and ".." not in value
        return value if own else None
    if tag == "img" and attribute in {"width", "height"}:
        return value if value.isdecimal() else None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS | set(SYNONYMS),
    attributes=ATTRIBUTES,
    attribute_filter=_filter,
    url_schemes=URL_SCHEMES,
    link_rel="noopener",
    strip_comments=True,
)


def clean_body(source: str) -> str:
    """Return `source` as HTML that is safe to print unescaped on any page of ours.

    Whatever is not in TAGS loses its tags and keeps its text; scripts, styles and the like
    lose their text too. Pictures stay only when they are in our own media. Idempotent.
    """
    text = source.replace("\x00", "")
    # Tags nested against the rules come out in another order at each parsing; a few rounds settle
    # them. What never settles is not worth its markup.
    for _round in range(MOST_ROUNDS):
        cleaned = _clean_once(text)
        if cleaned == text:
            return cleaned
        text = cleaned
    return "".join(
        f"<p>{html.escape(line, quote=False)}</p>" for line in plain_text(text).split("\n")
    )


def _clean_once(source: str) -> str:
    cleaned = _IMAGE_WITHOUT_SOURCE.sub("", _cleaner.clean(source))
    for other, ours in SYNONYMS.items():
        cleaned = cleaned.replace(f"<{other}>", f"<{ours}>").replace(f"</{other}>", f"</{ours}>")
    cleaned = _EMPTY_ASIDE.sub("", _PRE_OPENING.sub("<pre>", cleaned))
    *boxes, after = cleaned.split("</aside>")
    # The line for a source below a pull quote that has none.
    cleaned = "</aside>".join([*map(_without_empty_end, boxes), after])
    *tables, after = cleaned.split("</tbody>")
    cleaned = "</tbody>".join([*map(_without_empty_rows, tables), after])
    return _without_empty_end(cleaned)


def _without_empty_rows(cleaned: str) -> str:
    """Drop the rows at the end that wait for words; the first row of a table stays."""
    body = max(cleaned.rfind("<tbody>"), 0)
    # A cell may reach into an empty row, and has nothing to reach into without it.
    if "rowspan=" in cleaned[body:]:
        return cleaned
    first, end = cleaned.find("<tr>", body), len(cleaned)
    while (row := cleaned.rfind("<tr>", body, end)) > first:
        if not _EMPTY_ROW.fullmatch(cleaned, row, end):
            break
        end = row
    return cleaned[:end]


def _without_empty_end(cleaned: str) -> str:
    # Not a regular expression: over a long run of spaces one would take quadratic time.
    while True:
        shorter = cleaned.rstrip()
        for ending in _EMPTY_ENDINGS:
            shorter = shorter.removesuffix(ending)
        if shorter == cleaned:
            return cleaned
        cleaned = shorter


def plain_text(source: str) -> str:
    """The words of an HTML text, a line per block, for descriptions, counts and plain mail."""
    with_breaks = _BLOCK_END.sub("\n", _CELL_END.sub(" ", source))
    text = html.unescape(_TAG.sub("", with_breaks)).replace("\xa0", " ")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


class RichTextField(models.TextField):
    """HTML of a story or a page, sanitised on every way into the table that Django knows.

    Forms, `save()`, `bulk_create()` and `update()` alike; only raw SQL goes past it.
    """

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        # To a migration it is a text like any other: the allow-list is not part of the schema.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", list(args), kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        # The object in memory gets the same text that the row gets.
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean_body(value) if isinstance(value, str) else value
