"""The memory of imports: which item of a site became which row, and whether either has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from enum import Enum

from django.db.models import Q, QuerySet

from newsroom.models import ImportedItem

Kind = ImportedItem.Kind
KEY_LENGTH = 200


class Standing(Enum):
    """How an item of the export stands to what is here."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"


class Ledger:
    """What is known about the items of one site."""

    def __init__(self, source: str) -> None:
        self.source = source

    def get(self, kind: Kind, key: str) -> ImportedItem | None:
        """The item, if it was taken over by this or an earlier run."""
        item: ImportedItem | None = self._items(kind).filter(key=fitting(key)).first()
        return item

    def get_many(self, kind: Kind, keys: Collection[str]) -> dict[str, ImportedItem]:
        """Those of the items that were taken over, by key."""
        by_fitting = {fitting(key): key for key in keys}
        found = self._items(kind).filter(key__in=by_fitting)
        return {by_fitting[item.key]: item for item in found}

    def media(
        self, addresses: Collection[str], numbers: Collection[str], parent: str = ""
    ) -> list[ImportedItem]:
        """The pictures with one of these addresses or numbers, or all that belong to `parent`."""
        which = Q(address__in=addresses) | Q(key__in=numbers)
        if parent:
            which |= Q(parent=parent)
        return list(self._items(Kind.MEDIA).filter(which).order_by("id"))

    def object_ids(self, kind: Kind) -> QuerySet[ImportedItem, dict[str, int]]:
        """The numbers of all rows that items of this kind became, as a query."""
        return self._items(kind).values("object_id")

    def standing(self, item: ImportedItem | None, digest: str) -> Standing:
        """Compare an item with the fingerprint that the export has of it now.

        An earlier state of it is no change: an old export never takes back a newer one.
        """
        if item is None:
            return Standing.NEW
        known = item.digest == digest or digest in item.earlier_digests
        return Standing.UNCHANGED if known else Standing.CHANGED

    def remember(
        self,
        kind: Kind,
        key: str,
        object_id: int,
        digest: str,
        *,
        state: str = "",
        address: str = "",
        parent: str = "",
    ) -> ImportedItem:
        """Note a new item, in the transaction that writes its row."""
        return ImportedItem.objects.create(
            source=self.source,
            kind=kind,
            key=fitting(key),
            object_id=object_id,
            digest=digest,
            state=state,
            address=address,
            parent=fitting(parent),
        )

    def remember_all(self, kind: Kind, rows: Iterable[tuple[str, int, str, str]]) -> None:
        """Note many new items: (key, number of the row, fingerprint, state) each."""
        ImportedItem.objects.bulk_create(
            ImportedItem(
                source=self.source,
                kind=kind,
                key=fitting(key),
                object_id=pk,
                digest=digest,
                state=state,
            )
            for key, pk, digest, state in rows
        )

    def update(self, item: ImportedItem, digest: str, state: str) -> None:
        """Note that a changed item was taken over again."""
        if digest != item.digest:
            item.earlier_digests = [*item.earlier_digests, item.digest]
        item.digest, item.state = digest, state
        item.save(update_fields=["digest", "earlier_digests", "state"])

    def _items(self, kind: Kind) -> QuerySet[ImportedItem]:
        return ImportedItem.objects.filter(source=self.source, kind=kind)


def fitting(key: str) -> str:
    """The key as the column can hold it: a long one ends in its hash."""
    key = key.replace("\x00", "")
    if len(key) <= KEY_LENGTH:
        return key
    ending = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{key[: KEY_LENGTH - 33]}#{ending}"
