"""Text as XML 1.0 can carry it."""

import re

# Everything outside the production `Char` of XML 1.0. No escape can bring such a character in.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """`text` without characters that XML forbids, and with line ends as a parser reports them."""
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
