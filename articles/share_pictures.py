"""The picture that stands beside an address where it is passed on: 1200×630, and light enough for every messenger.

Of a story with a photo it is cut from the photo, by the job that makes its other sizes. Of everything else it is
drawn from words (`articles.drawn.card`), when somebody first asks for it. Its address has the mark of its contents:
a changed headline has another one, and there is no picture at any address but that of the present contents of what
is public.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import disclosure
from .absolute import absolute
from .drawn import card, icon
from .drawn.card import Card
from .pictures.shapes import CARD
from .syndication import Picture, picture_of

if TYPE_CHECKING:
    from .models import Article, Organisation, Person, Publication, Section, StoryThread


def of_story(article: Article, publication: Publication) -> Picture | None:
    """From the lead photo where one may be shown and its cut is made, else drawn; of a withdrawn story none."""
    if article.is_withdrawn:
        return None
    lead = disclosure.lead_photo(article)
    cuts = lead.photo.in_shape(CARD) if lead else []
    if lead and cuts:
        return picture_of(lead, cuts[-1])
    drawn = story_card(article, publication)
    address = reverse("articles:story_card", args=[article.pk, drawn.mark])
    return _drawn(address, disclosure.title(article))


def of_section(section: Section, publication: Publication) -> Picture:
    drawn = section_card(section, publication)
    address = reverse("articles:section_card", args=[section.slug, drawn.mark])
    return _drawn(address, f"{section.name} – {publication.name}")


def of_person(person: Person, office: str, publication: Publication) -> Picture:
    """`office` as `person_card` takes it."""
    drawn = person_card(person, office, publication)
    address = reverse("articles:person_card", args=[person.slug, drawn.mark])
    return _drawn(address, f"{person.printed_name} – {publication.name}")


def of_organisation(organisation: Organisation, publication: Publication) -> Picture:
    drawn = organisation_card(organisation, publication)
    address = reverse("articles:organisation_card", args=[organisation.slug, drawn.mark])
    return _drawn(address, f"{organisation.name} – {publication.name}")


def of_thread(thread: StoryThread, publication: Publication) -> Picture:
    drawn = thread_card(thread, publication)
    address = reverse("articles:thread_card", args=[thread.slug, drawn.mark])
    return _drawn(address, f"{thread.name} – {publication.name}")


def of_publication(publication: Publication) -> Picture:
    address = reverse("articles:publication_card", args=[publication_card(publication).mark])
    return _drawn(address, publication.name)


def story_card(article: Article, publication: Publication) -> Card:
    """What is drawn of a public story, in the site's language whoever asks; `article` with its section."""
    with translation.override(settings.LANGUAGE_CODE):
        return Card(
            name=publication.name,
            headline=article.headline,
            label=disclosure.label(article),
            over=article.section.name,
            colour=article.section.colour,
            foot=date_format(article.published_on, "j F Y") if article.published_on else "",
        )


def section_card(section: Section, publication: Publication) -> Card:
    return Card(publication.name, section.name, colour=section.colour, foot=publication.tagline)


def person_card(person: Person, office: str, publication: Publication) -> Card:
    """`office` is the newest one, as it is to be read below the name; empty for none."""
    return Card(publication.name, person.printed_name, under=office, foot=publication.tagline)


def organisation_card(organisation: Organisation, publication: Publication) -> Card:
    return Card(publication.name, organisation.name, foot=publication.tagline)


def thread_card(thread: StoryThread, publication: Publication) -> Card:
    with translation.override(settings.LANGUAGE_CODE):
        over = _("Story so far")
    return Card(publication.name, thread.name, over=over, foot=publication.tagline)


def publication_card(publication: Publication) -> Card:
    return Card(publication.name, publication.tagline or publication.name)


def icon_path(publication: Publication, kind: str) -> str:
    """Where the icon of that kind stands, one of `articles.drawn.icon.KINDS`."""
    return reverse("articles:icon", args=[kind, icon.mark_of(publication.name)])


def _drawn(path: str, alt_text: str) -> Picture:
    return Picture(
        url=absolute(path),
        mime_type="image/png",
        width=card.WIDTH,
        height=card.HEIGHT,
        caption="",
        alt_text=alt_text,
        credit="",
    )
