"""Working copies of public stories: readers see nothing of them until they are published, at once."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from articles import changes, photos, revisions, versions, workflow
from articles.choices import Status
from articles.models import Article, IgnoredFinding, Redirect
from articles.snapshots import snapshot
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    PhotoFactory,
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


def test_a_photo_replaced_everywhere_does_not_stop_changes_that_have_it_too(story, editor):
    old = story.article_photos.get().photo
    copy = changes.begin(story, by=editor)
    write(copy, headline="Panen raya")
    ArticlePhotoFactory(article=copy, caption="Padi", position=1)
    revisions.record(copy, by=editor)
    new = PhotoFactory(credit="Baso")
    photos.replace(old, new, by=editor)
    changes.publish(Article.objects.get(pk=copy.pk), by=editor, why="Benar")
    story.refresh_from_db()
    assert story.headline == "Panen raya"
    assert [row.photo_id == new.pk for row in story.article_photos.all()] == [True, False]


def test_a_change_of_the_public_story_that_its_copy_lacks_stops_the_changes(story, editor):
    copy = changes.begin(story, by=editor)
    write(copy, headline="Panen raya")
    write(Article.objects.get(pk=story.pk), standfirst="Diralat.")
    with pytest.raises(workflow.Refused, match="changed by another way"):
        changes.publish(copy, by=editor, why="Benar")
    # Taken over by hand, it is lost no more.
    write(Article.objects.get(pk=copy.pk), standfirst="Diralat.")
    changes.publish(copy, by=editor, why="Benar")
    story.refresh_from_db()
    assert (story.headline, story.standfirst) == ("Panen raya", "Diralat.")


def test_what_the_copy_desk_was_told_to_leave_alone_in_the_changes_it_leaves_alone_after_them(
    story, editor
):
    IgnoredFinding.objects.create(article=story, kind="form", text="ijin", ignored_by=editor)
    copy = changes.begin(story, by=editor)
    IgnoredFinding.objects.create(article=copy, kind="spelling", text="panenan", ignored_by=editor)
    write(copy, headline="Panen raya")
    changes.publish(copy, by=editor, why="Benar")
    kept = story.ignored_findings.values_list("kind", "text", "ignored_by")
    assert sorted(kept) == [("form", "ijin", editor.pk), ("spelling", "panenan", editor.pk)]


def test_a_colleagues_changes_are_not_overwritten_by_a_form_that_saw_a_later_move_of_the_story(
    story, editor
):
    Article.objects.filter(pk=story.pk).update(kind="paid", sponsor="PT Laut")
    copy = changes.begin(story, by=editor)
    write(copy, headline="Kata rekan")
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    workflow.end(Article.objects.get(pk=story.pk), by=editor, at=tomorrow)
    story.refresh_from_db()
    copy.refresh_from_db()
    assert story.version > copy.version
    mine = snapshot(story) | {"headline": "Kataku"}
    with pytest.raises(versions.Stale) as stale:
        changes.begin_with(story, mine, by=editor, note="", tab="", seen=story.version)
    copy.refresh_from_db()
    assert copy.headline == "Kata rekan"
    # Compared with what both began with, the headline is disputed.
    late = versions.keep_late(copy, mine, by=editor, seen=stale.value.seen)
    assert versions.of_late(late).disputed == ["headline"]


def test_one_form_goes_on_writing_the_changes_that_it_began(story, editor):
    for headline in ("Satu", "Dua"):
        written = changes.begin_with(
            story,
            snapshot(story) | {"headline": headline},
            by=editor,
            note="",
            tab="a",
            seen=story.version,
        )
    assert written.copy.headline == "Dua"


def test_what_is_gone_when_changes_are_written_is_named(story, editor):
    mine = snapshot(story) | {"headline": "Kataku"}
    mine["attendances"] = [row | {"person_id": 10**9} for row in mine["attendances"]]
    written = changes.begin_with(story, mine, by=editor, note="", tab="", seen=story.version)
    assert written.lost == ["Person"]
    assert written.copy.attendances.count() == 0


@pytest.mark.parametrize("status", [Status.IN_REVIEW, Status.APPROVED])
def test_a_reporter_does_not_discard_changes_that_the_editors_have(story, editor, status):
    reporter = colleague("reporter")
    Article.objects.filter(pk=story.pk).update(created_by=reporter)
    copy = changes.begin(Article.objects.get(pk=story.pk), by=reporter)
    Article.objects.filter(pk=copy.pk).update(status=status)
    copy.refresh_from_db()
    with pytest.raises(workflow.Refused, match="with the editors now"):
        changes.discard(copy, by=reporter)
    assert "discard_changes" not in {move.name for move in workflow.moves_for(copy, reporter)}
    changes.discard(copy, by=editor)


def test_a_reporter_discards_changes_that_nobody_has_handed_in(story):
    reporter = colleague("reporter")
    Article.objects.filter(pk=story.pk).update(created_by=reporter)
    copy = changes.begin(Article.objects.get(pk=story.pk), by=reporter)
    changes.discard(copy, by=reporter)
    assert changes.copy_of(story) is None
