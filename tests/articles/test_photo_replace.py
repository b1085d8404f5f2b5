"""One photo in the place of another, everywhere."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from articles import changes, live, photos, revisions, snapshots, versions
from articles.live import showing
from articles.models import Article, Photo
from tests.covering import covered, entry, member
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    PageFactory,
    PersonFactory,
    PhotoFactory,
    StaffFactory,
    image_file,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def by():
    return StaffFactory(is_superuser=True)


def picture_in_text(photo):
    return f'<p>A.</p><p><img src="{photo.image.url}" alt="Dermaga" width="24" height="16"></p>'


def test_photo_is_replaced_in_stories_texts_pages_and_at_people(by):
    old, new = PhotoFactory(), PhotoFactory(width=48, height=32)
    row = ArticlePhotoFactory(photo=old, caption="Di sini.")
    in_text = ArticleFactory(body=picture_in_text(old))
    page, person = PageFactory(body=picture_in_text(old)), PersonFactory(photo=old)
    untouched = ArticlePhotoFactory().photo
    stories = photos.replace(old, new, by=by)
    row.refresh_from_db()
    assert (row.photo, row.caption) == (new, "Di sini.")
    assert [s.pk for s in stories] == sorted([row.article_id, in_text.pk])
    for text in (in_text, page):
        text.refresh_from_db()
        assert old.image.url not in text.body
        assert f'src="{new.image.url}"' in text.body
        assert 'alt="Dermaga"' in text.body
    person.refresh_from_db()
    assert person.photo == new
    assert untouched.uses.count() == 1
    old.refresh_from_db()
    assert (old.replaced_by, old.standing) == (new, new)


def test_entries_of_live_coverage_are_changed_through_their_own_door(by):
    old, new = PhotoFactory(), PhotoFactory()
    story, editor = covered(), member("editor")
    beside = entry(story, by=editor, photo=old, caption="Di sini.")
    inside = live.add(story, live.Words(text=picture_in_text(old)), by=editor)
    other = entry(story, by=editor)
    gone = live.withdraw(entry(story, by=editor, photo=old), by=editor, word="Keliru")
    assert photos.replace(old, new, by=by) == [story]
    rows = [beside, inside, other, gone]
    for row in rows:
        row.refresh_from_db()
    assert (beside.photo, beside.caption) == (new, "Di sini.")
    assert f'src="{new.image.url}"' in inside.text
    assert old.image.url not in inside.text
    assert gone.photo == old
    assert [row.changed_by for row in rows] == [by, by, None, None]
    assert [(one.act, one.by) for one in beside.records.all()][1:] == [("changed", by)]
    # Whose page is open is told of both.
    coverage = story.coverage
    coverage.refresh_from_db()
    told = showing.since(coverage, 5)
    assert [one.pk for one in told.entries] == [beside.pk, inside.pk]


def test_each_story_gets_a_revision_that_says_it(by):
    old, new = PhotoFactory(), PhotoFactory()
    story = ArticlePhotoFactory(photo=old).article
    revisions.record(story, by=by)
    photos.replace(old, new, by=by)
    last = revisions.of(story).first()
    assert (last.created_by, last.changed) == (by, ["photos"])
    assert str(old.pk) in last.note
    assert str(new.pk) in last.note


def test_who_has_the_story_open_is_told_at_the_next_save(by):
    old, new = PhotoFactory(), PhotoFactory()
    story = ArticlePhotoFactory(photo=old).article
    revisions.record(story, by=by)
    photos.replace(old, new, by=by)
    story.refresh_from_db()
    with pytest.raises(versions.Stale):
        versions.require_seen(story, 1, tab="another")


def test_public_story_and_its_working_copy_both_get_the_new_photo(by):
    old, new = PhotoFactory(), PhotoFactory()
    story = ArticleFactory(is_public=True)
    ArticlePhotoFactory(article=story, photo=old)
    revisions.record(story, by=by)
    copy = changes.begin(story, by=by)
    photos.replace(old, new, by=by)
    assert [row.photo for row in story.article_photos.all()] == [new]
    assert [row.photo for row in copy.article_photos.all()] == [new]
    assert changes.differs(copy) == []


def test_story_that_has_both_keeps_the_new_one_once(by):
    old, new = PhotoFactory(), PhotoFactory()
    story = ArticleFactory()
    ArticlePhotoFactory(article=story, photo=old)
    ArticlePhotoFactory(article=story, photo=new)
    photos.replace(old, new, by=by)
    assert [row.photo for row in story.article_photos.all()] == [new]


def test_older_version_that_is_restored_has_the_new_photo(by):
    old, new = PhotoFactory(), PhotoFactory()
    story = ArticlePhotoFactory(photo=old).article
    before = snapshots.snapshot(story)
    photos.replace(old, new, by=by)
    story.refresh_from_db()
    assert snapshots.apply(story, before) == []
    assert [row.photo for row in story.article_photos.all()] == [new]


def test_replaced_file_sent_again_gives_the_new_photo(by):
    old = photos.store(image_file(), by=None, credit="A")
    new = photos.store(image_file(size=(48, 32)), by=None, credit="B")
    photos.replace(old, new, by=by)
    assert photos.store(image_file(), by=None) == new


def test_one_step_leads_to_the_photo_that_stands_and_back_again(by):
    first, second, third = PhotoFactory(), PhotoFactory(), PhotoFactory()
    row = ArticlePhotoFactory(photo=first)
    photos.replace(first, second, by=by)
    photos.replace(second, third, by=by)
    first.refresh_from_db()
    assert first.replaced_by == third
    photos.replace(third, first, by=by)
    row.refresh_from_db()
    assert row.photo == first
    standing = Photo.objects.filter(replaced_by=None)
    assert list(standing) == [first]
    assert set(first.replaces.all()) == {second, third}


@pytest.mark.parametrize("case", ["itself", "no credit", "was replaced"])
def test_what_cannot_replace_is_refused_with_a_sentence(by, case):
    old, other = PhotoFactory(), PhotoFactory()
    row = ArticlePhotoFactory(photo=old)
    new = {
        "itself": lambda: old,
        "no credit": lambda: PhotoFactory(credit=""),
        "was replaced": lambda: PhotoFactory(replaced_by=other),
    }[case]()
    with pytest.raises(photos.PhotoRefused) as refused:
        photos.replace(old, new, by=by)
    assert str(refused.value).endswith(".")
    row.refresh_from_db()
    assert row.photo == old


@pytest.mark.parametrize("credit", [" ", "\t\n"])
def test_blank_credit_is_refused_by_the_database(credit):
    with pytest.raises(IntegrityError), transaction.atomic():
        PhotoFactory(credit=credit)


def test_photo_is_not_replaced_by_itself():
    photo = PhotoFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(replaced_by=photo.pk)


def test_story_without_a_history_keeps_what_stood_before(by):
    old, new = PhotoFactory(), PhotoFactory()
    story = ArticlePhotoFactory(photo=old).article
    photos.replace(old, new, by=by)
    last, first = revisions.of(story)
    assert [row["photo_id"] for row in first.snapshot["photos"]] == [old.pk]
    assert last.changed == ["photos"]


@pytest.mark.django_db(transaction=True)
def test_save_that_holds_its_story_and_writes_the_photo_meets_no_deadlock(by):
    old, new = PhotoFactory(credit=""), PhotoFactory()
    story = ArticlePhotoFactory(photo=old).article
    is_held, is_waiting = threading.Event(), threading.Event()

    def save():
        with transaction.atomic():
            Article.objects.lock(story)
            is_held.set()
            is_waiting.wait(30)
            photos.fill(Photo.objects.get(pk=old.pk), credit="Baso")

    def replace():
        is_held.wait(30)
        with connection.execute_wrapper(before_it_waits):
            return [one.pk for one in photos.replace(old, new, by=by)]

    def before_it_waits(execute, sql, params, many, context):
        if "FOR " in sql and "articles_article" in sql:
            is_waiting.set()
        return execute(sql, params, many, context)

    assert at_once(save, replace) == [None, [story.pk]]
    old.refresh_from_db()
    assert (old.credit, old.replaced_by) == ("Baso", new)
