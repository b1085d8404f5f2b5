"""Two who write at the same moment, each in a process of their own: one text stands, the other is kept."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles import changes
from articles.models import Article, LateSave
from tests.desk.conftest import filled, new_story
from tests.desk.test_moves import step
from tests.desk.test_story_form import change
from tests.factories import ArticleFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ADD = reverse("admin:articles_article_add")


def kept_and_standing(article):
    return sorted([article.headline, LateSave.objects.get().snapshot["headline"]])


def test_of_two_saves_at_once_one_stands_and_one_is_kept(draft, reporter, editor, at_desk):
    mine, theirs = at_desk(reporter), at_desk(editor)
    first = filled(mine.get(change(draft)), headline="Mine")
    second = filled(theirs.get(change(draft)), headline="Theirs")
    answers = at_once(
        lambda: mine.post(change(draft), first).status_code,
        lambda: theirs.post(change(draft), second).status_code,
    )
    draft.refresh_from_db()
    assert answers == [302, 302]
    assert kept_and_standing(draft) == ["Mine", "Theirs"]


def test_a_new_story_that_is_sent_twice_at_once_is_one(reporter, at_desk):
    clients = [at_desk(reporter), at_desk(reporter)]
    data = new_story(tab=clients[0].get(ADD).context["adminform"].form["tab"].value())
    answers = at_once(*(lambda c=c: c.post(ADD, data).status_code for c in clients))
    assert answers == [302, 302]
    assert Article.objects.count() == 1


def test_two_who_begin_changes_at_once_have_one_working_copy(editor, member, at_desk):
    article = ArticleFactory(is_public=True, headline="Before")
    one, other = at_desk(editor), at_desk(member("editor", name="Lain"))
    first = filled(one.get(change(article)), headline="Mine")
    second = filled(other.get(change(article)), headline="Theirs")
    answers = at_once(
        lambda: one.post(change(article), first).status_code,
        lambda: other.post(change(article), second).status_code,
    )
    article.refresh_from_db()
    assert answers == [302, 302]
    assert article.headline == "Before"
    assert kept_and_standing(article.working_copy) == ["Mine", "Theirs"]


def test_changes_that_are_published_and_saved_at_once_lose_no_word(editor, member, at_desk):
    article = ArticleFactory(is_public=True, headline="Before")
    copy = changes.begin(article, by=editor)
    one, other = at_desk(editor), at_desk(member("editor", name="Lain"))
    data = filled(one.get(change(copy)), headline="Mine")
    answers = at_once(
        lambda: one.post(change(copy), data).status_code,
        lambda: (
            other.post(
                step(copy, "publish_changes"), {"confirmed": "1", "seen_version": copy.version}
            ).status_code
        ),
    )
    assert 500 not in answers
    copies = Article.objects.filter(changes_to=article)
    standing = [*copies.values_list("headline", flat=True)]
    kept = [late.snapshot["headline"] for late in LateSave.objects.all()]
    assert "Mine" in [*standing, *kept]
    article.refresh_from_db()
    assert article.headline == "Before"
