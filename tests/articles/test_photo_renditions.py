"""Which files a photo has, when they are made anew, and what pages and machines take of them."""

import datetime
import json

import pytest
from django.template import engines
from django.utils import timezone

from articles import photos
from articles.models import Photo
from articles.models.photos import RECIPE
from articles.photos import renditions, workshop
from articles.templatetags.site import frugal
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    PersonFactory,
    PhotoFactory,
    PublicationFactory,
    image_file,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def photo():
    stored = photos.store(image_file(size=(800, 600)), by=None, credit="Baso Ilham")
    photos.make_renditions(stored)
    return stored


def keys(photo):
    return [(one.shape, one.format, one.width) for one in photo.all_renditions]


def test_photo_has_its_widths_and_shapes_in_each_format(photo):
    formats = ("JPEG", "WEBP", "AVIF")
    assert keys(photo) == [
        *(("", format, width) for width in (360, 720) for format in formats),
        *(("16:9", format, width) for width in (360, 720, 800) for format in formats),
        *(("4:3", format, width) for width in (360, 720) for format in formats),
        ("4:3", "JPEG", 800),
        *(("1:1", format, 360) for format in formats),
        ("1:1", "JPEG", 600),
        ("40:21", "JPEG", 1200),
    ]
    assert not photos.due().exists()


def test_every_file_is_what_its_entry_says(photo):
    from PIL import Image

    for one in photo.all_renditions:
        with photo.image.storage.open(one.name) as file, Image.open(file) as made:
            assert (made.format, made.size) == (one.format, (one.width, one.height))
            assert file.size == one.size


@pytest.mark.parametrize("size", [(16, 16), (20, 400), (200, 150), (2400, 1350)])
def test_small_and_long_photos_have_each_shape_once_at_least(size):
    cuts = renditions.wanted(Photo(width=size[0], height=size[1]))
    for shape in ("16:9", "4:3", "1:1"):
        assert {cut.format for cut in cuts if cut.shape == shape} == {"JPEG", "WEBP", "AVIF"}
    assert all(0 < cut.width <= size[0] for cut in cuts)
    assert len(set(cuts)) == len(cuts)


def test_making_them_twice_writes_nothing(photo, monkeypatch):
    monkeypatch.setattr(workshop, "cut", None)
    before = photo.renditions
    photos.make_renditions(photo)
    photo.refresh_from_db()
    assert photo.renditions == before


def test_focal_point_that_moves_makes_the_shapes_anew_and_nothing_else(photo, monkeypatch):
    before = {(one.shape, one.format, one.width): one.name for one in photo.all_renditions}
    cut_again = []
    real = workshop.cut

    def cut(file, cuts, focus):
        cut_again.extend(cuts)
        return real(file, cuts, focus)

    monkeypatch.setattr(workshop, "cut", cut)
    photos.move_focal_point(photo, 0.0, 0.25)
    assert list(photos.due()) == [photo]
    photos.make_renditions(photo)
    assert {cut.shape for cut in cut_again} == {"16:9", "4:3", "1:1", "40:21"}
    assert not photos.due().exists()
    after = {(one.shape, one.format, one.width): one.name for one in photo.all_renditions}
    assert before.keys() == after.keys()
    assert all(after[key] == name for key, name in before.items() if not key[0])


def test_page_shows_the_whole_photo_around_the_new_point_until_its_shapes_are_made(photo):
    assert photo.shown("16:9").has_shape
    photos.move_focal_point(photo, 0.2, 0.5)
    shown = photo.shown("16:9")
    assert not shown.has_shape
    assert shown.src == photo.image.storage.url(photo.in_shape("")[-3].name)


def test_moving_the_point_to_where_it_is_asks_for_nothing(photo, django_assert_num_queries):
    with django_assert_num_queries(0):
        photos.move_focal_point(photo, 0.5, 0.5)


@pytest.mark.parametrize("point", [(-0.1, 0.5), (0.5, 1.1), (float("nan"), 0.5)])
def test_focal_point_lies_inside(photo, point):
    with pytest.raises(ValueError, match="inside"):
        photos.move_focal_point(photo, *point)


def test_point_that_moves_while_shapes_are_made_wins(photo, monkeypatch):
    real, moved = workshop.cut, []

    def cut(file, cuts, focus):
        if not moved:
            moved.append(True)
            Photo.objects.filter(pk=photo.pk).update(focal_x=1.0)
        return real(file, cuts, focus)

    photos.move_focal_point(photo, 0.0, 0.5)
    monkeypatch.setattr(workshop, "cut", cut)
    photos.make_renditions(photo)
    photo.refresh_from_db()
    assert (photo.focal_x, photo.rendered_focal_x) == (1.0, 1.0)
    assert not photos.due().exists()


def test_server_that_stops_in_the_middle_goes_on_where_it_was(monkeypatch):
    photo = photos.store(image_file(size=(800, 600)), by=None)
    real = workshop.cut

    class Stopped(BaseException):
        pass

    def cut(file, cuts, focus):
        for made in real(file, cuts, focus):
            if made.cut.format == "AVIF":
                raise Stopped
            yield made

    monkeypatch.setattr(workshop, "cut", cut)
    with pytest.raises(Stopped):
        photos.make_renditions(photo)
    photo.refresh_from_db()
    assert {one.format for one in photo.all_renditions} == {"JPEG", "WEBP"}
    assert list(photos.due()) == [photo]
    again = []

    def cut_the_rest(file, cuts, focus):
        again.extend(cuts)
        return real(file, cuts, focus)

    monkeypatch.setattr(workshop, "cut", cut_the_rest)
    Photo.objects.update(created_at=timezone.now() - datetime.timedelta(hours=1))
    assert photos.make_due_renditions() == 1
    assert {cut.format for cut in again} == {"AVIF"}
    assert not photos.due().exists()


def test_new_photo_is_left_to_its_own_job():
    photos.store(image_file(size=(200, 150)), by=None)
    assert photos.make_due_renditions() == 0


def test_photo_whose_file_is_lost_is_not_tried_for_ever(photo):
    photo.image.storage.delete(photo.image.name)
    photos.move_focal_point(photo, 0.1, 0.1)
    photos.make_renditions(photo)
    assert not photos.due().exists()
    assert photo.shown("16:9").src == photo.image.url


def test_photos_of_before_are_due_and_shown_meanwhile():
    older = PhotoFactory(
        renditions=[{"name": "photos/a-12.webp", "width": 12, "height": 8}], rendered_recipe=0
    )
    assert list(photos.due()) == [older]
    shown = older.shown("4:3")
    assert shown.sources == [("image/webp", "/media/photos/a-12.webp 12w")]
    assert shown.src == older.image.url
    assert not shown.has_shape


# What takes them


def test_machines_are_given_the_jpeg_that_is_wide_enough(photo):
    assert photo.fitting("16:9", 700).width == 720
    assert photo.fitting("16:9", 5000).width == 800
    assert photo.fitting("", 5000).name == photo.image.name
    assert photo.fitting("1:1", 1200).format == "JPEG"


def test_picture_element_offers_the_best_format_first(photo):
    template = engines["django"].from_string(
        '{% include "components/photo.html" with photo=photo alt="Perahu" sizes="50vw" shape="4:3" %}'
    )
    html = template.render({"photo": photo})
    assert html.index("image/avif") < html.index("image/webp") < html.index("<img ")
    assert html.count('50vw"') == 3
    assert 'width="800" height="600" alt="Perahu" loading="lazy"' in html


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        (
            "(min-width: 48rem) 40rem, 100vw",
            "(min-width: 48rem) 40rem, (min-resolution: 2.5dppx) calc(100vw * 0.55),"
            " (min-resolution: 1.5dppx) calc(100vw * 0.86), 100vw",
        ),
        (
            "calc(100vw - 2rem)",
            "(min-resolution: 2.5dppx) calc((100vw - 2rem) * 0.55),"
            " (min-resolution: 1.5dppx) calc((100vw - 2rem) * 0.86), calc(100vw - 2rem)",
        ),
        ("(min-width: 36rem) 10rem, 7rem", "(min-width: 36rem) 10rem, 7rem"),
        ("", ""),
    ],
)
def test_dense_phones_are_told_of_a_narrower_picture_where_it_goes_with_the_window(sizes, told):
    assert frugal(sizes) == told


def test_story_tells_search_engines_its_lead_in_three_shapes_and_cards_in_one(client, photo):
    PublicationFactory()
    story = ArticleFactory(is_public=True)
    ArticlePhotoFactory(article=story, photo=photo)
    ArticlePhotoFactory(article=story, position=1000)
    page = client.get(story.get_absolute_url())
    meta = page.context["meta"]
    assert [(i["width"], i["height"]) for i in meta.data[0]["image"]] == [
        (800, 450),
        (800, 600),
        (600, 600),
        (24, 16),
    ]
    assert (meta.picture.width, meta.picture.height) == (1200, 630)
    assert meta.picture.mime_type == "image/jpeg"
    assert b"<picture>" in page.content


def test_feed_gives_a_picture_of_a_phones_width(client, photo):
    PublicationFactory()
    ArticlePhotoFactory(article=ArticleFactory(is_public=True), photo=photo)
    item = json.loads(client.get("/feed.json").content)["items"][0]
    assert item["image"].endswith(photo.image.url)


def test_portrait_is_square(photo):
    from articles.structured import person_json_ld

    person = PersonFactory(photo=photo)
    url = person_json_ld(person)["mainEntity"]["image"]
    assert url.endswith(photo.fitting("1:1", 600).name)


def test_recipe_of_the_photo_is_the_recipe_of_now(photo):
    assert photo.rendered_recipe == RECIPE
