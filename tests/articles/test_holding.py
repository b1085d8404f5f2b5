"""The words of a correction that clients may not read any more: held back everywhere, and never changed."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import holding
from articles.models import Article, Correction, IdentityLeak
from newsroom import sweeping
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    CorrectionFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SAID = "Bukan Andi Melati yang melapor."
HELD = "Redaksi menahan isi catatan ini."


@pytest.fixture
def correction():
    return CorrectionFactory(article=ArticleFactory(is_public=True, updated_at=None), text=SAID)


def public_addresses(article):
    own = article.get_absolute_url()
    return [own, f"{own}ninjs.json", "/ralat/", "/rss.xml", "/atom.xml", "/feed.json"]


def texts(client, article):
    return {
        address: client.get(address).content.decode().replace("\\u003c", "<")
        for address in public_addresses(article)
    }


def test_its_words_are_nowhere_and_its_kind_and_time_stay(correction, client):
    assert all(SAID in text for text in texts(client, correction.article).values())
    holding.hold(correction, why="Perintah pengadilan", by=None)
    held = texts(client, correction.article)
    assert not [address for address, text in held.items() if "Andi Melati" in text]
    assert not [address for address, text in held.items() if HELD not in text]
    assert f'id="ralat-{correction.pk}"' in held[correction.article.get_absolute_url()]
    assert "pengadilan" not in "".join(held.values())


def test_released_words_are_read_again(correction, client):
    holding.hold(correction, why="Salah paham", by=UserFactory())
    holding.release(correction, by=None)
    assert all(SAID in text for text in texts(client, correction.article).values())
    correction.refresh_from_db()
    assert (correction.held_why, correction.held_by) == ("", None)


def test_the_notice_of_a_withdrawn_story_is_held_back_at_its_address_too(client):
    gone = ArticleFactory(is_withdrawn=True, withdrawal_notice=SAID)
    notice = CorrectionFactory(article=gone, kind="withdrawal", text=SAID)

    def shown():
        pages = [client.get(address) for address in (gone.get_absolute_url(), "/ralat/")]
        assert [page.status_code for page in pages] == [410, 200]
        return [(SAID in page.text, HELD in page.text) for page in pages]

    assert shown() == [(True, False)] * 2
    holding.hold(notice, why="Identitas", by=None)
    assert shown() == [(False, True)] * 2
    holding.release(notice, by=None)
    assert shown() == [(True, False)] * 2


def test_who_held_it_first_and_since_when_stays_when_the_reason_is_put_otherwise(correction):
    first, second = UserFactory(), UserFactory()
    holding.hold(correction, why="Identitas", by=first)
    since = correction.held_at
    holding.hold(correction, why="Identitas anak", by=second)
    correction.refresh_from_db()
    assert (correction.held_why, correction.held_at, correction.held_by) == (
        "Identitas anak",
        since,
        first,
    )


def test_nothing_else_of_a_correction_changes(correction):
    for change in ({"text": "Lain."}, {"kind": "reply"}, {"text": "Lain.", "held_why": "x"}):
        with (
            pytest.raises(IntegrityError, match="never changed or deleted"),
            transaction.atomic(),
        ):
            Correction.objects.filter(pk=correction.pk).update(**change)
    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).delete()


@pytest.mark.parametrize("why", ["", "  "])
def test_nothing_is_held_back_without_a_reason(why, correction):
    with pytest.raises(ValueError, match="without a reason"):
        holding.hold(correction, why=why, by=None)


def test_whoever_holds_back_says_when(correction):
    with (
        pytest.raises(IntegrityError, match="articles_correction_hold_says_when"),
        transaction.atomic(),
    ):
        Correction.objects.filter(pk=correction.pk).update(held_why="Identitas")


@pytest.mark.parametrize("moves", [1, 2])
def test_whoever_has_a_copy_is_told_that_there_is_another_one(moves, client):
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    story = ArticleFactory(is_public=True, publish_at=hour_ago, updated_at=None)
    correction = CorrectionFactory(article=story, text=SAID, created_at=hour_ago)
    ninjs = f"{story.get_absolute_url()}ninjs.json"
    before = client.get(ninjs).json()["versioncreated"]
    holding.hold(correction, why="Identitas", by=None)
    if moves == 2:
        Correction.objects.filter(pk=correction.pk).update(held_at=hour_ago)
        holding.release(correction, by=None)
    assert client.get(ninjs).json()["versioncreated"] > before
    # Offline copies of the held one go.
    gone = story.get_absolute_url() in client.get("/luring/ditarik.json").json()
    assert gone is (moves == 1)


def test_the_sweep_of_every_few_minutes_looks_at_what_was_held_back_or_shown_again():
    old = timezone.now() - datetime.timedelta(days=40)
    story = ArticleFactory(
        is_public=True, is_identity_protected=True, headline="Anak", body="<p>a</p>", publish_at=old
    )
    AttendanceFactory(article=story, person=PersonFactory(name="Andi Melati"))
    correction = CorrectionFactory(article=story, text=SAID)
    Article.objects.filter(pk=story.pk).update(updated_at=old)
    assert sweeping.sweep() == 1
    holding.hold(correction, why="Identitas", by=None)
    assert (sweeping.sweep_lately(), IdentityLeak.objects.count()) == (0, 0)
    holding.release(correction, by=None)
    assert sweeping.sweep_lately() == 1


def test_a_name_that_is_held_back_is_no_leak_any_more():
    story = ArticleFactory(
        is_public=True, is_identity_protected=True, headline="Anak", body="<p>a</p>"
    )
    AttendanceFactory(article=story, person=PersonFactory(name="Andi Melati"))
    correction = CorrectionFactory(article=story, text=SAID)
    assert sweeping.sweep_story(story.pk) == 1
    holding.hold(correction, why="Identitas", by=None)
    assert sweeping.sweep_story(story.pk) == 0
