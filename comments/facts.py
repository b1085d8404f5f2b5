"""What the checks of a comment know besides its text: gathered once, before the first of them."""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from articles.models import Article
from articles.people.protecting import named_in

from .choices import ReviewFirst, State
from .models import Ban, Comment, Policy
from .words import Term, searchable, terms_in_force

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

# A comment this short says the same as many others by chance ("mantap pak").
SHORTEST_FINGERPRINT = 20
LATELY = datetime.timedelta(minutes=10)
A_DAY = datetime.timedelta(hours=24)
STATEMENT_MILLISECONDS = 2000


@dataclass(frozen=True)
class Facts:
    """One text of a comment, and what is known about it. Plain values: steps read no database."""

    body: str
    is_staff: bool = False
    review: str = ReviewFirst.SECTION
    is_section_shown_first: bool = False
    account_age: datetime.timedelta = A_DAY
    approved_before: int = 0
    rejected_lately: int = 0
    form_age: datetime.timedelta | None = None
    is_trap_filled: bool = False
    from_block_lately: int = 0
    under_story_lately: int = 0
    is_block_of_banned: bool = False
    same_by_author: int = 0
    same_by_others: int = 0
    terms: tuple[Term, ...] = ()
    people: tuple[str, ...] = ()
    # Somebody whom the story protects and the text names.
    protected_name: str = ""
    hold_score: float = 0.2
    spam_score: float = 0.98
    fingerprint: int | None = None
    # The database did not answer in time: what is not known must hold the comment.
    is_incomplete: bool = False


def fingerprint_of(body: str) -> int | None:
    """A number that texts share which say the same in other letters; None for a short one."""
    plain = searchable(body).replace(" ", "")
    if len(plain) < SHORTEST_FINGERPRINT:
        return None
    return int.from_bytes(blake2b(plain.encode(), digest_size=8).digest(), signed=True)


def gather(
    *,
    article: Article,
    author: User,
    body: str,
    block: str = "",
    form_age: datetime.timedelta | None = None,
    is_trap_filled: bool = False,
    but: Comment | None = None,
) -> Facts:
    """All facts about a text; bounded queries, in the caller's transaction.

    Where the database fails or takes longer than STATEMENT_MILLISECONDS for one of them, the facts
    are incomplete and say so.

    Args:
        block: the hashed network, or "".
        form_age: since the form was handed out; None for a change of a comment.
        but: the comment itself, when its text was changed.
    """
    try:
        # A savepoint: a question that failed must not take the comment with it.
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_MILLISECONDS}")
            facts = _gather(article, author, body, block, form_age, is_trap_filled, but)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except DatabaseError:
        logger.exception("The facts about a comment could not be gathered.")
        return Facts(
            body=body,
            form_age=form_age,
            is_trap_filled=is_trap_filled,
            is_incomplete=True,
        )
    return facts


def _gather(
    article: Article,
    author: User,
    body: str,
    block: str,
    form_age: datetime.timedelta | None,
    is_trap_filled: bool,
    but: Comment | None,
) -> Facts:
    now = timezone.now()
    others = Comment.objects.exclude(pk=but.pk) if but else Comment.objects.all()
    own = others.filter(author=author)
    policy = Policy.current()
    fingerprint = fingerprint_of(body)
    same_author = same_others = 0
    if fingerprint is not None:
        same = others.filter(fingerprint=fingerprint, created_at__gt=now - A_DAY)
        same_author = same.filter(author=author).count()
        same_others = same.exclude(author=author)[:50].count()
    from_block = is_block_of_banned = 0
    if block:
        near = others.filter(address_block=block)
        from_block = near.filter(created_at__gt=now - LATELY)[:500].count()
        banned = Ban.objects.filter(lifted_at=None, reader__isnull=False).values("reader")
        is_block_of_banned = near.filter(author__in=banned).exclude(author=author).exists()
    return Facts(
        body=body,
        is_staff=author.is_staff,
        review=_review_of(author),
        is_section_shown_first=policy.pk is not None
        and policy.sections_shown_first.filter(pk=article.section_id).exists(),
        account_age=now - author.created_at,
        approved_before=own.filter(state=State.APPROVED)[:20].count(),
        rejected_lately=own.filter(
            state__in=[State.REJECTED, State.SPAM], created_at__gt=now - 30 * A_DAY
        )[:20].count(),
        form_age=form_age,
        is_trap_filled=is_trap_filled,
        from_block_lately=from_block,
        under_story_lately=others.filter(article=article, created_at__gt=now - LATELY)[
            :1000
        ].count(),
        is_block_of_banned=bool(is_block_of_banned),
        same_by_author=same_author,
        same_by_others=same_others,
        terms=tuple(terms_in_force()),
        people=tuple(
            article.attendances.exclude(name_as_printed="").values_list(
                "name_as_printed", flat=True
            )[:100]
        ),
        protected_name=_protected_name(article, f"{author.name} \n {body}"),
        hold_score=policy.hold_score,
        spam_score=policy.spam_score,
        fingerprint=fingerprint,
    )


def _protected_name(article: Article, body: str) -> str:
    if not article.is_identity_protected:
        return ""
    return next((name for _person, name in named_in(article, body)), "")


def _review_of(author: User) -> str:
    reader = getattr(author, "reader", None)
    return reader.review if reader else ReviewFirst.SECTION
