"""The queue's page: a list, one comment large, and what has to be known about it. It only reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from .. import background, moderation, queue
from ..choices import Action, Reason, ReviewFirst, State
from ..forms import BanForm
from ..models import Comment, ModerationEvent
from .acting import typed_about
from .place import Place, number


def whole(pk: int | None) -> Comment | None:
    """A comment with what its large view prints of its story and its author."""
    if pk is None:
        return None
    return (
        Comment.objects.select_related(
            "article__place", "article__section", "author__reader", "parent"
        )
        .defer("article__body", "article__search")
        .filter(pk=pk)
        .first()
    )


class QueueMixin:
    """Adds `queue/` and `queue/<id>/`, the part of it that a script loads by itself."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("queue/", wrap(self.queue_view), name="comments_comment_queue"),
            path("queue/<int:pk>/", wrap(self.item_view), name="comments_comment_item"),
            *super().get_urls(),
        ]

    @staticmethod
    def require_moderator(request: HttpRequest) -> None:
        if not request.user.has_perm(moderation.MODERATE):
            raise PermissionDenied

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """The list beside the chosen comment, or the first one; `?c=` chooses."""
        self.require_moderator(request)
        place = Place(request.GET)
        size = queue.BULK_AT_MOST if place.is_narrowed else queue.PAGE
        try:
            page = queue.page(place.tab, place.rows(), request.GET.get("after", ""), size=size)
        except queue.BadCursor:
            return HttpResponseRedirect(place.url())
        typed_for_several = typed_about(request, 0)
        chosen = number(request.GET.get("c", ""))
        if chosen is None and page.items:
            chosen = page.items[0].pk
        comment = whole(chosen)
        typed = typed_about(request, comment.pk) if comment else {}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Comments to decide about"),
            "place": place,
            "page": page,
            "tabs": self._tabs(place),
            "current": comment.pk if comment else None,
            "is_all_chosen": place.is_narrowed and request.GET.get("all") == "1",
            "reasons": Reason,
            "did": self._did(request),
            "typed_for_several": typed_for_several,
            **(self.item_context(request, comment, place, page.items, typed) if comment else {}),
        }
        return TemplateResponse(request, "admin/comments/queue.html", context)

    def item_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One comment large, without the page around it."""
        self.require_moderator(request)
        comment = whole(pk)
        if comment is None:
            raise Http404
        context = self.item_context(request, comment, Place(request.GET), [])
        return TemplateResponse(request, "admin/comments/item.html", context)

    def item_context(
        self,
        request: HttpRequest,
        comment: Comment,
        place: Place,
        items: Sequence[Comment],
        typed: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """What the large view prints; `items` is the list that it stands beside.

        `typed` is what somebody typed about it on a page that could not be taken.
        """
        typed = typed or {}
        keys = [row.pk for row in items]
        here = keys.index(comment.pk) if comment.pk in keys else -1
        author = comment.author
        return {
            "comment": comment,
            "place": place,
            "behind": background.gather(comment),
            "typed": typed,
            "decisions": moderation.DECISIONS.get(State(comment.state), frozenset()),
            "reasons": Reason,
            "ban_form": BanForm(initial={"length": typed.get("length", "day")}),
            "review_choices": ReviewFirst.choices,
            "may_ban": author is not None and not author.is_staff,
            "next": keys[here + 1] if here + 1 < len(keys) else None,
            "previous": keys[here - 1] if here > 0 else None,
            "is_revealed": request.GET.get("show") == "1",
        }

    @staticmethod
    def _tabs(place: Place) -> list[dict[str, Any]]:
        counts = queue.counts()
        base = reverse("admin:comments_comment_queue")
        return [
            {
                "label": tab.label,
                "count": counts.get(tab.key, ""),
                "url": f"{base}?tab={tab.key}" if tab.key != "all" else base,
                "is_current": tab.key == place.tab.key,
            }
            for tab in queue.TABS.values()
        ]

    @staticmethod
    def _did(request: HttpRequest) -> ModerationEvent | None:
        """The decision that was made just now without a script, while it can be taken back."""
        pk = number(request.GET.get("did", ""))
        if pk is None:
            return None
        event = (
            ModerationEvent.objects.select_related("comment")
            .filter(pk=pk, by=request.user, action=Action.DECIDED)
            .first()
        )
        return event if event and moderation.may_undo(event) else None
