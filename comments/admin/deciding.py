"""What moderators do in the queue: decide, take back, ban, decide about many. POST alone acts.

A script gets JSON; a plain form is led on to the next comment.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import bans, bulk, moderation, queue
from ..choices import Reason, State
from ..forms import BanForm, BulkForm, DecisionForm
from ..models import Comment, ModerationEvent
from .acting import acting, keep
from .place import Place, number

OVERTAKEN_SAID = 5


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


class DecidingMixin:
    """Adds the addresses that act. None of them does anything on GET."""

    def get_urls(self) -> list[Any]:
        return [
            acting(self.admin_site, "queue/decide/", self.decide_view, "comments_comment_decide"),
            acting(self.admin_site, "queue/undo/", self.undo_view, "comments_comment_undo"),
            acting(self.admin_site, "queue/ban/", self.ban_view, "comments_comment_ban"),
            acting(self.admin_site, "queue/bulk/", self.bulk_view, "comments_comment_bulk"),
            *super().get_urls(),
        ]

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """One decision about one comment."""
        self.require_moderator(request)
        comment = self._comment(request)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._refused(request, comment, _sentence(form))
        values = form.cleaned_data
        try:
            event = moderation.decide(
                comment,
                values["to"],
                by=request.user,
                seen=State(values["state"]),
                seen_revision=values["revision"],
                reason=values["reason"],
                note=values["note"],
            )
        except moderation.Refused as refused:
            return self._refused(request, comment, str(refused))
        told = told_of(event)
        if wants_json(request):
            return JsonResponse(
                {
                    "ok": True,
                    "told": told,
                    "event": event.pk,
                    "seconds": moderation.UNDO_SECONDS,
                }
            )
        messages.success(request, f"{comment.author_name}: {told}")
        return self._on(request, comment, did=event.pk)

    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """Take one's last decision back."""
        self.require_moderator(request)
        event = (
            ModerationEvent.objects.select_related("comment")
            .filter(pk=number(request.POST.get("event", "")))
            .first()
        )
        if event is None:
            raise Http404
        try:
            moderation.undo(event, by=request.user)
        except moderation.Refused as refused:
            return self._refused(request, event.comment, str(refused))
        told = _("Taken back: the comment waits again.")
        if wants_json(request):
            return JsonResponse(
                {"ok": True, "told": told, "row": self._row(request, event.comment)}
            )
        messages.success(request, told)
        return HttpResponseRedirect(Place(request.POST).url(c=event.comment_id))

    def ban_view(self, request: HttpRequest) -> HttpResponse:
        """Ban the author of a comment for a day, a week, or for ever."""
        self.require_moderator(request)
        comment = self._comment(request)
        form = BanForm(request.POST)
        if not form.is_valid():
            return self._refused(request, comment, _sentence(form))
        if comment.author is None:
            return self._refused(request, comment, _("This account is gone."))
        try:
            bans.ban(
                comment.author,
                by=request.user,
                reason=form.cleaned_data["ban_reason"],
                until=form.until(),
            )
        except moderation.Refused as refused:
            return self._refused(request, comment, str(refused))
        told = _("%(name)s is banned. What the account wrote stays as it is.") % {
            "name": comment.author
        }
        if wants_json(request):
            return JsonResponse({"ok": True, "told": told})
        messages.success(request, told)
        return self._stay(request, comment)

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """The same decision about the chosen comments, BULK_AT_MOST of them at once."""
        self.require_moderator(request)
        form = BulkForm(request.POST)
        boxes = [bulk.Seen.parse(value) for value in request.POST.getlist("row")]
        chosen = [one for one in boxes if one is not None]
        if not form.is_valid():
            return self._refused(request, None, _sentence(form))
        if not chosen:
            return self._refused(request, None, _("Choose at least one comment."))
        if len(chosen) > queue.BULK_AT_MOST:
            told = _("At most %(n)d comments at once.") % {"n": queue.BULK_AT_MOST}
            return self._refused(request, None, told)
        outcome = bulk.decide_all(
            chosen,
            form.cleaned_data["to"],
            by=request.user,
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
        )
        told = ngettext(
            "Decided about %(n)d comment.", "Decided about %(n)d comments.", len(outcome.done)
        ) % {"n": len(outcome.done)}
        left = [f"{comment.author_name}: {sentence}" for comment, sentence in outcome.left]
        if wants_json(request):
            return JsonResponse({"ok": True, "told": told, "done": outcome.done, "left": left})
        messages.success(request, told)
        for sentence in left[:OVERTAKEN_SAID]:
            messages.warning(request, sentence)
        more = len(left) - OVERTAKEN_SAID
        if more > 0:
            words_for = ngettext(
                "%(n)d more was left as it is.", "%(n)d more were left as they are.", more
            )
            messages.warning(request, words_for % {"n": more})
        return HttpResponseRedirect(Place(request.POST).url())

    # Answers

    @staticmethod
    def _comment(request: HttpRequest) -> Comment:
        comment = (
            Comment.objects.select_related("author")
            .filter(pk=number(request.POST.get("comment", "")))
            .first()
        )
        if comment is None:
            raise Http404
        return comment

    def _refused(self, request: HttpRequest, comment: Comment | None, told: str) -> HttpResponse:
        """Nothing was done: the sentence that says why, and the comment as it is now."""
        if wants_json(request):
            row = self._row(request, comment) if comment else ""
            return JsonResponse({"ok": False, "told": told, "row": row}, status=409)
        messages.error(request, told)
        keep(request, comment.pk if comment else 0)
        if comment is None:
            return HttpResponseRedirect(Place(request.POST).url())
        return self._stay(request, comment)

    def _stay(self, request: HttpRequest, comment: Comment) -> HttpResponse:
        if request.POST.get("back") == "page":
            return HttpResponseRedirect(page_of(comment))
        return HttpResponseRedirect(Place(request.POST).url(c=comment.pk))

    def _on(self, request: HttpRequest, comment: Comment, did: int) -> HttpResponse:
        if request.POST.get("back") == "page":
            return HttpResponseRedirect(f"{page_of(comment)}?did={did}")
        following = number(request.POST.get("next", ""))
        return HttpResponseRedirect(Place(request.POST).url(c=following, did=did))

    def _row(self, request: HttpRequest, comment: Comment) -> str:
        """The comment's line in the list, as it is now; "" when it left the queue."""
        place = Place(request.POST)
        rows = queue.of_tab(place.tab).filter(pk=comment.pk)
        items = queue.page(place.tab, rows, size=1).items
        if not items:
            return ""
        return render_to_string(
            "admin/comments/row.html", {"row": items[0], "place": place}, request=request
        )


def page_of(comment: Comment) -> str:
    return reverse("admin:comments_comment_change", args=[comment.pk])


def told_of(event: ModerationEvent) -> str:
    """A decision as its moderator hears it."""
    if event.to_state == State.REJECTED:
        return _("Rejected: %(reason)s.") % {"reason": Reason(event.reason).label}
    if event.to_state == State.SPAM:
        return _("Sorted into spam.")
    return _("Approved.")


def _sentence(form: Any) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
