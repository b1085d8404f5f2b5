"""WordPress's "[…]" codes become HTML before the text is read as HTML.

Captions and galleries become figures, players and embeds become links. Other codes of plugins
are taken out and named in `notes`; square brackets that are ordinary writing ("[sic]") stay.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

# Comments, code and tags are passed over; what is left in brackets may be a shortcode.
_TOKEN = re.compile(
    r"(?P<comment><!--|-->)"
    r"|<(?P<closing>/?)(?P<literal>script|style|pre|code|textarea)\b[^<>]*>"
    r"|<[A-Za-z/!][^<>]*>"
    r"|\[(?P<escape>\[?)(?P<close>/?)(?P<name>[A-Za-z][\w-]{0,60})"
    r"(?P<rest>(?:(?:[\s=]|&\#?\w+;)(?:\"[^\"]{0,2000}\"|'[^']{0,2000}'|[^\]\"']){0,2000})?)"
    r"(?P<alone>/?)\](?P<unescape>\]?)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\]]+")
_CURLY = str.maketrans({"“": '"', "”": '"', "″": '"', "„": '"'})
_EMBEDS = {"embed", "audio", "video", "playlist", "youtube", "vimeo", "soundcloud", "instagram",
           "twitter", "tweet", "facebook", "tiktok", "googlevideo", "dailymotion", "video_embed"}  # fmt: skip
# Without attributes these still are codes, not words.
_CODES = {"gallery", "embed", "audio", "video", "playlist", "caption", "wp_caption", "contact"}

# Editors' own remarks.
_WORDS = {"sic", "red", "ed"}


class Shortcodes:
    """Replaces the codes of one text; `gallery` gives the addresses of a gallery's pictures."""

    def __init__(self, gallery: Callable[[list[str]], Iterable[str]], notes: list[str]) -> None:
        self._gallery = gallery
        self._notes = notes

    def replace(self, source: str) -> str:
        """Return `source` with figures, links and plain text in the place of its codes."""
        if "[" not in source:
            return source
        self._closed = set(re.findall(r"\[/([\w-]+)", source.lower()))
        self._open_captions = 0
        self._literal = ""
        return _TOKEN.sub(self._replace, source)

    def _replace(self, match: re.Match[str]) -> str:
        name = (match["name"] or "").lower()
        if not name or self._literal:
            self._pass(match)
            return match[0]
        if match["escape"] and match["unescape"]:
            return match[0][1:-1]
        before = "[" if match["escape"] else ""
        after = "]" if match["unescape"] else ""
        is_end = bool(match["close"])
        # Editors sometimes make an attribute's quotes into typographic ones.
        rest = html.unescape(match["rest"] or "").translate(_CURLY)
        replaced = self._code(name, rest, is_end=is_end, whole=match[0])
        if replaced is None:
            return match[0]
        return before + replaced + after

    def _pass(self, match: re.Match[str]) -> None:
        """Notice where comments and code begin and end: nothing is replaced in them."""
        element = (match["literal"] or "").lower()
        if match["comment"]:
            begins, what = match["comment"] == "<!--", "comment"
        elif element:
            begins, what = not match["closing"], element
        else:
            return
        if begins and not self._literal:
            self._literal = what
        elif not begins and self._literal == what:
            self._literal = ""

    def _code(self, name: str, rest: str, *, is_end: bool, whole: str) -> str | None:
        attributes = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(rest)}
        if name in {"caption", "wp_caption"}:
            return self._caption(attributes, is_end=is_end)
        if name == "gallery" and not is_end:
            ids = re.findall(r"\d+", attributes.get("ids") or attributes.get("include") or "")
            return "".join(
                f'<figure class="gallery-item"><img src="{html.escape(address)}"></figure>'
                for address in self._gallery(ids)
            )
        address = _ADDRESS.search(rest)
        if name in _EMBEDS and (address or is_end or name in self._closed or attributes):
            if not address:
                return ""
            return f"\n\n{address[0]}\n\n"
        is_code = (
            attributes
            or is_end
            or name in self._closed
            or name in _CODES
            or re.search(r"[_-]", name)
        )
        if not is_code:
            if rest.strip() == "" and name not in _WORDS:
                self._note(_("%(code)s was kept as text; it may be a shortcode."), whole)
            return None
        if not is_end:
            self._note(_("The shortcode %(code)s was left out."), whole)
        return f"\n\n{address[0]}\n\n" if address and not is_end else ""

    def _caption(self, attributes: dict[str, str], *, is_end: bool) -> str:
        if is_end:
            if self._open_captions:
                self._open_captions -= 1
                return "</figure>"
            return ""
        if not {"caption", "wp_caption"} & self._closed:
            return ""
        self._open_captions += 1
        caption = attributes.get("caption", "")
        return "<figure>" + (f"<figcaption>{caption}</figcaption>" if caption else "")

    def _note(self, sentence: str, code: str) -> None:
        shown = code if len(code) <= 80 else code[:79] + "…"
        note = sentence % {"code": shown}
        if note not in self._notes:
            self._notes.append(note)
