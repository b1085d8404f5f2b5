"""Media from a folder into a bucket and back, and backups of either."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from articles.models import Photo
from newsroom.backup import sealing
from newsroom.media_store.bucket import BucketStorage
from newsroom.media_store.files import Bucket as BucketFiles
from newsroom.media_store.files import Folder
from tests.backup.conftest import Newsroom, newsroom  # noqa: F401 - a fixture
from tests.engines import Bucket
from tests.factories import PhotoFactory, image_file


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def in_folder(root: Path) -> dict[str, bytes]:
    return {entry.name: (root / entry.name).read_bytes() for entry in Folder(root).entries()}


def moved(*options: str) -> str:
    out = StringIO()
    call_command("move_media", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def folder(db: None, settings: Any, media_root: Path) -> Path:
    """Photos as they lie before anybody thought of a bucket."""
    PhotoFactory()
    (media_root / "photos" / "ab").mkdir(parents=True)
    (media_root / "photos" / "ab" / "x.webp").write_bytes(b"a rendition")
    Photo.objects.update(renditions=[{"name": "photos/ab/x.webp", "width": 1, "height": 1}])
    (media_root / "top.jpg").write_bytes(b"nobody names it")
    return media_root


def test_every_file_is_moved_and_a_second_time_none(
    folder: Path, bucket: Bucket, settings: Any
) -> None:
    before = in_folder(folder)
    assert len(before) == 3
    assert moved() == (
        f"3 files, of which 3 were copied ({sum(map(len, before.values()))} B).\n"
        f"All 2 files that rows name are in s3://{bucket.name}/newsroom.\n"
    )
    assert bucket.objects() == before
    assert bucket.told("photos/ab/x.webp")["ContentType"] == "image/webp"
    assert "immutable" in bucket.told("photos/ab/x.webp")["CacheControl"]
    assert in_folder(folder) == before
    assert moved().startswith("3 files, of which 0 were copied (0 B).")


def test_what_was_interrupted_or_cut_off_goes_on(folder: Path, bucket: Bucket) -> None:
    moved()
    bucket.storage.delete("top.jpg")
    bucket.storage.delete("photos/ab/x.webp")
    bucket.storage.save("photos/ab/x.webp", open_of(b"a renditio!"))
    assert moved().startswith("3 files, of which 2 were copied")
    assert bucket.objects() == in_folder(folder)


def open_of(contents: bytes) -> Any:
    from django.core.files.base import ContentFile

    return ContentFile(contents)


def test_what_rows_name_and_nobody_has_is_named(folder: Path, bucket: Bucket) -> None:
    (folder / "photos" / "ab" / "x.webp").unlink()
    with pytest.raises(
        CommandError, match=r"^1 files that rows name are not there: photos/ab/x\.webp$"
    ):
        moved()
    with pytest.raises(CommandError, match=r"^1 files that rows name are not there"):
        moved("--check")


def test_it_goes_back_into_an_empty_folder(folder: Path, bucket: Bucket) -> None:
    before = in_folder(folder)
    moved()
    shutil.rmtree(folder)
    assert f"are in {folder}." in moved("--back")
    assert in_folder(folder) == before
    assert moved("--back").startswith("3 files, of which 0 were copied (0 B).")


def test_without_a_bucket_there_is_nowhere_to_go(db: None) -> None:
    with pytest.raises(CommandError, match="MEDIA_STORE names no bucket"):
        moved()


def test_a_store_that_does_not_answer_is_a_sentence(
    folder: Path, bucket: Bucket, trouble: Callable[[str], None]
) -> None:
    trouble("403")
    with pytest.raises(
        CommandError, match=rf"^s3://{bucket.name}/newsroom cannot be used: .*AccessDenied"
    ):
        moved()


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "", "a//b", "a\0b"])
def test_a_name_that_leads_elsewhere_is_refused_by_both(
    folder: Path, bucket: Bucket, name: str
) -> None:
    for files in (Folder(folder), BucketFiles(bucket.storage)):
        with pytest.raises(ValueError):
            files.find(name)


# Backups


@pytest.fixture
def in_bucket(newsroom: Newsroom, bucket: Bucket) -> Newsroom:  # noqa: F811
    """A newsroom whose photos are in a bucket."""
    call_command("move_media", stdout=StringIO(), stderr=StringIO())
    for path in newsroom.media_root.rglob("*.jpg"):
        path.unlink()
    return newsroom


@pytest.mark.django_db(transaction=True)
def test_a_backup_of_a_bucket_comes_back_and_the_next_one_fetches_what_is_new(
    in_bucket: Newsroom, bucket: Bucket, monkeypatch: Any
) -> None:
    fetched: list[str] = []
    fetch = BucketStorage.fetch
    monkeypatch.setattr(
        BucketStorage,
        "fetch",
        lambda self, name, out: (fetched.append(name), fetch(self, name, out))[1],
    )
    before = bucket.objects()

    first = in_bucket.backup()
    assert (first.is_good, sorted(fetched)) == (True, sorted(before))
    fetched.clear()
    new = PhotoFactory(image=image_file(size=(40, 30)))
    second = in_bucket.backup()
    assert (second.is_good, fetched, second.about["new_files"]) == (True, [new.image.name], 1)

    after = bucket.objects()
    assert after == before | {new.image.name: image_file(size=(40, 30)).read()}
    for name in after:
        bucket.storage.delete(name)
    bucket.storage.save(sorted(before)[0], open_of(b"something else"))
    in_bucket.empty()
    in_bucket.restore()
    assert bucket.objects() == after
    assert in_bucket.media() == {}


@pytest.mark.django_db(transaction=True)
def test_a_sealed_backup_of_a_bucket_goes_into_a_folder(
    in_bucket: Newsroom, bucket: Bucket, settings: Any, tmp_path: Path
) -> None:
    settings.BACKUP_PUBLIC_KEY = sealing.new_key(tmp_path / "key")
    before = bucket.objects()
    in_bucket.backup(no_verify=True)
    in_bucket.empty()
    settings.MEDIA_STORE = ""
    in_bucket.restore(key=tmp_path / "key")
    assert in_bucket.media() == before


@pytest.mark.django_db(transaction=True)
def test_a_backup_says_what_the_store_says_and_what_it_lacks(
    in_bucket: Newsroom, bucket: Bucket, trouble: Callable[[str], None]
) -> None:
    trouble("403")
    with pytest.raises(
        CommandError, match=rf"^s3://{bucket.name}/newsroom cannot be used: .*AccessDenied"
    ):
        in_bucket.backup(no_verify=True)
    bucket.back()
    lost = Photo.objects.first().image.name
    bucket.storage.delete(lost)
    with pytest.raises(CommandError, match=rf"^1 files that rows name are not there: {lost}"):
        in_bucket.backup(no_verify=True)
    told = json.loads(
        (in_bucket.backups.parent / "var" / "backups.jsonl").read_text().splitlines()[0]
    )
    assert "AccessDenied" in told["error"]
