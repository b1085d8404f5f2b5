"""The ad desk's reports: the list with pacing, a campaign, its files, the advertiser's links, screenshots, “Why not?”.

`report_urls(site)` gives the addresses; the desk includes them under `ads/report/`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import links, reports
from ..models import Campaign, Creative, Placement, Proof, ReportLink
from ..reports import Period, figures, overview, pictures, printed, words
from ..views.reports import csv_answer, pdf_answer, period_of, picture_answer
from . import proofs, why

SEE, MAKE_LINK = "ads.view_campaign", "ads.add_reportlink"
PER_PAGE = 50
# How far back what was free is told.
FREE_DAYS = 28


def report_urls(site: AdminSite) -> list[Any]:
    """The addresses of all report pages, for a site's `get_urls`; each asks for its permission."""

    def shown(
        view: Callable[..., HttpResponseBase],
        permission: str = SEE,
        methods: tuple[str, ...] = ("GET", "HEAD"),
    ) -> Any:
        @require_http_methods(methods)
        @wraps(view)
        def guarded(request: HttpRequest, **keys: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(site, request, **keys)

        return site.admin_view(guarded)

    number = "<int:campaign_id>"
    return [
        path("", shown(listed), name="ads_reports"),
        path("why/", shown(why.asked), name="ads_why_not"),
        path(f"campaign/{number}/", shown(campaign), name="ads_report"),
        path(f"campaign/{number}/csv/", shown(csv_file), name="ads_report_csv"),
        path(f"campaign/{number}/pdf/", shown(pdf_file), name="ads_report_pdf"),
        path(
            f"campaign/{number}/proof/",
            shown(proofs.add, "ads.add_proof", ("GET", "POST")),
            name="ads_proof_upload",
        ),
        path("picture/<int:creative_id>/", shown(picture), name="ads_report_picture"),
        path("proof/<int:proof_id>/", shown(proof), name="ads_report_proof"),
        path("link/make/", shown(make_link, MAKE_LINK, ("POST",)), name="ads_link_make"),
        path(
            "link/<int:link_id>/revoke/",
            shown(revoke_link, MAKE_LINK, ("POST",)),
            name="ads_link_revoke",
        ),
    ]


def listed(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Campaigns with how each flight stands; `?show=all` also those long over."""
    order = request.GET.get("order", "course")
    order = order if order in overview.ORDERS else "course"
    is_all = request.GET.get("show") == "all"
    rows = Campaign.objects.select_related("advertiser").order_by("-id")
    if not is_all:
        # A campaign with two flights stands in the list once.
        rows = rows.filter(pk__in=Campaign.objects.filter(overview.current(timezone.localdate())))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "title": _("Delivery"),
        "lines": overview.lines(list(page), order=order),
        "page": page,
        "order": order,
        "orders": [
            ("course", _("what needs attention")),
            ("end", _("what ends next")),
            ("name", _("name")),
        ],
        "is_all": is_all,
        "free": _free(),
        "free_days": FREE_DAYS,
    }
    return _page(site, request, "admin/ads/report_list.html", context)


def campaign(site: AdminSite, request: HttpRequest, campaign_id: int) -> HttpResponse:
    """What the advertiser sees, and beside it what is the desk's alone: alarms and links."""
    found = get_object_or_404(Campaign.objects.select_related("advertiser"), pk=campaign_id)
    days, refusal = period_of(request, found)
    report = reports.report_on(found, days)
    context = printed.context_of(
        report,
        picture=lambda pk: reverse("admin:ads_report_picture", args=[pk]),
        proof=lambda pk: reverse("admin:ads_report_proof", args=[pk]),
    ) | {
        "title": found.name,
        "campaign": found,
        "refusal": refusal,
        "alarms": words.alarms(report),
        "csv_url": reverse("admin:ads_report_csv", args=[found.pk]),
        "pdf_url": reverse("admin:ads_report_pdf", args=[found.pk]),
        "asked": f"dari={days.first}&sampai={days.last}",
        "links": _links_of(found),
        "may_link": request.user.has_perm(MAKE_LINK),
        "may_prove": request.user.has_perm("ads.add_proof"),
    }
    return _page(site, request, "admin/ads/report.html", context, status=400 if refusal else 200)


def csv_file(site: AdminSite, request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    return _file(request, campaign_id, csv_answer)


def pdf_file(site: AdminSite, request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    return _file(request, campaign_id, pdf_answer)


def picture(site: AdminSite, request: HttpRequest, creative_id: int) -> HttpResponseBase:
    return picture_answer(pictures.largest(get_object_or_404(Creative, pk=creative_id)))


def proof(site: AdminSite, request: HttpRequest, proof_id: int) -> HttpResponseBase:
    return picture_answer(get_object_or_404(Proof, pk=proof_id).image.name)


def make_link(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """A private address to one campaign, or (`all`) to everything of its advertiser."""
    found = _named(request)
    chosen = None if request.POST.get("all") == "1" else found
    links.make(found.advertiser, chosen, by=request.user)
    messages.success(request, _("The link is made; send it to the advertiser and nobody else."))
    return _back_to(found.pk)


def revoke_link(site: AdminSite, request: HttpRequest, link_id: int) -> HttpResponse:
    link = get_object_or_404(ReportLink, pk=link_id)
    if links.revoke(link, by=request.user):
        messages.success(request, _("The link is closed. Who opens it reads that it was closed."))
    else:
        messages.info(request, _("This link was closed before."))
    return _back_to(_named(request).pk)


def _named(request: HttpRequest) -> Campaign:
    """The campaign whose page a POST came from. Raises Http404."""
    text = request.POST.get("campaign", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return get_object_or_404(Campaign.objects.select_related("advertiser"), pk=int(text))


def _back_to(campaign_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:ads_report", args=[campaign_id]) + "#links")


def _links_of(found: Campaign) -> list[dict[str, Any]]:
    """Open and closed links that show this campaign, with the address of the open ones."""
    rows = ReportLink.objects.filter(advertiser=found.advertiser_id)
    rows = rows.filter(campaign=None) | rows.filter(campaign=found)
    return [
        {"row": row, "address": "" if row.revoked_at else links.address_of(row)}
        for row in rows.select_related("created_by", "revoked_by").order_by("-id")
    ]


def _file(
    request: HttpRequest, campaign_id: int, answer: Callable[[Campaign, Period], HttpResponseBase]
) -> HttpResponseBase:
    found = get_object_or_404(Campaign.objects.select_related("advertiser"), pk=campaign_id)
    days, refusal = period_of(request, found)
    if refusal:
        messages.error(request, refusal)
        return _back_to(campaign_id)
    return answer(found, days)


def _free() -> list[dict[str, Any]]:
    """How much of each placement belonged to nobody."""
    today = timezone.localdate()
    found = figures.free(Period(today - datetime.timedelta(days=FREE_DAYS), today))
    rows = []
    for placement in Placement.objects.filter(pk__in=found):
        every, unsold = found[placement.pk]
        part = 100 * unsold / every if every else None
        rows.append({"name": str(placement), "every": every, "unsold": unsold, "part": part})
    return rows


def _page(
    site: AdminSite, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return TemplateResponse(
        request, template, {**site.each_context(request), **context}, status=status
    )
