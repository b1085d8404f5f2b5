"""Who takes part in the tests of comments, and short ways to write and decide."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from comments import moderation, readers, terms
from comments.choices import State
from comments.models import Comment, ModerationEvent, place_in_thread
from tests.factories import StaffFactory, UserFactory


def staff(role: str, **fields: Any) -> User:
    """Somebody who works here in that role."""
    user = StaffFactory(**fields)
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


def moderator(**fields: Any) -> User:
    return staff("moderator", **fields)


def written(article: Any, parent: Comment | None = None, **fields: Any) -> Comment:
    """A comment in any state, past the checks; approved unless said otherwise."""
    defaults: dict[str, Any] = {
        "body": "Setuju.",
        "author_name": "Rani",
        "state": State.APPROVED,
        "created_at": timezone.now(),
    }
    if fields.get("state") == State.ERASED:
        defaults |= {"body": "", "author_name": ""}
    comment = Comment(article=article, parent=parent, **(defaults | fields))
    place_in_thread([comment])
    comment.save(force_insert=True)
    comment.refresh_from_db()
    return comment


def decide(comment: Comment, to: State, *, by: User, **options: Any) -> ModerationEvent:
    """A decision about the comment as it is now."""
    comment.refresh_from_db()
    options.setdefault("reason", "other" if to == State.REJECTED else "")
    return moderation.decide(
        comment,
        to,
        by=by,
        seen=State(comment.state),
        seen_revision=comment.revision,
        **options,
    )


def reader(**fields: Any) -> User:
    return UserFactory(**fields)


def member(name: str = "Ummu Kalsum", **fields: Any) -> User:
    """A reader who has a name here and accepted the present terms."""
    user = UserFactory(name="", **fields)
    readers.join(user, name=name, terms_version=terms.VERSION)
    return user
