"""An import from beginning to end: twice through the files, an item a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from articles.models import Photo, Section

from .addresses import host_of, source_of
from .blogger import read_blogger
from .context import Context
from .dates import SiteClock
from .elements import Break, Element
from .extension import AFTER_STORIES, Extension
from .ledger import Kind, Ledger
from .library import Library, Nowhere
from .mediafiles import MediaFolder
from .pages import Pages
from .progress import Progress
from .records import (
    AuthorRecord,
    ExtensionRecord,
    Ignored,
    MediaRecord,
    PageRecord,
    Record,
    SectionRecord,
    Site,
    StoryRecord,
    StrayCommentRecord,
    TagRecord,
)
from .report import Report
from .source import ExportFile
from .stories import Stories
from .stray import StrayComments
from .terms import Terms
from .threads import Threads
from .wordpress import read_wordpress

Reader = Callable[[ExportFile, list[str]], Iterator[Site | Record | Break]]
READERS: dict[str, Reader] = {"wordpress": read_wordpress, "blogger": read_blogger}


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who runs an import may decide."""

    media: Path | None = None
    may_fetch: bool = False
    default_section: Section | None = None
    zone: ZoneInfo | None = None
    is_dry_run: bool = False


@dataclass(slots=True)
class _Part:
    """What is being imported from one site, which several files may share."""

    context: Context
    terms: Terms
    library: Library
    stories: Stories
    pages: Pages
    threads: Threads
    extension: Extension
    # Names that stories use; those that no record explains are made from the name alone.
    authors: dict[str, str] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


class Import:
    """Reads the files of one or more sites of one system. Use it once.

    The first reading takes over the names and pictures that stories refer to, wherever in the
    files they stand; the second one the stories, pages and comments. Nothing of the files is
    kept in memory but those names.
    """

    def __init__(
        self, system: str, files: list[ExportFile], options: Options, out: IO[str]
    ) -> None:
        self._system = system
        self._files = files
        self._options = options
        self._out = out
        self.report = Report()
        self.is_whole = True
        self._parts: dict[str, _Part] = {}
        self._has_stray_comments = False
        self._stray = StrayComments()

    def run(self) -> Report:
        """Import everything that can be read. Raises ExportRefused before anything is written
        when a file cannot be used at all."""
        for file in self._files:
            self._check(file)
        readings = 2 if self._system == "wordpress" else 3
        self._progress = Progress(self._out, readings * sum(file.size for file in self._files))
        self._bytes_before = 0
        try:
            if self._options.is_dry_run:
                with transaction.atomic(), _files_thrown_away():
                    self._read_all()
                    transaction.set_rollback(True)
            else:
                self._read_all()
        finally:
            self._progress.finish()
        return self.report

    def _check(self, file: ExportFile) -> None:
        """Read to where it is clear that the file is an export of this system."""
        for found in READERS[self._system](file, []):
            if isinstance(found, Site):
                return

    def _read_all(self) -> None:
        for file in self._files:
            self._read(file, self._gather, is_first=True)
        for part in self._parts.values():
            self._complete(part)
        for file in self._files:
            self._read(file, self._write, self._write_comments)
        while self._has_stray_comments:
            for file in self._files:
                self._read(file, self._write_stray_comment)
            self._has_stray_comments = self._stray.next_round()

    def _read(
        self, file: ExportFile, *steps: Callable[[_Part, Record], None], is_first: bool = False
    ) -> None:
        """Read a file and take each of its items through the steps, each a transaction."""
        notes: list[str] = []
        part: _Part | None = None
        for found in READERS[self._system](file, notes):
            if isinstance(found, Site):
                part = self._part(found, file)
            elif isinstance(found, Break):
                if is_first:
                    self._broken(found, file)
            elif part is not None:
                for step in steps:
                    self._one(part, found, step)
            self._progress.step(self._bytes_before + file.bytes_read)
        self._bytes_before += file.size
        if is_first:
            self.is_whole = self.is_whole and not file.cut_short
            for note in notes:
                self.report.problem(str(file), note)

    def _part(self, site: Site, file: ExportFile) -> _Part:
        source = source_of(site, file.path.stem)
        if source not in self._parts:
            options = self._options
            context = Context(
                Ledger(source),
                self.report,
                SiteClock(options.zone, ZoneInfo(settings.TIME_ZONE)),
                MediaFolder(options.media, may_fetch=options.may_fetch),
                host_of(site.base_url or site.link),
                options.default_section,
            )
            terms, library = Terms(context), Library(context)
            is_wordpress = self._system == "wordpress"
            self._parts[source] = _Part(
                context,
                terms,
                library,
                Stories(context, terms, library, is_wordpress=is_wordpress),
                Pages(context, library, is_wordpress=is_wordpress),
                Threads(context),
                Extension(context),
            )
        return self._parts[source]

    def _one(self, part: _Part, record: Record, take: Callable[[_Part, Record], None]) -> None:
        """Take one item in its own transaction; what cannot stand in the database is reported."""
        mark = self.report.mark()
        try:
            with transaction.atomic():
                take(part, record)
        except (OperationalError, InterfaceError):
            # The database is gone, not the item: the run ends, and can be started again.
            raise
        except (DatabaseError, ValueError, OverflowError) as error:
            self.report.go_back(mark)
            part.context.forget()
            reason = _("It could not be written: %(error)s") % {"error": str(error).split("\n")[0]}
            if kind := _COUNTS.get(type(record)):
                self.report.skipped(kind, record.label, reason)
            else:
                self.report.problem(record.label, reason)

    # The first reading

    def _gather(self, part: _Part, record: Record) -> None:
        match record:
            case AuthorRecord():
                part.terms.author(record)
            case SectionRecord():
                part.terms.section(record)
            case TagRecord():
                part.terms.tag(record)
            case MediaRecord():
                part.library.take(record)
            case ExtensionRecord() if record.kind not in AFTER_STORIES:
                part.extension.take(record)
            case Ignored():
                self.report.problem(record.label, record.reason)
            case StoryRecord() | PageRecord():
                part.context.clock.observe(record.moment)
                if isinstance(record, StoryRecord) and record.data is None:
                    self._note_names(part, record)
            case StrayCommentRecord():
                self._has_stray_comments = True

    def _note_names(self, part: _Part, record: StoryRecord) -> None:
        for names, mentioned in (
            (part.authors, record.authors),
            (part.sections, record.sections),
            (part.tags, record.tags),
        ):
            for key, name in mentioned:
                names[key] = names.get(key) or name

    def _complete(self, part: _Part) -> None:
        """Make what stories name but no record of the files explains."""
        for login, name in part.authors.items():
            if not part.terms.is_seen(Kind.AUTHOR, login):
                # The first part of an e-mail names its owner well enough.
                shown = name or login.partition("@")[0]
                self._one(part, AuthorRecord(f"author {shown}", login, shown), self._gather)
        for key, name in part.sections.items():
            if not part.terms.is_seen(Kind.SECTION, key):
                self._one(part, SectionRecord(f"category “{name}”", key, name, key), self._gather)
        for key, name in part.tags.items():
            if not part.terms.is_seen(Kind.TAG, key):
                self._one(part, TagRecord(f"tag “{name}”", key, name, key), self._gather)

    def _broken(self, broken: Break, file: ExportFile) -> None:
        self.is_whole = False
        where = _(
            "The file is not well-formed in line %(line)d, column %(column)d (%(error)s)."
        ) % {"line": broken.line, "column": broken.column, "error": broken.message}
        if broken.lost is None:
            self.report.problem(str(file), where)
            return
        kind, label = _lost_item(broken.lost)
        if kind:
            self.report.skipped(kind, label, where)
        else:
            self.report.problem(label, where)

    # The second reading

    def _write(self, part: _Part, record: Record) -> None:
        match record:
            case StoryRecord():
                part.stories.take(record)
            case PageRecord():
                part.pages.take(record)
            case ExtensionRecord() if record.kind in AFTER_STORIES:
                part.extension.take(record)

    def _write_stray_comment(self, part: _Part, record: Record) -> None:
        if isinstance(record, StrayCommentRecord):
            self._stray.take(part.stories, part.threads, record)

    def _write_comments(self, part: _Part, record: Record) -> None:
        """The comments that stand below their story, in a transaction of their own."""
        if isinstance(record, PageRecord):
            part.threads.skip(record.comments, _("Pages have no comments here."))
        elif isinstance(record, StoryRecord) and record.comments:
            article = part.stories.find(record.key)
            if article is None:
                part.threads.skip(record.comments, _("Its story was not taken over."))
            else:
                part.threads.take(article, record.comments)


_COUNTS: dict[type[Record], str] = {
    StoryRecord: "articles",
    PageRecord: "pages",
    AuthorRecord: "authors",
    SectionRecord: "sections",
    TagRecord: "tags",
    MediaRecord: "media",
    StrayCommentRecord: "comments",
}


def _lost_item(element: Element) -> tuple[str, str]:
    """What an item was that the break cut off, as far as it was read."""
    if element.name not in {"item", "entry"}:
        return "", element.name
    kind = element.value("wp", "post_type") or "post"
    title = element.value("", "title") or element.value("atom", "title")
    label = " ".join(filter(None, [kind, element.value("wp", "post_id"), title and f"“{title}”"]))
    return {"attachment": "media", "post": "articles", "page": "pages"}.get(kind, ""), label


@contextmanager
def _files_thrown_away() -> Iterator[None]:
    """Let photos be decoded and counted as ever, without writing their files."""
    field = Photo._meta.get_field("image")
    usual = field.storage
    field.storage = Nowhere(location=getattr(usual, "location", None), base_url=settings.MEDIA_URL)
    try:
        yield
    finally:
        field.storage = usual
