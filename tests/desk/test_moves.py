"""The workflow's buttons: save and move in one tap, the steps between, the refusals."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from articles import workflow
from articles.choices import CorrectionKind, Status
from articles.models import Article
from tests.desk.conftest import filled
from tests.factories import ArticleFactory, PhotoFactory, PlaceFactory, province

INDEX = reverse("admin:index")


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def step(article, name):
    return reverse("admin:articles_article_move", args=[article.pk, name])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_one_button_saves_the_text_and_hands_it_in(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Rapat selesai", _move="submit")
    response = client.post(change(draft), data)
    draft.refresh_from_db()
    assert (draft.headline, draft.status) == ("Rapat selesai", Status.IN_REVIEW)
    assert response.url == INDEX


def test_a_refused_move_still_saves_the_text_and_says_why(editor, at_desk):
    article = ArticleFactory(headline="Before", status=Status.APPROVED)
    photo = PhotoFactory(credit="")
    article.article_photos.create(photo=photo)
    client = at_desk(editor)
    data = filled(client.get(change(article)), headline="After", _move="publish")
    response = client.post(change(article), data)
    article.refresh_from_db()
    assert (article.headline, article.status) == ("After", Status.APPROVED)
    assert response.url == change(article)
    assert said(response) == ["1 photo has no credit.", "The text is saved all the same."]


def test_a_move_that_the_form_did_not_offer_is_not_made(draft, reporter, at_desk):
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), _move="publish"))
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_text_with_an_error_is_not_handed_in(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="", _move="submit")
    assert client.post(change(draft), data).status_code == 200
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_a_move_with_a_step_saves_first_and_then_asks(editor, at_desk):
    article = ArticleFactory(status=Status.IN_REVIEW, headline="Before")
    client = at_desk(editor)
    data = filled(client.get(change(article)), headline="After", _move="send_back")
    response = client.post(change(article), data)
    article.refresh_from_db()
    assert response.url == step(article, "send_back")
    assert (article.headline, article.status) == ("After", Status.IN_REVIEW)


def test_a_story_goes_back_with_a_note_and_the_note_stands_above_it(
    draft, reporter, editor, at_desk
):
    Article.objects.filter(pk=draft.pk).update(status=Status.IN_REVIEW)
    client = at_desk(editor)
    empty = client.post(step(draft, "send_back"), {"confirmed": "1", "note": " "})
    assert empty.context["form"].errors["note"] == ["Say what the reporter should change."]
    client.post(step(draft, "send_back"), {"confirmed": "1", "note": "Siapa sumbernya?"})
    draft.refresh_from_db()
    assert (draft.status, draft.desk_note) == (Status.RETURNED, "Siapa sumbernya?")
    assert "Siapa sumbernya?" in at_desk(reporter).get(change(draft)).content.decode()


def test_a_story_is_scheduled_on_the_clock_of_its_place(editor, at_desk, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 24, 1, 0, tzinfo=datetime.UTC), tick=False)
    ambon = PlaceFactory(name="Ambon", parent=province("81"))
    article = ArticleFactory(status=Status.APPROVED, place=ambon, is_ready=True)
    client = at_desk(editor)
    form = client.get(step(article, "schedule")).context["form"]
    assert form.fields["at"].label == "Comes out at (WIT, the clock of Ambon)"
    assert form["at"].value().isoformat() == "2026-11-24T11:00:00"
    assert "It is 10.00 WIT now; that is 09.00 WITA" in form.fields["at"].help_text
    response = client.post(
        step(article, "schedule"), {"confirmed": "1", "at": "2026-11-24T17:00"}, follow=True
    )
    article.refresh_from_db()
    assert article.publish_at == datetime.datetime(2026, 11, 24, 8, 0, tzinfo=datetime.UTC)
    assert "comes out 17.00 WIT (16.00 WITA)" in response.content.decode()


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("", "Choose the day and the time."),
        ("besok", "Write the time as 2026-12-31 17:00."),
        ("2020-01-01T08:00", "This time has passed; choose one to come, or publish now."),
        (
            "9999-12-31T23:59",
            "This time is more than three years away; please check the year.",
        ),
        ("0001-01-01T12:00", "This time has passed; choose one to come, or publish now."),
    ],
)
def test_a_time_that_cannot_be_is_a_sentence(at, sentence, editor, at_desk):
    article = ArticleFactory(status=Status.APPROVED, is_ready=True)
    response = at_desk(editor).post(step(article, "schedule"), {"confirmed": "1", "at": at})
    found = [str(e) for errors in response.context["form"].errors.values() for e in errors]
    assert found == [sentence]
    article.refresh_from_db()
    assert article.status == Status.APPROVED


def test_a_withdrawal_takes_two_people_and_leaves_a_notice(editor, member, at_desk):
    article = ArticleFactory(is_public=True)
    asking = at_desk(editor)
    asked = {"confirmed": "1", "ground": "child_protection", "notice": "Melindungi anak."}
    assert asking.post(step(article, "request_withdrawal"), {"confirmed": "1"}).status_code == 200
    asking.post(step(article, "request_withdrawal"), asked)
    article.refresh_from_db()
    assert article.withdrawal_requested_by == editor
    assert article.is_published
    chief = at_desk(member("chief_editor"))
    page = chief.get(step(article, "withdraw")).content.decode()
    assert "Melindungi anak." in page
    # From a list the button only asks; the step's own button withdraws.
    assert chief.post(step(article, "withdraw")).status_code == 200
    article.refresh_from_db()
    assert article.is_published
    chief.post(step(article, "withdraw"), {"confirmed": "1", "seen_version": article.version})
    article.refresh_from_db()
    assert article.status == Status.WITHDRAWN
    assert article.corrections.get().kind == CorrectionKind.WITHDRAWAL


def test_whoever_asked_for_a_withdrawal_cannot_confirm_it(member, at_desk):
    article = ArticleFactory(is_public=True)
    chief = at_desk(member("chief_editor"))
    chief.post(
        step(article, "request_withdrawal"),
        {"confirmed": "1", "ground": "decency", "notice": "Maaf."},
    )
    article.refresh_from_db()
    seen = {"confirmed": "1", "seen_version": article.version}
    response = chief.post(step(article, "withdraw"), seen)
    assert response.context["form"].non_field_errors() == [
        "A second person must confirm the withdrawal that you asked for."
    ]


@pytest.mark.parametrize("seen", ["", "1", "x", "9" * 40])
def test_only_the_notice_that_was_read_is_confirmed(seen, editor, member, at_desk):
    article = ArticleFactory(is_public=True)
    workflow.request_withdrawal(article, by=editor, ground="decency", notice="Lama.")
    workflow.drop_withdrawal_request(article, by=editor)
    workflow.request_withdrawal(article, by=editor, ground="decency", notice="Baru.")
    chief = at_desk(member("chief_editor"))
    data = {"confirmed": "1", "seen_version": seen}
    response = chief.post(step(article, "withdraw"), data)
    form = response.context["form"]
    article.refresh_from_db()
    assert article.is_published
    assert "Baru." in response.content.decode()
    if seen in {"", "1"}:
        assert form.non_field_errors() == [
            "The story or the notice was changed after you opened this page. Read it again."
        ]
        again = {"confirmed": "1", "seen_version": form["seen_version"].value()}
        chief.post(step(article, "withdraw"), again)
        article.refresh_from_db()
        assert article.status == Status.WITHDRAWN


@pytest.mark.parametrize(
    ("role", "state", "ahead", "more"),
    [
        ("reporter", None, ["submit"], []),
        ("editor", None, ["submit", "publish"], []),
        ("editor", {}, ["submit", "publish"], ["schedule"]),
        (
            "editor",
            {"status": Status.IN_REVIEW},
            ["approve", "publish"],
            ["schedule", "send_back"],
        ),
        ("editor", {"status": Status.RETURNED}, ["submit", "publish"], ["schedule"]),
        ("editor", {"status": Status.APPROVED}, ["publish", "schedule"], ["send_back"]),
        ("editor", {"is_scheduled": True}, ["publish", "schedule"], ["unschedule"]),
        ("editor", {"is_public": True}, ["publish_changes"], ["request_withdrawal"]),
        ("chief_editor", {"is_public": True}, ["publish_changes"], ["request_withdrawal"]),
        ("ad_desk", {"status": Status.APPROVED}, [], []),
    ],
)
def test_the_bar_offers_what_can_be_done_the_rest_unfolds(
    role, state, ahead, more, member, at_desk
):
    client = at_desk(member(role))
    address = reverse("admin:articles_article_add")
    if state is not None:
        address = change(ArticleFactory(**state))
    response = client.get(address)
    assert [move.name for move, _step in response.context["moves"]] == ahead
    assert [move.name for move, _step in response.context["more_moves"]] == more
    page = response.content.decode()
    assert ("bar-more" in page) is bool(more)
    for name in [*ahead, *more]:
        assert page.count(f'name="_move" value="{name}"') == 1


@pytest.mark.parametrize(
    ("status", "ahead", "more"),
    [
        (Status.DRAFT, ["submit"], []),
        (Status.RETURNED, ["submit"], []),
        (Status.IN_REVIEW, [], ["recall"]),
        (Status.APPROVED, [], []),
    ],
)
def test_a_reporters_own_story_offers_handing_in_and_taking_back(
    status, ahead, more, draft, reporter, at_desk
):
    Article.objects.filter(pk=draft.pk).update(status=status)
    context = at_desk(reporter).get(change(draft)).context
    assert [move.name for move, _step in context["moves"]] == ahead
    assert [move.name for move, _step in context["more_moves"]] == more


def test_whoever_may_confirm_a_withdrawal_finds_it_under_more(editor, member, at_desk):
    article = ArticleFactory(is_public=True)
    workflow.request_withdrawal(article, by=editor, ground="decency", notice="Maaf.")
    context = at_desk(member("chief_editor")).get(change(article)).context
    found = [move.name for move, _step in context["more_moves"]]
    assert found == ["drop_withdrawal_request", "withdraw"]


def test_a_move_somebody_else_made_already_is_a_sentence_not_an_error(editor, at_desk):
    article = ArticleFactory(status=Status.APPROVED)
    response = at_desk(editor).post(step(article, "approve"))
    assert response.url == change(article)
    assert said(response) == ["The story is “approved” now, so this cannot be done with it."]


def test_a_reporter_takes_a_handed_in_story_back_from_the_page_that_shows_it(
    draft, reporter, at_desk
):
    Article.objects.filter(pk=draft.pk).update(status=Status.IN_REVIEW)
    client = at_desk(reporter)
    assert f'formaction="{step(draft, "recall")}"' in client.get(change(draft)).content.decode()
    client.post(step(draft, "recall"))
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_a_move_of_a_story_that_is_not_there_leads_back_to_the_desk(editor, at_desk, db):
    missing = reverse("admin:articles_article_move", args=[987654, "approve"])
    assert at_desk(editor).post(missing).url == INDEX


def test_an_unknown_move_is_forbidden(draft, editor, at_desk):
    assert at_desk(editor).post(step(draft, "delete")).status_code == 403


@pytest.mark.parametrize("name", ["approve", "publish", "schedule", "send_back"])
def test_a_move_of_a_text_that_was_not_seen_is_refused_with_what_changed(
    name, draft, reporter, editor, at_desk
):
    Article.objects.filter(pk=draft.pk).update(place=PlaceFactory())
    client, mine = at_desk(editor), at_desk(reporter)
    mine.post(change(draft), filled(mine.get(change(draft)), headline="Seen"))
    draft.refresh_from_db()
    seen = draft.version
    mine.post(change(draft), filled(mine.get(change(draft)), headline="Unseen"))
    workflow.submit(Article.objects.get(pk=draft.pk), by=reporter)
    data = {"seen_version": seen, "note": "Why?", "at": "2036-01-01T08:00", "confirmed": "1"}
    if name in {"approve", "publish"}:
        data.pop("confirmed")
    response = client.post(step(draft, name), data)
    draft.refresh_from_db()
    page = response.content.decode()
    assert draft.status == Status.IN_REVIEW
    assert "Rahma Nurdin changed the story after you opened it." in page
    assert "<ins" in page and "Unseen" in page
    assert response.context["form"]["seen_version"].value() == str(draft.version)


def test_a_move_that_left_the_text_alone_is_no_conflict(draft, reporter, editor, at_desk):
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), headline="Seen"))
    draft.refresh_from_db()
    seen = draft.version
    workflow.submit(draft, by=reporter)
    response = at_desk(editor).post(step(draft, "approve"), {"seen_version": seen})
    assert response.url == INDEX
    draft.refresh_from_db()
    assert draft.status == Status.APPROVED


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "\x00"])
def test_a_move_that_does_not_say_what_was_seen_is_not_made(seen, draft, reporter, editor, at_desk):
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), headline="Unseen"))
    workflow.submit(Article.objects.get(pk=draft.pk), by=reporter)
    assert at_desk(editor).post(step(draft, "approve"), {"seen_version": seen}).status_code == 200
    draft.refresh_from_db()
    assert draft.status == Status.IN_REVIEW


def test_every_button_of_the_desk_says_which_version_it_is_for(draft, reporter, at_desk):
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), headline="Seen"))
    page = client.get(INDEX).content.decode()
    assert '<input type="hidden" name="seen_version" value="1">' in page
    workflow.submit(Article.objects.get(pk=draft.pk), by=reporter)
    page = client.get(change(draft)).content.decode()
    assert '<input type="hidden" name="seen_version" value="2">' in page
