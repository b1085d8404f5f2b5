"""Whether readers can read a name that a public story protects, after it came out."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.choices import PublicPlace
from articles.models import Article, IdentityLeak, PersonAlias
from comments.choices import State
from newsroom import sweeping
from tests.comments.people import written
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    BreakingNewsFactory,
    CorrectionFactory,
    InstalmentFactory,
    PersonFactory,
    RedirectFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    article = ArticleFactory(
        is_public=True,
        is_identity_protected=True,
        headline="Anak Diselamatkan",
        standfirst="",
        body="<p>Seorang anak ditemukan warga.</p>",
    )
    AttendanceFactory(article=article, person=PersonFactory(name="Andi Melati"))
    return article


def leaks():
    rows = IdentityLeak.objects.order_by("place", "row")
    return list(rows.values_list("place", "row", "name"))


def test_a_story_that_names_nobody_has_no_leak(story):
    assert (sweeping.sweep(), leaks()) == (0, [])


def test_a_spelling_that_the_register_learns_later_is_found_in_the_text(story):
    Article.objects.filter(pk=story.pk).update(body="<p>Mela ditemukan warga.</p>")
    assert sweeping.sweep() == 0
    PersonAlias.objects.create(person=story.attendances.get().person, name="Mela")
    assert (sweeping.sweep(), leaks()) == (1, [(PublicPlace.STORY, None, "Mela")])


def test_names_are_found_wherever_readers_meet_the_story(story):
    said = "Andi Melati sudah pulang."
    correction = CorrectionFactory(article=story, text=said)
    comment = written(story, body=said)
    hidden = written(story, body=said, state=State.PENDING)
    redirect = RedirectFactory(article=story, target="", path="/2019/andi-melati-diselamatkan/")
    line = BreakingNewsFactory(article=story, text=said)
    assert sweeping.sweep() == 4
    assert sorted(leaks()) == sorted(
        [
            (PublicPlace.ADDRESS, redirect.pk, "Andi Melati"),
            (PublicPlace.BREAKING, line.pk, "Andi Melati"),
            (PublicPlace.COMMENT, comment.pk, "Andi Melati"),
            (PublicPlace.CORRECTION, correction.pk, "Andi Melati"),
        ]
    )
    assert (PublicPlace.COMMENT, hidden.pk, "Andi Melati") not in leaks()


def test_what_was_mended_is_gone_with_the_next_sweep_and_the_rest_keeps_its_time(story):
    comment = written(story, body="Andi Melati sudah pulang.")
    CorrectionFactory(article=story, text="Andi Melati sudah pulang.")
    sweeping.sweep()
    since = IdentityLeak.objects.get(place=PublicPlace.CORRECTION).found_at
    type(comment).objects.filter(pk=comment.pk).update(state=State.REJECTED)
    sweeping.sweep()
    (left,) = IdentityLeak.objects.all()
    assert (left.place, left.found_at) == (PublicPlace.CORRECTION, since)


def test_a_story_costs_the_same_queries_however_many_talk_about_it(
    story, django_assert_num_queries
):
    written(story)
    with django_assert_num_queries(12) as one:
        sweeping.sweep_story(story.pk)
    for _ in range(5):
        written(story, body="Andi Melati sudah pulang.")
    # One more writes what was found.
    with django_assert_num_queries(len(one) + 1):
        assert sweeping.sweep_story(story.pk) == 5


@pytest.mark.parametrize("change", [{"is_identity_protected": False}, {"status": "draft"}])
def test_a_story_that_protects_nobody_or_is_not_public_has_no_leak(story, change):
    written(story, body="Andi Melati sudah pulang.")
    sweeping.sweep()
    assert len(leaks()) == 1
    Article.objects.filter(pk=story.pk).update(**change)
    assert (sweeping.sweep(), leaks()) == (0, [])


def test_the_notice_of_a_withdrawn_story_and_its_addresses_are_looked_at(story):
    Article.objects.filter(pk=story.pk).update(body="<p>Andi Melati ditemukan.</p>")
    person = story.attendances.get().person
    gone = ArticleFactory(is_withdrawn=True, is_identity_protected=True, body="<p>Andi Melati.</p>")
    AttendanceFactory(article=gone, person=person)
    notice = CorrectionFactory(article=gone, kind="withdrawal", text="Andi Melati keberatan.")
    sweeping.sweep_story(gone.pk)
    assert leaks() == [(PublicPlace.CORRECTION, notice.pk, "Andi Melati")]


def test_names_in_links_beside_comments_and_in_lines_of_the_thread_are_found(story):
    body = '<p><a href="https://kabar.example/2019/andi-melati-hilang/">Baca.</a></p>'
    Article.objects.filter(pk=story.pk).update(body=body)
    comment = written(story, author_name="Andi Melati", body="Terima kasih.")
    own = InstalmentFactory(article=story, line="Anak hilang")
    assert sweeping.sweep() == 2
    InstalmentFactory(thread=own.thread, line="Andi Melati dirawat")
    sweeping.sweep()
    assert leaks() == [
        (PublicPlace.COMMENT, comment.pk, "Andi Melati"),
        (PublicPlace.STORY, None, "Andi Melati"),
        (PublicPlace.THREAD, None, "Andi Melati"),
    ]


def test_a_story_that_cannot_be_looked_at_keeps_nobody_from_the_others(story, monkeypatch, caplog):
    Article.objects.filter(pk=story.pk).update(body="<p>Andi Melati ditemukan.</p>")
    broken = ArticleFactory(is_public=True, is_identity_protected=True)
    look = sweeping.sweep_story

    def looks(key):
        if key == broken.pk:
            raise ZeroDivisionError
        return look(key)

    monkeypatch.setattr(sweeping, "sweep_story", looks)
    with pytest.raises(sweeping.Failed, match=f"names: {broken.pk}"):
        sweeping.sweep()
    assert leaks() == [(PublicPlace.STORY, None, "Andi Melati")]
    assert f"Story {broken.pk} could not be looked at" in caplog.text


def test_every_few_minutes_only_what_is_new_is_looked_at(story):
    long_ago = timezone.now() - datetime.timedelta(days=30)
    Article.objects.filter(pk=story.pk).update(
        publish_at=long_ago, body="<p>Andi Melati ditemukan.</p>", updated_at=None
    )
    assert sweeping.sweep_lately() == 0
    written(story, body="Semoga sehat.")
    assert sweeping.sweep_lately() == 1


def test_every_few_minutes_stories_that_protect_nobody_are_not_read(story):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        with CaptureQueriesContext(connection) as asked:
            sweeping.sweep_lately()
        (looked,) = [
            one["sql"] for one in asked if "updated_at" in one["sql"].partition("WHERE")[2]
        ]
        cursor.execute(f"EXPLAIN {looked}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using articles_protecting_idx on articles_article" in plan
