import io
import struct

import pillow_heif
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from articles import photos
from articles.models import Photo
from articles.photos import files, workshop

pytestmark = pytest.mark.django_db
# To draw test pictures as phones write them; the desk itself reads them in a process of its own.
pillow_heif.register_heif_opener()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(format="JPEG", size=(900, 600), mode="RGB", colour="teal", **options):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, format, **options)
    return ContentFile(out.getvalue(), f"foto.{format.lower()}")


@pytest.mark.parametrize(
    ("format", "mode", "colour"),
    [
        ("JPEG", "RGB", "teal"),
        ("JPEG", "CMYK", (10, 20, 30, 40)),
        ("JPEG", "L", 90),
        ("PNG", "RGBA", (1, 2, 3, 128)),
        ("PNG", "I;16", 40000),
        ("PNG", "1", 1),
        ("PNG", "P", 3),
        ("GIF", "P", 3),
        ("WEBP", "RGBA", (1, 2, 3, 4)),
        ("AVIF", "RGB", "teal"),
        ("HEIF", "RGB", "teal"),
        ("BMP", "RGB", "teal"),
    ],
)
def test_what_phones_and_agencies_send_becomes_a_plain_jpeg(format, mode, colour):
    photo = photos.store(picture(format, mode=mode, colour=colour), by=None, credit="Baso Ilham")
    with Image.open(photo.image.path) as kept:
        assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (900, 600))
    assert (photo.width, photo.height, photo.credit) == (900, 600, "Baso Ilham")


def test_photo_stands_upright_and_tells_nothing_about_its_maker():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "Telepon"
    exif[0x8825] = {1: "S", 2: (5.0, 0.0, 0.0)}
    photo = photos.store(picture(size=(900, 600), exif=exif), by=None)
    with Image.open(photo.image.path) as kept:
        assert kept.size == (600, 900)
        assert len(kept.getexif()) == 0
        assert set(kept.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }


def test_large_photo_is_made_smaller():
    photo = photos.store(picture(size=(6000, 3000)), by=None)
    assert (photo.width, photo.height) == (2400, 1200)


def test_same_file_is_kept_once_and_its_texts_filled_in():
    first = photos.store(picture(), by=None)
    again = photos.store(picture(), by=None, credit="Baso Ilham")
    assert first.pk == again.pk
    assert Photo.objects.get().credit == "Baso Ilham"


def test_a_job_for_the_renditions_is_written_with_the_photo():
    from procrastinate.contrib.django.models import ProcrastinateJob

    photo = photos.store(picture(), by=None)
    job = ProcrastinateJob.objects.get(task_name="articles.make_renditions")
    assert job.args == {"photo_id": photo.pk}


def png_that_claims(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    import zlib

    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
        b"<?xml version='1.0'?><SVG onload='x()'></SVG>",
        b"%PDF-1.4",
        b"\xff\xd8\xff\xe0" + b"\x00" * 50,
        png_that_claims(200_000, 200_000),
        png_that_claims(12_000, 12_000),
    ],
    ids=["empty", "text", "svg", "svg-xml", "pdf", "broken-jpeg", "bomb", "too-many-pixels"],
)
def test_what_is_no_photo_is_refused_with_a_sentence(contents):
    with pytest.raises(photos.PhotoRefused) as refusal:
        photos.store(ContentFile(contents, "foto.jpg"), by=None)
    assert str(refusal.value).endswith(".")
    assert not Photo.objects.exists()


def test_truncated_photo_is_refused():
    whole = picture(size=(800, 800), colour="red").read()
    with pytest.raises(photos.PhotoRefused):
        photos.store(ContentFile(whole[: len(whole) // 2], "foto.jpg"), by=None)


def test_tiny_picture_is_refused():
    with pytest.raises(photos.PhotoRefused):
        photos.store(picture(size=(4, 4)), by=None)


def test_file_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 1000)
    with pytest.raises(photos.PhotoRefused):
        photos.store(picture(size=(900, 900), format="BMP"), by=None)


def test_file_that_was_cut_off_is_written_again():
    photo = photos.store(picture(colour="navy"), by=None)
    whole = photo.image.storage.size(photo.image.name)
    Photo.objects.all().delete()
    with open(photo.image.path, "wb") as file:
        file.write(b"\xff\xd8")
    again = photos.store(picture(colour="navy"), by=None)
    assert again.image.name == photo.image.name
    assert again.image.storage.size(again.image.name) == whole


def test_what_the_file_says_fills_in_what_nobody_wrote():
    exif = Image.Exif()
    exif[0x010E] = "Pelabuhan di pagi hari"
    exif[0x013B] = "Baso Ilham"
    exif.get_ifd(0x8769)[0x9003] = "2026:01:31 08:00:00"
    photo = photos.store(picture(exif=exif), by=None, caption=" Dermaga Sinjai ")
    photo.refresh_from_db()
    assert (photo.caption, photo.credit) == ("Dermaga Sinjai", "Baso Ilham")
    assert str(photo.taken_on) == "2026-01-31"


def test_whoever_waits_too_long_for_a_turn_is_told_so(monkeypatch, settings):
    import fcntl

    monkeypatch.setattr(workshop, "WAITING_SECONDS", 0)
    with open(settings.VAR_DIR / "pictures-reading.lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(photos.PhotoRefused):
            photos.store(picture(), by=None)


def test_decoder_that_falls_over_a_file_is_one_sentence(monkeypatch):
    monkeypatch.setattr(workshop.sys, "executable", "/bin/false")
    with pytest.raises(photos.PhotoRefused) as refusal:
        photos.store(picture(), by=None)
    assert str(refusal.value).endswith(".")
