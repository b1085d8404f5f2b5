"""What waits for editors: what to decide, what is late, what is planned."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import calendar, wording
from articles.choices import PublicPlace, Status
from articles.models import IdentityLeak
from articles.people import suspects

from .lines import SHOWN, Panel, Row
from .stories import panel, row, stories

if TYPE_CHECKING:
    from accounts.models import User

# Pairs of people are counted no further.
PAIRS_COUNTED = 99
# A story about this morning that waits longer than this is not news any more.
LATE_AFTER = datetime.timedelta(hours=2)
# The panel tells the next few of these days; the calendar has all.
PLANNED_AHEAD = datetime.timedelta(days=31)


def withdrawals(user: User) -> Iterator[Panel]:
    asked = stories().filter(status=Status.PUBLISHED, withdrawal_requested_at__isnull=False)
    yield panel(
        "withdrawals",
        _("Withdrawals that need a second person"),
        asked.exclude(withdrawal_requested_by=user).order_by("withdrawal_requested_at", "id"),
        ("withdraw", "drop_withdrawal_request"),
        user,
        is_urgent=True,
    )


def leaks() -> Iterator[Panel]:
    """Where readers can read a name that a story protects; nothing on the desk is more urgent."""
    rows = IdentityLeak.objects.select_related("article").order_by("-found_at", "-pk")
    found = list(rows.defer("article__body", "article__search")[: SHOWN + 1])
    yield Panel(
        key="leaks",
        title=_("Readers can read a name that a story protects"),
        rows=[
            Row(
                title=str(leak.article),
                url=_where_to_mend(leak),
                facts=[str(leak.get_place_display()), leak.name],
            )
            for leak in found[:SHOWN]
        ],
        has_more=len(found) > SHOWN,
        is_urgent=True,
    )


def _where_to_mend(leak: IdentityLeak) -> str:
    if leak.place == PublicPlace.COMMENT:
        return reverse("admin:comments_comment_change", args=[leak.row])
    if leak.place == PublicPlace.ADDRESS:
        return reverse("admin:articles_redirect_change", args=[leak.row])
    if leak.place == PublicPlace.CORRECTION:
        return reverse("admin:articles_correction_change", args=[leak.row])
    if leak.place == PublicPlace.BREAKING:
        return reverse("admin:articles_breakingnews_changelist")
    return reverse("admin:articles_article_change", args=[leak.article_id])


def for_editors(user: User) -> Iterator[Panel]:
    late_since = timezone.now() - LATE_AFTER
    yield panel(
        "embargo-over",
        _("Late: the embargo is over and the story is not out"),
        stories()
        .without_copies()
        .filter(not_before__lte=timezone.now())
        .exclude(status__in=[Status.PUBLISHED, Status.WITHDRAWN])
        .order_by("not_before", "id"),
        ("approve", "publish", "schedule"),
        user,
        is_urgent=True,
    )
    in_review = stories().filter(status=Status.IN_REVIEW).order_by("saved_at", "id")
    review_moves = ("approve", "publish", "send_back")
    yield panel(
        "late",
        _("Late: waiting for an editor for more than two hours"),
        in_review.filter(saved_at__lt=late_since),
        review_moves,
        user,
        more="state=in_review",
        is_urgent=True,
    )
    yield panel(
        "to-review",
        _("To review"),
        in_review.filter(saved_at__gte=late_since),
        review_moves,
        user,
        more="state=in_review",
        empty=_("Nobody has handed in anything new."),
    )
    yield panel(
        "approved",
        _("Approved, not scheduled"),
        stories().filter(status=Status.APPROVED).order_by("saved_at", "id"),
        ("publish", "schedule"),
        user,
        more="state=approved",
    )
    yield _planned(user)
    yield panel(
        "returned",
        _("Returned, not handed in again"),
        stories().filter(status=Status.RETURNED).exclude(_is_by(user)).order_by("saved_at", "id"),
        (),
        user,
        more="state=returned",
        with_note=True,
    )


def _planned(user: User) -> Panel:
    """What happens next, of all that the calendar knows; a scheduled story can be taken back here."""
    now = timezone.now()
    found = calendar.planned(now, now + PLANNED_AHEAD)
    rows = []
    for one in found[:SHOWN]:
        if one.kind is calendar.Kind.OUT and one.article:
            rows.append(row(one.article, ("unschedule",), user, with_note=False))
            continue
        time = " · ".join(filter(None, [wording.at_home(one.at), one.time_there]))
        story = one.article and reverse("admin:articles_article_change", args=[one.article.pk])
        facts = [f"{one.kind.label}: {time}", *one.warnings]
        rows.append(Row(title=one.title, url=story or "", facts=facts))
    return Panel(
        key="scheduled",
        title=_("Planned"),
        rows=rows,
        more_url=reverse("admin:articles_article_calendar"),
        has_more=len(found) > SHOWN,
        is_urgent=any(one.warnings for one in found[:SHOWN]),
    )


def changes(user: User) -> Iterator[Panel]:
    """Changes to public stories that nobody has handed in yet: readers still see the old text."""
    copies = stories().filter(changes_to__isnull=False, status__in=[Status.DRAFT, Status.RETURNED])
    yield panel(
        "changes",
        _("Changes not published yet"),
        copies.exclude(_is_by(user)).order_by("saved_at", "id"),
        ("publish",),
        user,
    )


def duplicates() -> Iterator[Panel]:
    """People who may have been entered twice: found at night, so that this reads an index."""
    likely = suspects.open_pairs(timezone.localdate()).filter(is_strong=True).order_by()
    number = likely[: PAIRS_COUNTED + 1].values("pk").count()
    if not number:
        return
    words = ngettext("%(count)s likely duplicate", "%(count)s likely duplicates", number)
    printed = f"{PAIRS_COUNTED}+" if number > PAIRS_COUNTED else str(number)
    yield Panel(
        "duplicates",
        _("People entered twice?"),
        [
            Row(
                title=words % {"count": printed},
                url=reverse("admin:articles_person_duplicates"),
                facts=[_("nothing is merged by itself")],
            )
        ],
    )


def _is_by(user: User) -> Q:
    return Q(created_by=user)
