"""The corpus for measurements: the same each time, whole, and as the triggers would have made it."""

from __future__ import annotations

import hashlib
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation

from articles.models import (
    Appearance,
    ArchiveDay,
    ArchiveHour,
    ArchiveSpan,
    Article,
    Attendance,
    Byline,
    Correction,
    Person,
    Section,
    Tag,
    TaggedArticle,
)
from articles.search_query import parse
from articles.search_stories import stories
from articles.snapshots import snapshot
from comments import counts
from comments.models import Comment, Discussion, ModerationEvent
from newsroom.corpus import blocks, words
from newsroom.corpus import load as loading
from newsroom.corpus.plan import shares_of_comments
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


UNTIL = "2026-03-01"


def load(articles: int = 300, **options: Any) -> str:
    out = StringIO()
    options = {"until": UNTIL, "stderr": StringIO(), "stdout": out} | options
    call_command("load_corpus", articles=articles, **options)
    return out.getvalue()


def fingerprint() -> dict[str, str]:
    """Every loaded table's rows, but for the numbers that only the triggers' table gives itself."""
    found = {}
    with connection.cursor() as cursor:
        for table in loading.LOADED:
            row = "to_jsonb(x) - 'saved_at'" + (" - 'id'" if table == "articles_appearance" else "")
            cursor.execute(f"SELECT ({row})::text FROM {table} x ORDER BY 1")
            rows = "\n".join(text for (text,) in cursor.fetchall())
            found[table] = hashlib.sha256(rows.encode()).hexdigest()
    return found


def restart() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(loading.LOADED)} RESTART IDENTITY CASCADE")
        cursor.execute(
            "TRUNCATE articles_section, articles_tag, articles_author RESTART IDENTITY CASCADE"
        )


def schema() -> list[Any]:
    """Every index, constraint and trigger of the loaded tables, with what it says."""
    found = []
    with connection.cursor() as cursor:
        for query in (
            "SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid FROM pg_index "
            "WHERE indrelid = ANY(%s::regclass[])",
            "SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint "
            "WHERE conrelid = ANY(%s::regclass[])",
            "SELECT tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger "
            "WHERE tgrelid = ANY(%s::regclass[]) AND NOT tgisinternal",
        ):
            cursor.execute(query, [loading.LOADED])
            found.append(sorted(cursor.fetchall()))
    return found


def test_the_numbers_that_were_asked_for_are_there() -> None:
    assert (
        load(300, comments=120, people=60)
        == ("Loaded 300 stories, 120 comments, 60 people in 0 s.\n")
        or Article.objects.exists()
    )
    assert Article.objects.count() == 300
    assert Comment.objects.count() == 120
    assert Person.objects.count() == 60
    assert Attendance.objects.count() == 6 * 300
    assert Tag.objects.count() == 500
    assert Section.objects.count() == 8
    assert set(Article.objects.values_list("version", flat=True)) == {1}


def test_two_loads_are_equal() -> None:
    restart()
    load()
    first = fingerprint()
    restart()
    load()
    assert fingerprint() == first


def test_blocks_and_processes_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    restart()
    load(60)
    first = fingerprint()
    restart()
    monkeypatch.setattr(blocks, "BLOCK", 7)
    monkeypatch.setattr(blocks, "FEWEST_FOR_PROCESSES", 1)
    load(60)
    assert fingerprint() == first


def test_the_smaller_archive_is_the_newest_part_of_the_larger() -> None:
    load(100, people=50)
    newest = list(Article.objects.order_by("-id").values_list("headline", "publish_at")[:50])
    load(200, people=50, add=True)
    again = Article.objects.order_by("-id").values_list("headline", "publish_at")[:50]
    assert list(again) == newest


def test_indexes_constraints_and_triggers_are_what_they_were() -> None:
    before = schema()
    load()
    assert schema() == before


def test_every_page_that_was_kept_is_told_of_a_load() -> None:
    load(30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tags FROM pagecache_notice ORDER BY id DESC LIMIT 1")
        assert cursor.fetchone() == (["*"],)


def test_a_load_that_fails_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = schema()

    def fail(*_args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(blocks, "make_block", fail)
    with pytest.raises(KeyboardInterrupt):
        load()
    assert schema() == before
    assert not Article.objects.exists()
    assert not Person.objects.exists()


def test_appearances_are_what_the_triggers_would_have_written() -> None:
    load()
    columns = ("article", "person", "organisation", "appears_as", "at", "until")
    loaded = set(Appearance.objects.values_list(*columns))
    # A story's six people but for the protected and unpublished ones, and the institutions of their offices.
    assert len(loaded) > 6 * 250
    # Saved line by line, as the desk does.
    lines = list(Attendance.objects.order_by("id"))
    Attendance.objects.all().delete()
    assert not Appearance.objects.exists()
    Attendance.objects.bulk_create(lines, batch_size=100)
    assert set(Appearance.objects.values_list(*columns)) == loaded


@pytest.mark.parametrize("model", [Byline, TaggedArticle])
def test_lists_of_tags_and_authors_are_what_the_triggers_would_have_written(model: Any) -> None:
    load()
    loaded = list(model.objects.order_by("pk").values_list("pk", "listed_at"))
    assert {listed_at is None for _pk, listed_at in loaded} == {True, False}
    rows = list(model.objects.order_by("pk"))
    model.objects.all().delete()
    for row in rows:
        row.listed_at = None
    model.objects.bulk_create(rows)
    assert list(model.objects.order_by("pk").values_list("pk", "listed_at")) == loaded


def test_the_archive_is_counted_as_the_triggers_would_have() -> None:
    load()
    tables = (ArchiveDay, ArchiveHour, ArchiveSpan)
    loaded = [sorted(table.objects.values_list()) for table in tables]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_archiveday; DELETE FROM articles_archivehour")
        # Each day and hour from the beginning, as it is touched.
        cursor.execute("UPDATE articles_article SET status = 'approved' WHERE status = 'published'")
        cursor.execute(
            "UPDATE articles_article SET status = 'published' "
            "WHERE status = 'approved' AND published_on IS NOT NULL"
        )
    again = [sorted(table.objects.values_list()) for table in tables]
    assert again == loaded


def test_comments_are_what_the_triggers_would_have_derived() -> None:
    load(comments=900)
    assert list(counts.differences()) == []
    derived = ("id", "is_reachable", "is_shown", "shown_replies", "queue_due_at", "is_listed")
    loaded = list(Comment.objects.order_by("id").values_list(*derived))
    discussions = set(Discussion.objects.values_list("pk", "shown_count"))
    comments = list(Comment.objects.order_by("id"))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE comments_comment, comments_discussion CASCADE")
    for comment in comments:
        comment.is_reachable, comment.is_shown, comment.shown_replies = True, False, 0
        comment.queue_due_at = None
    Comment.objects.bulk_create(comments, batch_size=100)
    assert list(Comment.objects.order_by("id").values_list(*derived)) == loaded
    assert set(Discussion.objects.values_list("pk", "shown_count")) == discussions


def test_each_comment_has_the_history_of_its_state() -> None:
    load(comments=900)
    for comment in Comment.objects.prefetch_related("events"):
        last = max(comment.events.all(), key=lambda event: event.pk)
        assert last.to_state == comment.state
    assert ModerationEvent.objects.filter(action="received").count() == 900


def test_the_first_revision_is_the_story() -> None:
    load(60)
    for article in Article.objects.all():
        revision = article.revisions.get()
        assert revision.number == article.version
        assert revision.status == article.status
        assert revision.snapshot == snapshot(article)


def test_nothing_is_newer_than_the_day_and_every_story_has_its_own_moment() -> None:
    load()
    end = timezone.make_aware(timezone.datetime(2026, 3, 1))
    moments = list(Article.objects.exclude(publish_at=None).values_list("publish_at", flat=True))
    assert max(moments) < end
    assert len(set(moments)) == len(moments)
    assert not Comment.objects.filter(created_at__gte=end).exists()
    by_day = Article.objects.filter(published_on="2026-02-27").count()
    assert 100 <= by_day <= 150


def test_states_beside_published_ones_are_there_with_what_they_need() -> None:
    load(1001)
    states = dict.fromkeys(("draft", "in_review", "returned", "approved"), 0)
    for status in states:
        states[status] = Article.objects.filter(status=status).count()
    assert states == {"draft": 5, "in_review": 5, "returned": 5, "approved": 5}
    withdrawn = Article.objects.get(status="withdrawn")
    assert Correction.objects.filter(article=withdrawn, kind="withdrawal").count() == 1


@pytest.mark.parametrize("articles", [30, 300, 3000])
def test_the_rare_word_is_in_seven_stories_at_every_size(articles: int) -> None:
    load(articles, comments=0)
    found = stories(parse(words.RARE_WORD))
    assert found.count() == words.RARE_STORIES
    everywhere = stories(parse(words.COMMON_WORD), most=articles).count()
    assert everywhere > 0.7 * articles


def test_every_comment_is_given_out() -> None:
    for articles, comments in ((3, 1), (7, 50), (8, 50), (1000, 10_001)):
        shares, before = shares_of_comments(articles, comments)
        assert sum(shares) == comments
        assert len(shares) == len([age for age in range(articles) if age % 5 == 2])
        assert list(before) == [sum(shares[:place]) for place in range(len(shares))]


def test_a_database_in_use_is_refused_without_add() -> None:
    story = ArticleFactory()
    with pytest.raises(CommandError, match="nothing was loaded"):
        load()
    load(30, add=True)
    load(30, add=True, until="2026-02-01")
    assert Article.objects.count() == 61
    story.refresh_from_db()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"articles": 0}, "--articles takes a number from 1 to 20000000."),
        ({"articles": 10, "comments": -1}, "--comments takes a number from 0 to 100000000."),
        ({"articles": 10, "people": 3}, "--people takes a number from 50 to 20000000."),
        (
            {"articles": 2, "comments": 5},
            "The third story is the first that has comments: load three.",
        ),
        (
            {"articles": 10, "until": "besok"},
            "--until takes a day such as 2026-11-26, not “besok”.",
        ),
        (
            {"articles": 10, "until": "9999-01-01"},
            "--until is today at the latest: stories of days to come are not public.",
        ),
        *(
            (
                {"articles": 10, "until": day},
                "--until is too early: the oldest story would be from before the year 1000.",
            )
            for day in ("0001-01-01", "0001-01-02", "0999-12-31", "1000-01-02")
        ),
        (
            {"articles": 20_000_000, "until": "1437-01-01"},
            "--until is too early: the oldest story would be from before the year 1000.",
        ),
        *(
            (
                {"articles": 10, "until": day},
                f"--until takes a day such as 2026-11-26, not “{day}”.",
            )
            for day in ("0000-01-01", "10000-01-01", "-0001-01-01", "")
        ),
        ({"articles": "ten"}, "--articles takes a number from 1 to 20000000."),
        ({"articles": "9" * 5000}, "--articles takes a number from 1 to 20000000."),
        ({"articles": 10, "comments": "1.5"}, "--comments takes a number from 0 to 100000000."),
        ({"articles": 10, "people": ""}, "--people takes a number from 50 to 20000000."),
    ],
)
def test_what_cannot_be_loaded_is_said(options: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError) as refused:
        load(**options)
    assert str(refused.value) == said
    assert not Article.objects.exists()


def test_what_is_no_number_is_said_in_the_language_of_the_newsroom() -> None:
    with translation.override("id"), pytest.raises(CommandError) as refused:
        call_command("load_corpus", "--articles", "banyak")
    assert str(refused.value) == "--articles diisi bilangan dari 1 sampai 20000000."


def test_the_earliest_archive_begins_in_the_year_1000() -> None:
    load(10, until="1000-01-03")
    oldest = Article.objects.exclude(published_on=None).earliest("publish_at")
    assert oldest.published_on.isoformat() == "1000-01-02"


def test_a_newsroom_in_production_is_refused_unless_that_is_asked_for(settings: Any) -> None:
    settings.IS_PRODUCTION = True
    for options in ({}, {"add": True}):
        with pytest.raises(CommandError) as refused:
            load(10, **options)
        assert str(refused.value) == (
            "This is a newsroom in production, and nothing takes a corpus away again: nothing was loaded. "
            "With --in-production it is loaded all the same."
        )
    assert not Article.objects.exists()
    load(10, in_production=True)
    assert Article.objects.count() == 10
