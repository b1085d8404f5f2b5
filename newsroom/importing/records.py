"""What an export holds, whichever system wrote it: the words between the readers and `run`."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from .dates import Moment


def digest_of(*parts: object) -> str:
    """A fingerprint that is equal exactly when the parts are."""
    text = json.dumps(parts, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(slots=True)
class Site:
    """What the head of an export says about the site it came from."""

    title: str = ""
    link: str = ""
    base_url: str = ""
    system: str = ""


@dataclass(slots=True)
class Record:
    """An item of an export. `label` names it in the report; `data` is what our own export adds."""

    label: str
    key: str
    data: dict[str, Any] | None = field(default=None, kw_only=True)

    def digest(self) -> str:
        """Changes exactly when the export says something else about the item."""
        content = dataclasses.asdict(self)
        content.pop("label")
        # Where it stood is no part of what it is, and was not told by earlier readings.
        content.pop("old_path", None)
        return digest_of(content)


@dataclass(slots=True)
class AuthorRecord(Record):
    name: str
    # Path and query of its list on the old site.
    old_path: str = ""


@dataclass(slots=True)
class SectionRecord(Record):
    name: str
    slug: str
    parent: str = ""
    description: str = ""
    number: str = ""
    old_path: str = ""


@dataclass(slots=True)
class TagRecord(Record):
    name: str
    slug: str


@dataclass(slots=True)
class MediaRecord(Record):
    """A file that the site kept: `address` as the site served it, `file` below its uploads."""

    address: str
    file: str = ""
    parent: str = ""
    position: int = 0
    title: str = ""
    caption: str = ""
    alt_text: str = ""
    credit: str = ""
    moment: Moment = field(default_factory=Moment)


@dataclass(slots=True)
class CommentRecord(Record):
    parent: str
    author_name: str
    body: str
    state: str
    moment: Moment
    # Why this is no reader's comment; empty for one that is.
    unwanted: str = ""


@dataclass(slots=True)
class TextRecord(Record):
    """A story or a page: what both have."""

    title: str
    slug: str
    body: str
    status: str
    moment: Moment
    number: str = ""
    # The addresses it had, most important first: paths with their query.
    old_paths: list[str] = field(default_factory=list)
    has_password: bool = False
    comments: list[CommentRecord] = field(default_factory=list)
    line: int = 0

    def digest(self) -> str:
        """Without the comments, which are items of their own, and the place in the file."""
        content = dataclasses.asdict(dataclasses.replace(self, comments=[], line=0))
        content.pop("label")
        return digest_of(content)


@dataclass(slots=True)
class StoryRecord(TextRecord):
    excerpt: str = ""
    modified: Moment = field(default_factory=Moment)
    # (login, name as written) of those who sign, in order.
    authors: list[tuple[str, str]] = field(default_factory=list)
    # (key, name) of categories and of tags.
    sections: list[tuple[str, str]] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)
    primary_section: str = ""
    # Terms of other taxonomies, for the report.
    other_terms: list[str] = field(default_factory=list)
    featured_media: str = ""


@dataclass(slots=True)
class PageRecord(TextRecord):
    pass


@dataclass(slots=True)
class StrayCommentRecord(CommentRecord):
    """A comment that stands for itself in the export and names its story."""

    story: str = ""


@dataclass(slots=True)
class ExtensionRecord(Record):
    """A row that only our own export knows: a person, an office, a related story, …"""

    kind: str


@dataclass(slots=True)
class Ignored(Record):
    """An item of a kind that a newsroom has no place for; `reason` says which."""

    reason: str
