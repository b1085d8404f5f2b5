"""Breaking news on the desk."""

import datetime

import pytest
from django.utils import timezone

from articles.choices import Kind
from articles.models import BreakingNews
from tests.factories import ArticleFactory, BreakingNewsFactory, PublicationFactory

LIST = "/admin/articles/breakingnews/"
ADD = f"{LIST}add/"
ROLES = ["reporter", "editor", "chief_editor", "moderator", "ad_desk"]
EDITORS = {"editor", "chief_editor"}


@pytest.fixture(autouse=True)
def publication(db):
    return PublicationFactory()


@pytest.fixture
def desk(editor, at_desk):
    return at_desk(editor)


def typed(minutes):
    moment = timezone.localtime() + datetime.timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M")


def filled(**changes):
    return {"text": "Gempa terasa", "ends_at": typed(60), **changes}


@pytest.mark.parametrize("role", ROLES)
def test_pages_answer_as_the_roles_say(role, member, at_desk):
    news = BreakingNewsFactory()
    client = at_desk(member(role))
    may = role in EDITORS
    pages = [LIST, ADD, f"{LIST}{news.pk}/change/"]
    assert {client.get(page).status_code for page in pages} == {200 if may else 403}
    assert client.post(ADD, filled()).status_code == (302 if may else 403)
    assert client.post(f"{LIST}{news.pk}/end/").status_code == (302 if may else 403)
    news.refresh_from_db()
    assert (news.ended_at is not None) == may


def test_a_line_is_announced_and_stands(desk, client):
    story = ArticleFactory(is_public=True)
    response = desk.post(ADD, filled(article=story.pk), follow=True)
    assert "Stands above every page from" in response.content.decode()
    breaking = client.get("/").context["breaking"]
    assert (breaking.text, breaking.url) == ("Gempa terasa", story.get_absolute_url())


def test_the_form_proposes_an_end(desk):
    end = timezone.make_aware(desk.get(ADD).context["form"]["ends_at"].value())
    assert datetime.timedelta(hours=1) < end - timezone.now() <= datetime.timedelta(hours=2)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"text": ""}, "text", "Say what happened."),
        ({"text": "   "}, "text", "Say what happened."),
        ({"text": "x" * 141}, "text", "at most 140"),
        ({"text": "a\x00"}, "text", "Null characters"),
        ({"ends_at": ""}, "ends_at", "Say until when it stands."),
        ({"ends_at": "nanti"}, "ends_at", "Write the time as"),
        ({"ends_at": "0001-01-01T00:00"}, "__all__", "ends after it begins"),
        ({"ends_at": "9999-12-31T23:59"}, "__all__", "a day at most"),
        ({"starts_at": "2020-01-01T00:00"}, "__all__", "has passed"),
        ({"article": "x"}, "article", "There is no such story"),
        ({"replaces": "x"}, "replaces", "whole number"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(changes, field, sentence, desk):
    page = desk.post(ADD, filled(**changes))
    assert sentence in str(page.context["form"].errors[field])
    assert not BreakingNews.objects.exists()


def test_a_paid_story_is_not_offered(desk):
    paid = ArticleFactory(is_public=True, kind=Kind.PAID, sponsor="PT Griya")
    page = desk.post(ADD, filled(article=paid.pk))
    assert page.status_code == 200
    assert not BreakingNews.objects.exists()


def test_a_line_is_corrected_by_a_better_one(desk, client):
    old = BreakingNewsFactory(text="Gmpa")
    page = desk.get(ADD, {"better": old.pk})
    assert page.context["form"]["text"].value() == "Gmpa"
    desk.post(ADD, filled(replaces=old.pk))
    old.refresh_from_db()
    assert old.ended_at is not None
    assert client.get("/").context["breaking"].text == "Gempa terasa"


def test_a_line_is_taken_down_by_post_alone(desk, client):
    news = BreakingNewsFactory()
    assert desk.get(f"{LIST}{news.pk}/end/").status_code == 405
    assert client.get("/").context["breaking"] is not None
    desk.post(f"{LIST}{news.pk}/end/")
    assert client.get("/").context["breaking"] is None


def test_the_list_says_how_each_stands(desk, editor):
    BreakingNewsFactory(ends_at=timezone.now() - datetime.timedelta(minutes=1))
    BreakingNewsFactory(ended_at=timezone.now(), ended_by=editor)
    BreakingNewsFactory()
    later = timezone.now() + datetime.timedelta(minutes=5)
    BreakingNewsFactory(starts_at=later)
    html = desk.get(LIST).content.decode()
    states = [f'field-standing">{word}' for word in ("to come", "runs", "taken down by", "over")]
    assert sorted(states, key=html.index) == states


@pytest.mark.parametrize("key", ["x", "-1", "9" * 40, "٣", "999999"])
def test_a_made_up_key_is_no_fault(key, desk):
    assert desk.get(ADD, {"better": key}).status_code == 200
    assert desk.get(f"{LIST}{key}/change/").status_code in {302, 404}


@pytest.mark.parametrize(("length", "is_warned"), [(70, False), (71, True), (140, True)])
def test_a_line_longer_than_advised_is_announced_with_a_warning(length, is_warned, desk):
    response = desk.post(ADD, filled(text="x" * length), follow=True)
    assert BreakingNews.objects.get().text == "x" * length
    told = f"{length} characters: with more than 70, the line takes much of a phone"
    assert (told in response.content.decode()) == is_warned
    again = desk.post(ADD, filled(text="x" * length, ends_at="")).content.decode()
    assert 'maxlength="140"' in again and (told in again) == is_warned
