"""The front page: what leads, what is never shown, and what it costs."""

import datetime

import pytest
from django.utils import timezone

from articles.choices import Kind
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    PhotoFactory,
    PlaceFactory,
    PublicationFactory,
    RedirectFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db


def hours_ago(hours):
    return timezone.now() - datetime.timedelta(hours=hours)


def front(client, query=""):
    response = client.get(f"/{query}")
    assert response.status_code == 200
    return response


def test_front_of_an_empty_publication_answers_with_its_name(client):
    PublicationFactory(name="Kabar Uji")
    response = front(client)
    assert "<title>Kabar Uji</title>" in response.content.decode()
    assert response.context["lead"] is None


def test_front_leads_with_the_newest_story_that_has_a_photo(client):
    ArticleFactory(is_public=True, publish_at=hours_ago(1))
    pictured = ArticlePhotoFactory(
        article=ArticleFactory(is_public=True, publish_at=hours_ago(2))
    ).article
    ArticlePhotoFactory(article=ArticleFactory(is_public=True, publish_at=hours_ago(3)))
    assert front(client).context["lead"] == pictured


def test_front_leads_with_the_newest_story_when_none_has_a_photo(client):
    newest = ArticleFactory(is_public=True, publish_at=hours_ago(1))
    ArticleFactory(is_public=True, publish_at=hours_ago(2))
    assert front(client).context["lead"] == newest


def test_front_never_sets_a_paid_story_among_the_first(client):
    paid = ArticlePhotoFactory(
        article=ArticleFactory(
            is_public=True, kind=Kind.PAID, sponsor="PT Griya", publish_at=hours_ago(1)
        )
    ).article
    free = ArticleFactory(is_public=True, publish_at=hours_ago(2))
    response = front(client)
    assert response.context["lead"] == free
    assert list(response.context["secondary"]) == []
    assert response.context["column"] == [paid]


def test_front_labels_a_paid_story_with_who_paid(client):
    ArticleFactory(is_public=True, publish_at=hours_ago(1))
    ArticleFactory(
        is_public=True, kind=Kind.PAID, sponsor="PT Griya Balangsuka", publish_at=hours_ago(2)
    )
    html = front(client).content.decode()
    # Once in Terkini, once in its section's block.
    assert html.count("PT Griya Balangsuka") == 2
    assert html.count(str(Kind.PAID.label)) == 2


def test_front_shows_no_story_twice_above_its_sections(client):
    section = SectionFactory()
    for hours in range(1, 20):
        ArticleFactory(is_public=True, section=section, publish_at=hours_ago(hours))
    context = front(client).context
    shown = [context["lead"], *context["secondary"], *context["below"], *context["column"]]
    assert len(shown) == len(set(shown)) == 16


def test_front_blocks_take_different_shapes_and_leave_out_empty_sections(client):
    for _ in range(4):
        section = SectionFactory()
        for hours in range(30, 33):
            ArticleFactory(is_public=True, section=section, publish_at=hours_ago(hours))
    SectionFactory()
    lead_section = SectionFactory()
    for hours in range(1, 8):
        ArticleFactory(is_public=True, section=lead_section, publish_at=hours_ago(hours))
    blocks = front(client).context["blocks"]
    assert [block.shape for block in blocks] == ["big", "three", "list", "big"]


def test_front_hides_drafts_scheduled_and_withdrawn_stories(client):
    for number, options in enumerate([{}, {"is_scheduled": True}, {"is_withdrawn": True}]):
        ArticleFactory(headline=f"Jangan tampil {number}", **options)
    assert "Jangan tampil" not in front(client).content.decode()


def test_front_keeps_the_focal_point_in_sight(client):
    photo = PhotoFactory(focal_x=0.31, focal_y=0.98)
    ArticlePhotoFactory(article=ArticleFactory(is_public=True), photo=photo)
    assert 'class="fx3 fy10"' in front(client).content.decode()


def test_front_prints_the_place_and_a_time_with_offset(client):
    place = PlaceFactory(name="Lappabatu")
    moment = datetime.datetime(2020, 12, 2, 8, 9, tzinfo=datetime.UTC)
    ArticleFactory(is_public=True, place=place, publish_at=moment)
    html = front(client).content.decode()
    assert 'Lappabatu, <time datetime="2020-12-02T16:09:00+08:00" data-ago>' in html


def test_front_follows_an_old_address_in_its_query(client):
    RedirectFactory(path="/?p=12", target="/terkini/")
    response = client.get("/?p=12")
    assert (response.status_code, response["Location"]) == (301, "/terkini/")


def test_front_ignores_other_queries(client):
    front(client, "?utm_source=wa")


@pytest.mark.parametrize("count", [1, 3])
def test_front_costs_six_queries(client, django_assert_num_queries, count):
    for _ in range(count):
        ArticlePhotoFactory(article=ArticleFactory(is_public=True))
    # Publication, sections with the ids of their newest, the newest stories, their photos, the counts of
    # their comments; the slots of the page.
    with django_assert_num_queries(6):
        front(client)


def test_front_costs_two_more_queries_when_sections_reach_further_back(
    client, django_assert_num_queries
):
    busy, quiet = SectionFactory(), SectionFactory()
    for hours in range(1, 30):
        ArticlePhotoFactory(
            article=ArticleFactory(is_public=True, section=busy, publish_at=hours_ago(hours))
        )
    old = ArticleFactory(is_public=True, section=quiet, publish_at=hours_ago(99))
    with django_assert_num_queries(8):
        blocks = front(client).context["blocks"]
    assert blocks[-1].stories == [old]
