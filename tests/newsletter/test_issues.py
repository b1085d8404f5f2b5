"""When an issue is made and what stands in it."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.choices import Kind, Status
from articles.models import Article, ArticleViews
from newsletter import contents, issues, layout, subscribing, tasks
from newsletter.choices import MADE, DeliveryState, IssueState, LeftBy, Order
from newsletter.models import Delivery, Entry, Issue, Newsletter, Subscriber
from tests.factories import (
    ArticleFactory,
    CorrectionFactory,
    FrontLayoutFactory,
    SectionFactory,
    StaffFactory,
)
from tests.races import at_once

from . import make

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Makassar")


@pytest.fixture
def morning(time_machine):
    """Six o'clock and a minute, on the publication's clock."""
    time_machine.move_to(datetime.datetime(2026, 11, 27, 6, 1, tzinfo=ZONE), tick=False)
    return time_machine


@pytest.fixture
def editor():
    return StaffFactory(is_superuser=True)


def gathered(order: str = Order.FRONT) -> contents.Contents:
    now = timezone.now()
    return contents.gather(now - datetime.timedelta(days=1), now, order)


def headlines(found: contents.Contents) -> list[str]:
    return [entry.headline for entry in found.entries]


# Contents


def test_the_front_pages_lead_leads_and_sections_follow_in_their_order():
    sea = SectionFactory(name="Laut", position=2)
    town = SectionFactory(name="Kota", position=1)
    make.story("Newest", section=sea, minutes_ago=1)
    lead = make.story("Chosen by editors", section=sea, minutes_ago=50)
    make.story("Town", section=town, minutes_ago=30)
    make.story("Older", section=sea, minutes_ago=40)
    FrontLayoutFactory(lead=lead)
    assert headlines(gathered()) == ["Chosen by editors", "Town", "Newest", "Older"]


def test_by_reads_the_most_read_leads():
    sea = SectionFactory()
    make.story("Newest", section=sea, minutes_ago=1)
    read = make.story("Read", section=sea)
    ArticleViews.objects.create(article=read, hour=timezone.now(), views=9)
    assert headlines(gathered(Order.READ)) == ["Read", "Newest"]


def test_only_what_came_out_since_then_and_is_public_stands_in_it():
    make.story("In")
    make.story("Too old", minutes_ago=60 * 25)
    ArticleFactory(is_withdrawn=True)
    ArticleFactory(is_over=True)
    ArticleFactory(is_scheduled=True)
    ArticleFactory()
    assert headlines(gathered()) == ["In"]


def test_a_paid_story_is_labelled_stands_last_and_never_leads():
    sea = SectionFactory()
    paid = make.story("Paid", section=sea, minutes_ago=1, kind=Kind.PAID, sponsor="Toko Makmur")
    FrontLayoutFactory(lead=paid)
    assert not gathered(), "an issue of advertisements alone"
    make.story("News", section=sea)
    make.story("More news", section=sea, minutes_ago=70)
    found = gathered()
    assert headlines(found) == ["News", "More news", "Paid"]
    assert found.entries[2].label == "Advertorial · paid for by Toko Makmur"


def test_yesterdays_corrections_come_along_but_make_no_issue():
    corrected = make.story("Old", minutes_ago=60 * 40)
    CorrectionFactory(article=corrected, text="It is 42.")
    CorrectionFactory(article=ArticleFactory(is_withdrawn=True))
    assert not gathered()
    make.story("New")
    found = gathered()
    assert [(entry.kind, entry.text) for entry in found.entries] == [
        ("lead", "What happened."),
        ("correction", "It is 42."),
    ]


def test_a_section_has_six_stories_at_most():
    sea = SectionFactory()
    for number in range(9):
        make.story(section=sea, minutes_ago=10 + number)
    assert len(gathered().entries) == 1 + contents.PER_SECTION


@pytest.mark.parametrize("count", [1, 3])
def test_gathering_costs_four_queries(count, django_assert_num_queries):
    for _n in range(count):
        CorrectionFactory(article=make.story())
    with django_assert_num_queries(4):
        gathered()


def test_who_chose_sections_has_the_first_of_these_as_lead():
    sea, town = SectionFactory(name="Laut"), SectionFactory(name="Kota")
    make.story("Sea", section=sea, minutes_ago=1)
    make.story("Town", section=town)
    make.story("Town paid", section=town, minutes_ago=2, kind=Kind.PAID, sponsor="Toko")
    entries = gathered().entries
    laid = layout.lay_out(entries, {town.pk})
    assert laid.lead.headline == "Town"
    assert [(b.section.name, [e.headline for e in b.entries]) for b in laid.blocks] == [
        ("Kota", ["Town paid"])
    ]
    assert layout.lay_out(entries, {SectionFactory().pk}) is None


# When


def test_the_issue_is_made_once_at_its_time_on_the_publications_clock(morning):
    make.story()
    make.subscriber()
    morning.move_to(datetime.datetime(2026, 11, 27, 5, 59, tzinfo=ZONE))
    assert issues.make_due() is None
    morning.move_to(datetime.datetime(2026, 11, 27, 6, 0, tzinfo=ZONE))
    issue = issues.make_due()
    assert (issue.day, issue.state, issue.recipients) == (datetime.date(2026, 11, 27), "sending", 1)
    assert issues.make_due() is None
    assert Issue.objects.count() == 1


def test_nothing_new_sends_nothing_and_the_next_issue_goes_on_where_the_last_ended(morning):
    make.subscriber()
    first = make.story("First")
    assert issues.make_due()
    morning.move_to(timezone.now() + datetime.timedelta(days=1))
    assert issues.make_due() is None
    assert Issue.objects.get(day=timezone.localdate()).state == IssueState.EMPTY
    second = ArticleFactory(is_public=True, publish_at=timezone.now() + datetime.timedelta(hours=2))
    morning.move_to(timezone.now() + datetime.timedelta(days=1))
    issue = issues.make_due()
    assert [entry.article_id for entry in issue.entries.all()] == [second.pk] != [first.pk]


def test_what_was_not_committed_yet_when_an_issue_was_made_stands_in_the_next_one(morning):
    """Its editor pressed the button a moment before; a transaction is seen when it ends."""
    seen = make.story(minutes_ago=1)
    before = timezone.now() - datetime.timedelta(seconds=30)
    CorrectionFactory(article=seen, created_at=before)
    first = issues.make_due()
    assert [entry.article_id for entry in first.entries.all()] == [seen.pk, seen.pk]
    late = make.story(minutes_ago=1)
    correction = CorrectionFactory(article=seen, created_at=before)
    morning.move_to(timezone.now() + datetime.timedelta(days=1))
    second = issues.make_due()
    rows = second.entries.values_list("kind", "article_id", "correction_id")
    assert list(rows) == [("lead", late.pk, None), ("correction", seen.pk, correction.pk)]
    morning.move_to(timezone.now() + datetime.timedelta(days=1))
    assert issues.make_due() is None


def test_a_server_that_was_off_in_the_morning_sends_until_noon(morning):
    make.story()
    morning.move_to(datetime.datetime(2026, 11, 27, 12, 1, tzinfo=ZONE))
    assert issues.make_due() is None
    morning.move_to(datetime.datetime(2026, 11, 27, 11, 59, tzinfo=ZONE))
    make.story()
    assert issues.make_due() is not None


def test_switched_off_makes_nothing(morning):
    Newsletter.objects.create(is_on=False)
    make.story()
    assert issues.make_due() is None


def test_only_those_get_a_letter_for_whom_something_stands_in_it(morning):
    sea, town, empty = SectionFactory(), SectionFactory(), SectionFactory()
    make.story(section=sea)
    make.story(section=town, kind=Kind.PAID, sponsor="Toko")
    every, fish = make.subscriber(), make.subscriber(sections=[sea, empty])
    make.subscriber(sections=[town])
    make.subscriber(sections=[empty])
    issue = issues.make_due()
    addressed = set(issue.deliveries.values_list("subscriber_id", flat=True))
    assert addressed == {every.pk, fish.pk}
    assert issue.recipients == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_make_one_issue(settings, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 27, 6, 1, tzinfo=ZONE))
    make.story()
    make.subscriber()
    made = at_once(issues.make_due, issues.make_due, issues.make_due)
    assert [one for one in made if isinstance(one, Exception)] == []
    assert len([one for one in made if one]) == 1
    assert Delivery.objects.count() == 1


def test_the_job_makes_the_issue_and_asks_for_its_letters_once(morning, settings):
    from procrastinate.contrib.django.models import ProcrastinateJob

    make.story()
    make.subscriber()
    tasks.look(0)
    tasks.look(0)
    jobs = ProcrastinateJob.objects.filter(task_name="newsletter.send")
    assert [(job.args, job.priority) for job in jobs] == [
        ({"issue_id": Issue.objects.get().pk}, tasks.BEHIND)
    ]


# What editors say


def test_held_back_it_is_not_made_before_it_is_released(morning, editor):
    make.story()
    today = timezone.localdate()
    morning.move_to(datetime.datetime(2026, 11, 26, 20, 0, tzinfo=ZONE))
    issues.move(today, "hold", by=editor)
    morning.move_to(datetime.datetime(2026, 11, 27, 9, 0, tzinfo=ZONE))
    assert issues.make_due() is None
    assert issues.upcoming(Newsletter.current()).day == today
    assert issues.move(today, "release", by=editor).is_made
    assert issues.upcoming(Newsletter.current()).day == today + datetime.timedelta(days=1)


def test_skipped_its_stories_stand_in_the_next_one(morning, editor):
    make.story()
    assert issues.make_due()
    morning.move_to(timezone.now() + datetime.timedelta(days=1))
    first = make.story()
    issues.move(timezone.localdate(), "skip", by=editor)
    assert issues.make_due() is None
    morning.move_to(timezone.now() + datetime.timedelta(days=1))
    issue = issues.make_due()
    assert [entry.article_id for entry in issue.entries.all()] == [first.pk]


def test_a_greeting_is_taken_until_the_issue_is_made(morning, editor):
    make.story()
    today = timezone.localdate()
    issues.greet(today, "Selamat  pagi,\nSinjai!", by=editor)
    issue = issues.make_due()
    assert issue.greeting == "Selamat pagi, Sinjai!"
    with pytest.raises(issues.Refused, match="made already"):
        issues.greet(today, "Too late", by=editor)
    with pytest.raises(issues.Refused, match="longer than 300"):
        issues.greet(today + datetime.timedelta(days=1), "x" * 301, by=editor)


@pytest.mark.parametrize("name", issues.MOVES)
def test_a_move_goes_from_its_states_alone(morning, editor, name):
    sources, goal = issues.MOVES[name]
    make.story()
    make.subscriber()
    today = timezone.localdate()
    make.made_issue(today)
    make.story(minutes_ago=0)
    for state in IssueState:
        values = {"ended_at": timezone.now()} if state == IssueState.SENT else {"ended_at": None}
        if state in {IssueState.SENDING, IssueState.STOPPED, IssueState.SENT}:
            day = today
        else:
            day = today + datetime.timedelta(days=1)
            Issue.objects.get_or_create(day=day)
        Issue.objects.filter(day=day).update(state=state, **values)
        if state in sources:
            assert issues.move(day, name, by=editor).state == goal
        else:
            with pytest.raises(issues.Refused, match="not possible any more"):
                issues.move(day, name, by=editor)


def test_letters_go_on_only_while_there_are_any_and_it_is_not_too_late(morning, editor):
    make.story()
    row = make.subscriber()
    issue = make.made_issue()
    Issue.objects.update(state=IssueState.STOPPED)
    issue.refresh_from_db()
    made_at = timezone.now()
    assert issues.may_move(issue, "resume")
    morning.move_to(made_at + issues.TOO_LATE + datetime.timedelta(minutes=1))
    assert not issues.may_move(issue, "resume")
    with pytest.raises(issues.Refused, match="too late"):
        issues.move(issue.day, "resume", by=editor)
    morning.move_to(made_at)
    Delivery.objects.filter(subscriber=row).update(
        state=DeliveryState.DROPPED, ended_at=timezone.now()
    )
    assert not issues.may_move(issue, "resume")
    with pytest.raises(issues.Refused, match="No letter of this issue is left"):
        issues.move(issue.day, "resume", by=editor)


@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.parametrize("state", IssueState)
def test_a_greeting_is_offered_where_it_is_taken(morning, editor, state, days):
    day = timezone.localdate() + datetime.timedelta(days=days)
    issue = Issue.objects.create(day=day)
    if state in MADE:
        now = timezone.now()
        times = {"since": now - datetime.timedelta(days=1), "until": now, "made_at": now}
        times["ended_at"] = now if state == IssueState.SENT else None
        Issue.objects.update(state=state, subject="S", **times)
    else:
        Issue.objects.update(state=state)
    issue.refresh_from_db()
    try:
        issues.greet(day, "Hi", by=editor)
        is_taken = True
    except issues.Refused:
        is_taken = False
    assert is_taken is issues.may_greet(issue)
    assert is_taken is (state in {IssueState.PLANNED, IssueState.HELD} and days >= 0)


def test_nobody_else_may(morning):
    with pytest.raises(issues.Refused, match="You may not"):
        issues.move(timezone.localdate(), "skip", by=StaffFactory())
    with pytest.raises(issues.Refused, match="You may not"):
        issues.greet(timezone.localdate(), "Hi", by=StaffFactory())


def test_a_day_that_is_over_or_far_away_has_no_issue_to_move(morning, editor):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    with pytest.raises(issues.Refused, match="day of this issue is over"):
        issues.move(yesterday, "hold", by=editor)
    with pytest.raises(issues.Refused, match="no issue"):
        issues.greet(yesterday + datetime.timedelta(days=40), "Hi", by=editor)


# Rules of the database


def refused(act) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_what_is_made_stays_as_it_is():
    make.story()
    make.subscriber()
    issue = make.made_issue()
    rows = Issue.objects.filter(pk=issue.pk)
    for values in (
        {"subject": "Other"},
        {"greeting": "Other"},
        {"day": issue.day - datetime.timedelta(days=1)},
        {"recipients": 7},
        {"until": timezone.now()},
    ):
        refused(lambda values=values: rows.update(**values))
    entry = issue.entries.get()
    refused(lambda: Entry.objects.update(headline="Other"))
    entry.pk, entry.position, entry.kind = None, 1, "story"
    entry.article = make.story()
    refused(lambda: entry.save(force_insert=True))


@pytest.mark.parametrize(
    "source", [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN]
)
@pytest.mark.parametrize("goal", [DeliveryState.WAITING, DeliveryState.TAKEN])
def test_a_letter_that_may_be_out_never_waits_again(source, goal):
    make.story()
    make.subscriber()
    issue = make.made_issue()
    now = timezone.now()
    rows = Delivery.objects.filter(issue=issue)
    rows.update(state=DeliveryState.TAKEN, taken_at=now)
    rows.update(state=source, ended_at=now, last_error="why")
    refused(lambda: rows.update(state=goal, ended_at=None))
    other = make.subscriber()
    refused(lambda: rows.update(subscriber=other))
    refused(
        lambda: Delivery.objects.create(
            issue=issue, subscriber=other, state=DeliveryState.TAKEN, taken_at=now
        )
    )


def test_one_letter_for_an_issue_and_a_subscriber():
    make.story()
    row = make.subscriber()
    issue = make.made_issue()
    refused(lambda: Delivery.objects.create(issue=issue, subscriber=row))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"state": "lost"}, "(state_known|made_whole)"),
        ({"state": "stopped"}, "made_whole"),
        ({"since": "2026-01-02T00:00Z", "until": "2026-01-01T00:00Z"}, "since_before_until"),
        ({"ended_at": "2026-01-02T00:00Z"}, "ended_when_sent"),
        ({"sent": 1}, "counts_fit"),
    ],
)
def test_issue_breaks_no_rule(values, name):
    issue = Issue.objects.create(day="2026-01-01")
    with pytest.raises(IntegrityError, match=f"newsletter_issue_{name}"):
        Issue.objects.filter(pk=issue.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"position": 4, "kind": "lead"}, "lead_first"),
        ({"position": 0, "kind": "story"}, "lead_first"),
        ({"position": 1, "kind": "correction"}, "correction_named"),
        ({"position": 1, "kind": "poem"}, "kind_known"),
    ],
)
def test_entry_breaks_no_rule(values, name):
    issue, story = Issue.objects.create(day="2026-01-01"), make.story()
    entry = Entry(issue=issue, article=story, section=story.section, headline="H", **values)
    with pytest.raises(IntegrityError, match=f"newsletter_entry_{name}"):
        entry.save()


def test_a_story_and_a_correction_stand_once_and_places_are_taken_once():
    issue, story = Issue.objects.create(day="2026-01-01"), make.story()
    correction = CorrectionFactory(article=story)
    same = {"issue": issue, "article": story, "section": story.section, "headline": "H"}
    Entry.objects.create(**same, kind="lead", position=0)
    Entry.objects.create(**same, kind="correction", position=1, correction=correction)
    refused(lambda: Entry.objects.create(**same, kind="story", position=2))
    refused(
        lambda: Entry.objects.create(**same, kind="correction", position=2, correction=correction)
    )
    other = same | {"article": make.story()}
    refused(lambda: Entry.objects.create(**other, kind="story", position=1))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"standing": "maybe"}, "(standing_known|address_only)"),
        ({"email": ""}, "address_only_while_needed"),
        ({"email": "Rani@example.org"}, "address_in_one_case"),
        ({"key": "short"}, "keyed"),
        ({"email_hash": "x"}, "keyed"),
        ({"asked_by": "phone"}, "form_known"),
        ({"confirmed_at": None}, "confirmed_with_time"),
        ({"left_at": "2026-01-01T00:00Z"}, "left_with_time_and_way"),
        ({"standing": "gone", "email": ""}, "left_with_time_and_way"),
        (
            {"standing": "blocked", "left_at": "2026-01-01T00:00Z", "left_by": "link"},
            "address_only",
        ),
    ],
)
def test_subscriber_breaks_no_rule(values, name):
    row = make.subscriber("rani@example.org")
    with pytest.raises(IntegrityError, match=f"newsletter_subscriber_{name}"):
        Subscriber.objects.filter(pk=row.pk).update(**values)


def test_an_address_has_one_row_and_those_who_left_have_none():
    make.subscriber("rani@example.org")
    other = make.subscriber("rina@example.org")
    with pytest.raises(IntegrityError, match="one_for_an_address"), transaction.atomic():
        Subscriber.objects.filter(pk=other.pk).update(email="rani@example.org")
    for row in Subscriber.objects.all():
        assert subscribing.leave(row, by=LeftBy.LINK)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"state": "lost", "ended_at": "2026-01-01T00:00Z"}, "state_known|letter"),
        ({"state": "taken"}, "taken_with_time"),
        ({"state": "failed", "ended_at": "2026-01-01T00:00Z"}, "trouble_has_reason"),
        ({"ended_at": "2026-01-01T00:00Z"}, "ended_with_time"),
        ({"state": "dropped"}, "ended_with_time"),
        ({"is_address_unknown": True}, "unknown_address_failed"),
    ],
)
def test_delivery_breaks_no_rule(values, name):
    make.story()
    make.subscriber()
    make.made_issue()
    with pytest.raises(IntegrityError, match=name):
        Delivery.objects.update(**values)


def test_settings_are_one_row_of_known_orders():
    refused(lambda: Newsletter.objects.create(id=2))
    refused(lambda: Newsletter.objects.create(order="other"))
    with pytest.raises(ValidationError):
        Newsletter(order="other").full_clean()


def test_withdrawn_story_keeps_its_place_in_the_record():
    """Nobody deletes what was sent; the site and later letters leave it out."""
    story = make.story()
    make.subscriber()
    issue = make.made_issue()
    Article.objects.filter(pk=story.pk).update(status=Status.DRAFT)
    assert issue.entries.count() == 1
