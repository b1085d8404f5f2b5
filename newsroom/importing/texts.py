"""What taking over a story and taking over a page have in common."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar, cast

from django.db import models
from django.utils.translation import gettext as _

from articles.sanitise import plain_text

from .bodies import convert
from .context import Context
from .extension import Extension
from .ledger import Kind, Standing
from .library import Library, TextPictures
from .records import TextRecord, digest_of
from .redirects import Redirects
from .text import free_slug, shorten

SLUG_LENGTH = 120
BEGINNING = 80
# Nobody wrote these, or somebody threw them away.
_LEFT_OUT = {"trash", "auto-draft", "inherit"}

Row = TypeVar("Row", bound=models.Model)
Taken = TypeVar("Taken", bound=TextRecord)


class Texts(Generic[Row, Taken]):
    """Takes items with a text over, each in the transaction of the caller.

    A subclass says what they become: `model`, `kind` in the ledger, `count` in the report, and
    how a row is filled.
    """

    model: ClassVar[type[models.Model]]
    kind: ClassVar[Kind]
    count: ClassVar[str]

    def __init__(self, context: Context, library: Library, *, is_wordpress: bool) -> None:
        self._context = context
        self._library = library
        self._extension = Extension(context)
        self._redirects = Redirects(context)
        self._is_wordpress = is_wordpress
        # The last item taken: its comments are asked for next.
        self._latest: tuple[str, Row | None] = ("", None)

    def fill(self, row: Row, record: Taken, pictures: TextPictures) -> str:
        """Write the row as the export has it, and whatever belongs to it; return its state."""
        raise NotImplementedError

    def state(self, row: Row) -> str:
        """A fingerprint of everything that an editor can change about the row."""
        raise NotImplementedError

    def has_old_addresses(self, row: Row) -> bool:
        """Whether the public knew the item."""
        raise NotImplementedError

    def find(self, key: str) -> Row | None:
        """The row that an item of the export became, if it is still here."""
        latest, row = self._latest
        if latest == key and row is not None:
            return row
        item = self._context.ledger.get(self.kind, key)
        return self._row(item.object_id) if item else None

    def take(self, record: Taken) -> None:
        """Import an item, unless it is here already or was edited here."""
        ledger, report = self._context.ledger, self._context.report
        if record.status in _LEFT_OUT:
            reason = _("Its state there is “%(state)s”.") % {"state": record.status}
            report.skipped(self.count, record.label, reason)
            return
        self._latest = ("", None)
        pictures = self._library.pictures_of(record)
        item = ledger.get(self.kind, record.key)
        standing = ledger.standing(item, _digest(record, pictures))
        row = self._row(item.object_id) if item else None
        if item is None:
            row = cast(Row, self.model())
            state = self.fill(row, record, pictures)
            # Only now is it known which pictures the text has found.
            ledger.remember(self.kind, record.key, row.pk, _digest(record, pictures), state=state)
            report.imported(self.count)
        elif standing is Standing.UNCHANGED:
            report.unchanged(self.count)
        elif row is None:
            report.skipped(self.count, record.label, _("It was deleted here since."))
        elif self.state(row) != item.state:
            reason = _("It was edited here since and stays as it is.")
            report.skipped(self.count, record.label, reason)
        else:
            state = self.fill(row, record, pictures)
            ledger.update(item, _digest(record, pictures), state)
            report.imported(self.count)
        # Our own export lists redirects by themselves.
        if row is not None and record.data is None and self.has_old_addresses(row):
            self._redirects.take(record, row)
        self._latest = (record.key, row)

    def _row(self, number: int) -> Any:
        return self.model._default_manager.filter(pk=number).first()

    def _title(self, record: Taken, limit: int, body: str) -> str:
        if len(record.title) > limit:
            self._context.report.problem(
                record.label,
                _("The title is longer than %(limit)d characters and was cut.") % {"limit": limit},
            )
        # A story without a title is known by how it begins.
        begins = plain_text(body).partition("\n")[0]
        return shorten(record.title, limit) or shorten(begins, BEGINNING) or _("Untitled")

    def _body(self, record: Taken, pictures: TextPictures) -> str:
        if record.data is not None:
            return self._extension.body(record, pictures)
        converted = convert(record.body, pictures.as_pictures(), is_wordpress=self._is_wordpress)
        for note in dict.fromkeys(converted.notes):
            self._context.report.problem(record.label, note)
        if pictures.missing:
            self._context.report.problem(
                record.label,
                _("Pictures of a gallery are not in the library and were left out: %(numbers)s.")
                % {"numbers": ", ".join(dict.fromkeys(pictures.missing))},
            )
        return converted.html


def unused(rows: models.QuerySet[Any], slug: str) -> str:
    """`slug`, or the first numbered one after it that none of `rows` has."""
    return free_slug(slug, lambda other: rows.filter(slug=other).exists(), limit=SLUG_LENGTH)


def _digest(record: TextRecord, pictures: TextPictures) -> str:
    """Of what the export says and of the pictures that are here for it: they may come later."""
    return digest_of(record.digest(), pictures.fingerprint())
