"""The copy desk beside the story form: look at what is typed, ignore, call a word right."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import proofing
from ..forms.moves import has_step
from ..forms.proofing import reading_of_form
from ..models import Article
from ..proofing import Proof
from ..workflow import MOVES, Move

# What brings a text before other people's eyes. Approving does not: publishing comes after it.
LOOKED_AT = {
    "submit": gettext_lazy("Hand in anyway"),
    "publish": gettext_lazy("Publish anyway"),
    "schedule": gettext_lazy("Schedule anyway"),
}


class CopyDeskMixin:
    """Adds `copydesk/…` to the stories' addresses. Only POST, and nothing of a story is saved."""

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "articles_article_proof"
        return [
            path("copydesk/", wrap(self.proof_view), name=name),
            path("copydesk/right/", wrap(self.right_view), name=f"{name}_right"),
            path("<int:pk>/copydesk/", wrap(self.proof_view), name=f"{name}_story"),
            path("<int:pk>/copydesk/ignore/", wrap(self.ignore_view), name=f"{name}_ignore"),
            *super().get_urls(),
        ]

    def proof_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Look at the form as it was sent: JSON for its script, a page for those without one."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        article = self._own_story(request, pk)
        proof = proofing.look(reading_of_form(request.POST, article))
        if request.accepts("text/html"):
            return self._proof_page(request, proof)
        found = [one.as_row() for one in proof.found]
        told = {"findings": found, "is_cut": proof.is_cut, "has_failed": proof.has_failed}
        return JsonResponse(told)

    def ignore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ignore a finding in a saved story; with `back`, look at it again."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        article = self._own_story(request, pk)
        pairs = proofing.ignored_on_form(request.POST.get("ignored", ""))
        if "back" in request.POST:
            proofing.heed(article, pairs)
        else:
            proofing.ignore(article, pairs, by=request.user)
        return JsonResponse({})

    def right_view(self, request: HttpRequest) -> HttpResponse:
        """Call a word right for good; with `back`, take that back."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("articles.add_ownword"):
            raise PermissionDenied
        word, kind = request.POST.get("word", ""), request.POST.get("kind", "")
        if "back" in request.POST:
            return JsonResponse({"done": proofing.not_always_right(word, kind, by=request.user)})
        try:
            told = proofing.always_right(word, kind, by=request.user)
        except proofing.NotAlwaysRight as refused:
            return JsonResponse({"refused": str(refused)}, status=409)
        return JsonResponse({"told": told})

    def _own_story(self, request: HttpRequest, pk: int | None) -> Article | None:
        """The story, when this person may edit it; None for a new one. One query."""
        if pk is None:
            if not request.user.has_perm("articles.add_article"):
                raise PermissionDenied
            return None
        article = Article.objects.editable_by(request.user).only("pk").filter(pk=pk).first()
        if article is None:
            raise Http404
        return article

    def _proof_page(self, request: HttpRequest, proof: Proof) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Check of the text"),
            "proof": proof,
        }
        return TemplateResponse(request, "admin/articles/proof.html", context)

    # In the form

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Article | None = None,
    ) -> HttpResponse:
        context["copydesk"] = self._words_for(request, obj) if context["is_editable"] else None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # What was ignored before the story had a row to note it at.
        pairs = proofing.ignored_on_form(request.POST.get("ignored", ""))
        proofing.ignore(form.instance, pairs, by=request.user)

    def _words_for(self, request: HttpRequest, article: Article | None) -> dict[str, Any]:
        site = self.admin_site.name
        name = f"{site}:articles_article_proof"
        key = [article.pk] if article else []
        may_add = request.user.has_perm("articles.add_ownword")
        may_change = request.user.has_perm("articles.change_wrongform")
        always = proofing.CAN_BE_ALWAYS_RIGHT - (set() if may_change else {"form"})
        return {
            "url": reverse(f"{name}_story" if article else name, args=key),
            "settings": json.dumps(
                {
                    "ignore": reverse(f"{name}_ignore", args=key) if article else "",
                    "right": reverse(f"{name}_right"),
                    "alwaysRight": sorted(always) if may_add else [],
                    "kinds": {kind: str(label) for kind, label in proofing.KINDS.items()},
                    # Before a move with a page of its own, that page shows what was found.
                    "asked": {
                        move: str(label)
                        for move, label in LOOKED_AT.items()
                        if not has_step(MOVES[move])
                    },
                    "words": words(),
                }
            ),
        }

    # Before a move

    def looks_first(self, request: HttpRequest, article: Article, move: Move) -> bool:
        """Whether the move's page comes first: a browser without script, and something found."""
        return "look_first" in request.POST and bool(self.proof_before(article, move).found)

    def proof_before(self, article: Article, move: Move) -> Proof:
        """What the copy desk finds before a move that brings the story further; else nothing."""
        if move.name not in LOOKED_AT:
            return Proof()
        return proofing.look(proofing.reading_of(article))


def words() -> dict[str, str]:
    """What the panel says, in the person's language; `%s` stands for a word or a number."""
    return {
        "looking": _("Looking at the text …"),
        "none": _("Nothing found: the text can go on."),
        "one": _("1 thing to look at"),
        "many": _("%s things to look at"),
        "cut": _("The story is very long: only its beginning was looked at."),
        "failed": _("A part of the text could not be looked at; the fault is noted."),
        "silent": _(
            "The copy desk does not answer. Nothing of your text is lost, and the story can be "
            "saved and handed in as always."
        ),
        "signedOut": _(
            "You are signed out. Sign in again in another window; your text stays here. "
            "Then check again."
        ),
        "stale": _(
            "This page is older than your last sign-in. Your text stays here: save it, then "
            "check again."
        ),
        "forbidden": _("This story is no longer yours to edit. Your text stays here."),
        "moved": _("These words have changed meanwhile. Check the text again."),
        "tooLong": _("With this the field would be too long."),
        "replace": _("Replace: %s"),
        "replaceAll": _("Replace all %s"),
        "replaced": _("Replaced: %s."),
        "ignored": _("Ignored in this story: %s."),
        "undo": _("Undo"),
        "undone": _("Undone."),
        "notUndone": _("This could not be undone: the text has changed meanwhile."),
        "notKept": _("This could not be noted; it is noted when you save the story."),
        "left": _("%s left."),
        "noneLeft": _("That was the last one."),
    }
