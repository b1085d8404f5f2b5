"""Slots in the templates of readers' pages: `slots` once in the head, `slot` where each stands."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles.models import Article, Organisation, Person, Section

from .. import pages, selection, tokens
from ..facts import organisation_facts, page_facts, person_facts

register = template.Library()

_KEY = "ads.slots"


@register.simple_tag(takes_context=True)
def slots(
    context: Context,
    page_class: str,
    section: Section | None = None,
    article: Article | None = None,
    person: Person | None = None,
    organisation: Organisation | None = None,
) -> SafeString:
    """What the head of a page with slots needs; asks for its placements, in one query.

    `person` and `organisation` are whose own page it is.

    A paid story has no slots, and asks nothing: it says only which page it is, so that its views
    count. A preview (`preview` in the context: {"placement": key, "creative": creative}) has slots and
    neither script nor anything to count with.
    """
    page = tokens.Page(page_class, section.pk if section else None, article.pk if article else None)
    if article:
        facts = page_facts(article)
    elif person:
        facts = person_facts(person)
    elif organisation:
        facts = organisation_facts(organisation)
    else:
        facts = selection.PageFacts(page_class=page_class, section=page.section)
    preview = context.get("preview")
    if preview:
        found = pages.slots_with_preview(page_class, preview["placement"], preview["creative"])
    elif article and article.is_paid:
        found = {}
    else:
        found = pages.slots_of(facts)
    # Blocks forget what was set in them; this lasts for the page.
    context.render_context[_KEY] = found
    told = None if preview else pages.for_browser(page, facts)
    return SafeString(render_to_string("ads/head.html", {"facts": told}))


@register.simple_tag(takes_context=True)
def slot(context: Context, key: str, css_class: str = "") -> SafeString | str:
    """The slot of that key; nothing where it does not stand.

    `css_class` is "sela-side" for one that stands beside the text, where the window is wide enough.
    """
    found = context.render_context.get(_KEY, {}).get(key)
    if found is None:
        return ""
    return SafeString(render_to_string("ads/slot.html", {"slot": found, "css_class": css_class}))
