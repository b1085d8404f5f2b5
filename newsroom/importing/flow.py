"""Writes text with few elements, always well-formed: paragraphs, blocks, and what stands in lines."""

from __future__ import annotations

import re
from html import escape

# Where loose text needs a paragraph around it; elsewhere it stands by itself.
FLOW = {"", "blockquote", "aside"}
_WITH_TEXT = {"li", "h2", "h3", "th", "td", "caption"}
_SPACES = re.compile(r"[ \t\n\f]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)\]'’]")


class Inlines:
    """Elements within a line: those that the source has opened, and those that are written so far.

    An element is written only when text comes, so none is ever empty; where a paragraph ends it
    is closed and opens again with the next text.
    """

    def __init__(self) -> None:
        self._wanted: list[tuple[str, str]] = []
        self._written: list[str] = []
        self._sink: list[str] = []

    def want(self, tag: str, opening: str) -> None:
        """Note that the source opened `tag`; an empty `opening` stands for one we leave out."""
        self._wanted.append((tag, opening))

    def end(self, tag: str) -> None:
        """Note that the source closed the innermost `tag`, if it had opened one."""
        for index in range(len(self._wanted) - 1, -1, -1):
            if self._wanted[index][0] == tag:
                if index < len(self._written):
                    self.close()
                del self._wanted[index]
                return

    def open(self, out: list[str]) -> None:
        """Write what is wanted and not yet open in `out`."""
        if self._sink is not out:
            self.close()
            self._sink = out
        for _tag, opening in self._wanted[len(self._written) :]:
            out.append(opening)
            self._written.append(opening)

    def close(self) -> None:
        """Close what is open; it opens again with the next text, unless the source ends it before."""
        while self._written:
            opening = self._written.pop()
            if opening:
                self._sink.append(f"</{opening[1:].split(' ')[0].rstrip('>')}>")

    @property
    def have_link(self) -> bool:
        return any(opening.startswith("<a") for _tag, opening in self._wanted)


class Flow:
    """The text written so far, and where in it we are."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.inlines = Inlines()
        self.stack: list[str] = []
        self.in_paragraph = False
        self.pending_breaks = 0

    @property
    def top(self) -> str:
        """The block that we are in; "" outside of all."""
        return self.stack[-1] if self.stack else ""

    def text(self, text: str) -> None:
        """Write words, in a paragraph where they need one; space alone only between words."""
        if self.top == "pre":
            text = "\n" * self.pending_breaks + text
            self.pending_breaks = 0
            if self._is_just_open():
                # HTML drops a line end there, at each reading one.
                text = text.lstrip("\n")
                if not text:
                    return
            self.inlines.open(self.out)
            self.out.append(escape(text, quote=False))
            return
        text = _SPACES.sub(" ", text)
        if not text.strip(" "):
            if text and (self.in_paragraph or self.top in _WITH_TEXT):
                self.out.append(" ")
            return
        is_first = self.begin_text() or self._is_just_open()
        self.inlines.open(self.out)
        self.out.append(self._linked(text.lstrip(" ") if is_first else text))

    def text_into(self, out: list[str], text: str) -> None:
        """Write words into a text beside, such as a caption."""
        text = _SPACES.sub(" ", text)
        if not text.strip(" "):
            if text and out:
                out.append(" ")
            return
        if self.pending_breaks and out:
            out.append("<br>")
        self.pending_breaks = 0
        self.inlines.open(out)
        out.append(self._linked(text))

    def begin_text(self) -> bool:
        """Settle line breaks and open a paragraph where loose text needs one; say if it did."""
        if self.in_paragraph and self.pending_breaks > 1 and self.top in FLOW:
            self.end_paragraph()
        opens = not self.in_paragraph and self.top in FLOW
        if opens:
            self.out.append("<p>")
            self.in_paragraph = True
        elif self.pending_breaks:
            self.out.append("<br>")
        self.pending_breaks = 0
        return opens

    def end_paragraph(self) -> None:
        self.inlines.close()
        if self.in_paragraph:
            self.out[-1] = self.out[-1].rstrip(" ")
            self.out.append("</p>")
            self.in_paragraph = False
        self.pending_breaks = 0

    def boundary(self) -> None:
        """The edge of a paragraph: ends one, or is a line break where none can stand."""
        if self.top in FLOW:
            self.end_paragraph()
        elif self.out and not self.out[-1].startswith(f"<{self.top}"):
            self.pending_breaks = max(1, self.pending_breaks)

    def start_block(self, name: str, opening: str) -> None:
        self.end_paragraph()
        if name in {"h2", "h3"} and self.top in {"h2", "h3"}:
            self.end_block(self.top)
        if name == self.top == "li":
            self.end_block("li")
        self.out.append(opening)
        self.stack.append(name)

    def end_block(self, name: str) -> None:
        """Close the innermost `name` and what is open in it."""
        if name not in self.stack:
            self.boundary()
            return
        self.end_paragraph()
        while self.stack:
            top = self.stack.pop()
            self.out.append(f"</{top}>")
            if top == name:
                return

    def unwind(self, depth: int) -> None:
        """Close blocks until `depth` of them are open."""
        while len(self.stack) > depth:
            self.out.append(f"</{self.stack.pop()}>")

    def link(self, address: str, text: str) -> None:
        """A link in a paragraph of its own, whatever the source has open."""
        self.boundary()
        self.begin_text()
        self.inlines.close()
        self.out.append(f'<a href="{escape(address)}">{escape(text, quote=False)}</a>')
        if self.in_paragraph:
            self.end_paragraph()
        else:
            self.boundary()

    def _is_just_open(self) -> bool:
        return self.top != "" and re.match(rf"<{self.top}\b", self.out[-1]) is not None

    def _linked(self, text: str) -> str:
        """The text escaped, with addresses that stand in it as links."""
        if self.inlines.have_link:
            return escape(text, quote=False)
        parts, done = [], 0
        for match in _ADDRESS.finditer(text):
            parts.append(escape(text[done : match.start()], quote=False))
            parts.append(f'<a href="{escape(match[0])}">{escape(match[0], quote=False)}</a>')
            done = match.end()
        return "".join(parts) + escape(text[done:], quote=False)
