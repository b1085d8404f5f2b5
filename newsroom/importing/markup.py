"""Reads HTML as blogs write it and writes it again with few, well-formed elements."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

_INLINE = {"a": "a", "strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em",
           "sup": "sup", "sub": "sub", "code": "code", "kbd": "code", "tt": "code"}  # fmt: skip
_BLOCKS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3",
           "ul": "ul", "ol": "ol", "li": "li", "blockquote": "blockquote", "pre": "pre",
           "table": "table", "thead": "thead", "tbody": "tbody", "tfoot": "tbody", "tr": "tr",
           "th": "th", "td": "td", "caption": "caption"}  # fmt: skip
# Their edges end a paragraph; they themselves mean nothing here.
_BOUNDARIES = {"p", "div", "section", "article", "aside", "main", "header", "footer", "center",
               "address", "details", "dl", "dd", "fieldset", "form", "nav", "hgroup"}  # fmt: skip
_TITLES = {"dt", "summary", "legend"}
_SILENT = {"script", "style", "noscript", "template", "head", "title", "select", "button", "svg",
           "textarea", "map"}  # fmt: skip
_PLAYERS = {"iframe", "embed", "object", "video", "audio", "source", "amp-img"}
_ATTRIBUTES = {"a": ("href", "title"), "ol": ("start",), "th": ("colspan", "rowspan", "scope"),
               "td": ("colspan", "rowspan")}  # fmt: skip
# Where loose text needs a paragraph around it; elsewhere it stands by itself.
_FLOW = {"", "blockquote"}
_WITH_TEXT = {"li", "h2", "h3", "th", "td", "caption"}
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]'’]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_IMAGE_NUMBER = re.compile(r"\bwp-image-(\d+)\b")
_SAFE_LINK = re.compile(r"^(?:https?://|mailto:|tel:|/|#|\?)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\f]+")
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|bmp|tiff?)$", re.IGNORECASE)
_BLOCK_COMMENT = re.compile(r"^\s*(/?)wp:([\w/-]+)(.*?)(/?)\s*$", re.DOTALL)


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
        self._out: list[str] = []
        self._stack: list[str] = []
        self._in_paragraph = False
        # Inline elements: asked for by the source, and written so far. An element is written
        # only when text comes, so none is ever empty, and again in the next paragraph.
        self._wanted: list[tuple[str, str]] = []
        self._written: list[tuple[str, str]] = []
        self._sink = self._out
        self._pending_breaks = 0
        self._silent = 0
        self._figures: list[_Figure] = []
        self._in_figcaption = False
        self._block_depth = 0
        self._block_start = 0
        self._block_name = ""
        self.empty_blocks: set[str] = set()
        self.html = ""

    def close(self) -> None:
        super().close()
        while self._figures:
            self._end_figure()
        self._end_paragraph()
        while self._stack:
            self._out.append(f"</{self._stack.pop()}>")
        self.html = "".join(self._out)

    # What the source says

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if self._silent or tag in _SILENT:
            self._silent += tag in _SILENT
        elif tag == "br":
            self._pending_breaks += 1
        elif tag == "img":
            self._image(attributes)
        elif tag in _INLINE:
            self._wanted.append((tag, self._opening(_INLINE[tag], attributes)))
        elif tag == "figure":
            self._end_paragraph()
            is_item = attributes.get("class") == "gallery-item"
            self._figures.append(_Figure(len(self._stack), is_gallery_item=is_item))
        elif tag == "figcaption":
            self._in_figcaption = bool(self._figures)
        elif tag == "hr":
            self._end_paragraph()
            self._out.append("<hr>")
        elif tag in _PLAYERS:
            self._player(tag, attributes)
        elif tag in _BLOCKS:
            self._start_block(_BLOCKS[tag], tag, attributes)
        elif tag in _BOUNDARIES:
            self._boundary()
        elif tag in _TITLES:
            self._boundary()
            self._wanted.append((tag, "<strong>"))

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
        elif tag in _INLINE:
            self._end_inline(tag)
        elif tag == "figcaption":
            self._in_figcaption = False
            if self._figures:
                self._close_inlines()
        elif tag == "figure":
            if self._figures:
                self._end_figure()
        elif tag in _BLOCKS:
            self._end_block(_BLOCKS[tag])
        elif tag in _TITLES:
            self._end_inline(tag)
            self._boundary()
        elif tag in _BOUNDARIES:
            self._boundary()

    def handle_comment(self, data: str) -> None:
        match = _BLOCK_COMMENT.match(data)
        if match is None:
            # "<!--more-->" and "<!--nextpage-->" end a paragraph at least.
            self._boundary()
            return
        self._boundary()
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
        if self._has_own_lines():
            parts = _BLANK_LINE.split(data)
            for number, part in enumerate(parts):
                if number:
                    self._end_paragraph()
                self._lines(part)
        else:
            self._text(data)

    # Text

    def _has_own_lines(self) -> bool:
        """Whether line ends mean something: in the classic editor's text, outside of lists."""
        if not self._has_blank_lines or self._in_figcaption or self._figures:
            return False
        is_free = self._block_depth == 0 or self._block_name in {"freeform", "shortcode", "html"}
        return is_free and self._top in _FLOW

    def _lines(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number and self._in_paragraph:
                self._pending_breaks = max(1, self._pending_breaks)
            self._text(line)

    def _text(self, text: str) -> None:
        figure = self._figures[-1] if self._figures else None
        is_caption = figure is not None and (
            self._in_figcaption or len(self._stack) == figure.depth
        )
        if self._top == "pre":
            self._out.append(escape(text, quote=False))
            return
        text = _SPACES.sub(" ", text)
        if not text.strip(" "):
            if text and is_caption and figure and figure.caption:
                figure.caption.append(" ")
            elif text and not is_caption and (self._in_paragraph or self._top in _WITH_TEXT):
                self._out.append(" ")
            return
        if is_caption and figure is not None:
            self._into(figure.caption, text)
            return
        is_first = self._begin_text() or self._is_just_open()
        self._open_inlines(self._out)
        self._out.append(self._linked(text.lstrip(" ") if is_first else text))

    def _into(self, caption: list[str], text: str) -> None:
        if self._pending_breaks and caption:
            caption.append("<br>")
        self._pending_breaks = 0
        self._open_inlines(caption)
        caption.append(self._linked(text))

    def _linked(self, text: str) -> str:
        """The text escaped, with addresses that stand in it as links."""
        if any(opening.startswith("<a") for _tag, opening in self._wanted):
            return escape(text, quote=False)
        parts, done = [], 0
        for match in _ADDRESS.finditer(text):
            parts.append(escape(text[done : match.start()], quote=False))
            parts.append(f'<a href="{escape(match[0])}">{escape(match[0], quote=False)}</a>')
            done = match.end()
        return "".join(parts) + escape(text[done:], quote=False)

    def _begin_text(self) -> bool:
        """Settle line breaks and open a paragraph where loose text needs one; say if it did."""
        if self._in_paragraph and self._pending_breaks > 1 and self._top in _FLOW:
            self._end_paragraph()
        if not self._in_paragraph and self._top in _FLOW:
            self._out.append("<p>")
            self._in_paragraph = True
            self._pending_breaks = 0
            return True
        if self._pending_breaks:
            self._out.append("<br>")
        self._pending_breaks = 0
        return False

    def _is_just_open(self) -> bool:
        return self._top != "" and re.match(rf"<{self._top}\b", self._out[-1]) is not None

    @property
    def _top(self) -> str:
        return self._stack[-1] if self._stack else ""

    # Inline elements

    def _open_inlines(self, out: list[str]) -> None:
        if self._sink is not out:
            self._close_inlines()
            self._sink = out
        for entry in self._wanted[len(self._written) :]:
            out.append(entry[1])
            self._written.append(entry)

    def _close_inlines(self) -> None:
        """Close what is written; it opens again with the next text, unless it ends before."""
        while self._written:
            opening = self._written.pop()[1]
            if opening:
                self._sink.append(f"</{opening[1:].split(' ')[0].rstrip('>')}>")

    def _end_inline(self, tag: str) -> None:
        for index in range(len(self._wanted) - 1, -1, -1):
            if self._wanted[index][0] == tag:
                if index < len(self._written):
                    self._close_inlines()
                del self._wanted[index]
                return

    def _opening(self, tag: str, attributes: dict[str, str]) -> str:
        if tag == "a" and not _SAFE_LINK.match(attributes.get("href", "").strip()):
            # An anchor, or a link that leads nowhere safe: its words stay.
            return ""
        kept = "".join(
            f' {name}="{escape(attributes[name])}"'
            for name in _ATTRIBUTES.get(tag, ())
            if attributes.get(name)
        )
        return f"<{tag}{kept}>"

    # Blocks

    def _end_paragraph(self) -> None:
        self._close_inlines()
        if self._in_paragraph:
            self._out[-1] = self._out[-1].rstrip(" ")
            self._out.append("</p>")
            self._in_paragraph = False
        self._pending_breaks = 0

    def _boundary(self) -> None:
        """The edge of a paragraph: ends one, or is a line break where none can stand."""
        if self._figures and not self._in_paragraph:
            return
        if self._top in _FLOW:
            self._end_paragraph()
        elif self._out and not self._out[-1].startswith(f"<{self._top}"):
            self._pending_breaks = max(1, self._pending_breaks)

    def _start_block(self, name: str, tag: str, attributes: dict[str, str]) -> None:
        if name in {"ul", "ol", "li"} and "gallery" in attributes.get("class", ""):
            # A grid of pictures is no list of words.
            self._boundary()
            return
        self._end_paragraph()
        if name in {"h2", "h3"} and self._top in {"h2", "h3"}:
            self._end_block(self._top)
        if name == "li" and self._top == "li":
            self._end_block("li")
        self._out.append(self._opening(name, attributes))
        self._stack.append(name)

    def _end_block(self, name: str) -> None:
        if name not in self._stack:
            self._boundary()
            return
        self._end_paragraph()
        while self._stack:
            top = self._stack.pop()
            self._out.append(f"</{top}>")
            if top == name:
                return

    # Pictures and players

    def _image(self, attributes: dict[str, str]) -> None:
        address = next(
            (
                attributes[name].strip()
                for name in ("data-orig-file", "data-lazy-src", "data-src", "src")
                if attributes.get(name, "").strip()
            ),
            "",
        )
        alt = attributes.get("alt", "").strip()
        classes = attributes.get("class", "")
        if "wp-smiley" in classes or "emoji" in classes.split():
            self.handle_data(alt)
            return
        if attributes.get("width") == "1" and attributes.get("height") == "1":
            return
        if not address or address.startswith("data:"):
            if address:
                self._notes.append(_("A picture that stood inside the text itself was left out."))
            return
        number = _IMAGE_NUMBER.search(classes)
        picture = self._find(address, number[1] if number else "")
        if picture is None:
            self._notes.append(
                _("The picture %(address)s is not in the library; a link stands in its place.")
                % {"address": address}
            )
            self._link(address, alt or unquote(urlsplit(address).path).rpartition("/")[2] or address)
            return
        image = (
            f'<img src="{escape(picture.url)}" alt="{escape(alt or picture.alt_text)}"'
            f' width="{picture.width}" height="{picture.height}">'
        )
        if self._figures:
            self._close_inlines()
            self._figures[-1].images.append(image)
            if self._figures[-1].is_gallery_item:
                self._figures[-1].own_caption = picture.caption
        else:
            self._end_paragraph_for_picture()
            self._out.append(f"<figure>{image}</figure>")

    def _end_paragraph_for_picture(self) -> None:
        if self._top in {"h2", "h3"}:
            self._end_block(self._top)
        self._end_paragraph()

    def _end_figure(self) -> None:
        self._close_inlines()
        if self._in_paragraph:
            self._end_paragraph()
        self._in_figcaption = False
        figure = self._figures.pop()
        while len(self._stack) > figure.depth:
            self._out.append(f"</{self._stack.pop()}>")
        self._pending_breaks = 0
        caption = "".join(figure.caption).strip() or escape(figure.own_caption, quote=False)
        *others, last = figure.images or [""]
        self._out += [f"<figure>{image}</figure>" for image in others]
        if last:
            described = f"<figcaption>{caption}</figcaption>" if caption else ""
            self._out.append(f"<figure>{last}{described}</figure>")
        elif caption:
            self._out.append(f"<p>{caption}</p>")

    def _player(self, tag: str, attributes: dict[str, str]) -> None:
        address = attributes.get("src") or attributes.get("data-src") or attributes.get("data") or ""
        if address.startswith("//"):
            address = f"https:{address}"
        if not address.startswith(("http://", "https://")):
            return
        if tag == "amp-img" or _PICTURE_FILE.search(urlsplit(address).path):
            self._image(attributes)
            return
        self._notes.append(
            _("The player of %(address)s became a link.") % {"address": address}
        )
        self._link(address, attributes.get("title") or address)

    def _link(self, address: str, text: str) -> None:
        self._boundary()
        self._begin_text()
        self._close_inlines()
        self._out.append(f'<a href="{escape(address)}">{escape(text, quote=False)}</a>')
        self._boundary()
