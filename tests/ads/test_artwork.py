"""Pictures in: written anew in one of the sizes that are sold, or refused with the sizes that are wanted."""

from __future__ import annotations

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ads import artwork
from ads.sizes import SIZES, pixels

from .selling import draft


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def file(
    size: tuple[int, int], name: str = "iklan.png", kind: str = "PNG", **more
) -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", size, "#b3312c").save(stream, kind, **more)
    return SimpleUploadedFile(name, stream.getvalue())


def noise(size: tuple[int, int]) -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.effect_noise(size, 120).convert("RGB").save(stream, "PNG")
    return SimpleUploadedFile("noise.png", stream.getvalue())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("times", [1, 2])
def test_each_size_is_taken_once_and_twice(size, times):
    width, height = pixels(size)
    images = artwork.take_in([file((width * times, height * times))], [size])
    assert list(images) == [size]
    assert (images[size]["width"], images[size]["height"]) == (width * times, height * times)


@pytest.mark.parametrize(
    ("dimensions", "wanted", "size"),
    [
        ((320, 100), ["320x100", "970x90"], "320x100"),
        ((640, 200), ["970x90", "320x100"], "320x100"),
        ((1280, 400), ["320x100"], "320x100"),
        ((1283, 400), ["320x100"], "320x100"),
        ((1300, 400), ["320x100"], None),
        ((319, 100), ["320x100"], None),
        ((600, 500), ["300x250"], "300x250"),
        ((300, 600), ["320x100"], "300x600"),
        ((1000, 1000), ["320x100"], None),
        # As large as twice 160 × 600 is 320 × 1200; the same shape half as large is not enough.
        ((80, 300), ["160x600"], None),
    ],
)
def test_a_picture_is_for_the_size_of_its_shape(dimensions, wanted, size):
    assert artwork.size_for(dimensions, wanted) == size


def test_a_larger_picture_is_made_twice_the_size():
    images = artwork.take_in([file((1600, 500))], ["320x100"])
    assert (images["320x100"]["width"], images["320x100"]["height"]) == (640, 200)


def test_several_files_at_once_are_one_for_each_size():
    images = artwork.take_in([file((320, 100)), file((1940, 180))], ["320x100", "970x90"])
    assert {size: one["width"] for size, one in images.items()} == {"320x100": 320, "970x90": 1940}


def test_what_is_kept_is_small_webp_without_metadata_under_its_hash():
    exif = Image.Exif()
    exif[0x010E] = "Jalan Rahasia 5"
    source = file((640, 200), kind="JPEG", exif=exif)
    (image,) = artwork.take_in([source], ["320x100"]).values()
    assert image["name"].startswith("sela/")
    assert image["name"].endswith(".webp")
    assert image["name"].split("/")[2].startswith(image["name"].split("/")[1])
    contents = default_storage.open(image["name"]).read()
    assert b"Rahasia" not in contents
    kept = Image.open(io.BytesIO(contents))
    assert (kept.format, dict(kept.getexif())) == ("WEBP", {})


def test_the_same_picture_is_kept_once():
    first = artwork.take_in([file((320, 100))], ["320x100"])
    assert artwork.take_in([file((320, 100))], ["320x100"]) == first


def test_a_cut_off_file_is_written_again():
    (image,) = artwork.take_in([file((320, 100))], ["320x100"]).values()
    path = default_storage.path(image["name"])
    with open(path, "wb") as broken:
        broken.write(b"RIFF")
    artwork.take_in([file((320, 100))], ["320x100"])
    assert default_storage.size(image["name"]) > 4


@pytest.mark.parametrize("size", ["300x600", "640x360", "970x250"])
def test_noise_is_made_to_fit_the_weight(size):
    width, height = pixels(size)
    (image,) = artwork.take_in([noise((2 * width, 2 * height))], [size]).values()
    assert default_storage.size(image["name"]) <= artwork.MOST_BYTES


def test_the_first_frame_of_a_moving_picture_is_taken():
    stream = io.BytesIO()
    frames = [Image.new("RGB", (320, 100), colour) for colour in ("red", "blue")]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    (image,) = artwork.take_in(
        [SimpleUploadedFile("a.gif", stream.getvalue())], ["320x100"]
    ).values()
    kept = Image.open(default_storage.open(image["name"]))
    red, green, blue = kept.convert("RGB").getpixel((5, 5))
    assert (getattr(kept, "n_frames", 1), red > 200, green < 60, blue < 60) == (1, True, True, True)


def test_another_size_is_refused_with_its_own_and_the_wanted_ones():
    with pytest.raises(artwork.ArtworkRefused) as caught:
        artwork.take_in([file((500, 500), name="kotak.png")], ["320x100", "970x90"])
    assert str(caught.value) == (
        "kotak.png has 500 × 500 pixels. This flight shows 320 × 100, 970 × 90, or twice as large."
    )


@pytest.mark.parametrize(
    ("name", "contents", "told"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "SVG drawings"),
        ("a.png", b"", "empty"),
        ("a.png", b"\x89PNG\r\n\x1a\n broken", "not a picture that can be read"),
        ("a.html", b"<html><script>alert(1)</script>", "not a picture that can be read"),
    ],
)
def test_what_is_no_picture_is_refused_under_its_name(name, contents, told):
    with pytest.raises(artwork.ArtworkRefused) as caught:
        artwork.take_in([SimpleUploadedFile(name, contents)], ["320x100"])
    assert str(caught.value).startswith(f"{name}: ")
    assert told in str(caught.value)


def test_a_bomb_is_refused():
    with pytest.raises(artwork.ArtworkRefused, match="megapixels"):
        stream = io.BytesIO()
        Image.new("1", (20_000, 6_000)).save(stream, "PNG")
        artwork.take_in([SimpleUploadedFile("a.png", stream.getvalue())], ["320x100"])


def test_nothing_is_kept_when_one_of_the_files_is_refused(media_root):
    with pytest.raises(artwork.ArtworkRefused):
        artwork.take_in([file((320, 100)), file((7, 7))], ["320x100"])
    assert not list(media_root.glob("sela/*/*"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("device", "sizes"),
    [
        ("", ["320x100", "970x90", "300x600"]),
        ("phone", ["320x100"]),
        ("desktop", ["970x90", "300x600"]),
    ],
)
def test_a_flight_wants_the_sizes_of_its_placements(device, sizes):
    flight = draft(placements=["article-top-1", "article-side"], device=device)
    assert artwork.sizes_of(flight) == sizes
