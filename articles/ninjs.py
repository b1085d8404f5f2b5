"""One story as IPTC ninjs 1.5, for systems that take stories over from us."""

from __future__ import annotations

import datetime
import json
import mimetypes
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import disclosure
from .absolute import absolute, tag_uri, with_absolute_links
from .choices import Kind
from .conditional import respond
from .models import Article, ArticlePhoto, Publication
from .models.photos import Rendition
from .pictures.shapes import SHAPES
from .sanitise import plain_text
from .structured import Data
from .syndication import authors, instant, printed_credit

VERSION = "1.5"
STANDARD = {
    "name": "ninjs",
    "version": VERSION,
    "schema": f"https://www.iptc.org/std/ninjs/ninjs-schema_{VERSION}.json",
}
# The Ministry of Home Affairs' place codes have no address of their own; this names them.
PLACE_CODES = "urn:x-kemendagri:kode-wilayah"
GENRES = "http://cv.iptc.org/newscodes/genre/"
# Codes of the IPTC's vocabulary, which has none for a paid story.
GENRE_BY_KIND = {Kind.NEWS: "Current", Kind.FEATURE: "Feature", Kind.OPINION: "Opinion"}


@require_safe
def article_ninjs(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    """The story at the address before "ninjs.json"; a withdrawn one is there as `canceled`.

    410 for one whose time is over, 404 for what the public has never seen.
    """
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        raise Http404("No such day") from None
    stories = Article.objects.addressable().for_page()
    story = get_object_or_404(stories, published_on=date, slug=slug)
    if story.is_over:
        return _over(story)
    body = json.dumps(document(story, Publication.current()), ensure_ascii=False)
    changed_at = disclosure.changed_at(story)
    return respond(request, body, "application/json; charset=utf-8", changed_at)


def _over(article: Article) -> HttpResponse:
    """Only that it is not to be used any more: who took it over knows it by its `uri`."""
    when = instant(article.local_unpublish_at)
    found = {
        "$standard": STANDARD,
        "uri": tag_uri(article),
        "altids": {"url": absolute(article.get_absolute_url())},
        "type": "text",
        "version": str(max(article.version, 1)),
        "versioncreated": when,
        "pubstatus": "canceled",
        "ednote": _("The time of this story is over; it was public until %(time)s.")
        % {"time": when},
    }
    body = json.dumps(found, ensure_ascii=False)
    return HttpResponse(body, content_type="application/json; charset=utf-8", status=410)


def document(article: Article, publication: Publication) -> Data:
    """The dictionary of a story that `for_page` has fetched. Only what is known is in it."""
    url = absolute(article.get_absolute_url())
    body = with_absolute_links(disclosure.body(article), url)
    text = plain_text(body)
    found: Data = {
        "$standard": STANDARD,
        "uri": tag_uri(article),
        "altids": {"url": url},
        "type": "text",
        "mimetype": "text/html",
        "representationtype": "complete",
        "version": str(max(article.version, 1)),
        "firstcreated": instant(article.local_publish_at),
        "versioncreated": instant(disclosure.changed_at(article)),
        "pubstatus": "canceled" if article.is_withdrawn else "usable",
        "language": settings.LANGUAGE_CODE,
        "copyrightholder": publication.legal_name or publication.name,
        "headline": disclosure.title(article),
        "slugline": "" if article.is_withdrawn else article.slug,
        "byline": ", ".join(name for name, _url in authors(article)),
        "located": article.place.dateline if article.place else "",
        "description_text": disclosure.summary(article),
        "body_html": body,
        "body_text": text,
        "charcount": len(text),
        "wordcount": len(text.split()),
        "subject": _subjects(article),
        "infosource": [{"name": publication.name, "rel": "publisher"}],
        **_register(article),
    }
    if not article.is_withdrawn:
        found["genre"] = [_genre(article)]
        found["associations"] = {
            f"photo_{number}": _photo(row, article)
            for number, row in enumerate(disclosure.photos(article), start=1)
        }
        lead = disclosure.lead_photo(article)
        found["renditions"] = _renditions(lead) if lead else {}
        if article.is_paid:
            found["infosource"].append({"name": article.sponsor, "rel": "sponsor"})
    return {name: value for name, value in found.items() if value not in ("", [], {})}


def _register(article: Article) -> dict[str, list[dict[str, str]]]:
    """Persons and organisations of the register, and the place the story comes from."""
    found: dict[str, list[dict[str, str]]] = {"person": [], "organisation": [], "place": []}
    for line in disclosure.attendances(article):
        if line.person:
            entry = {"name": line.name_as_printed, "rel": line.capacity}
            person = line.person.standing_entry
            if person.is_public:
                entry |= {"scheme": absolute("/tokoh/"), "code": person.slug}
            found["person"].append(entry)
        elif line.organisation:
            entry = {"name": line.organisation.name, "rel": line.capacity}
            if line.organisation.is_public:
                entry |= {"scheme": absolute("/lembaga/"), "code": line.organisation.slug}
            found["organisation"].append(entry)
    if article.place:
        entry = {"name": article.place.name, "rel": "dateline"}
        if article.place.code:
            entry |= {"scheme": PLACE_CODES, "code": article.place.code}
        found["place"].append(entry)
    return found


def _genre(article: Article) -> dict[str, str]:
    if article.is_paid:
        return {"name": disclosure.label(article)}
    code = GENRE_BY_KIND[Kind(article.kind)]
    return {"name": code, "scheme": GENRES, "code": code}


def _subjects(article: Article) -> list[dict[str, str]]:
    section = {
        "name": article.section.name,
        "rel": "section",
        "scheme": absolute("/rubrik/"),
        "code": article.section.slug,
    }
    tags = [
        {"name": tag.name, "rel": "tag", "scheme": absolute("/tag/"), "code": tag.slug}
        for tag in disclosure.tags(article)
    ]
    return [section, *tags]


def _photo(row: ArticlePhoto, article: Article) -> dict[str, Any]:
    photo = row.photo
    picture = {
        "uri": f"{tag_uri(article)}:photo-{photo.pk}",
        "type": "picture",
        "mimetype": _mime_type(photo.image.name),
        "pubstatus": "usable",
        "byline": printed_credit(row),
        "description_text": row.caption or photo.caption,
        "description_alt": row.alt_text or photo.alt_text,
        "renditions": _renditions(row),
    }
    return {name: value for name, value in picture.items() if value}


def _renditions(row: ArticlePhoto) -> dict[str, dict[str, Any]]:
    """The picture itself and its narrower versions by width, and its cuts: "16x9_1200".

    Of each the JPEG, which every system reads; of an older photo what there is.
    """
    photo = row.photo
    files: dict[str, Rendition] = {}
    for file in (
        Rendition(photo.image.name, photo.width, photo.height),
        *(f for shape in SHAPES for f in photo.in_shape(shape) if f.format == "JPEG"),
        *photo.in_shape(""),
    ):
        kind = file.shape.replace(":", "x") or "width"
        files.setdefault(f"{kind}_{file.width}", file)
    return {
        key: {
            "href": absolute(photo.image.storage.url(file.name)),
            "mimetype": file.mime_type,
            "width": file.width,
            "height": file.height,
        }
        for key, file in files.items()
    }


def _mime_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "image/jpeg"
