"""The front page on the desk: what stands and what comes, arranging it, and breaking news."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from .. import front, zones
from ..choices import FrontSlot
from ..forms import front as forms
from ..models import Article, FrontLayout
from .base import DeskAdmin, NeverDeleted
from .front_preview import previewed

HISTORY_SHOWN = 30
# What only changes the form that comes back; nothing is saved.
ONLY_THE_FORM = ("_move", "_search")


@dataclass(frozen=True)
class Row:
    """A place of an arrangement as it is told: its story, and what is to be known of it."""

    name: str
    article: Article | None
    note: str
    filler: Article | None = None


def rows_of(
    layout: FrontLayout | None, fillers: Mapping[tuple[FrontSlot, int], Article] | None = None
) -> list[Row]:
    """Every place of an arrangement `with_stories`; an empty one says that it fills itself, and with what."""
    placements = {(p.slot, p.position): p for p in layout.placements.all()} if layout else {}
    rows = []
    for slot, position in front.EVERY_SLOT:
        one = placements.get((slot, position))
        name = forms.slot_name(slot, position)
        filler = fillers.get((slot, position)) if fillers else None
        note = "" if filler and one is None else _note_of(one, layout)
        rows.append(Row(name, one.article if one else None, note, filler))
    return rows


def _note_of(placement: Any, layout: FrontLayout | None) -> str:
    if placement is None:
        return _("fills itself")
    now = timezone.now()
    if placement.until and placement.until <= max(now, layout.starts_at if layout else now):
        return _("stood until %(time)s; fills itself since") % {"time": moment(placement.until)}
    article = placement.article
    if not article.is_published or not front.fits(article):
        return _("%(state)s: fills itself") % {"state": forms.facts_of(article).split(" · ")[1]}
    if placement.until:
        return _("until %(time)s") % {"time": moment(placement.until)}
    return ""


def _placed_in(layout: FrontLayout | None) -> Sequence[front.Placed]:
    return front.planning.placed_in(layout) if layout else ()


def moment(when: datetime.datetime) -> str:
    """A time on the publication's clock, with its zone: "27 Nov 2026, 06.00 WITA"."""
    local = timezone.localtime(when)
    zone = zones.label(when, str(timezone.get_current_timezone()))
    if local.date() == timezone.localdate():
        return f"{local:%H.%M} {zone}"
    return f"{date_format(local, 'j M Y')}, {local:%H.%M} {zone}"


def clash_words(layouts: list[FrontLayout]) -> list[str]:
    """A sentence for each planned arrangement that starts close by with another lead."""
    return [
        _(
            "Another arrangement begins at %(time)s, by %(name)s, with another lead story: “%(lead)s”."
        )
        % {
            "time": moment(layout.starts_at),
            "name": layout.created_by,
            "lead": front.planning.lead_of(layout),
        }
        for layout in layouts
    ]


@admin.register(FrontLayout)
class FrontLayoutAdmin(NeverDeleted, DeskAdmin):
    """Its list is what stands, what comes and what was; an arrangement is only ever added."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        one = "<int:key>"
        return [
            path("stories/", wrap(self.stories_view), name="articles_frontlayout_stories"),
            path("fills/", wrap(self.fills_view), name="articles_frontlayout_fills"),
            path("preview/", wrap(self.try_view), name="articles_frontlayout_try"),
            path(f"{one}/preview/", wrap(self.preview_view), name="articles_frontlayout_preview"),
            path(f"{one}/cancel/", wrap(self.cancel_view), name="articles_frontlayout_cancel"),
            path(f"{one}/restore/", wrap(self.restore_view), name="articles_frontlayout_restore"),
            *super().get_urls(),
        ]

    # What stands, comes and was

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        seen = front.seen_now()
        standing = front.with_stories(FrontLayout.objects.filter(pk=seen.standing)).first()
        planned = list(front.with_stories(front.planned())[:HISTORY_SHOWN])
        before = request.GET.get("before", "")
        older = FrontLayout.objects.exclude(pk=seen.standing).order_by("-id")
        older = older.exclude(pk__in=[layout.pk for layout in planned])
        if before.isascii() and before.isdecimal() and len(before) < 19:
            older = older.filter(pk__lt=int(before))
        history = list(front.with_stories(older)[: HISTORY_SHOWN + 1])
        context = {
            **self._around(request, _("Front page")),
            "standing": standing,
            "rows": rows_of(standing, front.fillers(_placed_in(standing))),
            "planned": [
                (one, front.planning.lead_of(one), moment(one.starts_at)) for one in planned
            ],
            "clashes": [
                _("%(first)s and %(second)s start close together with different lead stories.")
                % {"first": moment(c.first.starts_at), "second": moment(c.second.starts_at)}
                for c in front.planning.among(planned)
            ],
            "history": [
                (one, front.planning.lead_of(one), moment(one.starts_at))
                for one in history[:HISTORY_SHOWN]
            ],
            "next_before": history[HISTORY_SHOWN - 1].pk if len(history) > HISTORY_SHOWN else None,
            "since": moment(standing.starts_at) if standing else "",
        }
        return TemplateResponse(request, "admin/articles/front/overview.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One arrangement, with what can be done with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = unquote(object_id)
        layout = self._layout(self._number({"key": key}, "key"))
        if layout is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        is_planned = layout.starts_at > timezone.now() and not layout.is_cancelled
        is_standing = front.in_force() == layout
        fillers = None
        if is_planned or is_standing:
            fillers = front.fillers(_placed_in(layout), layout.starts_at if is_planned else None)
        context = {
            **self._around(
                request, _("Front page from %(time)s") % {"time": moment(layout.starts_at)}
            ),
            "layout": layout,
            "rows": rows_of(layout, fillers),
            "is_planned": is_planned,
            "is_standing": is_standing,
            "arranged_at": moment(layout.created_at),
            "seen": front.seen_now(),
            "clashes": clash_words(
                front.clashing(self._lead(layout), layout.starts_at, without=[layout.pk])
            )
            if is_planned
            else [],
        }
        return TemplateResponse(request, "admin/articles/front/layout.html", context)

    # Arranging

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._ask(request, self._form_to_begin_with(request))
        if any(name in request.POST for name in ONLY_THE_FORM):
            words = request.POST.get("q", "").strip()
            return self._ask(request, forms.ArrangeForm.again(request.POST, words))
        form = forms.ArrangeForm(request.POST)
        if not form.is_valid():
            return self._ask(request, form)
        return self._arrange(request, form)

    def _form_to_begin_with(self, request: HttpRequest) -> forms.ArrangeForm:
        """What stands; with `?from=` an older arrangement, with `?change=` one to come."""
        seen = front.seen_now()
        if change := self._asked(request, "change"):
            starts_at = timezone.localtime(change.starts_at).replace(tzinfo=None)
            more = {"when": "at", "starts_at": starts_at, "note": change.note}
            return forms.ArrangeForm.of_layout(change, seen, replaces=change.pk, **more)
        basis = self._asked(request, "from") or self._layout(seen.standing)
        return forms.ArrangeForm.of_layout(basis, seen)

    def _arrange(self, request: HttpRequest, form: forms.ArrangeForm) -> HttpResponse:
        replaces = form.cleaned_data.get("replaces")
        lead = next((p.article for p in form.placed if p.slot == "lead"), None)
        starts_at = form.starts_at or timezone.now()
        clashes = front.clashing(lead, starts_at, without=[replaces] if replaces else [])
        if clashes and "_anyway" not in request.POST:
            return self._ask(request, form, warnings=clash_words(clashes))
        try:
            layout = front.arrange(
                form.placed,
                by=request.user,
                seen=form.seen,
                starts_at=form.starts_at,
                note=form.cleaned_data["note"],
                replaces=replaces,
            )
        except front.Refused as refused:
            form.add_error(None, str(refused))
            return self._ask(request, form)
        except front.Stale as stale:
            return self._ask_which(request, form, stale)
        self._tell_arranged(request, layout, form.placed)
        return HttpResponseRedirect(reverse("admin:articles_frontlayout_changelist"))

    def _ask_which(
        self, request: HttpRequest, form: forms.ArrangeForm, stale: front.Stale
    ) -> HttpResponse:
        """Both arrangements, place by place; sending the form once more puts one's own there."""
        theirs = rows_of(self._layout(stale.layout.pk) if stale.layout else None)
        both = [(line, row) for line, row in zip(form.lines(), theirs, strict=True)]
        form.see(front.seen_now())
        if not front.planned().filter(pk=form.cleaned_data.get("replaces")).exists():
            form.data["replaces"] = ""
        return self._ask(request, form, stale=stale, both=both)

    def _ask(self, request: HttpRequest, form: forms.ArrangeForm, **more: Any) -> HttpResponse:
        chosen = {line.chosen.pk for line in form.lines() if line.chosen}
        stories = {
            str(key): {"headline": story.headline, "facts": forms.facts_of(story)}
            for key, story in form.stories.items()
        }
        context = {
            **self._around(request, _("Arrange the front page")),
            "form": form,
            "lines": form.lines(form.fillers()),
            "stories": stories,
            "tray": [(s, forms.facts_of(s)) for s in form.stories.values() if s.pk not in chosen],
            "words": request.POST.get("q", "").strip(),
            "zone": forms.zone_label(),
            "clock": f"{timezone.localtime():%H.%M}",
            "says": self._says(),
            **more,
        }
        return TemplateResponse(request, "admin/articles/front/arrange.html", context)

    @staticmethod
    def _says() -> dict[str, str]:
        """What the script says, in the person's language."""
        return {
            "empty": _("Fills itself with the newest story that fits"),
            "fills": _("Fills itself: {story}"),
            "moved": _("“{story}” stands at: {place}."),
            "dropped": _("“{story}” stands nowhere any more."),
            "emptied": _("{place} fills itself."),
            "choose": _("Where should “{story}” stand? Choose a place."),
            "put": _("Put it here"),
            "cancelled": _("Nothing was moved."),
            "none": _("No story was found."),
            "failed": _("The search did not answer. Try again, or choose in the list."),
            "place": _("Place…"),
        }

    def _tell_arranged(
        self, request: HttpRequest, layout: FrontLayout, placed: list[front.Placed]
    ) -> None:
        if layout.starts_at > timezone.now():
            told = _("The front page is planned for %(time)s.") % {"time": moment(layout.starts_at)}
        else:
            told = _("The front page is arranged.")
        link = format_html(
            '<a href="{}">{}</a>', reverse("articles:front"), _("Read it on the site")
        )
        messages.success(request, format_html("{} {}", told, link))
        if hidden := front.not_public_at(placed, layout.starts_at):
            names = format_html_join(", ", "“{}”", ((story.headline,) for story in hidden))
            told = _("Not public then, so the slot fills itself until it is:")
            messages.warning(request, format_html("{} {}", told, names))

    # Beside it

    def stories_view(self, request: HttpRequest) -> JsonResponse:
        """At most twenty stories that may be placed, by beginnings of words of their headlines."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        stories = forms.found(request.GET.get("q", ""))
        results = [
            {"id": s.pk, "headline": s.headline, "facts": forms.facts_of(s)} for s in stories
        ]
        return JsonResponse({"results": results})

    def fills_view(self, request: HttpRequest) -> HttpResponse:
        """The headlines of the places that fill themselves, by what the form says now; nothing is saved."""
        if (refused := self._only_post(request)) is not None:
            return refused
        fillers = forms.ArrangeForm.again(request.POST).fillers()
        headlines = {forms.name_of(*place): story.headline for place, story in fillers.items()}
        return JsonResponse({"fills": headlines})

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """The public page with what stands on the form; nothing is saved."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:articles_frontlayout_add"))
        form = forms.ArrangeForm(request.POST)
        if not form.is_valid():
            return self._ask(request, form)
        return previewed(request, form.placed, form.starts_at)

    def preview_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """The public page with a planned or an older arrangement."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if (layout := self._layout(key)) is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(key))
        at = layout.starts_at if layout.starts_at > timezone.now() else None
        return previewed(request, front.planning.placed_in(layout), at)

    def cancel_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Give a planned arrangement up. POST only."""
        if (refused := self._only_post(request)) is not None:
            return refused
        if layout := self._layout(key):
            try:
                front.cancel(layout, by=request.user)
            except front.Refused as reason:
                messages.error(request, str(reason))
            else:
                told = _("The arrangement for %(time)s is given up.")
                messages.success(request, told % {"time": moment(layout.starts_at)})
        return HttpResponseRedirect(reverse("admin:articles_frontlayout_changelist"))

    def restore_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Put an older arrangement back, from now. POST only."""
        if (refused := self._only_post(request)) is not None:
            return refused
        back = HttpResponseRedirect(reverse("admin:articles_frontlayout_changelist"))
        if (layout := self._layout(key)) is None:
            return back
        seen = front.Seen(*(self._number(request.POST, name) for name in ("newest", "standing")))
        try:
            new, left_out = front.restore(layout, by=request.user, seen=seen)
        except (front.Refused, front.Stale) as reason:
            unchanged = _("Nothing was changed.")
            messages.error(request, f"{reason} {unchanged}")
            return back
        self._tell_arranged(request, new, list(front.planning.placed_in(new)))
        if left_out:
            names = ", ".join(f"“{name}”" for name in left_out)
            messages.warning(
                request, _("May not stand there any more: %(names)s") % {"names": names}
            )
        return back

    def _only_post(self, request: HttpRequest) -> HttpResponse | None:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return None if request.method == "POST" else HttpResponseNotAllowed(["POST"])

    def _around(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "may_arrange": self.has_add_permission(request),
        }

    def _asked(self, request: HttpRequest, name: str) -> FrontLayout | None:
        return self._layout(self._number(request.GET, name))

    @staticmethod
    def _number(values: Any, name: str) -> int:
        text = values.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0

    @staticmethod
    def _layout(key: int) -> FrontLayout | None:
        if not 0 < key < 2**63:
            return None
        return front.with_stories(FrontLayout.objects.filter(pk=key)).first()

    @staticmethod
    def _lead(layout: FrontLayout) -> int | None:
        lead = front.planning.lead_of(layout)
        return lead.pk if lead else None
