"""What a clean text gets when a page prints it, and only then: the table stores none of it.

Tables that scroll, pictures that load late, groups of pictures as a strip, and addresses of videos, posts and maps as a
quiet figure that fetches nothing before a tap. In a feed the same text has plain tables, pictures and links.
"""

from __future__ import annotations

import re
from html import unescape

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .embeds import ORIGINS, Embed, embed_of

# The sanitiser writes every value in double quotes.
_ATTRIBUTES = r'(?:[^">]|"[^"]*")*'
_TABLE = re.compile(r"<table>(?:\s*<caption>(.*?)</caption>)?", re.DOTALL)
_SILENT_PICTURE = re.compile(rf"<img(?![^>]*\salt=)({_ATTRIBUTES})>")
_PICTURE = rf'<img (?:{_ATTRIBUTES} )?src="(?P<address>[^"]*)"{_ATTRIBUTES}>'
_CAPTION = r"<figcaption>(?:(?!</?fig).)*</figcaption>"
_FIGURE = re.compile(
    rf"<figure>(?P<picture>{_PICTURE})(?P<caption>(?:{_CAPTION})?)</figure>\s*", re.DOTALL
)
_LINK_ALONE = re.compile(
    rf'<p>\s*<a (?:{_ATTRIBUTES} )?href="([^"]*)"{_ATTRIBUTES}>((?:(?!</?(?:a|p)\b).)*)</a>\s*</p>',
    re.DOTALL,
)
_ADDRESS_ALONE = re.compile(r"<p>\s*(https?://[^\s<>\"]+)\s*</p>")
# What has to have a style sheet and a script of its own.
_ELEMENT = re.compile(r' class="(?:embed|gallery)\b')


def dressed(body: str, *, has_elements: bool = True) -> SafeString:
    """The text as a page prints it. `body` is clean by `RichTextField`.

    Args:
        has_elements: whether the page has the style sheet and the script for strips and embeds.
    """
    body = _with_scrolling_tables(body)
    body = _SILENT_PICTURE.sub(r'<img alt=""\1>', body)
    if has_elements:
        body = _with_strips(body)
        body = _LINK_ALONE.sub(lambda link: _embedded(link[0], link[1], link[2]), body)
        body = _ADDRESS_ALONE.sub(lambda typed: _embedded(typed[0], typed[1], ""), body)
    return mark_safe(body.replace("<img ", '<img loading="lazy" decoding="async" '))


def has_elements(html: str) -> bool:
    """Whether a printed text has something that elements.css and elements.js are for."""
    return _ELEMENT.search(html) is not None


def frame_origins(html: str) -> list[str]:
    """The origins that a printed text may show in a frame, for the page's policy: of known sites alone."""
    return sorted(origin for origin in ORIGINS if f' data-embed="{origin}/' in html)


def _with_scrolling_tables(body: str) -> str:
    """Each in a region that can be reached and scrolled by keyboard; the names of regions differ."""
    names: set[str] = set()

    def region(table: re.Match[str]) -> str:
        name = " ".join(unescape(strip_tags(table[1] or "")).split())
        number = len(names) + 1
        if not name or name in names:
            plain = _("Table") if number == 1 else _("Table %(number)d") % {"number": number}
            name = plain if not name else f"{name} ({number})"
        names.add(name)
        opening = format_html(
            '<div class="table-scroll" role="region" aria-label="{}" tabindex="0">', name
        )
        return opening + table[0]

    return _TABLE.sub(region, body).replace("</table>", "</table></div>")


def _with_strips(body: str) -> str:
    """Two or more pictures that stand one behind the other become a strip."""
    parts: list[str] = []
    group: list[re.Match[str]] = []
    end = 0
    for figure in _FIGURE.finditer(body):
        if group and figure.start() != end:
            parts.append(_strip_of(group))
            group = []
        if not group:
            parts.append(body[end : figure.start()])
        group.append(figure)
        end = figure.end()
    return "".join((*parts, _strip_of(group), body[end:]))


def _strip_of(figures: list[re.Match[str]]) -> str:
    """Each picture is a link to itself; one alone stays as it is."""
    if len(figures) < 2:
        return "".join(figure[0] for figure in figures)
    opening = format_html(
        '<div class="gallery" data-gallery data-close="{}"><div class="strip" role="group"'
        ' tabindex="0" aria-label="{}">',
        _("Close"),
        photos_to_swipe(len(figures)),
    )
    strip = "".join(
        f'<figure><a href="{one["address"]}">{one["picture"]}</a>{one["caption"]}</figure>'
        for one in figures
    )
    return f"{opening}{strip}</div>{strip_ways(len(figures))}</div>"


def photos_to_swipe(count: int) -> str:
    """What a strip of photos is called."""
    return ngettext("%(count)d photo", "%(count)d photos, swipe to see them all", count) % {
        "count": count
    }


def strip_ways(count: int) -> SafeString:
    """The words below a strip; without the script they are not shown."""
    return format_html(
        '<p class="strip-ways with-script"><button type="button" data-way="-1">{}</button>'
        '<span role="status" data-position>1 / {}</span>'
        '<button type="button" data-way="1">{}</button>'
        '<button type="button" data-whole>{}</button></p>',
        _("Previous"),
        count,
        _("Next"),
        _("Enlarge"),
    )


def _embedded(as_it_stands: str, address: str, words: str) -> str:
    embed = embed_of(unescape(address))
    return _figure_of(embed, unescape(address), words) if embed else as_it_stands


def _figure_of(embed: Embed, address: str, words: str) -> SafeString:
    kinds = {
        "video": _("Video on %(site)s"),
        "post": _("Post on %(site)s"),
        "map": _("Map on %(site)s"),
    }
    site = {"site": embed.site}
    name = kinds[embed.kind] % site
    # A link whose words are its address, or a piece of it, says nothing more than the address.
    said = " ".join(unescape(strip_tags(words)).split())
    is_title = bool(said) and "://" not in said and said.removesuffix("…") not in address
    title = format_html('<p class="embed-title">{}</p>', said) if is_title else SafeString("")
    opening = format_html(
        '<a href="{}" rel="noopener">{}</a>', address, _("Open on %(site)s") % site
    )
    if not embed.frame:
        return format_html(
            '<figure class="embed"><div class="embed-room"><p class="embed-kind">{}</p>{}</div>'
            "<figcaption>{}</figcaption></figure>",
            name,
            title,
            opening,
        )
    return format_html(
        '<figure class="embed embed-{}" data-embed="{}" data-title="{}"><div class="embed-room">'
        '<p class="embed-kind">{}</p>{}<p class="with-script"><button type="button">{}</button></p>'
        '<p class="embed-note with-script">{}</p></div><figcaption>{}</figcaption></figure>',
        embed.shape,
        embed.frame,
        f"{name}: {said}" if is_title else name,
        name,
        title,
        _("Show it here"),
        _("%(site)s then learns of your visit.") % site,
        opening,
    )
