"""Text becomes the elements of an export, one by one; what is broken costs only its own item.

A parser builds each child of the channel (or feed) as an `Element`, hands it over and forgets
it, so memory holds one item at a time. Entity declarations and external subsets are refused.
Where the file is not well-formed the parser says so in a `Break` and goes on at the next item.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .repair import Repair
from .source import ExportFile, ExportRefused

# An item larger than this is not a story but a file whose text never ends.
MAX_ITEM_CHARACTERS = 64 * 1024 * 1024
MAX_DEPTH = 64

# Vocabularies by address, whatever the version and the prefix.
_FAMILIES = (
    (re.compile(r"^https?://wordpress\.org/export/[\d.]+/?$"), "wp"),
    (re.compile(r"^https?://wordpress\.org/export/[\d.]+/excerpt/?$"), "excerpt"),
    (re.compile(r"^https?://purl\.org/rss/1\.0/modules/content/?$"), "content"),
    (re.compile(r"^https?://purl\.org/dc/elements/1\.\d/?$"), "dc"),
    (re.compile(r"^https?://(?:www\.w3\.org/2005/Atom|purl\.org/atom/ns#)$"), "atom"),
    (re.compile(r"^https?://(?:www\.w3\.org/2007/app|purl\.org/atom/app#)$"), "app"),
    (re.compile(r"^https?://purl\.org/syndication/thread/1\.0$"), "thr"),
    (re.compile(r"^https?://schemas\.google\.com/g/2005$"), "gd"),
    (re.compile(r"^https?://schemas\.google\.com/blogger/2018$"), "blogger"),
    (re.compile(r"^urn:newsroom:export:1$"), "newsroom"),
)
# A prefix that the file uses without declaring it means what it always means.
_USUAL_PREFIXES = {"wp", "excerpt", "content", "dc", "newsroom"}

_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")

# Where reading goes on after a break: the beginnings of what stands directly in a channel.
_NEXT_RECORD = re.compile(
    rb"<(?:[\w.-]+:)?(?:item|entry)[\s>]|<[\w.-]+:(?:author|category|tag|term|record)[\s>]"
)


@dataclass(slots=True)
class Element:
    """An element with its vocabulary ("wp", "dc", … or "" for none) and the line it began in."""

    family: str
    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def find(self, family: str, name: str) -> Element | None:
        """The first child of that name, or None."""
        for child in self.children:
            if child.name == name and child.family == family:
                return child
        return None

    def all(self, family: str, name: str) -> list[Element]:
        return [c for c in self.children if c.name == name and c.family == family]

    def value(self, family: str, name: str) -> str:
        """The text of the first child of that name, trimmed; empty when there is none."""
        child = self.find(family, name)
        return child.text.strip() if child else ""

    def raw(self, family: str, name: str) -> str:
        """The text of the first child of that name as it stands."""
        child = self.find(family, name)
        return child.text if child else ""


@dataclass(slots=True)
class Break:
    """A place where the file is not well-formed, and the item it cost, as far as it was read."""

    line: int
    column: int
    message: str
    lost: Element | None = None


def read_elements(file: ExportFile, notes: list[str]) -> Iterator[Element | Break]:
    """Yield what stands in the channel or feed of `file`, in its order; the root element first.

    `notes` gets a sentence for everything that was repaired. Raises ExportRefused for a file
    that declares entities or is no XML at all.
    """
    repair = Repair()
    parser = _Parser(str(file.path))
    for piece in file.chunks():
        yield from parser.feed(repair.feed(piece))
    yield from parser.feed(repair.finish())
    yield from parser.close()
    if parser.preamble_lines:
        notes.append(
            ngettext(
                "%(count)d line before the beginning of the document was left out.",
                "%(count)d lines before the beginning of the document were left out.",
                parser.preamble_lines,
            )
            % {"count": parser.preamble_lines}
        )
    notes += file.notes()
    notes += repair.notes()


class _Parser:
    def __init__(self, name: str) -> None:
        self._name = name
        self._ready: deque[Element | Break] = deque()
        self._root = ""
        self._declarations: dict[str, str] = {}
        self._lines_before = 0
        self._lost = False
        self._is_started = False
        self.preamble_lines = 0
        self._begin()

    def _without_preamble(self, text: str) -> str:
        """Leave out blank lines and warnings that a web server printed above the document."""
        self._is_started = True
        begin = text.find("<?xml")
        if begin < 0:
            begin = len(text) - len(text.lstrip())
        self._lines_before = self.preamble_lines = text.count("\n", 0, begin)
        # The declaration has nothing more to say: the text is decoded, and expat knows only
        # version 1.0, which is what a file of another version holds all the same.
        text = text[begin:]
        declaration = _DECLARATION.match(text)
        if declaration is None:
            return text
        return "\n" * declaration[0].count("\n") + text[declaration.end() :].lstrip(" \t")

    def _begin(self) -> None:
        """Start a parser, for the file or for the rest of it after a break."""
        # What is fed has been decoded already, whatever its declaration says.
        self._expat = expat.ParserCreate("utf-8")
        self._expat.buffer_text = True
        self._expat.buffer_size = 256 * 1024
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters
        self._expat.StartDoctypeDeclHandler = self._doctype
        self._expat.EntityDeclHandler = self._entity
        self._expat.ExternalEntityRefHandler = self._entity
        self._bytes_before = 0
        self._scopes: list[dict[str, str]] = [{}]
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._depth = 0
        self._size = 0
        self._record_depth = 2

    def feed(self, text: str) -> Iterator[Element | Break]:
        if not self._is_started and text.strip():
            text = self._without_preamble(text)
        data = text.encode("utf-8")
        while data:
            data = self._find_record(data) if self._lost else self._parse(data)
            while self._ready:
                yield self._ready.popleft()

    def close(self) -> Iterator[Element | Break]:
        if not self._lost:
            try:
                self._expat.Parse(b"", True)
            except expat.ExpatError as error:
                if not self._root:
                    raise self._no_xml(error) from error
                self._broken(error)
        while self._ready:
            yield self._ready.popleft()

    def _parse(self, data: bytes) -> bytes:
        """Parse; return what is left of `data` after a break, else nothing."""
        try:
            self._expat.Parse(data, False)
        except expat.ExpatError as error:
            if not self._root:
                raise self._no_xml(error) from error
            self._broken(error)
            rest = data[max(0, self._expat.ErrorByteIndex - self._bytes_before) :]
            self._lines_before += self._expat.ErrorLineNumber - 1
            self._lost = True
            return rest
        self._bytes_before += len(data)
        return b""

    def _no_xml(self, error: expat.ExpatError) -> ExportRefused:
        return ExportRefused(
            _("%(file)s is not an export file: it is no XML (line %(line)d).")
            % {"file": self._name, "line": self._lines_before + error.lineno}
        )

    def _broken(self, error: expat.ExpatError) -> None:
        line = self._lines_before + error.lineno
        lost = self._open[0] if self._open else None
        if lost is not None:
            self._settle_text()
        message = expat.errors.messages[error.code]
        self._ready.append(Break(line, error.offset + 1, message, lost))

    def _find_record(self, data: bytes) -> bytes:
        """Skip to the next record and start a parser there, inside of the same root."""
        match = _NEXT_RECORD.search(data, 1)
        self._lines_before += data.count(b"\n", 0, match.start() if match else len(data))
        if match is None:
            return b""
        self._lost = False
        self._begin()
        declarations = "".join(
            f' xmlns{":" * bool(prefix)}{prefix}="{_escaped(uri)}"'
            for prefix, uri in self._declarations.items()
        )
        opening = f"<{self._root}{declarations}>"
        if self._root != "feed":
            opening += "<channel>"
        # The opening was reported when the file began; it is only repeated for the parser.
        self._expat.StartElementHandler = self._start_silently
        self._expat.Parse(opening, False)
        self._expat.StartElementHandler = self._start
        self._bytes_before = len(opening)
        return data[match.start() :]

    # Handlers

    def _doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        if system or public or internal:
            self._entity()

    def _entity(self, *_arguments: object) -> int:
        raise ExportRefused(
            _(
                "%(file)s declares entities or asks for other files, which no export does; it was refused."
            )
            % {"file": self._name}
        )

    def _start_silently(self, qualified: str, attributes: dict[str, str]) -> None:
        self._enter(qualified, attributes)

    def _enter(self, qualified: str, attributes: dict[str, str]) -> tuple[str, str]:
        declared = {
            name.partition(":")[2]: value
            for name, value in attributes.items()
            if name == "xmlns" or name.startswith("xmlns:")
        }
        self._scopes.append(self._scopes[-1] | declared if declared else self._scopes[-1])
        self._depth += 1
        prefix, _colon, name = qualified.rpartition(":")
        if self._depth == 1:
            self._record_depth = 2 if name == "feed" else 3
        return self._family(prefix), name

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        family, name = self._enter(qualified, attributes)
        if self._depth < self._record_depth:
            # Declarations on the root and the channel hold for whatever follows a break.
            self._declarations |= self._scopes[-1]
        if self._depth == 1:
            self._root = name
            self._ready.append(Element(family, name, attributes, self._line()))
        elif self._record_depth <= self._depth < self._record_depth + MAX_DEPTH:
            element = Element(family, name, attributes, self._line())
            if self._open:
                self._open[-1].children.append(element)
            self._open.append(element)
            self._texts.append([])

    def _characters(self, text: str) -> None:
        if self._open:
            self._size += len(text)
            if self._size <= MAX_ITEM_CHARACTERS:
                self._texts[-1].append(text)

    def _end(self, qualified: str) -> None:
        if self._record_depth <= self._depth < self._record_depth + MAX_DEPTH and self._open:
            element = self._open.pop()
            element.text = "".join(self._texts.pop())
            if not self._open:
                self._finished(element)
        self._depth -= 1
        self._scopes.pop()

    def _finished(self, element: Element) -> None:
        if self._size > MAX_ITEM_CHARACTERS:
            message = _("the item is larger than %(size)d MB") % {
                "size": MAX_ITEM_CHARACTERS // 1024 // 1024
            }
            self._ready.append(Break(element.line, 1, message, element))
        else:
            self._ready.append(element)
        self._size = 0

    def _settle_text(self) -> None:
        while self._open:
            self._open.pop().text = "".join(self._texts.pop())
        self._size = 0

    def _line(self) -> int:
        return self._lines_before + self._expat.CurrentLineNumber

    def _family(self, prefix: str) -> str:
        uri = self._scopes[-1].get(prefix)
        if uri is None:
            return prefix if prefix in _USUAL_PREFIXES else ""
        for pattern, family in _FAMILIES:
            if pattern.match(uri):
                return family
        # Elements without a prefix mean the export's own words, whatever they are declared as.
        return "" if not prefix else "?"


def _escaped(uri: str) -> str:
    return uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
