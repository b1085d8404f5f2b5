"""The credit and the label of a photo in a story's history: kept as they were, and no change of the story."""

import pytest
from django.utils import translation

from articles import choosing, photos, revisions, shown, versions
from articles.models import Photo
from articles.snapshots import apply, differing, snapshot
from tests.factories import ArticleFactory, ArticlePhotoFactory, PhotoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    row = ArticlePhotoFactory(article=ArticleFactory(), photo=PhotoFactory(credit="Dulu"))
    return row.article


def relabel(story):
    Photo.objects.filter(uses__article=story).update(credit="Kini", is_ai_generated=True)


def as_older(contents):
    """Of the time when snapshots did not keep them."""
    rows = [
        {name: row[name] for name in ("photo_id", "caption", "alt_text")}
        for row in contents["photos"]
    ]
    return contents | {"photos": rows}


def test_difference_in_them_alone_is_no_revision_and_makes_no_save_stale(story):
    before = snapshot(story)
    revisions.record(story, by=None)
    relabel(story)
    assert differing(before, snapshot(story)) == []
    assert differing(as_older(before), snapshot(story)) == []
    assert revisions.record(story, by=None) is None
    story.refresh_from_db()
    versions.require_seen(story, 1)


def test_comparison_shows_them(story):
    before = snapshot(story)
    relabel(story)
    diff = shown.compare(before, snapshot(story))
    assert [one.key for one in diff] == ["photos"]
    assert shown.compare(as_older(before), snapshot(story)) == []
    with translation.override("en"):
        said = {one.key: one.value for one in shown.shown(snapshot(story))}["photos"]
    assert said[0].endswith("credit: Kini · made by artificial intelligence")


@pytest.mark.parametrize("older", [True, False])
def test_version_that_is_put_back_changes_neither_the_row_nor_the_photo(older, story):
    before = snapshot(story)
    row = story.article_photos.get()
    relabel(story)
    assert apply(story, as_older(before) if older else before) == []
    after = story.article_photos.select_related("photo").get()
    assert (after.pk, after.photo.credit) == (row.pk, "Kini")


def test_who_changed_the_photos_is_not_asked_because_of_a_credit(story):
    base = snapshot(story)
    mine = base | {"photos": [row | {"caption": "Lain"} for row in base["photos"]]}
    relabel(story)
    found = versions.Versions(base, mine, snapshot(story))
    assert found.disputed == []
    [choice] = choosing.choices(found, has_address=True)
    assert (choice.key, choice.preset) == ("photos", "mine")


def test_filling_writes_over_nothing_that_came_meanwhile():
    photo = PhotoFactory(credit="")
    Photo.objects.filter(pk=photo.pk).update(credit="Baso")
    photos.fill(photo, credit="Lain", is_ai_generated=True)
    photo.refresh_from_db()
    assert (photo.credit, photo.is_ai_generated) == ("Baso", True)
