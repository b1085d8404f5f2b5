"""What stands before readers keeps the rules: a save that would break one is taken back."""

import pytest

from articles.choices import Status
from articles.models import Article, Photo
from tests.desk.conftest import filled, line, upload
from tests.desk.test_moves import said
from tests.desk.test_story_form import change, errors, publish_changes
from tests.factories import ArticleFactory, ArticlePhotoFactory, AttendanceFactory, PhotoFactory


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"body": ""}, "The story has no text yet."),
        ({"body": "<p></p>"}, "The story has no text yet."),
        (
            {"sponsor": "PT Lain"},
            "Somebody paid for this story, but its kind is not “Advertorial”.",
        ),
    ],
)
def test_a_scheduled_story_is_not_saved_against_the_rules(typed, sentence, editor, at_desk):
    article = ArticleFactory(is_scheduled=True, headline="Before")
    client = at_desk(editor)
    data = filled(client.get(change(article)), headline="After", **typed)
    response = client.post(change(article), data)
    article.refresh_from_db()
    assert errors(response) == [sentence]
    assert "After" in response.content.decode()
    assert (article.headline, article.body) == (
        "Before",
        "<p>First paragraph.</p><p>Second paragraph.</p>",
    )
    assert article.revisions.count() == 0
    # Mended, it is saved from the same page.
    mended = filled(response, body="<p>Teks.</p>", sponsor=None)
    assert client.post(change(article), mended).status_code == 302
    article.refresh_from_db()
    assert (article.headline, article.body) == ("After", "<p>Teks.</p>")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"body": ""}, "The story has no text yet."),
        (
            {"sponsor": "PT Lain"},
            "Somebody paid for this story, but its kind is not “Advertorial”.",
        ),
    ],
)
def test_changes_against_the_rules_are_kept_and_not_published(typed, sentence, editor, at_desk):
    article = ArticleFactory(is_public=True, headline="Before")
    client = at_desk(editor)
    data = filled(client.get(change(article)), headline="After", **typed)
    response = client.post(change(article), data | {"_move": "publish_changes"})
    article.refresh_from_db()
    copy = article.working_copy
    assert said(response) == [sentence, "The text is saved all the same."]
    assert response.url == change(copy)
    assert (article.headline, copy.headline) == ("Before", "After")
    mended = filled(client.get(change(copy)), body="<p>Teks.</p>", sponsor=None)
    client.post(change(copy), mended | {"_move": "publish_changes"})
    article.refresh_from_db()
    assert (article.headline, article.body) == ("After", "<p>Teks.</p>")


def test_a_public_story_gets_no_photo_without_credit_and_the_photo_is_not_lost(editor, at_desk):
    article = ArticleFactory(is_public=True)
    client = at_desk(editor)
    row = line("article_photos", 0, 1, file=upload(), alt_text="Perahu", position=0)
    data = filled(client.get(change(article))) | row | {"_move": "publish_changes"}
    assert said(client.post(change(article), data))[0] == "1 photo has no credit."
    assert article.article_photos.count() == 0
    photo, copy = Photo.objects.get(), article.working_copy
    mended = filled(client.get(change(copy)), **{"article_photos-0-credit": "Baso"})
    assert mended["article_photos-0-photo"] == str(photo.pk)
    client.post(change(copy), mended | {"_move": "publish_changes"})
    photo.refresh_from_db()
    assert photo.credit == "Baso"
    assert [row.photo for row in article.article_photos.all()] == [photo]


def test_a_protected_story_does_not_come_to_name_somebody(editor, at_desk):
    article = ArticleFactory(is_public=True, is_identity_protected=True)
    AttendanceFactory(article=article, person__name="Sanneng")
    client = at_desk(editor)
    data = filled(client.get(change(article)), body="<p>Sanneng pulang.</p>")
    assert said(client.post(change(article), data | {"_move": "publish_changes"}))[0] == (
        "Identities are protected, but the text names Sanneng."
    )
    article.refresh_from_db()
    assert "Sanneng" not in article.body


def test_an_old_story_that_broke_a_rule_before_can_be_mended_step_by_step(editor, at_desk):
    """Such as one that came with the import: a correction must not wait for all its credits."""
    article = ArticleFactory(is_public=True)
    for position in range(3):
        photo = PhotoFactory(credit="", alt_text="")
        ArticlePhotoFactory(article=article, photo=photo, position=position)
    client = at_desk(editor)
    publish_changes(client, article, is_identity_protected="on")
    typed = {"article_photos-0-credit": "Baso", "article_photos-0-alt_text": "Perahu"}
    publish_changes(client, article, **typed)
    worse = line("article_photos", 3, 4, photo=PhotoFactory(credit="").pk, position=3)
    data = filled(client.get(change(article))) | worse | {"_move": "publish_changes"}
    assert said(client.post(change(article), data))[0] == "3 photos have no credit."


def test_a_draft_may_be_empty_and_uncredited(draft, reporter, at_desk):
    ArticlePhotoFactory(article=draft, photo=PhotoFactory(credit=""))
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), body="")
    assert client.post(change(draft), data).status_code == 302
    assert Article.objects.get().status == Status.DRAFT
