"""The proof of showing ("bukti tayang") as a PDF: what an advertiser files with the invoice.

The same figures give the same bytes, but for the time at which it was made. The fingerprint at its head is
that of the figures, so that two copies can be compared over the telephone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import HRFlowable, KeepTogether, SimpleDocTemplate, Spacer

from articles.models import Publication

from ..choices import Device
from ..models import Creative, Proof
from . import pictures
from .campaigns import FlightLine, Report
from .figures import Figures
from .printed import chart_of, charts_of, days_in_words, proofs_of
from .typesetting import MARGIN, RULE, WIDTH, NumberedCanvas, drawn, paragraph, picture, table
from .words import how_counted, moment, number, percent, standing_of

# More would make a file that no mail takes; every creative stands in the tables.
PICTURES_SHOWN = 40


def written(report: Report, publication: Publication) -> bytes:
    """The whole document; two queries, for pictures and screenshots."""
    out = io.BytesIO()
    title = _("Proof of showing")
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=f"{title}: {report.name}",
        author=publication.legal_name or publication.name,
        # No random number and no second clock in it.
        invariant=1,
    )
    foot = _("%(title)s · %(campaign)s · made %(time)s") % {
        "title": title,
        "campaign": report.name[:60],
        "time": moment(report.made_at),
    }
    page = _("page %(page)s of %(pages)s")

    class Paged(NumberedCanvas):
        foot_text, page_text = foot, page

    document.build(list(_story(report, publication, title)), canvasmaker=Paged)
    return out.getvalue()


def _story(report: Report, publication: Publication, title: str) -> Iterator[Any]:
    yield from _letterhead(publication)
    yield paragraph(title, "title")
    yield _facts(report)
    yield paragraph(_("Overall"), "part")
    yield _numbers([(_("All flights"), report.total)])
    for chart in charts_of(report):
        yield KeepTogether([paragraph(chart.title, "label"), drawn(chart)])
    images = _pictures_of(report)
    for flight in report.flights:
        yield from _flight(flight, images)
    if not report.flights:
        yield paragraph(_("This campaign has no flights yet."))
    yield from _discards(report)
    yield from _proofs(proofs_of(report))
    yield paragraph(_("How this was counted"), "part")
    for sentence in how_counted(report):
        yield paragraph(sentence, "quiet")


def _letterhead(publication: Publication) -> Iterator[Any]:
    yield paragraph(publication.name, "name")
    address = ", ".join(publication.address.split("\n"))
    for line in (
        publication.legal_name,
        address,
        " · ".join(filter(None, [publication.email, publication.phone])),
    ):
        if line:
            yield paragraph(line, "quiet")
    yield Spacer(0, 4)
    yield HRFlowable(width="100%", thickness=0.8, color=RULE)


def _facts(report: Report) -> Any:
    rows = [
        (_("Advertiser"), report.advertiser),
        (_("Campaign"), report.name),
        (_("Contract"), report.contract or "–"),
        (_("Days"), days_in_words(report.period.first, report.period.last)),
        (_("Made"), moment(report.made_at)),
    ]
    cells = [[paragraph(name, "quiet"), paragraph(value)] for name, value in rows]
    cells.append(
        [
            paragraph(_("Fingerprint of the figures (SHA-256)"), "quiet"),
            paragraph(report.fingerprint, "code"),
        ]
    )
    return table(cells, [1, 3], has_head=False)


def _numbers(rows: list[tuple[Any, Figures]], *, head: str = "", has_total: bool = False) -> Any:
    titles = [
        head,
        _("Served"),
        _("Measured"),
        _("Viewable"),
        _("Viewable rate"),
        _("Clicks"),
        _("Click rate"),
    ]
    cells = [titles]
    for name, one in rows:
        cells.append(
            [
                name,
                number(one.served),
                number(one.measured),
                number(one.viewable),
                percent(one.viewable_rate),
                number(one.clicks),
                percent(one.click_rate, 2),
            ]
        )
    return table(cells, [2.2, 1, 1, 1, 1.1, 1, 1], has_total=has_total)


def _flight(flight: FlightLine, images: dict[int, Any]) -> Iterator[Any]:
    days = days_in_words(flight.first_day, flight.last_day)
    head = [
        paragraph(flight.name, "part"),
        paragraph(f"{flight.kind_label} · {days} · {flight.state_label}", "quiet"),
        paragraph(", ".join(flight.placements) or "–", "quiet"),
        paragraph(standing_of(flight.promise, state=flight.state, first_day=flight.first_day)),
    ]
    chart = chart_of(flight)
    if chart:
        head += [paragraph(chart.title, "label"), drawn(chart)]
    yield KeepTogether(head)
    if flight.creatives:
        yield paragraph(_("By creative"), "label")
        rows = [(paragraph(one.name, "quiet"), one.figures) for one in flight.creatives]
        yield _numbers(rows)
        for one in flight.creatives:
            yield from _creative(one.name, one.headline, images.get(one.id))
    if flight.days:
        yield paragraph(_("By day"), "label")
        by_day = [(date_format(day, "SHORT_DATE_FORMAT"), one) for day, one in flight.days]
        yield _numbers([*by_day, (_("together"), flight.figures)], has_total=True)


def _creative(name: str, headline: str, image: Any) -> Iterator[Any]:
    if headline:
        yield paragraph(f"{name}: “{headline}”", "quiet")
    elif image is not None:
        shown = image or paragraph(_("[The picture cannot be read.]"), "quiet")
        yield KeepTogether([Spacer(0, 4), shown, paragraph(name, "quiet")])


def _pictures_of(report: Report) -> dict[int, Any]:
    """Pictures by creative; False for one whose file cannot be read."""
    wanted = [one.id for one in report.creatives if one.sizes][:PICTURES_SHOWN]
    found = {}
    for creative in Creative.objects.filter(pk__in=wanted):
        image = picture(pictures.largest(creative), WIDTH * 0.6, 45 * mm)
        found[creative.pk] = image or False
    return found


def _discards(report: Report) -> Iterator[Any]:
    yield paragraph(_("Came and was not counted"), "part")
    if not report.discards:
        yield paragraph(_("Nothing."))
        return
    rows = [[paragraph(label, "quiet"), number(count)] for _reason, label, count in report.discards]
    total = [[_("together"), number(report.discarded)]]
    yield table([[_("Reason"), _("How many")], *rows, *total], [3, 1], has_total=True)


def _proofs(rows: list[Proof]) -> Iterator[Any]:
    if not rows:
        return
    yield paragraph(_("As it ran"), "part")
    for row in rows:
        image = picture(row.image.name, WIDTH * 0.55, 110 * mm)
        device = str(Device(row.device).label) if row.device else f"{row.width} px"
        words = [
            paragraph(f"{row.creative.name}, {row.placement}", "quiet"),
            paragraph(f"{moment(row.taken_at)} · {device} · {row.address}", "quiet"),
        ]
        if row.note:
            words.append(paragraph(row.note, "quiet"))
        shown = image or paragraph(_("[The picture cannot be read.]"), "quiet")
        yield KeepTogether([Spacer(0, 8), shown, *words])
