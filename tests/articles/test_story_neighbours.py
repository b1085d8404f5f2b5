"""Below a story: what came before and after it in its section, flat, and heard of when it changes."""

import datetime
import re

import pytest
from django.utils import timezone

from articles.choices import Kind
from tests.factories import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return SectionFactory(name="Laut")


def story(section, hours, **more):
    moment = timezone.now() - datetime.timedelta(hours=hours)
    return ArticleFactory(is_public=True, section=section, publish_at=moment, **more)


def neighbours(text):
    block = text.partition('<nav class="neighbours"')[2].partition("</nav>")[0]
    return re.findall(r'neighbour-(before|after)"><span>[^<]*</span> <a href="([^"]+)"', block)


def of(client, article):
    return neighbours(client.get(article.get_absolute_url()).content.decode())


def test_story_leads_to_those_before_and_after_in_its_section(client, section):
    before, here, after = (story(section, hours) for hours in (5, 4, 2))
    story(section, 9)
    ArticleFactory(is_public=True, publish_at=here.publish_at)
    assert of(client, here) == [
        ("before", before.get_absolute_url()),
        ("after", after.get_absolute_url()),
    ]


def test_stories_of_one_moment_go_by_number(client, section):
    moment = timezone.now() - datetime.timedelta(hours=2)
    first, second, third = (
        ArticleFactory(is_public=True, section=section, publish_at=moment) for _ in range(3)
    )
    assert of(client, second) == [
        ("before", first.get_absolute_url()),
        ("after", third.get_absolute_url()),
    ]


def test_nobody_is_led_to_what_is_not_public_or_paid_for(client, section):
    here = story(section, 4)
    story(section, 5, kind=Kind.PAID, sponsor="Toko")
    for state in ("is_scheduled", "is_withdrawn", "is_over"):
        ArticleFactory(section=section, **{state: True})
    ArticleFactory(section=section)
    assert of(client, here) == []


def test_story_of_the_archive_does_not_hear_of_new_ones(reader, page_cache, section):
    old, here, after = (story(section, hours) for hours in (50, 49, 48))
    reader.get(here.get_absolute_url())
    reader.get(after.get_absolute_url())
    page_cache.clock.notice(f"section:{section.pk}")
    parts = page_cache.parts
    key = "part:story:{day}/{slug}".format
    assert parts.good(key(day=here.published_on, slug=here.slug)) is not None
    # The newest one does.
    assert parts.good(key(day=after.published_on, slug=after.slug)) is None
    page_cache.clock.notice(f"gone:{old.pk}")
    assert parts.good(key(day=here.published_on, slug=here.slug)) is None
