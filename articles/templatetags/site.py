"""What the public templates need beyond Django's own: times, text, addresses, focal points."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from urllib.parse import quote

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .. import disclosure
from ..absolute import absolute as absolute_address
from ..choices import DatePrecision
from ..dressing import dressed, photos_to_swipe, strip_ways
from ..headings import with_ids
from ..models import Article, ArticlePhoto, Instalment, Photo, Publication, Tenure
from ..models.photos import Shown

register = template.Library()

# Dots to a pixel of CSS, and the part of a picture's width that is told then: of 720 px, which is the width for
# phones, 360 px × 3 × 0.55 and 412 px × 2 × 0.86 just take all.
_DENSE = ((2.5, 0.55), (1.5, 0.86))

# The values of attributes stand in double quotes in what the sanitiser writes.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>')
_PARAGRAPH = re.compile(r"\s*<p>")
_VOID = {"br", "hr", "img"}
# A text with fewer paragraphs is not parted, and then not before so many of them.
PARAGRAPHS_TO_PART = 6
PARAGRAPHS_BEFORE = 3


@register.simple_tag
def stamp(moment: datetime.datetime | None) -> str | SafeString:
    """A moment in full, in the zone it carries: "2 Desember 2020 16.09 WITA"."""
    if moment is None:
        return ""
    text = f"{date_format(moment, 'j F Y')} {moment:%H.%M} {moment.tzname()}"
    return _time(moment, text)


@register.simple_tag
def short_stamp(moment: datetime.datetime | None) -> str | SafeString:
    """A moment in a list. The browser may replace the text by "2 jam lalu"; the page itself
    says nothing that grows old while it is kept."""
    if moment is None:
        return ""
    text = f"{date_format(moment, 'j M Y')}, {moment:%H.%M}"
    return format_html(
        '<time datetime="{}" data-ago>{}</time>', moment.isoformat(timespec="seconds"), text
    )


@register.simple_tag
def short_day(moment: datetime.datetime) -> SafeString:
    """The day alone: "2 Des 2020"."""
    return format_html(
        '<time datetime="{}">{}</time>', moment.date().isoformat(), date_format(moment, "j M Y")
    )


@register.simple_tag
def clock(moment: datetime.datetime) -> SafeString:
    """The hour alone, where the day stands above: "16.09"."""
    return _time(moment, f"{moment:%H.%M}")


@register.filter
def at_place(moment: datetime.datetime | None, article: Article) -> datetime.datetime | None:
    """The moment on the clock of the story's place."""
    return moment and moment.astimezone(article.zone)


def _time(moment: datetime.datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), text)


@register.filter
def local_day(article: Article) -> datetime.date | None:
    """The day of publication on the publication's clock, to group lists by.

    Lists are in the order of time: on the clocks of the places one day could come twice.
    """
    moment = at_home(article.publish_at)
    return moment.date() if moment else None


@register.filter
def at_home(moment: datetime.datetime | None) -> datetime.datetime | None:
    """The moment on the publication's clock, for the hours below such a day."""
    return moment and moment.astimezone(timezone.get_default_timezone())


@register.simple_tag
def story_parts(article: Article, publication: Publication) -> tuple[SafeString, SafeString]:
    """The text in two parts, with publication and dateline before its first words.

    Between them something may stand that is not of the story: after the third paragraph, or a later one
    that is followed by another. A short text, or one without such a point, is not parted: the second
    is empty. The body is clean by `RichTextField`; only what is added here has to be escaped.
    """
    body = _with_dateline(article, publication)
    cut = _middle(body)
    return mark_safe(body[:cut]), mark_safe(body[cut:])


def _middle(body: str) -> int:
    """Where a clean text may be parted: its length when nowhere."""
    ends = _paragraph_ends(body)
    if len(ends) < PARAGRAPHS_TO_PART:
        return len(body)
    places = (end for end in ends[PARAGRAPHS_BEFORE - 1 : -1] if _PARAGRAPH.match(body, end))
    return next(places, len(body))


def _paragraph_ends(body: str) -> list[int]:
    """Where the paragraphs end that have words and stand in nothing else: no list, table, quotation."""
    ends = []
    depth = start = 0
    for tag in _TAG.finditer(body):
        is_end, name = tag.groups()
        if name in _VOID:
            continue
        if is_end:
            depth -= 1
            if depth == 0 and name == "p" and strip_tags(body[start : tag.end()]).strip():
                ends.append(tag.end())
        else:
            if depth == 0:
                start = tag.start()
            depth += 1
    return ends


def _with_dateline(article: Article, publication: Publication) -> SafeString:
    names = [publication.name, article.place.dateline] if article.place else [publication.name]
    opening = format_html('<span class="dateline">{}\u00a0–</span> ', ", ".join(names).upper())
    text, _headings = with_ids(disclosure.text_of(article))
    # Before the dateline: with it a video that opens the text would not stand alone any more.
    body = dressed(text)
    if body.startswith("<p>"):
        return mark_safe(f"<p>{opening}{body.removeprefix('<p>')}")
    return mark_safe(f"<p>{opening}</p>{body}") if body else body


@register.filter
def standing_body(body: str) -> SafeString:
    """The text of a page, which has no dateline. Clean by `RichTextField`."""
    return dressed(body, has_elements=False)


@register.filter
def paragraphs(text: str) -> SafeString:
    """Plain text of one or more lines as paragraphs."""
    lines = (line.strip() for line in text.splitlines())
    return mark_safe("".join(f"<p>{escape(line)}</p>" for line in lines if line))


@register.filter
def focus_class(photo: Photo) -> str:
    """Classes that keep the focal point in sight when the frame cuts the picture.

    In tenths, because the site's policy allows no inline style.
    """
    across, down = round(photo.focal_x * 10), round(photo.focal_y * 10)
    classes = []
    if across != 5:
        classes.append(f"fx{across}")
    if down != 5:
        classes.append(f"fy{down}")
    return " ".join(classes)


@register.filter
def strip_name(photos: Sequence[ArticlePhoto]) -> str:
    """What a strip of these photos is called."""
    return photos_to_swipe(len(photos))


@register.filter
def strip_words(photos: Sequence[ArticlePhoto]) -> SafeString:
    """The words below a strip of these photos."""
    return strip_ways(len(photos))


@register.simple_tag
def happened(instalment: Instalment) -> str:
    """What a story of a thread is about in one line: the editor's, or its headline."""
    return disclosure.what_happened(instalment) or instalment.article.headline


@register.simple_tag
def shown(photo: Photo, shape: str = "") -> Shown:
    """The files of a photo for `<picture>`; `shape` is that of the frame it will stand in."""
    return photo.shown(shape or "")


@register.filter
def frugal(sizes: str) -> str:
    """The sizes of a picture, the last of them narrowed on dense screens where it goes with the window's width.

    Phones have two and a half to four dots where an eye tells two apart, and would fetch the file for desks, of
    twice the bytes. Told that a picture is narrower than it is, they take the file of nearly two dots.
    """
    before, _comma, last = sizes.rpartition(", ")
    if "vw" not in last:
        return sizes
    width = last.removeprefix("calc")
    dense = [f"(min-resolution: {dots}dppx) calc({width} * {part})" for dots, part in _DENSE]
    return ", ".join([*filter(None, [before]), *dense, last])


@register.filter
def absolute(path: str) -> str:
    return absolute_address(path)


@register.filter
def in_query(text: str) -> str:
    """Percent-encoded whole, for the value of a query."""
    return quote(text, safe="")


@register.filter
def office_line(tenure: Tenure) -> str:
    """The office with its institution, unless the title names that already."""
    title, organisation = tenure.printed_title, tenure.post.organisation
    words = f"{organisation.name} {organisation.short_name}".casefold().split()
    is_named = any(len(word) > 4 and word in title.casefold() for word in words)
    return title if is_named else f"{title}, {organisation.short_name or organisation.name}"


@register.filter
def period(tenure: Tenure) -> str:
    """ "2 Maret 2021 – 5 Juni 2023", "2018–2023", "sejak Agustus 2017": as exact as it is known.

    Empty when nothing is known.
    """
    start = _as_known(tenure.started_on, tenure.start_precision)
    if tenure.ended_on is None:
        return _("since %(date)s") % {"date": start} if start else ""
    end = _as_known(tenure.ended_on, tenure.end_precision)
    if not start:
        return _("until %(date)s") % {"date": end} if end else _("ended; the dates are not known")
    if not end:
        return _("from %(date)s to a day not known") % {"date": start}
    if end == start:
        return start
    # Between two years the dash stands close, as in print.
    return f"{start}–{end}" if start.isdecimal() and end.isdecimal() else f"{start} – {end}"


def _as_known(day: datetime.date | None, precision: str) -> str:
    formats = {DatePrecision.DAY: "j F Y", DatePrecision.MONTH: "F Y", DatePrecision.YEAR: "Y"}
    form = formats.get(DatePrecision(precision))
    return date_format(day, form) if day and form else ""


@register.simple_tag
def static_or_nothing(path: str) -> str:
    """The address of a static file, or "" where the files were not collected.

    For the page about a fault, which must not fail because of another one.
    """
    try:
        return static(path)
    except ValueError:
        return ""
