"""The workflow's buttons: in the form's bar, in the desk's lists, and on a page of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from .. import changes, revisions, versions, wording, workflow
from ..choices import Status
from ..forms.moments import MomentField
from ..forms.moves import ENDS_CHANGES, MoveForm, form_for, has_step
from ..forms.seen import read_seen
from ..models import Article
from ..proofing import Proof
from ..shown import FieldDiff, compare
from ..snapshots import snapshot
from .checks import ChecksMixin
from .copydesk import LOOKED_AT

DANGEROUS = {"withdraw", "request_withdrawal", "discard_changes"}

# What brings a story nearer to its readers, the next step first.
FORWARD = {
    "begin_changes": 0,
    "publish_changes": 0,
    "submit": 1,
    "approve": 2,
    "publish": 3,
    "schedule": 4,
}


def make(
    article: Article, name: str, *, by: Any, seen: int | None, values: dict[str, Any] | None = None
) -> Article:
    """Make the move `name` for somebody who saw version `seen`; the story that it leaves.

    That is the working copy that a move begins, and the public story when it ends one. Raises
    `versions.Stale` when the contents were changed since, `workflow.Refused` when the move may not be made;
    both leave everything as it was.
    """
    values = dict(values or {})
    with transaction.atomic():
        _require_seen(article, name, seen)
        if name == "schedule":
            workflow.publish(article, by=by, at=values["at"], waved=values.get("waved", ""))
        elif name in DOORS_OF_CHANGES:
            return DOORS_OF_CHANGES[name](article, by=by, **values)
        else:
            getattr(workflow, name)(article, by=by, **values)
    return article


DOORS_OF_CHANGES = {
    "begin_changes": changes.begin,
    "publish_changes": changes.publish,
    "discard_changes": changes.discard,
}


def _require_seen(article: Article, name: str, seen: int | None) -> None:
    try:
        row = Article.objects.lock(article)
    except Article.DoesNotExist:
        raise workflow.Refused(_("These changes were published or discarded meanwhile.")) from None
    article.version = row.version
    if name == "withdraw" and row.version != seen:
        # Not only the text has to be the one that was read, but the notice too.
        article.refresh_from_db()
        raise workflow.Refused(
            _("The story or the notice was changed after you opened this page. Read it again.")
        )
    versions.require_seen(row, seen)


class MovesMixin:
    """Adds `…/<id>/move/<name>/`. GET shows what will happen; only POST makes the move.

    Every POST says which version of the story was seen (`seen_version`).
    """

    def get_urls(self) -> list[Any]:
        return [
            path(
                "<path:object_id>/move/<slug:name>/",
                self.admin_site.admin_view(self.move_view),
                name="articles_article_move",
            ),
            *super().get_urls(),
        ]

    def move_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """The step before a move, and the move itself."""
        if not self.has_view_permission(request) or not self._may_move(request, name):
            raise PermissionDenied
        article = self.get_object(request, unquote(object_id))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        move = workflow.MOVES[name]
        form_class = form_for(move)
        found = self.found_before(article, move)
        if request.method != "POST":
            return self._ask(request, article, move, form_class(article=article, found=found))
        if "look" in request.POST:
            # The time that was typed, read on both clocks; nothing is made.
            form = form_class(request.POST, article=article, found=found)
            form.full_clean()
            return self._ask(request, article, move, form)
        if "confirmed" in request.POST:
            form = form_class(request.POST, article=article, found=found)
            if not form.is_valid():
                return self._ask(request, article, move, form)
            return self._make_or_ask(request, article, move, form)
        # From a list or a page that shows the story: nothing was typed yet.
        seen = read_seen(request.POST.get("seen_version"))
        proof = None if has_step(move) else self.proof_before(article, move)
        form = form_class(article=article, found=found, initial={"seen_version": seen})
        is_asked = form.asks_why or self.asks_once(article, move)
        if proof is None or proof.found or is_asked:
            return self._ask(request, article, move, form, proof)
        form = form_class({"seen_version": seen}, article=article)
        return self._make_or_ask(request, article, move, form)

    def _make_or_ask(
        self, request: HttpRequest, article: Article, move: workflow.Move, form: MoveForm
    ) -> HttpResponse:
        """Make the move. What it meets is said on the page before it, or at the story that is not there."""
        form.full_clean()
        values = dict(form.cleaned_data)
        seen = values.pop("seen_version")
        try:
            left = make(article, move.name, by=request.user, seen=seen, values=values)
        except versions.Stale as stale:
            form.show_again(stale.sentence)
            return self._ask(request, article, move, form, stale=stale)
        except workflow.Refused as refused:
            if has_step(move) and self.get_object(request, str(article.pk)):
                form.show_again(str(refused))
                return self._ask(request, article, move, form)
            messages.error(request, str(refused))
            return self._answer(request, article.story, False)
        self._tell_moved(request, left, move)
        if move.name == "begin_changes" or move.name in workflow.LIMITS:
            # There the work goes on; after the others the next story waits on the first screen.
            return HttpResponseRedirect(self.change_url(left))
        return self._answer(request, left, True)

    def move_and_tell(self, request: HttpRequest, article: Article, name: str) -> bool:
        """Make a move of a story that was saved in this very transaction; whether it was made."""
        values = {"why": request.POST.get("why", "")[:300]} if name in ENDS_CHANGES else {}
        seen = article.version
        try:
            left = make(article, name, by=request.user, seen=seen, values=values)
        except (workflow.Refused, versions.Stale) as refused:
            messages.error(request, str(refused))
            return False
        self._tell_moved(request, left, workflow.MOVES[name])
        return True

    def step_url(self, article: Article, name: str) -> str:
        return reverse(f"{self.admin_site.name}:articles_article_move", args=[article.pk, name])

    def _may_move(self, request: HttpRequest, name: str) -> bool:
        move = workflow.MOVES.get(name)
        return (
            move is not None
            and request.user.has_perm("articles.change_article")
            and request.user.has_perm(move.permission)
        )

    def _answer(self, request: HttpRequest, article: Article, is_made: bool) -> HttpResponse:
        if is_made:
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:index"))
        return HttpResponseRedirect(self.change_url(article))

    def change_url(self, article: Article) -> str:
        return reverse(f"{self.admin_site.name}:articles_article_change", args=[article.pk])

    def _tell_moved(self, request: HttpRequest, article: Article, move: workflow.Move) -> None:
        link = format_html('<a href="{}">{}</a>', self.change_url(article), article.headline)
        state = wording.state_of(article)
        out = {
            "publish": _("is published."),
            "publish_changes": _("is changed for the readers, too."),
        }
        if move.name == "begin_changes":
            message = _("Readers see the story as it was until these changes are published.")
        elif move.name == "discard_changes":
            message = format_html(
                "{} {}", link, _("stays as it is. The history keeps the changes.")
            )
        elif article.is_published and move.name in out:
            message = format_html(
                "{} {} · <a href='{}'>{}</a>",
                link,
                out[move.name],
                article.get_absolute_url(),
                _("Read it on the site"),
            )
        elif article.is_scheduled:
            when = wording.both_clocks(article, article.publish_at)
            message = format_html("{} {}", link, _("comes out %(time)s.") % {"time": when})
        else:
            message = format_html("{}: {}.", link, state)
        messages.success(request, message)

    def _ask(
        self,
        request: HttpRequest,
        article: Article,
        move: workflow.Move,
        form: MoveForm,
        proof: Proof | None = None,
        stale: versions.Stale | None = None,
    ) -> HttpResponse:
        proof = proof or self.proof_before(article, move)
        refusal = self.refused_before(article, move)
        is_asked = bool(proof.found) or form.asks_why or self.asks_once(article, move)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "article": article,
            "move": move,
            "form": form,
            "title": str(move.label).rstrip("…"),
            "proof": proof,
            "anyway": LOOKED_AT[move.name] if is_asked else "",
            "refusal": refusal,
            "is_stopped": bool(refusal) or any(one.is_blocking for one in form.found),
            "explanation": self._explain(article, move),
            "asks_for_a_time": any(isinstance(f, MomentField) for f in form.fields.values()),
            "is_dangerous": move.name in DANGEROUS,
            "state": wording.state_of(article),
            "unseen": unseen_by(stale),
            **self.of_changes(article, move),
        }
        return TemplateResponse(request, "admin/articles/move.html", context)

    @staticmethod
    def _explain(article: Article, move: workflow.Move) -> str:
        if ChecksMixin.asks_once(article, move):
            return _("The story has no text yet. Hand it in all the same?")
        if move.name == "send_back":
            return _("The story goes back to its reporter with your note.")
        if move.name == "schedule":
            return _("The story appears by itself at that time, also when no program runs.")
        if move.name == "embargo":
            return _(
                "Whoever publishes the story is refused before that time, by the database too."
            )
        if move.name == "end":
            return _(
                "From that time on the story is nowhere: in no list, feed or search, and its address "
                "says that its time is over. It happens by itself, also when no program runs."
            )
        if move.name == "publish_changes":
            return _("Readers see the story like this from that moment on.")
        if move.name == "discard_changes":
            return _(
                "The story stays as readers see it. What was written stays in the history and can be "
                "restored from there."
            )
        if move.name == "request_withdrawal":
            return _(
                "The story stays public until a second person agrees. Then its address shows the "
                "notice instead of the text, for good, and the notice stands on the page of "
                "corrections."
            )
        if move.name == "withdraw":
            return _(
                "The story's address will show the notice below instead of the text, for good; "
                "this cannot be undone. The notice also stands on the page of corrections."
            )
        return ""


def unseen_by(stale: versions.Stale | None) -> list[FieldDiff]:
    """What became of the story since the version that somebody saw; nothing where that is not kept."""
    if stale is None:
        return []
    before = revisions.seen_as(stale.article, stale.seen) if stale.seen >= 0 else None
    return compare(before.snapshot, snapshot(stale.article)) if before else []


def buttons_for(article: Article, user: Any, *, is_form: bool = True) -> list[workflow.Move]:
    """The moves as buttons, the way forward first; of a form, or of a page that only shows the story."""
    if article._state.adding:
        return [
            workflow.MOVES[name]
            for name in ("submit", "publish")
            if Status.DRAFT in workflow.MOVES[name].sources
            and user.has_perm(workflow.MOVES[name].permission)
        ]
    # The limits of a story's time have buttons of their own.
    moves = [move for move in workflow.moves_for(article, user) if move.name not in workflow.LIMITS]
    begins = [move for move in moves if move.name == "begin_changes"]
    if begins and is_form:
        # Who writes in the form of the public story itself begins changes by saving it.
        moves = [move for move in moves if move not in begins]
        if user.has_perm(workflow.MOVES["publish_changes"].permission):
            moves.append(workflow.MOVES["publish_changes"])
    if article.created_by_id != user.pk and user.has_perm("articles.review_article"):
        # Whoever reviews a colleague's story returns it; taking back is for its reporter.
        moves = [move for move in moves if move.name != "recall"]
    return sorted(moves, key=lambda move: FORWARD.get(move.name, len(FORWARD)))
