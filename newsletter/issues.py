"""When issues are made, and what editors say about one: the only doors to an `Issue` before its letters go.

An issue is frozen in one transaction: its entries, its subject, and one delivery for each subscriber of that
moment. So either all of it is there or nothing, and whoever was confirmed then has a letter coming.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pagecache import instant

from . import contents
from .choices import DeliveryState, IssueState, Standing
from .contents import Contents
from .models import Delivery, Entry, Issue, Newsletter
from .models.issues import LONGEST_GREETING

if TYPE_CHECKING:
    from accounts.models import User

EDIT = "newsletter.edit_issue"
# A server that was off in the morning still sends; in the afternoon the day's stories wait for tomorrow.
LATEST = datetime.timedelta(hours=6)
# Yesterday's news is not sent tomorrow: letters that still wait then have failed.
TOO_LATE = datetime.timedelta(hours=18)
# How far back the stories of an issue reach, when there was none for long.
FURTHEST = datetime.timedelta(days=3)
# A story carries the moment at which its editor pressed the button, and is committed a moment later: an issue made in
# between did not see it. So the next one looks back beyond where the last one ended; longer than any of this takes.
OVERLAP = datetime.timedelta(hours=1)
# The first issue of all speaks of one day.
FIRST = datetime.timedelta(days=1)

PLANNED, HELD, SKIPPED, EMPTY = (
    *(IssueState.PLANNED, IssueState.HELD),
    *(IssueState.SKIPPED, IssueState.EMPTY),
)
SENDING, STOPPED = IssueState.SENDING, IssueState.STOPPED
# What editors may do: from which states, to which.
MOVES: dict[str, tuple[frozenset[IssueState], IssueState]] = {
    "hold": (frozenset({PLANNED}), HELD),
    "release": (frozenset({HELD}), PLANNED),
    "skip": (frozenset({PLANNED, HELD}), SKIPPED),
    "restore": (frozenset({SKIPPED}), PLANNED),
    "stop": (frozenset({SENDING}), STOPPED),
    "resume": (frozenset({STOPPED}), SENDING),
}


class Refused(Exception):
    """`str()` is a sentence for the desk."""


@dataclass(frozen=True)
class Upcoming:
    """The next issue: its day, when it is due, and its row where editors have said something about it."""

    day: datetime.date
    due_at: datetime.datetime
    issue: Issue | None


def due_at(day: datetime.date, newsletter: Newsletter) -> datetime.datetime:
    """When the issue of that day is made, on the publication's clock."""
    zone = timezone.get_default_timezone()
    return datetime.datetime.combine(day, newsletter.send_at, zone)


def upcoming(newsletter: Newsletter) -> Upcoming:
    """The issue that is made next, or waits for an editor's word; one query."""
    now, today = instant.now(), timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    known = {issue.day: issue for issue in Issue.objects.filter(day__in=[today, tomorrow])}
    state = known[today].state if today in known else PLANNED
    can_be_made = state == PLANNED and now <= due_at(today, newsletter) + LATEST
    day = today if state == HELD or can_be_made else tomorrow
    return Upcoming(day, due_at(day, newsletter), known.get(day))


def span(until: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    """From where to where the stories of an issue reach that is made then; one query.

    Spans overlap: `contents.gather` leaves out what has stood in an issue.
    """
    last = Issue.objects.made().order_by("-made_at", "-id").values_list("until", flat=True).first()
    since = until - FIRST if last is None else max(last - OVERLAP, until - FURTHEST)
    return min(since, until - datetime.timedelta(seconds=1)), until


def preview(newsletter: Newsletter) -> Contents:
    """What the next issue would hold if it were made now."""
    return contents.gather(*span(instant.now()), newsletter.order)


def as_it_would_be() -> tuple[Issue, Sequence[Entry]]:
    """The next issue if it were made now, with its entries, none of them saved; no entries when nothing came out."""
    newsletter = Newsletter.current()
    coming = upcoming(newsletter)
    return coming.issue or Issue(day=coming.day), preview(newsletter).entries


def make_due() -> Issue | None:
    """Make today's issue if its time has come and nobody holds it back; return it when letters go out.

    Any number of workers may ask at once: the row of the day is locked, and one makes it.
    """
    newsletter = Newsletter.current()
    now, today = instant.now(), timezone.localdate()
    due = due_at(today, newsletter)
    if not newsletter.is_on or now < due:
        return None
    # Asked each minute of the day: no lock where there is nothing to do.
    if now > due + LATEST or Issue.objects.filter(day=today).exclude(state=PLANNED).exists():
        return None
    with transaction.atomic():
        Issue.objects.get_or_create(day=today)
        issue = Issue.objects.select_for_update().get(day=today)
        if issue.state != PLANNED:
            return None
        return make(issue, newsletter, now)


def make(issue: Issue, newsletter: Newsletter, now: datetime.datetime) -> Issue | None:
    """Freeze a locked issue as of `now`; None when there is nothing to say, and then it has ended."""
    since, until = span(now)
    with translation.override(settings.LANGUAGE_CODE):
        found = contents.gather(since, until, newsletter.order)
    if not found:
        issue.state = EMPTY
        issue.save(update_fields=["state"])
        return None
    for entry in found.entries:
        entry.issue = issue
    Entry.objects.bulk_create(found.entries)
    issue.recipients = _address_letters(issue, now)
    issue.state, issue.made_at, issue.next_batch_at = SENDING, now, now
    issue.since, issue.until = since, until
    issue.subject = found.lead.headline[:300]
    issue.save()
    return issue


# Whoever wants all, or something of what there is.
_LETTERS = f"""
INSERT INTO newsletter_delivery (issue_id, subscriber_id, state, due_at, attempts, last_error)
SELECT %(issue)s, subscriber.id, '{DeliveryState.WAITING}', %(now)s, 0, ''
FROM newsletter_subscriber subscriber
WHERE subscriber.standing = '{Standing.CONFIRMED}' AND (subscriber.wants_all OR EXISTS (
    SELECT 1 FROM newsletter_subscriber_sections chosen
    JOIN newsletter_entry entry ON entry.section_id = chosen.section_id AND entry.issue_id = %(issue)s
        -- A paid story or a correction alone makes no letter.
        AND entry.label = ''
    WHERE chosen.subscriber_id = subscriber.id))
"""


def _address_letters(issue: Issue, now: datetime.datetime) -> int:
    """Write a delivery for everybody who is subscribed now and gets something; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_LETTERS, {"issue": issue.pk, "now": now})
        return int(cursor.rowcount)


def greet(day: datetime.date, greeting: str, *, by: User) -> Issue:
    """Put a greeting above the stories of an issue to come. Raises Refused."""
    _may(by)
    words = " ".join(greeting.split())
    if len(words) > LONGEST_GREETING:
        raise Refused(
            _("The greeting is longer than %(most)s characters. Please shorten it.")
            % {"most": LONGEST_GREETING}
        )
    with transaction.atomic():
        issue = _locked(day)
        if not may_greet(issue):
            raise Refused(_("This issue is made already, or does not go out: it gets no greeting."))
        issue.greeting, issue.changed_by = words, by
        issue.save(update_fields=["greeting", "changed_by"])
    return issue


def move(day: datetime.date, name: str, *, by: User) -> Issue:
    """Hold an issue back, release it, skip or restore it, stop its letters or let them go on.

    Args:
        name: a key of MOVES.

    Raises Refused when it is not allowed, or not any more: somebody else or the clock was faster.
    """
    _may(by)
    sources, goal = MOVES[name]
    with transaction.atomic():
        issue = _locked(day)
        if issue.state not in sources:
            raise Refused(
                _("That is not possible any more: the issue is “%(state)s”.")
                % {"state": issue.get_state_display()}
            )
        if name == "resume" and not _has_letters(issue):
            raise Refused(_("No letter of this issue is left to send, or it is too late for them."))
        now = instant.now()
        if day < timezone.localdate(now) and goal in {PLANNED, HELD, SKIPPED}:
            raise Refused(_("The day of this issue is over. Its stories stand in the next one."))
        issue.state, issue.changed_by = goal, by
        issue.save(update_fields=["state", "changed_by"])
        newsletter = Newsletter.current()
        if goal == PLANNED and newsletter.is_on and now >= due_at(day, newsletter):
            # Its time has come already: who lets it go means now.
            make(issue, newsletter, now)
    return issue


def may_move(issue: Issue | None, name: str) -> bool:
    """Whether the button for a move belongs on the page of an issue; one that nobody touched is planned."""
    sources, _goal = MOVES[name]
    if (issue.state if issue else PLANNED) not in sources:
        return False
    return name != "resume" or (issue is not None and _has_letters(issue))


def _has_letters(issue: Issue) -> bool:
    """Whether letters of a stopped issue are left, and still worth sending."""
    if issue.made_at is None or issue.made_at < instant.now() - TOO_LATE:
        return False
    under_way = (DeliveryState.WAITING, DeliveryState.TAKEN)
    return Delivery.objects.filter(issue=issue, state__in=under_way).exists()


def may_greet(issue: Issue) -> bool:
    """Whether an issue is still to come, and so can have a greeting."""
    return issue.state in {PLANNED, HELD} and issue.day >= timezone.localdate()


def _may(by: User) -> None:
    if not by.has_perm(EDIT):
        raise Refused(_("You may not do this."))


def _locked(day: datetime.date) -> Issue:
    """The row of that day, made if need be, locked until the transaction ends."""
    if abs(day - timezone.localdate()) > datetime.timedelta(days=2):
        found = Issue.objects.select_for_update().filter(day=day).first()
        if found is None:
            raise Refused(_("There is no issue of this day."))
        return found
    Issue.objects.get_or_create(day=day)
    return Issue.objects.select_for_update().get(day=day)
