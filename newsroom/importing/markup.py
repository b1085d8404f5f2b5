"""Reads HTML as blogs write it and writes it again with few, well-formed elements."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from articles.embeds import embed_of

from .addresses import path_of
from .flow import FLOW, Flow

_INLINE = {"a": "a", "strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em",
           "sup": "sup", "sub": "sub", "code": "code", "kbd": "code", "tt": "code"}  # fmt: skip
_BLOCKS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3",
           "ul": "ul", "ol": "ol", "li": "li", "blockquote": "blockquote", "pre": "pre",
           "aside": "aside",
           "table": "table", "thead": "thead", "tbody": "tbody", "tfoot": "tbody", "tr": "tr",
           "th": "th", "td": "td", "caption": "caption"}  # fmt: skip
# Their edges end a paragraph; they themselves mean nothing here.
_BOUNDARIES = {"p", "div", "section", "article", "main", "header", "footer", "center",
               "address", "details", "dl", "dd", "fieldset", "form", "nav", "hgroup"}  # fmt: skip
_TITLES = {"dt", "summary", "legend"}
_SILENT = {"script", "style", "noscript", "template", "head", "title", "select", "button", "svg",
           "textarea", "map"}  # fmt: skip
_PLAYERS = {"iframe", "embed", "object", "video", "audio", "source", "amp-img"}
_ATTRIBUTES = {"a": ("href", "title"), "ol": ("start",), "th": ("colspan", "rowspan", "scope"),
               "td": ("colspan", "rowspan")}  # fmt: skip
_SOURCES = ("data-orig-file", "data-lazy-src", "data-src", "src")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_IMAGE_NUMBER = re.compile(r"\bwp-image-(\d+)\b")
_SAFE_LINK = re.compile(r"^(?:https?://|mailto:|tel:|/|#|\?)", re.IGNORECASE)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|bmp|tiff?)$", re.IGNORECASE)
_BLOCK_COMMENT = re.compile(r"^\s*(/?)wp:([\w/-]+)(.*?)(/?)\s*$", re.DOTALL)
# How other sites ask to have a post of theirs built into a page: a quotation that their script replaces. The address
# stands in an attribute, or in the last link.
_POSTS = (
    "twitter-tweet",
    "twitter-video",
    "instagram-media",
    "tiktok-embed",
    "fb-post",
    "fb-video",
)
_POST_ADDRESSES = ("data-instgrm-permalink", "cite", "data-href")
# Blocks in which Gutenberg keeps text of the classic editor.
_CLASSIC_BLOCKS = {"freeform", "shortcode", "html"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo of our library, as a text shows it."""

    url: str
    width: int
    height: int
    alt_text: str = ""
    caption: str = ""


@dataclass(slots=True)
class _Figure:
    """A figure being read: its pictures wait for the caption that may follow them."""

    depth: int
    images: list[str] = field(default_factory=list)
    caption: list[str] = field(default_factory=list)
    own_caption: str = ""
    is_gallery_item: bool = False
    is_pull_quote: bool = False


@dataclass(slots=True)
class _Post:
    """A post of another site, being passed over: only its address counts, and its words where there is none."""

    tag: str
    address: str
    depth: int = 1
    words: list[str] = field(default_factory=list)


class Markup(HTMLParser):
    """Feed it, `close()` it, and take `html`. Notes say what could not be kept."""

    def __init__(
        self,
        find: Callable[[str, str], Picture | None],
        notes: list[str],
        *,
        has_blank_line_paragraphs: bool,
    ) -> None:
        super().__init__(convert_charrefs=True)
        self._find = find
        self._notes = notes
        self._has_blank_lines = has_blank_line_paragraphs
        self._flow = Flow()
        self._silent = 0
        self._figures: list[_Figure] = []
        self._in_figcaption = False
        self._post: _Post | None = None
        self._block_depth = 0
        self._block_name = ""
        self.empty_blocks: set[str] = set()
        self.html = ""

    def close(self) -> None:
        super().close()
        self._end_post()
        while self._figures:
            self._end_figure()
        self._flow.end_paragraph()
        self._flow.unwind(0)
        self.html = "".join(self._flow.out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        flow = self._flow
        if self._silent or tag in _SILENT:
            self._silent += tag in _SILENT
        elif self._post is not None:
            self._post.depth += tag == self._post.tag
            if tag == "a" and _post_of(attributes.get("href", "")):
                self._post.address = attributes["href"]
        elif tag in {"blockquote", "div"} and _is_post(attributes):
            address = next(filter(None, (attributes.get(a, "") for a in _POST_ADDRESSES)), "")
            self._post = _Post(tag, address)
        elif tag == "br":
            flow.pending_breaks += 1
        elif tag == "img":
            self._image(attributes)
        elif tag == "cite" and self._is_in_pull_quote():
            # Who said it stands below the quotation, not in it.
            flow.end_block("blockquote")
            flow.inlines.want(tag, "")
        elif tag in _INLINE:
            flow.inlines.want(tag, _opening(_INLINE[tag], attributes))
        elif tag == "figure":
            flow.end_paragraph()
            classes = attributes.get("class", "").split()
            figure = _Figure(len(flow.stack), is_gallery_item=classes == ["gallery-item"])
            self._figures.append(figure)
            if "wp-block-pullquote" in classes:
                figure.is_pull_quote = True
                flow.start_block("aside", "<aside>")
        elif tag == "figcaption":
            self._in_figcaption = bool(self._figures)
            self._settle_address()
        elif tag == "hr":
            flow.end_paragraph()
            flow.out.append("<hr>")
        elif tag in _PLAYERS:
            self._player(tag, attributes)
        elif tag in {"ul", "ol", "li"} and "gallery" in attributes.get("class", ""):
            # A grid of pictures is no list of words.
            self._boundary()
        elif tag in _BLOCKS:
            flow.start_block(_BLOCKS[tag], _opening(_BLOCKS[tag], attributes))
        elif tag in _BOUNDARIES:
            self._boundary()
        elif tag in _TITLES:
            self._boundary()
            flow.inlines.want(tag, "<strong>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        # "<div/>" opens nothing that could be closed; void elements have no end.
        if tag in _SILENT | set(_INLINE) | {"figure", "figcaption"}:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif self._silent:
            return
        elif self._post is not None:
            self._post.depth -= tag == self._post.tag
            if not self._post.depth:
                self._end_post()
        elif tag in _INLINE:
            self._flow.inlines.end(tag)
        elif tag == "figcaption":
            self._in_figcaption = False
            if self._figures:
                self._flow.inlines.close()
        elif tag == "figure":
            if self._figures:
                self._end_figure()
        elif tag in _BLOCKS:
            self._flow.end_block(_BLOCKS[tag])
        elif tag in _TITLES:
            self._flow.inlines.end(tag)
            self._boundary()
        elif tag in _BOUNDARIES:
            self._boundary()

    def handle_comment(self, data: str) -> None:
        # "<!--more-->" and "<!--nextpage-->" end a paragraph at least.
        self._boundary()
        match = _BLOCK_COMMENT.match(data)
        if match is None:
            return
        is_end, name, _settings, is_alone = match.groups()
        if is_alone:
            self.empty_blocks.add(name)
        elif is_end:
            self._block_depth = max(0, self._block_depth - 1)
            self._block_name = ""
        else:
            self._block_depth += 1
            self._block_name = name

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._post is not None:
            self._post.words.append(data)
            return
        if not self._has_own_lines():
            self._text(data)
            return
        for number, part in enumerate(_BLANK_LINE.split(data)):
            if number:
                self._flow.end_paragraph()
            for line_number, line in enumerate(part.split("\n")):
                if line_number and self._flow.in_paragraph:
                    self._flow.pending_breaks = max(1, self._flow.pending_breaks)
                self._text(line)

    def _has_own_lines(self) -> bool:
        """Whether line ends mean something: in the classic editor's text, outside of lists."""
        if not self._has_blank_lines or self._figures:
            return False
        is_free = self._block_depth == 0 or self._block_name in _CLASSIC_BLOCKS
        return is_free and self._flow.top in FLOW

    def _text(self, text: str) -> None:
        figure = self._figures[-1] if self._figures else None
        if figure and (self._in_figcaption or len(self._flow.stack) == figure.depth):
            self._flow.text_into(figure.caption, text)
        else:
            self._flow.text(text)

    def _boundary(self) -> None:
        # Between a picture and its caption nothing ends.
        if not self._figures or self._flow.in_paragraph:
            self._flow.boundary()

    # Pictures and players

    def _image(self, attributes: dict[str, str]) -> None:
        address = next(filter(None, (attributes.get(name, "").strip() for name in _SOURCES)), "")
        alt = attributes.get("alt", "").strip()
        classes = attributes.get("class", "")
        if "wp-smiley" in classes or "emoji" in classes.split():
            self.handle_data(alt)
            return
        if not address or attributes.get("width") == attributes.get("height") == "1":
            return
        if address.startswith("data:"):
            self._notes.append(_("A picture that stood inside the text itself was left out."))
            return
        number = _IMAGE_NUMBER.search(classes)
        picture = self._find(address, number[1] if number else "")
        if picture is None:
            self._notes.append(
                _("The picture %(address)s is not in the library; a link stands in its place.")
                % {"address": address}
            )
            name = path_of(address).rpartition("/")[2]
            self._flow.link(address, alt or name or address)
            return
        image = (
            f'<img src="{escape(picture.url)}" alt="{escape(alt or picture.alt_text)}"'
            f' width="{picture.width}" height="{picture.height}">'
        )
        if self._figures:
            self._flow.inlines.close()
            self._figures[-1].images.append(image)
            if self._figures[-1].is_gallery_item:
                self._figures[-1].own_caption = picture.caption
            return
        if self._flow.top in {"h2", "h3"}:
            self._flow.end_block(self._flow.top)
        self._flow.end_paragraph()
        self._flow.out.append(f"<figure>{image}</figure>")

    def _end_figure(self) -> None:
        flow = self._flow
        flow.end_paragraph()
        self._in_figcaption = False
        figure = self._figures.pop()
        flow.unwind(figure.depth)
        caption = "".join(figure.caption).strip() or escape(figure.own_caption, quote=False)
        if caption and not figure.images and flow.out and flow.out[-1] == "</table>":
            opening = len(flow.out) - 1 - flow.out[::-1].index("<table>")
            flow.out.insert(opening + 1, f"<caption>{caption}</caption>")
            return
        *others, last = figure.images or [""]
        flow.out += [f"<figure>{image}</figure>" for image in others]
        if last:
            described = f"<figcaption>{caption}</figcaption>" if caption else ""
            flow.out.append(f"<figure>{last}{described}</figure>")
        elif caption:
            flow.out.append(f"<p>{caption}</p>")

    def _settle_address(self) -> None:
        """An address in a figure, as of a video, stands on its line before what is written below it."""
        figure = self._figures[-1] if self._figures else None
        if figure and not figure.images and "".join(figure.caption).strip():
            self._flow.inlines.close()
            self._flow.out.append(f"<p>{''.join(figure.caption).strip()}</p>")
            figure.caption.clear()

    def _is_in_pull_quote(self) -> bool:
        is_one = bool(self._figures) and self._figures[-1].is_pull_quote
        return is_one and self._flow.top == "blockquote"

    def _end_post(self) -> None:
        post, self._post = self._post, None
        if post is None:
            return
        words = " ".join("".join(post.words).split())
        if _SAFE_LINK.match(post.address):
            self._flow.link(post.address, post.address)
        elif words:
            self._flow.start_block("blockquote", "<blockquote>")
            self._flow.text(words)
            self._flow.end_block("blockquote")

    def _player(self, tag: str, attributes: dict[str, str]) -> None:
        address = (
            attributes.get("src") or attributes.get("data-src") or attributes.get("data") or ""
        )
        if address.startswith("//"):
            address = f"https:{address}"
        if not address.startswith(("http://", "https://")):
            return
        if tag == "amp-img" or _PICTURE_FILE.search(path_of(address)):
            self._image(attributes)
            return
        self._notes.append(_("The player of %(address)s became a link.") % {"address": address})
        self._flow.link(address, attributes.get("title") or address)


def _is_post(attributes: dict[str, str]) -> bool:
    return any(name in _POSTS for name in attributes.get("class", "").split())


def _post_of(address: str) -> bool:
    found = embed_of(address)
    return found is not None and found.kind != "map"


def _opening(tag: str, attributes: dict[str, str]) -> str:
    """The opening tag as we write it; empty for a link that leads nowhere safe."""
    if tag == "a" and not _SAFE_LINK.match(attributes.get("href", "").strip()):
        return ""
    kept = "".join(
        f' {name}="{escape(attributes[name])}"'
        for name in _ATTRIBUTES.get(tag, ())
        if attributes.get(name)
    )
    return f"<{tag}{kept}>"
