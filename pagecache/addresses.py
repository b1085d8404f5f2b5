"""Which addresses may be answered from what was kept, and under which key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

# What is of one person, or not a page. Everything else may be kept, and is when its view says so.
NEVER = (
    "/admin/",
    "/akun/",
    "/buletin/berhenti/",
    "/buletin/konfirmasi/",
    "/buletin/rubrik/",
    "/favicon.ico",
    "/hak-jawab/",
    "/healthz",
    "/laporan/",
    "/media/",
    "/metrics",
    "/persetujuan/",
    "/pratinjau/",
    "/readyz",
    "/s/",
    "/static/",
)
# The same by how they end: forms below a story and below a comment, and a reader's own there.
NEVER_ENDING = (
    "/diterima/",
    "/formulir/",
    "/hapus/",
    "/lapor/",
    "/saya/",
    "/sunting/",
    "/tulis/",
)
# The parameters that public views read; a test holds it against the views.
READ = frozenset(
    "balas entri huruf orang q rubrik sebagai sebelum sesudah setelah tahun tempat urut v versi".split()
)
# Those that others hang on to addresses to follow readers around; no view of ours ever sees them.
TRACKING = frozenset(
    "_ga _gl dclid fbclid gad_campaignid gad_source gbraid gclid gclsrc igsh igshid li_fat_id mc_cid mc_eid"
    " mibextid mkt_tok msclkid ref ref_src share_id si sfnsn srsltid ttclid twclid wbraid yclid".split()
)
# Those that other systems wrote addresses of "/" with: WordPress and Blogger, which can be imported, then those that a
# redirect may be entered for by hand (Drupal, Joomla, and what papers had written for themselves).
FORMER = frozenset(
    (
        "p page_id attachment_id attachment m w year monthnum day cat category_name tag author author_name s feed name"
        " pagename post_type paged page"
        " q node nid option id artikel article berita hal halaman kanal mod module news post"
    ).split()
)
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_")
LONGEST_PATH = 1000
LONGEST_QUERY = 500


@dataclass(frozen=True, slots=True)
class Query:
    """A query string as views see it.

    Attributes:
        text: what of it views read.
        is_whole: nothing but tracking was left out.
        may_be_former: other systems wrote addresses of "/" like that.
    """

    text: str
    is_whole: bool
    may_be_former: bool


@lru_cache(maxsize=1024)
def read(query: str) -> Query:
    """What of a query string tells pages apart, each name once and in one order."""
    kept: dict[str, str] = {}
    is_whole, may_be_former = True, False
    for name, value in parse_qsl(query, keep_blank_values=True):
        may_be_former = may_be_former or name in FORMER
        if name in READ:
            kept[name] = value
        elif name not in TRACKING and not name.startswith(TRACKING_PREFIXES):
            is_whole = False
    return Query(urlencode(sorted(kept.items())), is_whole, may_be_former)


def page_of(environ: Mapping[str, Any]) -> tuple[str, str, bool] | None:
    """Key, query string and whether it is whole, for a request that may be answered from what was kept.

    None for all others: another method, what is of one person, an address without end. "/" with a parameter of
    FORMER goes through too: that is how other systems wrote the addresses of stories. Any other that no view reads is
    left out, there as everywhere.
    """
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return None
    path: str = environ["PATH_INFO"]
    if path.startswith(NEVER) or path.endswith(NEVER_ENDING) or len(path) > LONGEST_PATH:
        return None
    # Written as %3F, it would be the key of another address.
    if "?" in path:
        return None
    query: str = environ.get("QUERY_STRING", "")
    if not query:
        return path, "", True
    if len(query) > LONGEST_QUERY:
        return None
    known = read(query)
    if known.may_be_former and path == "/":
        return None
    return (f"{path}?{known.text}" if known.text else path), known.text, known.is_whole
