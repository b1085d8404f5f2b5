"""A story as its readers saw it at a moment: the text, the people, the corrections and the clock of then."""

import datetime

import pytest
from django.utils import timezone

from articles import changes, revisions
from articles.choices import Status
from articles.models import Article, Correction, Revision
from articles.snapshots import snapshot
from tests.desk.test_history import page, write
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    PlaceFactory,
    RelatedArticleFactory,
    SectionFactory,
)

HOUR = datetime.timedelta(hours=1)


def ago(hours):
    """So many hours before now, on the minute, as the page asks for it."""
    return (timezone.now() - hours * HOUR).replace(second=0, microsecond=0)


def saved(revision, at):
    """Let a revision have been saved at that moment."""
    Revision.objects.filter(pk=revision.pk).update(created_at=at)


def there(article, moment):
    """A moment on the clock of the story's place, as a browser sends it."""
    return moment.astimezone(article.zone).strftime("%Y-%m-%dT%H:%M")


def seen(client, article, moment):
    return client.get(page("then", article), {"at": there(article, moment)})


@pytest.fixture
def story(reporter, editor):
    """Out since ten hours; another headline, person and correction since five; a working copy since two."""
    story = ArticleFactory(
        is_public=True,
        headline="Panen padi",
        body="<p>Teks lama.</p>",
        place=PlaceFactory(name="Tellulimpoe"),
        created_by=reporter,
        publish_at=ago(10),
        tags=["padi"],
    )
    AttendanceFactory(article=story, name_as_printed="Sanneng", office_as_printed="Camat")
    saved(write(story, reporter), ago(10))
    story.attendances.all().delete()
    AttendanceFactory(article=story, name_as_printed="Baso", office_as_printed="Lurah")
    saved(write(story, editor, headline="Panen raya", body="<p>Teks baru.</p>"), ago(5))
    Correction.objects.create(article=story, kind="correction", text="Bukan padi.")
    copy = changes.begin(story, by=editor)
    saved(write(copy, editor, headline="Panen ketiga"), ago(2))
    return story


def test_the_page_is_that_of_then(story, editor, at_desk):
    client = at_desk(editor)
    text = seen(client, story, ago(7)).content.decode()
    assert "Panen padi" in text and "Teks lama." in text and "Sanneng" in text
    assert "Panen raya" not in text and "Baso" not in text
    assert "Bukan padi." not in text
    text = seen(client, story, ago(1)).content.decode()
    assert "Panen raya" in text and "Teks baru." in text and "Baso" in text
    assert "Panen ketiga" not in text


def test_a_correction_is_there_from_its_time_on(story, editor, at_desk):
    client = at_desk(editor)
    assert "Bukan padi." not in seen(client, story, ago(1)).content.decode()
    minute = datetime.timedelta(minutes=1)
    just_now = (timezone.now() - minute).replace(second=0, microsecond=0)
    other = ArticleFactory(is_public=True, publish_at=ago(10))
    saved(write(other, editor), ago(10))
    Correction.objects.create(
        article=other, kind="correction", text="Kata lain.", created_at=just_now - minute
    )
    assert "Kata lain." in seen(client, other, just_now).content.decode()


def test_the_page_says_when_the_text_had_last_changed_then(story, editor, at_desk):
    client = at_desk(editor)
    assert seen(client, story, ago(7)).context["article"].updated_at is None
    assert seen(client, story, ago(1)).context["article"].updated_at == ago(5)


def test_looking_takes_everything_back(story, editor, at_desk):
    rows = list(Article.objects.order_by("pk").values())
    before = snapshot(story)
    seen(at_desk(editor), story, ago(7))
    assert snapshot(story) == before
    assert list(Article.objects.order_by("pk").values()) == rows
    assert [line.name_as_printed for line in story.attendances.all()] == ["Baso"]


def test_the_page_runs_nothing_counts_nothing_and_is_kept_by_nobody(story, editor, at_desk):
    response = seen(at_desk(editor), story, ago(7))
    assert "script-src 'none'" in response["Content-Security-Policy"]
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert "noindex" in response["X-Robots-Tag"]
    assert "ETag" not in response
    assert 'name="ads-' not in response.content.decode()


def test_a_version_saved_with_something_evil_is_cleaned(story, editor, at_desk):
    first = story.revisions.get(number=1)
    first.snapshot |= {"body": "<p>Lama<script>alert(1)</script></p>"}
    first.save()
    assert "alert(1)" not in seen(at_desk(editor), story, ago(7)).content.decode()


def test_a_story_withdrawn_since_is_seen_as_it_was(story, editor, member, at_desk):
    Article.objects.filter(changes_to=story).delete()
    Article.objects.filter(pk=story.pk).update(
        status=Status.WITHDRAWN,
        withdrawal_ground="decency",
        withdrawal_notice="Dicabut.",
        withdrawal_requested_at=timezone.now(),
        withdrawal_requested_by=editor,
        withdrawn_at=timezone.now(),
        withdrawn_by=member("chief_editor"),
    )
    revisions.record(Article.objects.get(pk=story.pk), by=editor)
    response = seen(at_desk(editor), story, ago(7))
    assert "Teks lama." in response.content.decode()
    assert Article.objects.get(pk=story.pk).status == Status.WITHDRAWN


def test_another_story_that_has_the_address_by_now_is_in_nobodys_way(story, editor, at_desk):
    first = story.revisions.get(number=1)
    first.snapshot |= {"slug": "lain"}
    first.save()
    ArticleFactory(is_public=True, slug="lain", publish_at=story.publish_at)
    assert seen(at_desk(editor), story, ago(7)).status_code == 200


def test_what_is_gone_since_is_named(story, editor, at_desk):
    first = story.revisions.get(number=1)
    gone = SectionFactory()
    first.snapshot |= {"section_id": gone.pk}
    first.save()
    gone.delete()
    text = seen(at_desk(editor), story, ago(7)).content.decode()
    assert "Gone since, and not shown: Section." in text


def test_a_related_story_that_came_out_later_was_not_there(story, editor, at_desk):
    late = RelatedArticleFactory(
        article=story, related=ArticleFactory(is_public=True, publish_at=ago(3))
    )
    saved(write(story, editor), ago(6))
    client = at_desk(editor)
    assert late.related.headline not in seen(client, story, ago(4)).content.decode()
    assert late.related.headline in seen(client, story, ago(1)).content.decode()


def test_the_moment_is_on_the_clock_of_the_place(story, editor, at_desk):
    response = seen(at_desk(editor), story, ago(7))
    text = response.content.decode()
    assert f"{ago(7).astimezone(story.zone):%H.%M} WITA" in text
    history = at_desk(editor).get(page("history", story)).content.decode()
    assert "Day and time (WITA, the clock of Tellulimpoe)" in history


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (11, "Of that time nothing of this story is kept."),
        (-2, "This time has not come yet."),
    ],
)
def test_a_moment_without_a_page_is_a_sentence(hours, sentence, story, editor, at_desk):
    assert sentence in seen(at_desk(editor), story, ago(hours)).content.decode()


def test_a_story_that_was_not_out_was_not_seen(draft, reporter, at_desk):
    saved(write(draft, reporter), ago(4))
    text = seen(at_desk(reporter), draft, ago(2)).content.decode()
    assert "At that time the story was not public." in text


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("", "Choose the day and the time."),
        ("kemarin", "Write the time as 2026-12-31 17:00."),
        ("2026-13-01T00:00", "Write the time as 2026-12-31 17:00."),
        ("2026\x00-01-01T00:00", "Write the time as 2026-12-31 17:00."),
        ("0001-01-01T00:00", "Please check the year."),
        ("9999-12-31T23:59", "Please check the year."),
        ("9" * 5000, "Write the time as 2026-12-31 17:00."),
    ],
)
def test_a_moment_that_cannot_be_is_a_sentence(at, sentence, story, editor, at_desk):
    text = at_desk(editor).get(page("then", story), {"at": at}).content.decode()
    assert sentence in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_depend_on_the_number_of_rows(
    count, editor, at_desk, django_assert_num_queries
):
    story = ArticleFactory(is_public=True, publish_at=ago(10))
    for n in range(count):
        AttendanceFactory(article=story, name_as_printed=f"Orang {n}", position=n)
    saved(write(story, editor), ago(9))
    client = at_desk(editor)
    with django_assert_num_queries(32):
        seen(client, story, ago(1))
