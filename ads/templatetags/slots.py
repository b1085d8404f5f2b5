"""Slots in the templates of readers' pages: `slots` once in the head, `slot` where each stands."""

from __future__ import annotations

import json
from typing import Literal

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles.models import Article, Organisation, Person, Section
from articles.subjects import Subjects
from pagecache import recording
from pagecache.parts import part

from .. import pages, selection, tokens
from ..choices import PageClass
from ..facts import organisation_facts, page_facts, person_facts

register = template.Library()

_KEY = "ads.slots"


@register.simple_tag(takes_context=True)
def slots(
    context: Context,
    page_class: str,
    section: Section | None = None,
    person: Person | None = None,
    organisation: Organisation | None = None,
) -> SafeString:
    """What the head of a page with slots needs; asks for its placements, in one query.

    `person` and `organisation` are whose own page it is.

    A preview (`preview` in the context: {"placement": key, "creative": creative}) has slots and
    neither script nor anything to count with.
    """
    page = tokens.Page(page_class, section.pk if section else None)
    if person:
        facts = person_facts(person)
    elif organisation:
        facts = organisation_facts(organisation)
    else:
        facts = selection.PageFacts(page_class=page_class, section=page.section)
    _place(context, facts)
    return _head(None if context.get("preview") else pages.for_browser(page, facts))


@register.simple_tag(takes_context=True)
def slots_of_story(
    context: Context, article: Article, subjects: Subjects | None = None
) -> Literal[""]:
    """The same for a story's page, whose head is `slots_head`. A paid story has no slots, and asks nothing."""
    if context.get("preview") or not article.is_paid:
        _place(context, page_facts(article, subjects))
    return ""


@register.simple_tag(takes_context=True)
def slots_head(context: Context, article: Article) -> SafeString:
    """What the head of a story's page needs for its slots; of a paid one only what its views are counted by."""
    if context.get("preview"):
        return _head(None)
    page = tokens.Page(PageClass.ARTICLE, article.section_id, article.pk)
    return _head(pages.for_browser(page, page_facts(article)))


def _place(context: Context, facts: selection.PageFacts) -> None:
    preview = context.get("preview")
    if preview:
        found = pages.slots_with_preview(
            facts.page_class, preview["placement"], preview["creative"]
        )
    else:
        found = pages.slots_of(facts)
    # Blocks forget what was set in them; this lasts for the page.
    context.render_context[_KEY] = found


def _head(told: dict[str, object] | None) -> SafeString:
    def render() -> SafeString:
        return render_to_string("ads/head.html", {"facts": told})

    return SafeString(part(f"slots head:{json.dumps(told)}", render))


@register.simple_tag(takes_context=True)
def slot(context: Context, key: str, css_class: str = "") -> SafeString | str:
    """The slot of that key; nothing where it does not stand.

    `css_class` is "sela-side" for one that stands beside the text, where the window is wide enough.
    """
    found: pages.Slot | None = context.render_context.get(_KEY, {}).get(key)
    if found is None or (css_class and "desktop" not in found.sizes):
        return ""
    if found.is_preview or recording.current() is None:
        return _html(found, css_class)
    filled = "".join(str(int(showing.creative is not None)) for showing in found.showings)
    with recording.beside():
        # Read again: only then what is kept depends on the placement.
        return SafeString(
            part(f"slot:{key}:{css_class}:{filled}", lambda: _html(pages.again(found), css_class))
        )


def _html(slot: pages.Slot | None, css_class: str) -> SafeString | str:
    if slot is None:
        return ""
    return render_to_string("ads/slot.html", {"slot": slot, "css_class": css_class})
