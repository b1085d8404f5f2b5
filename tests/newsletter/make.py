"""Rows and carriers for the tests of the newsletter."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from articles.models import Article
from newsletter import issues, links, subscribing
from newsletter.addresses import fingerprint
from newsletter.choices import Form, Standing
from newsletter.models import Issue, Newsletter, Subscriber
from newsletter.postman import Fate, Outcome
from tests.factories import ArticleFactory, SectionFactory

_NUMBERS = itertools.count(1)


def subscriber(email: str = "", *, sections: Any = None, **fields: Any) -> Subscriber:
    """Somebody who gets the newsletter; with `sections` only these."""
    email = email or f"reader{next(_NUMBERS)}@example.org"
    now = timezone.now()
    values: dict[str, Any] = {
        "email": email,
        "email_hash": fingerprint(email),
        "key": links.new_key(),
        "standing": Standing.CONFIRMED,
        "asked_by": Form.PAGE,
        "asked_at": now - datetime.timedelta(days=3),
        "confirmed_at": now - datetime.timedelta(days=3),
        "wants_all": sections is None,
    }
    row = Subscriber.objects.create(**values | fields)
    row.sections.set(sections or [])
    return row


def story(headline: str = "", *, minutes_ago: int = 60, **fields: Any) -> Article:
    """A public story of this day."""
    fields.setdefault("section", None)
    fields["section"] = fields["section"] or SectionFactory()
    if headline:
        fields["headline"] = headline
    fields["publish_at"] = timezone.now() - datetime.timedelta(minutes=minutes_ago)
    return ArticleFactory(is_public=True, **fields)


def made_issue(day: datetime.date | None = None) -> Issue:
    """Today's issue (or another day's), made now through the door that the job uses."""
    day = day or timezone.localdate()
    issue = Issue.objects.get_or_create(day=day)[0]
    made = issues.make(issue, Newsletter.current(), timezone.now())
    assert made is not None, "no story came out"
    return made


def open_subscription(email: str = "rani@example.org", **more: Any) -> Subscriber:
    """Somebody who sent the form and has the letter with the link."""
    subscribing.ask(email, form=Form.PAGE, **more)
    found = subscribing.find(email)
    assert found is not None
    return found


def path_of(address: str) -> str:
    return "/" + address.split("://", 1)[1].partition("/")[2]


class Killed(BaseException):
    """The worker is killed in the middle: nothing of its program runs any more."""


@dataclass
class Carrier:
    """Keeps what the server took. `fates` says what comes next; then everything is accepted."""

    fates: list[Fate] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)

    def carry(self, sender: str, recipient: str, letter: bytes) -> Outcome:
        fate = self.fates.pop(0) if self.fates else Fate.ACCEPTED
        if fate is Fate.ACCEPTED:
            self.accepted.append(recipient)
            self.letters.append(letter)
        return Outcome(fate, "" if fate is Fate.ACCEPTED else "451 as the test wants it")


def meanwhile(function: Any, first: Any) -> Any:
    """A function before which something else happens, once."""
    waiting = [first]

    def both(*args: Any, **more: Any) -> Any:
        if waiting:
            waiting.pop()()
        return function(*args, **more)

    return both
