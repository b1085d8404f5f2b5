"""What the parts of one import share."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db import models

from articles.models import Article, Author, Page, Photo, Place, Section

from .dates import SiteClock
from .ledger import Kind, Ledger
from .mediafiles import MediaFolder
from .report import Report

# Under which kind the ledger knows the rows that an export names by a key of its own.
_KINDS: dict[type[models.Model], Kind] = {
    Article: Kind.ARTICLE,
    Author: Kind.AUTHOR,
    Page: Kind.PAGE,
    Photo: Kind.MEDIA,
    Section: Kind.SECTION,
}
# The same people stand in many stories; more of them than this are looked up again.
MAX_KNOWN = 20_000


@dataclass(slots=True)
class Context:
    """One site, on its way into this newsroom."""

    ledger: Ledger
    report: Report
    clock: SiteClock
    media: MediaFolder
    # Of the old site, for addresses that name none.
    host: str = ""
    default_section: Section | None = None
    _known: dict[tuple[type[models.Model], str], int] = field(default_factory=dict)

    def resolve(self, model: type[models.Model], key: str) -> int | None:
        """The number here of a row that our own export names by `key`; None when it is not here."""
        number = self._known.get((model, key))
        if number is None:
            number = self._look_up(model, key)
            if number is not None:
                if len(self._known) >= MAX_KNOWN:
                    self._known.clear()
                self._known[model, key] = number
        return number

    def forget(self) -> None:
        """After a transaction that failed: what it had written is not there."""
        self._known.clear()

    def _look_up(self, model: type[models.Model], key: str) -> int | None:
        if model is get_user_model():
            return (
                model._default_manager.filter(email__iexact=key)
                .values_list("pk", flat=True)
                .first()
            )
        if model is Place and not key.startswith("#"):
            return Place.objects.filter(code=key).values_list("pk", flat=True).first()
        kind = _KINDS.get(model)
        if kind is None:
            item = self.ledger.get(Kind.EXTENSION, extension_key(model._meta.model_name, key))
        else:
            item = self.ledger.get(kind, key)
        return item.object_id if item else None


def extension_key(kind: str | None, key: str) -> str:
    """The ledger's key of a row that only our own export carries."""
    return f"{kind} {key}"
