"""Live coverage on the desk: a short page for a phone in a hall, and one for each entry.

Without script they are ordinary forms. With it, desk/live.js sends an entry by itself and keeps it until the server
has said that it is there; the server knows an entry by the name that its form gave it, so it is never there twice.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .. import keyset, live, wording
from ..forms.live import ChangeEntryForm, NewEntryForm, WithdrawForm
from ..live import showing
from ..models import Article, LiveEntry, LiveRecord
from ..sanitise import clean_body


def of_story(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the story in the place of its number, a working copy's for the copy; for who writes or leads."""

    @wraps(view)
    def found(self: Any, request: HttpRequest, object_id: int, **more: Any) -> HttpResponse:
        may = request.user.has_perm
        if not self.has_view_permission(request) or not (may(live.MAY_WRITE) or may(live.MAY_LEAD)):
            raise PermissionDenied
        rows = Article.objects.select_related("place", "changes_to__place").defer("search")
        article = rows.filter(pk=object_id).first() if object_id < 2**63 else None
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        return view(self, request, article.story, **more)

    return found


class LiveMixin:
    """Adds the pages under `…/<id>/live/`. Only POST changes anything."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "articles_article_live"
        return [
            path("<int:object_id>/live/", wrap(self.live_view), name=name),
            path(
                "<int:object_id>/live/<int:number>/",
                wrap(self.live_entry_view),
                name=f"{name}_entry",
            ),
            path(
                "<int:object_id>/live/<int:number>/withdraw/",
                wrap(self.live_withdraw_view),
                name=f"{name}_withdraw",
            ),
            path(
                "<int:object_id>/live/<int:number>/<str:act>/",
                wrap(self.live_pin_view),
                name=f"{name}_pin",
            ),
            path("<int:object_id>/live/<str:act>/", wrap(self.live_run_view), name=f"{name}_run"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def live_url_for(self, request: HttpRequest, article: Article | None) -> str:
        """Where the form of a story leads to; empty where there is nothing for this person."""
        if article is None or article.is_withdrawn:
            return ""
        may = request.user.has_perm
        is_there = article.story.live and may(live.MAY_WRITE)
        return self._live_url(article.story) if is_there or may(live.MAY_LEAD) else ""

    @of_story
    def live_view(self, request: HttpRequest, story: Article) -> HttpResponse:
        """The page of a coverage; POST adds an entry. A script is answered in JSON."""
        if request.method != "POST":
            return self._live_page(request, story)
        form = NewEntryForm(request.POST, request.FILES, story=story, by=request.user)
        is_script = not request.accepts("text/html")
        if form.is_valid():
            said = form.said()
            try:
                entry = live.add(story, said, by=request.user, key=form.cleaned_data["key"])
            except live.Refused as refused:
                form.add_error(None, str(refused))
            else:
                if is_script:
                    return JsonResponse(
                        {"number": entry.number, "html": self._row(request, story, entry)}
                    )
                if live.was_added_as(entry, said):
                    messages.success(request, _("The entry is public."))
                    return HttpResponseRedirect(self._live_url(story))
                # The browser's way back leads to a form that was sent, with its name.
                form.add_error(
                    None,
                    _("An entry from this form is public already. Send again to add this one."),
                )
                form.data = form.data.copy()
                form.data["key"] = str(uuid.uuid4())
        if is_script:
            sentences = [str(one) for errors in form.errors.values() for one in errors]
            return JsonResponse({"error": " ".join(sentences)}, status=400)
        return self._live_page(request, story, form)

    @of_story
    def live_run_view(self, request: HttpRequest, story: Article, act: str) -> HttpResponse:
        """Begin, take up again, end."""
        doors = {"begin": live.begin, "end": live.end}
        said = {
            "begin": _("The live coverage runs."),
            "end": _("The live coverage has ended; its page says so."),
        }
        return self._do(request, story, act, doors, said, story)

    @of_story
    def live_pin_view(
        self, request: HttpRequest, story: Article, number: int, act: str
    ) -> HttpResponse:
        doors = {"pin": live.pin, "unpin": live.unpin}
        said = {
            "pin": _("The entry is a key point."),
            "unpin": _("The entry is no key point any more."),
        }
        return self._do(request, story, act, doors, said, _entry_or_404(story, number))

    @of_story
    def live_entry_view(self, request: HttpRequest, story: Article, number: int) -> HttpResponse:
        """An entry to change, with everything that it has said."""
        entry = _entry_or_404(story, number)
        reason = live.why_not_change(entry, request.user)
        if reason or request.method != "POST":
            form = None if reason else ChangeEntryForm(story=story, by=request.user, entry=entry)
            return self._entry_page(request, story, entry, form, reason or "")
        form = ChangeEntryForm(
            request.POST, request.FILES, story=story, by=request.user, entry=entry
        )
        if form.is_valid():
            seen = form.cleaned_data["seen"]
            try:
                live.change(entry, form.said(), by=request.user, seen=seen)
            except live.Changed as changed:
                # What was typed stays; sent once more it is meant for what stands there now.
                form.add_error(None, str(changed))
                form.data = form.data.copy()
                form.data["seen"] = str(_entry_or_404(story, number).position)
            except live.Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The entry is changed."))
                return HttpResponseRedirect(self._live_url(story))
        return self._entry_page(request, story, _entry_or_404(story, number), form, "")

    @of_story
    def live_withdraw_view(self, request: HttpRequest, story: Article, number: int) -> HttpResponse:
        """The step before an entry is withdrawn, and that itself."""
        if not request.user.has_perm(live.MAY_LEAD):
            raise PermissionDenied
        entry = _entry_or_404(story, number)
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                live.withdraw(entry, by=request.user, word=form.cleaned_data["word"])
            except live.Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The entry is withdrawn. A line stays in its place."))
                return HttpResponseRedirect(self._live_url(story))
        context = self._context(request, story, _("Withdraw an entry"))
        context |= {"entry": entry, "form": form, "text": mark_safe(clean_body(entry.text))}
        return TemplateResponse(request, "admin/articles/live_withdraw.html", context)

    def _do(
        self,
        request: HttpRequest,
        story: Article,
        act: str,
        doors: dict[str, Callable[..., Any]],
        said: dict[str, str],
        what: Any,
    ) -> HttpResponse:
        if act not in doors:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(live.MAY_LEAD):
            raise PermissionDenied
        try:
            doors[act](what, by=request.user)
        except live.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, said[act])
        return HttpResponseRedirect(self._live_url(story))

    # The pages

    def _context(self, request: HttpRequest, story: Article, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "article": story,
            "state": wording.state_of(story),
            "live_url": self._live_url(story),
            "may_lead": request.user.has_perm(live.MAY_LEAD),
        }

    def _live_page(
        self, request: HttpRequest, story: Article, form: NewEntryForm | None = None
    ) -> HttpResponse:
        try:
            page = showing.page(story.pk, cursor=request.GET.get("before", ""))
        except keyset.BadCursor:
            raise Http404 from None
        why_not = live.why_not_write(story, request.user)
        if form is None and why_not is None:
            form = NewEntryForm(story=story, by=request.user)
        began = page and wording.clock(story, page.coverage.begun_at)
        ended = page and wording.clock(story, page.coverage.ended_at)
        context = self._context(request, story, _("Live coverage"))
        context |= {
            "page": page,
            "rows": [self._row(request, story, entry) for entry in page.entries] if page else [],
            "form": form,
            "why_not": why_not if page else "",
            "began": began,
            "ended": ended,
            "words": json.dumps(words()),
        }
        return TemplateResponse(request, "admin/articles/live.html", context)

    def _entry_page(
        self,
        request: HttpRequest,
        story: Article,
        entry: LiveEntry,
        form: ChangeEntryForm | None,
        why_not: str,
    ) -> HttpResponse:
        context = self._context(request, story, _("An entry of live coverage"))
        context |= {
            "entry": entry,
            "form": form,
            "why_not": why_not,
            "text": mark_safe(clean_body(entry.text)),
            "records": [_version(story, record) for record in _records(entry)],
        }
        return TemplateResponse(request, "admin/articles/live_entry.html", context)

    def _row(self, request: HttpRequest, story: Article, entry: LiveEntry) -> str:
        """A line of the list, as HTML; the same for a page and for its script."""
        context = {
            "entry": entry,
            "article": story,
            "time": wording.clock_in(entry.zone, entry.happened_at),
            "text": mark_safe(clean_body(entry.text)),
            "may_lead": request.user.has_perm(live.MAY_LEAD),
            "may_change": live.why_not_change(entry, request.user) is None,
        }
        return render_to_string("admin/articles/live_row.html", context, request=request)

    def _live_url(self, story: Article) -> str:
        return reverse(f"{self.admin_site.name}:articles_article_live", args=[story.pk])


def _entry_or_404(story: Article, number: int) -> LiveEntry:
    rows = LiveEntry.objects.select_related("coverage", "place", "photo", "author", "entered_by")
    entry = rows.filter(coverage=story.pk, number=min(number, 2**31 - 1)).first()
    if entry is None:
        raise Http404
    entry.coverage.article = story
    return entry


def _records(entry: LiveEntry) -> Any:
    return entry.records.select_related("by").order_by("-id")


def _version(story: Article, record: LiveRecord) -> dict[str, Any]:
    """A state of an entry as the history shows it."""
    told = record.contents
    return {
        "act": record.get_act_display(),
        "time": wording.clock(story, record.at),
        "by": str(record.by or ""),
        "title": told.get("title", ""),
        "text": mark_safe(clean_body(told.get("text", ""))),
        "place": told.get("place_name", ""),
        "author": told.get("author_name", ""),
        "word": told.get("withdrawal_word", ""),
        "is_text": record.act in {"added", "changed"},
    }


def words() -> dict[str, str]:
    """What the page's script says, in the person's language."""
    return {
        "sending": _("Being sent …"),
        "waiting": _("No connection: kept on this phone, sent by itself."),
        "signedOut": _("You are signed out. The entry is kept on this phone."),
        "signIn": _("Sign in"),
        "somebodyElse": _(
            "Somebody else is signed in now. The entry stays on this phone, for you."
        ),
        "forbidden": _("You may not write here any more. The entry is kept on this phone."),
        "back": _("Back into the form"),
        "again": _("Send now"),
        "discard": _("Discard"),
        "discardAsk": _("Discard this entry? It cannot be brought back."),
        "photoWaits": _("The photo is on its way; then the entry is sent."),
        "photoLost": _("The photo was not sent. Choose it again, or send the entry without it."),
        "withoutPhoto": _("Send without the photo"),
        "photoSent": _("The photo is here."),
        "photoSending": _("The photo is being sent: %s per cent"),
        "notSent": _("It was not sent. %s"),
        "nowhere": _("This phone keeps nothing. Leave this page open until the entry is sent."),
        "sent": _("The entry is public."),
        "draft": _("What you had begun is back."),
    }
