"""Nobody gets an issue twice, and nobody who was subscribed when it was made is left out."""

from __future__ import annotations

import datetime
from contextlib import suppress
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsletter import issues, sending, subscribing
from newsletter.choices import DeliveryState, IssueState, LeftBy, Standing
from newsletter.letters import Letter
from newsletter.models import Delivery, Issue, Subscriber
from newsletter.postman import Fate, Outcome
from tests.races import at_once

from . import make

pytestmark = pytest.mark.django_db
WAITING, TAKEN, SENT, FAILED, DROPPED, UNKNOWN = (
    *(DeliveryState.WAITING, DeliveryState.TAKEN, DeliveryState.SENT),
    *(DeliveryState.FAILED, DeliveryState.DROPPED, DeliveryState.UNKNOWN),
)


def states(issue: Issue) -> dict[str, str]:
    rows = issue.deliveries.select_related("subscriber")
    return {row.subscriber.email or "gone": row.state for row in rows}


def go_on(issue: Issue) -> None:
    """Let every pause be over."""
    now = timezone.now()
    Issue.objects.filter(pk=issue.pk).update(next_batch_at=now)
    Delivery.objects.filter(issue=issue, state=WAITING).update(due_at=now)


def send_all(issue: Issue, carrier: make.Carrier) -> None:
    for _batch in range(50):
        go_on(issue)
        if not sending.send_batch(issue.pk, carrier):
            return
    raise AssertionError("it never ended")


# What a worker meets on its way. The first five are the carrier's; the others kill the worker.
STEPS = st.sampled_from(
    [
        *(Fate.ACCEPTED, Fate.ACCEPTED, Fate.LATER, Fate.REFUSED, Fate.NO_SUCH_ADDRESS),
        *(Fate.NO_SERVER, Fate.UNKNOWN),
        *("killed before the server", "killed after the server"),
        *("leave", "join", "stop", "resume", "time passes", "another worker"),
    ]
)


class Script:
    """A carrier that goes by a list of steps, and whatever else happens meanwhile."""

    def __init__(self, steps: list[Any], issue: Issue) -> None:
        self.steps, self.issue = steps, issue
        self.accepted: list[str] = []
        self.left: set[str] = set()

    def carry(self, sender: str, recipient: str, letter: bytes) -> Outcome:
        step: Any = self.steps.pop(0) if self.steps else Fate.ACCEPTED
        while isinstance(step, str) and not step.startswith("killed"):
            self.meanwhile(step)
            step = self.steps.pop(0) if self.steps else Fate.ACCEPTED
        if step == "killed before the server":
            raise make.Killed
        if step in (Fate.ACCEPTED, "killed after the server"):
            self.accepted.append(recipient)
        if step == "killed after the server":
            raise make.Killed
        if step is Fate.UNKNOWN and len(self.accepted) % 2:
            # The line broke, and the server had it.
            self.accepted.append(recipient)
        return Outcome(step, "" if step is Fate.ACCEPTED else "what the server said")

    def meanwhile(self, step: str) -> None:
        if step == "leave":
            one = Subscriber.objects.filter(standing=Standing.CONFIRMED).order_by("pk").last()
            if one is not None:
                self.left.add(one.email)
                subscribing.leave(one, by=LeftBy.LINK)
        elif step == "join":
            make.subscriber()
        elif step in {"stop", "resume"}:
            goal = IssueState.STOPPED if step == "stop" else IssueState.SENDING
            source = IssueState.SENDING if step == "stop" else IssueState.STOPPED
            Issue.objects.filter(pk=self.issue.pk, state=source).update(state=goal)
        elif step == "another worker":
            go_on(self.issue)
            with suppress(make.Killed):
                sending.send_batch(self.issue.pk, self)
        else:
            long_ago = timezone.now() - sending.DEAD_AFTER * 2
            Delivery.objects.filter(state=TAKEN).update(taken_at=long_ago)
            go_on(self.issue)
            sending.sweep()


class PlainPost:
    """Writes letters without a word: what is looked at here is where they go."""

    def __init__(self, issue: Issue) -> None:
        pass

    def letter_to(self, subscriber: Subscriber, delivery: Delivery) -> Letter:
        return Letter("buletin@kabar.example", subscriber.email, b"")


@given(st.lists(STEPS, max_size=10), st.integers(min_value=1, max_value=3))
@hypothesis_settings(max_examples=12)
def test_whatever_happens_nobody_gets_it_twice_and_nobody_is_left_out(steps, count):
    with mock.patch.object(sending.letters, "Post", PlainPost):
        _send_by_script(steps, count)


def _send_by_script(steps: list[Any], count: int) -> None:
    Subscriber.objects.exclude(standing=Standing.GONE).delete()
    Issue.objects.all().delete()
    make.story()
    wanted = [make.subscriber().email for _n in range(count)]
    issue = make.made_issue()
    script = Script(steps, issue)
    for _round in range(25):
        go_on(issue)
        with suppress(make.Killed):
            sending.send_batch(issue.pk, script)
        script.meanwhile("time passes")
        script.meanwhile("resume")
        issue.refresh_from_db()
        if issue.state == IssueState.SENT:
            break
    assert issue.state == IssueState.SENT
    assert len(script.accepted) == len(set(script.accepted)), "somebody got it twice"
    rows = issue.deliveries.all()
    assert {row.state for row in rows} <= {SENT, FAILED, DROPPED, UNKNOWN}
    assert len(rows) == issue.recipients == count
    assert issue.sent + issue.failed + issue.unknown + issue.dropped == count
    # Whoever is said to have it has it; whoever has not is among those the desk is told about, or left.
    said = {row.subscriber_id for row in rows if row.state == SENT}
    unknown = [row for row in rows if row.state == UNKNOWN]
    assert len(said) <= len(script.accepted) <= len(said) + len(unknown)
    assert all(row.last_error for row in rows if row.state in (UNKNOWN, FAILED))
    assert {row.subscriber.email for row in rows} >= set(wanted) - script.left - lost_by(rows)
    assert not [
        row
        for row in rows
        if row.state == DROPPED and row.subscriber.standing == Standing.CONFIRMED
    ]


def lost_by(rows: list[Delivery]) -> set[str]:
    """Nobody is let go for one refusal."""
    return {row.subscriber.email for row in rows if row.subscriber.left_by == LeftBy.REFUSED}


def test_each_subscriber_of_that_moment_gets_one_letter():
    make.story()
    rows = [make.subscriber() for _n in range(3)]
    make.subscriber(standing=Standing.ASKED, confirmed_at=None)
    issue = make.made_issue()
    make.subscriber("late@example.org")
    carrier = make.Carrier()
    send_all(issue, carrier)
    send_all(issue, carrier)
    assert sorted(carrier.accepted) == sorted(row.email for row in rows)
    issue.refresh_from_db()
    assert (issue.state, issue.recipients, issue.sent) == ("sent", 3, 3)


def test_a_worker_that_was_killed_leaves_an_unknown_letter_that_is_never_sent_again():
    make.story()
    make.subscriber("rani@example.org")
    issue = make.made_issue()
    script = Script(["killed after the server"], issue)
    with pytest.raises(make.Killed):
        sending.send_batch(issue.pk, script)
    assert states(issue) == {"rani@example.org": TAKEN}
    go_on(issue)
    sending.send_batch(issue.pk, script)
    assert script.accepted == ["rani@example.org"]
    script.meanwhile("time passes")
    issue.refresh_from_db()
    assert (states(issue), issue.unknown) == ({"rani@example.org": UNKNOWN}, 1)
    send_all(issue, make.Carrier())
    assert script.accepted == ["rani@example.org"]


def test_who_was_thought_dead_may_still_say_that_it_went_out():
    make.story()
    make.subscriber()
    issue = make.made_issue()
    delivery = sending.take(issue.pk)
    Delivery.objects.update(taken_at=timezone.now() - sending.DEAD_AFTER * 2)
    sending.sweep()
    sending.note(delivery, Outcome(Fate.LATER, "451 busy"))
    assert Delivery.objects.get().state == UNKNOWN
    sending.note(delivery, Outcome(Fate.ACCEPTED))
    assert Delivery.objects.get().state == SENT


def test_a_letter_is_put_off_four_times_and_then_has_failed():
    make.story()
    make.subscriber("rani@example.org")
    issue = make.made_issue()
    carrier = make.Carrier([Fate.LATER] * 9)
    send_all(issue, carrier)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.last_error) == (FAILED, 5, "451 as the test wants it")
    assert carrier.accepted == []


def test_a_server_that_takes_nothing_costs_no_letter_an_attempt():
    make.story()
    make.subscriber()
    make.subscriber()
    issue = make.made_issue()
    carrier = make.Carrier([Fate.NO_SERVER] * 8)
    for _n in range(8):
        go_on(issue)
        assert not sending.send_batch(issue.pk, carrier)
        # The whole issue waits, not the one letter.
        assert not sending.send_batch(issue.pk, carrier)
    assert set(Delivery.objects.values_list("state", "attempts")) == {(WAITING, 0)}
    send_all(issue, carrier)
    assert len(carrier.accepted) == 2


def test_an_address_that_does_not_exist_is_let_go_after_three_issues(time_machine):
    row = make.subscriber("rani@example.org")
    today = timezone.now()
    for number in range(3):
        time_machine.move_to(today + datetime.timedelta(days=number), tick=False)
        make.story()
        issue = make.made_issue()
        send_all(issue, make.Carrier([Fate.NO_SUCH_ADDRESS]))
        row.refresh_from_db()
        assert row.refusals == number + 1
    assert (row.standing, row.left_by, row.email) == (Standing.GONE, LeftBy.REFUSED, "")


@pytest.mark.parametrize(
    ("unknown", "arrive", "counted"), [(5, 0, 1), (6, 0, 0), (6, 113, 0), (6, 114, 1)]
)
def test_refusals_of_a_good_part_of_an_issue_are_held_against_nobody(unknown, arrive, counted):
    """More than a handful, and more than 5 %: then it is wrong with us."""
    make.story()
    rows = [make.subscriber() for _n in range(unknown)]
    for _n in range(arrive):
        make.subscriber()
    issue, now = make.made_issue(), timezone.now()
    letters = issue.deliveries.all()
    letters.update(state=TAKEN, taken_at=now)
    refused = {"state": FAILED, "last_error": "550 no", "is_address_unknown": True}
    letters.filter(subscriber__in=rows).update(ended_at=now, **refused)
    letters.filter(state=TAKEN).update(ended_at=now, state=SENT)
    assert sending.take_stock(issue.pk)
    assert {Subscriber.objects.get(pk=row.pk).refusals for row in rows} == {counted}
    # Asked again, it counts nothing twice.
    assert sending.take_stock(issue.pk)
    assert {Subscriber.objects.get(pk=row.pk).refusals for row in rows} == {counted}


@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.NO_SUCH_ADDRESS])
def test_days_of_trouble_with_the_mail_server_take_nobody_off(time_machine, fate):
    for _n in range(6):
        make.subscriber()
    today = timezone.now()
    for number in range(sending.REFUSALS + 1):
        time_machine.move_to(today + datetime.timedelta(days=number), tick=False)
        make.story()
        issue = make.made_issue()
        send_all(issue, make.Carrier([fate] * 6))
        issue.refresh_from_db()
        assert (issue.state, issue.failed) == ("sent", 6)
    rows = Subscriber.objects.values_list("standing", "refusals")
    assert list(rows) == [(Standing.CONFIRMED, 0)] * 6


def test_a_letter_that_cannot_be_written_was_certainly_not_sent(monkeypatch, caplog):
    make.story()
    make.subscriber()
    issue = make.made_issue()

    def broken(*args):
        raise LookupError("rani@example.org")

    carrier = make.Carrier()
    with monkeypatch.context() as patched:
        patched.setattr(sending.letters.Post, "letter_to", broken)
        assert sending.send_batch(issue.pk, carrier)
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (WAITING, 1)
    assert row.last_error == "The letter could not be written: LookupError"
    assert "could not be written" in caplog.text
    send_all(issue, carrier)
    assert len(carrier.accepted) == 1


def test_a_letter_that_arrives_forgets_earlier_refusals():
    row = make.subscriber(refusals=2)
    make.story()
    send_all(make.made_issue(), make.Carrier())
    row.refresh_from_db()
    assert row.refusals == 0


def test_who_leaves_before_their_turn_gets_no_letter():
    make.story()
    row = make.subscriber()
    issue = make.made_issue()
    subscribing.leave(row, by=LeftBy.ONE_CLICK)
    carrier = make.Carrier()
    send_all(issue, carrier)
    issue.refresh_from_db()
    assert (carrier.accepted, issue.dropped, issue.state) == ([], 1, "sent")


def test_a_stopped_issue_sends_nothing_before_it_goes_on():
    make.story()
    make.subscriber()
    issue = make.made_issue()
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.STOPPED)
    carrier = make.Carrier()
    assert not sending.send_batch(issue.pk, carrier)
    assert sending.take(issue.pk) is None
    assert sending.sweep() == []
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.SENDING)
    send_all(issue, carrier)
    assert len(carrier.accepted) == 1


def test_batches_keep_the_pace_of_the_setting(settings):
    settings.NEWSLETTER_A_MINUTE = 12
    make.story()
    for _n in range(3):
        make.subscriber()
    issue = make.made_issue()
    carrier = make.Carrier()
    assert sending.send_batch(issue.pk, carrier)
    assert len(carrier.accepted) == 2
    # Another worker, in the same ten seconds.
    assert not sending.send_batch(issue.pk, carrier)
    assert len(carrier.accepted) == 2


def test_without_a_mail_server_letters_wait(settings):
    settings.EMAIL_HOST = ""
    make.story()
    make.subscriber()
    issue = make.made_issue()
    assert not sending.send_batch(issue.pk)
    assert Delivery.objects.get().state == WAITING


def test_yesterdays_news_is_not_sent_tomorrow(time_machine):
    make.story()
    make.subscriber()
    issue = make.made_issue()
    time_machine.move_to(timezone.now() + issues.TOO_LATE + datetime.timedelta(hours=1))
    assert sending.sweep() == []
    issue.refresh_from_db()
    assert (issue.state, issue.failed) == ("sent", 1)


@pytest.mark.parametrize("state", [IssueState.SENDING, IssueState.STOPPED])
@pytest.mark.parametrize("days", [1, 9])
def test_an_issue_ends_however_late_somebody_looks(time_machine, state, days):
    """Also one that was stopped, and one whose server was off for days."""
    make.story()
    make.subscriber()
    issue = make.made_issue()
    Issue.objects.filter(pk=issue.pk).update(state=state)
    time_machine.move_to(timezone.now() + datetime.timedelta(days=days))
    assert sending.sweep() == []
    issue.refresh_from_db()
    assert (issue.state, issue.failed) == ("sent", 1)


def test_a_stopped_issue_without_letters_left_ends():
    make.story()
    subscribing.leave(make.subscriber(), by=LeftBy.LINK)
    issue = make.made_issue()
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.STOPPED)
    sending.sweep()
    issue.refresh_from_db()
    assert issue.state == IssueState.SENT


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_send_each_letter_once(settings):
    settings.NEWSLETTER_A_MINUTE = 600
    make.story()
    wanted = sorted(make.subscriber().email for _n in range(12))
    issue = make.made_issue()
    carrier = make.Carrier()

    def work() -> None:
        while delivery := sending.take(issue.pk):
            sending.hand_over(delivery, sending.letters.Post(issue), carrier)

    assert at_once(work, work, work) == [None, None, None]
    assert sorted(carrier.accepted) == wanted
    assert set(Delivery.objects.values_list("state", flat=True)) == {SENT}


def test_taking_a_letter_costs_the_same_however_many_wait(django_assert_num_queries):
    make.story()
    for _n in range(3):
        make.subscriber()
    issue = make.made_issue()
    for _n in range(3):
        # Two of them are the savepoint.
        with django_assert_num_queries(4):
            assert sending.take(issue.pk) is not None
