"""Word lists: tried on old comments before they come into force."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from comments import moderation, trial
from comments.choices import State
from comments.models import Policy, Screening, Word
from comments.words import Term, key_of
from tests.comments.people import decide, moderator, reader, written
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

ADD = reverse("admin:comments_word_add")
TRIAL = reverse("admin:comments_word_trial")
SCORES = reverse("admin:comments_word_scores")
FORCE = reverse("admin:comments_word_force")


@pytest.fixture
def desk(member, at_desk):
    return at_desk(member("moderator", name="Hasrul"))


def term(word):
    return Term(word, key_of(word), is_blocking=False, is_harsh=False)


def decided(body, state, **fields):
    fields = {"author": reader(), "state": State.PENDING, **fields}
    comment = written(
        fields.pop("article", None) or ArticleFactory(is_public=True), body=body, **fields
    )
    if state:
        decide(comment, state, by=moderator())
    return comment


def test_a_trial_measures_against_what_people_decided():
    decided("Main s l o t gacor", State.SPAM)
    decided("slot gacor lagi", State.REJECTED)
    kept = decided("Apa itu slot gacor?", State.APPROVED)
    decided("slot gacor belum dilihat", None)
    decided("Dermaga kapan jadi?", State.REJECTED)
    old = timezone.now() - datetime.timedelta(days=91)
    decided("slot gacor lama", State.SPAM, created_at=old)
    undone = decided("slot gacor urung", None)
    by = moderator()
    moderation.undo(decide(undone, State.SPAM, by=by), by=by)
    written(ArticleFactory(is_public=True), body="slot gacor redaksi", is_by_staff=True)
    found = trial.of_words([term("slot gacor")])
    assert (found.looked_at, found.caught) == (6, 5)
    assert (found.taken_down, found.approved, found.precision) == (2, 1, 67)
    assert not found.is_cut
    # What somebody approved stands first: there the rule would have been wrong.
    assert found.sample[0].comment == kept


def test_a_rule_that_nobody_decided_about_has_no_precision():
    decided("slot gacor", None)
    found = trial.of_words([term("slot gacor")])
    assert (found.caught, found.precision) == (1, None)


def test_a_trial_is_cut_at_the_newest_and_says_so(monkeypatch):
    monkeypatch.setattr(trial, "MOST", 2)
    for days in (3, 2, 1):
        at = timezone.now() - datetime.timedelta(days=days)
        decided(f"gacor {days}", State.SPAM, created_at=at)
    found = trial.of_words([term("gacor")])
    assert (found.looked_at, found.caught, found.is_cut) == (2, 2, True)
    assert {one.comment.body for one in found.sample} == {"gacor 1", "gacor 2"}


def test_scores_are_tried_by_the_last_check_of_each_comment():
    for score, state in (
        (0.2, State.APPROVED),
        (0.6, State.APPROVED),
        (0.7, State.SPAM),
        (0.99, State.SPAM),
    ):
        comment = decided("Komentar", state)
        Screening.objects.create(comment=comment, outcome="pending", score=0.01)
        Screening.objects.create(comment=comment, outcome="pending", score=score)
    Screening.objects.create(comment=decided("Tanpa skor", None), outcome="pending")
    held = trial.of_scores(at_least=0.5, below=0.98)
    assert (held.looked_at, held.caught, held.precision) == (4, 2, 50)
    spam = trial.of_scores(at_least=0.98)
    assert (spam.caught, spam.precision) == (1, 100)


@pytest.mark.parametrize("number", [1, 3])
def test_a_trial_takes_the_same_queries_however_many_it_finds(number, django_assert_num_queries):
    for _number in range(number):
        decided("slot gacor", State.SPAM)
    with django_assert_num_queries(3):
        trial.of_words([term("gacor")])


def test_a_new_word_is_kept_tried_and_then_put_into_force(desk):
    decided("main g4c0r yuk", State.SPAM)
    response = desk.post(ADD, {"term": " Gacor ", "list": "hold", "is_active": "on"})
    word = Word.objects.get()
    assert (word.term, word.key, word.is_active) == ("Gacor", "gacor", False)
    assert word.created_by.name == "Hasrul"
    assert response.url == f"{TRIAL}?word={word.pk}"
    page = desk.get(response.url)
    assert page.context["form"].initial["terms"] == "Gacor"
    data = {"terms": "Gacor\n\nslot", "list": "block", "is_harsh": "on"}
    result = desk.post(TRIAL, data)
    assert result.context["result"].caught == 1
    assert "100%" in result.content.decode()
    assert not Word.objects.filter(is_active=True).exists()
    assert desk.post(FORCE, {"token": result.context["token"]}).status_code == 302
    rows = set(Word.objects.values_list("term", "list", "is_harsh", "is_active"))
    assert rows == {("Gacor", "block", True, True), ("slot", "block", True, True)}


@pytest.mark.parametrize("token", ["", "x", "e30:1:2"])
def test_nothing_comes_into_force_untried(token, desk):
    assert desk.post(FORCE, {"token": token}, follow=True).status_code == 200
    assert not Word.objects.exists()


def test_a_trial_is_good_for_an_hour_and_for_whoever_made_it(desk, member, at_desk, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    token = desk.post(TRIAL, {"terms": "gacor", "list": "hold"}).context["token"]
    at_desk(member("moderator")).post(FORCE, {"token": token})
    assert not Word.objects.exists()
    time_machine.shift(3601)
    desk.post(FORCE, {"token": token})
    assert not Word.objects.exists()


def test_the_same_word_in_another_spelling_is_a_clear_sentence(desk):
    Word.objects.create(term="gacor", key="gacor")
    text = desk.post(ADD, {"term": "g4c0r", "list": "hold"}).content.decode()
    assert "“gacor” is on a list already and finds the same." in text
    assert "A word needs at least one letter or digit." in (
        desk.post(ADD, {"term": "...", "list": "hold"}).content.decode()
    )


def test_a_changed_word_is_out_of_force_until_it_is_tried_again(desk):
    word = Word.objects.create(term="gacor", key="gacor", list="hold", is_active=True)
    change = reverse("admin:comments_word_change", args=[word.pk])
    desk.post(change, {"term": "gacor", "list": "hold", "is_harsh": "on"})
    word.refresh_from_db()
    assert (word.is_active, word.is_harsh) == (True, True)
    desk.post(change, {"term": "gacor*", "list": "hold"})
    word.refresh_from_db()
    assert (word.is_active, word.key) == (False, "gacor*")


def test_a_word_is_taken_out_of_force(desk):
    word = Word.objects.create(term="gacor", key="gacor", is_active=True)
    desk.post(reverse("admin:comments_word_rest", args=[word.pk]))
    word.refresh_from_db()
    assert not word.is_active


def test_only_the_chief_editor_sets_tried_scores(desk, member, at_desk):
    data = {"hold_score": "0.4", "spam_score": "0.9"}
    result = desk.post(SCORES, data)
    assert not result.context["may_set"]
    assert desk.post(FORCE, {"token": result.context["token"]}).status_code == 403
    chief = at_desk(member("chief_editor"))
    token = chief.post(SCORES, data).context["token"]
    assert chief.post(FORCE, {"token": token}).status_code == 302
    policy = Policy.objects.get()
    assert (policy.hold_score, policy.spam_score) == (0.4, 0.9)
    assert chief.post(SCORES, {"hold_score": "0.9", "spam_score": "0.4"}).context["form"].errors


@pytest.mark.parametrize("terms", ["", "...", "x" * 81, "\n".join(f"kata{n}" for n in range(21))])
def test_what_cannot_be_tried_is_said(terms, desk):
    response = desk.post(TRIAL, {"terms": terms, "list": "hold"})
    assert response.status_code == 200 and response.context["form"].errors
