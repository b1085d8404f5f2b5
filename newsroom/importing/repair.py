"""Makes well-formed what exports commonly get wrong, while it streams past.

Real exports hold control characters that XML forbids, "&" that should be "&amp;" (in
addresses), HTML entities that XML does not know, "]]>" outside of a CDATA section and "<"
that begins no tag. Each is repaired in place and counted with its first position; whatever
else is wrong is left for the parser to find.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A character reference to such a character is as wrong as the character itself.
_NUMERIC = r"#(?:[0-9]{1,7}|x[0-9A-Fa-f]{1,6});"
_IN_MARKUP = re.compile(
    r"<!\[CDATA\[|<!--|\]\]>"
    rf"|&{_NUMERIC}|&(?!(?:amp|lt|gt|quot|apos);)"
    r"|<(?![A-Za-z_:/!?\u0080-\uffff])"
)
# Longer than any token above: what may be the beginning of one is kept for the next piece.
_HELD_BACK = 16

_SENTENCES = {
    "control": gettext_noop("Characters that XML does not allow were read as spaces"),
    "ampersand": gettext_noop("“&” that should have been written “&amp;” was read as it stands"),
    "bracket": gettext_noop("“]]>” outside of a CDATA section was read as text"),
    "less": gettext_noop("“<” that begins no tag was read as text"),
}


@dataclass(slots=True)
class _Finding:
    line: int
    column: int
    count: int = 0


class Repair:
    """A filter over the pieces of one file's text; feed them in order, then `finish()`."""

    def __init__(self) -> None:
        self._tail = ""
        self._end_mark = ""
        self._line = 1
        self._column = 1
        self._findings: dict[str, _Finding] = {}

    def feed(self, piece: str) -> str:
        """Return what can be given to the parser so far."""
        return self._filter(self._tail + piece, final=False)

    def finish(self) -> str:
        """Return the rest."""
        return self._filter(self._tail, final=True)

    def notes(self) -> list[str]:
        """What was repaired, as sentences with the place of the first time."""
        return [
            ngettext(
                "%(what)s: %(count)d time, in line %(line)d, column %(column)d.",
                "%(what)s: %(count)d times, first in line %(line)d, column %(column)d.",
                found.count,
            )
            % {
                "what": _(_SENTENCES[kind]),
                "count": found.count,
                "line": found.line,
                "column": found.column,
            }
            for kind, found in self._findings.items()
        ]

    def _filter(self, text: str, *, final: bool) -> str:
        limit = len(text) if final else max(0, len(text) - _HELD_BACK)
        out: list[str] = []
        done = 0
        while done < limit:
            if self._end_mark:
                keep = self._pass if self._end_mark == "]]>" else self._leave_out
                end = text.find(self._end_mark, done)
                if end < 0 or end >= limit:
                    out.append(keep(text[done:limit]))
                    done = limit
                    break
                stop = end + len(self._end_mark)
                out.append(keep(text[done:stop]))
                done, self._end_mark = stop, ""
                continue
            match = _IN_MARKUP.search(text, done)
            if match is None or match.start() >= limit:
                out.append(self._pass(text[done:limit]))
                done = limit
                break
            out.append(self._pass(text[done : match.start()]))
            out.append(self._token(match[0]))
            self._advance(match[0])
            done = match.end()
        self._tail = text[done:]
        return "".join(out)

    def _token(self, token: str) -> str:
        if token == "<![CDATA[":
            self._end_mark = "]]>"
        elif token == "<!--":
            self._end_mark = "-->"
            return ""
        elif token == "]]>":
            self._found("bracket")
            return "]]&gt;"
        elif token == "<":
            self._found("less")
            return "&lt;"
        elif token == "&":
            self._found("ampersand")
            return "&amp;"
        elif not _is_allowed(_code_point(token)):
            self._found("control")
            return " "
        return token

    def _pass(self, text: str) -> str:
        """Text that stays as it is, but for characters that must not be there."""
        forbidden = _FORBIDDEN.search(text)
        if forbidden is None:
            self._advance(text)
            return text
        parts, done = [], 0
        for match in _FORBIDDEN.finditer(text):
            self._advance(text[done : match.start()])
            self._found("control")
            self._advance(" ")
            parts += [text[done : match.start()], " "]
            done = match.end()
        self._advance(text[done:])
        return "".join([*parts, text[done:]])

    def _leave_out(self, comment: str) -> str:
        """A comment: only its lines are kept, since many hold the "--" that XML forbids there."""
        self._advance(comment)
        return "\n" * comment.count("\n")

    def _advance(self, text: str) -> None:
        lines = text.count("\n")
        if lines:
            self._line += lines
            self._column = len(text) - text.rfind("\n")
        else:
            self._column += len(text)

    def _found(self, kind: str) -> None:
        finding = self._findings.setdefault(kind, _Finding(self._line, self._column))
        finding.count += 1


def _code_point(reference: str) -> int:
    digits = reference[2:-1]
    return int(digits[1:], 16) if digits[0] == "x" else int(digits)


def _is_allowed(code: int) -> bool:
    return (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )
