"""The story form's line to the server while somebody writes: texts are kept, people see one another.

One address takes what forms say ("pulse"), others show and give up what is kept. Nothing here changes a story,
and a save never waits for it.
"""

from __future__ import annotations

import html
import json
import re
import time
import uuid
import zlib
from collections import OrderedDict, deque
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .. import keeping, presence, versions, wording
from ..forms import kept as kept_form
from ..models import Article, KeptText

# Names of the last saved forms, for desk/keep.js: several may be open at once.
SAVED_COPIES_KNOWN = 10
# A form speaks every few seconds while somebody types, and somebody may have many forms open.
MOST_PULSES = 120
PULSES_WITHIN = 60.0
# A comparison is asked for by hand, and two long texts are much work.
MOST_COMPARISONS = 20
PEOPLE_COUNTED = 500


# Where the beginning of a text ends in the middle of a tag.
_CUT_TAG = re.compile(r"<[^>]*$")


class Refused(Exception):
    """An answer instead of what was asked for: a status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)

    def response(self) -> JsonResponse:
        response = JsonResponse({"error": str(self)}, status=self.status)
        if self.status == 429:
            response["Retry-After"] = "10"
        return response


class Pace:
    """Counts requests of each person in this process: against a script that runs away, not an attacker."""

    def __init__(self, most: int = MOST_PULSES) -> None:
        self._most = most
        self._times: OrderedDict[int, deque[float]] = OrderedDict()

    def allows(self, person: int) -> bool:
        """Whether one more request is due now; it is counted if so."""
        now = time.monotonic()
        times = self._times.setdefault(person, deque())
        self._times.move_to_end(person)
        while len(self._times) > PEOPLE_COUNTED:
            self._times.popitem(last=False)
        while times and times[0] < now - PULSES_WITHIN:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        return True


pace = Pace()
pace_of_comparing = Pace(MOST_COMPARISONS)


class KeepMixin:
    """Adds `pulse/` and `kept/…` to the stories' addresses, and to the form what its script needs."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "articles_article_kept"
        return [
            path("pulse/", wrap(self.keep_pulse_view), name="articles_article_pulse"),
            path("kept/compare/", wrap(self.keep_compare_view), name=f"{name}_compare"),
            path("kept/<uuid:tab>/", wrap(self.keep_page_view), name=name),
            path("kept/<uuid:tab>/discard/", wrap(self.keep_discard_view), name=f"{name}_discard"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    # What forms say

    def keep_pulse_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what is sent and say who else is here; GET only says who is signed in, and a new token.

        A form whose session ended and was begun again has an old token: it asks for the new one.
        """
        _require_writer(request)
        if request.method == "GET":
            return JsonResponse({"user": request.user.pk, "token": get_token(request)})
        try:
            told = _read(request, pace)
            return JsonResponse(_answer(request, told, keeping.read_sent(told)))
        except keeping.Unfit as unfit:
            return Refused(400, str(unfit)).response()
        except Refused as refused:
            return refused.response()

    def keep_compare_view(self, request: HttpRequest) -> HttpResponse:
        """What a kept text would change in the form as it stands: `before` is the form, `after` the text.

        The text may be named by its `tab` instead: then it is the one that is kept here.
        """
        _require_writer(request)
        try:
            told = _read(request, pace_of_comparing)
            before = keeping.read_sent(told | {"values": told.get("before")})
            if isinstance(told.get("after"), dict):
                after = keeping.read_sent(told | {"values": told["after"]}).values
            else:
                after = _own(request, before.tab).values
        except keeping.Unfit as unfit:
            return Refused(400, str(unfit)).response()
        except Refused as refused:
            return refused.response()
        context = {"diffs": kept_form.differences(before.values or {}, after or {})}
        page = TemplateResponse(request, "admin/articles/kept_difference.html", context).render()
        return JsonResponse({"html": page.rendered_content, "values": after})

    # What is kept

    def keep_page_view(self, request: HttpRequest, tab: uuid.UUID) -> HttpResponse:
        """A kept text as a page, to read and copy: also when its story cannot be edited any more."""
        _require_writer(request)
        text = _own_or_404(request, tab)
        article = Article.objects.filter(pk=text.article_id).first() if text.article_id else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Text that was not saved"),
            "text": text,
            "kept_at": wording.clock(article or Article(), text.kept_at),
            "article": article,
            "is_editable": article is None or _is_editable(request, article),
            "shown": kept_form.shown(text.values),
        }
        return TemplateResponse(request, "admin/articles/kept.html", context)

    def keep_discard_view(self, request: HttpRequest, tab: uuid.UUID) -> HttpResponse:
        """Give a kept text up. POST only; a script is answered in JSON."""
        _require_writer(request)
        if request.method != "POST":
            raise Http404
        text = KeptText.objects.filter(user=request.user, tab=str(tab)).first()
        written = request.POST.get("written", "")
        is_number = written.isascii() and written.isdecimal() and len(written) < 16
        number = int(written) if is_number else (text.written if text else 0)
        keeping.forget(by=request.user, tab=str(tab), written=number)
        if request.accepts("text/html"):
            messages.success(request, _("The text is discarded."))
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:index"))
        return JsonResponse({})

    # The form

    def _tell_saved(self, request: HttpRequest) -> None:
        """What was kept of this form is saved: it goes here, and the next page tells the browser so.

        To be called wherever the contents of the form were saved, also as a late save. It happens after the
        transaction, and a save does not fail with it.
        """
        tab, written = request.POST.get("tab", ""), request.POST.get("written", "")
        try:
            tab = keeping.tab_of(tab)
        except keeping.Unfit:
            return
        is_number = written.isascii() and written.isdecimal() and len(written) < 16
        number = int(written) if is_number else 0
        known = request.session.get("saved_copies", [])
        request.session["saved_copies"] = [*known, f"{tab}:{number}"][-SAVED_COPIES_KNOWN:]
        transaction.on_commit(
            lambda: keeping.forget(by=request.user, tab=tab, written=number), robust=True
        )

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Article | None = None,
    ) -> HttpResponse:
        own = (
            str(context["adminform"].form["tab"].value() or "")
            if "tab" in context["adminform"].form.fields
            else ""
        )
        offered = [text for text in keeping.for_form(request.user, obj) if text.tab != own]
        open_tabs = presence.open_tabs(request.user) if offered else set()
        clock = obj or Article()
        context["kept"] = [
            {
                "tab": text.tab,
                "written": text.written,
                "time": wording.clock(clock, text.kept_at),
                "name": _name_of(text),
                "isOpen": text.tab in open_tabs,
            }
            for text in offered
        ]
        context["keep"] = json.dumps(self._settings_for_script(request, obj, context["kept"]))
        return super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]

    def _settings_for_script(
        self, request: HttpRequest, article: Article | None, offered: list[dict[str, Any]]
    ) -> dict[str, Any]:
        name = f"{self.admin_site.name}:articles_article_kept"
        return {
            "compare": reverse(f"{name}_compare"),
            "kept": reverse(name, args=[uuid.UUID(int=0)]),
            "article": article.pk if article else None,
            "story": article.changes_to_id if article else None,
            "offered": offered,
            "words": words(),
        }


def _name_of(text: KeptText) -> str:
    """What a text that is offered is recognised by: its headline, else its first words."""
    words = strip_tags(_CUT_TAG.sub("", (text.beginning or "").replace("</", " </")))
    whole = text.headline or html.unescape(words)
    return Truncator(" ".join(whole.split())).chars(80)


def _require_writer(request: HttpRequest) -> None:
    """For everybody who may write stories: a text is kept also when its story may not be edited any more."""
    may = request.user.has_perm
    if not (may("articles.add_article") or may("articles.change_article")):
        raise PermissionDenied


def _read(request: HttpRequest, pace: Pace) -> dict[str, Any]:
    """The JSON that was sent, which may be packed. Raises Refused for what is too large, wrong or too much."""
    if request.method != "POST":
        raise Refused(405, _("This could not be read; nothing was kept."))
    if not pace.allows(request.user.pk):
        raise Refused(429, _("Too much at once; the text is kept in a moment."))
    too_large = Refused(413, _("This text is too large to be kept by itself. Save it."))
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > keeping.LARGEST:
            raise too_large
        sent = request.body
        if request.headers.get("Content-Encoding") == "gzip":
            sent = zlib.decompressobj(wbits=31).decompress(sent, keeping.LARGEST + 1)
        if len(sent) > keeping.LARGEST:
            raise too_large
        told = json.loads(sent)
    except (zlib.error, ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Refused(400, _("This could not be read; nothing was kept."))
    if told.get("user") != request.user.pk:
        # Two people on one phone: what one of them wrote is never kept as the other's.
        raise Refused(409, _("Somebody else is signed in now."))
    return told


def _answer(request: HttpRequest, told: dict[str, Any], sent: keeping.Sent) -> dict[str, Any]:
    user = request.user
    if told.get("leaves") is True:
        presence.leave(by=user, tab=sent.tab)
    kept_at = keeping.keep(sent, by=user) if sent.values is not None else None
    article = _story(request, sent.article)
    answer: dict[str, Any] = {
        "kept_at": kept_at.isoformat() if kept_at else None,
        "clock": wording.clock(article or Article(), kept_at),
        "others": [],
        "version": article.version if article else None,
        "changed_by": "",
        "changed": "",
        "closed": "",
    }
    if article is None:
        if sent.article is not None:
            answer["closed"] = _(
                "This version was published or given up meanwhile. Your text is kept: it is offered with the story."
            )
        return answer
    if told.get("is_here") is True:
        presence.here(article.pk, by=user, tab=sent.tab)
        answer["others"] = [
            {"name": one.name, "since": wording.clock(article, one.since), "is_you": one.is_you}
            for one in presence.others(article, by=user, tab=sent.tab)
        ]
        answer |= _changed(article, sent)
        if not article.may_be_edited:  # type: ignore[attr-defined]
            answer["closed"] = _(
                "This story cannot be edited any more (%(state)s). Your text is kept."
            ) % {"state": wording.state_of(article)}
    return answer


def _changed(article: Article, sent: keeping.Sent) -> dict[str, str]:
    """Who saved the story since the form was opened; nothing when nobody else did."""
    try:
        versions.require_seen(article, sent.seen, tab=sent.tab)
    except versions.Stale as stale:
        by = stale.unseen[0].created_by if stale.unseen else None
        return {"changed_by": str(by or ""), "changed": stale.sentence}
    return {}


def _story(request: HttpRequest, key: int | None) -> Article | None:
    """The story of a form, with whether this person may edit it now. One query, none for a new story."""
    if key is None:
        return None
    editable = Article.objects.editable_by(request.user).filter(pk=OuterRef("pk"))
    stories = Article.objects.select_related("place").defer("body", "search", "standfirst")
    return stories.annotate(may_be_edited=Exists(editable)).filter(pk=key).first()


def _is_editable(request: HttpRequest, article: Article) -> bool:
    return Article.objects.editable_by(request.user).filter(pk=article.pk).exists()


def _own(request: HttpRequest, tab: str) -> KeptText:
    text = keeping.of(request.user).filter(tab=tab).first()
    if text is None:
        raise Refused(404, _("This text is not kept any more."))
    return text


def _own_or_404(request: HttpRequest, tab: uuid.UUID) -> KeptText:
    text = keeping.of(request.user).filter(tab=str(tab)).first()
    if text is None:
        raise Http404
    return text


def words() -> dict[str, str]:
    """What the form's script says, in the person's language; `%s` stands for a time or a name."""
    return {
        "kept": _("Kept at %s, not saved yet"),
        "here": _("No answer from the server: kept on this device"),
        "held": _("Not sent: the text is kept on this device. Try again"),
        "nowhere": _(
            "No answer from the server, and this device keeps nothing. Leave this page open."
        ),
        "forbidden": _("You may not write stories any more. Your text stays in this form."),
        "notReached": _(
            "This text is kept on the server, which does not answer now. Try again later."
        ),
        "signedOut": _("You are signed out. Kept on this device."),
        "signedOutNowhere": _(
            "You are signed out, and this device keeps nothing. Leave this page open."
        ),
        "signIn": _("Sign in"),
        "somebodyElse": _(
            "Somebody else is signed in now. Your text stays on this device, for you."
        ),
        "tooLarge": _("Too large to be kept by itself. Save it."),
        "alsoOpen": _("%s has this story open too"),
        "openSince": _("since %s"),
        "alsoYours": _("You have this story open in another window too"),
        "moreTexts": _("%s more texts not saved"),
        "oneMoreText": _("1 more text not saved"),
        "discardNamed": _("Discard “%s”? It cannot be brought back."),
        "discardUnnamed": _("Discard this text? It cannot be brought back."),
        "noComparison": _("There is no connection for a comparison. This is what was kept:"),
    }
