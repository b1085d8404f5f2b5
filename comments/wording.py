"""What a reader is told about a comment, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from articles import disclosure

from .choices import State
from .models import Comment


@dataclass(frozen=True)
class OwnComment:
    """A comment as its author sees it. `url` is empty when its story is not public any more."""

    comment: Comment
    story: str
    url: str
    state: str


def own_comment(comment: Comment) -> OwnComment:
    """A comment of a story that was fetched with it, for its author."""
    article = comment.article
    is_public = article.is_published or article.is_withdrawn
    return OwnComment(
        comment,
        story=disclosure.title(article) if is_public else _("A story that is no longer public"),
        url=article.get_absolute_url() if is_public else "",
        state=state_line(comment),
    )


def state_line(comment: Comment) -> str:
    """Where a comment stands, as a sentence for its author."""
    lines: dict[str, Any] = {
        State.PENDING: _("Waits for a moderator. Only you see it."),
        State.APPROVED: _("Published."),
        State.REJECTED: _("Not published."),
        State.SPAM: _("Not published: taken for advertising."),
        State.REMOVED: _("Removed by you."),
    }
    return str(lines.get(comment.state, comment.get_state_display()))
