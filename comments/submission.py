"""How a reader's text comes in: a new comment, or another text of one; always through the checks.

What cannot be taken is refused with one sentence (`NotAccepted`), and the form that shows it
still holds the text. Whatever is taken is kept, with every check's verdict.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article
from pagecache import instant

from . import bans, facts, moderation
from .choices import SHOWN, WAITING, Action, State
from .folding import fold
from .models import Comment, Discussion, Policy, Screening, place_in_thread
from .screening import Result, screen

if TYPE_CHECKING:
    from accounts.models import User

    from .tokens import Token

MAX_LENGTH = 3000
EDIT_WINDOW = datetime.timedelta(minutes=5)
EDITS_AT_MOST = 5
# An account's own pace: at most so many in so long. More is refused; the text stays in the form.
PACE = ((datetime.timedelta(minutes=1), 3), (datetime.timedelta(hours=1), 30))

_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
_MARKS_IN_A_ROW = 3


class NotAccepted(Exception):
    """Why a text was not taken, as a sentence for its writer; nothing was stored."""


@dataclass(frozen=True)
class Received:
    """A comment that was taken. `is_repeat`: the same form came before, and made this comment."""

    comment: Comment
    is_repeat: bool = False


def clean_text(text: str) -> str:
    """A text as it is stored: without control characters and piled-up marks, as one line breaks.

    Directions are undone (a text cannot run backwards over its neighbours), at most three marks
    stay on a letter, and at most one empty line between two lines.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.translate(_BIDI)
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Cc", "Cs", "Cn"} and character != "\n":
            continue
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(character)
    lines = [line.rstrip() for line in "".join(kept).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_open(article: Article) -> bool:
    """Whether the story takes comments now; two queries."""
    openness = Discussion.objects.filter(pk=article.pk).values_list("openness", flat=True).first()
    policy = Policy.current()
    return policy.is_open_for(article, openness) if openness else policy.is_open_for(article)


def receive(
    article: Article,
    *,
    author: User,
    body: str,
    token: Token,
    parent: Comment | None = None,
    block: str = "",
    is_trap_filled: bool = False,
) -> Received:
    """Take a comment: check it, store it with its verdicts and its first event.

    Args:
        token: of the form it came with, already read (`tokens.read`).
        parent: what it answers.
        block: the hashed network of the request (`network.hashed_block`).

    The account must be a reader's who accepted the present terms; that is the caller's to see to.
    Raises NotAccepted.
    """
    known = _known(token.nonce, author)
    if known:
        return known
    body = _checked(body)
    _refuse_banned(author)
    _refuse_closed(article)
    try:
        with transaction.atomic():
            _one_at_a_time(author)
            known = _known(token.nonce, author)
            if known:
                return known
            _refuse_haste(author)
            comment = Comment(
                article=article,
                parent=parent,
                author=author,
                body=body,
                form_nonce=token.nonce,
                address_block=block,
                created_at=instant.now(),
            )
            _check_and_store(comment, form_age=token.age, is_trap_filled=is_trap_filled)
    except IntegrityError as error:
        # The same form twice at once, past the lock: the first one counts.
        known = _known(token.nonce, author)
        if known is None:
            raise error
        return known
    return Received(comment)


def bring_in(
    article: Article,
    *,
    author: User,
    body: str,
    at: datetime.datetime,
    parent: Comment | None = None,
) -> Comment:
    """Take a comment that was written at `at`: through the checks, but at no pace and by no form.

    For what fills an installation; a reader's comment comes in by `receive`. Raises NotAccepted.
    """
    with transaction.atomic():
        comment = Comment(
            article=article, parent=parent, author=author, body=_checked(body), created_at=at
        )
        _check_and_store(comment)
    return comment


def _check_and_store(
    comment: Comment,
    *,
    form_age: datetime.timedelta | None = None,
    is_trap_filled: bool = False,
) -> None:
    author = comment.author
    assert author is not None
    found = facts.gather(
        article=comment.article,
        author=author,
        body=comment.body,
        block=comment.address_block,
        form_age=form_age,
        is_trap_filled=is_trap_filled,
    )
    comment.author_name = author.name
    comment.is_by_staff = author.is_staff
    comment.fingerprint = found.fingerprint
    _store(comment, screen(found))


def _store(comment: Comment, result: Result) -> None:
    _apply(comment, result)
    with moderation.locked(comment.article_id):
        parent = comment.parent
        if parent is not None:
            parent.refresh_from_db()
            if not parent.is_shown or parent.article_id != comment.article_id:
                raise NotAccepted(
                    _("The comment that you answer is not there any more. Your text is still here.")
                )
        place_in_thread([comment])
        comment.save(force_insert=True)
        comment.refresh_from_db(fields=["is_shown", "is_reachable", "queue_due_at", "is_listed"])
        _keep_verdicts(comment, result)
        moderation.record(
            comment,
            Action.RECEIVED,
            from_state="",
            by=comment.author,
            rule=result.rule,
        )
        tell_of_reply_when_shown(comment)


def _apply(comment: Comment, result: Result) -> None:
    comment.state = result.state
    comment.risk = min(result.risk, 100)
    comment.is_harsh = result.is_harsh
    comment.queue_due_at = moderation.due_for_review(comment) if result.state in WAITING else None


def _keep_verdicts(comment: Comment, result: Result) -> None:
    Screening.objects.create(
        comment=comment,
        outcome=result.state,
        rule=result.rule,
        score=result.score,
        verdicts=result.verdicts,
    )


def may_edit_until(comment: Comment) -> datetime.datetime | None:
    """Until when its author may change a comment; None when not (any more)."""
    until = comment.created_at + EDIT_WINDOW
    is_free = comment.state in (*WAITING, *SHOWN) and comment.edits < EDITS_AT_MOST
    return until if is_free and until > instant.now() else None


def edit(comment: Comment, body: str, *, by: User, block: str = "") -> Comment:
    """Its author changes a comment within five minutes; the new text goes through everything.

    An approved comment is approved no more: nobody has read the new text. The earlier text is
    kept. Raises NotAccepted.
    """
    if comment.author_id != by.pk:
        raise NotAccepted(_("Only its author can change a comment."))
    body = _checked(body)
    _refuse_banned(by)
    _refuse_closed(comment.article)
    with transaction.atomic():
        _one_at_a_time(by)
        found = facts.gather(
            article=comment.article, author=by, body=body, block=block, but=comment
        )
        result = screen(found)
        with moderation.locked(comment.article_id):
            comment.refresh_from_db()
            if may_edit_until(comment) is None:
                raise NotAccepted(
                    _("A comment can be changed for five minutes. This one stays as it is.")
                )
            if body == comment.body:
                return comment
            before = State(comment.state)
            moderation.keep_version(comment)
            revision = comment.revision
            _apply(comment, result)
            moderation.swap(
                comment,
                result.state,
                seen=before,
                seen_revision=revision,
                body=body,
                edited_at=instant.now(),
                corrected_at=None,
                edits=comment.edits + 1,
                **moderation.NOT_PINNED,
                fingerprint=found.fingerprint,
                risk=comment.risk,
                is_harsh=comment.is_harsh,
                queue_due_at=moderation.queue_due(comment, result.state),
            )
            _keep_verdicts(comment, result)
            moderation.record(comment, Action.EDITED, from_state=before, by=by, rule=result.rule)
            tell_of_reply_when_shown(comment)
    return comment


def tell_of_reply_when_shown(comment: Comment) -> None:
    """Ask for the mail to whom a shown comment answers; it is sent once at most."""
    if comment.parent_id and comment.is_shown and comment.reply_told_at is None:
        from .tasks import tell_of_reply  # the jobs know this module

        tell_of_reply.defer(comment_id=comment.pk)


def _checked(body: str) -> str:
    body = clean_text(body)
    if not any(c.isalnum() or unicodedata.category(c) == "So" for c in fold(body)):
        raise NotAccepted(_("Write something first."))
    if len(body) > MAX_LENGTH:
        raise NotAccepted(
            _("A comment has at most %(most)s characters; this one has %(number)s.")
            % {
                "most": f"{MAX_LENGTH:,}".replace(",", "."),
                "number": f"{len(body):,}".replace(",", "."),
            }
        )
    return body


def _refuse_banned(author: User) -> None:
    if ban := bans.ban_in_force(author):
        raise NotAccepted(bans.told(ban))


def _refuse_closed(article: Article) -> None:
    if not is_open(article):
        raise NotAccepted(_("This discussion is closed. What was said stays."))


def _known(nonce: uuid.UUID, author: User) -> Received | None:
    comment = Comment.objects.filter(form_nonce=nonce, author=author).first()
    return Received(comment, is_repeat=True) if comment else None


def _one_at_a_time(author: User) -> None:
    """Until the transaction ends: what an account sends at once is taken one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('comments.author'), %s)", [author.pk])


def _refuse_haste(author: User) -> None:
    if author.is_staff:
        return
    now = instant.now()
    for span, most in PACE:
        recent = Comment.objects.filter(author=author, created_at__gt=now - span)
        moments = list(recent.order_by("-created_at").values_list("created_at", flat=True)[:most])
        if len(moments) == most:
            seconds = max(1, round((moments[-1] + span - now).total_seconds()))
            minutes = -(-seconds // 60)
            raise NotAccepted(
                ngettext(
                    "That is fast. Send it again in %(n)d minute; your text is still here.",
                    "That is fast. Send it again in %(n)d minutes; your text is still here.",
                    minutes,
                )
                % {"n": minutes}
            )
