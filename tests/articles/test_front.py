"""The front page: what leads, what is never shown, and what it costs."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from articles.choices import Kind
from articles.models import Article, ArticleViews
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    BreakingNewsFactory,
    FrontLayoutFactory,
    FrontPlacementFactory,
    PhotoFactory,
    PlaceFactory,
    PublicationFactory,
    RedirectFactory,
    SectionFactory,
    StaffFactory,
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
def test_front_costs_eight_queries_when_nothing_is_kept(client, django_assert_num_queries, count):
    for _ in range(count):
        article = ArticleFactory(is_public=True)
        ArticlePhotoFactory(article=article)
        ArticleViews.objects.create(article=article, hour=timezone.now(), views=1)
    # Publication, sections; what was placed, the newest stories, the keys of each section's newest; the slots of the
    # page; the most read stories' keys and themselves.
    with django_assert_num_queries(8):
        front(client)


def test_front_costs_one_more_query_when_sections_reach_further_back(
    client, django_assert_num_queries
):
    busy, quiet = SectionFactory(), SectionFactory()
    for hours in range(1, 30):
        ArticlePhotoFactory(
            article=ArticleFactory(is_public=True, section=busy, publish_at=hours_ago(hours))
        )
    old = ArticleFactory(is_public=True, section=quiet, publish_at=hours_ago(99))
    # Nobody was counted, in a day and in a week.
    with django_assert_num_queries(8 + 1):
        blocks = front(client).context["blocks"]
    assert blocks[-1].stories == [old]


def place(*placements, **fields):
    """An arrangement that began an hour ago, of (slot, position, story)."""
    layout = FrontLayoutFactory(**fields)
    for slot, position, story in placements:
        FrontPlacementFactory(layout=layout, slot=slot, position=position, article=story)
    return layout


def heads(response):
    """What stands above the sections: the lead, beside it, below it."""
    context = response.context
    return [context["lead"], list(context["secondary"]), list(context["below"])]


@pytest.fixture
def stories():
    """Seven public stories, newest first: as many as the slots are."""
    PublicationFactory()
    return [ArticleFactory(is_public=True, publish_at=hours_ago(n)) for n in range(1, 8)]


class TestArranged:
    def test_empty_slots_take_the_newest_that_stand_nowhere_else(self, client, stories):
        a, b, c, d, e, f, g = stories
        place(("lead", 0, d), ("secondary", 1, f), ("pinned", 1, b))
        assert heads(front(client)) == [d, [a, f, c, e], [g, b]]

    def test_an_arrangement_without_stories_is_the_automatic_page(self, client, stories):
        automatic = heads(front(client))
        place(("lead", 0, stories[3]))
        place(starts_at=hours_ago(0))
        assert heads(front(client)) == automatic

    @pytest.mark.parametrize(
        "changes",
        [
            {"status": "draft", "publish_at": None, "published_on": None},
            {"publish_at": hours_ago(-1)},
            {"unpublish_at": hours_ago(0)},
            {"kind": Kind.PAID, "sponsor": "PT Griya"},
        ],
    )
    def test_a_story_that_does_not_fit_any_more_gives_its_slot_up(self, changes, client, stories):
        place(("lead", 0, stories[3]))
        Article.objects.filter(pk=stories[3].pk).update(**changes)
        assert front(client).context["lead"] == stories[0]

    def test_a_withdrawn_story_gives_its_slot_up(self, client, stories):
        place(("lead", 0, ArticleFactory(is_withdrawn=True)))
        assert front(client).context["lead"] == stories[0]

    def test_a_scheduled_story_takes_its_slot_when_it_comes_out(self, client, stories):
        soon = ArticleFactory(is_scheduled=True)
        place(("lead", 0, soon))
        assert front(client).context["lead"] == stories[0]
        with time_machine.travel(hours_ago(-2), tick=False):
            assert front(client).context["lead"] == soon

    def test_the_newest_that_began_stands_and_one_to_come_does_not(self, client, stories, editor):
        place(("lead", 0, stories[1]), starts_at=hours_ago(3))
        place(("lead", 0, stories[2]), starts_at=hours_ago(2))
        place(("lead", 0, stories[3]), starts_at=hours_ago(-1))
        place(
            ("lead", 0, stories[4]), starts_at=hours_ago(1), is_cancelled=True, cancelled_by=editor
        )
        assert front(client).context["lead"] == stories[2]
        with time_machine.travel(hours_ago(-2), tick=False):
            assert front(client).context["lead"] == stories[3]

    def test_a_story_leaves_its_slot_at_its_time(self, client, stories):
        layout = place(("lead", 0, stories[5]))
        layout.placements.update(until=hours_ago(-1))
        assert front(client).context["lead"] == stories[5]
        with time_machine.travel(hours_ago(-2), tick=False):
            assert front(client).context["lead"] == stories[0]

    def test_a_story_that_protects_identities_leads_without_its_photo(self, client, stories):
        photo = PhotoFactory(alt_text="Wajah seorang anak")
        story = ArticleFactory(is_public=True, is_identity_protected=True)
        ArticlePhotoFactory(article=story, photo=photo)
        place(("lead", 0, story))
        response = front(client)
        assert response.context["lead"] == story
        assert "Wajah seorang anak" not in response.content.decode()

    def test_an_old_story_stands_where_it_was_put_and_nowhere_else(self, client, stories):
        section = stories[0].section
        for hours in range(10, 40):
            ArticleFactory(is_public=True, section=section, publish_at=hours_ago(hours))
        old = ArticleFactory(is_public=True, section=section, publish_at=hours_ago(999))
        place(("secondary", 0, old))
        response = front(client)
        assert response.context["secondary"][0] == old
        assert response.content.decode().count(old.get_absolute_url()) == 1

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_costs_nothing_more(self, client, stories, django_assert_num_queries, count):
        for number in range(count):
            place(("lead", 0, stories[0]), starts_at=hours_ago(number))
        BreakingNewsFactory(article=stories[0])
        # Nobody was counted, in a day and in a week; arrangement and breaking news ride on the publication.
        with django_assert_num_queries(8):
            assert front(client).context["breaking"] is not None

    def test_an_old_story_costs_nothing_more(self, client, stories, django_assert_num_queries):
        busy = stories[0].section
        for hours in range(10, 40):
            ArticlePhotoFactory(
                article=ArticleFactory(is_public=True, section=busy, publish_at=hours_ago(hours))
            )
        place(("lead", 0, ArticleFactory(is_public=True, publish_at=hours_ago(999))))
        # The placed one is read with the newest.
        with django_assert_num_queries(8):
            front(client)


@pytest.fixture
def editor():
    return StaffFactory()


def test_a_placed_story_is_never_hidden_by_many_paid_ones(client):
    PublicationFactory()
    for hours in range(1, 25):
        ArticleFactory(
            is_public=True, kind=Kind.PAID, sponsor="PT Griya", publish_at=hours_ago(hours)
        )
    story = ArticleFactory(is_public=True, publish_at=hours_ago(99))
    place(("lead", 0, story))
    assert heads(front(client)) == [story, [], []]
