"""Structured data: schema.org dictionaries for JSON-LD, and what cards show (OpenGraph).

Every time is the one printed on the page: that of the story's place, with its offset.
`articles.disclosure` decides what is left out of protected and withdrawn stories.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from . import disclosure, share_pictures
from .absolute import absolute
from .choices import BylineRole, Capacity, DatePrecision
from .syndication import instant, printed_credit

if TYPE_CHECKING:
    from .models import (
        Article,
        ArticlePhoto,
        Attendance,
        Author,
        Byline,
        Correction,
        Instalment,
        Organisation,
        Person,
        Place,
        Publication,
        StoryThread,
        Tenure,
    )

Data = dict[str, Any]

_CONTEXT = {"@context": "https://schema.org"}
# A village's list of heads is short; a council's members over thirty years would outweigh the page.
MOST_MEMBERS = 60
# https://developers.google.com/search/docs/appearance/structured-data/article: 16x9, 4x3 and 1x1.
LEAD_SHAPES = ("16:9", "4:3", "1:1")
IMAGE_WIDTH = 1200
_OF_STATE = (
    *("pemerintah ", "pemkab ", "pemkot ", "pemprov ", "kementerian ", "dinas ", "inspektorat "),
    *("dprd ", "dewan perwakilan rakyat", "sekretariat daerah", "sekretariat dprd"),
    *("kecamatan ", "kelurahan ", "pemerintah desa", "kepolisian ", "polres ", "polsek ", "polda "),
    *("kejaksaan ", "pengadilan ", "kodim ", "koramil ", "komisi pemilihan umum", "kpu "),
    *("badan kepegawaian", "badan perencanaan pembangunan", "badan pendapatan", "badan keuangan"),
    *("badan penanggulangan bencana", "badan pusat statistik", "badan pertanahan", "bappeda"),
)


def article_json_ld(article: Article, publication: Publication) -> Data:
    """NewsArticle of a story that `for_page` has fetched; AdvertiserContentArticle if paid.

    Of a withdrawn story only its times and the notice are said.
    """
    url = absolute(article.get_absolute_url())
    data: Data = {
        **_CONTEXT,
        "@type": "AdvertiserContentArticle" if article.is_paid else "NewsArticle",
        "@id": f"{url}#article",
        "url": url,
        "mainEntityOfPage": url,
        "headline": disclosure.title(article) if article.is_withdrawn else article.headline,
        "description": disclosure.summary(article),
        "datePublished": instant(article.local_publish_at),
        "dateModified": instant(article.local_updated_at or article.local_publish_at),
        "expires": instant(article.local_unpublish_at),
        "inLanguage": settings.LANGUAGE_CODE,
        "isAccessibleForFree": True,
        "articleSection": article.section.name,
        "publisher": _publisher(publication),
        "copyrightHolder": {"@id": _publication_id()},
    }
    if article.is_withdrawn:
        data["creativeWorkStatus"] = disclosure.label(article)
        data["correction"] = _correction_comments(article.corrections.all())
        return _without_empty(data)
    if article.is_paid:
        data["sponsor"] = {"@type": "Organization", "name": article.sponsor}
    if article.place:
        data["dateline"] = article.place.dateline
        data["contentLocation"] = _place(article.place)
    lines = disclosure.attendances(article)
    return _without_empty(
        data
        | _signed(disclosure.bylines(article))
        | {
            "image": images_json_ld(disclosure.photos(article)) or _card(article, publication),
            "keywords": [tag.name for tag in disclosure.tags(article)],
            "about": [_attendee(a) for a in lines if a.capacity == Capacity.ORGANISER],
            "mentions": [_attendee(a) for a in lines if a.capacity != Capacity.ORGANISER],
            "correction": _correction_comments(disclosure.corrections(article)),
            "isPartOf": [_thread(row.thread) for row in getattr(article, "thread_places", ())],
        }
    )


def publication_json_ld(publication: Publication) -> Data:
    """NewsMediaOrganization, with the addresses of what it has promised its readers."""
    masthead = absolute(reverse("articles:masthead"))
    guidelines = absolute(reverse("articles:guidelines"))
    return _without_empty(
        _CONTEXT
        | _publisher(publication)
        | {
            "legalName": publication.legal_name,
            "description": publication.tagline,
            "address": publication.address,
            "email": publication.email,
            "telephone": publication.phone,
            "masthead": masthead,
            "correctionsPolicy": absolute(reverse("articles:corrections")),
            "ethicsPolicy": guidelines,
            "publishingPrinciples": guidelines,
            "ownershipFundingInfo": masthead if publication.ownership else "",
            "actionableFeedbackPolicy": absolute(reverse("articles:contact")),
        }
    )


def person_json_ld(person: Person, tenures: Iterable[Tenure] = ()) -> Data:
    """ProfilePage of a person with the offices held; `tenures` with post and organisation."""
    url = absolute(person.get_absolute_url())
    return {
        **_CONTEXT,
        "@type": "ProfilePage",
        "url": url,
        "mainEntity": _without_empty(
            {
                "@type": "Person",
                "@id": f"{url}#person",
                "url": url,
                "name": person.name,
                "honorificPrefix": honorific_prefix(person),
                "honorificSuffix": person.degrees,
                "description": person.note,
                "image": portrait_url(person),
                "memberOf": [_role(tenure.printed_title, tenure) for tenure in tenures],
            }
        ),
    }


def honorific_prefix(person: Person) -> str:
    return " ".join(filter(None, (person.rank, person.academic_prefix, person.religious_prefix)))


def author_json_ld(author: Author, publication: Publication) -> Data:
    """ProfilePage of somebody who signs stories."""
    url = absolute(author.get_absolute_url())
    person = {
        "@type": "Person",
        "@id": f"{url}#person",
        "url": url,
        "name": author.name,
        "description": author.bio,
        "worksFor": _publisher(publication),
    }
    return {**_CONTEXT, "@type": "ProfilePage", "url": url, "mainEntity": _without_empty(person)}


def organisation_json_ld(
    organisation: Organisation,
    *,
    is_parent_public: bool = True,
    tenures: Iterable[Tenure] = (),
    parts: Iterable[Organisation] = (),
) -> Data:
    """Organization, with the one it is part of; without that one's address when it has no page.

    `tenures` are those of its posts, with their people, the current ones first; people without a
    public page are left out, and so is everybody after the first MOST_MEMBERS. `parts` have pages.
    """
    parent = organisation.parent
    people = (t for t in tenures if t.person.standing_entry.is_public)
    return _without_empty(
        _CONTEXT
        | _organisation(organisation)
        | {
            "@type": organisation_type(organisation),
            "alternateName": organisation.short_name,
            "description": organisation.note,
            "location": organisation.place and _place_name(organisation.place),
            "parentOrganization": parent
            and _organisation(parent, is_linked=parent.is_public and is_parent_public),
            "subOrganization": [_organisation(part) for part in parts],
            "member": [_member(tenure) for tenure in islice(people, MOST_MEMBERS)],
        }
    )


def organisation_type(organisation: Organisation) -> str:
    """Of schema.org: what its name says to be an office of state is a GovernmentOrganization.

    The rest, and whatever is doubtful ("Badan" may be a students' one), is an Organization.
    """
    name = organisation.name.casefold()
    return "GovernmentOrganization" if name.startswith(_OF_STATE) else "Organization"


def breadcrumb_json_ld(trail: Sequence[tuple[str, str]]) -> Data:
    """BreadcrumbList of (name, path), from the front page down to the page itself."""
    return {
        **_CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
            for position, (name, path) in enumerate(trail, start=1)
        ],
    }


def thread_json_ld(
    thread: StoryThread,
    instalments: Sequence[Instalment],
    publication: Publication,
    *,
    is_rising: bool = False,
) -> Data:
    """CollectionPage of a story thread, with the stories that its page lists as an ItemList."""
    url = absolute(thread.get_absolute_url())
    order = "Ascending" if is_rising else "Descending"
    stories = {
        "@type": "ItemList",
        "itemListOrder": f"https://schema.org/ItemListOrder{order}",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": disclosure.title(row.article),
                "url": absolute(row.article.get_absolute_url()),
            }
            for position, row in enumerate(instalments, start=1)
        ],
    }
    return _without_empty(
        {
            **_CONTEXT,
            "@type": "CollectionPage",
            "@id": f"{url}#thread",
            "url": url,
            "name": thread.name,
            "description": thread.intro,
            "inLanguage": settings.LANGUAGE_CODE,
            "publisher": _publisher(publication),
            "mainEntity": stories,
        }
    )


def portrait_url(person: Person) -> str:
    """The address of a person's photo, cut square once that is made; empty without one."""
    photo = person.photo
    return (
        absolute(photo.image.storage.url(photo.fitting("1:1", IMAGE_WIDTH).name)) if photo else ""
    )


def images_json_ld(rows: Sequence[ArticlePhoto]) -> list[Data]:
    """ImageObjects of a story's photos: the lead in the three shapes that Google asks for."""
    lead = rows[0].photo if rows else None
    shapes = [shape for shape in LEAD_SHAPES if lead and lead.in_shape(shape)]
    in_shapes = [image_json_ld(rows[0], shape) for shape in shapes]
    return (in_shapes or [image_json_ld(row) for row in rows[:1]]) + [
        image_json_ld(row) for row in rows[1:]
    ]


def image_json_ld(row: ArticlePhoto, shape: str = "") -> Data:
    """ImageObject of a photo with the caption it has in its story."""
    file = row.photo.fitting(shape, IMAGE_WIDTH)
    photo = row.photo
    return _without_empty(
        {
            "@type": "ImageObject",
            "url": absolute(photo.image.storage.url(file.name)),
            "width": file.width,
            "height": file.height,
            "caption": row.caption or photo.caption,
            "creditText": printed_credit(row),
        }
    )


def _card(article: Article, publication: Publication) -> list[Data]:
    """Of a story without a photo, what stands beside its address where it is passed on."""
    card = share_pictures.of_story(article, publication)
    if card is None:
        return []
    return [{"@type": "ImageObject", "url": card.url, "width": card.width, "height": card.height}]


def _thread(thread: StoryThread) -> Data:
    url = absolute(thread.get_absolute_url())
    return {"@type": "CollectionPage", "@id": f"{url}#thread", "name": thread.name, "url": url}


def _publication_id() -> str:
    return absolute("/#publication")


def _publisher(publication: Publication) -> Data:
    return {
        "@type": "NewsMediaOrganization",
        "@id": _publication_id(),
        "name": publication.name,
        "url": absolute("/"),
        "logo": {
            "@type": "ImageObject",
            "url": absolute(share_pictures.icon_path(publication, "512")),
            "width": 512,
            "height": 512,
        },
    }


def _signed(bylines: Iterable[Byline]) -> Data:
    """Authors, editors and photographers; nobody's story is the publication's own."""
    by_property: dict[str, list[Data]] = {"author": [], "editor": [], "contributor": []}
    property_of = {BylineRole.EDITOR: "editor", BylineRole.PHOTOGRAPHER: "contributor"}
    for line in bylines:
        person = {
            "@type": "Person",
            "name": line.author.name,
            "url": absolute(line.author.get_absolute_url()),
        }
        signed = by_property[property_of.get(BylineRole(line.role), "author")]
        if person not in signed:
            signed.append(person)
    if not by_property["author"]:
        by_property["author"].append({"@id": _publication_id()})
    return by_property


def _attendee(line: Attendance) -> Data:
    """A line of the register: somebody in the office held that day, or an institution."""
    if line.person:
        person = line.person.standing_entry
        return _without_empty(
            {
                "@type": "Person",
                "name": line.name_as_printed,
                "url": absolute(person.get_absolute_url()) if person.is_public else "",
                "memberOf": line.office_as_printed and _role(line.office_as_printed, line.tenure),
            }
        )
    if line.organisation:
        return _organisation(line.organisation)
    return {}


def _role(title: str, tenure: Tenure | None) -> Data:
    """An office: schema.org's Role stands between the person and the organisation."""
    role: Data = {"@type": "OrganizationRole", "roleName": title}
    if tenure is not None:
        role |= {
            "startDate": partial_date(tenure.started_on, tenure.start_precision),
            "endDate": partial_date(tenure.ended_on, tenure.end_precision),
            "memberOf": _organisation(tenure.post.organisation),
        }
    return _without_empty(role)


def _member(tenure: Tenure) -> Data:
    """The Role between an institution and whoever holds or held one of its offices."""
    person = tenure.person.standing_entry
    url = absolute(person.get_absolute_url())
    return _without_empty(
        {
            "@type": "OrganizationRole",
            "roleName": tenure.printed_title,
            "startDate": partial_date(tenure.started_on, tenure.start_precision),
            "endDate": partial_date(tenure.ended_on, tenure.end_precision),
            "member": {"@type": "Person", "@id": f"{url}#person", "name": person.name, "url": url},
        }
    )


def _organisation(organisation: Organisation, *, is_linked: bool | None = None) -> Data:
    data = {"@type": "Organization", "name": organisation.name}
    if organisation.is_public if is_linked is None else is_linked:
        data["url"] = absolute(organisation.get_absolute_url())
    return data


def _place_name(place: Place) -> Data:
    return {"@type": "Place", "name": place.name}


def _place(place: Place) -> Data:
    address = {
        "@type": "PostalAddress",
        "addressLocality": place.name,
        "addressRegion": place.parent.name if place.parent else "",
        "addressCountry": "ID",
    }
    return {"@type": "Place", "name": place.name, "address": _without_empty(address)}


def _correction_comments(corrections: Iterable[Correction]) -> list[Data]:
    return [
        {
            "@type": "CorrectionComment",
            "name": correction.get_kind_display(),
            "text": correction.public_text,
            "datePublished": instant(correction.created_at.astimezone(correction.article.zone)),
        }
        for correction in corrections
    ]


def partial_date(day: datetime.date | None, precision: str) -> str:
    """A date as exact as it is known: "2024-02-11", "2024-02", "2024" or nothing."""
    lengths = {DatePrecision.DAY: 10, DatePrecision.MONTH: 7, DatePrecision.YEAR: 4}
    return day.isoformat()[: lengths.get(DatePrecision(precision), 0)] if day else ""


def _without_empty(data: Data) -> Data:
    """Leave out what is not known, and groups without a name among lists."""
    found = {
        name: [item for item in value if item] if isinstance(value, list) else value
        for name, value in data.items()
    }
    return {name: value for name, value in found.items() if value not in ("", None, [], {})}
