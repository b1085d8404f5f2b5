"""Who is who, on the desk: the review list, two entries side by side, and what was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ..models import Attendance, DuplicatePair, IdentityJudgement, Person
from ..people import identity, suspects
from ..people.side_by_side import Side, sides
from .base import Completion

VIEW = "articles.view_identityjudgement"
PER_PAGE = 10
JUDGEMENTS_PER_PAGE = 50


class OtherForm(forms.Form):
    """The other entry of a person, found by typing."""

    other = forms.ModelChoiceField(
        label=gettext_lazy("The other entry"),
        queryset=Person.objects.standing(),
        widget=Completion(
            Attendance._meta.get_field("person"),
            admin.site,
            attrs={"data-placeholder": gettext_lazy("Name or another spelling")},
        ),
        error_messages={
            "invalid_choice": gettext_lazy("Choose somebody from the list."),
            "required": gettext_lazy("Choose somebody from the list."),
        },
    )


class DuplicatesMixin:
    """Adds to the people's admin: `duplicates/`, `judgements/`, `judge/`, and `…/<id>/merge/`."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        name = "articles_person"
        return [
            path("duplicates/", wrap(self.duplicates_view), name=f"{name}_duplicates"),
            path("judgements/", wrap(self.judgements_view), name=f"{name}_judgements"),
            path("judge/", wrap(require_POST(self.judge_view)), name=f"{name}_judge"),
            path(
                "judgements/<int:pk>/undo/",
                wrap(require_POST(self.undo_view)),
                name=f"{name}_undo",
            ),
            path("<int:pk>/merge/", wrap(self.merge_view), name=f"{name}_merge"),
            *super().get_urls(),
        ]

    def duplicates_view(self, request: HttpRequest) -> HttpResponse:
        """The pairs to be judged, the likeliest first; `?p=` is the page."""
        _require(request, VIEW)
        pairs = suspects.open_pairs(timezone.localdate())
        page = Paginator(pairs, PER_PAGE).get_page(request.GET.get("p"))
        known = sides({pk for pair in page for pk in (pair.one_id, pair.other_id)})
        cards = [
            _card(known[pair.one_id], known[pair.other_id], pair)
            for pair in page
            if {pair.one_id, pair.other_id} <= known.keys()
        ]
        context = {"title": _("Entered twice?"), "cards": cards, "page": page}
        return self._page(request, "admin/articles/duplicates.html", context)

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One entry beside another that is found by typing; `?other=` is that one."""
        _require(request, identity.JUDGE)
        person = get_object_or_404(Person.objects.select_related("merged_into"), pk=pk)
        person = person.standing_entry
        form = OtherForm(request.GET if "other" in request.GET else None)
        form.fields["other"].queryset = Person.objects.standing().exclude(pk=person.pk)
        cards = []
        if form.is_valid():
            other = form.cleaned_data["other"]
            known = sides({person.pk, other.pk})
            cards = [_card(known[person.pk], known[other.pk])]
        context = {
            "title": _("Is somebody else the same person?"),
            "form": form,
            "cards": cards,
            "person": person,
        }
        return self._page(request, "admin/articles/duplicates_merge.html", context)

    def judge_view(self, request: HttpRequest) -> HttpResponse:
        """What somebody says of two entries: keep either, different people, or later."""
        _require(request, identity.JUDGE)
        one, other = (_person(request.POST.get(name, "")) for name in ("one", "other"))
        note = request.POST.get("note", "")
        back = self._back(request)
        try:
            judgement = self._judge(request, one, other, note)
        except identity.Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(back)
        if judgement is None:
            return HttpResponseRedirect(back)
        separator = "&" if "?" in back else "?"
        return HttpResponseRedirect(f"{back}{separator}did={judgement.pk}#pairs")

    def _judge(
        self, request: HttpRequest, one: Person, other: Person, note: str
    ) -> IdentityJudgement | None:
        by = request.user
        match request.POST.get("verdict"):
            case "left":
                judgement = identity.merge(other, one, by=by, note=note)
            case "right":
                judgement = identity.merge(one, other, by=by, note=note)
            case "different":
                judgement = identity.tell_apart(one, other, by=by, note=note)
                messages.success(
                    request, _("Noted: two different people. They are not offered again.")
                )
                return judgement
            case "later":
                low, high = sorted((one.pk, other.pk))
                pair = DuplicatePair.objects.filter(one=low, other=high).first()
                if pair:
                    suspects.put_off(pair, timezone.localdate())
                messages.success(request, _("Put off for two weeks."))
                return None
            case _:
                raise Http404
        messages.success(request, _merged_in_words(judgement))
        return judgement

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a judgement back."""
        _require(request, identity.JUDGE)
        judgement = get_object_or_404(
            IdentityJudgement.objects.select_related("person", "other"), pk=pk
        )
        try:
            identity.undo(judgement, by=request.user)
        except identity.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                _("Undone: %(one)s and %(other)s stand for themselves again.")
                % {"one": judgement.person.printed_name, "other": judgement.other.printed_name},
            )
        return HttpResponseRedirect(self._back(request, "admin:articles_person_judgements"))

    def judgements_view(self, request: HttpRequest) -> HttpResponse:
        """Everything that was judged, the latest first, what was undone too."""
        _require(request, VIEW)
        rows = IdentityJudgement.objects.select_related(
            "person", "other", "judged_by", "undone_by"
        ).order_by("-judged_at", "-id")
        if typed := " ".join(request.GET.get("q", "").replace("\x00", "").split()):
            named = Q()
            for word in typed.split():
                named &= Q(person__name__icontains=word) | Q(other__name__icontains=word)
            rows = rows.filter(named)
        page = Paginator(rows, JUDGEMENTS_PER_PAGE).get_page(request.GET.get("p"))
        context = {"title": _("What was judged"), "page": page, "typed": typed}
        return self._page(request, "admin/articles/judgements.html", context)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        did = request.GET.get("did", "")
        number = int(did) if did.isascii() and did.isdecimal() and len(did) < 19 else None
        done = IdentityJudgement.objects.filter(
            pk=number, judged_by=request.user, undone_at__isnull=True
        )
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "may_judge": request.user.has_perm(identity.JUDGE),
                "here": request.path,
                "did": done.first() if number else None,
                "media": self.media,
                **context,
            },
        )

    @staticmethod
    def _back(request: HttpRequest, name: str = "admin:articles_person_duplicates") -> str:
        """Where the form came from, when that is a page of ours."""
        back = request.POST.get("next", "")
        is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(
            back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        return back if is_ours else reverse(name)


def who_is_who(person: Person) -> Mapping[str, Iterable[Any]]:
    """For a person's own page: what was judged about any of the person's entries. One query."""
    standing = list(identity.standing_judgements(person))
    return {
        "same": [row for row in standing if row.verdict == "same"],
        "different": [row for row in standing if row.verdict == "different"],
    }


def _card(left: Side, right: Side, pair: DuplicatePair | None = None) -> dict[str, Any]:
    return {
        "left": left,
        "right": right,
        "pair": pair,
        "reasons": suspects.reasons_in_words(pair) if pair else [],
        "differs_in_publicity": left.person.is_public != right.person.is_public,
    }


def _merged_in_words(judgement: IdentityJudgement) -> str:
    """What was done, and what of the other entry is not shown from now on."""
    lost, kept = judgement.person, judgement.other
    sentence = _("%(kept)s stands for %(lost)s too. No name and no line was changed.") % {
        "kept": kept.printed_name,
        "lost": lost.printed_name,
    }
    missing = [
        str(Person._meta.get_field(name).verbose_name)
        for name in ("photo", "note")
        if getattr(lost, name) and not getattr(kept, name)
    ]
    if missing:
        sentence += " " + _("Only the other entry has: %(fields)s. Enter it here to show it.") % {
            "fields": ", ".join(missing)
        }
    return sentence


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _person(key: str) -> Person:
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise Http404
    return get_object_or_404(Person, pk=int(key))
