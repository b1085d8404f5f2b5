"""Writes the elements of a WordPress export, piece by piece."""

from __future__ import annotations

import json
import re
from typing import IO, Any
from xml.sax.saxutils import quoteattr

NAMESPACES = {
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
    "newsroom": "urn:newsroom:export:1",
}
# Neither can be written in XML at all, or reading gives back something else.
_NOT_CARRIED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def is_carried(text: str) -> bool:
    """Whether XML brings the text back as it is."""
    return _NOT_CARRIED.search(text) is None


class Writer:
    """A WordPress export on its way into `out`."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out

    def head(self) -> None:
        """The beginning, up to and with the channel's."""
        declared = "".join(f'\n\txmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
        self._out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._out.write(f'<rss version="2.0"{declared}\n>\n<channel>\n')

    def foot(self) -> None:
        self._out.write("</channel>\n</rss>\n")

    def open(self, name: str, **attributes: str) -> None:
        self._out.write(f"<{name}{_attributes(attributes)}>\n")

    def close(self, name: str) -> None:
        self._out.write(f"</{name}>\n")

    def text(self, name: str, value: object = "", **attributes: str) -> None:
        """An element with text; whatever XML does not allow in it is left out."""
        value = _FORBIDDEN.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
        self._out.write(f"<{name}{_attributes(attributes)}><![CDATA[{value}]]></{name}>\n")

    def meta(self, name: str, key: str, value: object) -> None:
        """A custom field: `name` is "wp:postmeta", "wp:termmeta" or "wp:commentmeta"."""
        self.open(name)
        self.text("wp:meta_key", key)
        self.text("wp:meta_value", as_json(value) if isinstance(value, dict | list) else value)
        self.close(name)


def as_json(value: Any) -> str:
    """JSON in ASCII, so that it carries every character whatever XML thinks of it."""
    return json.dumps(value, separators=(",", ":"))


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(
        f" {name}={quoteattr(_FORBIDDEN.sub('', value))}" for name, value in attributes.items()
    )
