"""Creatives: pictures in, the advertiser's yes, and what became of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import approval, artwork
from ..choices import CreativeState
from ..forms.creatives import CreativeForm, NoteForm
from ..models import Creative
from .base import Move, MovesMixin, SalesAdmin

_OPEN = frozenset({CreativeState.DRAFT, CreativeState.SENT, CreativeState.REFUSED})


def _noting(label: Any, help_text: Any = "") -> Any:
    """A form that asks for a note under this label."""

    def make(*args: Any, row: Creative, **kwargs: Any) -> forms.Form:
        form = NoteForm(*args, **kwargs)
        form.fields["note"].label = label
        form.fields["note"].help_text = help_text
        return form

    return make


@admin.register(Creative)
class CreativeAdmin(MovesMixin, SalesAdmin):
    form = CreativeForm
    change_form_template = "admin/ads/creative.html"
    list_display = ["name", "advertiser", "flight", "kind", "state"]
    list_filter = ["state", "kind"]
    list_select_related = ["flight__campaign__advertiser"]
    search_fields = ["name__icontains", "flight__name__icontains"]
    search_help_text = gettext_lazy("Creative or flight")
    autocomplete_fields = ["flight"]
    radio_fields = {"kind": admin.VERTICAL}
    move_permission = approval.CHANGE
    refusals = (approval.Refused,)
    moves = (
        Move(
            "send",
            gettext_lazy("Send to the advertiser"),
            _OPEN - {CreativeState.SENT},
            approval.send,
            is_forward=True,
        ),
        Move(
            "send-again",
            gettext_lazy("Send again"),
            frozenset({CreativeState.SENT}),
            approval.send,
        ),
        Move(
            "approve",
            gettext_lazy("Approve for the advertiser…"),
            _OPEN,
            approval.approve,
            form=_noting(
                gettext_lazy("How the advertiser agreed"),
                gettext_lazy("By whom, when, in which way. Our own creatives need no note."),
            ),
            done=gettext_lazy(
                "Approved: it is shown on the days of its flight once that is booked."
            ),
        ),
        Move(
            "refuse",
            gettext_lazy("Changes wanted…"),
            frozenset({CreativeState.DRAFT, CreativeState.SENT, CreativeState.APPROVED}),
            approval.refuse,
            form=_noting(gettext_lazy("What should be different")),
            explanation=gettext_lazy("An approved one leaves every page within 30 seconds."),
            done=gettext_lazy("Noted: changes are wanted."),
        ),
        Move(
            "retire",
            gettext_lazy("Take out for good…"),
            _OPEN | {CreativeState.APPROVED},
            approval.retire,
            form=_noting(gettext_lazy("Note")),
            explanation=gettext_lazy(
                "It is never shown again; what was counted for it stays. This cannot be undone."
            ),
            done=gettext_lazy("Taken out."),
            is_dangerous=True,
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        is_form = self.has_change_permission(request, obj) if obj else True
        files = ["pictures", "taken_off"] if obj and obj.images else ["pictures"]
        picture = [*(files if is_form else []), "alt_text"]
        return [
            (None, {"fields": ["flight", "name", "kind", "link"]}),
            (_("Picture"), {"fields": picture}),
            (_("Text"), {"fields": ["headline", "words"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["flight"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_out = obj is not None and obj.state == CreativeState.RETIRED
        return not is_out and super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("flight__campaign__advertiser")

    def save_model(self, request: HttpRequest, obj: Creative, form: Any, change: bool) -> None:
        if not change:
            approval.enter(obj, by=request.user)
            return
        had = obj.state
        if approval.edit(obj, by=request.user) and had != CreativeState.DRAFT:
            told = _("It has changed, so it needs approval again; until then it is not shown.")
            messages.warning(request, told)

    def response_add(self, request: HttpRequest, obj: Creative, *args: Any, **kw: Any) -> Any:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(self.row_url(obj))

    def response_change(self, request: HttpRequest, obj: Creative) -> HttpResponse:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(self.row_url(obj))

    def after_move(self, request: HttpRequest, row: Any, move: Move, result: Any) -> HttpResponse:
        if move.act is not approval.send:
            return super().after_move(request, row, move, result)
        if email := row.flight.campaign.email:
            told = _("A letter with the link is on its way to %(email)s.") % {"email": email}
        else:
            told = _("The campaign has no e-mail: copy the link below and send it yourself.")
        messages.success(request, told)
        return HttpResponseRedirect(self.row_url(row))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kw: Any) -> Any:
        creative = kw.get("obj")
        context["move_url"] = "admin:ads_creative_move"
        if creative is not None:
            wanted = artwork.sizes_of(creative.flight)
            is_picture = creative.kind == "image"
            missing = [size for size in wanted if size not in creative.images]
            context |= {
                "buttons": self.buttons_for(request, creative),
                "wanted": artwork.in_words(wanted),
                "missing": artwork.in_words(missing) if is_picture else "",
                "images": _with_size(creative),
                "records": list(creative.records.select_related("by", "creative")[:20]),
            }
            # The address decides in the advertiser's name: only for whoever may ask for it.
            may_send = request.user.has_perm(approval.CHANGE)
            if may_send and creative.state == CreativeState.SENT:
                context["sign_off"] = approval.address_of(creative)
        return super().render_change_form(request, context, *args, **kw)

    @admin.display(description=gettext_lazy("advertiser"))
    def advertiser(self, creative: Creative) -> str:
        return str(creative.flight.campaign.advertiser)


def _with_size(creative: Creative) -> list[dict[str, Any]]:
    """The pictures at the size in which they are shown, the small ones first."""
    pictures = []
    for size, image in creative.images.items():
        width, height = artwork.pixels(size)
        words = artwork.in_words([size])
        pictures.append({"name": image["name"], "width": width, "height": height, "size": words})
    return sorted(pictures, key=lambda one: one["width"] * one["height"])
