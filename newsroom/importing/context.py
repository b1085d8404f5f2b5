"""What the parts of one import share."""

from __future__ import annotations

from dataclasses import dataclass

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
    is_dry_run: bool = False

    def resolve(self, model: type[models.Model], key: str) -> int | None:
        """The number here of a row that our own export names by `key`; None when it is not here."""
        if model is get_user_model():
            return model.objects.filter(email__iexact=key).values_list("pk", flat=True).first()
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
