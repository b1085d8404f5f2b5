"""All that is kept of one reader, as JSON: the copy that Law 27/2022 gives everybody a right to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.signals import account_exported

from .choices import Action
from .models import Ban, Comment, Reader, Report

FORMAT = "newsroom-reader-1"
CHUNK = 500


def export(user: User) -> Iterator[str]:
    """The document in pieces, so that an account with 10,000 comments costs no more memory than one."""
    head = {"format": FORMAT, "exported_at": timezone.now(), "site": settings.SITE_URL}
    yield "{"
    for key, value in {**head, "account": _account(user), "reader": _reader(user)}.items():
        yield f"{_json(key)}: {_json(value)},\n"
    yield '"comments": ['
    yield from _list(map(_comment, _comments(user)))
    yield '],\n"reports": ['
    yield from _list(map(_report, _reports(user)))
    yield '],\n"bans": ['
    yield from _list(map(_ban, user.bans.order_by("id")))
    yield "]"
    # What other apps keep of the address.
    for _receiver, found in account_exported.send(User, address=user.email):
        if found is not None:
            yield f",\n{_json(found[0])}: {_json(found[1])}"
    yield "}\n"


def _list(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{_json(row)}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_instant)


def _instant(value: Any) -> str:
    return timezone.localtime(value).isoformat()


def _account(user: User) -> dict[str, Any]:
    proved = EmailAddress.objects.filter(user=user, verified=True, email=user.email.lower())
    return {
        "email": user.email,
        "is_email_proved": proved.exists(),
        "name": user.name,
        "language": user.language,
        "created_at": user.created_at,
        "last_sign_in_at": user.last_login,
        "sign_ins_open_until": list(
            user.sessions.filter(expire_date__gt=timezone.now())
            .order_by("expire_date")
            .values_list("expire_date", flat=True)
        ),
    }


def _reader(user: User) -> dict[str, Any] | None:
    reader = Reader.objects.filter(pk=user.pk).first()
    if reader is None:
        return None
    return {
        "terms_version": reader.terms_version,
        "terms_accepted_at": reader.terms_accepted_at,
        "review": reader.review,
        "is_told_of_decisions": reader.is_told_of_decisions,
        "is_told_of_replies": reader.is_told_of_replies,
        "is_told_of_reports": reader.is_told_of_reports,
        "created_at": reader.created_at,
    }


def _comments(user: User) -> Iterator[Comment]:
    own = (
        Comment.objects.filter(author=user)
        .select_related("article")
        .prefetch_related("events", "versions")
        .order_by("id")
    )
    return own.iterator(chunk_size=CHUNK)


def _comment(comment: Comment) -> dict[str, Any]:
    """Who decided is left out: moderators are people with rights of their own."""
    return {
        "id": comment.pk,
        "story": _story(comment),
        "name": comment.author_name,
        "text": comment.body,
        "answer_to": comment.parent_id,
        "written_at": comment.created_at,
        "changed_at": comment.edited_at,
        "edited_by_newsroom_at": comment.corrected_at,
        "state": comment.state,
        "is_shown": comment.is_shown,
        "network_hash": comment.address_block,
        "earlier_texts": [
            {
                "text": version.body,
                "written_at": version.written_at,
                "replaced_at": version.replaced_at,
            }
            for version in comment.versions.all()
        ],
        "history": [
            {
                "at": event.created_at,
                "what": event.action,
                "from": event.from_state,
                "to": event.to_state,
                "reason": event.reason,
                "note": event.note,
            }
            for event in comment.events.all()
            # That somebody reported it is the other reader's matter.
            if event.action != Action.REPORTED
        ],
    }


def _story(comment: Comment) -> str | None:
    """The story's address, unless it has none for the public any more."""
    article = comment.article
    if not (article.is_published or article.is_withdrawn):
        return None
    return f"{settings.SITE_URL}{article.get_absolute_url()}"


def _reports(user: User) -> Iterator[Report]:
    own = Report.objects.filter(by=user).select_related("comment__article").order_by("id")
    return own.iterator(chunk_size=CHUNK)


def _report(report: Report) -> dict[str, Any]:
    return {
        "comment": report.comment_id,
        "story": _story(report.comment),
        "reason": report.reason,
        "note": report.note,
        "sent_at": report.created_at,
        "handled_at": report.handled_at,
        "outcome": report.outcome,
    }


def _ban(ban: Ban) -> dict[str, Any]:
    return {
        "reason": ban.reason,
        "from": ban.started_at,
        "until": ban.until,
        "lifted_at": ban.lifted_at,
    }
