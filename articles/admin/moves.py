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

from .. import wording, workflow
from ..choices import Status
from ..forms.moves import MoveForm, form_for, has_step
from ..models import Article
from ..proofing import Proof
from .copydesk import LOOKED_AT

# What brings a story nearer to its readers, the next step first.
OF_CHANGES = {"begin_changes", "publish_changes", "discard_changes"}
FORWARD = {"submit": 0, "approve": 1, "publish": 2, "schedule": 3}


def make(article: Article, name: str, *, by: Any, values: dict[str, Any] | None = None) -> None:
    """Make the move `name`, or raise `workflow.Refused` and leave everything as it was."""
    values = dict(values or {})
    with transaction.atomic():
        if "seen_version" in values:
            _compare(article, values.pop("seen_version"))
        if name == "schedule":
            workflow.publish(article, by=by, at=values["at"], waved=values.get("waved", ""))
        else:
            getattr(workflow, name)(article, by=by, **values)


def _compare(article: Article, seen: int | None) -> None:
    row = Article.objects.lock(article)
    if row.version != seen:
        article.refresh_from_db()
        raise workflow.Refused(
            _("The story or the notice was changed after you opened this page. Read it again.")
        )


class MovesMixin:
    """Adds `…/<id>/move/<name>/`. GET shows what will happen; only POST makes the move."""

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
        form = form_class(request.POST or None, article=article, found=found)
        if request.method != "POST":
            return self._ask(request, article, move, form)
        if not has_step(move) and "confirmed" not in request.POST:
            proof = self.proof_before(article, move)
            if not proof.found and not form.asks_why:
                return self._answer(request, article, self.move_and_tell(request, article, name))
            return self._ask(
                request, article, move, form_class(article=article, found=found), proof
            )
        if "confirmed" in request.POST and form.is_valid():
            try:
                make(article, name, by=request.user, values=form.cleaned_data)
            except workflow.Refused as refused:
                form.add_error(None, str(refused))
                if "seen_version" in form.fields:
                    form.data = form.data.copy()
                    form.data["seen_version"] = str(article.version)
            else:
                self._tell_moved(request, article, move)
                return self._answer(request, article, True)
        elif "confirmed" not in request.POST:
            # From a list: the step is asked for, and nothing was typed yet.
            form = form_class(article=article, found=found)
        return self._ask(request, article, move, form)

    def move_and_tell(self, request: HttpRequest, article: Article, name: str) -> bool:
        """Make a move that needs nothing, and say how it went; whether it was made."""
        try:
            make(article, name, by=request.user)
        except workflow.Refused as refused:
            messages.error(request, str(refused))
            return False
        self._tell_moved(request, article, workflow.MOVES[name])
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
        if article.is_published and move.name == "publish":
            message = format_html(
                "{} {} · <a href='{}'>{}</a>",
                link,
                _("is published."),
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
    ) -> HttpResponse:
        proof = proof or self.proof_before(article, move)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "article": article,
            "move": move,
            "form": form,
            "title": str(move.label).rstrip("…"),
            "proof": proof,
            "anyway": LOOKED_AT[move.name] if proof.found or form.asks_why else "",
            "explanation": self._explain(article, move),
            "is_dangerous": move.name in {"withdraw", "request_withdrawal"},
            "state": wording.state_of(article),
        }
        return TemplateResponse(request, "admin/articles/move.html", context)

    @staticmethod
    def _explain(article: Article, move: workflow.Move) -> str:
        if move.name == "send_back":
            return _("The story goes back to its reporter with your note.")
        if move.name == "schedule":
            return _("The story appears by itself at that time, also when no program runs.")
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


def buttons_for(article: Article, user: Any) -> list[workflow.Move]:
    """The moves as buttons, the way forward first."""
    if article._state.adding:
        return [
            workflow.MOVES[name]
            for name in ("submit", "publish")
            if Status.DRAFT in workflow.MOVES[name].sources
            and user.has_perm(workflow.MOVES[name].permission)
        ]
    # What changes a public story is begun and published elsewhere than from a button of its own.
    moves = [move for move in workflow.moves_for(article, user) if move.name not in OF_CHANGES]
    if article.created_by_id != user.pk and user.has_perm("articles.review_article"):
        # Whoever reviews a colleague's story returns it; taking back is for its reporter.
        moves = [move for move in moves if move.name != "recall"]
    return sorted(moves, key=lambda move: FORWARD.get(move.name, len(FORWARD)))
