"""The newsletter on the desk."""

from __future__ import annotations

import base64
import datetime
import re
from email import message_from_bytes, policy
from hashlib import sha256

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from auditlog.models import Entry
from newsletter import sending, subscribing, trial
from newsletter.choices import DeliveryState, IssueState, LeftBy, Standing
from newsletter.models import Delivery, Issue, Newsletter, Subscriber
from newsletter.postman import Fate
from tests.factories import StaffFactory

from . import make

pytestmark = pytest.mark.django_db
NEXT = reverse("admin:newsletter_issue_next")
ISSUES = reverse("admin:newsletter_issue_changelist")
TRIAL = reverse("admin:newsletter_issue_trial")
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
    assert Entry.objects.filter(kind="newsletter.issue", object_id=str(issue.pk)).count() == 3


def test_the_letter_can_be_looked_at_before_it_goes(editor):
    make.story("Just in")
    day = f"{next_day():%Y-%m-%d}"
    letter = editor.get(reverse("admin:newsletter_issue_letter", args=[day]))
    assert "Just in" in letter.content.decode()
    policy = letter.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy and "unsafe-inline" not in policy
    # Every style of a letter is one whose hash is there.
    html = letter.content.decode()
    for style in re.findall(r'style="([^"]*)"|<style>(.*?)</style>', html, re.S):
        digest = sha256("".join(style).encode()).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy
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


def test_what_is_over_offers_no_greeting(editor):
    over = Issue.objects.create(day=timezone.localdate() - datetime.timedelta(days=1))
    empty = Issue.objects.create(day=timezone.localdate(), state=IssueState.EMPTY)
    coming = Issue.objects.create(day=next_day(), state=IssueState.HELD)
    for issue, is_offered in ((over, False), (empty, False), (coming, True)):
        address = reverse("admin:newsletter_issue_change", args=[issue.pk])
        assert (b'name="greeting"' in editor.get(address).content) is is_offered


def test_letters_of_an_old_issue_are_not_offered_to_go_on(editor, time_machine):
    make.story()
    make.subscriber()
    issue = make.made_issue()
    do(editor, issue.day, "stop")
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    assert b'value="resume"' in editor.get(address).content
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.STOPPED)
    Delivery.objects.update(state=DeliveryState.DROPPED, ended_at=timezone.now())
    assert b'value="resume"' not in editor.get(address).content
    assert b"No letter of this issue is left" in do(editor, issue.day, "resume").content


# A trial


def jobs() -> list[dict]:
    rows = ProcrastinateJob.objects.filter(task_name=trial.JOB)
    return [job.args for job in rows]


def test_editor_has_a_trial_of_the_next_issue_sent_to_herself_alone(editor, settings):
    settings.EMAIL_HOST = "mail.example"
    make.story("Just in", standfirst="Why it matters.")
    make.subscriber("rani@example.org")
    Issue.objects.create(day=next_day(), greeting="Selamat pagi!")
    assert "Send me a trial" in editor.get(NEXT).content.decode()
    told = editor.post(TRIAL, {"to": "rani@example.org"}, follow=True).content.decode()
    me = get_user_model().objects.get(name="editor")
    assert f"on its way to {me.email}" in told
    assert jobs() == [{"user_id": me.pk}]
    carrier = make.Carrier()
    trial.send(me.pk, carrier)
    assert carrier.accepted == [me.email]
    letter = message_from_bytes(carrier.letters[0], policy=policy.default)
    assert (letter["To"], letter["Subject"]) == (me.email, "Trial: Just in")
    # Nothing of readers is touched, and no issue is made by it.
    assert not Delivery.objects.exists() and Issue.objects.get().state == IssueState.PLANNED


def test_a_trial_is_the_letter_of_readers_but_for_its_subject_and_links_that_open_nothing(editor):
    make.story("Just in", standfirst="Why it matters.")
    make.story("Second")
    row = make.subscriber("rani@example.org")
    carrier = make.Carrier()
    me = get_user_model().objects.get(name="editor")
    trial.send(me.pk, carrier)
    issue = make.made_issue()
    sending.send_batch(issue.pk, carrier)
    tried, sent = (message_from_bytes(text, policy=policy.default) for text in carrier.letters)
    assert tried.keys() == sent.keys()
    for name in ("From", "List-Id", "List-Unsubscribe-Post", "Precedence", "Reply-To"):
        assert tried[name] == sent[name]
    assert tried["Message-ID"] != sent["Message-ID"]

    def bare(letter) -> list[str]:
        texts = [part.get_content() for part in letter.iter_parts()]
        # The day of the next issue, of the confirming, and the links of one's own.
        return [
            re.sub(r"\d+-[\w-]{43}|\w+, \d+ \w+ \d{4}|\d+ \w+ \d{4}|[\d/]{10,}", "", t)
            for t in texts
        ]

    assert bare(tried) == bare(sent)
    leaving = tried["List-Unsubscribe"].strip("<>")
    path = make.path_of(leaving)
    assert Client().get(path).status_code == 410
    assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    row.refresh_from_db()
    assert row.standing == Standing.CONFIRMED


def test_trials_are_few_and_refused_in_a_sentence(editor, settings):
    def told() -> str:
        return editor.post(TRIAL, follow=True).content.decode()

    settings.EMAIL_HOST = "mail.example"
    assert "Nothing to send." in told()
    make.story()
    settings.EMAIL_HOST = ""
    assert "No mail server is named" in told()
    settings.EMAIL_HOST = "mail.example"
    for _n in range(3):
        assert "on its way" in told()
    assert "Too many trials" in told()
    assert len(jobs()) == 3
    assert editor.get(TRIAL).status_code == 405


def test_a_trial_that_the_server_puts_off_is_tried_again(editor):
    make.story()
    me = get_user_model().objects.get(name="editor")
    for fate in (Fate.LATER, Fate.NO_SERVER):
        with pytest.raises(trial.PutOff, match="451"):
            trial.send(me.pk, make.Carrier([fate]))
    trial.send(me.pk, make.Carrier([Fate.UNKNOWN]))
    carrier = make.Carrier()
    me.groups.clear()
    trial.send(me.pk, carrier)
    assert not carrier.accepted


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


def test_subscriber_is_found_by_exactly_the_address_and_shown_masked(chief, settings):
    make.subscriber("rani@example.org")
    old = make.subscriber("rina@example.org").email_hash
    found = chief.get(SUBSCRIBERS, {"q": "Rani@Example.org "})
    assert [row.email for row in found.context["cl"].result_list] == ["rani@example.org"]
    assert not chief.get(SUBSCRIBERS, {"q": "rani"}).context["cl"].result_list
    # Also under an earlier secret, and who has left.
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    subscribing.leave(Subscriber.objects.get(email="rina@example.org"), by=LeftBy.LINK)
    Subscriber.objects.filter(email="").update(email_hash=old)
    found = chief.get(SUBSCRIBERS, {"q": "rina@example.org"})
    assert [row.standing for row in found.context["cl"].result_list] == [Standing.GONE]
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
    assert "rani" not in str(list(Entry.objects.values()))


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
        assert client.post(TRIAL).status_code == 403
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
