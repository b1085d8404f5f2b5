"""A scheduled story comes out by itself, so whatever is written into it is looked at as a publication is."""

import pytest

from articles import restoring, revisions, versions, workflow
from articles.models import Article, LateSave
from articles.snapshots import snapshot
from tests.desk.conftest import filled
from tests.desk.test_conflicts import late_page, settle
from tests.desk.test_story_form import change
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    PersonFactory,
    PhotoFactory,
    PublicationFactory,
)

NAMED = "Identities are protected, but the text names Andi Korban."
TOGETHER = "These fields cannot stand beside the others as they are now: take more of them."


@pytest.fixture
def protected(db):
    """A scheduled story about a child, whose name stands in the register alone."""
    PublicationFactory()
    story = ArticleFactory(
        is_scheduled=True, is_ready=True, is_identity_protected=True, body="<p>Seorang anak.</p>"
    )
    person = PersonFactory(name="Andi Korban", is_public=False)
    AttendanceFactory(article=story, person=person, name_as_printed="Andi Korban")
    return story


def late_save(story, editor, member, at_desk, **mine):
    """The page of a save that met a colleague's headline; the editor's client and its address."""
    one, two = at_desk(editor), at_desk(member("editor", name="Lain"))
    stale = filled(one.get(change(story)), **mine)
    two.post(change(story), filled(two.get(change(story)), headline="Judul lain"))
    return one, late_page(one.post(change(story), stale))


def test_the_choice_of_a_late_save_does_not_name_a_protected_child_in_a_scheduled_story(
    protected, editor, member, at_desk
):
    named = "<p>Andi Korban, seorang anak.</p>"
    desk, url = late_save(protected, editor, member, at_desk, body=named)
    page = settle(desk, url, body="mine").content.decode()
    protected.refresh_from_db()
    assert NAMED in page
    assert (protected.headline, protected.body) == ("Judul lain", "<p>Seorang anak.</p>")
    # It waits, and can still be chosen without the name.
    assert LateSave.objects.get().snapshot["body"] == named
    assert settle(desk, url, body="theirs").status_code == 302


def test_a_scheduled_advertorial_without_its_sponsor_is_a_sentence_and_no_broken_page(
    editor, member, at_desk
):
    story = ArticleFactory(is_scheduled=True, is_ready=True)
    desk, url = late_save(story, editor, member, at_desk, kind="paid", sponsor="PT Laut")
    response = settle(desk, url, kind="mine", sponsor="theirs")
    story.refresh_from_db()
    assert response.status_code == 200
    assert TOGETHER in response.content.decode()
    assert (story.kind, story.sponsor) == ("news", "")
    assert settle(desk, url, kind="theirs", sponsor="theirs").status_code == 302


def test_the_doors_themselves_refuse_a_photo_without_credit_in_a_scheduled_story(editor):
    story = ArticleFactory(is_scheduled=True, is_ready=True)
    ArticlePhotoFactory(article=story, photo=PhotoFactory(credit=""))
    first = revisions.record(story, by=editor)
    with_photo = snapshot(story)
    story.article_photos.all().delete()
    second = revisions.record(story, by=editor)
    late = versions.keep_late(story, with_photo, by=editor, seen=first.number)
    for write in (
        lambda: versions.settle(late, with_photo, by=editor, seen=second.number),
        lambda: versions.restore(story, first, by=editor, seen=second.number),
        lambda: restoring.restore(story, first, by=editor, seen=second.number, keys=("photos",)),
    ):
        with pytest.raises(workflow.Refused, match="1 photo has no credit"):
            write()
    row = Article.objects.get(pk=story.pk)
    assert (row.version, row.article_photos.count()) == (second.number, 0)
    assert LateSave.objects.filter(pk=late.pk).exists()


def test_what_a_scheduled_story_lacked_already_stops_no_choice(editor):
    story = ArticleFactory(is_scheduled=True, is_ready=True)
    ArticlePhotoFactory(article=story, photo=PhotoFactory(credit=""))
    seen = revisions.record(story, by=editor).number
    late = versions.keep_late(story, snapshot(story), by=editor, seen=seen)
    better = snapshot(story) | {"headline": "Judul baru"}
    assert versions.settle(late, better, by=editor, seen=seen) == []
    assert Article.objects.get(pk=story.pk).headline == "Judul baru"
