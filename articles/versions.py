"""What is written on top of what: nobody writes over a version that they did not see.

Every way of writing a story names the version that it began with and asks here, on the locked row. A save that
came too late is kept whole (`LateSave`) until its writer has chosen; a move that did is refused with what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import TextField, Value
from django.utils.translation import gettext as _

from . import checks, revisions
from .choices import Status
from .models import Article, LateSave, Revision
from .snapshots import CONTENTS, ROWS, Snapshot, apply, differing, snapshot
from .workflow import Refused

if TYPE_CHECKING:
    from accounts.models import User


class Stale(Exception):
    """The story was changed since `seen`; `unseen` are the revisions that did it, newest first."""

    def __init__(self, article: Article, seen: int, unseen: list[Revision]) -> None:
        self.article, self.seen, self.unseen = article, seen, unseen
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Who changed it, for the person who was late."""
        by = self.unseen[0].created_by if self.unseen else None
        if by is None:
            return _("The story was changed after you opened it.")
        return _("%(name)s changed the story after you opened it.") % {"name": by}


def require_seen(row: Article, seen: int | None, *, tab: str = "") -> None:
    """Raise Stale when the contents of `row`, which is locked, were changed after version `seen`.

    What the same form (`tab`) saved itself is no such change, nor is a move that left the text alone. A form
    that does not say what it saw has seen nothing.
    """
    seen = -1 if seen is None or seen < 0 else seen
    if seen >= row.version:
        return
    unseen = [
        one
        for one in revisions.of(row).filter(number__gt=seen).select_related("created_by")
        if set(one.changed) & set(CONTENTS) and not (tab and one.tab == tab)
    ]
    if unseen:
        raise Stale(row, seen, unseen)


def write(row: Article, contents: Snapshot, keys: tuple[str, ...] = CONTENTS) -> list[str]:
    """Make a locked story what `contents` says of `keys`; what could not be put back, see `snapshots.apply`.

    Raises Refused for fields that break a rule of the table beside the others, and where a story that comes out
    by itself, at its time, would get a blocking finding that it had not. Whoever calls takes everything back then.
    """
    is_unattended = row.status == Status.PUBLISHED
    before = checks.before_publishing(row) if is_unattended else []
    try:
        with transaction.atomic():
            lost = apply(row, contents, keys)
    except IntegrityError:
        raise Refused(
            _("These fields cannot stand beside the others as they are now: take more of them.")
        ) from None
    if is_unattended:
        after = checks.before_publishing(Article.objects.get(pk=row.pk))
        if worse := checks.made_worse(before, after):
            raise Refused(" ".join(finding.message for finding in worse))
    return lost


def put_back(row: Article, before: Snapshot) -> None:
    """Make a locked story again what it was, after a form was written into it only to be read there.

    `row` is the story as it was read before that, with every column untouched. Nobody sees anything in between,
    and the story does not count as saved. Each column that differs is written back as it was found, the text
    byte for byte.
    """
    columns = [
        field.attname
        for field in Article._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    found = {name: getattr(row, name) for name in columns}
    rows = tuple(key for key in differing(before, snapshot(row)) if key in ROWS)
    if rows:
        apply(row, before, rows)
    written = Article.objects.filter(pk=row.pk).values(*columns).get()
    apart = {name: value for name, value in found.items() if written[name] != value}
    if "body" in apart:
        # Past the cleaning of the column: a text from before one of today's rules is changed by whoever saves
        # it, not because somebody had the form open.
        apart["body"] = Value(apart["body"], output_field=TextField())
    if apart:
        Article.objects.filter(pk=row.pk).update(**apart)
    for name, value in found.items():
        setattr(row, name, value)


def keep_late(
    article: Article, contents: Snapshot, *, by: User, seen: int, tab: str = "", note: str = ""
) -> LateSave:
    """Keep a save that came too late. A second one of the same form takes the place of the first."""
    with transaction.atomic():
        if tab:
            LateSave.objects.filter(article=article, user=by, tab=tab).delete()
        return LateSave.objects.create(
            article=article,
            user=by,
            snapshot=contents,
            seen_version=max(seen, 0),
            tab=tab,
            note=note[:300],
        )


@dataclass(frozen=True)
class Versions:
    """The three versions that a choice is made between; `base` is None when it is not known."""

    base: Snapshot | None
    mine: Snapshot
    theirs: Snapshot

    @property
    def disputed(self) -> list[str]:
        """Keys that both changed, differently; all that differ when the base is not known."""
        apart = [key for key in differing(self.theirs, self.mine) if key in CONTENTS]
        if self.base is None:
            return apart
        mine, theirs = differing(self.base, self.mine), differing(self.base, self.theirs)
        return [key for key in apart if key in mine and key in theirs]

    @property
    def merged(self) -> Snapshot:
        """Each key from the side that changed it; disputed ones as `theirs`, until somebody chooses."""
        if self.base is None:
            return dict(self.theirs)
        mine = [key for key in differing(self.base, self.mine) if key not in self.disputed]
        return self.theirs | {key: self.mine[key] for key in mine if key in CONTENTS}


def of_late(late: LateSave) -> Versions:
    """What a late save is to be compared with now."""
    base = revisions.seen_as(late.article, late.seen_version)
    return Versions(base.snapshot if base else None, late.snapshot, snapshot(late.article))


def settle(late: LateSave, chosen: Snapshot, *, by: User, seen: int | None) -> list[str]:
    """Write what was chosen as the story's next version; the late save is gone then.

    `seen` is the version that the choice was made against. Returns what could not be put back (see
    `snapshots.apply`). Raises Stale when somebody saved once more meanwhile, and Refused as `write` does; the late
    save stands then.
    """
    with transaction.atomic():
        row = Article.objects.lock(late.article)
        require_seen(row, seen)
        lost = write(row, chosen)
        revisions.record(row, by=by, note=late.note, tab=late.tab)
        late.delete()
    return lost


def restore(
    article: Article,
    revision: Revision,
    *,
    by: User,
    seen: int | None,
    keys: tuple[str, ...] = CONTENTS,
) -> list[str]:
    """Make the story what it was in `revision`, or only `keys` of it, as a new revision.

    For a draft or a working copy: a public story gets its working copy first (`articles.changes`). Returns
    what could not be put back. Raises Stale, Refused as `write` does, and ValueError for a revision of another
    story.
    """
    if revision.article_id != article.story.pk:
        raise ValueError("A revision of another story")
    with transaction.atomic():
        row = Article.objects.lock(article)
        require_seen(row, seen)
        lost = write(row, revision.snapshot, keys)
        note = _("Version %(number)s restored") % {"number": revision.number}
        revisions.record(row, by=by, note=note)
    for field in ("version", "headline"):
        setattr(article, field, getattr(row, field))
    return lost
