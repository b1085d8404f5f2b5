"""What a reader is told about a comment, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from articles import disclosure

from .choices import Action, Reason, State
from .models import Comment, ModerationEvent


@dataclass(frozen=True)
class OwnComment:
    """A comment as its author sees it. `url` is empty when its story is not public any more."""

    comment: Comment
    story: str
    url: str
    state: str
    # What a moderator gave as a reason, and wrote beside it; empty while there is none.
    reason: str = ""
    note: str = ""


def of(user: User) -> QuerySet[Comment]:
    """The comments of an account with what `own_comment` needs; two queries for a page."""
    decided = ModerationEvent.objects.filter(action__in=[Action.DECIDED, Action.UNDONE])
    return (
        Comment.objects.filter(author=user)
        .select_related("article__section")
        .prefetch_related(Prefetch("events", decided.order_by("id"), to_attr="decisions"))
    )


def own_comment(comment: Comment) -> OwnComment:
    """A comment that `of` fetched, for its author."""
    article = comment.article
    is_public = article.is_published or article.is_withdrawn
    decision = comment.decisions[-1] if comment.decisions else None
    is_its_reason = decision is not None and decision.to_state == comment.state
    # "Another reason" says nothing where the moderator wrote which.
    is_said = is_its_reason and not (decision.reason == Reason.OTHER and decision.note)
    return OwnComment(
        comment,
        story=disclosure.title(article) if is_public else _("A story that is no longer public"),
        url=article.get_absolute_url() if is_public else "",
        state=state_line(comment),
        reason=decision.get_reason_display() if is_said else "",
        note=decision.note if is_its_reason else "",
    )


def state_line(comment: Comment) -> str:
    """Where a comment stands, as a sentence for its author."""
    lines = {
        State.PENDING: _("Waits for a moderator. Only you see it."),
        State.UNREVIEWED: _("Shown. A moderator reads it later."),
        State.APPROVED: _("Shown."),
        State.REJECTED: _("Not shown."),
        State.SPAM: _("Not shown: taken for advertising."),
        State.REMOVED: _("Removed by you."),
    }
    line = lines.get(State(comment.state), str(comment.get_state_display()))
    is_hidden_by_another = (
        comment.state in {State.UNREVIEWED, State.APPROVED} and not comment.is_shown
    )
    return _("Not shown, because the comment it answers is not.") if is_hidden_by_another else line
