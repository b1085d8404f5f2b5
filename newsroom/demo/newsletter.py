"""The demo's newsletter: a few subscribers, and yesterday's issue with what became of its letters."""

from __future__ import annotations

import datetime

from django.utils import timezone

from accounts.models import User
from articles.models import Section
from newsletter import issues, sending, subscribing
from newsletter.choices import DeliveryState, Form, LeftBy
from newsletter.models import Issue, Newsletter, Subscriber

from .accounts import DOMAIN

# Name, and the sections that were chosen; none for all.
SUBSCRIBERS: dict[str, tuple[str, ...]] = {
    "ummu-kalsum": (),
    "ambo-tuwo": ("pemerintahan", "ekonomi"),
    "nirwana": (),
    "baso-lanti": ("lingkungan", "olahraga"),
    "hj-rosmini": (),
}
LEFT = "andi-gone"
GREETING = "Selamat pagi, Tompolangi! Inilah yang terjadi sejak kemarin."
# What a server says of a mailbox that is full.
FULL = "552 5.2.2 Mailbox full"


def load_newsletter(users: dict[str, User], sections: dict[str, Section]) -> None:
    """Subscribers by the same doors as everybody's, and the issue as yesterday's job would have made it."""
    for name, chosen in {**SUBSCRIBERS, LEFT: ()}.items():
        _subscribe(f"{name}@pembaca.{DOMAIN}", [sections[slug] for slug in chosen])
    newsletter = Newsletter.objects.create()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    issue = Issue.objects.create(day=yesterday, greeting=GREETING, changed_by=users["editor"])
    made = issues.make(issue, newsletter, issues.due_at(yesterday, newsletter))
    if made is not None:
        _deliver(made)
    gone = subscribing.find(f"{LEFT}@pembaca.{DOMAIN}")
    assert gone is not None
    subscribing.leave(gone, by=LeftBy.ONE_CLICK)


def _subscribe(email: str, sections: list[Section]) -> None:
    """Confirmed a week ago, without the letters that this would write today."""
    week_ago = timezone.now() - datetime.timedelta(days=7)
    row = subscribing.begin(email, form=Form.PAGE, sections=sections or None)
    subscribing.confirm(row)
    Subscriber.objects.filter(pk=row.pk).update(asked_at=week_ago, confirmed_at=week_ago)


def _deliver(issue: Issue) -> None:
    """As the mail server of a small town would have taken them: all but one."""
    assert issue.made_at is not None
    rows = issue.deliveries.order_by("id")
    rows.update(state=DeliveryState.TAKEN, taken_at=issue.made_at, attempts=1)
    full = rows.first()
    assert full is not None
    failed = rows.filter(pk=full.pk)
    failed.update(state=DeliveryState.FAILED, ended_at=issue.made_at, last_error=FULL)
    rows.filter(state=DeliveryState.TAKEN).update(state=DeliveryState.SENT, ended_at=issue.made_at)
    sending.take_stock(issue.pk)
