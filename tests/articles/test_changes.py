"""Working copies of public stories: readers see nothing of them until they are published, at once."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import translation

from articles import changes, revisions, versions, workflow
from articles.choices import Status
from articles.models import Article, Redirect
from articles.snapshots import snapshot
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """Sentences are compared as they stand in the code."""
    with translation.override("en"):
        yield


def colleague(role, **values):
    person = StaffFactory(**values)
    person.groups.add(Group.objects.get(name=role))
    return person


@pytest.fixture
def editor():
    return colleague("editor")


@pytest.fixture
def story():
    story = ArticleFactory(
        is_public=True, headline="Panen", slug="panen", body="<p>Satu.</p>", tags=["padi"]
    )
    BylineFactory(article=story)
    ArticlePhotoFactory(article=story, caption="Sawah")
    AttendanceFactory(article=story, office_as_printed="Camat")
    revisions.record(story, by=None)
    return story


def write(row, **values):
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    revisions.record(row, by=row.created_by)


def read(story):
    return Article.objects.published().get(pk=story.pk).headline


def test_a_working_copy_begins_as_what_readers_see(story, editor):
    copy = changes.begin(story, by=editor)
    assert snapshot(copy) == snapshot(story)
    assert changes.differs(copy) == []
    assert changes.begin(story, by=editor) == copy


def test_readers_see_nothing_of_a_working_copy(client, story, editor):
    copy = changes.begin(story, by=editor)
    write(copy, headline="Panen raya", body="<p>Dua.</p>")
    assert read(story) == "Panen"
    assert changes.differs(copy) == ["headline", "body"]
    assert list(Article.objects.published()) == [story]
    assert copy not in Article.objects.addressable()


def test_published_changes_are_the_story_and_the_copy_is_gone(story, editor):
    copy = changes.begin(story, by=editor)
    write(copy, headline="Panen raya", body="<p>Dua.</p>", slug="panen-raya")
    copy.tags.set(["jagung"])
    copy.attendances.all().delete()
    published = changes.publish(copy, by=editor, why="salah hari")
    assert (published.pk, read(story)) == (story.pk, "Panen raya")
    published.refresh_from_db()
    assert (published.body, published.status) == ("<p>Dua.</p>", Status.PUBLISHED)
    assert [tag.name for tag in published.tags.all()] == ["jagung"]
    assert published.attendances.count() == 0
    assert published.updated_at is not None
    assert Redirect.objects.get().article == story
    assert changes.copy_of(story) is None
    assert [(one.number, one.is_working, one.note) for one in published.revisions.all()] == [
        (3, False, "salah hari"),
        (2, True, ""),
        (1, False, ""),
    ]
    assert published.revisions.first().changed == [
        "headline",
        "body",
        "slug",
        "tags",
        "attendances",
    ]


def test_rows_that_did_not_change_stay_the_same_rows(story, editor):
    line, photo = story.attendances.get(), story.article_photos.get()
    copy = changes.begin(story, by=editor)
    write(copy, headline="Panen raya")
    changes.publish(copy, by=editor)
    assert (story.attendances.get(), story.article_photos.get()) == (line, photo)


def test_discarded_changes_leave_the_story_and_stay_in_its_history(story, editor):
    copy = changes.begin(story, by=editor)
    write(copy, headline="Panen raya")
    changes.discard(copy, by=editor)
    assert read(story) == "Panen"
    assert [(one.is_working, one.note) for one in story.revisions.all()] == [
        (True, "Changes discarded"),
        (True, ""),
        (False, ""),
    ]
    again = changes.begin(story, by=editor)
    assert changes.differs(again) == []
    # What the first copy was is nothing that the second one has not seen.
    versions.require_seen(again, again.version)
    write(again, standfirst="Lain.")
    assert again.revisions.count() == 0
    assert story.revisions.first().changed == ["standfirst"]


def test_changes_that_would_make_the_story_worse_are_not_published(story, editor):
    copy = changes.begin(story, by=editor)
    write(copy, body="")
    with pytest.raises(workflow.Refused, match="no text"):
        changes.publish(copy, by=editor)
    assert changes.copy_of(story) == copy


def test_changes_to_a_story_that_was_withdrawn_meanwhile_are_refused(story, editor):
    copy = changes.begin(story, by=editor)
    workflow.request_withdrawal(story, by=editor, ground="child_protection", notice="Dicabut.")
    workflow.withdraw(story, by=colleague("chief_editor"))
    with pytest.raises(workflow.Refused, match="not public any more"):
        changes.publish(copy, by=editor)


def test_changes_are_refused_when_the_public_story_changed_by_another_way(story, editor):
    copy = changes.begin(story, by=editor)
    write(copy, headline="Panen raya")
    write(story, headline="Diimpor")
    with pytest.raises(workflow.Refused, match="changed by another way"):
        changes.publish(copy, by=editor)
    assert read(story) == "Diimpor"


def test_a_working_copy_can_never_be_public(story, editor):
    copy = changes.begin(story, by=editor)
    with pytest.raises(workflow.Refused):
        workflow.publish(copy, by=editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=copy.pk).update(
            status=Status.PUBLISHED, publish_at=story.publish_at, published_on=story.published_on
        )


def test_a_reporter_hands_changes_in_and_an_editor_publishes_them(editor):
    reporter = colleague("reporter")
    story = ArticleFactory(is_public=True, created_by=reporter)
    copy = changes.begin(story, by=reporter)
    write(copy, headline="Panen raya")
    with pytest.raises(workflow.Refused):
        changes.publish(copy, by=reporter)
    workflow.submit(copy, by=reporter)
    workflow.approve(copy, by=editor)
    changes.publish(copy, by=editor)
    assert read(story) == "Panen raya"


def test_a_reporter_changes_no_story_of_a_colleague(story):
    with pytest.raises(workflow.Refused, match="colleague"):
        changes.begin(story, by=colleague("reporter"))


def test_a_story_that_is_not_out_needs_no_working_copy(editor):
    with pytest.raises(workflow.Refused):
        changes.begin(ArticleFactory(), by=editor)
