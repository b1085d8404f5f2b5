"""Photos in a bucket of an S3-compatible store: kept, cut, named, given out; and what is said when it is in trouble."""

from __future__ import annotations

import datetime
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from PIL import Image
from procrastinate.jobs import Job

from ads import artwork
from articles import photos, tasks
from articles.models import Article, Photo
from newsroom import media, media_store
from newsroom.importing.library import Nowhere
from newsroom.media_store.bucket import BucketStorage
from newsroom.watch.scrub import scrub
from tests.engines import KEYS, Bucket
from tests.factories import ArticleFactory, ArticlePhotoFactory, PhotoFactory, StaffFactory

pytestmark = pytest.mark.django_db

FOREVER = "public, max-age=31536000, immutable"


def picture(
    size: tuple[int, int] = (640, 480), colour: str = "teal", kind: str = "JPEG"
) -> ContentFile:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return ContentFile(out.getvalue(), f"foto.{kind.lower()}")


@pytest.fixture
def photo(bucket: Bucket) -> Photo:
    made = photos.store(picture(), by=None, credit="Baso Ilham", alt_text="Dermaga")
    photos.make_renditions(made)
    return made


@pytest.fixture
def kept(bucket: Bucket) -> Photo:
    """One without renditions, which is quicker to have."""
    return PhotoFactory()


def test_a_photo_and_its_renditions_lie_in_the_bucket_and_nowhere_else(
    photo: Photo, bucket: Bucket, media_root: Path
) -> None:
    names = {photo.image.name, *(one.name for one in photo.all_renditions)}
    assert set(bucket.objects()) == names
    assert {one.format for one in photo.all_renditions} == {"JPEG", "WEBP", "AVIF"}
    assert not media_root.exists()
    for name in names:
        told = bucket.told(name)
        assert told["CacheControl"] == FOREVER
        assert told["ContentType"] == {
            ".jpg": "image/jpeg", ".webp": "image/webp", ".avif": "image/avif"
        }[Path(name).suffix]  # fmt: skip
        assert "ContentDisposition" not in told
    with photo.image.storage.open(photo.image.name) as file, Image.open(file) as kept:
        assert kept.size == (640, 480)


def test_the_same_photo_is_written_once(photo: Photo, bucket: Bucket, monkeypatch: Any) -> None:
    written = []
    save = BucketStorage._save
    monkeypatch.setattr(
        BucketStorage,
        "_save",
        lambda *told: (written.append(told[1]), save(*told))[1],
    )
    assert photos.store(picture(), by=None) == photo
    photos.make_renditions(Photo.objects.get())
    assert written == []
    # A source that is new, of the same contents.
    Photo.objects.update(source_sha256="0" * 64)
    assert photos.store(picture(), by=None).image.name == photo.image.name
    assert written == []


def test_every_address_is_one_of_this_site_and_none_is_signed(
    photo: Photo, bucket: Bucket, client: Any, settings: Any
) -> None:
    story = ArticlePhotoFactory(photo=photo, article=ArticleFactory(is_public=True)).article
    page = client.get(story.get_absolute_url())
    for address in (
        story.get_absolute_url(),
        "/",
        "/rss.xml",
        "/atom.xml",
        "/feed.json",
        "/sitemap-news.xml",
    ):
        text = client.get(address).content.decode()
        assert "X-Amz" not in text, address
        assert bucket.name not in text, address
        assert bucket.endpoint not in text, address
    card = next(one for one in photo.all_renditions if one.shape == "1.91:1" or one.width == 1200)
    assert f'{settings.SITE_URL}/media/{card.name}"' in page.content.decode()
    assert f"{settings.SITE_URL}/media/photos/" in client.get("/rss.xml").content.decode()
    assert "img-src 'self'" in page["Content-Security-Policy"]


def test_a_photo_is_given_out_under_its_address_and_known_for_good(
    kept: Photo, bucket: Bucket, client: Any
) -> None:
    response = client.get(kept.image.url)
    assert kept.image.url == f"/media/{kept.image.name}"
    assert response.content == bucket.objects()[kept.image.name]
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/jpeg", FOREVER)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == media.FILE_POLICY
    again = client.get(kept.image.url, headers={"if-modified-since": response["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(kept.image.url).status_code == 200


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "data"])
def test_anything_else_is_a_download_here_and_in_the_bucket(
    bucket: Bucket, client: Any, name: str
) -> None:
    bucket.storage.save(name, ContentFile(b"<script>alert(1)</script>"))
    response = client.get(f"/media/{name}")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    told = bucket.told(name)
    assert (told["ContentType"], told["ContentDisposition"]) == (
        "application/octet-stream",
        "attachment",
    )


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/media/",
            "/media/photos/",
            "/media/photos/b.jpg",
            "/media/../secret.txt",
            "/media/%2e%2e/secret.txt",
        ),
        *(
            "/media/photos/../../secret.txt",
            "/media//etc/passwd",
            "/media/a%00b",
            "/media/" + "x" * 3000,
        ),
        *("/media/photos//a.jpg", "/media/./a.jpg"),
    ],
)
def test_nothing_outside_is_reached_and_nothing_of_it_shuts_the_door(
    bucket: Bucket, client: Any, path: str
) -> None:
    bucket.client.put_object(Bucket=bucket.name, Key="secret.txt", Body=b"secret")
    assert client.get(path).status_code == 404
    assert not media.breaker.is_open


def test_a_photo_that_is_replaced_leaves_its_file_and_the_new_one_is_shown(
    kept: Photo, bucket: Bucket, client: Any
) -> None:
    new = PhotoFactory(image=picture(colour="maroon"))
    body = f'<p>A.</p><p><img src="{kept.image.url}" alt="Dermaga" width="640" height="480"></p>'
    story = ArticleFactory(is_public=True, body=body)
    row = ArticlePhotoFactory(photo=kept, article=story)
    photos.replace(kept, new, by=StaffFactory(is_superuser=True))
    story.refresh_from_db()
    row.refresh_from_db()
    assert (row.photo, new.image.url in story.body, kept.image.url in story.body) == (
        new,
        True,
        False,
    )
    assert client.get(new.image.url).status_code == 200
    row.delete()
    kept.delete()
    # Files outlive their rows, as in a folder: a backup of yesterday may name them.
    assert {kept.image.name, new.image.name} <= set(bucket.objects())


def test_export_and_import_name_and_find_files_of_the_bucket(
    bucket: Bucket, tmp_path: Path
) -> None:
    kept = photos.store(picture(), by=None, credit="Baso Ilham")
    body = f'<p>x</p><figure><img src="{kept.image.url}" alt="y"></figure>'
    ArticlePhotoFactory(photo=kept, article__is_public=True, article__body=body)
    path = tmp_path / "export.xml"
    call_command("export_wordpress", str(path), verbosity=0)
    before = set(bucket.objects())
    from tests.importing.test_round_trip import empty_the_newsroom

    empty_the_newsroom()
    call_command("import_wordpress", str(path), verbosity=0)
    assert Photo.objects.get().image.name == kept.image.name
    assert f'src="{kept.image.url}"' in Article.objects.get().body
    assert set(bucket.objects()) == before


def test_a_trial_of_an_import_writes_nothing(bucket: Bucket) -> None:
    storage = Nowhere(location=getattr(bucket.storage, "location", None), base_url="/media/")
    storage.save("photos/aa/x.jpg", ContentFile(b"x"))
    assert bucket.objects() == {}


# In trouble


TROUBLE = ["gone", "slow", "403", "500"]
SENTENCE = (
    "Photos cannot be kept just now: the place where they are stored does not take them. Nothing of the text is lost; "
    "send the photo again in a few minutes."
)


@pytest.mark.parametrize("kind", TROUBLE)
def test_what_cannot_be_kept_is_said_in_a_sentence_and_without_a_key(
    bucket: Bucket, trouble: Callable[[str], None], settings: Any, caplog: Any, kind: str
) -> None:
    settings.LANGUAGE_CODE = "en"
    trouble(kind)
    began = time.monotonic()
    with pytest.raises(photos.PhotoRefused) as refused:
        photos.keep_for_sender(bucket.storage, "photos/aa/a.jpg", b"a picture")
    assert time.monotonic() - began < 10
    assert str(refused.value) == SENTENCE
    assert "A photo could not be kept" in caplog.text
    assert not [secret for secret in KEYS.values() if secret in caplog.text]
    bucket.back()
    assert (
        photos.keep_for_sender(bucket.storage, "photos/aa/a.jpg", b"a picture") in bucket.objects()
    )


def test_who_sends_a_photo_is_told_and_nothing_is_half_there(
    bucket: Bucket, trouble: Callable[[str], None]
) -> None:
    trouble("500")
    for take in (
        lambda: photos.store(picture(), by=None),
        lambda: artwork.take_in([picture((320, 100))], ["320x100"]),
    ):
        with (
            translation.override("id"),
            pytest.raises(
                (photos.PhotoRefused, artwork.ArtworkRefused), match="Foto belum dapat disimpan"
            ),
        ):
            take()
    assert Photo.objects.count() == 0
    bucket.back()
    assert photos.store(picture(), by=None).image.name in bucket.objects()


def test_a_bucket_that_is_not_there_is_no_lost_file(photo: Photo, bucket: Bucket) -> None:
    """Nothing is known of the photo then: its renditions stay noted, and are made when the bucket is back."""
    noted = Photo.objects.get().renditions
    Photo.objects.update(rendered_recipe=0)
    bucket.storage._wrapped.bucket_name = "another-one"
    del bucket.storage._wrapped._bucket
    with pytest.raises(OSError, match="NoSuchBucket"):
        photos.make_renditions(Photo.objects.get())
    assert Photo.objects.get().renditions == noted
    assert Photo.objects.get().rendered_recipe == 0
    bucket.back()
    photos.make_renditions(Photo.objects.get())
    assert Photo.objects.get().renditions == noted


def test_renditions_wait_for_the_store(bucket: Bucket, trouble: Callable[[str], None]) -> None:
    photo = photos.store(picture(), by=None)
    trouble("500")
    with pytest.raises(OSError, match="InternalError"):
        photos.make_renditions(photo)
    assert Photo.objects.get().renditions == []
    assert photos.due().get() == photo
    bucket.back()
    photos.make_renditions(photo)
    assert not photos.due().exists()


def test_renditions_that_the_store_did_not_take_are_tried_again_before_anybody_misses_them() -> (
    None
):
    strategy = tasks.make_renditions.retry_strategy
    waits = [
        strategy.get_retry_decision(
            exception=OSError(),
            job=Job(
                id=1, queue="media", lock=None, queueing_lock=None, task_name="x", attempts=tries
            ),
        )
        for tries in range(6)
    ]
    now = datetime.datetime.now(datetime.UTC)
    seconds = [round((one.retry_at - now).total_seconds()) for one in waits if one]
    # Short outages and those of some minutes; then it is found without its job.
    assert seconds == [3, 9, 27, 81, 243]
    assert waits[-1] is None


def test_pages_do_not_ask_the_store(
    kept: Photo, bucket: Bucket, client: Any, settings: Any, monkeypatch: Any
) -> None:
    row = ArticlePhotoFactory(photo=kept, article=ArticleFactory(is_public=True))
    Photo.objects.get().shown("16:9")
    client.force_login(StaffFactory(is_superuser=True))

    def asked(*told: Any, **more: Any) -> None:
        raise AssertionError("a page asked the store")

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", asked)
    story = row.article
    for address in (
        *(
            story.get_absolute_url(),
            "/",
            "/terkini/",
            "/rss.xml",
            "/feed.json",
        ),
        *(
            "/sitemap-news.xml",
            reverse("admin:articles_photo_changelist"),
            reverse("admin:articles_photo_cards"),
        ),
        *(reverse("admin:articles_photo_change", args=[kept.pk]), reverse("admin:index")),
        reverse("admin:articles_article_change", args=[story.pk]),
    ):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("kind", TROUBLE)
def test_a_photo_that_cannot_be_read_is_later_at_once_and_not_kept(
    kept: Photo,
    bucket: Bucket,
    trouble: Callable[[str], None],
    client: Any,
    kind: str,
    monkeypatch: Any,
) -> None:
    trouble(kind)
    asked: list[str] = []
    read = BucketStorage.read
    monkeypatch.setattr(
        BucketStorage,
        "read",
        lambda self, name, **more: (asked.append(name), read(self, name, **more))[1],
    )
    for _turn in range(3):
        response = client.get(kept.image.url)
        assert (response.status_code, response["Cache-Control"]) == (503, "no-store")
        assert response["Retry-After"] == "5"
    # What answers holds nobody up; what does not is asked once.
    assert len(asked) == (3 if kind == "403" else 1)
    assert media.breaker.is_open is (kind != "403")
    bucket.back()
    media.breaker._again_at = 0
    assert client.get(kept.image.url).status_code == 200
    assert not media.breaker.is_open


def test_more_than_two_do_not_wait_for_a_slow_store(
    kept: Photo, bucket: Bucket, client: Any
) -> None:
    assert media._turns.acquire(blocking=False)
    assert media._turns.acquire(blocking=False)
    try:
        assert client.get(kept.image.url).status_code == 503
    finally:
        media._turns.release()
        media._turns.release()
    assert client.get(kept.image.url).status_code == 200


@pytest.mark.parametrize("kind", ["", *TROUBLE])
def test_readyz_figures_and_the_desk_tell_how_the_store_is(
    bucket: Bucket, trouble: Callable[[str], None], client: Any, kind: str
) -> None:
    if kind:
        trouble(kind)
    answer = client.get("/readyz?only=media")
    part = answer.json()["parts"]["media"]
    assert (answer.status_code, part["ok"], bool(part.get("why"))) == (
        (503, False, True) if kind else (200, True, False)
    )
    up = f"newsroom_media_store_up {0.0 if kind else 1.0}"
    assert up in client.get("/metrics").content.decode()
    client.force_login(StaffFactory(is_superuser=True, language="en"))
    page = client.get(reverse("admin:status")).content.decode()
    assert f"Photos in s3://{bucket.name}/newsroom" in page
    assert ("does not answer as it should" in page) is bool(kind)


# The setting


def test_an_address_becomes_a_storage(bucket: Bucket) -> None:
    made = media_store.settings_for(
        "s3://photos/a/b/?endpoint=https://s3.example/&region=id-1", KEYS
    )
    assert made["OPTIONS"] == {
        "bucket_name": "photos",
        "location": "a/b",
        "endpoint_url": "https://s3.example",
        "region_name": "id-1",
        "access_key": KEYS["AWS_ACCESS_KEY_ID"],
        "secret_key": KEYS["AWS_SECRET_ACCESS_KEY"],
    }
    assert media_store.settings_for("s3://photos", {})["OPTIONS"]["region_name"] == "us-east-1"
    assert media_store.settings_for("", {}) == media_store.FOLDER


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://s3.example/photos", "it begins with s3://"),
        ("s3://", "after s3:// comes the name of a bucket, and then a folder in it or nothing"),
        (
            "s3://photos:9000/x",
            "after s3:// comes the name of a bucket, and then a folder in it or nothing",
        ),
        ("s3://key:geheim@photos", "keys stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ("s3://photos?secret=geheim", "it knows no 'secret'; the options are endpoint and region"),
        (
            "s3://photos?endpoint=s3.example",
            "endpoint is an http or https address without a password",
        ),
        (
            "s3://photos?endpoint=https://a:geheim@s3.example",
            "endpoint is an http or https address without a password",
        ),
        ("s3://photos?endpoint", "it is not an address"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_sentence(address: str, why: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        media_store.settings_for(address, {})
    assert str(refused.value) == (
        f"MEDIA_STORE cannot be used: {why}, such as s3://photos/newsroom?endpoint=https://s3.example."
    )
    assert "geheim" not in str(refused.value)


def test_one_key_without_the_other_and_a_missing_package_are_said(monkeypatch: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match="belong together: set both, or neither"):
        media_store.settings_for("s3://photos", {"AWS_ACCESS_KEY_ID": "x"})
    monkeypatch.setattr(media_store, "is_installed", lambda: False)
    with pytest.raises(ImproperlyConfigured, match=r"install requirements/stores\.lock"):
        media_store.settings_for("s3://photos", {})


def test_keys_stand_in_no_line(bucket: Bucket) -> None:
    said = f"key {KEYS['AWS_ACCESS_KEY_ID']} with {KEYS['AWS_SECRET_ACCESS_KEY']}"
    assert scrub(said) == "key ••• with •••"
