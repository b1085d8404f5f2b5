"""The demo's readers and their comments, through the same checks and decisions as everybody's."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from articles.models import Article
from comments import moderation, readers, reports, submission, terms
from comments.choices import PinnedAs, State
from comments.models import Comment, Policy, Word
from comments.words import key_of

from . import files
from .accounts import DOMAIN

# A newsroom begins with a short list of its own; harsh ones are blurred in the queue.
WORDS = {"goblok": True, "tolol": True, "anjing": True, "bangsat": True, "open bo": False}
SHOWN_FIRST = ("olahraga", "budaya")


def load_discussion(users: dict[str, User], articles: dict[str, Article]) -> None:
    """Readers, word lists and comments; `users` are the demo's accounts by role."""
    policy = Policy.objects.create(closes_after_days=365)
    policy.sections_shown_first.set(
        {a.section for a in articles.values() if a.section.slug in SHOWN_FIRST}
    )
    for term, is_harsh in WORDS.items():
        Word.objects.create(
            term=term,
            key=key_of(term),
            is_harsh=is_harsh,
            is_active=True,
            created_by=users["moderator"],
        )
    people = users | {row["key"]: _reader(row) for row in files.rows("comments.toml", "readers")}
    loader = _Discussion(people, articles)
    for row in files.rows("comments.toml", "comments"):
        loader.add(row)


def _reader(row: dict[str, Any]) -> User:
    user = User.objects.create_user(
        f"{row['key']}@pembaca.{DOMAIN}", name=row["name"], is_demo=True
    )
    User.objects.filter(pk=user.pk).update(created_at=timezone.now() - datetime.timedelta(days=200))
    user.refresh_from_db()
    readers.join(user, name=row["name"], terms_version=terms.VERSION)
    return user


class _Discussion:
    """Adds one comment after the other, then what was decided about it."""

    def __init__(self, people: dict[str, User], articles: dict[str, Article]) -> None:
        self.people, self.articles = people, articles
        self.comments: dict[str, Comment] = {}

    def add(self, row: dict[str, Any]) -> None:
        article = self.articles[row["story"]]
        assert article.publish_at is not None
        now = timezone.now()
        since = now - files.moment(row["after"], now)
        author = self.people[row["by"]]
        comment = submission.bring_in(
            article,
            author=author,
            body=row["body"],
            at=min(article.publish_at + since, now),
            parent=self.comments.get(row.get("to", "")),
        )
        if key := row.get("key"):
            self.comments[key] = comment
        self._decide(comment, row.get("decision", ""), row.get("reason", ""))
        if pinned_as := row.get("pinned_as"):
            moderation.pin(comment, PinnedAs(pinned_as), by=self.people["editor"])
        for by, reason, note in row.get("reports", []):
            reports.report(comment, by=self.people[by], reason=reason, note=note)

    def _decide(self, comment: Comment, decision: str, reason: str) -> None:
        if decision == "removed":
            assert comment.author is not None
            moderation.remove(comment, by=comment.author)
        elif decision and decision != comment.state:
            moderation.decide(
                comment,
                State(decision),
                by=self.people["moderator"],
                seen=State(comment.state),
                seen_revision=comment.revision,
                reason=reason,
            )
