"""The counts are worked out for comments that were there before, forward and back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from comments import counts
from comments.models import MAX_DEPTH, Comment, Discussion
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)

OLD = [("comments", "0002_readers")]
NEW = [("comments", "0004_shown_by_the_database")]


def migrate(targets: list[tuple[str, str]]) -> None:
    MigrationExecutor(connection).migrate(targets)


def test_comments_of_an_older_installation_are_shown_and_counted() -> None:
    article = ArticleFactory(is_public=True)
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("comments")
    try:
        migrate(OLD)
        with connection.cursor() as cursor:
            # A chain of eight answers, and a shown one under each state.
            cursor.execute(
                """
                INSERT INTO comments_comment (id, article_id, parent_id, path, author_name, body, state, created_at)
                SELECT n, %(a)s, NULLIF(n - 1, 0), (SELECT array_agg(m) FROM generate_series(1, n) m),
                       'Rani', 'Setuju', 'approved', now() FROM generate_series(1, 8) n;
                INSERT INTO comments_comment (id, article_id, parent_id, path, author_name, body, state, created_at)
                SELECT 100 + o, %(a)s, NULL, ARRAY[100 + o], CASE s WHEN 'erased' THEN '' ELSE 'B' END,
                       CASE s WHEN 'erased' THEN '' ELSE 'b' END, s, now()
                FROM unnest(ARRAY['pending', 'approved', 'rejected', 'spam', 'removed', 'erased'])
                     WITH ORDINALITY t(s, o);
                INSERT INTO comments_comment (id, article_id, parent_id, path, author_name, body, state, created_at)
                SELECT 200 + o, %(a)s, 100 + o, ARRAY[100 + o, 200 + o], 'C', 'c', 'approved', now()
                FROM generate_series(1, 6) o;
                """,
                {"a": article.pk},
            )
        migrate(newest)
        assert list(counts.differences()) == []
        # The chain, the approved one, and the answers under approved, removed and erased.
        assert Discussion.objects.get().shown_count == 8 + 1 + 3
        assert {c.depth for c in Comment.objects.filter(pk__in=range(1, 9))} == set(
            range(MAX_DEPTH + 1)
        )
        assert [c.pk for c in Comment.objects.queued()] == [101]
        migrate(OLD)
        migrate(newest)
        assert list(counts.differences()) == []
    finally:
        migrate(newest)
