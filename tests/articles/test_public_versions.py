"""How a story was changed since it came out, where the publication shows that to readers."""

import datetime

import pytest
from django.db import IntegrityError
from django.utils import timezone

from articles import public_versions, revisions
from articles.choices import Status
from articles.models import Article, Publication, VersionHold
from tests.factories import (
    ArticleFactory,
    CorrectionFactory,
    PublicationFactory,
    VersionHoldFactory,
)

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def publication():
    return PublicationFactory(shows_versions=True)


def saved(article, **values):
    """The story as it is saved with other values, as a version of its own."""
    for field, value in values.items():
        setattr(article, field, value)
    article.save()
    return revisions.record(article, by=None)


@pytest.fixture
def story():
    """Came out with three victims, then there were five, then it was only filed elsewhere."""
    article = ArticleFactory(
        is_public=True, headline="Tiga Korban", standfirst="", body="<p>Tiga orang luka.</p>"
    )
    saved(article)
    saved(article, headline="Lima Korban", body="<p>Lima orang luka.</p><p>Dirawat di RSUD.</p>")
    article.tags.set(["banjir"])
    revisions.record(article, by=None)
    return article


def address(article, query=""):
    return f"{article.get_absolute_url()}riwayat/{query}"


def numbers(article):
    return [step.version.number for step in public_versions.of(article)]


def test_each_version_that_readers_saw_is_listed_with_how_many_words_came_and_went(client, story):
    newest, first = public_versions.of(story)
    assert (newest.version.number, newest.counts) == (2, (5, 2))
    assert (first.version.number, first.before, first.counts) == (1, None, None)
    text = client.get(address(story)).text
    assert text.count("Versi 1</a>") == text.count("Versi 2</a>") == 1
    assert "5 kata ditambahkan, 2 kata dihapus" in " ".join(text.split())


def test_two_versions_stand_beside_each_other_word_by_word(client, story):
    page = client.get(address(story, "?versi=2")).text
    words = " ".join(page.split())
    assert "<del>" in words and "<ins>" in words
    assert 'dihapus: </span>Tiga<span class="spoken">' in words
    assert 'ditambahkan: </span>Lima<span class="spoken">' in words
    assert "Dirawat di RSUD." in words


def test_the_first_version_is_shown_whole(client, story):
    page = client.get(address(story, "?versi=1")).text
    assert "Tiga orang luka." in page
    assert "<del>" not in page and "<ins>" not in page


def test_what_readers_never_saw_is_no_version():
    article = ArticleFactory(headline="Rancangan")
    saved(article)
    article.publish_at = timezone.now() + HOUR
    article.published_on = timezone.localdate()
    saved(article, headline="Dijadwalkan", status=Status.PUBLISHED)
    saved(article, headline="Dijadwalkan Lagi")
    assert numbers(article) == []
    # An hour later the last of them is out.
    past = (timezone.now() - 2 * HOUR).isoformat()
    row = article.revisions.first()
    row.snapshot["publish_at"] = past
    row.save()
    assert [step.version.headline for step in public_versions.of(article)] == ["Dijadwalkan Lagi"]


def test_a_working_copy_is_no_version_before_it_is_published(story):
    copy = revisions.record(story, by=None, note="copy")
    copy.is_working = True
    copy.snapshot["headline"] = "Rahasia"
    copy.save()
    assert numbers(story) == [2, 1]


def test_a_version_counts_from_when_readers_saw_it(story):
    row = story.revisions.get(number=1)
    printed = timezone.now() - datetime.timedelta(minutes=5)
    row.created_at = timezone.now() - 3 * HOUR
    row.snapshot["publish_at"] = printed.isoformat()
    row.save()
    assert public_versions.of(story)[-1].version.at == printed


@pytest.mark.parametrize("query", ["", "?versi=1", "?versi=2"])
def test_nothing_is_shown_of_a_story_that_protects_identities(client, story, query):
    """Not even what was written before somebody was protected."""
    Article.objects.filter(pk=story.pk).update(is_identity_protected=True)
    assert client.get(address(story, query)).status_code == 404


def test_nothing_is_shown_unless_the_publication_says_so(client, story):
    Publication.objects.update(shows_versions=False)
    assert client.get(address(story)).status_code == 404
    assert "riwayat/" not in client.get(story.get_absolute_url()).text


def test_what_stood_there_while_or_before_a_story_protected_identities_stays_back(client):
    """Also once it does not any more: the name is in what was removed then."""
    article = ArticleFactory(is_public=True, headline="Melati Hilang", body="<p>Satu.</p>")
    saved(article)
    saved(article, headline="Anak Hilang", is_identity_protected=True)
    saved(article, headline="Anak Pulang", is_identity_protected=False)
    saved(article, headline="Anak Itu Pulang")
    newest, *older = public_versions.of(article)
    assert (newest.is_held_back, [step.is_held_back for step in older]) == (False, [True] * 3)
    pages = [client.get(address(article, f"?versi={number}")).text for number in range(1, 5)]
    assert not any("Melati" in page for page in pages)


def test_what_was_out_elsewhere_before_has_no_time_and_nothing_leads_to_it_alone(client):
    article = ArticleFactory(is_public=True, headline="Lama")
    Article.objects.filter(pk=article.pk).update(updated_at=timezone.now())
    article.refresh_from_db()
    saved(article)
    (only,) = public_versions.of(article)
    assert only.version.at is None
    assert "riwayat/" not in client.get(article.get_absolute_url()).text
    assert "version-time" not in client.get(address(article)).text


def test_a_change_of_punctuation_is_called_so(client, story):
    saved(story, headline="Lima, Korban")
    assert public_versions.of(story)[0].counts == (0, 0)
    assert "Tanda baca saja" in client.get(address(story)).text


def test_what_was_saved_after_the_end_of_a_story_was_seen_by_nobody(story):
    saved(story, headline="Terlambat")
    row = story.revisions.first()
    row.snapshot["unpublish_at"] = (row.created_at - HOUR).isoformat()
    row.save()
    assert numbers(story) == [2, 1]


def test_long_stories_that_were_often_changed_are_counted_for_the_newest_alone(monkeypatch, story):
    saved(story, headline="Enam Korban")
    saved(story, headline="Tujuh Korban")
    size = public_versions.of(story)[0].version.size
    monkeypatch.setattr(public_versions, "COMPARED", 3 * size)
    assert [step.counts for step in public_versions.of(story)] == [(1, 1), None, None, None]


def test_a_paid_story_is_called_so_and_a_corrected_one_leads_to_what_was_wrong(client):
    paid = ArticleFactory(is_public=True, kind="paid", sponsor="Toko Makmur")
    saved(paid)
    CorrectionFactory(article=paid)
    text = client.get(address(paid)).text
    assert "Toko Makmur" in text
    assert f'href="{paid.get_absolute_url()}#ralat"' in text


def test_the_story_leads_to_its_versions_once_it_was_changed(client, story):
    assert f'<a href="{address(story)}">' in client.get(story.get_absolute_url()).text
    unchanged = ArticleFactory(is_public=True)
    saved(unchanged)
    assert "riwayat/" not in client.get(unchanged.get_absolute_url()).text


def test_a_protected_story_does_not_lead_there(client, story):
    Article.objects.filter(pk=story.pk).update(is_identity_protected=True)
    assert "riwayat/" not in client.get(story.get_absolute_url()).text


@pytest.mark.parametrize(
    "query",
    [
        "?versi=0",
        "?versi=3",
        "?versi=x",
        "?versi=-1",
        "?versi=²",
        "?versi=02",
        "?versi=" + "9" * 99,
    ],
)
def test_versions_that_there_are_not_are_not_found(client, story, query):
    assert client.get(address(story, query)).status_code == 404


def test_a_withdrawn_story_has_no_versions(client, story):
    gone = ArticleFactory(is_withdrawn=True)
    answer = client.get(address(gone))
    assert answer.status_code == 410
    assert gone.headline not in answer.text


def test_a_draft_and_a_story_to_come_have_no_versions(client):
    for article in (ArticleFactory(), ArticleFactory(is_scheduled=True)):
        saved(article)
        assert client.get(address(article)).status_code == 404


def test_an_imported_story_without_history_has_no_page_of_versions(client):
    assert client.get(address(ArticleFactory(is_public=True))).status_code == 404


def test_the_page_is_not_for_search_engines(client, story):
    assert '<meta name="robots" content="noindex' in client.get(address(story)).text


def test_what_somebody_wrote_as_markup_is_text(client, story):
    saved(story, headline="<img src=x onerror=alert(1)>")
    page = client.get(address(story, "?versi=4")).text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_queries(client, story, django_assert_num_queries):
    client.get(address(story))
    with django_assert_num_queries(5):
        client.get(address(story, "?versi=2"))


class TestHeldBack:
    def test_versions_up_to_it_are_told_of_and_not_shown(self, client, story):
        saved(story, headline="Enam Korban")
        VersionHoldFactory(article=story, through=1)
        page = client.get(address(story)).text
        assert page.count("Ditahan redaksi.") == 2
        for number in (1, 2):
            shown = client.get(address(story, f"?versi={number}")).text
            assert "Tiga orang luka" not in shown and "Tiga<" not in shown
            assert "Redaksi tidak menampilkan" in shown

    def test_what_came_after_them_is_shown(self, client, story):
        saved(story, headline="Enam Korban")
        VersionHoldFactory(article=story, through=1)
        page = client.get(address(story, "?versi=4")).text
        assert "Enam" in page and "Lima" in page

    def test_readers_do_not_get_them_from_what_was_kept(self, reader, page_cache, story):
        assert "Tiga orang luka" in reader.get(address(story, "?versi=1")).text
        VersionHoldFactory(article=story, through=1)
        page_cache.clock.notice(f"versions:{story.pk}")
        assert "Tiga orang luka" not in reader.get(address(story, "?versi=1")).text

    def test_a_hold_says_why(self, story):
        with pytest.raises(IntegrityError, match="articles_versionhold_says_why"):
            VersionHold.objects.create(article=story, through=1, why="")
