"""The only door to an arrangement of the front page: nobody replaces one that they did not see.

Arrangements are only added. One that stands ends when another begins; one to come is given up or
replaced by another; an older one comes back as a new one.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from auditlog.choices import Action
from auditlog.writing import write as write_audit
from pagecache import instant

from ..choices import FrontSlot, Status
from ..models import Article, FrontLayout, FrontPlacement, Publication
from .planning import FURTHEST, in_force, placed_in
from .refusing import Refused
from .slots import EVERY_SLOT, Placed

if TYPE_CHECKING:
    from accounts.models import User

ARRANGE = "articles.add_frontlayout"
LONGEST_NOTE = 300


@dataclass(frozen=True)
class Seen:
    """What somebody knew who arranges: the newest arrangement, and the one that stood; 0 for none."""

    newest: int = 0
    standing: int = 0


class Stale(Exception):
    """`layout` stands, or is planned, where somebody wants to write who never saw it."""

    def __init__(self, layout: FrontLayout | None) -> None:
        self.layout = layout
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Who did it, for the person who was late."""
        if self.layout is None:
            return _("The arrangement that you changed was given up meanwhile.")
        if self.layout.is_cancelled:
            return _("%(name)s gave this arrangement up after you opened it.") % {
                "name": self.layout.cancelled_by
            }
        return _("%(name)s arranged the front page after you opened it.") % {
            "name": self.layout.created_by
        }


def seen_now() -> Seen:
    """What a page that is shown now has seen; two queries."""
    newest = FrontLayout.objects.aggregate(newest=Max("pk"))["newest"]
    standing = in_force()
    return Seen(newest or 0, standing.pk if standing else 0)


def arrange(
    placed: Sequence[Placed],
    *,
    by: User,
    seen: Seen,
    starts_at: datetime.datetime | None = None,
    note: str = "",
    replaces: int | None = None,
) -> FrontLayout:
    """Put stories into slots, now or from `starts_at` on; empty slots fill themselves.

    The same again, as when a button was tapped twice, is the arrangement that was made.

    Args:
        seen: what the person knew (`seen_now` of the page that was shown).
        replaces: the key of a planned arrangement that this one takes the place of.

    Raises:
        Refused: somebody who may not, a time that has passed or is too far ahead, a place that there
            is not or twice, a story that may not stand there.
        Stale: there is an arrangement at that time that was not seen, or what is to be replaced has
            begun, was given up or replaced meanwhile.
    """
    _require_permission(by)
    with transaction.atomic():
        _lock()
        now = instant.now()
        if starts_at is not None:
            _require_time(starts_at, now)
        moment = starts_at or now
        _require_places(placed, moment)
        _require_stories(placed)
        if (stale := _unseen(moment, seen, replaces, is_now=starts_at is None)) is not None:
            if _is_the_same(stale.layout, placed, starts_at, by):
                return stale.layout  # type: ignore[return-value]
            raise stale
        if replaces is not None:
            _give_up(FrontLayout.objects.get(pk=replaces), by)
        layout = FrontLayout.objects.create(
            starts_at=moment, note=note[:LONGEST_NOTE], created_by=by
        )
        FrontPlacement.objects.bulk_create(
            FrontPlacement(
                layout=layout,
                slot=one.slot,
                position=one.position,
                article_id=one.article,
                until=one.until,
            )
            for one in placed
        )
        write_audit(Action.ADDED, by=by, about=layout)
    return layout


def cancel(layout: FrontLayout, *, by: User) -> None:
    """Give a planned arrangement up. Refused once it has begun: then arrange anew."""
    _require_permission(by)
    with transaction.atomic():
        _lock()
        row = FrontLayout.objects.get(pk=layout.pk)
        if row.is_cancelled:
            return
        if row.starts_at <= instant.now():
            raise Refused(
                _("This arrangement has begun: it ends when the front page is arranged anew.")
            )
        _give_up(row, by)
        write_audit(
            Action.CHANGED,
            by=by,
            about=row,
            details={"message": pgettext("of an arrangement", "Given up")},
        )


def restore(layout: FrontLayout, *, by: User, seen: Seen) -> tuple[FrontLayout, list[str]]:
    """Make the front page what it was in an older arrangement, as a new one that stands from now.

    Stories that may not stand there any more are left out; their headlines are the second answer. Times until
    which a story stood are not taken over when they have passed. Raises as `arrange` does.
    """
    now = instant.now()
    kept, left_out = [], []
    for row in layout.placements.select_related("article"):
        if why_not_placed(row.article):
            left_out.append(row.article.headline)
            continue
        until = row.until if row.until and row.until > now else None
        kept.append(Placed(FrontSlot(row.slot), row.position, row.article_id, until))
    note = _("Arrangement of %(time)s restored") % {
        "time": timezone.localtime(layout.starts_at).strftime("%d.%m.%Y %H.%M")
    }
    return arrange(kept, by=by, seen=seen, note=note), left_out


def why_not_placed(article: Article) -> str:
    """Why a story may not be put on the front page; empty when it may.

    A story that is not public yet may: until then its slot fills itself.
    """
    if article.is_working_copy:
        return _("These are changes to a public story: place the story itself.")
    if article.is_paid:
        return _("Somebody paid for the story: it is advertising, which does not stand here.")
    if article.status == Status.WITHDRAWN:
        return _("The story was withdrawn.")
    return ""


def _require_permission(by: User) -> None:
    if not by.has_perm(ARRANGE):
        raise Refused(_("You may not arrange the front page."))


def _lock() -> None:
    """Arrangements are made one after another. The row is also what carries them to readers."""
    Publication.objects.get_or_create(pk=1)
    Publication.objects.select_for_update(no_key=True).get(pk=1)


def _require_time(starts_at: datetime.datetime, now: datetime.datetime) -> None:
    if starts_at <= now:
        raise Refused(_("This time has passed. Choose a later one, or arrange the page now."))
    if starts_at > now + FURTHEST:
        raise Refused(_("The front page is planned at most a year ahead."))


def _require_places(placed: Sequence[Placed], starts_at: datetime.datetime) -> None:
    places = [(one.slot, one.position) for one in placed]
    if not set(places) <= set(EVERY_SLOT):
        raise Refused(_("There is no such place on the front page."))
    if len(set(places)) < len(places):
        raise Refused(_("Two stories stand in one place."))
    if len({one.article for one in placed}) < len(placed):
        raise Refused(_("A story stands on the front page once."))
    if any(one.until and one.until <= starts_at for one in placed):
        raise Refused(_("A story stays in its place until a time after the page begins."))


def _require_stories(placed: Sequence[Placed]) -> None:
    keys = [one.article for one in placed]
    found = Article.objects.in_bulk(keys)
    for key in keys:
        if key not in found:
            raise Refused(_("There is no such story."))
        if reason := why_not_placed(found[key]):
            raise Refused(f"“{found[key].headline}”: {reason}")


def _unseen(
    moment: datetime.datetime, seen: Seen, replaces: int | None, *, is_now: bool
) -> Stale | None:
    if replaces is not None:
        old = FrontLayout.objects.filter(pk=replaces).first()
        if old is None or old.is_cancelled or old.starts_at <= instant.now():
            return Stale(_newest_after(seen) or old)
    stands = in_force(moment)
    if stands is None:
        return None
    is_unseen = stands.pk > seen.newest or (is_now and stands.pk != seen.standing)
    return Stale(stands) if is_unseen else None


def _newest_after(seen: Seen) -> FrontLayout | None:
    """What was arranged since, for who replaces something that is gone."""
    later = FrontLayout.objects.filter(pk__gt=seen.newest, is_cancelled=False)
    return later.select_related("created_by").order_by("-pk").first()


def _is_the_same(
    layout: FrontLayout | None,
    placed: Sequence[Placed],
    starts_at: datetime.datetime | None,
    by: User,
) -> bool:
    if layout is None or layout.is_cancelled or layout.created_by_id != by.pk:
        return False
    is_then = starts_at is None or layout.starts_at == starts_at
    return is_then and set(placed_in(layout)) == set(placed)


def _give_up(layout: FrontLayout, by: User) -> None:
    layout.is_cancelled = True
    layout.cancelled_by = by
    layout.save(update_fields=["is_cancelled", "cancelled_by"])
