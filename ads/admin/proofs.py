"""The desk's form for a picture that somebody took of a page with an advertisement on it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.photos import PhotoRefused

from .. import proofs
from ..choices import Device
from ..models import Campaign, Creative, Flight, Placement


class ProofForm(forms.Form):
    """A screenshot or a photo of a telephone, what is on it, and who took it."""

    image = forms.FileField(label=gettext_lazy("Picture"))
    creative = forms.ModelChoiceField(Creative.objects.none(), label=gettext_lazy("Creative"))
    placement = forms.ModelChoiceField(Placement.objects.none(), label=gettext_lazy("Placement"))
    address = forms.CharField(label=gettext_lazy("Address of the page"), max_length=300)
    device = forms.ChoiceField(label=gettext_lazy("Screen"), choices=Device.choices)
    taken_at = forms.DateTimeField(
        label=gettext_lazy("Taken at"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(label=gettext_lazy("Who took it"), max_length=200)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["creative"].queryset = Creative.objects.filter(flight__campaign=campaign)
        self.fields["placement"].queryset = Placement.objects.filter(
            flights__campaign=campaign
        ).distinct()

    def clean_taken_at(self) -> Any:
        taken_at = self.cleaned_data["taken_at"]
        if taken_at.year < 2000:
            raise forms.ValidationError(_("This time is too far away."))
        if taken_at > timezone.now():
            raise forms.ValidationError(_("This time lies ahead."))
        return taken_at

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        creative, placement = values.get("creative"), values.get("placement")
        if creative and placement and placement not in creative.flight.placements.all():
            self.add_error("placement", _("This creative was not sold for that placement."))
        taken_at = values.get("taken_at")
        if creative and taken_at and not _has_day(creative.flight, timezone.localdate(taken_at)):
            self.add_error("taken_at", _("The flight of this creative did not run on that day."))
        return values


def _has_day(flight: Flight, day: datetime.date) -> bool:
    return flight.first_day <= day and (flight.last_day is None or day <= flight.last_day)


def add(site: AdminSite, request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The form, and what it sends; refused files leave everything else filled in."""
    campaign = get_object_or_404(Campaign.objects.select_related("advertiser"), pk=campaign_id)
    is_sent = request.method == "POST"
    form = ProofForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        campaign=campaign,
        initial={"taken_at": timezone.localtime()},
    )
    if is_sent and form.is_valid():
        values = form.cleaned_data
        try:
            proofs.keep_upload(values.pop("image"), by=request.user, **values)
        except PhotoRefused as refusal:
            form.add_error("image", str(refusal))
        else:
            messages.success(request, _("The picture is kept."))
            return HttpResponseRedirect(reverse("admin:ads_report", args=[campaign.pk]))
    context = {"title": _("A picture as it ran"), "form": form, "campaign": campaign}
    return TemplateResponse(
        request,
        "admin/ads/report_proof.html",
        {**site.each_context(request), **context},
        status=400 if is_sent else 200,
    )
