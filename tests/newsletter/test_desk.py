"""The newsletter on the desk."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.choices import DeliveryState, IssueState, Standing
from newsletter.models import Delivery, Issue, Newsletter, Subscriber
from tests.factories import StaffFactory

from . import make

pytestmark = pytest.mark.django_db
NEXT = reverse("admin:newsletter_issue_next")
ISSUES = reverse("admin:newsletter_issue_changelist")
SUBSCRIBERS = reverse("admin:newsletter_subscriber_changelist")


def desk_of(role: str) -> Client:
    user = StaffFactory(language="en", name=role)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor():
    return desk_of("editor")


@pytest.fixture
def chief():
    return desk_of("chief_editor")


def do(client, day, what, **more):
    url = reverse("admin:newsletter_issue_do", args=[f"{day:%Y-%m-%d}"])
    return client.post(url, {"do": what, "from": "next", **more}, follow=True)


def next_day() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=1)


def test_editor_sees_the_next_issue_as_it_would_be_now(editor):
    make.story("Just in", minutes_ago=1)
    page = editor.get(NEXT).content.decode()
    assert "Just in" in page and "Hold back" in page
    assert not Issue.objects.exists(), "looking makes nothing"


def test_editor_greets_holds_back_and_skips(editor):
    day = next_day()
    page = do(editor, day, "greet", greeting="Selamat pagi!").content.decode()
    assert "The greeting is saved." in page
    assert "Held back" in do(editor, day, "hold").content.decode()
    assert "Skipped" in do(editor, day, "skip").content.decode()
    refused = do(editor, day, "hold").content.decode()
    assert "not possible any more: the issue is “skipped”" in refused
    issue = Issue.objects.get(day=day)
    assert (issue.state, issue.greeting) == (IssueState.SKIPPED, "Selamat pagi!")
    assert LogEntry.objects.filter(object_id=str(issue.pk)).count() == 3


def test_the_letter_can_be_looked_at_before_it_goes(editor):
    make.story("Just in")
    day = f"{next_day():%Y-%m-%d}"
    letter = editor.get(reverse("admin:newsletter_issue_letter", args=[day]))
    assert "Just in" in letter.content.decode()
    policy = letter.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy or "script-src 'self' 'none'" in policy
    text = editor.get(reverse("admin:newsletter_issue_text", args=[day]))
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert "Just in" in text.content.decode() and "\0" not in text.content.decode()


def test_issue_tells_how_far_its_letters_are_and_what_is_unknown(chief, editor):
    make.story("Banjir")
    row = make.subscriber("rani@example.org")
    issue = make.made_issue()
    Issue.objects.update(recipients=issue.recipients, unknown=1)
    rows = Delivery.objects.all()
    rows.update(state=DeliveryState.TAKEN, taken_at=timezone.now())
    rows.update(state=DeliveryState.UNKNOWN, ended_at=timezone.now(), last_error="line broke")
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    page = chief.get(address).content.decode()
    assert "0 of 1 handed over, 1 unknown" in page
    assert "line broke" in page and "r•••@example.org" in page
    # Who subscribes is not every editor's business.
    assert row.masked not in editor.get(address).content.decode()
    assert "0 of 1 handed over, 1 unknown" in editor.get(ISSUES).content.decode()


def test_editor_stops_letters_and_lets_them_go_on(editor):
    make.story()
    make.subscriber()
    issue = make.made_issue()
    do(editor, issue.day, "stop")
    issue.refresh_from_db()
    assert issue.state == IssueState.STOPPED
    do(editor, issue.day, "resume")
    issue.refresh_from_db()
    assert issue.state == IssueState.SENDING


@pytest.mark.parametrize("count", [1, 3])
def test_lists_and_the_next_issue_cost_the_same(chief, count, django_assert_num_queries):
    for number in range(count):
        make.subscriber()
        make.story()
        Issue.objects.create(day=datetime.date(2026, 1, 1 + number))
    for address, queries in ((SUBSCRIBERS, 6), (ISSUES, 6), (NEXT, 12)):
        chief.get(address)
        with django_assert_num_queries(queries):
            assert chief.get(address).status_code == 200


def test_subscriber_is_found_by_exactly_the_address_and_shown_masked(chief):
    make.subscriber("rani@example.org")
    make.subscriber("rina@example.org")
    found = chief.get(SUBSCRIBERS, {"q": "Rani@Example.org "})
    assert [row.email for row in found.context["cl"].result_list] == ["rani@example.org"]
    assert not chief.get(SUBSCRIBERS, {"q": "rani"}).context["cl"].result_list
    page = chief.get(SUBSCRIBERS).content.decode()
    assert "r•••@example.org" in page and "rani@" not in page


def test_chief_editor_takes_an_address_off_and_blocks_it(chief):
    row = make.subscriber("rani@example.org")
    move = reverse("admin:newsletter_subscriber_move", args=[row.pk])
    assert "Taken off" in chief.post(move, {"do": "remove"}, follow=True).content.decode()
    row.refresh_from_db()
    assert (row.standing, row.left_by) == (Standing.GONE, "desk")
    assert "Nobody who types" in chief.post(move, {"do": "block"}, follow=True).content.decode()
    assert "done already" in chief.post(move, {"do": "block"}, follow=True).content.decode()
    assert "subscribe again" in chief.post(move, {"do": "unblock"}, follow=True).content.decode()
    assert "rani" not in str(list(LogEntry.objects.values()))


def test_an_address_that_was_never_confirmed_goes_without_a_trace(chief):
    row = make.open_subscription()
    move = reverse("admin:newsletter_subscriber_move", args=[row.pk])
    chief.post(move, {"do": "remove"}, follow=True)
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("role", "issues", "subscribers", "schedule"),
    [
        ("chief_editor", 200, 200, 200),
        ("editor", 200, 403, 200),
        ("reporter", 403, 403, 403),
        ("moderator", 403, 403, 403),
        ("ad_desk", 403, 403, 403),
    ],
)
def test_who_may_look_at_what(role, issues, subscribers, schedule):
    client = desk_of(role)
    row = make.subscriber()
    change = reverse("admin:newsletter_newsletter_change", args=[1])
    assert client.get(ISSUES).status_code == issues
    assert client.get(NEXT).status_code == issues
    assert client.get(SUBSCRIBERS).status_code == subscribers
    assert client.get(change).status_code == schedule
    move = reverse("admin:newsletter_subscriber_move", args=[row.pk])
    if subscribers == 403:
        assert client.post(move, {"do": "remove"}).status_code == 403
    if issues == 403:
        assert do(client, next_day(), "skip").status_code == 403
        letter = reverse("admin:newsletter_issue_letter", args=["2026-01-01"])
        assert client.get(letter).status_code == 403


def test_chief_editor_sets_the_time_and_an_editor_only_reads_it(chief, editor):
    change = reverse("admin:newsletter_newsletter_change", args=[1])
    chief.post(change, {"is_on": "on", "send_at": "05:15", "order": "read"})
    row = Newsletter.objects.get()
    assert (f"{row.send_at:%H.%M}", row.order, row.is_on) == ("05.15", "read", True)
    assert editor.post(change, {"send_at": "09:00", "order": "front"}).status_code == 403


def test_a_button_of_another_time_says_so(editor):
    assert "not there any more" in do(editor, next_day(), "explode").content.decode()
    url = reverse("admin:newsletter_issue_do", args=["someday"])
    assert "not there any more" in editor.post(url, {"do": "skip"}, follow=True).content.decode()
    assert editor.get(url).status_code == 405
    for page in ("letter", "text"):
        url = reverse(f"admin:newsletter_issue_{page}", args=["someday"])
        assert editor.get(url).status_code == 200
