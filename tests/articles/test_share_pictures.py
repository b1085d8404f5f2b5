"""What messengers show beside an address: 1200×630, under 300 KB, and never more than may be shown."""

from __future__ import annotations

import datetime
import io
import random
import re
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from articles import photos, share_pictures
from articles.cards import article_meta
from articles.choices import Kind
from articles.drawn import icon
from articles.drawn.card import Card
from articles.drawn.type import face, lines_of, measured, settable
from articles.models import Article, Photo
from articles.people.offices import as_printed
from articles.photos.renditions import wanted
from articles.pictures.cutting import Original
from articles.pictures.shapes import CARD, Cut
from articles.views.people.of_person import newest_office, offices_of, tenures_of
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    InstalmentFactory,
    PersonFactory,
    PhotoFactory,
    PublicationFactory,
    SectionFactory,
    StoryThreadFactory,
    TenureFactory,
    image_file,
)

LIMIT = 300_000


def size_of(png: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(png)).size


def card_of(story: Article) -> str:
    """The path of what is drawn of it."""
    mark = share_pictures.story_card(story, PublicationFactory()).mark
    return f"/kartu/berita/{story.pk}/{mark}.png"


def noise(width: int, height: int) -> ContentFile:
    """The heaviest photo there can be: no point is like the one beside it."""
    pixels = random.Random(1).randbytes(width * height * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), pixels).save(out, "JPEG", quality=84)
    return ContentFile(out.getvalue(), "noise.jpg")


@pytest.mark.django_db
class TestFromAPhoto:
    def test_the_heaviest_photo_makes_a_card_that_whatsapp_shows(self):
        original = Original(noise(1200, 900), (0.5, 0.5))
        card = original.cut(Cut(CARD, "JPEG", 1200))
        assert size_of(card) == (1200, 630)
        assert len(card) < LIMIT

    def test_the_cut_is_among_the_files_of_a_photo(self):
        photo = PhotoFactory(image=image_file(size=(640, 480)))
        photos.make_renditions(photo)
        (card,) = photo.in_shape(CARD)
        assert (card.width, card.height, card.format) == (1200, 630, "JPEG")
        assert size_of(photo.image.storage.open(card.name).read()) == (1200, 630)

    def test_a_small_photo_is_enlarged_and_a_tiny_one_is_not(self):
        small, tiny = Photo(width=640, height=480), Photo(width=500, height=900)
        assert [cut.width for cut in wanted(small) if cut.shape == CARD] == [1200]
        assert not [cut for cut in wanted(tiny) if cut.shape == CARD]

    def test_files_of_the_recipe_before_are_kept(self, monkeypatch):
        photo = PhotoFactory(image=image_file(size=(640, 480)))
        photos.make_renditions(photo)
        others = [one for one in photo.renditions if one.get("shape") != CARD]
        photo.renditions, photo.rendered_recipe = others, 1
        photo.save()
        made = []
        cut = photos.renditions.workshop.cut
        monkeypatch.setattr(
            photos.renditions.workshop,
            "cut",
            lambda file, cuts, focus: cut(file, made.extend(cuts) or cuts, focus),
        )
        photos.make_renditions(photo)
        assert [one.shape for one in made] == [CARD]
        assert others == [one for one in photo.renditions if one.get("shape") != CARD]

    def test_a_story_shows_its_lead_photo_once_it_is_cut_and_words_until_then(self):
        story = ArticleFactory(is_public=True)
        row = ArticlePhotoFactory(article=story, photo__image=image_file(size=(640, 480)))
        page = Article.objects.for_page().get(pk=story.pk)
        assert article_meta(page, PublicationFactory()).picture.url.endswith(card_of(story))
        photos.make_renditions(row.photo)
        page = Article.objects.for_page().get(pk=story.pk)
        picture = article_meta(page, PublicationFactory()).picture
        assert picture.url.endswith(row.photo.in_shape(CARD)[0].name)
        assert (picture.width, picture.height, picture.alt_text) == (1200, 630, "Boats at a quay")

    def test_a_protected_story_has_words_alone(self):
        story = ArticleFactory(is_public=True, is_identity_protected=True)
        row = ArticlePhotoFactory(article=story, photo__image=image_file(size=(640, 480)))
        photos.make_renditions(row.photo)
        page = Article.objects.for_page().get(pk=story.pk)
        assert article_meta(page, PublicationFactory()).picture.url.endswith(card_of(story))


@pytest.mark.django_db
class TestAddresses:
    def test_a_card_is_drawn_once_and_asked_for_again_each_hour(
        self, reader, page_cache, monkeypatch
    ):
        story = ArticleFactory(is_public=True)
        first = reader.get(card_of(story))
        assert (first.status, first.headers["Content-Type"]) == (200, "image/png")
        assert first.headers["Cache-Control"] == "public, max-age=3600"
        assert size_of(first.body) == (1200, 630)
        assert len(first.body) < LIMIT
        monkeypatch.setattr(Card, "as_png", lambda _card: pytest.fail("drawn anew"))
        assert reader.get(card_of(story), HTTP_ACCEPT_ENCODING="br").body == first.body

    def test_a_changed_headline_has_another_address_and_the_old_one_is_gone(self, client):
        story = ArticleFactory(is_public=True, headline="Sebelum")
        before = card_of(story)
        assert client.get(before).status_code == 200
        story.headline = "Sesudah"
        story.save()
        assert client.get(before).status_code == 404
        assert client.get(card_of(story)).status_code == 200

    @pytest.mark.parametrize("state", ["is_withdrawn", "is_scheduled", "is_over", "is_ready"])
    def test_what_is_not_public_has_no_card(self, client, state):
        assert client.get(card_of(ArticleFactory(**{state: True}))).status_code == 404

    def test_made_up_addresses_draw_nothing(self, client, monkeypatch):
        monkeypatch.setattr(Card, "as_png", lambda _card: pytest.fail("drawn"))
        monkeypatch.setattr(icon, "as_png", lambda *_what: pytest.fail("drawn"))
        story, section = ArticleFactory(is_public=True), SectionFactory()
        for path in (
            f"/kartu/berita/{story.pk}/abc.png",
            f"/kartu/berita/{10**30}/abc.png",
            f"/kartu/rubrik/{section.slug}/abc.png",
            "/kartu/abc.png",
            "/ikon/192/abc.png",
            f"/ikon/1024/{icon.mark_of('Newsroom')}.png",
        ):
            assert client.get(path).status_code == 404, path

    def test_pages_other_than_stories_have_a_card_of_their_own(self, client):
        PublicationFactory(tagline="Dari pelabuhan")
        section = SectionFactory(name="Ekonomi")
        for path, alt_text in (
            ("/", "Kabar Tompolangi"),
            (f"/rubrik/{section.slug}/", "Ekonomi – Kabar Tompolangi"),
        ):
            meta = client.get(path).context["meta"]
            assert (meta.picture.width, meta.picture.height) == (1200, 630)
            assert meta.picture.alt_text == alt_text
            answered = client.get(meta.picture.url.partition("127.0.0.1:8000")[2])
            assert size_of(answered.content) == (1200, 630)

    @pytest.fixture
    def named(self):
        """A person, an organisation and a thread with public pages; each with its alternative text."""
        PublicationFactory(tagline="Dari pelabuhan")
        tenure = TenureFactory(
            person__name="Andi Karsina",
            person__degrees="S.H.",
            post__title="Kepala Dinas Sosial",
            post__organisation__name="Dinas Sosial",
            ended_on=None,
        )
        thread = StoryThreadFactory(name="Banjir Bulusirua")
        InstalmentFactory(thread=thread, article=ArticleFactory(is_public=True))
        return {
            "Andi Karsina, S.H.": tenure.person,
            "Dinas Sosial": tenure.post.organisation,
            "Banjir Bulusirua": thread,
        }

    def test_people_organisations_and_threads_have_cards_of_their_own(self, reader, named):
        addresses = set()
        for name, row in named.items():
            page = reader.get(row.get_absolute_url()).text
            (path,) = re.findall(r'property="og:image" content="[^"]*?(/kartu/[^"]+)"', page)
            assert f'property="og:image:alt" content="{name} – Kabar Tompolangi"' in page
            card = reader.get(path)
            assert (card.status, card.headers["Cache-Control"]) == (200, "public, max-age=3600")
            assert size_of(card.body) == (1200, 630) and len(card.body) < LIMIT
            addresses.add(path)
        assert len(addresses) == 3

    def test_made_up_marks_of_names_draw_nothing(self, client, named, monkeypatch):
        monkeypatch.setattr(Card, "as_png", lambda _card: pytest.fail("drawn"))
        for row in named.values():
            path = f"/kartu{row.get_absolute_url()}abc.png"
            assert client.get(path).status_code == 404, path

    def test_who_and_what_has_no_public_page_has_no_card(self, client):
        here = PublicationFactory()
        private = TenureFactory(person__is_public=False, post__organisation__is_public=False)
        thread = StoryThreadFactory()
        InstalmentFactory(thread=thread, article=ArticleFactory(is_withdrawn=True))
        office = private.post.organisation
        for picture in (
            share_pictures.of_person(private.person, as_printed(private), here),
            share_pictures.of_organisation(office, here),
            share_pictures.of_thread(thread, here),
        ):
            assert client.get(urlsplit(picture.url).path).status_code == 404

    def test_the_card_of_a_person_says_the_newest_office(self):
        person = PersonFactory()
        begun = datetime.date(2020, 1, 1)

        def newest():
            return newest_office(offices_of(tenures_of([person.pk])))

        assert newest() == ""
        held = {"person": person, "post__title": "Camat Sela", "ended_on": begun}
        TenureFactory(started_on=datetime.date(2015, 1, 1), **held)
        assert newest() == "Mantan Camat Sela"
        TenureFactory(person=person, post__title="Bupati Sela", started_on=begun, ended_on=None)
        assert newest() == "Bupati Sela"

    def test_what_stands_below_the_name_is_drawn(self):
        bare = Card("Kabar", "Andi " * 40)
        assert bare.as_png() != Card("Kabar", "Andi " * 40, under="Kepala Dinas").as_png()

    def test_a_paid_story_says_so_on_its_card(self):
        story = ArticleFactory(is_public=True, kind=Kind.PAID, sponsor="Toko Makmur")
        card = share_pictures.story_card(story, PublicationFactory())
        assert card.label == "Advertorial"
        assert card.as_png() != Card(**{**vars(card), "label": ""}).as_png()

    def test_the_icon_has_the_initials_and_each_size(self, client):
        PublicationFactory()
        assert icon.initials_of("Kabar Tompolangi") == "KT"
        for kind, (side, _share) in icon.KINDS.items():
            found = client.get(f"/ikon/{kind}/{icon.mark_of('Kabar Tompolangi')}.png")
            assert size_of(found.content) == (side, side)
            assert found["Cache-Control"] == "public, max-age=31536000, immutable"


class TestType:
    def test_the_face_has_all_of_ascii(self):
        font = face(40)
        missing = bytes(font.getmask("\uffff"))
        assert [
            sign for sign in map(chr, range(33, 127)) if bytes(font.getmask(sign)) == missing
        ] == []

    def test_signs_that_the_face_lacks_are_left_out_and_marks_taken_off(self):
        assert settable("Panen 🎉 raya – “baik” ḿ") == "Panen raya – “baik” m"

    @pytest.mark.parametrize("text", ["خبر", "新聞", "Berita ᨅᨔ"])
    def test_of_another_script_nothing_is_set_rather_than_boxes(self, text):
        assert settable(text) == ""
        assert size_of(Card("Kabar", text).as_png()) == (1200, 630)

    @given(st.text(max_size=300))
    @settings(max_examples=8)
    def test_any_headline_makes_a_card(self, headline):
        assert len(Card("Kabar", headline, over="Desa", foot="1 Mei 2026").as_png()) < LIMIT

    def test_the_longest_headline_is_on_it_whole(self, monkeypatch):
        headline = " ".join(["berkesinambungan"] * 15)[:250]
        written = []
        plain = ImageDraw.ImageDraw.text
        monkeypatch.setattr(
            ImageDraw.ImageDraw,
            "text",
            lambda self, at, words, **how: (written.append(words), plain(self, at, words, **how))[
                1
            ],
        )
        Card("Kabar", headline).as_png()
        assert headline in " ".join(written)

    def test_a_word_wider_than_a_line_is_broken(self):
        font = face(40)
        lines = lines_of(measured("a" * 300, font, 400), 10, 400)
        assert "".join(lines) == "a" * 300
        assert max(map(font.getlength, lines)) <= 400

    def test_an_icon_of_a_name_without_letters_of_the_face(self):
        assert size_of(icon.as_png("خبر", "192")) == (192, 192)
