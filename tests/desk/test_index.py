"""The first screen: what waits for whom, with one-tap moves, in few queries."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from articles import live
from articles.choices import Status
from articles.models import Article
from newsroom import sweeping
from tests import covering
from tests.comments.people import written
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    PersonFactory,
    PublicationFactory,
)

INDEX = reverse("admin:index")


def panels(client):
    """The titles of the lines in each panel, by the panel's key."""
    shown = client.get(INDEX).context["panels"]
    return {panel.key: [row.title for row in panel.rows] for panel in shown}


def story(headline, status=Status.DRAFT, **fields):
    return ArticleFactory(headline=headline, status=status, **fields)


def test_a_reporter_sees_what_came_back_the_own_drafts_and_what_was_handed_in(reporter, at_desk):
    story("Returned", Status.RETURNED, created_by=reporter, desk_note="Siapa sumbernya?")
    story("Draft", created_by=reporter)
    story("Handed in", Status.IN_REVIEW, created_by=reporter)
    story("A colleague's")
    client = at_desk(reporter)
    assert panels(client) == {
        "returned-to-me": ["Returned"],
        "drafts": ["Draft"],
        "handed-in": ["Handed in"],
    }
    assert "Siapa sumbernya?" in client.get(INDEX).content.decode()


def test_an_editor_sees_what_to_review_oldest_first_and_what_is_late(editor, at_desk):
    for headline, hours in (("Old", 5), ("Newer", 1), ("New", 0)):
        article = story(headline, Status.IN_REVIEW)
        saved = timezone.now() - datetime.timedelta(hours=hours)
        Article.objects.filter(pk=article.pk).update(saved_at=saved)
    story("Approved", Status.APPROVED)
    story("Back", Status.RETURNED)
    ArticleFactory(headline="Tonight", is_scheduled=True)
    assert panels(at_desk(editor)) == {
        "late": ["Old"],
        "to-review": ["Newer", "New"],
        "approved": ["Approved"],
        "scheduled": ["Tonight"],
        "returned": ["Back"],
    }


def test_live_coverage_that_runs_is_one_tap_away(reporter, member, at_desk):
    story = covering.covered(headline="Banjir")
    live.end(covering.covered(headline="Sudah selesai"), by=covering.member("editor"))
    client = at_desk(reporter)
    panel = client.get(INDEX).context["panels"][0]
    assert (panel.key, [row.title for row in panel.rows]) == ("live-now", ["Banjir"])
    assert panel.rows[0].url == reverse("admin:articles_article_live", args=[story.pk])
    assert "live-now" not in panels(at_desk(member("moderator")))


def test_a_chief_editor_sees_withdrawals_that_a_colleague_asked_for(member, at_desk):
    chief, editor = member("chief_editor"), member("editor")
    for headline, asked_by in (("Theirs", editor), ("Mine", chief)):
        ArticleFactory(
            headline=headline,
            is_public=True,
            withdrawal_ground="decency",
            withdrawal_notice="Maaf.",
            withdrawal_requested_at=timezone.now(),
            withdrawal_requested_by=asked_by,
        )
    assert panels(at_desk(chief))["withdrawals"] == ["Theirs"]


def test_an_incomplete_masthead_is_shown_to_the_chief_editor_alone(member, editor, at_desk):
    chief = at_desk(member("chief_editor"))
    masthead = reverse("admin:articles_publication_change", args=[1])
    assert chief.get(INDEX).context["masthead_url"] == masthead
    assert at_desk(editor).get(INDEX).context["masthead_url"] == ""
    PublicationFactory()
    assert chief.get(INDEX).context["masthead_url"] == ""


def test_moderator_and_ad_desk_see_what_there_is_for_them(member, at_desk):
    assert panels(at_desk(member("moderator"))) == {"comments": []}
    assert panels(at_desk(member("ad_desk"))) == {}
    assert "Nothing waits for you." in at_desk(member("ad_desk")).get(INDEX).content.decode()


def test_a_line_is_moved_by_one_tap(draft, reporter, at_desk):
    client = at_desk(reporter)
    (panel,) = client.get(INDEX).context["panels"]
    (button,) = panel.rows[0].buttons
    assert (button.label, button.is_step) == ("Hand in", False)
    assert client.post(button.url).url == INDEX
    draft.refresh_from_db()
    assert draft.status == Status.IN_REVIEW


def test_a_long_list_is_cut_and_leads_on(reporter, at_desk):
    for number in range(9):
        story(f"Draft {number}", created_by=reporter)
    (panel,) = at_desk(reporter).get(INDEX).context["panels"]
    assert len(panel.rows) == 6
    assert panel.has_more
    assert at_desk(reporter).get(panel.more_url).context["cl"].result_count == 9


def test_headlines_are_printed_as_text(reporter, at_desk):
    story("<script>x</script>", created_by=reporter)
    assert "<script>x" not in at_desk(reporter).get(INDEX).content.decode()


@pytest.mark.parametrize("stories", [1, 3])
def test_index_takes_the_same_queries_for_one_story_and_three(
    stories, reporter, editor, at_desk, django_assert_num_queries
):
    for number in range(stories):
        for status in (Status.DRAFT, Status.RETURNED, Status.IN_REVIEW, Status.APPROVED):
            story(f"{status} {number}", status, created_by=reporter)
        ArticleFactory(is_scheduled=True, created_by=reporter)
    for user, queries in ((reporter, 12), (editor, 22)):
        client = at_desk(user)
        with django_assert_num_queries(queries):
            client.get(INDEX)


def test_language_is_changed_by_post_and_stays(editor, at_desk):
    client = at_desk(editor)
    address = reverse("admin:language")
    assert client.get(address).status_code == 405
    response = client.post(address, {"language": "id", "next": "/admin/articles/article/?q=x"})
    assert response.url == "/admin/articles/article/?q=x"
    assert User.objects.get(pk=editor.pk).language == "id"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:x()", ""])
def test_language_never_leads_away_from_the_desk(back, editor, at_desk):
    response = at_desk(editor).post(reverse("admin:language"), {"language": "id", "next": back})
    assert response.url == INDEX


def test_an_unknown_language_changes_nothing(editor, at_desk):
    at_desk(editor).post(reverse("admin:language"), {"language": "xx"})
    assert User.objects.get(pk=editor.pk).language == "en"


def test_the_door_asks_for_the_e_mail_address(client, db):
    page = client.get(reverse("admin:login")).content.decode()
    assert "E-mail address" in page
    assert 'type="email"' in page


def test_the_e_mail_address_opens_whatever_its_case(client, member):
    user = member("editor", password="padi-menguning-1", email="hasrul@example.org")
    data = {"username": "Hasrul@Example.org", "password": "padi-menguning-1"}
    assert client.post(reverse("admin:login"), data).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_password_is_a_sentence(client, member):
    member("editor", password="padi-menguning-1", email="hasrul@example.org")
    response = client.post(
        reverse("admin:login"), {"username": "hasrul@example.org", "password": "salah"}
    )
    assert "This e-mail address and password do not open the desk." in response.content.decode()


def test_an_editor_sees_first_where_readers_can_read_a_protected_name(editor, reporter, at_desk):
    article = ArticleFactory(
        is_public=True, is_identity_protected=True, headline="Anak diselamatkan", body="<p>Isi.</p>"
    )
    AttendanceFactory(article=article, person=PersonFactory(name="Andi Melati"))
    comment = written(article, body="Andi Melati itu tetangga saya.")
    sweeping.sweep()
    client = at_desk(editor)
    (leak,) = client.get(INDEX).context["panels"][0].rows
    assert (leak.title, leak.facts) == ("Anak diselamatkan", ["a comment", "Andi Melati"])
    assert client.get(leak.url).context["comment"] == comment
    assert "leaks" not in panels(at_desk(reporter))
