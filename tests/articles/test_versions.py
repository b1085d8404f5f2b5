"""Nobody writes over a version that they did not see, and what came too late is kept whole."""

import pytest
from django.contrib.auth.models import Group
from django.utils import translation

from articles import revisions, versions, workflow
from articles.models import Article, LateSave
from articles.snapshots import apply, snapshot
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    OrganisationFactory,
    StaffFactory,
    TenureFactory,
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
def reporter():
    return colleague("reporter")


@pytest.fixture
def story(reporter):
    story = ArticleFactory(headline="Panen", standfirst="Awal.", created_by=reporter)
    revisions.record(story, by=reporter, tab="a")
    return story


def save(story, tab="", by=None, **values):
    row = Article.objects.get(pk=story.pk)
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    revisions.record(row, by=by, tab=tab)
    return row


def test_a_version_that_was_seen_is_not_stale(story):
    versions.require_seen(story, 1)


@pytest.mark.parametrize("seen", [None, -1, 0, 1])
def test_a_version_that_was_not_seen_is_stale_and_names_who_made_it(story, seen):
    row = save(story, by=StaffFactory(name="Hasrullah"), headline="Lain")
    with pytest.raises(versions.Stale, match="Hasrullah changed the story") as late:
        versions.require_seen(row, seen)
    assert late.value.unseen[0].number == 2


def test_two_saves_of_one_form_are_no_conflict_but_those_of_two_forms_are(story, reporter):
    row = save(story, tab="a", by=reporter, headline="Sekali")
    versions.require_seen(row, 1, tab="a")
    with pytest.raises(versions.Stale):
        versions.require_seen(row, 1, tab="b")


def test_a_move_that_left_the_text_alone_makes_nothing_stale(story, reporter):
    workflow.submit(story, by=reporter)
    versions.require_seen(story, 1)


def test_each_key_comes_from_the_side_that_changed_it(story, reporter):
    theirs = save(story, by=None, headline="Lain")
    mine = snapshot(theirs) | {"headline": "Panen", "standfirst": "Baru."}
    late = versions.keep_late(story, mine, by=reporter, seen=1, tab="b")
    found = versions.of_late(late)
    assert found.disputed == []
    assert (found.merged["headline"], found.merged["standfirst"]) == ("Lain", "Baru.")


def test_what_both_changed_is_disputed_and_stays_theirs_until_chosen(story, reporter):
    theirs = save(story, by=None, headline="Lain")
    mine = snapshot(theirs) | {"headline": "Punyaku"}
    late = versions.keep_late(story, mine, by=reporter, seen=1)
    found = versions.of_late(late)
    assert (found.disputed, found.merged["headline"]) == (["headline"], "Lain")
    versions.settle(late, found.merged | {"headline": "Punyaku"}, by=reporter, seen=2)
    story.refresh_from_db()
    assert (story.headline, story.version) == ("Punyaku", 3)
    assert not LateSave.objects.exists()


def test_a_choice_against_a_version_that_is_old_by_now_is_stale_again(story, reporter):
    theirs = save(story, by=None, headline="Lain")
    late = versions.keep_late(story, snapshot(theirs), by=reporter, seen=1)
    save(story, by=None, headline="Lebih lain")
    with pytest.raises(versions.Stale):
        versions.settle(late, late.snapshot, by=reporter, seen=2)
    assert LateSave.objects.count() == 1


def test_a_second_late_save_of_one_form_takes_the_place_of_the_first(story, reporter):
    contents = snapshot(story)
    versions.keep_late(story, contents, by=reporter, seen=0, tab="b")
    versions.keep_late(story, contents | {"headline": "Dua"}, by=reporter, seen=0, tab="b")
    assert [late.snapshot["headline"] for late in LateSave.objects.all()] == ["Dua"]


def test_a_whole_version_is_restored_as_a_new_one():
    story = ArticleFactory(headline="Satu", tags=["padi"])
    byline, photo = BylineFactory(article=story), ArticlePhotoFactory(article=story, caption="A")
    delegation = AttendanceFactory(
        article=story, person=None, name_as_printed="", organisation=OrganisationFactory()
    )
    lines = [AttendanceFactory(article=story, position=n) for n in (1, 2)]
    first = revisions.record(story, by=None)
    before = snapshot(story)
    story.headline, story.standfirst = "Dua", "Lain"
    story.save()
    for rows in (story.bylines, story.article_photos, story.attendances):
        rows.all().delete()
    story.tags.clear()
    revisions.record(story, by=None)
    assert versions.restore(story, first, by=None, seen=2) == []
    assert snapshot(story) == before
    assert story.version == 3
    assert story.revisions.first().note == "Version 1 restored"
    assert [line.name_as_printed for line in story.attendances.filter(person__isnull=False)] == [
        line.name_as_printed for line in lines
    ]
    assert story.attendances.get(organisation=delegation.organisation)
    assert (story.bylines.get().author, story.article_photos.get().photo) == (
        byline.author,
        photo.photo,
    )


def test_single_keys_are_restored_and_the_others_stay():
    story = ArticleFactory(headline="Satu", standfirst="Awal.")
    first = revisions.record(story, by=None)
    save(story, headline="Dua", standfirst="Lain.")
    versions.restore(story, first, by=None, seen=2, keys=("standfirst",))
    story.refresh_from_db()
    assert (story.headline, story.standfirst) == ("Dua", "Awal.")


def test_a_restored_version_says_what_is_gone_since():
    story = ArticleFactory()
    photo = ArticlePhotoFactory(article=story)
    line = AttendanceFactory(article=story, tenure=None)
    tenure = TenureFactory(person=line.person)
    type(line).objects.filter(pk=line.pk).update(tenure=tenure)
    first = revisions.record(story, by=None)
    photo.delete()
    photo.photo.delete()
    tenure.delete()
    assert versions.restore(story, first, by=None, seen=1) == ["Photo"]
    assert story.attendances.get().tenure is None


def test_a_revision_of_another_story_is_not_restored(story):
    other = revisions.record(ArticleFactory(), by=None)
    with pytest.raises(ValueError, match="another story"):
        versions.restore(story, other, by=None, seen=1)


def test_html_of_an_old_snapshot_is_cleaned_again(story):
    apply(story, snapshot(story) | {"body": "<p onclick=x>A<script>alert(1)</script></p>"})
    story.refresh_from_db()
    assert story.body == "<p>A</p>"
