import datetime

import pytest

from articles import revisions
from articles.models import Article
from articles.snapshots import snapshot
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db


def test_snapshot_holds_the_whole_story():
    article = ArticleFactory(headline="Panen", tags=["padi"], event_on=datetime.date(2026, 11, 2))
    byline = BylineFactory(article=article)
    photo = ArticlePhotoFactory(article=article, caption="Sawah", alt_text="Sawah menguning")
    line = AttendanceFactory(article=article, office_as_printed="Camat")
    contents = snapshot(article)
    assert contents["headline"] == "Panen"
    assert contents["event_on"] == "2026-11-02"
    assert contents["tags"] == ["padi"]
    assert contents["bylines"] == [{"author_id": byline.author_id, "role": "reporter"}]
    assert contents["photos"] == [
        {
            "photo_id": photo.photo_id,
            "caption": "Sawah",
            "alt_text": "Sawah menguning",
            "credit": "Baso Ilham",
            "is_ai_generated": False,
        }
    ]
    assert [row["office_as_printed"] for row in contents["attendances"]] == ["Camat"]
    assert contents["attendances"][0]["person_id"] == line.person_id


def test_a_save_that_changed_nothing_leaves_no_revision():
    article, person = ArticleFactory(), StaffFactory()
    first = revisions.record(article, by=person)
    assert first is not None and first.number == 1
    assert revisions.record(article, by=person) is None
    assert article.revisions.count() == 1


def test_updated_at_moves_only_with_a_real_change():
    article = ArticleFactory(is_public=True)
    revisions.record(article, by=None)
    assert article.updated_at is None
    article.tags.set(["baru"])
    revisions.record(article, by=None)
    assert article.updated_at is None
    article.standfirst = "Lain."
    article.save()
    revisions.record(article, by=None)
    assert article.updated_at is not None
    stored = Article.objects.get(pk=article.pk)
    assert (stored.updated_at, stored.version) == (article.updated_at, 3)


def test_a_draft_has_no_update_time():
    article = ArticleFactory()
    revisions.record(article, by=None)
    article.standfirst = "Lain."
    article.save()
    revisions.record(article, by=None)
    assert article.updated_at is None
