"""What an advertiser reads under the private address: figures, files, pictures; nobody else's.

Each view gets the link alone, and finds everything by a query that begins there. Nothing is kept by a
cache or told to another site, nothing sets a cookie.
"""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from articles.models import Publication

from .. import links, reports
from ..flood import Flood
from ..models import Campaign, Creative, Flight, Proof, ReportLink
from ..reports import overview, period, pictures, printed, sheet

OPENED_PER_MINUTE = 30
opened = Flood(OPENED_PER_MINUTE)


def with_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the view its link, in the publication's language; 404 for none, 410 for a revoked one."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **keys: Any) -> HttpResponseBase:
        link = links.find(token)
        if link is None:
            raise Http404("No such report")
        with override(settings.LANGUAGE_CODE):
            if link.revoked_at:
                return _private(_page("ads/report/gone.html", {}, status=410))
            links.note_opening(link)
            return _private(view(request, link, token, **keys))

    return guarded


def sparing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Add up figures for one link so often a minute and no more, whatever days it asks for: 429.

    Counted in each process, like a flood at the counting door: the limit is there for the server.
    """

    @wraps(view)
    def guarded(request: HttpRequest, link: ReportLink, *args: Any, **keys: Any) -> Any:
        if opened.is_over(str(link.pk), time.time()):
            answer = _page("ads/report/often.html", {}, status=429)
            answer["Retry-After"] = "60"
            return answer
        return view(request, link, *args, **keys)

    return guarded


@with_link
@sparing
def report(request: HttpRequest, link: ReportLink, token: str) -> HttpResponseBase:
    """The one campaign, or all of the advertiser's in a list."""
    if link.campaign_id:
        return _campaign_page(request, link, token, link.campaign_id)
    offered = ~Q(flights=None) & ~Q(flights__in=_sold_under(link))
    campaigns = campaigns_of(link).exclude(offered).order_by("-id")
    context = {
        "advertiser": link.advertiser.name,
        "lines": [
            (line, reverse("ads:report_campaign", args=[token, line.id]))
            for line in overview.lines(list(campaigns), order="end")
        ],
    }
    return _page("ads/report/list.html", context)


@with_link
@sparing
def campaign(
    request: HttpRequest, link: ReportLink, token: str, campaign_id: int
) -> HttpResponseBase:
    return _campaign_page(request, link, token, campaign_id)


@with_link
@sparing
def csv_file(
    request: HttpRequest, link: ReportLink, token: str, campaign_id: int
) -> HttpResponseBase:
    found = get_object_or_404(campaigns_of(link), pk=campaign_id)
    days, refusal = period_of(request, found)
    return _refused(token, found, refusal) if refusal else csv_answer(found, days)


@with_link
@sparing
def pdf_file(
    request: HttpRequest, link: ReportLink, token: str, campaign_id: int
) -> HttpResponseBase:
    found = get_object_or_404(campaigns_of(link), pk=campaign_id)
    days, refusal = period_of(request, found)
    return _refused(token, found, refusal) if refusal else pdf_answer(found, days)


@with_link
def picture(
    request: HttpRequest, link: ReportLink, token: str, creative_id: int
) -> HttpResponseBase:
    """A creative's largest picture, whatever its state; none of an offer."""
    of_link = Creative.objects.filter(flight__in=_sold_under(link))
    return picture_answer(pictures.largest(get_object_or_404(of_link, pk=creative_id)))


@with_link
def proof(request: HttpRequest, link: ReportLink, token: str, proof_id: int) -> HttpResponseBase:
    of_link = Proof.objects.filter(creative__flight__in=_sold_under(link))
    return picture_answer(get_object_or_404(of_link, pk=proof_id).image.name)


def campaigns_of(link: ReportLink) -> QuerySet[Campaign]:
    """All that the link opens, and nothing else."""
    rows = Campaign.objects.filter(advertiser=link.advertiser_id).select_related("advertiser")
    return rows.filter(pk=link.campaign_id) if link.campaign_id else rows


def _sold_under(link: ReportLink) -> QuerySet[Flight]:
    return reports.sold(Flight.objects.filter(campaign__in=campaigns_of(link)))


def period_of(request: HttpRequest, found: Campaign) -> tuple[reports.Period, str]:
    """The days that the address asks for (`dari`, `sampai`), or the campaign's; and what is wrong."""
    default = period.of_flights(reports.sold(found.flights.all()))
    try:
        return period.read(request.GET.get("dari", ""), request.GET.get("sampai", ""), default), ""
    except reports.BadPeriod as refusal:
        return default, str(refusal)


def csv_answer(found: Campaign, days: reports.Period) -> StreamingHttpResponse:
    """The sheet, sent while it is read; in the publication's language, whoever asks."""
    with override(settings.LANGUAGE_CODE):
        answer = StreamingHttpResponse(
            sheet.lines(found, days), content_type="text/csv; charset=utf-8"
        )
    return _as_file(answer, sheet.file_name(found, days, "csv"))


def pdf_answer(found: Campaign, days: reports.Period) -> HttpResponse:
    """The proof of showing, in the publication's language, whoever asks."""
    with override(settings.LANGUAGE_CODE):
        # Here: what sets a page takes 13 MB, in each process that has imported it, and is wanted once a month.
        from ..reports import paper

        data = paper.written(reports.report_on(found, days), Publication.current())
    answer = HttpResponse(data, content_type="application/pdf")
    return _as_file(answer, sheet.file_name(found, days, "pdf"))


def picture_answer(name: str) -> FileResponse:
    """A kept picture. Raises Http404 when its file is gone."""
    kind = mimetypes.guess_type(name)[0] or ""
    file = pictures.opened(name) if kind.startswith("image/") and "svg" not in kind else None
    if file is None:
        raise Http404("No such picture")
    answer = FileResponse(file, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _campaign_page(
    request: HttpRequest, link: ReportLink, token: str, campaign_id: int
) -> HttpResponse:
    found = get_object_or_404(campaigns_of(link), pk=campaign_id)
    days, refusal = period_of(request, found)
    context = printed.context_of(
        reports.report_on(found, days),
        picture=lambda pk: reverse("ads:report_picture", args=[token, pk]),
        proof=lambda pk: reverse("ads:report_proof", args=[token, pk]),
    ) | {
        "refusal": refusal,
        "csv_url": reverse("ads:report_csv", args=[token, found.pk]),
        "pdf_url": reverse("ads:report_pdf", args=[token, found.pk]),
        "asked": f"dari={days.first}&sampai={days.last}",
        "list_url": "" if link.campaign_id else reverse("ads:report", args=[token]),
    }
    return _page("ads/report/campaign.html", context, status=400 if refusal else 200)


def _refused(token: str, found: Campaign, refusal: str) -> HttpResponse:
    """A file cannot say what is wrong with the days that were asked for; a page can."""
    back = reverse("ads:report_campaign", args=[token, found.pk])
    context = {"refusal": refusal, "back_url": back}
    return _page("ads/report/refused.html", context, status=400)


def _page(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    more = {"publication": Publication.current(), "language": settings.LANGUAGE_CODE}
    return HttpResponse(render_to_string(template, context | more), status=status)


def _as_file(answer: Any, name: str) -> Any:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # The address is the key: no other site may learn it from a link.
    answer["Referrer-Policy"] = "no-referrer"
    return answer
