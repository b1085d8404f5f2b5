"""The register's own addresses under the story form: find names, look at lines, complete a name."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import reading
from ..forms.finding import FindForm, OnADay, as_line, with_lines
from ..models import Article
from ..people.assessing import Assessment, assess
from ..people.offices import as_printed
from ..people.proposals import Option, Proposal, Proposals, propose
from ..people.spotted import institutions_and_places
from ..people.suggesting import suggest

ROWS = "attendances"


class RegisterMixin:
    """Addresses that the story form asks while it is filled in. None of them writes anything."""

    admin_site: Any

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("people/", wrap(self.people_view), name="articles_article_people"),
            path("register/find/", wrap(self.find_view), name="articles_article_find"),
            path("register/lines/", wrap(self.lines_view), name="articles_article_lines"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def people_view(self, request: HttpRequest) -> JsonResponse:
        """The type-ahead of the register: `q`, the day as `on`, `posts=1` for whom one represents."""
        if not request.user.has_perm("articles.change_article"):
            raise PermissionDenied
        try:
            day = datetime.date.fromisoformat(request.GET.get("on", ""))
        except ValueError:
            day = timezone.localdate()
        text = request.GET.get("q", "")[:200].replace("\x00", "")
        found = suggest(text, day=day, with_posts=request.GET.get("posts") == "1")
        return JsonResponse({"results": found})

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """The cards to confirm for a pasted list, or for the story's text as it stands on the form."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        article = self._story_written_in(request)
        form = FindForm(request.POST, article=article)
        if not form.is_valid():
            return TemplateResponse(
                request, "admin/articles/proposals.html", {"error": form.sentence()}, status=400
            )
        proposals = found_in(form, article)
        context = {
            "cards": [_card(proposal) for proposal in proposals if not proposal.is_refused],
            "left_out": _left_out(proposals),
            "refused": [_card(proposal) for proposal in proposals if proposal.is_refused],
        }
        return TemplateResponse(request, "admin/articles/proposals.html", context)

    def lines_view(self, request: HttpRequest) -> HttpResponse:
        """For each line of the form: what is doubtful, the offices of that day, the place by protocol."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = OnADay(request.POST, article=self._story_written_in(request))
        if not form.is_valid():
            return JsonResponse({"error": form.sentence()}, status=400)
        return JsonResponse({"lines": [_told(one) for one in assess(form.register(), form.day)]})

    @staticmethod
    def _story_written_in(request: HttpRequest) -> Article | None:
        """The story that the form is about, if the person may edit it; None for a new one."""
        key = request.POST.get("story", "")
        if not key:
            if not request.user.has_perm("articles.add_article"):
                raise PermissionDenied
            return None
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            raise PermissionDenied
        article = Article.objects.editable_by(request.user).filter(pk=key).first()
        if article is None:
            raise PermissionDenied
        return article


def found_in(form: FindForm, article: Article | None) -> Proposals:
    """What the names in the sent text may become."""
    read = reading.read_list if form.is_list else reading.read
    references, names = form.present()
    return propose(
        read(form.text, known=institutions_and_places(form.text)),
        form.text,
        day=form.day,
        article=article,
        present=references,
        present_names=names,
    )


def _left_out(proposals: Proposals) -> str:
    """How many names were too many at once, and how to get them; nothing when there are none."""
    if not proposals.left_out:
        return ""
    return ngettext(
        "%(count)d more name was left out: “%(name)s”. Take these first, then paste it by itself.",
        "%(count)d more names were left out, from “%(name)s” on. Take these first, then paste the "
        "part from there by itself.",
        len(proposals.left_out),
    ) % {"count": len(proposals.left_out), "name": proposals.left_out[0]}


def fill_without_script(request: HttpRequest, article: Article | None) -> tuple[str, bool]:
    """Add the lines of a pasted list to the form that was sent; what is said, and whether it was read.

    The form comes back with them, unsaved, for the person to look through.
    """
    sent = request.POST
    form = FindForm(
        {"pasted": sent.get("pasted_list", ""), "on": sent.get("event_on", "")}, article=article
    )
    if not form.is_valid():
        return form.sentence(), False
    proposals = found_in(form, article)
    request.POST = with_lines(sent, ROWS, proposals)
    request.POST["pasted_list"] = ""
    added = sum(not one.is_present and not one.is_refused for one in proposals)
    told = ngettext(
        "%(count)d line was added from the list. Look through it, then save.",
        "%(count)d lines were added from the list. Look through them, then save.",
        added,
    ) % {"count": added}
    return f"{told} {_left_out(proposals)}".strip(), True


def _card(proposal: Proposal) -> dict[str, Any]:
    """One proposal for its template: each answer with the line that it would make, as JSON."""
    line = as_line(proposal, None)
    is_person, is_group = proposal.subject == "person", proposal.subject == "group"
    # A group is nobody else; a person or an institution is said to be a new one.
    new = json.dumps(line if is_group else line | {"chosen": "new"})
    answers = [
        (option, _label(proposal, option), json.dumps(as_line(proposal, option)))
        for option in proposal.options
    ]
    return {
        "proposal": proposal,
        "answers": answers,
        "certain": (answers[0][2] if answers else new) if proposal.is_certain else "",
        "new": new,
        "somebody_else": json.dumps(line) if is_person else "",
        "may_be_new": bool(proposal.name),
        "refusal": json.dumps([proposal.read_name[:200], proposal.read_office[:200]]),
    }


def _label(proposal: Proposal, option: Option) -> str:
    return f"{option.name} – {option.office}" if option.office else option.name


def _told(assessment: Assessment) -> dict[str, Any]:
    doubt = assessment.doubt
    return {
        "rank": assessment.rank,
        "doubt": doubt.sentence if doubt else "",
        "held": [
            {
                "office": as_printed(tenure),
                "tenure": tenure.pk,
                "label": _("Print “%(office)s”") % {"office": as_printed(tenure)},
            }
            for tenure in assessment.held
        ],
    }
