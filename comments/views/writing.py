"""The form of a comment. Whatever is refused, the form comes back with what was typed in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.network import client_address
from articles import disclosure
from articles.models import Article

from .. import network, submission, tokens
from ..addresses import discussion_path, write_path
from ..models import Comment
from ..openness import talk_of
from ..standing import standing_of
from ..visitors import Visitor, sign_up, visitor_of
from .answers import (
    private_fragment,
    private_page,
    private_redirect,
    small_form,
    wants_fragment,
)
from .finding import answered, own_comment, public_story


@require_http_methods(["GET", "HEAD", "POST"])
@small_form
def write(request: HttpRequest, article_id: int, *, refused: str = "") -> HttpResponse:
    """GET: a page with the form. POST: takes the comment; `?balas=` names what it answers."""
    article = public_story(article_id)
    parent = answered(request, article)
    visitor = visitor_of(request)
    if request.method != "POST":
        if not visitor.may_write and not visitor.banned:
            return private_redirect(visitor.way_in(write_path(article.pk, parent)))
        return _page(request, article, parent, visitor)
    status = 403
    if visitor.may_write and not refused:
        try:
            received = _receive(request, article, parent, visitor)
        except (tokens.BadToken, submission.NotAccepted) as reason:
            refused, status = str(reason), 422
        else:
            return _taken(request, received.comment)
    if not visitor.user:
        refused = _("You are not signed in any more. Your text is still here.")
    elif visitor.banned:
        refused, status = visitor.banned, 422
    elif not visitor.may_write:
        refused = _("Accept the terms first. Your text is still here.")
    return _page(request, article, parent, visitor, refused=refused, status=status)


@require_safe
def form(request: HttpRequest, article_id: int) -> HttpResponse:
    """The form alone, or why there is none: closed, banned, or who is not signed in."""
    article = public_story(article_id)
    parent = answered(request, article)
    context = _context(request, article, parent, visitor_of(request))
    return private_fragment(request, "comments/form.html", context)


@require_safe
def received(request: HttpRequest, comment_id: int) -> HttpResponse:
    """What became of one's own comment; where a form leads that was sent without script."""
    comment = own_comment(request, comment_id)
    return private_page(
        request, "comments/received_page.html", _received(comment), title=_("Your comment")
    )


def _receive(
    request: HttpRequest, article: Article, parent: Comment | None, visitor: Visitor
) -> submission.Received:
    user = visitor.user
    assert user is not None
    token = tokens.read(request.POST.get("token", ""), article_id=article.pk, user_id=user.pk)
    return submission.receive(
        article,
        author=user,
        body=request.POST.get("body", ""),
        token=token,
        parent=parent,
        block=network.hashed_block(client_address(request)),
        is_trap_filled=bool(request.POST.get(token.trap)),
    )


def _taken(request: HttpRequest, comment: Comment) -> HttpResponse:
    if wants_fragment(request):
        return private_fragment(request, "comments/received.html", _received(comment))
    return private_redirect(reverse("comments:received", args=[comment.pk]))


def _received(comment: Comment) -> dict[str, Any]:
    article = comment.article
    return {
        "article": article,
        "title": disclosure.title(article),
        "comment": comment,
        "standing": standing_of([comment])[0],
        "back": discussion_path(article),
    }


def _page(
    request: HttpRequest,
    article: Article,
    parent: Comment | None,
    visitor: Visitor,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = _context(request, article, parent, visitor) | {"refused": refused}
    if wants_fragment(request):
        return private_fragment(request, "comments/form.html", context, status=status)
    title = _("Answer a comment") if parent else _("Write a comment")
    return private_page(request, "comments/write.html", context, title=title, status=status)


def _context(
    request: HttpRequest, article: Article, parent: Comment | None, visitor: Visitor
) -> dict[str, Any]:
    action = write_path(article.pk, parent)
    talk = talk_of(article)
    context: dict[str, Any] = {
        "article": article,
        "title": disclosure.title(article),
        "parent": parent,
        "talk": talk,
        # Nothing can be sent now: the sentence stands in the place of the button.
        "shut": visitor.banned or talk.closed,
        "visitor": visitor,
        "action": action,
        "way_in": visitor.way_in(action),
        "sign_up": sign_up(action),
        "back": discussion_path(article),
        "body": request.POST.get("body", "") if request.method == "POST" else "",
    }
    if visitor.may_write and visitor.user:
        context["token"], token = tokens.issue(article_id=article.pk, user_id=visitor.user.pk)
        context["trap"] = token.trap
    return context
