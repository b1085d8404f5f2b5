"""Many stories of the list at once: what was seen is changed, what was not is refused by its name."""

import pytest
from django.urls import reverse

from articles import changes, workflow
from articles.choices import Status
from articles.models import Article
from tests.desk.conftest import filled
from tests.desk.test_moves import said
from tests.desk.test_story_form import change
from tests.factories import ArticleFactory, SectionFactory

LIST = reverse("admin:articles_article_changelist")


def boxes(client):
    """The values of the list's boxes by headline, as they were served."""
    page = client.get(LIST)
    rows = page.context["cl"].result_list
    return {row.headline: f"{row.pk}:{row.version}" for row in rows}


def ask(client, name, chosen):
    return client.post(LIST, {"action": name, "index": "0", "_selected_action": chosen})


def do(client, name, chosen, **values):
    url = reverse("admin:articles_article_bulk", args=[name])
    return client.post(url, {"_selected_action": chosen, **values})


def test_chosen_stories_move_to_a_section_and_the_history_says_so(editor, at_desk):
    ArticleFactory.create_batch(2)
    section = SectionFactory()
    client = at_desk(editor)
    chosen = list(boxes(client).values())
    page = ask(client, "section", chosen)
    assert len(page.context["stories"]) == 2
    assert [value for _line, value, _field in page.context["stories"]] == chosen
    response = do(client, "section", chosen, section=section.pk)
    assert said(response) == ["2 stories are done."]
    assert {article.section for article in Article.objects.all()} == {section}
    assert {a.revisions.first().note for a in Article.objects.all()} == {
        "Section changed in the list"
    }


def test_a_story_that_was_changed_since_the_list_was_shown_is_refused_by_name(
    draft, reporter, editor, at_desk
):
    other = ArticleFactory(headline="Other")
    desk, mine = at_desk(editor), at_desk(reporter)
    chosen = list(boxes(desk).values())
    mine.post(change(draft), filled(mine.get(change(draft)), headline="Newer", tags="satu"))
    response = do(desk, "tags", chosen, tags="laut, darat")
    draft.refresh_from_db()
    assert [tag.name for tag in draft.tags.all()] == ["satu"]
    assert sorted(tag.name for tag in other.tags.all()) == ["darat", "laut"]
    assert said(response) == [
        f'<a href="{change(draft)}">Newer</a>: Rahma Nurdin changed the story after you opened it.',
        "1 story is done.",
    ]


def test_a_public_story_is_changed_by_changes_that_are_published_at_once(editor, at_desk):
    article = ArticleFactory(is_public=True, tags=["satu"])
    client = at_desk(editor)
    do(client, "tags", list(boxes(client).values()), tags="dua")
    assert sorted(tag.name for tag in article.tags.all()) == ["dua", "satu"]
    assert not Article.objects.filter(changes_to=article).exists()
    assert article.revisions.first().note == "Tags added in the list"


def test_a_story_with_changes_is_left_alone(editor, at_desk):
    article = ArticleFactory(is_public=True)
    changes.begin(article, by=editor)
    client = at_desk(editor)
    response = do(client, "tags", list(boxes(client).values()), tags="dua")
    assert "There are changes to it that are not published yet." in said(response)[0]
    assert article.tags.count() == 0


def test_stories_are_approved_and_those_that_cannot_be_are_named(editor, at_desk):
    waiting = ArticleFactory(status=Status.IN_REVIEW)
    other = ArticleFactory(status=Status.DRAFT, headline="Other")
    client = at_desk(editor)
    response = do(client, "approve", list(boxes(client).values()))
    waiting.refresh_from_db()
    assert waiting.status == Status.APPROVED
    assert said(response) == [
        f'<a href="{change(other)}">Other</a>: The story is “draft” now, so this cannot be done with it.',
        "1 story is done.",
    ]


def test_a_story_that_a_check_stops_is_not_published_and_the_others_are(editor, at_desk):
    whole = ArticleFactory(status=Status.APPROVED, is_ready=True)
    empty = ArticleFactory(status=Status.APPROVED, body="")
    client = at_desk(editor)
    response = do(client, "publish", list(boxes(client).values()))
    whole.refresh_from_db()
    empty.refresh_from_db()
    assert (whole.status, empty.status) == (Status.PUBLISHED, Status.APPROVED)
    assert "The story has no text yet." in said(response)[0]


@pytest.mark.parametrize(("waved", "state"), [("", "approved"), ("Kabar singkat", "published")])
def test_each_story_about_which_a_check_advises_has_its_own_reason(waved, state, editor, at_desk):
    whole = ArticleFactory(status=Status.APPROVED, is_ready=True)
    advised = ArticleFactory(status=Status.APPROVED, is_ready=True, place=None)
    client = at_desk(editor)
    sent = {f"waved_{advised.pk}": waved}
    response = do(client, "publish", list(boxes(client).values()), **sent)
    whole.refresh_from_db()
    advised.refresh_from_db()
    assert (whole.status, advised.status) == (Status.PUBLISHED, state)
    told = [message for message in said(response) if "Say why the story may come out" in message]
    assert len(told) == (0 if waved else 1)


def test_what_a_role_may_not_do_is_not_offered_and_not_done(draft, reporter, at_desk):
    client = at_desk(reporter)
    choices = client.get(LIST).context["action_form"].fields["action"].choices
    assert [name for name, _label in choices] == ["", "section", "tags"]
    response = do(client, "publish", [f"{draft.pk}:0"])
    assert response.status_code == 403


def test_a_reporter_changes_only_the_own_stories(draft, reporter, at_desk):
    other = ArticleFactory()
    client = at_desk(reporter)
    response = do(client, "tags", list(boxes(client).values()), tags="laut")
    assert [tag.name for tag in draft.tags.all()] == ["laut"]
    assert other.tags.count() == 0
    assert "This story is not yours to change now." in said(response)[0]


@pytest.mark.parametrize(
    "chosen", [[], ["x"], ["1:2:3"], ["-1:0"], ["9" * 30 + ":1"], ["\x00"], ["987654:1"]]
)
def test_boxes_that_name_no_story_do_no_harm(chosen, draft, editor, at_desk):
    client = at_desk(editor)
    assert do(client, "approve", chosen).status_code == 302
    assert ask(client, "tags", chosen).status_code in {200, 302}


def test_without_the_version_nothing_is_written_over(draft, editor, reporter, at_desk):
    workflow.submit(draft, by=reporter)
    client = at_desk(editor)
    client.post(change(draft), filled(client.get(change(draft)), headline="Newer"))
    response = do(client, "approve", [str(draft.pk)])
    assert "changed the story after you opened it." in said(response)[0]


def test_values_that_are_wrong_are_asked_again_for_the_same_lines(draft, editor, at_desk):
    client = at_desk(editor)
    page = do(client, "section", [f"{draft.pk}:7"], section="")
    assert page.context["form"].errors["section"] == ["Choose the section."]
    assert [value for _line, value, _field in page.context["stories"]] == [f"{draft.pk}:7"]


def test_an_action_that_is_none_is_a_sentence(draft, editor, at_desk):
    response = ask(at_desk(editor), "", [f"{draft.pk}:0"])
    assert said(response) == ["Choose what to do with these stories."]
