"""Asking, confirming, choosing and leaving, by the doors and by the pages that readers meet."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.signals import account_erased
from articles.models import Section
from comments import export
from newsletter import links, retention, subscribing
from newsletter.addresses import fingerprint
from newsletter.choices import Form, LeftBy, Standing
from newsletter.models import Delivery, Newsletter, Subscriber
from tests.factories import SectionFactory, UserFactory
from tests.races import at_once

from . import make

pytestmark = pytest.mark.django_db
PAGE, CHECK = "/buletin/", "/buletin/periksa/"


@pytest.fixture
def browser():
    """A browser that asks for a token against forgery wherever one is due."""
    return Client(enforce_csrf_checks=True)


def send(browser, email="rani@example.org", **more):
    return browser.post(PAGE, {"surel": email, "dari": "page", **more})


def text_of(response) -> str:
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


def link_in(letter, name: str) -> str:
    return re.search(rf"https://kabar\.example(/buletin/{name}/\S+)", letter.body)[1]


# The form


def test_who_was_never_written_to_gets_a_letter_also_when_nothing_can_be_counted(
    browser, monkeypatch
):
    # The count is locked for a while by a process that was killed while it counted.
    def consume(_request, *, action, **_told):
        return action == "newsletter_form"

    monkeypatch.setattr("newsletter.views.subscribing.ratelimit.consume", consume)
    SectionFactory()
    chosen = {"rubrik": [section.pk for section in Section.objects.all()]}
    for _often in range(2):
        assert send(browser, **chosen).status_code == 303
    assert [letter.to for letter in mail.outbox] == [["rani@example.org"]]


def test_who_takes_all_ticks_away_is_asked_and_not_given_everything(browser):
    SectionFactory()
    answer = browser.post(PAGE, {"surel": "rani@example.org", "dari": "page"})
    assert answer.status_code == 422
    assert "Choose at least one section." in answer.content.decode()
    assert 'value="rani@example.org"' in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_form_of_a_kept_page_is_sent_without_a_token(browser):
    page = browser.get(PAGE)
    assert "csrf" not in page.content.decode() and not page.cookies
    answer = send(browser)
    assert (answer.status_code, answer["Location"]) == (303, CHECK)
    assert "Check your mail" in text_of(browser.get(CHECK))
    row = Subscriber.objects.get()
    assert (row.email, row.standing, row.asked_by) == ("rani@example.org", "asked", "page")
    [letter] = mail.outbox
    assert letter.to == ["rani@example.org"]
    assert letter.subject == "Please confirm the newsletter – Kabar Tompolangi"


def test_page_says_the_same_whoever_has_the_address(browser):
    """Unknown, asked, subscribed, gone, blocked: one answer; only the owner's letter differs."""
    make.subscriber("subscribed@example.org")
    gone = make.subscriber("gone@example.org")
    subscribing.leave(gone, by=LeftBy.LINK)
    blocked = make.subscriber("blocked@example.org")
    subscribing.block(blocked)
    make.open_subscription("asked@example.org")
    mail.outbox.clear()
    answers = set()
    for name in ("new", "asked", "subscribed", "gone", "blocked"):
        answer = send(browser, f"{name}@example.org")
        answers.add((answer.status_code, answer["Location"], answer.content))
    assert len(answers) == 1
    assert {letter.to[0]: letter.subject.partition(" – ")[0] for letter in mail.outbox} == {
        "new@example.org": "Please confirm the newsletter",
        "asked@example.org": "Please confirm the newsletter",
        "subscribed@example.org": "You get the newsletter already",
        "gone@example.org": "Please confirm the newsletter",
    }


def test_bad_address_comes_back_with_a_sentence_and_all_that_was_chosen(browser):
    sea, town = SectionFactory(name="Laut"), SectionFactory(name="Kota")
    answer = send(browser, "rani", rubrik=[sea.pk])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "An e-mail address has an @ in it" in page
    assert 'value="rani"' in page
    assert re.search(rf'value="{sea.pk}" checked', page)
    assert re.search(rf'value="{town.pk}"><label', page)
    assert not Subscriber.objects.exists() and not mail.outbox


def test_a_program_that_fills_in_everything_learns_nothing(browser):
    answer = send(browser, situs="https://spam.example")
    assert (answer.status_code, answer["Location"]) == (303, CHECK)
    assert not Subscriber.objects.exists() and not mail.outbox


def test_a_stranger_cannot_fill_somebodys_mailbox(browser):
    for _n in range(6):
        assert send(browser)["Location"] == CHECK
    assert len(mail.outbox) == 3


def test_one_network_sends_twenty_forms_a_minute(browser):
    for number in range(20):
        assert send(browser, f"r{number}@example.org").status_code == 303
    answer = send(browser, "last@example.org")
    assert answer.status_code == 429
    assert 'value="last@example.org"' in answer.content.decode()


def test_nothing_but_a_small_form_is_taken(browser):
    assert browser.post(PAGE, "{}", content_type="application/json").status_code == 400
    assert send(browser, "x" * 20000).status_code == 400
    assert browser.put(PAGE).status_code == 405


def test_who_chooses_all_sections_also_gets_those_to_come(browser):
    sea, town = SectionFactory(), SectionFactory()
    send(browser, "all@example.org", rubrik=[sea.pk, town.pk])
    send(browser, "sea@example.org", rubrik=[sea.pk])
    send(browser, "small@example.org", dari="issue")
    rows = {row.email.partition("@")[0]: row for row in Subscriber.objects.all()}
    assert rows["all"].wants_all and rows["small"].wants_all and not rows["sea"].wants_all
    assert list(rows["sea"].sections.all()) == [sea]
    assert rows["small"].asked_by == Form.ISSUE


def test_while_it_rests_nobody_subscribes(browser):
    Newsletter.objects.create(is_on=False)
    assert "The newsletter is resting" in text_of(browser.get(PAGE))
    assert send(browser).status_code == 422
    assert not Subscriber.objects.exists()


# Confirming


def test_opening_the_link_changes_nothing_and_the_button_subscribes(browser):
    send(browser)
    path = link_in(mail.outbox[0], "konfirmasi")
    for _scanner in range(3):
        page = browser.get(path)
        assert "Yes, subscribe" in text_of(page)
    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert Subscriber.objects.get().standing == Standing.ASKED
    assert "You are subscribed" in text_of(browser.post(path))
    row = Subscriber.objects.get()
    assert row.standing == Standing.CONFIRMED and row.confirmed_at
    # Pressed twice, or the letter opened again.
    assert "You are subscribed" in text_of(browser.post(path))
    assert "You are subscribed" in text_of(browser.get(path))
    assert Subscriber.objects.get().confirmed_at == row.confirmed_at


def test_a_second_tap_on_the_button_says_the_same(browser, monkeypatch):
    """Both were read before either had done it."""
    row = make.open_subscription()
    path = make.path_of(links.confirming(row))
    monkeypatch.setattr(
        subscribing, "confirm", make.meanwhile(subscribing.confirm, lambda: confirm_now(row))
    )
    answer = browser.post(path)
    assert "You are subscribed" in text_of(answer)


def confirm_now(row) -> None:
    rows = Subscriber.objects.filter(pk=row.pk)
    rows.update(standing=Standing.CONFIRMED, confirmed_at=timezone.now())


def test_a_button_pressed_after_the_address_was_deleted_says_so(browser, monkeypatch):
    row = make.open_subscription()
    path = make.path_of(links.confirming(row))
    monkeypatch.setattr(
        subscribing, "confirm", make.meanwhile(subscribing.confirm, lambda: row.delete())
    )
    assert browser.post(path).status_code == 410


def test_a_link_is_good_for_48_hours(browser, time_machine):
    row = make.open_subscription()
    path = make.path_of(links.confirming(row))
    time_machine.move_to(timezone.now() + datetime.timedelta(hours=49))
    for answer in (browser.get(path), browser.post(path)):
        assert answer.status_code == 410
        assert "48 hours" in text_of(answer)
    row.refresh_from_db()
    assert row.standing == Standing.ASKED


def test_a_link_of_an_earlier_subscription_confirms_nothing(browser):
    row = make.open_subscription()
    old = make.path_of(links.confirming(row))
    assert subscribing.confirm(row)
    subscribing.leave(row, by=LeftBy.LINK)
    assert browser.post(old).status_code == 410
    again = make.open_subscription()
    assert again.pk == row.pk
    assert browser.post(old).status_code == 410
    assert subscribing.find("rani@example.org").standing == Standing.ASKED


def test_of_two_letters_either_confirms(browser):
    first = make.path_of(links.confirming(make.open_subscription()))
    make.open_subscription()
    assert "You are subscribed" in text_of(browser.post(first))


@pytest.mark.parametrize(
    "token", ["x", "1-" + "a" * 43, "0-" + "a" * 43, "9" * 30 + "-" + "a" * 43]
)
@pytest.mark.parametrize("page", ["konfirmasi", "rubrik", "berhenti"])
def test_a_made_up_link_opens_nothing(browser, page, token):
    make.subscriber()
    assert browser.get(f"/buletin/{page}/{token}/").status_code == 410
    assert browser.post(f"/buletin/{page}/{token}/").status_code == 410
    assert Subscriber.objects.get().standing == Standing.CONFIRMED


def test_a_link_opens_only_its_own_purpose(browser):
    row = make.open_subscription()
    confirming = links.confirming(row).rsplit("/", 2)[1]
    leaving = links.leaving(row).rsplit("/", 2)[1]
    assert browser.post(f"/buletin/berhenti/{confirming}/").status_code == 410
    assert browser.post(f"/buletin/konfirmasi/{leaving}/").status_code == 410
    assert Subscriber.objects.get().standing == Standing.ASKED


# Choosing and leaving


def test_sections_are_changed_behind_a_link_of_ones_own(browser):
    sea, town = SectionFactory(name="Laut"), SectionFactory(name="Kota")
    row = make.subscriber()
    path = make.path_of(links.choosing(row))
    assert browser.get(path).content.decode().count(" checked") == 2
    assert "Saved." in text_of(browser.post(path, {"rubrik": [town.pk]}))
    row.refresh_from_db()
    assert not row.wants_all and list(row.sections.all()) == [town]
    refused = browser.post(path, {})
    assert refused.status_code == 422 and "Choose at least one section." in text_of(refused)
    browser.post(path, {"rubrik": [sea.pk, town.pk]})
    row.refresh_from_db()
    assert row.wants_all and not row.sections.exists()


@pytest.mark.parametrize("figures", [19, 25, 5000])
def test_numbers_longer_than_any_key_are_none(browser, figures):
    SectionFactory()
    number = "9" * figures
    path = make.path_of(links.choosing(make.subscriber()))
    for answer in (
        send(browser, "rina@example.org", rubrik=[number]),
        browser.post(path, {"rubrik": [number]}),
    ):
        assert answer.status_code == 422
        assert "This section is not there any more." in text_of(answer)


def test_who_chose_only_a_section_that_is_deleted_gets_all():
    """What is deferred is done when the transaction ends: a section, and who had chosen it."""
    sea, town = SectionFactory(), SectionFactory()
    only, both, every = (
        make.subscriber(sections=[sea]),
        make.subscriber(sections=[sea, town]),
        make.subscriber(),
    )
    sea.delete()
    connection.check_constraints()
    wants = dict(Subscriber.objects.values_list("pk", "wants_all"))
    assert wants == {only.pk: True, both.pk: False, every.pk: True}
    assert list(both.sections.all()) == [town]


def test_choosing_again_is_no_section_that_is_gone():
    sea, town = SectionFactory(), SectionFactory()
    row = make.subscriber(sections=[sea])
    assert subscribing.choose(row, [town])
    connection.check_constraints()
    row.refresh_from_db()
    assert not row.wants_all and list(row.sections.all()) == [town]
    row.sections.clear()
    connection.check_constraints()
    row.refresh_from_db()
    assert not row.wants_all
    subscribing.leave(row, by=LeftBy.LINK)
    row.delete()
    connection.check_constraints()


# The server's secret


@pytest.fixture
def rotate(settings):
    """Give the server another secret; it may remember the one before."""

    def rotate(*, remember: bool) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if remember else []
        settings.SECRET_KEY = "another" * 10

    return rotate


def test_with_another_secret_links_of_earlier_letters_work_while_it_is_remembered(browser, rotate):
    row = make.subscriber("rani@example.org")
    leaving, choosing = links.leaving(row), links.choosing(row)
    asked = make.open_subscription("rina@example.org")
    confirming = links.confirming(asked)
    rotate(remember=True)
    assert links.leaving(row) != leaving
    for link in (leaving, choosing, confirming):
        assert browser.get(make.path_of(link)).status_code == 200
    rotate(remember=False)
    for link in (leaving, choosing, confirming):
        assert browser.get(make.path_of(link)).status_code == 410


@pytest.mark.parametrize("remember", [True, False])
def test_with_another_secret_an_address_still_has_one_subscription(browser, rotate, remember):
    row = make.subscriber("rani@example.org")
    rotate(remember=remember)
    assert subscribing.find("Rani@example.org").pk == row.pk
    send(browser)
    row.refresh_from_db()
    assert Subscriber.objects.count() == 1 and row.standing == Standing.CONFIRMED
    assert mail.outbox[0].subject.startswith("You get the newsletter already")
    subscribing.leave(row, by=LeftBy.LINK)
    # It was known under the new secret before the address went.
    assert subscribing.find("rani@example.org").pk == row.pk


def test_with_another_secret_who_left_and_who_is_blocked_are_known_while_it_is_remembered(rotate):
    gone, blocked = make.subscriber("gone@example.org"), make.subscriber("blocked@example.org")
    subscribing.leave(gone, by=LeftBy.LINK)
    subscribing.block(blocked)
    rotate(remember=True)
    subscribing.ask("blocked@example.org", form=Form.PAGE)
    assert not mail.outbox
    subscribing.ask("gone@example.org", form=Form.PAGE)
    assert Subscriber.objects.count() == 2
    assert subscribing.find("gone@example.org").pk == gone.pk
    # Whoever was heard of since is known without it.
    rotate_away = [subscribing.find(f"{name}@example.org") for name in ("gone", "blocked")]
    assert [row.email_hash for row in rotate_away] == [
        fingerprint("gone@example.org"),
        fingerprint("blocked@example.org"),
    ]


def test_with_another_secret_an_account_still_takes_its_subscription_along(rotate):
    gone = make.subscriber("rani@example.org")
    subscribing.leave(gone, by=LeftBy.LINK)
    make.subscriber("other@example.org")
    rotate(remember=True)
    assert subscribing.told_of("rani@example.org")["state"] == "gone"
    account_erased.send(None, address="Rani@example.org")
    assert [row.email for row in Subscriber.objects.all()] == ["other@example.org"]
    account_erased.send(None, address="")
    assert Subscriber.objects.count() == 1


def test_a_fingerprint_of_two_rows_breaks_nothing(rotate):
    """The secret was changed once without naming the one before, and is named now."""
    first = make.subscriber("rani@example.org")
    subscribing.leave(first, by=LeftBy.LINK)
    rotate(remember=False)
    second = make.open_subscription("rani@example.org")
    subscribing.confirm(second)
    subscribing.leave(subscribing.find("rani@example.org"), by=LeftBy.LINK)
    assert Subscriber.objects.count() == 2
    rotate(remember=True)
    found = make.open_subscription("rani@example.org")
    assert found.pk == second.pk
    assert subscribing.confirm(found)
    assert subscribing.leave(found, by=LeftBy.LINK)


def test_a_mail_program_unsubscribes_in_one_step_without_cookies(browser):
    """RFC 8058: a POST with that one pair, from anywhere."""
    row = make.subscriber()
    path = make.path_of(links.leaving(row))
    answer = browser.post(
        path,
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
        headers={"origin": "https://mail.example"},
    )
    assert answer.status_code == 200
    row.refresh_from_db()
    assert (row.standing, row.left_by, row.email) == ("gone", "one_click", "")
    # It may ask again, and is told that it is done.
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_opening_the_link_in_a_letter_does_not_unsubscribe(browser):
    row = make.subscriber("rani@example.org")
    path = make.path_of(links.leaving(row))
    assert "rani@example.org" in text_of(browser.get(path))
    browser.head(path)
    row.refresh_from_db()
    assert row.standing == Standing.CONFIRMED
    assert "You are unsubscribed" in text_of(browser.post(path))
    row.refresh_from_db()
    assert (row.standing, row.left_by) == ("gone", "link")
    assert browser.get(path).status_code == 410


def test_old_letters_unsubscribe_also_who_came_back(browser):
    row = make.subscriber("rani@example.org")
    path = make.path_of(links.leaving(row))
    subscribing.leave(row, by=LeftBy.LINK)
    again = make.open_subscription("rani@example.org")
    subscribing.confirm(again)
    browser.post(path)
    assert subscribing.find("rani@example.org").standing == Standing.GONE


def test_who_did_not_ask_can_have_the_address_deleted_at_once(browser):
    send(browser)
    browser.post(link_in(mail.outbox[0], "berhenti"))
    assert not Subscriber.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_send_one_address_make_one_row():
    acts = [lambda: subscribing.ask("rani@example.org", form=Form.PAGE) for _n in range(3)]
    assert at_once(*acts) == [None] * 3
    assert Subscriber.objects.count() == 1


# What is kept, and for how long


def test_of_whoever_left_only_a_fingerprint_and_the_times_stay():
    sea = SectionFactory()
    row = make.subscriber("rani@example.org", sections=[sea])
    assert subscribing.leave(row, by=LeftBy.LINK)
    assert not subscribing.leave(row, by=LeftBy.DESK)
    kept = Subscriber.objects.values().get()
    assert "rani" not in str(kept)
    assert kept["confirmed_at"] and kept["left_at"] and kept["left_by"] == "link"
    assert not row.sections.exists()


def forget() -> int:
    parts = (
        *(retention.forget_unconfirmed, retention.forget_proofs),
        retention.forget_deliveries,
    )
    return sum(part() for part in parts)


def test_what_is_old_is_forgotten(time_machine):
    make.story()
    asked, gone, blocked, stays = (make.subscriber(f"{n}@example.org") for n in "abcd")
    make.made_issue()
    subscribing.leave(gone, by=LeftBy.LINK)
    subscribing.block(blocked)
    make.open_subscription("new@example.org")
    assert forget() == 0
    time_machine.move_to(timezone.now() + datetime.timedelta(days=3))
    assert forget() == 1
    time_machine.move_to(timezone.now() + datetime.timedelta(days=100))
    assert forget() == 4 and not Delivery.objects.exists()
    time_machine.move_to(timezone.now() + datetime.timedelta(days=300))
    assert forget() == 1
    assert {row.pk for row in Subscriber.objects.all()} == {asked.pk, blocked.pk, stays.pk}


def test_deleting_an_account_deletes_the_subscription_of_its_address():
    make.subscriber("rani@example.org")
    make.subscriber("other@example.org")
    account_erased.send(None, address="Rani@example.org")
    assert [row.email for row in Subscriber.objects.all()] == ["other@example.org"]


def test_never_writing_again_outlives_the_account_and_can_be_taken_back():
    row = make.subscriber("rani@example.org")
    assert subscribing.block(row) and not subscribing.block(row)
    account_erased.send(None, address="rani@example.org")
    subscribing.ask("rani@example.org", form=Form.PAGE)
    assert not mail.outbox
    assert subscribing.unblock(row)
    subscribing.ask("rani@example.org", form=Form.PAGE)
    assert len(mail.outbox) == 1


def test_the_copy_of_ones_data_has_the_subscription_of_the_address():
    user = UserFactory(email="Rani@example.org")
    assert "newsletter" not in json.loads("".join(export.export(user)))
    make.subscriber("rani@example.org", sections=[SectionFactory(name="Laut")])
    told = json.loads("".join(export.export(user)))["newsletter"]
    assert (told["state"], told["sections"], told["asked_by_form"]) == (
        "confirmed",
        ["Laut"],
        "page",
    )
