"""What a reader does with a comment that stands: see one's own, change, remove, report."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.network import client_address
from articles import disclosure

from .. import moderation, network, reports, submission
from ..addresses import discussion_path
from ..choices import ReportReason
from ..models import Comment, Report
from ..standing import standing_of
from ..visitors import visitor_of
from .answers import private_fragment, private_page, private_redirect, small_form
from .finding import own_comment, public_story, shown_comment

# Of one person under one story; who wrote more finds the rest on the account's own page.
OWN_AT_MOST = 50


@require_safe
def mine(request: HttpRequest, article_id: int) -> HttpResponse:
    """One's own comments under a story, newest first, as a fragment that the script merges.

    What others see is there as its controls alone, what they do not see as a whole.
    """
    article = public_story(article_id)
    own: list[Comment] = []
    if request.user.is_authenticated:
        rows = Comment.objects.filter(article=article, author=request.user)
        own = list(rows.order_by("-created_at", "-id")[:OWN_AT_MOST])
    standings = standing_of(own)
    context = {
        "article": article,
        "unseen": [s for s in standings if not s.comment.is_shown and s.may_remove],
        "seen": [s for s in standings if s.comment.is_shown],
    }
    return private_fragment(request, "comments/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@small_form
def edit(request: HttpRequest, comment_id: int, *, refused: str = "") -> HttpResponse:
    """Change the text of one's own comment within five minutes."""
    if away := _to_the_door(request, "edit", comment_id):
        return away
    comment = own_comment(request, comment_id)
    body, status = comment.body, 403 if refused else 200
    if request.method == "POST":
        body = request.POST.get("body", "")
        if not refused:
            try:
                submission.edit(
                    comment,
                    body,
                    by=request.user,
                    block=network.hashed_block(client_address(request)),
                )
            except (submission.NotAccepted, moderation.Refused) as reason:
                refused, status = str(reason), 422
            else:
                return private_redirect(reverse("comments:received", args=[comment.pk]))
    until = submission.may_edit_until(comment)
    context = _context(comment) | {"refused": refused, "body": body, "until": until}
    title = _("Change your comment")
    return private_page(request, "comments/edit.html", context, title=title, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@small_form
def remove(request: HttpRequest, comment_id: int, *, refused: str = "") -> HttpResponse:
    """Take one's own comment back, also when its story is not public any more."""
    if away := _to_the_door(request, "remove", comment_id):
        return away
    comment, status = own_comment(request, comment_id), 403 if refused else 200
    if request.method == "POST" and not refused:
        try:
            moderation.remove(comment, by=request.user)
        except moderation.Refused as reason:
            refused, status = str(reason), 422
        else:
            return private_redirect(reverse("comments:received", args=[comment.pk]))
    context = _context(comment) | {"refused": refused, "standing": standing_of([comment])[0]}
    title = _("Remove your comment")
    return private_page(request, "comments/remove.html", context, title=title, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@small_form
def report(request: HttpRequest, comment_id: int, *, refused: str = "") -> HttpResponse:
    """Complain about a comment; afterwards the same address says what becomes of the report."""
    comment = shown_comment(comment_id)
    visitor = visitor_of(request)
    if not visitor.user:
        if request.method == "POST":
            return _kept(request, visitor.way_in(request.path), request.POST.get("note", ""))
        context = _context(comment) | {"way_in": visitor.way_in(request.path)}
        return private_page(request, "comments/report.html", context, title=_("Report a comment"))
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    status = 403 if refused else 200
    if request.method == "POST" and not refused:
        try:
            reports.report(comment, by=request.user, reason=reason, note=note)
        except reports.NotTaken as sentence:
            refused, status = str(sentence), 422
        else:
            return private_redirect(request.path)
    context = _context(comment) | {
        "refused": refused,
        "reason": reason,
        "note": note,
        "reasons": ReportReason.choices,
        "earlier": Report.objects.filter(comment=comment, by=request.user).first(),
        "is_own": comment.author_id == request.user.pk,
        "banned": visitor.banned,
    }
    title = _("Report a comment")
    return private_page(request, "comments/report.html", context, title=title, status=status)


def _to_the_door(request: HttpRequest, name: str, comment_id: int) -> HttpResponse | None:
    visitor = visitor_of(request)
    if visitor.user:
        return None
    way_in = visitor.way_in(reverse(f"comments:{name}", args=[comment_id]))
    if request.method == "POST" and request.POST.get("body"):
        return _kept(request, way_in, request.POST["body"])
    return private_redirect(way_in)


def _kept(request: HttpRequest, way_in: str, body: str) -> HttpResponse:
    """What was typed, for somebody who was signed out meanwhile."""
    context = {"body": body, "way_in": way_in}
    title = _("You are not signed in any more")
    return private_page(request, "comments/kept.html", context, title=title, status=403)


def _context(comment: Comment) -> dict[str, Any]:
    article = comment.article
    return {
        "article": article,
        "comment": comment,
        "title": disclosure.title(article),
        "back": discussion_path(article),
    }
