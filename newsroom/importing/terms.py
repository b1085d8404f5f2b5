"""Authors, sections and tags of an export become ours, or are found to be ours already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from articles.models import Author, Redirect, Section, Tag
from articles.slugs import unused_slug

from .context import Context
from .ledger import Kind, Standing
from .records import AuthorRecord, Record, SectionRecord, TagRecord, digest_of
from .rows import values_of
from .text import free_slug, shorten, slug_of

# WordPress's own section for what nobody sorted, in the languages of this field.
UNSORTED = {
    "uncategorized",
    "uncategorised",
    "tanpa-kategori",
    "tak-berkategori",
    "tidak-berkategori",
}
DEFAULT_SECTION = "berita"


class Terms:
    """Takes over the names that stories refer to; each counts once however often it is met."""

    def __init__(self, context: Context) -> None:
        self._context = context
        # The names by their keys.
        self._seen: dict[Kind, dict[str, str]] = {
            Kind.AUTHOR: {},
            Kind.SECTION: {},
            Kind.TAG: {},
        }
        self._ids: dict[tuple[Kind, str], int | None] = {}
        self.section_by_number: dict[str, str] = {}
        self.section_parents: dict[str, str] = {}

    def is_seen(self, kind: Kind, key: str) -> bool:
        return key in self._seen[kind]

    def author(self, record: AuthorRecord) -> None:
        name = self._cut(record, record.name, Author, "name")
        fields = {"name": name or _("Unnamed")}
        self._take(Kind.AUTHOR, "authors", record, Author, fields, self._new_author)

    def section(self, record: SectionRecord) -> None:
        if record.number:
            self.section_by_number[record.number] = record.key
        self.section_parents[record.key] = record.parent
        if record.key in UNSORTED and self._context.default_section is not None:
            self._only_once(
                Kind.SECTION,
                "sections",
                record,
                _("Its stories go to “%(section)s”.") % {"section": self._context.default_section},
            )
            self._lead(record, self._context.default_section)
            return
        fields = {
            "name": self._cut(record, record.name, Section, "name"),
            "description": self._cut(record, record.description, Section, "description"),
        }
        self._take(Kind.SECTION, "sections", record, Section, fields, self._new_section)

    def tag(self, record: TagRecord) -> None:
        fields = {"name": self._cut(record, record.name, Tag, "name")}
        self._take(Kind.TAG, "tags", record, Tag, fields, self._new_tag)

    def id_of(self, kind: Kind, key: str) -> int | None:
        """The row that a name of the export became; None when it did not come in."""
        if (kind, key) not in self._ids:
            item = self._context.ledger.get(kind, key)
            self._ids[kind, key] = item.object_id if item else None
        return self._ids[kind, key]

    def default_section_id(self) -> int:
        """Where stories without a section go: the one that was named, else “Berita”."""
        if self._context.default_section is not None:
            return int(self._context.default_section.pk)
        for key in UNSORTED:
            if (number := self.id_of(Kind.SECTION, key)) is not None:
                return number
        section, _is_new = Section.objects.get_or_create(
            slug=DEFAULT_SECTION, defaults={"name": _("News")}
        )
        return int(section.pk)

    def section_named(self, name: str) -> int | None:
        """A section that is here already, by its name or address, whatever the case."""
        which = models.Q(name__iexact=name) | models.Q(slug=slug_of(name, limit=60))
        return Section.objects.filter(which).values_list("pk", flat=True).first()

    def tag_id(self, name: str) -> int:
        """The tag of that name, made if there is none."""
        name = shorten(name, Tag._meta.get_field("name").max_length or 100)
        return self._find_or_make_tag(name).pk

    # Each kind's own

    def _new_author(self, record: Record, fields: dict[str, Any]) -> tuple[models.Model, bool]:
        # A name of the house that nobody of this site has claimed is the same person.
        claimed = self._context.ledger.object_ids(Kind.AUTHOR)
        same = Author.objects.filter(name__iexact=fields["name"]).exclude(pk__in=claimed)
        if record.data is None and (known := same.first()):
            return known, False
        slug = fields.pop("slug", "") or unused_slug(
            Author.objects.all(), fields["name"], "penulis"
        )
        slug = free_slug(slug, lambda s: Author.objects.filter(slug=s).exists(), limit=120)
        return Author.objects.create(slug=slug, **fields), True

    def _new_section(
        self, record: SectionRecord, fields: dict[str, Any]
    ) -> tuple[models.Model, bool]:
        slug = fields.pop("slug", "") or slug_of(record.slug, record.name, limit=60) or "rubrik"
        claimed = self._context.ledger.object_ids(Kind.SECTION)
        same = Section.objects.filter(slug=slug).exclude(pk__in=claimed)
        if known := same.first():
            return known, False
        slug = free_slug(slug, lambda s: Section.objects.filter(slug=s).exists(), limit=60)
        if record.parent:
            self._context.report.problem(
                record.label,
                _("It stood below “%(parent)s”; sections here stand side by side.")
                % {"parent": record.parent},
            )
        return Section.objects.create(slug=slug, **fields), True

    def _new_tag(self, record: TagRecord, fields: dict[str, Any]) -> tuple[models.Model, bool]:
        before = Tag.objects.filter(name__iexact=fields["name"]).first()
        wanted = fields.get("slug") or slug_of(record.slug, fields["name"], limit=100)
        if (
            before
            and self._context.ledger.object_ids(Kind.TAG).filter(object_id=before.pk).exists()
        ):
            self._context.report.problem(
                record.label, _("It became one with the tag “%(tag)s”.") % {"tag": before.name}
            )
            return before, True
        return before or self._find_or_make_tag(fields["name"], wanted), before is None

    def _find_or_make_tag(self, name: str, slug: str = "") -> Tag:
        known: Tag | None = Tag.objects.filter(name__iexact=name).first()
        if known is not None:
            return known
        wanted = slug or slug_of(name, limit=100) or "tag"
        free = free_slug(wanted, lambda s: Tag.objects.filter(slug=s).exists(), limit=100)
        tag: Tag = Tag.objects.create(name=name, slug=free)
        return tag

    # What is the same for all three

    def _take(
        self,
        kind: Kind,
        count: str,
        record: AuthorRecord | SectionRecord | TagRecord,
        model: type[models.Model],
        fields: dict[str, Any],
        make: Callable[[Any, dict[str, Any]], tuple[models.Model, bool]],
    ) -> None:
        ledger, report = self._context.ledger, self._context.report
        if not self._is_first_time(kind, record):
            return
        if record.data is not None:
            fields |= values_of(model, record.data, self._context.resolve)
        digest = record.digest()
        item = ledger.get(kind, record.key)
        standing = ledger.standing(item, digest)
        if item is None:
            row, is_new = make(record, dict(fields))
            # What was here before the import is the newsroom's: without a state it stays so.
            state = self._state(row, fields) if is_new else ""
            ledger.remember(kind, record.key, row.pk, digest, state=state)
            self._ids[kind, record.key] = row.pk
            self._lead(record, row)
            report.imported(count) if is_new else report.unchanged(count)
            return
        row = model._default_manager.filter(pk=item.object_id).first()
        self._ids[kind, record.key] = row.pk if row else None
        self._lead(record, row)
        if standing is Standing.UNCHANGED:
            report.unchanged(count)
        elif row is None:
            report.skipped(count, record.label, _("It was deleted here since."))
        elif item.state != self._state(row, fields):
            report.skipped(count, record.label, _("It was edited here since and stays as it is."))
        else:
            # The address stays: readers know it.
            fields.pop("slug", None)
            for name, value in fields.items():
                setattr(row, name, value)
            row.save()
            ledger.update(item, digest, self._state(row, fields))
            report.imported(count)

    def _lead(self, record: Record, row: models.Model | None) -> None:
        """Let the address that its list had by a number lead to ours; the first site of several keeps a number."""
        path = getattr(record, "old_path", "")
        if path and isinstance(row, Author | Section):
            target = row.get_absolute_url()
            Redirect.objects.get_or_create(path=path, defaults={"target": target})

    def _is_first_time(self, kind: Kind, record: AuthorRecord | SectionRecord | TagRecord) -> bool:
        known = self._seen[kind].get(record.key)
        if known is None:
            self._seen[kind][record.key] = record.name
        elif known != record.name:
            self._context.report.problem(
                record.label,
                _("The export has it already, as “%(name)s”; it counts once.") % {"name": known},
            )
        return known is None

    def _only_once(self, kind: Kind, count: str, record: SectionRecord, reason: str) -> None:
        if self._is_first_time(kind, record):
            self._context.report.skipped(count, record.label, reason)

    def _state(self, row: models.Model, fields: dict[str, Any]) -> str:
        return digest_of([str(getattr(row, name)) for name in sorted(fields) if name != "slug"])

    def _cut(self, record: Record, text: str, model: type[models.Model], field: str) -> str:
        limit = getattr(model._meta.get_field(field), "max_length", None) or len(text)
        if len(text) > limit:
            self._context.report.problem(
                record.label,
                _("“%(text)s” is longer than %(limit)d characters and was cut.")
                % {"text": text, "limit": limit},
            )
        return shorten(text, limit)
