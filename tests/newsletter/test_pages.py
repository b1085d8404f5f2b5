"""The newsletter on the site: pages that are the same for everybody, and never older than what they show."""

from __future__ import annotations

import datetime
import re

import pytest

from articles import holding
from articles.choices import Kind, Status
from articles.models import Article, Correction
from newsletter.models import Issue, Newsletter
from tests.factories import CorrectionFactory, SectionFactory

from . import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue() -> Issue:
    sea = SectionFactory(name="Laut")
    make.story("Lead", section=sea, minutes_ago=10)
    make.story("Second", section=sea, minutes_ago=20)
    make.story("Third", section=sea, minutes_ago=30, kind=Kind.PAID, sponsor="Toko")
    CorrectionFactory(article=make.story("Wrong", section=sea, minutes_ago=40), text="It is 42.")
    return make.made_issue()


def test_issue_stands_on_the_site_with_its_stories_labels_and_corrections(client, issue):
    page = client.get(issue.get_absolute_url())
    text = page.content.decode()
    places = [text.index(words) for words in (">Lead<", ">Second<", ">Third<", "It is 42.")]
    assert places == sorted(places)
    assert "Advertorial" in text and "paid for by Toko" in text
    assert "csrf" not in text and not page.cookies


def test_a_story_that_is_not_public_any_more_is_gone_at_once(client, issue):
    Article.objects.filter(headline="Second").update(status=Status.DRAFT)
    text = client.get(issue.get_absolute_url()).content.decode()
    assert "Second" not in text and "Lead" in text
    Article.objects.filter(headline="Lead").update(status=Status.DRAFT)
    assert "Lead" not in client.get(issue.get_absolute_url()).content.decode()
    Article.objects.update(status=Status.DRAFT)
    text = client.get(issue.get_absolute_url()).content.decode()
    assert "No story of this issue is public any more." in text


def test_the_site_shows_the_words_of_today(client, issue):
    Article.objects.filter(headline="Second").update(headline="Corrected since")
    text = client.get(issue.get_absolute_url()).content.decode()
    assert "Corrected since" in text and "Second" not in text


def test_a_correction_whose_words_are_held_back_since_is_in_no_issue(client, issue):
    address = issue.get_absolute_url()
    assert "It is 42." in client.get(address).text
    holding.hold(Correction.objects.get(), why="Court order", by=None)
    assert "It is 42." not in client.get(address).text


@pytest.mark.parametrize("day", ["2026/02/30", "2020/01/01", "0000/00/00"])
def test_a_day_without_an_issue_is_not_there(client, issue, day):
    assert client.get(f"/buletin/{day}/").status_code == 404


def test_an_issue_that_is_only_planned_is_not_on_the_site(client):
    planned = Issue.objects.create(day=datetime.date(2026, 1, 5), greeting="Not yet")
    assert client.get(planned.get_absolute_url()).status_code == 404
    assert "/buletin/2026/01/05/" not in client.get("/buletin/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_however_much_they_show(client, count, django_assert_num_queries):
    sea = SectionFactory()
    for _n in range(count):
        CorrectionFactory(article=make.story(section=sea))
    made = make.made_issue()
    # The issue, its entries, their stories, the settings; the publication and the sections of the frame.
    with django_assert_num_queries(6):
        client.get(made.get_absolute_url())
    with django_assert_num_queries(4):
        client.get("/buletin/")


def test_own_pages_are_never_kept(reader, page_cache):
    row = make.open_subscription()
    for link in (make.links.leaving(row), make.links.choosing(row), make.links.confirming(row)):
        page = reader.get(make.path_of(link))
        assert page.status == 200
        assert page.headers["Cache-Control"] == "private, no-store"
    make.Subscriber.objects.all().delete()
    assert reader.get(make.path_of(make.links.leaving(row))).status == 410


def test_below_a_story_one_quiet_line_leads_to_the_newsletter(reader, page_cache):
    """It is the same for everybody, and asks nothing: a page that is kept does not end with an issue."""
    story = make.story()
    text = reader.get(story.get_absolute_url()).text
    [line] = re.findall(r'<p class="by-mail">.*</p>', text)
    assert re.findall('href="([^"]+)"', line) == ["/buletin/"]
    assert len(line) < 250 and "<form" not in line
    assert text.index("</article>") < text.index(line) < text.index("</main>")
    # Behind everybody's back, so that it shows whether the page is kept.
    Article.objects.filter(pk=story.pk).update(headline="Other")
    Newsletter.objects.create(is_on=False)
    page_cache.clock.notice("issues")
    assert "Other" not in reader.get(story.get_absolute_url()).text


def test_newsletters_page_says_when_it_goes_out(client):
    Newsletter.objects.create(send_at="05:30")
    assert "each day at 05.30" in client.get("/buletin/").content.decode()
