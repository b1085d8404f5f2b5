"""Slots on readers' pages as the server writes them: space, words, what stands there without script, page facts."""

from __future__ import annotations

import datetime
import json
import re
from html.parser import HTMLParser

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ads import pages, rotation, tokens
from ads.choices import CreativeState, FlightKind, FlightState
from ads.facts import page_facts
from ads.models import Category, Placement, SilencePeriod
from ads.sizes import DESKTOP_SIZES, LARGE_AREA, PHONE_SIZES, needed_share
from articles.models import Article
from articles.templatetags.site import _middle
from newsroom.settings import BASE_DIR
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    AuthorFactory,
    BylineFactory,
    OrganisationFactory,
    PageFactory,
    PersonFactory,
    PlaceFactory,
    PostFactory,
    PublicationFactory,
    SectionFactory,
    TenureFactory,
    province,
)

from .factories import AdvertiserFactory, CampaignFactory, CreativeFactory, FlightFactory, days

pytestmark = pytest.mark.django_db

OWN_LINE = "This space is free for your business"
SIX = "".join(f"<p>Paragraf {n}.</p>" for n in range(1, 7))
KEYS = ["article-top-1", "article-top-2", "article-text", "article-side", "article-end"]


@pytest.fixture(autouse=True)
def newsroom(settings):
    settings.LANGUAGE_CODE = "en"
    PublicationFactory()


def story(**more) -> Article:
    return ArticleFactory(is_public=True, body=SIX, **more)


def html_of(client, path: str) -> str:
    return client.get(path).content.decode()


def page_of(client, article: Article) -> str:
    return html_of(client, article.get_absolute_url())


def keys_in(html: str) -> list[str]:
    return re.findall(r'data-sela="([a-z0-9-]+)"', html)


def slot_in(html: str, key: str) -> str:
    return re.search(rf'<div class="sela[^>]*data-sela="{key}">.*?</div>\n</div>', html, re.S)[0]


def facts_in(html: str) -> dict | None:
    found = re.search(r'<script id="sela-page" type="application/json">(.*?)</script>', html)
    return json.loads(found[1]) if found else None


def house_creative(**flight):
    campaign = CampaignFactory(
        advertiser=flight.pop("advertiser", None) or AdvertiserFactory(is_house=True),
        **({"category": flight.pop("category")} if "category" in flight else {}),
    )
    made = FlightFactory(campaign=campaign, kind=FlightKind.HOUSE, creatives=0, **flight)
    return CreativeFactory(flight=made, headline="Langganan buletin", approved=True)


def put(creative, key: str = "article-top-1") -> None:
    Placement.objects.filter(key=key).update(fallback=creative)


class TestSpace:
    def test_style_sheet_has_a_rule_for_each_size_and_no_other(self):
        css = (BASE_DIR / "static/site/sela.css").read_text()
        rules = re.findall(r"\.sela-([pd])-(\d+)x(\d+) \{ --w: (\d+); --h: (\d+); display", css)
        assert [f"{w}x{h}" for screen, *_, w, h in rules if screen == "p"] == list(PHONE_SIZES)
        assert [f"{w}x{h}" for screen, *_, w, h in rules if screen == "d"] == list(DESKTOP_SIZES)
        assert all((w, h) == (wide, high) for _screen, w, h, wide, high in rules)

    def test_slot_has_the_class_of_its_size_on_each_screen(self, client):
        html = page_of(client, story())
        assert '<div class="sela sela-p-320x100 sela-d-970x90" role' in slot_in(html, KEYS[0])
        assert '<div class="sela sela-d-300x600 sela-side" role' in slot_in(html, "article-side")

    def test_size_that_the_desk_chose_is_the_size_of_the_slot(self, client):
        Placement.objects.filter(key=KEYS[0]).update(desktop_size="970x250", phone_size="")
        assert '<div class="sela sela-d-970x250" role' in slot_in(page_of(client, story()), KEYS[0])

    def test_slot_that_is_off_is_not_on_the_page(self, client):
        Placement.objects.filter(key__in=["article-top-2", "article-side"]).update(is_on=False)
        html = page_of(client, story())
        assert keys_in(html) == ["article-top-1", "article-text", "article-end"]
        assert 'class="beside"' not in html


class TestWords:
    def test_slot_says_in_visible_text_what_it_is(self, client):
        slot = slot_in(page_of(client, story()), "article-end")
        assert 'role="group" aria-labelledby="sela-article-end"' in slot
        assert '<p class="sela-word" id="sela-article-end">Advertisement</p>' in slot

    def test_page_has_no_name_that_filter_lists_hide(self, client):
        html = page_of(client, story()).lower()
        for name in ('class="iklan', 'id="iklan', "slotiklan", "labeliklan", "article-adv"):
            assert name not in html
        assert not re.search(r'aria-label="(iklan|advertisement)', html)
        assert not re.search(r'(?:src|href)="[^"]*(/ads/|/iklan/|-iklan)', html)


class TestWhereSlotsStand:
    def test_story_has_two_above_one_in_the_text_one_beside_and_one_at_the_end(self, client):
        html = page_of(client, story())
        assert keys_in(html) == KEYS
        places = [html.index(f'data-sela="{key}"') for key in KEYS]
        marks = ["<article", "Paragraf 3.", "Paragraf 4.", "</article>", 'class="after"', "</main>"]
        article, third, fourth, end, after, main = (html.index(mark) for mark in marks)
        assert places[1] < article < third < places[2] < fourth < end < places[3]
        assert after < places[4] < main

    def test_nothing_stands_between_headline_and_first_paragraph(self, client):
        html = page_of(client, story())
        assert "sela" not in html[html.index("<h1") : html.index("Paragraf 1.")]

    def test_front_page_has_two(self, client):
        story()
        assert keys_in(html_of(client, "/")) == ["front-top", "front-middle"]

    def test_empty_front_page_has_none(self, client):
        assert keys_in(html_of(client, "/")) == []

    @pytest.mark.parametrize(
        "path",
        [
            *("/rubrik/ekonomi/", "/terkini/", "/terpopuler/", "/tag/laut/", "/penulis/rahma/"),
            *("/arsip/2020/", "/arsip/2020/12/", "/arsip/2020/12/02/"),
            *("/tokoh/", "/tokoh/andi/", "/lembaga/dinas/"),
        ],
    )
    def test_lists_have_one_and_say_which_list_they_are(self, client, path):
        section = SectionFactory(slug="ekonomi")
        day = datetime.datetime(2020, 12, 2, 9, tzinfo=datetime.UTC)
        article = story(section=section, publish_at=day, tags=["laut"])
        BylineFactory(article=article, author=AuthorFactory(slug="rahma"))
        TenureFactory(
            person=PersonFactory(slug="andi"),
            post=PostFactory(organisation=OrganisationFactory(slug="dinas", is_public=True)),
        )
        html = html_of(client, path)
        assert keys_in(html) == ["list-top"]
        key = f"list-{section.pk}" if path == "/rubrik/ekonomi/" else "list"
        assert facts_in(html)["key"] == key

    @pytest.mark.parametrize(
        "path",
        [
            *("/redaksi/", "/privasi/", "/pedoman-media-siber/", "/kontak/", "/ralat/"),
            *("/cari/?q=pasar", "/halaman/kami/", "/tidak-ada/", "/akun/masuk/"),
        ],
    )
    def test_other_pages_have_neither_slots_nor_script(self, client, path):
        PageFactory(slug="kami")
        assert "sela" not in html_of(client, path)

    def test_paid_story_has_no_slot_and_counts_its_views(self, client, django_assert_num_queries):
        article = story(kind="paid", sponsor="Bank Contoh")
        # Nobody asks for slots here, as the nine of others do; there is nothing to count the comments of.
        with django_assert_num_queries(8):
            html = page_of(client, article)
        assert keys_in(html) == []
        assert 'class="beside"' not in html
        assert tokens.read_page_token(facts_in(html)["token"]).article == article.pk

    def test_withdrawn_story_has_neither(self, client):
        html = page_of(client, ArticleFactory(is_withdrawn=True))
        assert "sela" not in html


class TestPageFacts:
    def test_story_tells_what_the_rules_ask(self, client):
        village = PlaceFactory(parent=PlaceFactory(), kind="village")
        article = story(place=village, tags=["laut", "ikan"], is_tragedy=True)
        tenure = TenureFactory()
        line = AttendanceFactory(
            article=article, person=tenure.person, tenure=tenure,
            represents_person=PersonFactory(),
        )  # fmt: skip
        delegation = AttendanceFactory(
            article=article, person=None, organisation=OrganisationFactory(),
            represents_post=PostFactory(),
        )  # fmt: skip
        host = AttendanceFactory(
            article=article, person=None, group_label="warga",
            represents_organisation=OrganisationFactory(),
        )  # fmt: skip
        facts = facts_in(page_of(client, article))
        assert tokens.read_page_token(facts.pop("token")) == tokens.Page(
            "article", article.section_id, article.pk
        )
        assert facts == {
            "key": f"article-{article.section_id}",
            "tags": sorted(tag.pk for tag in article.tags.all()),
            "at": sorted([village.pk, village.parent_id, province("73").pk]),
            "people": sorted([line.person_id, line.represents_person_id]),
            "orgs": sorted(
                [
                    tenure.post.organisation_id,
                    delegation.organisation_id,
                    delegation.represents_post.organisation_id,
                    host.represents_organisation_id,
                ]
            ),
            "tragedy": True,
            "free": [OWN_LINE, "/kontak/"],
        }

    def test_story_that_protects_identities_tells_nobody(self, client):
        article = story(is_identity_protected=True, tags=["sekolah x"])
        AttendanceFactory(article=article, represents_organisation=OrganisationFactory())
        facts = facts_in(page_of(client, article))
        assert facts["protected"] is True
        assert facts.keys() & {"people", "orgs", "tags"} == set()

    def test_page_of_a_person_or_an_organisation_says_whose_it_is(self, client):
        tenure = TenureFactory(post=PostFactory(organisation=OrganisationFactory(is_public=True)))
        person, organisation = tenure.person, tenure.post.organisation
        told = facts_in(html_of(client, person.get_absolute_url()))
        assert (told["key"], told["people"], told.get("orgs")) == ("list", [person.pk], None)
        told = facts_in(html_of(client, organisation.get_absolute_url()))
        assert (told["key"], told["orgs"], told.get("people")) == ("list", [organisation.pk], None)

    def test_facts_of_the_page_are_those_of_the_policy(self):
        article = story(place=PlaceFactory())
        AttendanceFactory(article=article)
        facts = page_facts(Article.objects.for_page().get(pk=article.pk))
        assert facts.people == {article.attendances.get().person_id}
        assert facts.section == article.section_id

    def test_facts_ask_nothing_of_the_database(self, django_assert_num_queries):
        village = PlaceFactory(parent=PlaceFactory(parent=PlaceFactory()), kind="village")
        article = story(place=village)
        for _ in range(3):
            tenure = TenureFactory()
            AttendanceFactory(
                article=article, person=tenure.person, tenure=tenure, represents_post=PostFactory()
            )
        fetched = Article.objects.for_page().get(pk=article.pk)
        with django_assert_num_queries(0):
            assert len(page_facts(fetched).organisations) == 6


class TestWithoutScript:
    def test_free_slot_offers_itself(self, client):
        slot = slot_in(page_of(client, story()), KEYS[0])
        line = f'<p class="sela-own"><a href="/kontak/">{OWN_LINE}</a></p>'
        assert slot.count(line) == 2
        assert slot.index("<noscript>") < slot.index(line)

    def test_house_creative_leads_to_its_own_address(self, client):
        put(house_creative())
        slot = slot_in(page_of(client, story()), KEYS[0])
        assert slot.count("<strong>Langganan buletin</strong>") == 2
        assert (
            '<a class="sela-link sela-words" href="https://toko.example/pakan" target="_blank" '
            'rel="sponsored noopener" referrerpolicy="origin">'
        ) in slot
        assert OWN_LINE not in slot

    def test_picture_stands_on_the_screens_that_it_has_a_size_for(self, client):
        flight = house_creative().flight
        image = {"name": "sela/a.webp", "width": 640, "height": 200}
        creative = CreativeFactory(
            flight=flight, kind="image", images={"320x100": image}, approved=True
        )
        put(creative)
        slot = slot_in(page_of(client, story()), KEYS[0])
        assert (
            '<div class="sela-on-phone"><a class="sela-link" href="https://toko.example/pakan"'
            in slot
        )
        assert (
            '<img src="/media/sela/a.webp" alt="Pakan ayam murah" width="320" height="100"' in slot
        )
        assert '<div class="sela-on-desktop"><p class="sela-own">' in slot

    @pytest.mark.parametrize(
        "flight",
        [
            {"booked": False},
            {"days": days(-7, 0)},
            {"days": days(1, 7)},
        ],
    )
    def test_house_creative_whose_flight_does_not_run_is_not_shown(self, client, flight):
        put(house_creative(**flight))
        assert OWN_LINE in slot_in(page_of(client, story()), KEYS[0])

    @pytest.mark.parametrize("state", [FlightState.STOPPED, FlightState.PAUSED])
    def test_house_creative_whose_flight_was_stopped_is_not_shown(self, client, state):
        creative = house_creative()
        put(creative)
        creative.flight.state = state
        creative.flight.save(update_fields=["state"])
        assert OWN_LINE in slot_in(page_of(client, story()), KEYS[0])

    def test_creative_that_was_taken_out_is_not_shown(self, client):
        creative = house_creative()
        put(creative)
        creative.state = CreativeState.RETIRED
        creative.save(update_fields=["state"])
        assert OWN_LINE in slot_in(page_of(client, story()), KEYS[0])

    def test_creative_that_is_not_of_the_house_is_not_shown(self, client):
        put(FlightFactory().creatives.get())
        assert OWN_LINE in slot_in(page_of(client, story()), KEYS[0])

    def test_brakes_hold_without_script_too(self, client):
        put(house_creative(category=Category.objects.get(name="Politik")))
        article = story()
        assert OWN_LINE not in slot_in(page_of(client, article), KEYS[0])
        tragic = story(is_tragedy=True)
        assert OWN_LINE in slot_in(page_of(client, tragic), KEYS[0])
        today = timezone.localdate()
        SilencePeriod.objects.create(
            name="Masa tenang", days=(today, today + datetime.timedelta(days=3))
        )
        assert OWN_LINE in slot_in(page_of(client, article), KEYS[0])

    def test_house_with_a_linked_person_is_not_on_a_story_that_names_the_person(self, client):
        owner = PersonFactory()
        put(house_creative(advertiser=AdvertiserFactory(is_house=True, people=[owner])))
        article = story()
        assert OWN_LINE not in slot_in(page_of(client, article), KEYS[0])
        AttendanceFactory(article=article, person=owner)
        assert OWN_LINE in slot_in(page_of(client, article), KEYS[0])
        protected = story(is_identity_protected=True)
        assert OWN_LINE in slot_in(page_of(client, protected), KEYS[0])

    @pytest.mark.parametrize("whose", ["person", "organisation"])
    def test_house_with_a_linked_name_is_not_on_the_page_of_that_name(self, client, whose):
        tenures = [
            TenureFactory(post=PostFactory(organisation=OrganisationFactory(is_public=True)))
            for _step in range(2)
        ]
        if whose == "person":
            owner, other = (tenure.person for tenure in tenures)
            linked = {"people": [owner]}
        else:
            owner, other = (tenure.post.organisation for tenure in tenures)
            linked = {"organisations": [owner]}
        put(house_creative(advertiser=AdvertiserFactory(is_house=True, **linked)), "list-top")
        own, others = (html_of(client, one.get_absolute_url()) for one in (owner, other))
        assert OWN_LINE in slot_in(own, "list-top")
        assert OWN_LINE not in slot_in(others, "list-top")

    @pytest.mark.parametrize("count", [1, 3])
    def test_slots_cost_one_query_however_many_are_filled(
        self, client, django_assert_num_queries, count
    ):
        for key in KEYS[:count]:
            put(house_creative(advertiser=AdvertiserFactory(is_house=True)), key)
        article = Article.objects.for_page().get(pk=story().pk)
        facts = page_facts(article)
        with django_assert_num_queries(1):
            slots = pages.slots_of(facts)
            assert [slot.showings[0].creative is not None for slot in slots.values()] == [
                number < count for number in range(5)
            ]


class TestPreview:
    @pytest.fixture
    def preview(self, rf):
        def show(creative, key=KEYS[0], **article):
            from articles.views.story import show

            found = Article.objects.for_page().get(pk=story(**article).pk)
            preview = {"placement": key, "creative": creative}
            return show(rf.get("/"), found, preview=preview).content.decode()

        return show

    def test_preview_draws_the_creative_on_both_screens_and_says_that_it_is_one(self, preview):
        slot = slot_in(preview(CreativeFactory(headline="Belum disetujui")), KEYS[0])
        assert slot.count("<strong>Belum disetujui</strong>") == 2
        assert "Advertisement (preview)" in slot
        assert "<noscript>" not in slot

    def test_other_slots_show_our_own_line_for_everybody(self, preview):
        html = preview(CreativeFactory())
        for key in KEYS[1:]:
            slot = slot_in(html, key)
            assert OWN_LINE in slot
            assert "<noscript>" not in slot
            assert "(preview)" not in slot

    def test_preview_can_neither_draw_nor_count(self, preview):
        html = preview(CreativeFactory())
        assert facts_in(html) is None
        assert "sela.js" not in html

    def test_picture_without_that_size_is_seen_to_be_missing(self, preview):
        image = {"name": "sela/a.webp", "width": 640, "height": 200}
        slot = slot_in(preview(CreativeFactory(kind="image", images={"320x100": image})), KEYS[0])
        assert '<div class="sela-on-desktop"><p class="sela-own">' in slot


class Depth(HTMLParser):
    """How deep a piece of HTML leaves off, and how far it falls below where it began."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.lowest = 0

    def handle_starttag(self, tag, attrs):
        self.depth += tag not in {"br", "hr", "img"}

    def handle_endtag(self, tag):
        self.depth -= 1
        self.lowest = min(self.lowest, self.depth)


BLOCKS = st.sampled_from(
    [
        "<p>Kata.</p>",
        "<p>Kata <em>miring</em>.</p>\n",
        "<p></p>",
        "<p><br></p>",
        "<h2>Judul</h2>",
        "<ul><li><p>satu</p></li><li>dua</li></ul>",
        "<blockquote><p>Kutipan.</p><p>Lagi.</p></blockquote>",
        "<table><tbody><tr><td><p>1</p></td></tr></tbody></table>",
        '<figure><img src="/media/a.jpg" alt="a > b </p>"><figcaption><p>x</p></figcaption></figure>',
        "<hr>",
        "tanpa paragraf",
    ]
)


class TestInTheText:
    def cut(self, *blocks: str) -> int:
        """After how many of the blocks it is parted; all of them when it is not."""
        ends = [len("".join(blocks[: number + 1])) for number in range(len(blocks))]
        return ends.index(_middle("".join(blocks))) + 1

    def test_text_of_five_paragraphs_is_not_parted(self):
        assert self.cut(*["<p>x</p>"] * 5) == 5

    def test_text_of_six_paragraphs_is_parted_after_the_third(self):
        assert self.cut(*["<p>x</p>"] * 6) == 3
        assert _middle("<p>x</p>\n" * 6) == len("<p>x</p>\n" * 3) - 1

    def test_empty_paragraphs_do_not_count(self):
        assert self.cut(*["<p>x</p>", "<p></p>"] * 5) == 10

    def test_slot_waits_until_a_paragraph_follows(self):
        three, figure = ["<p>x</p>"] * 3, "<figure><figcaption>y</figcaption></figure>"
        assert self.cut(*three, figure, "<p>a</p>", "<p>b</p>", "<p>c</p>") == 5
        assert self.cut(*three, "<h2>y</h2>", "<p>a</p>", "<p>b</p>", "<p>c</p>") == 5

    def test_paragraphs_in_lists_and_quotations_neither_count_nor_part(self):
        quotation = "<blockquote><p>a</p><p>b</p><p>c</p><p>d</p></blockquote>"
        assert self.cut("<p>x</p>", quotation, "<p>y</p>", "<p>z</p>") == 4

    @given(st.lists(BLOCKS, max_size=14).map("".join))
    def test_both_parts_are_whole(self, body):
        cut = _middle(body)
        for part in (body[:cut], body[cut:]):
            depth = Depth()
            depth.feed(part)
            assert (depth.depth, depth.lowest) == (0, 0)
        if cut < len(body):
            assert body[:cut].rstrip().endswith("</p>")
            assert body[cut:].lstrip().startswith("<p>")


def test_the_script_goes_by_the_same_numbers_as_the_server():
    script = (BASE_DIR / "static/site/sela.js").read_text()
    assert f"width * height > {LARGE_AREA} ? 0.3 : 0.5" in script
    assert (needed_share("970x250"), needed_share("970x90")) == (0.3, 0.5)
    assert f"const TELLABLE = {tokens.TELLABLE_SECONDS // 3600} * 3600e3;" in script
    good_for = int(re.search(r"const GOOD_FOR = (\d+)e3;", script)[1])
    assert rotation.CACHE_SECONDS <= good_for < rotation.GONE_SECONDS
