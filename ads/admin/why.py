"""The desk's page “Why not?”: an address, a slot, a time and a screen; then each flight and its rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.zones import label

from .. import why
from ..choices import Device
from ..models import Placement


class WhyForm(forms.Form):
    """What was asked; an empty time is now."""

    page = forms.CharField(
        label=gettext_lazy("Page"),
        max_length=500,
        help_text=gettext_lazy("The address of a story, the front page or a list."),
    )
    slot = forms.ModelChoiceField(
        Placement.objects.all(),
        to_field_name="key",
        label=gettext_lazy("Placement"),
        empty_label=None,
    )
    at = forms.DateTimeField(
        label=gettext_lazy("Time"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    device = forms.ChoiceField(label=gettext_lazy("Screen"), choices=Device.choices)

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at and not 2000 <= at.year <= 2200:
            raise forms.ValidationError(_("This time is too far away."))
        return at

    def answers(self) -> list[why.Answer]:
        """Raises why.Refused."""
        values = self.cleaned_data
        page = why.page_at(values["page"])
        slot = why.slot_of(values["slot"].key, page)
        return why.answers(page, slot, values["at"] or timezone.now(), values["device"])


def asked(site: AdminSite, request: HttpRequest) -> HttpResponse:
    form = WhyForm(request.GET) if "page" in request.GET else WhyForm(initial={"page": "/"})
    form.fields["at"].help_text = _("By the clock of %(zone)s; empty: now.") % {
        "zone": label(timezone.now(), settings.TIME_ZONE)
    }
    found: list[Any] | None = None
    if form.is_bound and form.is_valid():
        try:
            found = form.answers()
        except why.Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"title": _("Why not?"), "form": form, "found": found}
    status = 400 if form.is_bound and found is None else 200
    return TemplateResponse(
        request, "admin/ads/why.html", {**site.each_context(request), **context}, status=status
    )
